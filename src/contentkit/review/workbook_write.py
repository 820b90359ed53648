"""The open worklists as a workbook that editors fill in: `review export`.

One sheet a family of findings, each subject once, the heaviest first. Memory does not
grow with the rows. The same ledger gives the same bytes. Every text of a page is inert: no formula,
no link but to plain web addresses.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import chain
from pathlib import Path

import orjson
import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from contentkit.errors import ContentkitError, WorkspaceError
from contentkit.findings import Code, codes, explain, remedy
from contentkit.models import Finding, Json, Severity
from contentkit.review.words import Words
from contentkit.review.workbook_layout import (
    check_of,
    plain,
    shown_value,
    version_of,
)
from contentkit.review.workbook_sheets import Sheets
from contentkit.terminal import printable
from contentkit.workspace import Workspace

WAITING = ("open", "reopened", "unsure")
"""The states of findings that wait for an editor."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_SEVERITIES = list(Severity)  # the gravest first
_UNDATED = "2000-01-01T00:00:00+08:00"  # a ledger without captures

_WANTED = """
WITH shown AS (
  SELECT f.*, (SELECT max(l.id) FROM decisions l WHERE l.subject = f.subject) AS last
  FROM findings f WHERE f.code IN (SELECT value FROM json_each(:code))
    AND f.id = (SELECT min(g.id) FROM findings g WHERE g.subject = f.subject
                AND g.code IN (SELECT value FROM json_each(:codes)))
), stated AS (
  SELECT s.*, x.answer, x.value, x.reason, x.evidence, CASE
    WHEN x.id IS NULL OR x.answer = 'undo' THEN 'open'
    WHEN x.evidence <> s.key THEN 'reopened' ELSE x.answer END AS decision
  FROM shown s LEFT JOIN decisions x ON x.id = s.last
), wanted AS (
  SELECT * FROM stated WHERE decision IN (SELECT value FROM json_each(:decisions))
)
"""
_COUNTS = _WANTED + "SELECT code, count(*) FROM wanted GROUP BY code"  # noqa: S608
_ROWS = (
    _WANTED
    + """
SELECT s.code, s.severity, s.field, s.quote, s.proposal, s.data, s.subject,
  s.key, s.decision, s.answer, s.value, s.reason, s.evidence AS seen, u.url,
  coalesce(d.title, r.title) AS title, d.doc_number
FROM wanted s JOIN urls u ON u.id = s.url_id
LEFT JOIN documents d ON d.url_id = s.url_id LEFT JOIN records r ON r.url_id = s.url_id
ORDER BY u.url, s.start, s.id
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written where: `sheets` is rows by name of sheet."""

    path: str
    findings: int
    sheets: Mapping[str, int]

    def to_json(self) -> Json:
        """Return it as JSON."""
        return {
            "path": self.path,
            "findings": self.findings,
            "sheets": dict(self.sheets),
        }


def write_workbook(
    workspace: Workspace,
    path: Path,
    *,
    wanted: Mapping[str, Sequence[str]],
    lang: str,
) -> Written:
    """Write the findings that `wanted` (`codes`, `decisions`) selects; none is an error.

    A file of that name is never replaced: an editor may have worked in it.
    """
    if path.suffix.lower() != ".xlsx":
        raise ContentkitError(f"{path}: name a file that ends with .xlsx")
    if path.exists():
        raise ContentkitError(
            f"{path}: is there already and may hold decisions: name another file"
        )
    chosen = _selected(wanted)
    worklists = _worklists(workspace.conn, chosen)
    if not worklists:
        raise ContentkitError(
            "no finding is selected, so there is nothing to decide: see 'contentkit "
            "findings --counts'"
        )
    content = BytesIO()  # packed; the rows wait in temporary files
    try:
        sheets = _fill(workspace, content, worklists, (chosen, lang))
        _keep(path, content)
    except (OSError, XlsxFileError) as error:
        raise WorkspaceError(
            f"{path}: cannot be written ({error}): make room, or name a file in a folder "
            "that you may write to"
        ) from error
    return Written(path=str(path), findings=sum(sheets.values()), sheets=sheets)


def _fill(
    workspace: Workspace,
    content: BytesIO,
    worklists: Mapping[str, Sequence[str]],
    asked: tuple[Mapping[str, str], str],
) -> Mapping[str, int]:
    chosen, lang = asked
    words = Words(lang)
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        book.set_properties({"created": _day(workspace.conn)})
        guide = book.add_worksheet(words("sheet-guide"))
        sheets = Sheets(book, lang)
        for family, names in worklists.items():
            rows = chain.from_iterable(
                _rows(workspace.conn, chosen, code, lang) for code in names
            )
            sheets.add(words(f"family-{family}"), rows)
        sheets.guide(guide, workspace.settings.base_url or workspace.folder.name)
    return sheets.counts


def _keep(path: Path, content: BytesIO) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content.getbuffer())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _selected(wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the filter as SQL takes it; refuse a code that no finding can have."""
    chosen = []
    for name in wanted.get("codes") or codes():
        same = [c.code for c in codes().values() if name in (c.code, c.same_as)]
        if not same:
            raise ContentkitError(
                f"{printable(name)}: no such code of findings: see 'contentkit findings "
                "--counts'"
            )
        chosen += same
    decisions = list(wanted.get("decisions") or WAITING)
    return {
        "codes": orjson.dumps(chosen).decode(),
        "decisions": orjson.dumps(decisions).decode(),
    }


def _worklists(
    conn: sqlite3.Connection, chosen: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return the codes of each family that has findings, what weighs most first."""
    counts = dict(conn.execute(_COUNTS, {**chosen, "code": chosen["codes"]}))
    order = sorted(counts, key=lambda name: (*rank(codes()[name]), -counts[name], name))
    families: dict[str, list[str]] = {}
    for name in order:
        families.setdefault(codes()[name].family, []).append(name)
    return families


def rank(code: Code) -> tuple[str, int]:
    """Return how soon a kind of finding should be decided: by weight, by severity."""
    return code.weight or "~", _SEVERITIES.index(code.severity)


def _rows(
    conn: sqlite3.Connection, chosen: Mapping[str, str], code: str, lang: str
) -> Iterator[dict[str, str]]:
    """Yield the cells of each finding of a code, by column."""
    words = Words(lang)
    cursor = conn.cursor()
    cursor.execute(_ROWS, {**chosen, "code": orjson.dumps([code]).decode()})
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        finding = Finding(code=code, data=orjson.loads(row["data"]))
        is_answered = row["decision"] not in ("open", "reopened")
        cells = {
            **{key: row[key] or "" for key in _AS_THEY_ARE},
            "severity": words(f"report-{row['severity']}"),
            "field": words.field(row["field"] or ""),
            "explanation": explain(finding, lang),
            "remedy": remedy(finding, lang),
            "evidence": row["key"],
            "version": version_of(
                [row[k] for k in ("answer", "value", "reason", "seen")]
            ),
            "answer": words(f"answer-{row['decision']}") if is_answered else "",
            "value": (
                shown_value(row["field"], row["value"] or "", lang)
                if is_answered
                else ""
            ),
            "proposal": shown_value(row["field"], row["proposal"] or "", lang),
            "reason": (row["reason"] or "") if is_answered else "",
        }
        cells = {key: plain(value) for key, value in cells.items()}
        yield {**cells, "check": check_of(cells)}


_AS_THEY_ARE = (
    "code",
    "title",
    "doc_number",
    "url",
    "quote",
    "subject",
)


def _day(conn: sqlite3.Connection) -> datetime:
    """Return the time of the last capture: not of the clock, for the same bytes."""
    (last,) = conn.execute("SELECT max(captured_at) FROM captures").fetchone()
    return datetime.fromisoformat(last or _UNDATED).replace(tzinfo=None)
