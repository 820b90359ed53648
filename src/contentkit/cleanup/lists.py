"""The public lists of a clean-up round: 继续有效, 拟修改, 废止, 失效 (NORM-10).

Every document in scope stands in exactly one of the four, or among those of which nobody
has decided yet: the lists are fit to be published when that fifth part is empty. A state
that only a machine proposes, or that page and clauses contradict, is undecided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contentkit.policy.models import Validity


class Part(StrEnum):
    """The part of the round that a document belongs to."""

    KEEP = "keep"
    AMEND = "amend"
    REPEAL = "repeal"
    LAPSE = "lapse"
    UNDECIDED = "undecided"


NAMES = {
    Part.KEEP: "继续有效",
    Part.AMEND: "拟修改",
    Part.REPEAL: "废止",
    Part.LAPSE: "失效",
    Part.UNDECIDED: "待核实",
}
"""What the lists are called, in their order."""

_ENDS = {Validity.REPEALED: Part.REPEAL, Validity.LAPSED: Part.LAPSE}
_KEPT = {
    Validity.IN_FORCE: "",
    Validity.NOT_YET: "尚未施行",
    Validity.AMENDED: "已修改",
    Validity.PARTLY_REPEALED: "部分失效",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One document as the lists need it; dates are ISO 8601 or None.

    `validity` is the state that was decided or is stated (CONTRACT section 5); `basis` the
    words it rests on. `decision` is the part an editor chose, `open_question` what is
    still to be decided about its state; either may be empty.
    """

    id: str
    title: str
    url: str
    doc_number: str | None = None
    issuer: str | None = None
    written_on: str | None = None
    published_at: str | None = None
    effective_on: str | None = None
    expires_on: str | None = None
    repealed_on: str | None = None
    validity: str = "unknown"
    basis: str = ""
    decision: str = ""
    open_question: str = ""
    is_normative: bool | None = None

    @property
    def day(self) -> str:
        """Return the day of issue: 成文日期, else that of publication; may be empty."""
        return self.written_on or (self.published_at or "")[:10]

    @property
    def is_gone(self) -> bool:
        """Tell whether the document is repealed or lapsed."""
        return self.validity in _ENDS

    @property
    def gone_since(self) -> str | None:
        """Return the first day without the document, where it is gone and that is known."""
        if not self.is_gone:
            return None
        if self.repealed_on or not self.expires_on:
            return self.repealed_on
        after = date.fromisoformat(self.expires_on) + timedelta(days=1)
        return after.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupLists:
    """The parts of a round as of a day; an empty `issuer` means all of them.

    `excluded` counts the documents out of scope by reason; `unmarked` those in scope of
    which no page says whether they are normative documents.
    """

    as_of: str
    issuer: str
    parts: Mapping[Part, tuple[ListRow, ...]]
    excluded: Mapping[str, int]
    unmarked: int

    @property
    def counts(self) -> dict[Part, int]:
        """Return the number of documents of each part."""
        return {part: len(self.parts[part]) for part in Part}

    @property
    def total(self) -> int:
        """Return the number of documents in scope."""
        return sum(self.counts.values())

    @property
    def is_complete(self) -> bool:
        """Tell whether the four lists hold every document in scope."""
        return not self.parts[Part.UNDECIDED]


def make_lists(
    rows: Iterable[ListRow], *, as_of: str, issuer: str = ""
) -> CleanupLists:
    """Divide documents into the lists of a round.

    Out of scope are drafts, documents of other issuers, those issued after the day and
    those that are known not to be normative. A document given twice counts once.
    """
    parts: dict[Part, list[ListRow]] = {part: [] for part in Part}
    excluded: dict[str, int] = {}
    unmarked = 0
    for row in sorted({row.id: row for row in rows}.values(), key=_order):
        reason = _out_of_scope(row, as_of, issuer)
        if reason:
            excluded[reason] = excluded.get(reason, 0) + 1
            continue
        unmarked += row.is_normative is None
        parts[part_of(row)].append(row)
    return CleanupLists(
        as_of=as_of,
        issuer=issuer,
        parts={part: tuple(found) for part, found in parts.items()},
        excluded=dict(sorted(excluded.items())),
        unmarked=unmarked,
    )


def part_of(row: ListRow) -> Part:
    """Return the part of a document: what was decided, else what its state says.

    >>> part_of(ListRow(id="1", title="甲", url="", validity="in-force"))
    <Part.KEEP: 'keep'>
    """
    if row.open_question:
        return Part.UNDECIDED
    state = Validity(row.validity)
    if state in _ENDS:
        return _ENDS[state]
    if row.decision:
        return Part(row.decision)
    return Part.KEEP if state in _KEPT else Part.UNDECIDED


def note_of(row: ListRow) -> str:
    """Return what the last column of a list tells of a document."""
    told = (row.open_question, _KEPT.get(Validity(row.validity), ""), row.basis)
    return "；".join(part for part in told if part)


def _out_of_scope(row: ListRow, as_of: str, issuer: str) -> str:
    if row.validity == Validity.DRAFT:
        return "征求意见稿"
    if issuer and row.issuer != issuer:
        return "其他机关制发"
    if row.day > as_of:
        return f"{as_of} 之后制发"
    return "非规范性文件" if row.is_normative is False else ""


def _order(row: ListRow) -> tuple[str, ...]:
    return (row.issuer or "", row.day, row.doc_number or "", row.title, row.id)
