"""What an editor is told of a judged pair: on which copy, in which words."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson

from contentkit.dedupe.words import blocker_name
from contentkit.models import Finding, Json
from contentkit.stages.finding_rows import finding_key

FAILED = "internal-error"  # the code of a pair that could not be judged
_TOLD_ONCE = frozenset({"DUP-SERIES", "DUP-TITLE-ONLY", "DUP-EDITION"})
_SHOWN = 60  # characters of a differing place
_SIDE = """
SELECT d.id, d.title, u.url, d.issuer, d.published_at FROM urls u
LEFT JOIN documents d ON d.url_id = u.id WHERE u.id = ?
"""
_JUDGED = """
SELECT code, relation, jaccard, blockers, evidence FROM pairs WHERE a = ? AND b = ?
"""
_FILE_NAME = "SELECT name FROM file_texts WHERE url_id = ?"


class _Side(NamedTuple):
    id: str | None
    title: str | None
    url: str
    issuer: str | None
    published_at: str | None


def describe_pairs(
    conn: sqlite3.Connection, rows: Iterable[Sequence[Json]], best: Mapping[int, int]
) -> Iterator[tuple[int, Finding]]:
    """Yield the findings of judged pairs with the item that each is told on.

    That is the copy which would give way; of two documents the younger one; for a file
    and a page the page. Of documents that merely look alike only the closest is told,
    once a document and code, with the number of all.
    """
    alike: dict[tuple[int, str], _Alike] = {}
    for a, b, *judged in rows:
        sides = {x: _Side(*conn.execute(_SIDE, [x]).fetchone()) for x in (a, b)}
        item, other = _order((a, b), sides, best)
        if sides[item].id is None:
            continue
        if judged[0] not in _TOLD_ONCE:
            yield item, _describe(conn, (a, b), (item, other), (judged, sides))
            continue
        key = (item, judged[0])
        found = _Alike(judged[2], sides[other].id or sides[other].url, a, b, 1)
        known = alike.get(key)
        if known is not None:
            closest = min(found, known, key=_by_closeness)
            found = closest._replace(number=known.number + 1)
        alike[key] = found
    for (item, _), found in sorted(alike.items()):
        yield item, _closest(conn, item, found)


def pair_evidence(conn: sqlite3.Connection, a: int, b: int) -> str | None:
    """Return the digest of what is known of a pair; None if nothing is told of it."""
    low, high = sorted((a, b))
    judged = conn.execute(_JUDGED, [low, high]).fetchone()
    if judged is None or judged[0] is None:
        return None
    sides = {x: _Side(*conn.execute(_SIDE, [x]).fetchone()) for x in (low, high)}
    told = _describe(conn, (low, high), (low, high), (judged, sides))
    return finding_key(told.to_json())


class _Alike(NamedTuple):
    similarity: float
    name: str
    a: int
    b: int
    number: int


def _by_closeness(found: _Alike) -> tuple[float, str]:
    return -found.similarity, found.name


def _closest(conn: sqlite3.Connection, item: int, found: _Alike) -> Finding:
    judged = conn.execute(_JUDGED, [found.a, found.b]).fetchone()
    sides = {x: _Side(*conn.execute(_SIDE, [x]).fetchone()) for x in (found.a, found.b)}
    other = found.b if item == found.a else found.a
    told = _describe(conn, (found.a, found.b), (item, other), (judged, sides))
    return replace(told, data={**told.data, "count": found.number})


def _describe(
    conn: sqlite3.Connection,
    pair: tuple[int, int],
    order: tuple[int, int],
    known: tuple[Sequence[Json], Mapping[int, _Side]],
) -> Finding:
    (code, relation, similarity, blockers, evidence), sides = known
    item, other = order
    data: dict[str, Json] = {
        "relation": relation,
        "similarity": f"{similarity:.3f}",
        "title": sides[other].title or "",
        "url": sides[other].url,
        "subject": sides[other].id or sides[other].url,
    }
    if sides[other].id is not None:
        data["pair"] = sorted((str(sides[item].id), str(sides[other].id)))
    else:
        data["name"] = conn.execute(_FILE_NAME, [other]).fetchone()[0]
    if code == FAILED:
        data |= orjson.loads(evidence)
        return Finding(code=code, data=data)
    contradictions = orjson.loads(blockers)
    data |= _words(code, contradictions, sides[other], is_first=item == pair[0])
    data["differences"] = _differences(orjson.loads(evidence))
    proposal = sides[other].url if code in _MERGED else None
    return Finding(code=code, field="body_text", proposal=proposal, data=data)


_MERGED = ("DUP-EXACT", "DUP-NEAR", "DUP-REPOST")


def _order(
    pair: tuple[int, int], sides: Mapping[int, _Side], best: Mapping[int, int]
) -> tuple[int, int]:
    a, b = pair
    if sides[a].id is None or sides[b].id is None:
        return (b, a) if sides[a].id is None else (a, b)
    if best.get(a) == best.get(b) and best.get(a) in pair:
        return (b, a) if best[a] == a else (a, b)
    is_later = (sides[a].published_at or "", a) > (sides[b].published_at or "", b)
    return (a, b) if is_later else (b, a)


def _words(
    code: str, contradictions: list[Json], other: _Side, *, is_first: bool
) -> dict[str, Json]:
    """Return the values that the explanation of a code names."""
    here, there = ("here", "there") if is_first else ("there", "here")
    if code == "DUP-REPOST":
        return {"origin": other.issuer or other.url}
    if not contradictions:
        return {}
    kinds = list(dict.fromkeys(x["kind"] for x in contradictions))
    if code == "DUP-EDITION" and len(kinds) > 1:
        kinds = [kind for kind in kinds if kind != "text"]  # it says that they are near
    first = contradictions[0]
    return {
        "kinds": "、".join(map(blocker_name, kinds)),
        "kinds_en": ", ".join(blocker_name(kind, "en") for kind in kinds),
        "what": blocker_name(first["kind"]),
        "what_en": blocker_name(first["kind"], "en"),
        "here": first[here][:_SHOWN],
        "there": first[there][:_SHOWN],
    }


def _differences(evidence: Json) -> list[Json]:
    return list(evidence.get("differences", ()))[:5]
