"""Interpretations and their documents, found in the ledger.

Reads documents, citation keys, clusters and validity; writes relations of type interprets;
returns the findings. Only documents that can act are candidates, no drafts.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence

import orjson

from contentkit.cleanup.interpretation_checks import (
    Interpreted,
    check_interpretation,
    check_interpreted,
)
from contentkit.cleanup.interpretations import (
    Candidate,
    InterpretationLink,
    link_interpretation,
)
from contentkit.cleanup.mentions import Mention, find_mentions
from contentkit.models import Document, Finding, Json
from contentkit.policy.targets import Held
from contentkit.policy.titles import cited_title
from contentkit.stages.validity import CLEANUP
from contentkit.workspace import dump

_INTERPRETATIONS = """
SELECT d.url_id FROM documents d
LEFT JOIN clusters c ON c.url_id = d.url_id AND c.role = 'copy' AND c.is_accepted = 1
WHERE d.kind = 'interpretation' AND d.state = 'valid' AND c.url_id IS NULL ORDER BY d.id
"""
_HELD = """
SELECT d.url_id, d.id, d.title, d.issuer, d.doc_number, d.written_on,
       substr(d.published_at, 1, 10), c.canonical, d.kind
FROM documents d JOIN readings r ON r.url_id = d.url_id
LEFT JOIN clusters c ON c.url_id = d.url_id
WHERE d.state = 'valid' AND r.is_source = 1 AND r.is_draft = 0 AND
"""
_BY_KEY = (
    _HELD
    + " d.url_id IN (SELECT url_id FROM citation_keys WHERE kind = ? AND key = ?)"
    + " ORDER BY d.id"
)
_BY_URL = (
    _HELD
    + " d.url_id = (SELECT id FROM urls WHERE url ="
    + " (SELECT coalesce(alias_of, url) FROM urls WHERE url = ?))"
)
_TARGET = """
SELECT d.url_id, coalesce(d.valid_data, d.data), v.validity, v.policy
FROM documents d LEFT JOIN validity v ON v.url_id = d.url_id
WHERE d.url_id = (
  SELECT coalesce(c.canonical, l.url_id) FROM documents l
  LEFT JOIN clusters c ON c.url_id = l.url_id AND c.role = 'copy' AND c.is_accepted = 1
  WHERE l.id = ?)
"""
_UNREAD = """
SELECT d.url_id, v.validity FROM documents d
JOIN validity v ON v.url_id = d.url_id LEFT JOIN clusters c ON c.url_id = d.url_id
WHERE coalesce(c.canonical, d.url_id) = d.url_id AND d.url_id NOT IN (
  SELECT coalesce(k.canonical, r.target) FROM relations r
  LEFT JOIN clusters k ON k.url_id = r.target WHERE r.type = 'interprets')
ORDER BY d.id
"""
_DOCUMENT = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"


def settle_interpretations(
    conn: sqlite3.Connection, canonical: Callable[[str], str]
) -> Iterator[tuple[int, Finding]]:
    """Link every interpretation anew; yield findings with their document.

    `canonical` turns a link of a page into the form of the ledger's addresses. Both
    directions follow from the one relation. Rests on `settle_validity`.
    """
    for (item,) in conn.execute(_INTERPRETATIONS).fetchall():
        document = _document(conn, item)
        mentions = find_mentions(document)
        held = _candidates(conn, mentions, canonical)
        link = link_interpretation(document, held, mentions=mentions)
        target = _target(conn, item, document, link)
        for finding in check_interpretation(document, target, link.candidates):
            yield item, finding
    for item, validity in conn.execute(_UNREAD).fetchall():
        for finding in check_interpreted(_document(conn, item), validity=validity):
            yield item, finding


def _document(conn: sqlite3.Connection, item: int) -> Document:
    return orjson.loads(conn.execute(_DOCUMENT, [item]).fetchone()[0])  # type: ignore[no-any-return]


def _candidates(
    conn: sqlite3.Connection,
    mentions: Sequence[Mention],
    canonical: Callable[[str], str],
) -> list[Candidate]:
    found: dict[str, tuple[Sequence[Json], set[str]]] = {}
    for kind, value in dict.fromkeys((x.kind, x.value) for x in mentions):
        for row in _rows(conn, kind, value, canonical):
            addresses = found.setdefault(row[1], (row, set()))[1]
            if kind == "link":
                addresses.add(value)
    return [_candidate(row, frozenset(links)) for row, links in found.values()]


def _rows(
    conn: sqlite3.Connection, kind: str, value: str, canonical: Callable[[str], str]
) -> list[Sequence[Json]]:
    if kind == "link":
        return conn.execute(_BY_URL, [canonical(value)]).fetchall()
    if kind == "number":
        return conn.execute(_BY_KEY, ["number", value]).fetchall()
    key = cited_title(value).key
    return conn.execute(_BY_KEY, ["title", key]).fetchall() if key else []


def _candidate(row: Sequence[Json], addresses: frozenset[str]) -> Candidate:
    item, name, title, issuer, number, written_on, published_on, group, kind = row
    held = Held(
        id=item,
        title=title,
        issuer=issuer,
        doc_number=number,
        written_on=written_on,
        published_on=published_on,
        group=group,
    )
    return Candidate(id=name, held=held, addresses=addresses, kind=kind)


def _target(
    conn: sqlite3.Connection, item: int, document: Document, link: InterpretationLink
) -> Interpreted | None:
    """Return the document of a link and write the relation to it."""
    if link.target is None:
        return None
    other, data, validity, policy = conn.execute(_TARGET, [link.target]).fetchone()
    conn.execute(
        "INSERT OR IGNORE INTO relations VALUES ('interprets', ?, ?, ?, ?)",
        [item, other, CLEANUP, dump(link.basis(document["id"]))],
    )
    facts = orjson.loads(policy) if policy else {}
    return Interpreted(
        document=orjson.loads(data),
        validity=validity or "unknown",
        effective_on=facts.get("effective_on"),
        validity_years=facts.get("validity_years"),
    )
