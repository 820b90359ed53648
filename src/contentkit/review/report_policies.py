"""Policy documents over time for the report: states a year, and who ended whom."""

import sqlite3
from collections import Counter

from contentkit.policy.models import Validity
from contentkit.review.report_facts import Edge, Node, YearState

_STATES = """
SELECT v.validity, v.repealed_on, v.expires_on,
       substr(coalesce(v.effective_on, d.written_on, d.published_at, ''), 1, 10)
FROM validity v JOIN documents d ON d.url_id = v.url_id AND d.state = 'valid'
LEFT JOIN clusters c ON c.url_id = d.url_id AND c.role = 'copy'
WHERE c.url_id IS NULL
"""
_EDGES = """
SELECT s.id, t.id, e.type, coalesce(e.date, ''), e.quote
FROM effect_targets x JOIN effects e ON e.source = x.source AND e.ordinal = x.ordinal
JOIN documents s ON s.url_id = x.source JOIN documents t ON t.url_id = x.target
WHERE e.state = 'resolved' AND e.type <> 'keep' ORDER BY s.id, t.id, e.type, e.ordinal
"""
_NODES = """
WITH ends AS (SELECT source AS item FROM effect_targets
              UNION SELECT target FROM effect_targets)
SELECT d.id, coalesce(d.title, ''), coalesce(d.doc_number, ''), coalesce(d.issuer, ''),
       substr(coalesce(d.written_on, d.published_at, ''), 1, 10),
       coalesce(v.validity, ''), u.url
FROM ends JOIN documents d ON d.url_id = ends.item JOIN urls u ON u.id = d.url_id
LEFT JOIN validity v ON v.url_id = d.url_id
ORDER BY 5, 1
"""
_QUOTED = 160  # characters of a quote that the graph shows


def read_validity(
    conn: sqlite3.Connection, as_of: str
) -> tuple[tuple[YearState, ...], int]:
    """Return the states at the end of each year, the last on `as_of`, and the undated.

    Copies of one document count once; drafts do not count.
    """
    spans, undated = [], 0
    for validity, repealed_on, expires_on, start in conn.execute(_STATES):
        if validity == Validity.DRAFT:
            continue
        end = repealed_on
        if validity == Validity.LAPSED:
            end = repealed_on or expires_on
        is_ended = validity in (Validity.REPEALED, Validity.LAPSED)
        if not start or (is_ended and not end):
            undated += 1
        else:
            spans.append((start, end if is_ended else None, validity))
    if not spans or not as_of:
        return (), undated
    first, last = int(min(spans)[0][:4]), int(as_of[:4])
    return tuple(_year(spans, year) for year in range(first, last + 1)), undated


def _year(spans: list[tuple[str, str | None, str]], year: int) -> YearState:
    counts: Counter[str] = Counter()
    name = f"{year:04}"
    for start, end, validity in spans:
        if end is not None and end[:4] == name:
            counts[validity] += 1
        elif start[:4] <= name and (end is None or end[:4] > name):
            is_unknown = validity == Validity.UNKNOWN
            is_future = validity == Validity.NOT_YET and start[:4] == name
            counts["unknown" if is_unknown else "" if is_future else "held"] += 1
    return YearState(
        year=year,
        in_force=counts["held"],
        unknown=counts["unknown"],
        repealed=counts[Validity.REPEALED],
        lapsed=counts[Validity.LAPSED],
    )


def read_graph(conn: sqlite3.Connection) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Return the documents that act on others or are acted on, oldest first, and how."""
    nodes = tuple(
        Node(
            id=identifier,
            title=title,
            doc_number=number,
            issuer=issuer,
            day=day,
            validity=validity,
            url=url,
        )
        for identifier, title, number, issuer, day, validity, url in conn.execute(
            _NODES
        )
    )
    edges = tuple(
        Edge(source=source, target=target, type=kind, day=day, quote=quote[:_QUOTED])
        for source, target, kind, day, quote in conn.execute(_EDGES)
    )
    return nodes, edges
