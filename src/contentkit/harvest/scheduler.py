"""Scrapy's scheduler over the frontier in the ledger.

Nothing waits in memory but what is leased: a killed crawl finds its leases in the
ledger and returns them to the queue.
"""

import asyncio
from collections import deque
from typing import Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from contentkit.errors import ContentkitError
from contentkit.harvest.context import Crawl, crawl_of
from contentkit.harvest.tickets import Ticket

LEASE = 32  # addresses leased at a time: half a second of a fast crawl


class LedgerScheduler(BaseScheduler):
    """Hands out leased addresses; holds back those that wait for another try."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._ready: deque[Request] = deque()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._holding: set[str] = set()
        self._left: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LedgerScheduler":
        """Make the scheduler, as Scrapy asks for it."""
        return cls(crawler)

    def open(self, spider: Any) -> None:
        """Take the ledger's side and the limit of the run from the spider."""
        self._crawl: Crawl = crawl_of(spider)
        self._missed = spider.missed
        self._left = self._crawl.limit

    def close(self, reason: str) -> None:  # noqa: ARG002 - as Scrapy calls it
        """Forget what waits; its leases are returned by the ledger's side."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._ready.clear()

    def has_pending_requests(self) -> bool:
        """Tell whether there is, or will be, something to fetch in this run."""
        return bool(self._ready or self._timers) or (
            self._left != 0 and self._crawl.book.has_queued()
        )

    def enqueue_request(self, request: Request) -> bool:
        """Take a request whose wait is over; it goes before all others."""
        self._ready.appendleft(request)
        return True

    def next_request(self) -> Request | None:
        """Return the next request, None while there is nothing to do now."""
        if self._holding:
            return None
        if not self._ready and self._left != 0 and self._crawl.book.has_queued():
            self._lease()
        return self._ready.popleft() if self._ready else None

    def _lease(self) -> None:
        count = LEASE if self._left is None else min(LEASE, self._left)
        try:
            tickets = self._crawl.book.lease(count)
        except ContentkitError as error:
            self.stop(error)
            return
        if self._left is not None:
            self._left -= len(tickets)
        self._ready.extend(self._request(ticket) for ticket in tickets)

    def stop(self, fault: ContentkitError) -> None:
        """End the crawl because of a fault that the run reports."""
        self._crawl.fault = fault
        self._left = 0
        self._ready.clear()
        self._stopping = asyncio.ensure_future(self._crawler.stop_async())

    def postpone(self, ticket: Ticket, seconds: float, *, hold: bool) -> None:
        """Try again after some seconds; `hold` lets nothing else go out until then."""
        if hold:
            self._holding.add(ticket.url)
        self._timers[ticket.url] = asyncio.get_running_loop().call_later(
            seconds, self._wake, ticket
        )

    def _wake(self, ticket: Ticket) -> None:
        del self._timers[ticket.url]
        self._holding.discard(ticket.url)
        self._crawler.engine.crawl(self._request(ticket))

    def _request(self, ticket: Ticket) -> Request:
        return Request(
            ticket.target,
            method=ticket.method,
            body=ticket.body,
            errback=self._missed,
            meta={"ticket": ticket, "verbatim_url": True},
            dont_filter=True,
        )
