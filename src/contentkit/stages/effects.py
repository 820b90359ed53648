"""Which held document each effect is about, looked up in the ledger.

Reads effects, citation keys, clusters and documents; writes the state of the effects and
`effect_targets`; returns the findings.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson

from contentkit.models import Finding, Json
from contentkit.policy.effect_words import verb_name
from contentkit.policy.models import Effect, EffectType, Scope
from contentkit.policy.targets import (
    CROWD,
    Held,
    Resolution,
    State,
    relation_finding,
    resolve,
)
from contentkit.workspace import dump

_HELD = """
SELECT d.url_id, d.title, d.issuer, d.doc_number, d.written_on,
       substr(d.published_at, 1, 10), c.canonical
FROM documents d JOIN readings r ON r.url_id = d.url_id AND r.is_source = 1
LEFT JOIN clusters c ON c.url_id = d.url_id
"""
_BY_KEY = (
    "SELECT h.* FROM citation_keys k JOIN ("
    + _HELD
    + ") h ON h.url_id = k.url_id WHERE k.kind = ? AND k.key = ? ORDER BY h.url_id"
)
# one of each group of copies, the first by id
_INSTRUMENTS = (
    "SELECT h.*, min(h.url_id) FROM citation_keys k JOIN ("
    + _HELD
    + ") h ON h.url_id = k.url_id WHERE k.kind = ? AND k.key = ?"
    " GROUP BY coalesce(h.canonical, -h.url_id) ORDER BY h.url_id LIMIT ?"
)
_COPIES = "SELECT url_id FROM clusters WHERE canonical = ? ORDER BY url_id"
_EFFECTS = """
SELECT source, ordinal, via, type, scope, title, doc_number, date, target_date, detail,
       quote, start, "end" FROM effects ORDER BY source, ordinal
"""
_AT_HAND = 256  # keys whose documents are remembered
_NAMED = {Scope.WHOLE, Scope.PARTIAL, Scope.CONDITIONAL}


class LedgerHoldings:
    """The held documents of a workspace that words can be about."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._find = lru_cache(maxsize=_AT_HAND)(self._read)

    def with_number(self, number: str) -> Sequence[Held]:
        """Return the documents of a canonical document number."""
        return self._find("number", number)

    def with_title(self, key: str) -> Sequence[Held]:
        """Return the documents whose cited title has this key."""
        return self._find("title", key)

    def of(self, item: int) -> Held:
        """Return one document."""
        sql = f"{_HELD} WHERE d.url_id = ?"
        return _held(self._conn.execute(sql, [item]).fetchone())

    def _read(self, kind: str, key: str) -> tuple[Held, ...]:
        """Return all copies, or where they are a crowd one of each instrument."""
        most = CROWD + 1
        rows = self._conn.execute(f"{_BY_KEY} LIMIT ?", [kind, key, most]).fetchall()
        if len(rows) == most:
            rows = [
                row[:-1] for row in self._conn.execute(_INSTRUMENTS, [kind, key, most])
            ]
        return tuple(map(_held, rows))


def resolve_effects(conn: sqlite3.Connection) -> Iterator[tuple[int, Finding]]:
    """Resolve every effect anew; yield findings with the document they are told on."""
    holdings = LedgerHoldings(conn)
    conn.execute("DELETE FROM effect_targets")
    source: Held | None = None
    listed: dict[tuple[int, str], Counter[str]] = {}
    for row in conn.execute(_EFFECTS).fetchall():
        item, ordinal, via = row[:3]
        effect = _effect(row)
        if source is None or source.id != item:
            source = holdings.of(item)
        if effect.scope in _NAMED:
            found = resolve(effect, source, holdings)
        else:
            found = Resolution(state=State.UNRESOLVED, why="not-named")
        _store(conn, (item, ordinal), found)
        if via == "body":
            finding = relation_finding(effect, found)
            if finding is not None:
                yield item, _named(conn, finding)
        else:
            tally = listed.setdefault((item, via), Counter())
            tally[str(found.state)] += 1
            tally[f"verb:{verb_name(effect.type)}"] += 1
    for (item, name), tally in listed.items():
        yield item, _list_finding(name, tally)


def _held(row: Sequence[Json]) -> Held:
    names = ("id", "title", "issuer", "doc_number", "written_on", "published_on")
    return Held(**dict(zip((*names, "group"), row, strict=True)))


def _effect(row: Sequence[Json]) -> Effect:
    kind, scope, title, number, date, target_date, detail, quote, start, end = row[3:]
    return Effect(
        type=EffectType(kind),
        scope=Scope(scope),
        title=title,
        doc_number=number,
        date=date,
        target_date=target_date,
        detail=detail,
        quote=quote,
        start=start,
        end=end,
    )


def _store(conn: sqlite3.Connection, key: tuple[int, int], found: Resolution) -> None:
    targets = _with_copies(conn, found)
    conn.execute(
        "UPDATE effects SET state = ?, why = ?, targets = ?"
        " WHERE source = ? AND ordinal = ?",
        [str(found.state), found.why, dump(targets), *key],
    )
    if found.state is State.RESOLVED:
        conn.executemany(
            "INSERT OR IGNORE INTO effect_targets VALUES (?, ?, ?)",
            [[*key, target] for target in targets],
        )


def _with_copies(conn: sqlite3.Connection, found: Resolution) -> list[int]:
    """Return the targets; of an instrument with a crowd of copies all of them."""
    targets = [held.id for held in found.targets]
    if found.state is not State.RESOLVED or len(targets) > 1:
        return targets
    group = found.targets[0].group
    copies = [row[0] for row in conn.execute(_COPIES, [group])]
    return copies if len(copies) > CROWD else targets


def _named(conn: sqlite3.Connection, finding: Finding) -> Finding:
    """Return the finding with its candidates named by document id, not by row."""
    items = finding.data.get("candidates")
    if not items:
        return finding
    marks = ", ".join("?" * len(items))
    rows = conn.execute(
        f"SELECT id FROM documents WHERE url_id IN ({marks}) ORDER BY id", items
    )
    data = {**finding.data, "candidates": [row[0] for row in rows]}
    return Finding.from_json({**finding.to_json(), "data": data})


def _list_finding(name: str, tally: Counter[str]) -> Finding:
    verbs = sorted(key[5:] for key in tally if key.startswith("verb:"))
    states = {key: n for key, n in sorted(tally.items()) if ":" not in key}
    data: dict[str, Json] = {"name": name, "verb": "、".join(verbs), "subject": name}
    return Finding(code="REL-ANNEX", field="attachments", data={**data, **states})


def read_basis(basis: str | None, own: tuple[str, int, int]) -> tuple[str, int, int]:
    """Return quote and place of an effect's evidence in the body of its source."""
    if basis is None:
        return own
    quote, start, end = orjson.loads(basis)
    return quote, start, end
