"""Rules on dates: DATE-01, DATE-02, DOC-06, and days that lie in the future."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from contentkit.models import Document, Finding, Json
from contentkit.normalize.letterhead import iter_signatures
from contentkit.resources import read_codelist
from contentkit.validate.fields import date_of, object_of, text_of

_TERM = 20  # 条例 Art. 26: disclosed within 20 working days of being made


def check_dates(document: Document) -> Iterator[Finding]:
    """Yield what is wrong between the dates of a document."""
    written, published = (
        date_of(document, "written_on"),
        date_of(document, "published_at"),
    )
    if written is None or published is None:
        return
    days: dict[str, Json] = {"written": str(written), "published": str(published)}
    if written > published:
        yield Finding(code="DATE-01", field="written_on", data=days)
    elif text_of(document, "disclosure") == "主动公开":
        waited = working_days_between(written, published)
        if waited > _TERM:
            days["days"] = waited
            yield Finding(code="DATE-02", field="published_at", data=days)


def check_future(document: Document, today: str | None = None) -> Iterator[Finding]:
    """Yield the dates after `today`; without one, after the day of the capture.

    A page cannot have been published after it was captured.
    """
    captured = object_of(document, "provenance").get("captured_at")
    limit = (today or (captured if isinstance(captured, str) else ""))[:10]
    for key in ("written_on", "published_at"):
        day = text_of(document, key)[:10]
        if limit and day > limit:
            data = {"date": day, "today": limit}
            yield Finding(code="date-in-future", field=key, data=data)


def check_signature(document: Document) -> Iterator[Finding]:
    """Yield DOC-06: the date below the text, under the issuer's name, is 成文日期.

    Texts that carry another document carry its signature too: one that agrees is enough.
    """
    written = text_of(document, "written_on")[:10]
    if not written:
        return
    signatures = list(iter_signatures(text_of(document, "body_text")))
    if not signatures or any(found.day == written for found in signatures):
        return
    first = signatures[0]
    yield Finding(
        code="DOC-06",
        field="body_text",
        quote=first.quote,
        start=first.start,
        end=first.start + len(first.quote),
        data={"signed": first.day, "written": written},
    )


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and with `end`.

    Days off and weekend days worked are those of codelists/public-holidays.csv; in
    years that it does not know, Mondays to Fridays are worked.

    >>> working_days_between(date(2020, 1, 22), date(2020, 2, 4))
    3
    """
    off, worked = _exceptions()
    weekdays = _weekdays_between(start, end)
    return weekdays - _within(off, start, end) + _within(worked, start, end)


def _weekdays_between(start: date, end: date) -> int:
    days = (end - start).days
    weeks, rest = divmod(max(days, 0), 7)
    tail = (start + timedelta(days=7 * weeks + n) for n in range(1, rest + 1))
    return 5 * weeks + sum(day.weekday() < 5 for day in tail)


def _within(days: tuple[date, ...], start: date, end: date) -> int:
    return max(bisect_right(days, end) - bisect_right(days, start), 0)


@cache
def _exceptions() -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Return the weekdays off and the weekend days worked, each in order."""
    off: list[date] = []
    worked: list[date] = []
    for row in read_codelist("public-holidays"):
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if row["kind"] == "off":
            off += (day for day in days if day.weekday() < 5)
        else:
            worked += days
    return tuple(sorted(off)), tuple(sorted(worked))
