"""Counts of documents a year, as the annual report on disclosure wants them.

Table 主动公开政府信息情况 of the annual report (国办公开办函〔2021〕30号): 规章 and 行政规范性文件, each with
本年制发件数, 本年废止件数, 现行有效件数. A document whose days are not known is in no year: it is
counted apart, not guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contentkit.cleanup.lists import ListRow
from contentkit.policy.models import Validity

RULE = "规章"
NORMATIVE = "行政规范性文件"
_ORDER = "令第"
_NEVER = frozenset({Validity.DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCount:
    """The counts of one kind in one year.

    `repealed` were repealed or declared void in the year, `lapsed` ended with their term;
    `in_force` and `unknown` (of no known state) are counted at the year's end, of the last
    year on the day of the report.
    """

    year: int
    kind: str
    issued: int
    repealed: int
    lapsed: int
    in_force: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualCounts:
    """The counts of all years; `undated` documents have no day of issue, `endless` are
    no more, nobody knows since when.
    """

    as_of: str
    years: tuple[YearCount, ...]
    undated: int
    endless: int


def count_years(rows: Iterable[ListRow], *, as_of: str) -> AnnualCounts:
    """Count the documents of each year until a day, the newest year first.

    `rows` are all documents of a round, those that are no more included; drafts,
    documents that are known not to be normative and those issued later are left out.
    """
    found = {row.id: row for row in rows}.values()
    kept = [
        row
        for row in found
        if row.validity not in _NEVER
        and row.is_normative is not False
        and row.day <= as_of
    ]
    dated = [row for row in kept if row.day]
    endless = [row for row in dated if row.is_gone and not row.gone_since]
    counts = []
    if dated:
        first = min(int(row.day[:4]) for row in dated)
        for year in range(int(as_of[:4]), first - 1, -1):
            end = min(as_of, f"{year:04}-12-31")
            for kind in (RULE, NORMATIVE):
                some = [row for row in dated if kind_of(row) == kind]
                counts.append(_count(some, year, kind, end))
    return AnnualCounts(
        as_of=as_of,
        years=tuple(counts),
        undated=len(kept) - len(dated),
        endless=len(endless),
    )


def kind_of(row: ListRow) -> str:
    """Return whether a document is a rule of a government (issued by 令) or normative."""
    return RULE if row.doc_number and _ORDER in row.doc_number else NORMATIVE


def _count(rows: Sequence[ListRow], year: int, kind: str, end: str) -> YearCount:
    name = f"{year:04}"
    issued = [row for row in rows if row.day <= end]
    gone = [row for row in rows if _gone_since(row, name) and _gone_since(row) <= end]
    return YearCount(
        year=year,
        kind=kind,
        issued=sum(row.day.startswith(name) for row in issued),
        repealed=sum(row.repealed_on is not None for row in gone),
        lapsed=sum(row.repealed_on is None for row in gone),
        in_force=sum(_is_in_force(row, end) for row in issued),
        unknown=sum(_is_open(row) for row in issued),
    )


def _gone_since(row: ListRow, year: str = "") -> str:
    """Return the first day without the document if it is in the year, else nothing."""
    since = row.gone_since or ""
    return since if since.startswith(year) else ""


def _is_open(row: ListRow) -> bool:
    return row.validity == Validity.UNKNOWN or bool(row.open_question)


def _is_in_force(row: ListRow, day: str) -> bool:
    if _is_open(row) or (row.effective_on or "") > day:
        return False
    return not row.is_gone or _gone_since(row) > day
