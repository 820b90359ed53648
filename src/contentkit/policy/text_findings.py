"""Findings that one policy text decides by itself: dates that are wrong, no clause at all."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from contentkit.models import Finding
from contentkit.policy.clause_words import any_of
from contentkit.policy.dates import find_dates
from contentkit.policy.folded import Folded
from contentkit.policy.models import Clause, Context
from contentkit.policy.own_title import is_retelling
from contentkit.policy.validity import Term

_CODES = {"impossible": "DAT-IMPOSSIBLE", "ocr": "DAT-OCR", "mixed": "DAT-CN-MIX"}
_LONGEST_LAG = 366  # days; measures are often made to hold since the start of the year
_SHORTEST_DOCUMENT = 300  # folded characters; a quotation need not hold a clause
_CONSOLIDATED = re.compile("修正|修订|修改")
_BEGINNING = 400


def date_findings(folded: Folded) -> Iterator[Finding]:
    """Yield a finding for each damaged date of a text."""
    for found in find_dates(folded.text):
        for defect in found.defects:
            start, end = folded.span(found.start, found.end)
            yield Finding(
                code=_CODES[defect],
                field="body_text",
                quote=folded.original[start:end],
                start=start,
                end=end,
                proposal=found.first if found.is_day else None,
                data={"text": folded.original[start:end]},
            )


def order_findings(folded: Folded, term: Term, context: Context) -> Iterator[Finding]:
    """Yield a finding for each pair of dates that stand in the wrong order.

    A consolidated text keeps the day on which its first edition took effect.
    """
    written, published = context.written_on, context.published_on
    if written and published and written > published:
        yield _order(("成文日期", written), ("发布日期", published))
    effective = term.effective_on
    if written and effective and effective < written:
        lag = date.fromisoformat(written) - date.fromisoformat(effective)
        head = (context.title or "") + folded.text[:_BEGINNING]
        if lag.days > _LONGEST_LAG and not _CONSOLIDATED.search(head):
            yield _order(("施行日期", effective), ("成文日期", written))


def clause_findings(
    folded: Folded, clauses: Sequence[Clause], title: str
) -> Iterator[Finding]:
    """Yield the finding that a whole document states neither its start nor its term.

    Days on which the measures in it begin and end are a clause, if not one on itself.
    """
    if _measures().search(folded.text):
        return
    kinds = {clause.kind for clause in clauses}
    is_whole = len(folded.text) >= _SHORTEST_DOCUMENT and _document().search(title)
    if is_whole and kinds <= {"application"} and not is_retelling(title):
        yield Finding(code="VAL-NO-CLAUSE", field="body_text")


def _order(first: tuple[str, str], second: tuple[str, str]) -> Finding:
    return Finding(
        code="DAT-ORDER",
        data={
            "first_name": first[0],
            "first": first[1],
            "second_name": second[0],
            "second": second[1],
        },
    )


@cache
def _measures() -> re.Pattern[str]:
    return re.compile(
        f"(?:政策|措施)[^。]{{0,40}}{any_of('term')}[为是:自从]{{0,2}}[0-9]{{4}}年"
    )


@cache
def _document() -> re.Pattern[str]:
    group = "(?:[(【][^()【】]{0,40}[)】])*"
    return re.compile(
        f"{any_of('lasting')}{group}[》〉]?(?:的(?:通知|公告|通告|批复))?$"
    )
