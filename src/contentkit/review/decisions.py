"""Decisions of editors: append-only, attributed, undoable, kept through every re-run.

A decision answers what a finding is about (its `subject`) on the evidence that the
editor saw. The last one counts; `undo` takes it back. Each is written to the ledger and
to `decisions.jsonl` beside it: a ledger rebuilt from the archive takes them from there.

The answers: accept (do what is proposed), reject (it is right as it is), change (use
`value` instead), unsure (ask someone else), undo (as if never answered). For a pair of
copies accept means one document, reject means two.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from contentkit.errors import ContentkitError, WorkspaceDamaged, WorkspaceError
from contentkit.models import Json
from contentkit.terminal import printable
from contentkit.workspace import Workspace

ANSWERS = ("accept", "reject", "change", "unsure", "undo")
FILE = "decisions.jsonl"
LEAST_SUBJECT = 8  # characters of a subject that name it; an empty one names all
_TOLD = 3  # subjects that a message names
MAX_REASON = 2000  # characters, as schemas/formats/decision.json says

_COLUMNS = (
    "subject",
    "kind",
    "url",
    "code",
    "answer",
    "value",
    "reason",
    "author",
    "decided_at",
    "evidence",
    "batch",
)
_LIST = """
SELECT id, subject, kind, url, code, answer, value, reason, author, decided_at, evidence,
       batch FROM decisions ORDER BY id
"""
_INSERT = """
INSERT INTO decisions (subject, kind, url, code, answer, value, reason, author,
  decided_at, evidence, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEYS = {"subject": "key", "kind": "subject", "evidence": "evidence_sha256"}
_FIND = """
SELECT f.subject, u.url, f.code, f.key, f.proposal FROM findings f
JOIN urls u ON u.id = f.url_id WHERE {where} ORDER BY u.url, f.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an editor says, about one finding or many."""

    answer: str
    author: str
    value: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse an answer that says nothing, or too much."""
        if self.answer not in ANSWERS:
            raise ContentkitError(
                f"{printable(self.answer)}: no such answer: give one of {', '.join(ANSWERS)}"
            )
        for said in (self.author, self.value, self.reason):
            _require_text(said)
        if not self.author.strip():
            raise ContentkitError("a decision needs its author: give --author NAME")
        if (self.answer == "change") != (self.value is not None):
            raise ContentkitError(
                "the answer 'change' and a value belong together: give --value TEXT with "
                "it, and with no other answer"
            )
        if self.reason is not None and len(self.reason) > MAX_REASON:
            raise ContentkitError(
                f"the reason has {len(self.reason):,} characters: at most {MAX_REASON:,}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to decide on: a finding's subject with the evidence shown."""

    subject: str
    url: str
    code: str
    evidence: str
    proposal: str | None = None


def find_targets(
    workspace: Workspace, wanted: Mapping[str, str | None]
) -> list[Target]:
    """Return what a filter (`subject`, `code`, `url`) selects, each subject once.

    A subject may be given by its first 8 characters or more, if they are unique.
    """
    asked = wanted.get("subject")
    if asked is not None and len(asked) < LEAST_SUBJECT:
        raise ContentkitError(
            f"'{printable(asked)}' is too short for a subject: give at least its first "
            f"{LEAST_SUBJECT} characters, as 'contentkit findings --json' shows it"
        )
    parts, values = [], []
    for name, value in wanted.items():
        if value is None:
            continue
        _require_text(value)
        if name == "subject":
            parts.append("substr(f.subject, 1, length(?)) = ?")
            values += [value, value]
        else:
            parts.append(f"{'u.url' if name == 'url' else f'f.{name}'} = ?")
            values.append(value)
    rows = workspace.conn.execute(_FIND.format(where=" AND ".join(parts)), values)
    found = {row[0]: Target(**dict(zip(_TARGET, row, strict=True))) for row in rows}
    if not found:
        told = " ".join(f"{name} '{value}'" for name, value in wanted.items() if value)
        raise ContentkitError(
            f"{printable(told)}: no such finding: 'contentkit findings' lists them"
        )
    if asked and len(found) > 1:
        raise ContentkitError(
            f"{printable(asked)}: begins {len(found):,} subjects: give more characters "
            f"({_named(list(found.values()))})"
        )
    return list(found.values())


def _named(targets: Sequence[Target]) -> str:
    """Return some targets by subject, code and page, for a message of one line."""
    told = [f"{x.subject} {x.code} {x.url}" for x in targets[:_TOLD]]
    told += ["…"] if len(targets) > _TOLD else []
    return printable("; ".join(told))


def _require_text(value: str | None) -> None:
    """Refuse what a terminal of another encoding made of a word."""
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise ContentkitError(
            f"'{printable(value or '')}' is no UTF-8 text: set the terminal to UTF-8 and "
            "type it again"
        ) from error


_TARGET = ("subject", "url", "code", "evidence", "proposal")


def decide(
    workspace: Workspace, targets: Sequence[Target], answer: Answer, *, now: str
) -> str:
    """Record one answer to every target, all or none; return the id of the batch.

    Raises `ContentkitError` where the evidence of a target has changed since it was
    shown: nothing is recorded then.
    """
    return decide_each(workspace, [(target, answer) for target in targets], now=now)


def decide_each(
    workspace: Workspace, answers: Sequence[tuple[Target, Answer]], *, now: str
) -> str:
    """Record an answer to each target as one batch, all or none; return its id.

    Raises `ContentkitError` as `decide` does.
    """
    sync_decisions(workspace)
    with _recording(workspace, now) as record:
        for target, answer in answers:
            _require_current(workspace, target)
            record(target, answer)
    return record.batch


def undo(workspace: Workspace, batch: str, *, author: str, now: str) -> int:
    """Take back a batch: what was said before it counts again; return how many."""
    sync_decisions(workspace)
    rows = workspace.conn.execute(
        "SELECT id, subject, url, code, evidence FROM decisions WHERE batch = ?"
        " ORDER BY id",
        [batch],
    ).fetchall()
    if not rows:
        raise ContentkitError(
            f"{printable(batch)}: no such batch of decisions: 'contentkit decide --list' "
            "names them"
        )
    with _recording(workspace, now) as record:
        for first, subject, url, code, evidence in rows:
            before = workspace.conn.execute(
                "SELECT answer, value, reason, evidence FROM decisions"
                " WHERE subject = ? AND id < ? ORDER BY id DESC LIMIT 1",
                [subject, first],
            ).fetchone()
            said, value, reason, seen = before or ("undo", None, None, evidence)
            record(
                Target(subject=subject, url=url, code=code, evidence=seen),
                Answer(answer=said, author=author, value=value, reason=reason),
            )
    return len(rows)


def iter_decisions(workspace: Workspace) -> Iterator[dict[str, Json]]:
    """Yield every decision in the order in which they were made: the audit log."""
    for row in workspace.conn.cursor().execute(_LIST):
        yield {"id": row[0], **_to_json(row[1:])}


def sync_decisions(workspace: Workspace) -> None:
    """Make ledger and file agree: what a crash kept from one of them is added to it."""
    place = workspace.folder / FILE
    lines = _read_lines(place)
    conn = workspace.conn
    (held,) = conn.execute("SELECT count(*) FROM decisions").fetchone()
    if len(lines) > held:
        with workspace.transaction():
            for line in lines[held:]:
                _insert(workspace, line)
    elif held > len(lines):
        kept = iter_decisions(workspace)
        rows = [{k: v for k, v in row.items() if k != "id"} for row in kept]
        _append(place, rows[len(lines) :])


class _Record:
    """Collects the rows of one batch."""

    def __init__(self, batch: str, now: str) -> None:
        self.batch = batch
        self._now = now
        self.rows: list[dict[str, Json]] = []

    def __call__(self, target: Target, answer: Answer) -> None:
        values = (
            target.subject,
            "pair" if " " in target.subject else "finding",
            target.url,
            target.code,
            answer.answer,
            answer.value,
            answer.reason,
            answer.author,
            self._now,
            target.evidence,
            self.batch,
        )
        self.rows.append(_to_json(values))


@contextmanager
def _recording(workspace: Workspace, now: str) -> Iterator[_Record]:
    with workspace.transaction() as conn:
        (last,) = conn.execute("SELECT ifnull(max(id), 0) FROM decisions").fetchone()
        record = _Record(f"b{last + 1}", now)
        yield record
        for row in record.rows:
            _insert(workspace, row)
        # the file first, so that no decision is in the ledger alone
        _append(workspace.folder / FILE, record.rows)


def _require_current(workspace: Workspace, target: Target) -> None:
    row = workspace.conn.execute(
        "SELECT 1 FROM findings WHERE subject = ? AND key = ?",
        [target.subject, target.evidence],
    ).fetchone()
    if row is None:
        raise ContentkitError(
            f"{printable(target.url)}: the evidence of {target.code} has changed since it "
            "was shown: look at it again ('contentkit findings --url URL')"
        )


def _insert(workspace: Workspace, row: Mapping[str, Json]) -> None:
    values = [row.get(_KEYS.get(name, name)) for name in _COLUMNS]
    workspace.conn.execute(_INSERT, values)


def _to_json(values: Sequence[Json]) -> dict[str, Json]:
    pairs = zip(_COLUMNS, values, strict=True)
    return {_KEYS.get(name, name): value for name, value in pairs if value is not None}


def _append(place: Path, rows: Sequence[Mapping[str, Json]]) -> None:
    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    data = b"".join(orjson.dumps(row, option=options) for row in rows)
    try:
        with place.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WorkspaceError(
            f"{place}: cannot be written ({error.strerror}): nothing was decided; make "
            "room or allow writing, then decide again"
        ) from error


def _read_lines(place: Path) -> list[dict[str, Json]]:
    if not place.exists():
        return []
    data = place.read_bytes()
    whole, _, torn = data.rpartition(b"\n")
    if torn:  # a crash while writing: the batch was not recorded
        os.truncate(place, len(data) - len(torn))
    rows = []
    for number, line in enumerate(whole.split(b"\n") if whole else (), 1):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            row = error
        if not isinstance(row, dict) or not {"key", "answer", "author"} <= row.keys():
            raise WorkspaceDamaged(
                f"{place}:{number}: not a decision: restore the file from a backup, or "
                "take the line out if it is known what it said"
            )
        rows.append(row)
    return rows
