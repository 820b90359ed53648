"""Decisions back from a workbook: what is taken, unchanged, refused and why.

Each row is held against the ledger. What is taken becomes one batch, all or none, that
one undo takes back. A row is refused rather than guessed at: nothing of it counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contentkit.errors import ContentkitError
from contentkit.models import Json
from contentkit.review.decisions import Answer, Target, decide_each
from contentkit.review.words import LANGS, Words
from contentkit.review.workbook_layout import (
    MOST_CHARS,
    answer_words,
    check_of,
    coded_values,
    plain,
    shown_value,
    version_of,
)
from contentkit.review.workbook_read import Reading, SheetRow, read_rows
from contentkit.text import fold, strip
from contentkit.workspace import Workspace

_FOUND = """
SELECT u.url, f.code, coalesce(f.quote, ''), coalesce(f.proposal, ''), f.key, f.field
FROM findings f JOIN urls u ON u.id = f.url_id WHERE f.subject = ? ORDER BY f.id
"""
_SAID = """
SELECT answer, value, reason, evidence, author, decided_at FROM decisions
WHERE subject = ? ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a row: `taken`, `unchanged`, or `refused` with the reason `why`."""

    sheet: str
    row: int
    outcome: str
    code: str
    url: str
    subject: str
    answer: str | None = None
    why: str | None = None
    told: str = ""

    def to_json(self) -> Json:
        """Return it as JSON, without what is not there."""
        row = {key: getattr(self, key) for key in self.__slots__}
        return {key: value for key, value in row.items() if value}


@dataclass(slots=True, kw_only=True)
class Imported:
    """What became of a file; `blank` rows had no answer and stay as they are."""

    taken: list[Outcome] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)
    unchanged: int = 0
    blank: int = 0
    batch: str | None = None
    skipped_sheets: Sequence[str] = ()
    has_macros: bool = False

    def counts(self) -> dict[str, int]:
        """Return how many rows became what."""
        return {
            "blank": self.blank,
            "refused": len(self.refused),
            "taken": len(self.taken),
            "unchanged": self.unchanged,
        }

    def to_json(self) -> Json:
        """Return the counts as JSON, with the batch."""
        skipped = list(self.skipped_sheets)
        return {**self.counts(), "batch": self.batch, "skipped_sheets": skipped}


def import_workbook(
    workspace: Workspace, path: Path, *, author: str, lang: str, now: str | None
) -> Imported:
    """Read a workbook and decide what it says; without `now` only tell what would be.

    Raises `ContentkitError` where the file cannot be read as a whole: nothing is decided.
    """
    Answer(answer="undo", author=author)  # the author is told before the file is read
    reading = Reading()
    judge = _Judge(workspace, author, lang)
    rows = judge.judge(read_rows(path, reading, lang=lang))
    result = Imported(
        blank=judge.blank,
        skipped_sheets=reading.skipped,
        has_macros=reading.has_macros,
    )
    answers = []
    for row in rows:
        if row.told.outcome == "refused":
            result.refused.append(row.told)
        elif row.told.outcome == "unchanged":
            result.unchanged += 1
        elif row.decision is not None:
            result.taken.append(row.told)
            answers.append(row.decision)
    if answers and now is not None:
        result.batch = decide_each(workspace, answers, now=now)
    return result


@dataclass(frozen=True, slots=True)
class _Judged:
    told: Outcome
    decision: tuple[Target, Answer] | None = None


class _Refused(Exception):
    """A row cannot be taken: `why` is the key of its words."""

    def __init__(self, why: str, **values: Any) -> None:
        self.why = why
        self.values = values
        super().__init__(why)


class _Judge:
    """Holds the rows of a workbook against the ledger."""

    def __init__(self, workspace: Workspace, author: str, lang: str) -> None:
        self._conn = workspace.conn
        self._author = author
        self._words = Words(lang)
        self._answers = answer_words()
        self.blank = 0

    def judge(self, rows: Iterable[SheetRow]) -> list[_Judged]:
        """Return what becomes of each row that says something, in their order."""
        judged: list[_Judged] = []
        places: dict[str, list[int]] = {}
        for row in rows:
            if not _says_something(row):
                self.blank += bool(row.cells["subject"])
                continue
            found = self._row(row)
            if found.told.outcome != "refused":
                places.setdefault(found.told.subject, []).append(len(judged))
            judged.append(found)
        for same in places.values():
            if len(same) > 1:
                self._settle(judged, same)
        return judged

    def _row(self, row: SheetRow) -> _Judged:
        cells = row.cells
        told = Outcome(
            sheet=row.sheet,
            row=row.number,
            outcome="taken",
            code=cells["code"],
            url=cells["url"],
            subject=cells["subject"],
        )
        try:
            answer = self._answer(row)
            told = replace(told, answer=answer.answer)
            target, name = self._target(cells)
            answer = self._coded(answer, name)
            if self._is_said(target, answer, cells["version"]):
                return _Judged(replace(told, outcome="unchanged"))
        except _Refused as refused:
            return _Judged(self._refuse(told, refused))
        return _Judged(told, (target, answer))

    def _refuse(self, told: Outcome, refused: _Refused) -> Outcome:
        words = self._words(f"refused-{refused.why}", **refused.values)
        return replace(told, outcome="refused", why=refused.why, told=words)

    def _answer(self, row: SheetRow) -> Answer:
        """Return what the editor says; raises `_Refused`."""
        word, value = row.cells["answer"], row.cells["value"]
        if row.is_merged:
            raise _Refused("merged")
        if row.is_unclear:
            raise _Refused("unclear")
        if not word:
            raise _Refused("no-answer")
        said = self._answers.get(fold(word))
        if said is None:
            known = "、".join(self._words(f"answer-{a}") for a in _CHOICES)
            raise _Refused("unknown-answer", word=word[:40], known=known)
        if said == "change" and not value:
            raise _Refused("no-value")
        if said != "change" and value:
            raise _Refused("value-unasked", word=word)
        if len(value) > MOST_CHARS:
            raise _Refused("too-long", error=f"{len(value):,}")
        try:
            return Answer(
                answer=said,
                author=self._author,
                value=value or None,
                reason=row.cells["reason"] or None,
            )
        except ContentkitError as error:
            raise _Refused("too-long", error=error) from error

    def _target(self, cells: Mapping[str, str]) -> tuple[Target, str | None]:
        """Return what the row decides on, with its field; raises `_Refused`."""
        subject = cells["subject"]
        if not subject:
            raise _Refused("no-key")
        if check_of(cells) != cells["check"]:
            raise _Refused("edited")
        found = self._conn.execute(_FOUND, [subject]).fetchall()
        if not found:
            raise _Refused("gone")
        for url, code, quote, proposal, evidence, name in found:
            shown = {
                **cells,
                "code": plain(code),
                "url": plain(url),
                "quote": plain(quote),
                "evidence": evidence,
            }
            for lang in LANGS:  # that of the sheet is not known
                shown["proposal"] = plain(shown_value(name, proposal, lang))
                if check_of(shown) == cells["check"]:
                    target = Target(
                        subject=subject, url=url, code=code, evidence=evidence
                    )
                    return target, name
        raise _Refused("stale")

    def _coded(self, answer: Answer, name: str | None) -> Answer:
        """Return the answer with the code of what was named; raises `_Refused`."""
        known = None if answer.value is None else coded_values(name)
        if known is None or answer.value is None:
            return answer
        if (code := known.get(fold(answer.value))) is None:
            names = (
                shown_value(name, code, self._words.lang) for code in known.values()
            )
            told = "、".join(dict.fromkeys(names))
            raise _Refused("unknown-value", word=answer.value[:40], known=told)
        return replace(answer, value=code)

    def _is_said(self, target: Target, answer: Answer, version: str) -> bool:
        """Tell whether this is what counts already; raises `_Refused` on a later answer."""
        if " " in target.subject and answer.answer == "change":
            raise _Refused("pair-change")
        row = self._conn.execute(_SAID, [target.subject]).fetchone()
        counts = None if row is None or row[0] == "undo" else row[:4]
        if answer.answer == "undo":
            is_same = counts is None
        else:
            said = (answer.answer, answer.value, answer.reason, target.evidence)
            is_same = counts is not None and _as_in_cells(counts) == _as_in_cells(said)
        if not is_same and version_of(counts) != version:
            raise self._decided(row)
        return is_same

    def _decided(self, row: Sequence[str]) -> _Refused:
        word = self._words(f"answer-{row[0]}")
        return _Refused("decided", author=row[4], day=row[5][:16], word=word)

    def _settle(self, judged: list[_Judged], same: Sequence[int]) -> None:
        """Take rows on one subject once if they agree; refuse them all if they do not."""
        said = {_said(judged[place]) for place in same}
        first = judged[same[0]].told
        for place in same:
            told = judged[place].told
            if len(said) > 1:
                other = judged[same[1]].told if told is first else first
                refused = _Refused("twice", sheet=other.sheet, row=other.row)
                judged[place] = _Judged(self._refuse(told, refused))
            elif told is not first:
                judged[place] = _Judged(replace(told, outcome="unchanged"))


_CHOICES = ("accept", "reject", "change", "unsure", "undo")


def _as_in_cells(said: Sequence[str | None]) -> list[str]:
    """Return a decision as its cells hold it after a spreadsheet has saved them."""
    return [strip(plain(word or "")) for word in said]


def _said(judged: _Judged) -> tuple[str | None, ...]:
    if judged.decision is None:
        return (judged.told.answer,)
    answer = judged.decision[1]
    return answer.answer, answer.value, answer.reason


def _says_something(row: SheetRow) -> bool:
    """Tell whether the editor filled in any of the columns that are asked."""
    is_said = any(row.cells[key] for key in ("answer", "value", "reason"))
    return is_said or row.is_unclear
