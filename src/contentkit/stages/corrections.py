"""What of a document is put right, by a safe rule or by an editor's decision.

Reads findings and decisions; writes `corrections`, derived anew each time, so that a
rejected rule or an undone decision leaves nothing behind. A value that would not fit the
platform's schema is not put in: the finding stays, and says so.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from contentkit.findings import codes
from contentkit.models import Json
from contentkit.validate.edition import Edition
from contentkit.workspace import dump

FIELDS = frozenset(
    {
        "title",
        "subtitle",
        "summary",
        "index_number",
        "doc_number",
        "registry_number",
        "written_on",
        "published_at",
        "source",
        "author",
        "topic",
        "genre",
        "policy.validity",
        "policy.effective_on",
        "policy.expires_on",
    }
)
"""Fields whose whole value a finding may propose."""

_PROPOSED = """
SELECT f.url_id, f.code, f.field, f.proposal, l.answer, l.value, l.author,
       l.evidence = f.key, f.start, f."end"
FROM findings f LEFT JOIN v_latest_decisions l ON l.subject = f.subject
JOIN documents d ON d.url_id = f.url_id AND d.state = 'valid'
WHERE f.field IS NOT NULL AND (f.proposal IS NOT NULL OR l.value IS NOT NULL)
ORDER BY f.url_id, f.field, f.code, f.id
"""


class _Row(NamedTuple):
    item: int
    code: str
    field: str
    proposal: str | None
    answer: str | None
    value: str | None
    author: str | None
    is_current: int | None
    start: int | None
    end: int | None

    @property
    def is_private(self) -> bool:
        """Tell whether the value taken away is personal data: it is kept nowhere else."""
        return codes()[self.code].family == "personal"


def settle_corrections(conn: sqlite3.Connection, edition: Edition) -> None:
    """Derive the corrections anew."""
    conn.execute("DELETE FROM corrections")
    for row in map(_Row._make, conn.execute(_PROPOSED).fetchall()):
        for value, origin in _chosen(row):
            original = _original(conn, row)
            whole = _whole(row, original, value)
            if original == whole or not _fits(conn, edition, row, whole):
                continue
            kept = None if row.is_private else dump(original)
            conn.execute(
                "INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?, ?)",
                [row.item, row.field, kept, dump(whole), row.code, origin],
            )


def _chosen(row: _Row) -> Iterator[tuple[str, str]]:
    """Yield the value to put in, with its origin, where there is one.

    An answer to other evidence does not count: it waits for the editor.
    """
    if row.field not in FIELDS:
        return
    if row.answer is not None and row.is_current:
        if row.answer == "accept" and row.proposal is not None:
            yield row.proposal, f"decision:{row.author}"
        elif row.answer == "change" and row.value is not None:
            yield row.value, f"decision:{row.author}"
    elif row.answer is None and row.proposal is not None and _is_safe(row.code):
        yield row.proposal, f"rule:{row.code}"


def _whole(row: _Row, original: Json, value: str) -> str:
    """Return the new value of a field: a mask takes the place of what it hides."""
    if row.is_private and row.start is not None and isinstance(original, str):
        return original[: row.start] + value + original[row.end :]
    return value


def _is_safe(code: str) -> bool:
    return codes()[code].auto in {"Y", "Y-field"}


def _original(conn: sqlite3.Connection, row: _Row) -> Json:
    document = _document(conn, row.item)
    *parents, name = row.field.split(".")
    for parent in parents:
        document = document.get(parent) or {}
    return document.get(name)


def _fits(conn: sqlite3.Connection, edition: Edition, row: _Row, value: Json) -> bool:
    """Tell whether the document would still fit the platform's schema."""
    document = _document(conn, row.item)
    *parents, name = row.field.split(".")
    place = document
    for parent in parents:
        if place.get(parent) is None:
            return False
        place = place[parent]
    place[name] = value
    return edition.document.is_valid(document)


def _document(conn: sqlite3.Connection, item: int) -> Json:
    sql = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
    return orjson.loads(conn.execute(sql, [item]).fetchone()[0])
