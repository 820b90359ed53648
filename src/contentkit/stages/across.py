"""Findings that no page tells alone, kept as findings of the stage `site`.

Reads documents, records and provenance; writes findings (IDX-06, DATE-03, META-01,
META-05, `pubdate-12-hours`) in the place of those of the last time.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from contentkit.models import Finding, Json
from contentkit.stages.finding_rows import replace_findings
from contentkit.validate.across import (
    TAGGED,
    CodedPages,
    Dated,
    Lacking,
    Timed,
    check_bulk_dates,
    check_clock,
    check_site_codes,
    common_tags,
    missing_tags,
)
from contentkit.validate.site import check_repeated_numbers
from contentkit.workspace import Workspace

SITE = "site"  # the stage of findings that need the whole corpus

_NUMBERS = """
SELECT index_number, id FROM documents WHERE index_number IN
  (SELECT index_number FROM documents WHERE index_number IS NOT NULL
   AND state <> 'dropped' GROUP BY index_number HAVING count(*) > 1)
ORDER BY index_number, id
"""
_DATED = """
SELECT published_at, written_on, id FROM documents
WHERE published_at IS NOT NULL AND written_on IS NOT NULL ORDER BY published_at, id
"""
_TIMED = """
SELECT ifnull(r.template, ''), d.published_at, d.id FROM documents d
JOIN provenance p ON p.url_id = d.url_id AND p.field = 'published_at'
JOIN records r ON r.url_id = d.url_id
WHERE p.origin LIKE 'meta:%' AND length(d.published_at) > 10
ORDER BY ifnull(r.template, ''), d.id
"""
_CODES = """
SELECT k.code, count(*), min(u.url) FROM
  (SELECT url_id, json_extract(data, '$.site_code') AS code FROM records) k
JOIN urls u ON u.id = k.url_id WHERE k.code IS NOT NULL GROUP BY k.code ORDER BY k.code
"""
_LACKING = """
SELECT kind, lacking, count(*) FROM records GROUP BY kind, lacking ORDER BY kind, lacking
"""
# where a fault of all pages of a kind is told: on the home page, else on the first of them
_TOLD_ON = """
SELECT url_id FROM records JOIN urls u ON u.id = url_id WHERE kind = 'home' OR kind = ?
ORDER BY kind <> 'home', u.url LIMIT 1
"""
_LACK_MORE = """
SELECT url_id, lacking FROM records WHERE kind = ? AND lacking <> '' ORDER BY url_id
"""


def find_across(workspace: Workspace) -> None:
    """Tell anew what only shows in the documents and pages together."""
    conn = workspace.conn
    found: defaultdict[int, list[Json]] = defaultdict(list)
    for document, finding in _about_documents(conn):
        found[_id(conn, "documents", "id", document)].append(finding.to_json())
    codes = [CodedPages(*row) for row in conn.execute(_CODES)]
    for url, finding in check_site_codes(codes):
        found[_id(conn, "urls", "url", url)].append(finding.to_json())
    for item, finding in _about_tags(conn):
        found[item].append(finding.to_json())
    with workspace.transaction() as conn:
        conn.execute("DELETE FROM findings WHERE stage = ?", [SITE])
        for item, findings in sorted(found.items()):
            replace_findings(conn, SITE, item, findings)


def _about_documents(conn: sqlite3.Connection) -> Iterator[tuple[str, Finding]]:
    yield from check_repeated_numbers(conn.execute(_NUMBERS).fetchall())
    yield from check_bulk_dates(map(Dated._make, conn.cursor().execute(_DATED)))
    yield from check_clock(map(Timed._make, conn.cursor().execute(_TIMED)))


def _about_tags(conn: sqlite3.Connection) -> Iterator[tuple[int, Finding]]:
    """Yield META-01 once for what most pages of a kind lack, then where one lacks more."""
    rows = [Lacking(*row) for row in conn.execute(_LACKING)]
    for kind in TAGGED:
        common = common_tags(rows, kind)
        if common:
            (item,) = conn.execute(_TOLD_ON, [kind]).fetchone()
            yield item, missing_tags(common, kind, max(common.values()))
        for item, lacking in conn.cursor().execute(_LACK_MORE, [kind]):
            rest = [tag for tag in lacking.split("、") if tag not in common]
            if rest:
                yield item, missing_tags(rest, kind)


def _id(conn: sqlite3.Connection, table: str, key: str, value: str) -> int:
    column = "id" if table == "urls" else "url_id"
    sql = f"SELECT {column} FROM {table} WHERE {key} = ?"
    return int(conn.execute(sql, [value]).fetchone()[0])
