"""What a page needs to know of others before it can be normalized.

A record alone does not say in which column a page without breadcrumbs is listed, nor
which of its attachments were captured. This step, between extract and normalize, puts
that into `records.context` and the digest of both into `records.input`. It runs only
when captures or records changed.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import urlsplit

import orjson

from contentkit.extract.service_page import SERVICES
from contentkit.models import Json
from contentkit.workspace import Workspace, dump

_STATE = """
SELECT ifnull((SELECT max(id) FROM captures), 0) || ' ' ||
       ifnull((SELECT max(run_id) FROM marks WHERE stage = 'extract'), 0) || ' ' ||
       (SELECT count(*) FROM records)
"""

_REFS = """
SELECT r.url_id, r.digest, r.column_path, u.url, f.ref_url, c.sha256, c.bytes,
       c.media_type, c.status, t.state, t.reason,
       EXISTS (SELECT 1 FROM refs p WHERE p.ref_url = u.url AND p.role = 'attachment')
FROM records r JOIN urls u ON u.id = r.url_id
LEFT JOIN refs f ON f.url_id = r.url_id AND f.role IN ('attachment', 'image')
LEFT JOIN urls a ON a.url = f.ref_url
LEFT JOIN urls t ON t.url = coalesce(a.alias_of, a.url)
LEFT JOIN captures c ON c.url_id = t.id AND c.is_current = 1
ORDER BY r.url_id, f.ref_url
"""

_PAGE_NAME = re.compile(
    r"(?:/|\.[a-z]?html?|\.(?:php|jsp|aspx?|do))(?:\?.*)?$", re.IGNORECASE
)

# what stands where a file should: a login page, an error page, a list
PAGE_TYPES = ("text/html", "application/xhtml+xml")

# a breadcrumb of a list may leave out the last name; the articles that it shows name
# their column in full, so most of them decide
_LISTS = """
SELECT r.url_id, r.column_path, r.template, u.url, u.found_on FROM records r
JOIN urls u ON u.id = r.url_id WHERE r.kind = 'list' ORDER BY u.depth, r.url_id
"""
_SHOWN = """
SELECT p.column_path FROM refs f JOIN urls t ON t.url = f.ref_url
JOIN records p ON p.url_id = t.id AND p.kind = 'article'
WHERE f.url_id = ? AND f.role = 'item' AND p.column_path <> ''
  AND substr(p.column_path, 1, length(?)) = ?
GROUP BY p.column_path ORDER BY count(*) DESC, p.column_path LIMIT 1
"""

# the deepest list that shows the page, then the first by address
_LISTED = """
SELECT u.column_key, u.url FROM refs f JOIN urls u ON u.id = f.url_id
WHERE f.role = 'item' AND f.ref_url = ? AND u.column_key NOT LIKE '/%'
ORDER BY length(u.column_key) DESC, u.url LIMIT 1
"""

# what later stages made of a document, and the stages whose items are documents
_OF_DOCUMENTS = (
    ("documents", "url_id"),
    ("provenance", "url_id"),
    ("readings", "url_id"),
    ("citation_keys", "url_id"),
    ("effects", "source"),
    ("effect_targets", "source"),
    ("effect_targets", "target"),
    ("validity", "url_id"),
    ("relations", "source"),
    ("relations", "target"),
    ("clusters", "url_id"),
    ("clusters", "canonical"),
    ("corrections", "url_id"),
)
_AFTER = "stage IN ('normalize', 'validate', 'read', 'dedupe', 'cleanup')"


def needs_linking(workspace: Workspace) -> bool:
    """Tell whether captures or records changed since they were linked."""
    mark = "SELECT input FROM marks WHERE stage = 'link'"
    row = workspace.conn.execute(mark).fetchone()
    return row is None or row[0] != _state(workspace.conn)


def _state(conn: sqlite3.Connection) -> str:
    return str(conn.execute(_STATE).fetchone()[0])


def link_records(workspace: Workspace, run_id: int) -> None:
    """Bring the context of every record up to date."""
    conn = workspace.conn
    state = _state(conn)
    with workspace.transaction():
        _retire(conn)
        _name_lists(conn)
        conn.executemany(
            "UPDATE records SET context = ?, input = ? WHERE url_id = ?"
            " AND (input IS NULL OR input <> ?)",
            _contexts(conn),
        )
        conn.executemany("UPDATE urls SET column_key = ? WHERE id = ?", _keys(conn))
        conn.execute(
            "UPDATE urls SET column_key = (SELECT p.column_key FROM urls p"
            " WHERE p.url = urls.found_on)"
            " WHERE found_as IN ('attachment', 'image', 'media', 'next', 'frame')"
            " AND id NOT IN (SELECT url_id FROM records)"
        )
        conn.execute(
            "UPDATE urls SET column_key = (SELECT l.column_key FROM refs f"
            " JOIN urls l ON l.id = f.url_id WHERE f.ref_url = urls.url"
            " AND f.role = 'item' ORDER BY l.url LIMIT 1)"
            " WHERE id NOT IN (SELECT url_id FROM records)"
            " AND url IN (SELECT ref_url FROM refs WHERE role = 'item')"
        )
        conn.execute(
            "INSERT OR REPLACE INTO marks VALUES ('link', 0, ?, '', 'done', NULL, ?)",
            [state, run_id],
        )


def _retire(conn: sqlite3.Connection) -> None:
    """Delete what came of pages that are gone or are no articles any more."""
    conn.execute(
        "DELETE FROM records WHERE url_id NOT IN"
        " (SELECT url_id FROM captures WHERE is_current = 1 AND status = 200)"
    )
    gone = "NOT IN (SELECT url_id FROM records WHERE kind = 'article')"
    conn.execute("DELETE FROM refs WHERE url_id NOT IN (SELECT url_id FROM records)")
    for table, column in _OF_DOCUMENTS:
        conn.execute(f"DELETE FROM {table} WHERE {column} {gone}")
    conn.execute(f"DELETE FROM findings WHERE {_AFTER} AND url_id {gone}")
    conn.execute(f"DELETE FROM marks WHERE {_AFTER} AND item <> 0 AND item {gone}")


def _contexts(conn: sqlite3.Connection) -> Iterator[list[Json]]:
    rows = conn.cursor().execute(_REFS)
    for url_id, group in groupby(rows, key=lambda row: row[0]):
        refs = list(group)
        _, digest, column_path, url = refs[0][:4]
        context: dict[str, Json] = {}
        files = {row[4]: _file(row[5:-1]) for row in refs if row[4]}
        if files:
            context["files"] = files
        if refs[0][-1] and not _PAGE_NAME.search(url):
            # a page answers where others link to a file
            context["stands_for_file"] = True
        if not column_path:
            listed = conn.execute(_LISTED, [url]).fetchone()
            if listed:
                context["listed"] = {"column_path": listed[0], "url": listed[1]}
        text = dump(context)
        key = hashlib.sha256(orjson.dumps([digest, text])).hexdigest()
        yield [text, key, url_id, key]


def _file(row: tuple[Json, ...]) -> Json:
    sha256, size, media_type, status, state, reason = row
    if status == 200 and media_type in PAGE_TYPES:
        return {"reason": "attachment-is-page"}
    if status == 200 and not size:
        return {"reason": "attachment-is-empty"}
    if status == 200:
        return {"sha256": sha256, "bytes": size, "media_type": media_type}
    if status is not None:
        return {"reason": f"http-{status}"}
    return {"reason": reason or ("not-captured" if state != "failed" else "failed")}


def _name_lists(conn: sqlite3.Connection) -> None:
    """Say of each list page which legacy column it is a page of."""
    for url_id, path, template, url, found_on in conn.execute(_LISTS).fetchall():
        shown = conn.execute(_SHOWN, [url_id, path, path]).fetchone()
        if shown:
            key = shown[0]
        elif template in SERVICES:
            # its answer stands for a page of the list that asked for it
            asked = conn.execute(
                "SELECT column_key FROM urls WHERE url = ?", [found_on]
            ).fetchone()
            key = asked[0] if asked else None
        else:
            key = path or folder_of(url)
        conn.execute("UPDATE urls SET column_key = ? WHERE id = ?", [key, url_id])


def _keys(conn: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the legacy column of each article: its path of names, else its folder."""
    rows = conn.cursor().execute(
        "SELECT r.url_id, r.column_path, r.context, u.url FROM records r"
        " JOIN urls u ON u.id = r.url_id WHERE r.kind = 'article' ORDER BY r.url_id"
    )
    for url_id, column_path, context, url in rows:
        facts = orjson.loads(context)
        if "stands_for_file" in facts:
            continue  # it is of no column
        listed = facts.get("listed", {})
        yield column_path or listed.get("column_path") or folder_of(url), url_id


def folder_of(url: str) -> str:
    """Return the folder of a URL, the last resort for naming a legacy column.

    >>> folder_of("http://www.example.gov.cn/xw/2020/1.html")
    '/xw/2020/'
    """
    return urlsplit(url).path.rpartition("/")[0] + "/"
