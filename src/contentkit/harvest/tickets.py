"""What a crawl passes between Scrapy and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contentkit.harvest.wire_reader import Reply
from contentkit.models import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An address that a page names: to be fetched, or only to be recorded.

    `url` is the canonical URL, `target` what is really requested. `found_as` is seed,
    sitemap, redirect, next, item, link, frame, image, media or attachment. `kind` says
    how the answer is read: `page`, or the name of a list service. `reason` says why it
    is not fetched; `clicks` is 0 where following costs no depth (paging, redirects).
    """

    url: str
    target: str
    found_as: str
    kind: str = "page"
    method: str = "GET"
    body: str | None = None
    reason: str | None = None
    clicks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One address leased from the frontier.

    `url` is its identity in the ledger (of a POST with the form in the query), `target`
    what is requested. `found_on` is the page that named it, `chain` the redirects that
    led here, the first one first.
    """

    url: str
    target: str
    found_as: str
    kind: str = "page"
    method: str = "GET"
    body: str | None = None
    depth: int = 0
    attempts: int = 0
    found_on: str | None = None
    chain: tuple[str, ...] = ()


class Book(Protocol):
    """The crawl's side of the ledger. What it is told is kept with the next commit."""

    def is_fresh(self) -> bool:
        """Tell whether no start address was put on the frontier yet."""

    def seed(self, leads: Sequence[Lead], findings: Sequence[Finding]) -> None:
        """Put start addresses on the frontier; the findings are about the first."""

    def lease(self, count: int) -> list[Ticket]:
        """Take up to `count` addresses off the frontier, the most urgent first."""

    def has_queued(self) -> bool:
        """Tell whether a lease could give something."""

    def fetched(
        self,
        ticket: Ticket,
        reply: Reply,
        *,
        leads: Sequence[Lead],
        findings: Sequence[Finding],
    ) -> None:
        """Keep an answer, what its page names, and what was odd about it."""

    def moved(self, ticket: Ticket, reply: Reply, target: str) -> None:
        """Keep a redirect to another spelling of the same URL, to be asked next."""

    def retried(self, ticket: Ticket) -> None:
        """Count a try that will be repeated."""

    def failed(self, ticket: Ticket, reason: str, detail: str) -> None:
        """Record that an address gave nothing."""

    def skipped(self, ticket: Ticket, reason: str) -> None:
        """Record that an address was not tried."""

    def aside(
        self, url: str, reply: Reply, *, found_as: str, leads: Sequence[Lead] = ()
    ) -> None:
        """Keep an answer that no ticket asked for: robots.txt, a sitemap."""

    def unreachable(self, url: str, finding: Finding) -> None:
        """Record that an address of convention cannot be asked, and what follows."""
