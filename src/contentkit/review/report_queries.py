"""The facts of the report, read from the ledger in one snapshot."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

import orjson

from contentkit import __version__
from contentkit.errors import WorkspaceError
from contentkit.findings import Code, codes, explain
from contentkit.models import Finding, Severity
from contentkit.profile import load_profile
from contentkit.review.report_facts import (
    OPEN,
    Facts,
    Flow,
    Group,
    Host,
    Row,
    Unfetched,
)
from contentkit.review.report_policies import read_graph, read_validity
from contentkit.review.words import Words
from contentkit.workspace import Workspace

_FLOWS = """
SELECT coalesce(c.name, u.column_key), coalesce(d.column_code, c.platform_column),
       coalesce(u.fate, ''), count(*)
FROM urls u LEFT JOIN columns c ON c.key = u.column_key
LEFT JOIN documents d ON d.url_id = u.id
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_YEARS = """
SELECT CAST(substr(ifnull(published_at, ''), 1, 4) AS INTEGER), ifnull(column_code, ''),
       count(*) FROM documents WHERE state = 'valid' GROUP BY 1, 2 ORDER BY 1, 2
"""
_ITEMS = """
SELECT i.value, CAST(substr(ifnull(d.published_at, ''), 1, 4) AS INTEGER), count(*)
FROM documents d, json_each(coalesce(d.valid_data, d.data), '$.article20') i
WHERE d.state = 'valid' GROUP BY 1, 2 ORDER BY 1, 2
"""
_PAIRS = """
SELECT coalesce(x.name, a.column_key, ''), coalesce(y.name, b.column_key, ''), count(*)
FROM pairs p JOIN urls a ON a.id = p.a JOIN urls b ON b.id = p.b
LEFT JOIN columns x ON x.key = a.column_key LEFT JOIN columns y ON y.key = b.column_key
WHERE p.state = 'duplicate' GROUP BY 1, 2 ORDER BY 1, 2
"""
_ROWS = """
WITH latest AS (SELECT subject, answer, evidence, max(id) FROM decisions GROUP BY subject)
SELECT f.code, CASE WHEN l.answer IS NULL OR l.answer = 'undo' THEN 'open'
         WHEN l.evidence <> f.key THEN 'reopened' ELSE l.answer END,
       u.url, coalesce(d.title, ''), coalesce(c.name, u.column_key, ''),
       coalesce(d.issuer, ''), f.data, coalesce(f.quote, ''), coalesce(f.proposal, ''),
       coalesce(f.field, ''), f.subject
FROM findings f JOIN urls u ON u.id = f.url_id
LEFT JOIN documents d ON d.url_id = f.url_id
LEFT JOIN columns c ON c.key = u.column_key LEFT JOIN latest l ON l.subject = f.subject
ORDER BY f.code, u.url, f.field, f.start, f.subject
"""
_REASONS = """
SELECT fate, fate_reason, count(*), min(url) FROM urls WHERE fate_reason IS NOT NULL
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
_HOSTS = """
SELECT u.host, count(DISTINCT u.id), count(DISTINCT c.url_id),
       count(DISTINCT CASE WHEN u.state = 'failed' THEN u.id END),
       coalesce(sum(c.bytes), 0)
FROM urls u LEFT JOIN captures c ON c.url_id = u.id AND c.is_current
GROUP BY u.host
"""
_INTERVALS = """
SELECT host, sum(seconds) / sum(fetches) FROM (
  SELECT u.host AS host, count(*) - 1 AS fetches,
         (max(julianday(c.captured_at)) - min(julianday(c.captured_at))) * 86400 AS seconds
  FROM captures c JOIN urls u ON u.id = c.url_id JOIN runs r ON r.id = c.run_id
  WHERE c.captured_at BETWEEN r.started_at AND r.ended_at GROUP BY u.host, c.run_id)
WHERE fetches > 0 GROUP BY host
"""
_UNFETCHED = """
SELECT url, coalesce(fate_reason, reason, state), coalesce(found_on, '') FROM urls
WHERE fate = 'not-fetched' OR (fate IS NULL AND state = 'failed') ORDER BY 2, 1
"""
_FILLED = """
SELECT j.key, count(*) FROM documents d, json_each(coalesce(d.valid_data, d.data)) j
WHERE d.state = 'valid' AND j.value NOT IN ('', '[]', '{}')
GROUP BY 1 ORDER BY 1
"""


def read_facts(workspace: Workspace, words: Words, *, as_of: str | None) -> Facts:
    """Return everything the report tells, as of one moment of the ledger.

    Raises `WorkspaceError` where validity was settled for another day than asked for.
    """
    conn = workspace.conn
    conn.execute("BEGIN")  # a run that goes on does not mix two states into one report
    try:
        return _read(workspace, words, _settled(workspace, as_of))
    finally:
        conn.rollback()


def _settled(workspace: Workspace, as_of: str | None) -> str:
    day = _one(workspace.conn, "SELECT max(as_of) FROM validity")
    if as_of is not None and as_of != day:
        told = f"was settled as of {day}" if day else "was not settled yet"
        raise WorkspaceError(
            f"{workspace.folder}: the validity of documents {told}, not {as_of}: run "
            f"'contentkit cleanup --as-of {as_of}' first"
        )
    return str(day or "")


def _read(workspace: Workspace, words: Words, as_of: str) -> Facts:
    conn = workspace.conn
    profile = load_profile(
        workspace.resource(workspace.settings.profile),
        base_url=workspace.settings.base_url,
    )
    validity, undated = read_validity(conn, as_of)
    nodes, edges = read_graph(conn)
    rows = sorted(_rows(conn, words), key=lambda row: _worth(row.code))
    flows = tuple(
        Flow(legacy=legacy, platform=_column(platform, words), fate=fate, urls=count)
        for legacy, platform, fate, count in conn.execute(_FLOWS)
    )
    fates: Counter[str] = Counter()
    for flow in flows:
        fates[flow.fate] += flow.urls
    return Facts(
        site=profile.title or profile.name,
        base_url=profile.base_url or "",
        software=f"contentkit {__version__}",
        captured=str(_one(conn, "SELECT max(captured_at) FROM captures") or ""),
        as_of=as_of,
        discovered=sum(fates.values()),
        fates=fates,
        documents=sum(count for _, _, count in conn.execute(_YEARS)),
        decided=sum(row.decision not in OPEN for row in rows),
        flows=flows,
        years={
            (year, _column(code, words) or ""): count
            for year, code, count in conn.execute(_YEARS)
        },
        items={(item, year): count for item, year, count in conn.execute(_ITEMS)},
        validity=validity,
        undated=undated,
        pairs=_pairs(conn),
        nodes=nodes,
        edges=edges,
        groups=tuple(_groups(rows)),
        rows=tuple(rows),
        reasons=tuple(tuple(row) for row in conn.execute(_REASONS)),
        hosts=tuple(_hosts(conn)),
        unfetched=tuple(
            Unfetched(url=url, reason=reason, found_on=page)
            for url, reason, page in conn.execute(_UNFETCHED)
        ),
        filled=dict(conn.execute(_FILLED)),
    )


def _column(code: str | None, words: Words) -> str | None:
    return words.of("platform-columns", code) if code else None


def _rows(conn: sqlite3.Connection, words: Words) -> Iterator[Row]:
    known = codes()
    for code, decision, url, title, column, issuer, data, *rest in conn.execute(_ROWS):
        if code not in known:
            continue  # written by another version; the next run of its stage renews it
        quote, proposal, field, subject = rest
        found = Finding(code=code, data=orjson.loads(data))
        yield Row(
            code=code,
            decision=decision,
            url=url,
            title=title,
            column=column,
            issuer=issuer,
            told=explain(found, words.lang),
            quote=quote,
            proposal=words.of("validity", proposal) if field == _STATE else proposal,
            field=field,
            subject=subject,
        )


def _worth(code: str) -> tuple[str, int, str]:
    """Return where a code stands in the order of work: what costs most comes first."""
    found = codes()[code]
    return (found.weight or _UNWEIGHED[found.severity], _rank(found), code)


_STATE = "policy.validity"  # the one field whose proposals are codes

_UNWEIGHED = {Severity.ERROR: "B", Severity.WARNING: "C", Severity.INFO: "D"}
"""Where a code of no weight of its own stands, by its severity (POLICY section 9)."""


def _rank(code: Code) -> int:
    return list(Severity).index(code.severity)


def _groups(rows: list[Row]) -> Iterator[Group]:
    counts = Counter(row.code for row in rows)
    pages = Counter(code for code, _ in {(row.code, row.url) for row in rows})
    waiting = Counter(row.code for row in rows if row.decision in OPEN)
    for code in sorted(counts, key=lambda c: (*_worth(c)[:2], -counts[c], c)):
        is_work = codes()[code].severity is not Severity.INFO
        yield Group(
            code=code,
            count=counts[code],
            pages=pages[code],
            to_decide=waiting[code] if is_work else 0,
        )


def _pairs(conn: sqlite3.Connection) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for a, b, count in conn.execute(_PAIRS):
        counts[min(a, b), max(a, b)] += count
    return dict(sorted(counts.items()))


def _hosts(conn: sqlite3.Connection) -> list[Host]:
    intervals = dict(conn.execute(_INTERVALS))
    hosts = [
        Host(
            host=host,
            urls=urls,
            captured=captured,
            failed=failed,
            bytes=size,
            interval=intervals.get(host),
        )
        for host, urls, captured, failed, size in conn.execute(_HOSTS)
    ]
    return sorted(hosts, key=lambda h: (-(h.interval or 0), -h.urls, h.host))


def _one(conn: sqlite3.Connection, sql: str) -> str | None:
    value: str | None = conn.execute(sql).fetchone()[0]
    return value
