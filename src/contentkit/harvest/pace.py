"""The patience of a crawl."""

from dataclasses import dataclass, field

from contentkit.harvest.retry import Retries
from contentkit.harvest.wire import Timeouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Time-outs and retries of a crawl."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: Retries = field(default_factory=Retries)


DEFAULT_PACE = Pace()
