"""When a request is tried again, and after how long."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

# RFC 9110: 408 and 503 may be repeated; RFC 6585: 429; 500, 502 and 504 come and go on
# small servers; 520 to 524 are a content delivery network without its origin
RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRIED_REASONS = frozenset({"timeout", "connection", "incomplete", "dns"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often a request is made and how long is waited, in seconds.

    The wait is `first`, then four times as long each time: 1, 4 and 16 seconds give a
    restarting server time. A server that asks for more than `longest` is not waited for.
    """

    tries: int = 4
    first: float = 1.0
    longest: float = 900.0

    def wait(self, attempts: int, *, asked: float | None = None) -> float | None:
        """Return the seconds to wait after `attempts` tries, None to give up.

        >>> [Retries().wait(n) for n in (1, 2, 3, 4)]
        [1.0, 4.0, 16.0, None]
        """
        if attempts >= self.tries or (asked or 0) > self.longest:
            return None
        return max(self.first * 4.0 ** (attempts - 1), asked or 0.0)


def retry_after(value: str | None, date: str | None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for.

    A moment is measured from the `Date` of the same answer, so that a wrong clock on
    either side does no harm.

    >>> retry_after("120", None)
    120.0
    >>> retry_after("Tue, 24 Nov 2026 08:01:00 GMT", "Tue, 24 Nov 2026 08:00:00 GMT")
    60.0
    >>> retry_after("soon", None) is None
    True
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment, start = (parsedate_to_datetime(x or "") for x in (text, date))
        return max(0.0, (moment - start).total_seconds())
    except (ValueError, TypeError):  # no date, or only one of them with a time zone
        return None
