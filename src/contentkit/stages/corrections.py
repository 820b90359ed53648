"""What of a document is put right, by a safe rule or by an editor's decision.

Reads findings and decisions; writes `corrections`, derived anew each time, so that a
rejected rule or an undone decision leaves nothing behind. A value that would not fit the
platform's schema is not put in: the finding stays, and where it was an editor's answer
`decision-unfit` says so.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from contentkit.findings import codes
from contentkit.models import Finding, Json
from contentkit.stages.edits import TEXT_FAMILIES
from contentkit.validate.edition import Edition
from contentkit.validate.schema_rules import check_schema, title_of
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
       l.evidence = f.key, f.start, f."end", f.subject
FROM findings f LEFT JOIN v_latest_decisions l ON l.subject = f.subject
JOIN documents d ON d.url_id = f.url_id AND d.state = 'valid'
WHERE (f.field IS NOT NULL AND f.proposal IS NOT NULL) OR l.value IS NOT NULL
ORDER BY f.url_id, f.field, f.code, f.id
"""
_SHOWN = 200  # characters of a value that a finding carries
_NO_VALUE = {
    "expected": "no value, for this kind of finding takes none: accept or reject it",
    "expected_zh": "本类问题不能填写替代内容，请选择接受或不接受",
}
_NO_POLICY = {
    "expected": "a policy document, which this is not",
    "expected_zh": "只有政策文件才有此字段",
}


class _Row(NamedTuple):
    item: int
    code: str
    field: str | None
    proposal: str | None
    answer: str | None
    value: str | None
    author: str | None
    is_current: int | None
    start: int | None
    end: int | None
    subject: str

    @property
    def is_private(self) -> bool:
        """Tell whether the value taken away is personal data: it is kept nowhere else."""
        return codes()[self.code].family == "personal"

    @property
    def place(self) -> list[str]:
        """The names that lead to the field in a document."""
        return self.field.split(".") if self.field else []


def settle_corrections(
    conn: sqlite3.Connection, edition: Edition
) -> Iterator[tuple[int, Finding]]:
    """Derive the corrections anew; yield the answers of editors that cannot be followed."""
    conn.execute("DELETE FROM corrections")
    for row in map(_Row._make, conn.execute(_PROPOSED).fetchall()):
        if _is_for_nothing(row):
            yield row.item, _unfit(row, edition, str(row.value), _NO_VALUE)
        for value, origin in _chosen(row):
            original = _original(conn, row)
            whole = _whole(row, original, value)
            if original == whole:
                continue
            asked = _asked(conn, edition, row, whole)
            if asked is not None:
                if row.answer is not None:
                    yield row.item, _unfit(row, edition, value, asked)
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


def _is_for_nothing(row: _Row) -> bool:
    """Tell whether an editor gave a value where nothing takes one."""
    is_edit = row.field == "body_text" and row.start is not None
    is_taken = is_edit and codes()[row.code].family in TEXT_FAMILIES
    is_given = row.answer == "change" and row.value is not None and row.is_current
    return bool(is_given) and row.field not in FIELDS and not is_taken


def _unfit(row: _Row, edition: Edition, value: str, asked: dict[str, str]) -> Finding:
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    data = {
        "code": row.code,
        "name": title_of(edition.document, row.place) or row.code,
        "value": "…" if row.is_private else shown,
        "subject": row.subject,
        **asked,
    }
    return Finding(code="decision-unfit", field=row.field, data=data)


def _whole(row: _Row, original: Json, value: str) -> str:
    """Return the new value of a field: a mask takes the place of what it hides."""
    if row.is_private and row.start is not None and isinstance(original, str):
        return original[: row.start] + value + original[row.end :]
    return value


def _is_safe(code: str) -> bool:
    return codes()[code].auto in {"Y", "Y-field"}


def _original(conn: sqlite3.Connection, row: _Row) -> Json:
    document = _document(conn, row.item)
    *parents, name = row.place
    for parent in parents:
        document = document.get(parent) or {}
    return document.get(name)


def _asked(
    conn: sqlite3.Connection, edition: Edition, row: _Row, value: Json
) -> dict[str, str] | None:
    """Return what the platform's schema asks for instead; None if the value fits."""
    document = _document(conn, row.item)
    *parents, name = row.place
    place = document
    for parent in parents:
        if place.get(parent) is None:
            return _NO_POLICY
        place = place[parent]
    place[name] = value
    for fault in check_schema(document, edition.document):
        return {key: str(fault.data[key]) for key in ("expected", "expected_zh")}
    return None


def _document(conn: sqlite3.Connection, item: int) -> Json:
    sql = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
    return orjson.loads(conn.execute(sql, [item]).fetchone()[0])
