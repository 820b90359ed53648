"""The lists of a clean-up round and the counts of the years, from the ledger.

Reads documents, validity, findings, decisions and corrections; writes files outside the
workspace, nothing else.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from contentkit.bundle.sink import replace_file
from contentkit.cleanup.annual import AnnualCounts, count_years
from contentkit.cleanup.list_files import write_html, write_xlsx
from contentkit.cleanup.lists import CleanupLists, ListRow, Part, make_lists
from contentkit.errors import WorkspaceError
from contentkit.findings import explain
from contentkit.models import Finding, Json
from contentkit.stages.cleanup import is_cleanup_pending
from contentkit.stages.corrected import Corrected
from contentkit.workspace import Workspace

XLSX, HTML = "cleanup-lists.xlsx", "cleanup-lists.html"
_ROWS = """
SELECT d.url_id, coalesce(d.valid_data, d.data), v.validity, v.repealed_on, v.basis
FROM validity v JOIN documents d ON d.url_id = v.url_id AND d.state = 'valid'
LEFT JOIN clusters c ON c.url_id = d.url_id AND c.role = 'copy'
WHERE c.url_id IS NULL ORDER BY d.id
"""
_QUESTIONS = """
SELECT code, data, proposal, decision FROM v_findings WHERE document = ?
AND code IN ('VAL-REPEALED', 'VAL-EXPIRED', 'VAL-CLOSEDLIST', 'VAL-DEFAULT',
             'REL-CITES-DEAD', 'VAL-TRIAL-OVERDUE') ORDER BY code, id
"""
_TO_AMEND = frozenset({"REL-CITES-DEAD", "VAL-TRIAL-OVERDUE"})
_OPEN = frozenset({"open", "reopened", "unsure"})
_SHOWN = 2  # pieces of evidence in one cell
_SETTLED_ON = "SELECT max(as_of) FROM validity"
_TITLE = "SELECT title FROM documents WHERE id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The lists that were made and the files that hold them."""

    lists: CleanupLists
    annual: AnnualCounts
    files: tuple[Path, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the counts and the files as the command prints them."""
        return {
            "as_of": self.lists.as_of,
            "issuer": self.lists.issuer or None,
            "counts": {str(part): n for part, n in self.lists.counts.items()},
            "total": self.lists.total,
            "complete": self.lists.is_complete,
            "files": [str(path) for path in self.files],
        }


def write_lists(
    workspace: Workspace, out: Path, *, as_of: str | None = None, issuer: str = ""
) -> Written:
    """Write the lists of a round into a folder; files of the same name are replaced.

    The day is that of the last clean-up. Raises `WorkspaceError` where another day is
    asked for, where the clean-up is not up to date, or where nobody of that name issued a
    document.
    """
    day = _settled_day(workspace, as_of)
    rows = list(_rows(workspace.conn))
    issuers = sorted({row.issuer for row in rows if row.issuer})
    if issuer and issuer not in issuers:
        known = "、".join(issuers[:10]) or "none"
        raise WorkspaceError(
            f"--issuer {issuer}: issued no policy document here: give one of {known}"
        )
    own = [row for row in rows if not issuer or row.issuer == issuer]
    lists = make_lists(rows, as_of=day, issuer=issuer)
    annual = count_years(own, as_of=day)
    replace_file(out / XLSX, write_xlsx(lists, annual))
    replace_file(out / HTML, write_html(lists, annual).encode())
    return Written(lists=lists, annual=annual, files=(out / XLSX, out / HTML))


def _settled_day(workspace: Workspace, as_of: str | None) -> str:
    (day,) = workspace.conn.execute(_SETTLED_ON).fetchone()
    wanted = as_of or day
    again = "contentkit cleanup" + (f" --as-of {wanted}" if wanted else "")
    if day is None:
        raise WorkspaceError(
            f"{workspace.folder}: no policy document was cleaned up yet: run '{again}' first"
        )
    if wanted != day:
        raise WorkspaceError(
            f"{workspace.folder}: the last clean-up was as of {day}, not {wanted}: "
            f"run '{again}' first"
        )
    if is_cleanup_pending(workspace):
        raise WorkspaceError(
            f"{workspace.folder}: documents or decisions changed since the last clean-up: "
            f"run '{again}' first"
        )
    return str(day)


def _rows(conn: sqlite3.Connection) -> Iterator[ListRow]:
    view = Corrected(conn)
    for item, data, computed, repealed_on, basis in conn.execute(_ROWS).fetchall():
        document = orjson.loads(data)
        view.document(item, document)
        policy = document["policy"]
        is_computed = policy["validity"] == computed
        questions = conn.execute(_QUESTIONS, [document["id"]]).fetchall()
        yield ListRow(
            id=document["id"],
            title=document["title"],
            url=document["url"],
            doc_number=document["doc_number"],
            issuer=(document["issuer"] or {}).get("name"),
            written_on=document["written_on"],
            published_at=document["published_at"],
            effective_on=policy["effective_on"],
            expires_on=policy["expires_on"],
            repealed_on=policy["repealed_on"] or (is_computed and repealed_on) or None,
            validity=policy["validity"],
            basis=_told(conn, document["id"], basis) if is_computed else "",
            decision=_decided(questions),
            open_question=_question(questions, policy),
            is_normative=policy["is_normative"],
        )


def _told(conn: sqlite3.Connection, own: str, basis: str) -> str:
    """Return the words that a state rests on, with the document that has them."""
    told = []
    for piece in orjson.loads(basis)[:_SHOWN]:
        words = f"“{piece['quote']}”"
        if piece["document"] != own:
            (title,) = conn.execute(_TITLE, [piece["document"]]).fetchone()
            words = f"据“{title}”：{words}"
        told.append(words)
    return "；".join(told)


def _decided(questions: list[tuple[str, str, str | None, str]]) -> str:
    for code, _, _, decision in questions:
        if code in _TO_AMEND and decision == "accept":
            return str(Part.AMEND)
    return ""


def _question(
    questions: list[tuple[str, str, str | None, str]], policy: Mapping[str, Json]
) -> str:
    """Return what is still to be decided about the state of a document."""
    told = [
        explain(Finding(code=code, data=orjson.loads(data)))
        for code, data, proposal, decision in questions
        if decision in _OPEN
        and code not in _TO_AMEND
        and proposal != policy["validity"]
    ]
    return "；".join(told)
