"""Documents in force that seem replaced, overdue, left off a list or without ground.

Reads validity, effects, citation keys and relations; returns the findings. None of them
changes a state: they are what an editor has to look into (POLICY 0.6 and 8).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import orjson

from contentkit.cleanup.bases import Ground, find_grounds
from contentkit.cleanup.successors import (
    Standing,
    check_default,
    check_trial,
    find_successors,
)
from contentkit.models import Document, Finding, Json
from contentkit.policy.models import Effect, EffectType, Scope, Validity
from contentkit.policy.targets import State, resolve
from contentkit.policy.titles import cited_title
from contentkit.resources import find, read_csv
from contentkit.stages.effects import LedgerHoldings

_STANDING = """
SELECT d.url_id, d.id, d.title, d.issuer, coalesce(d.written_on, substr(d.published_at, 1, 10)),
       v.validity, v.effective_on, v.expires_on, d.doc_number, c.canonical
FROM validity v JOIN documents d ON d.url_id = v.url_id
LEFT JOIN clusters c ON c.url_id = d.url_id ORDER BY d.id
"""
_FIELDS = (
    "item",
    "id",
    "title",
    "issuer",
    "day",
    "validity",
    "effective_on",
    "expires_on",
    "doc_number",
    "group",
)
_KNOWN = """
SELECT e.source, t.target FROM effect_targets t
JOIN effects e ON e.source = t.source AND e.ordinal = t.ordinal
"""
_TEXT = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
_DESCRIBED = """
SELECT e.source, e.scope, e.quote, e.start, e."end", e.detail, d.id, d.title, d.issuer,
       coalesce(d.written_on, substr(d.published_at, 1, 10))
FROM effects e JOIN documents d ON d.url_id = e.source
WHERE e.scope IN ('class', 'closed-list') AND e.via = 'body'
  AND e.type IN ('repeal', 'lapse', 'stop') ORDER BY d.id, e.ordinal
"""
_KEPT = """
SELECT title, doc_number, targets FROM effects WHERE source = ? AND type = 'keep'
"""
_GONE = {Validity.REPEALED: "废止", Validity.LAPSED: "失效"}
_IN_FORCE = frozenset(
    {Validity.IN_FORCE, Validity.AMENDED, Validity.PARTLY_REPEALED, Validity.UNKNOWN}
)


def settle_successors(
    conn: sqlite3.Connection, as_of: str, jurisdiction: str
) -> Iterator[tuple[int, Finding]]:
    """Yield what is to be looked into, with the document it is told on.

    `jurisdiction` is the one whose default terms apply, empty for none.

    Rests on `resolve_effects` and `settle_validity`.
    """
    standings = [
        Standing(**dict(zip(_FIELDS, row, strict=True)))
        for row in conn.execute(_STANDING)
    ]
    by_item = {standing.item: standing for standing in standings}
    by_key: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        by_key[cited_title(standing.title).key].append(standing)
    known = _known(conn, by_item)
    for key, namesakes in by_key.items():
        if not key:
            continue
        yield from find_successors(namesakes, known)
        for standing in namesakes:
            for finding in check_trial(standing, namesakes, as_of=as_of):
                yield standing.item, finding
    if jurisdiction:
        rows = read_csv(find("lookup", "validity-defaults"))
        for standing in standings:
            for finding in check_default(
                standing, rows, jurisdiction=jurisdiction, as_of=as_of
            ):
                yield standing.item, finding
    yield from _resting_on_dead(conn, standings, by_item)
    yield from _described(conn, standings)


def _known(
    conn: sqlite3.Connection, by_item: Mapping[int, Standing]
) -> frozenset[tuple[int, int]]:
    """Return the pairs of instruments of which one acts on the other."""
    pairs = set()
    for source, target in conn.execute(_KNOWN):
        first, second = by_item.get(source), by_item.get(target)
        if first and second:
            pairs.add((first.instrument, second.instrument))
    return frozenset(pairs)


def _resting_on_dead(
    conn: sqlite3.Connection,
    standings: Sequence[Standing],
    by_item: Mapping[int, Standing],
) -> Iterator[tuple[int, Finding]]:
    """Yield REL-CITES-DEAD on documents in force whose ground is repealed or lapsed."""
    holdings = LedgerHoldings(conn)
    for standing in standings:
        if standing.validity not in _IN_FORCE:
            continue
        document: Document = orjson.loads(
            conn.execute(_TEXT, [standing.item]).fetchone()[0]
        )
        told: set[int] = set()
        for ground in find_grounds(document):
            dead = _dead(ground, standing, holdings, by_item)
            if dead is not None and dead.instrument not in told:
                told.add(dead.instrument)
                yield standing.item, _cites_dead(ground, dead)


def _dead(
    ground: Ground,
    standing: Standing,
    holdings: LedgerHoldings,
    by_item: Mapping[int, Standing],
) -> Standing | None:
    """Return the ended document that a ground names, unless its name lives on."""
    cited = Effect(
        type=EffectType.REPEAL,
        title=ground.title,
        doc_number=ground.doc_number,
        scope=Scope.WHOLE,
        date=None,
        quote=ground.quote,
        start=ground.start,
        end=ground.end,
    )
    found = resolve(cited, holdings.of(standing.item), holdings)
    if found.state is not State.RESOLVED:
        return None
    copies = [by_item[held.id] for held in found.targets if held.id in by_item]
    if not copies or any(copy.validity not in _GONE for copy in copies):
        return None
    key = cited_title(copies[0].title)
    for held in holdings.with_title(key.key) if key.key else ():
        other = by_item.get(held.id)
        is_namesake = cited_title(held.title).standing == key.standing
        if other and is_namesake and not other.is_ended:
            return None
    return copies[0]


def _cites_dead(ground: Ground, dead: Standing) -> Finding:
    data: dict[str, Json] = {
        "title": dead.title,
        "state": _GONE[Validity(dead.validity)],
        "document": dead.id,
        "subject": dead.id,
    }
    return Finding(
        code="REL-CITES-DEAD",
        field="body_text",
        quote=ground.quote,
        start=ground.start,
        end=ground.end,
        data=data,
    )


def _described(
    conn: sqlite3.Connection, standings: Sequence[Standing]
) -> Iterator[tuple[int, Finding]]:
    """Yield VAL-CLASS on the source, VAL-CLOSEDLIST on what a closed list leaves out."""
    classes: set[int] = set()
    for row in conn.execute(_DESCRIBED).fetchall():
        source, scope, quote, start, end, detail, name, title, issuer, day = row
        if scope == Scope.CLASS:
            if source not in classes:
                classes.add(source)
                data: dict[str, Json] = {"title": title, "detail": detail or ""}
                yield (
                    source,
                    Finding(
                        code="VAL-CLASS",
                        field="body_text",
                        quote=quote,
                        start=start,
                        end=end,
                        data=data,
                    ),
                )
            continue
        data = {
            "title": title,
            "document": name,
            "evidence": quote,
            "evidence_span": [start, end],
            "subject": name,
        }
        for item in _left_out(conn, source, (issuer, day), standings):
            yield (
                item,
                Finding(code="VAL-CLOSEDLIST", field="policy.validity", data=data),
            )


def _left_out(
    conn: sqlite3.Connection,
    source: int,
    of: tuple[str | None, str | None],
    standings: Sequence[Standing],
) -> Iterator[int]:
    """Yield the older documents of an issuer that its list of kept ones does not name.

    Where the list itself was not read (a picture, a missing file) nothing is told.
    """
    issuer, day = of
    kept = conn.execute(_KEPT, [source]).fetchall()
    if not kept or not issuer or not day:
        return
    items = {item for row in kept for item in orjson.loads(row[2])}
    groups = {standing.instrument for standing in standings if standing.item in items}
    keys = {cited_title(row[0]).key for row in kept if row[0]}
    numbers = {row[1] for row in kept if row[1]}
    for standing in standings:
        if standing.item == source or standing.issuer != issuer or standing.is_ended:
            continue
        if not standing.day or standing.day >= day or standing.instrument in groups:
            continue
        key = cited_title(standing.title).key
        if key not in keys and standing.doc_number not in numbers:
            yield standing.item
