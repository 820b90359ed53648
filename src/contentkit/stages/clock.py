"""The one place that reads the clock; everything else is told the time."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def now() -> str:
    """Return the present second as ISO 8601 with `+08:00`."""
    return datetime.now(CHINA).isoformat(timespec="seconds")
