"""What the clauses of a text add up to: the dates of its document and its state on a day.

A computed last day is an upper bound: a later document may have ended this one. Where
clauses contradict each other there is no value but a finding; where the day of an event
(印发之日) is unknown, the days known around it bound it (POLICY 0 and 8).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contentkit.errors import ParseError
from contentkit.models import Finding
from contentkit.policy.clauses import TERMS, effective_of
from contentkit.policy.dates import days_after, last_day
from contentkit.policy.models import Clause, Context, EffectiveRule, Validity

_ENDS = ("expiry", "extension")
_STARTS = ("施行日期", "entry into force")
_LASTS = ("失效日期", "the last day in force")
_YEARS = ("有效期年限", "the term in years")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """When a document begins and ends to be in force, as far as its text says."""

    effective_on: str | None = None
    effective_rule: EffectiveRule | None = None
    expires_on: str | None = None
    validity_years: int | None = None
    findings: tuple[Finding, ...] = ()


def term_of(clauses: Sequence[Clause], title: str, context: Context) -> Term:
    """Add up the clauses of a text; contradictions leave a value open."""
    begin, rivals = effective_of(clauses, title)
    findings = list(_conflict(rivals, _STARTS))
    years = [clause for clause in clauses if clause.kind in TERMS and clause.years]
    is_one_term = len({clause.years for clause in years}) == 1
    if years and not is_one_term:
        findings += _conflict(years, _YEARS)
    expires_on, ends = _end(clauses)
    findings += _conflict(ends, _LASTS)
    rule = begin.rule if begin else None
    count = years[0].years if is_one_term else None
    if rule and count and not expires_on:
        findings.append(_about(begin, count, context))
    return Term(
        effective_on=begin.date if begin else None,
        effective_rule=rule,
        expires_on=expires_on,
        validity_years=count,
        findings=tuple(findings),
    )


def validity_on(term: Term, context: Context, *, is_draft: bool) -> Validity:
    """Return the state that a text proves of its own document on `context.as_of`.

    Without a day only a draft is known. The days of 印发 and 公布 lie between the date of
    writing and the publication of the page: a state is told only where both agree.
    """
    if is_draft:
        return Validity.DRAFT
    day = context.as_of
    if day is None or any(x.code == "VAL-CONFLICT" for x in term.findings):
        return Validity.UNKNOWN
    earliest, latest = _bounds(term, context)
    first_end, last_end = _ends(term, earliest, latest)
    if last_end and last_end < day:
        return Validity.LAPSED
    if earliest and day < earliest:
        return Validity.NOT_YET
    is_open = term.expires_on is None and term.validity_years is None
    if latest and latest <= day and (is_open or (first_end and day <= first_end)):
        return Validity.IN_FORCE
    return Validity.UNKNOWN


def _end(clauses: Sequence[Clause]) -> tuple[str | None, Sequence[Clause]]:
    """Return the last day in force, or the clauses that contradict each other."""
    stated = [clause for clause in clauses if clause.kind in _ENDS and clause.date]
    implied = [clause for clause in clauses if clause.kind in TERMS and clause.date]
    every = [*stated, *implied]
    days = [date.fromisoformat(clause.date) for clause in every if clause.date]
    if not every:
        return None, ()
    # 有效期5年，至7月1日: the anniversary and the day before it mean one end
    if (max(days) - min(days)).days > (1 if stated and implied else 0):
        return None, every
    if len({clause.date for clause in stated}) > 1:
        return None, stated
    return every[0].date, ()


def _bounds(term: Term, context: Context) -> tuple[str | None, str | None]:
    """Return the earliest and the latest day on which the document entered into force."""
    if term.effective_on:
        return term.effective_on, term.effective_on
    if term.effective_rule is None:
        return None, None
    offset = term.effective_rule.offset_days
    first, last = context.written_on, context.published_on
    return (
        days_after(first, offset) if first else None,
        days_after(last, offset) if last else None,
    )


def _ends(
    term: Term, earliest: str | None, latest: str | None
) -> tuple[str | None, str | None]:
    if term.expires_on:
        return term.expires_on, term.expires_on
    if term.validity_years is None:
        return None, None
    months = 12 * term.validity_years
    return _after(earliest, months), _after(latest, months)


def _after(first: str | None, months: int) -> str | None:
    try:
        return last_day(first, months=months) if first else None
    except ParseError:
        return None


def _conflict(clauses: Sequence[Clause], what: tuple[str, str]) -> Iterator[Finding]:
    """Yield the finding on the first two clauses whose values differ."""
    if not clauses:
        return
    first = clauses[0]
    second = next(x for x in clauses if _value(x) != _value(first))
    yield Finding(
        code="VAL-CONFLICT",
        field="body_text",
        quote=second.quote,
        start=second.start,
        end=second.end,
        data={
            "what": what[0],
            "what_en": what[1],
            "first": _value(first),
            "second": _value(second),
        },
    )


def _value(clause: Clause) -> str:
    if clause.date:
        return clause.date
    if clause.rule:
        days = clause.rule.offset_days
        return clause.rule.anchor + (f"+{days}日" if days else "")
    return f"{clause.years}年"


def _about(begin: Clause | None, years: int, context: Context) -> Finding:
    """Tell that a term counts from a day that the text does not state."""
    assert begin is not None
    assert begin.rule is not None
    first = context.written_on
    if first:
        first = days_after(first, begin.rule.offset_days)
    until = _after(first, 12 * years)
    return Finding(
        code="VAL-APPROX",
        field="body_text",
        quote=begin.quote,
        start=begin.start,
        end=begin.end,
        proposal=until,
        data={
            "anchor": begin.rule.anchor,
            **({"until": until} if until else {}),
        },
    )


def conditions(clauses: Iterable[Clause]) -> Iterator[Finding]:
    """Yield a finding for each condition under which the document ends."""
    for clause in clauses:
        if clause.kind == "conditional":
            yield Finding(
                code="VAL-COND",
                field="body_text",
                quote=clause.quote,
                start=clause.start,
                end=clause.end,
            )
