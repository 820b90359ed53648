"""Rules on dates: DATE-01, DATE-02, and days that lie in the future."""

from collections.abc import Iterator
from datetime import date, timedelta

from contentkit.models import Document, Finding, Json
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
        waited = weekdays_between(written, published)
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


def weekdays_between(start: date, end: date) -> int:
    """Return how many Mondays to Fridays lie after `start` up to and with `end`.

    Public holidays are not known here, so a term counted this way ends early by a few
    days at most: the finding is a hint.

    >>> weekdays_between(date(2020, 1, 3), date(2020, 1, 6))
    1
    """
    days = (end - start).days
    weeks, rest = divmod(max(days, 0), 7)
    tail = (start + timedelta(days=7 * weeks + n) for n in range(1, rest + 1))
    return 5 * weeks + sum(day.weekday() < 5 for day in tail)
