"""The portal spider: walks one government site as its profile describes it.

It fetches what the frontier holds and puts on the frontier what the pages name:
columns, their further pages, articles, attachments, images.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from contentkit.errors import ContentkitError, HarvestError
from contentkit.harvest.context import Crawl, as_fault
from contentkit.harvest.download import WireResponse
from contentkit.harvest.reader import MAX_HOPS
from contentkit.harvest.retry import RETRIED_REASONS, RETRIED_STATUSES, retry_after
from contentkit.harvest.robots import RobotsDisallowed
from contentkit.harvest.scheduler import LedgerScheduler
from contentkit.harvest.tickets import Ticket
from contentkit.harvest.wire_reader import FetchFailed
from contentkit.models import Finding
from contentkit.workspace.archive_payload import decode_body

# a dead link, or a site that is down? The next answer tells
_SILENCE = frozenset({"timeout", "connection", "dns", "tls", "private-address"})
_REMEDY = "check the address and the network"
_REMEDIES = {
    "tls": "correct its certificate, or name the issuer's in a file by SSL_CERT_FILE",
    "private-address": "list the host in allow_private_hosts if it is the site's own",
}
_OUTAGE = 20  # requests in a row without any answer before the site is checked


class PortalSpider(Spider):
    """Walks the site of a profile; `crawl` holds all that it works with."""

    name = "portal"

    def __init__(self, *, crawl: Crawl) -> None:
        super().__init__(self.name)
        self.crawl = crawl
        self._answers = 0
        self._silent: list[tuple[Ticket, FetchFailed]] = []

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, **kwargs: Any
    ) -> "PortalSpider":
        """Make the spider, as Scrapy asks for it."""
        spider: PortalSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Put the start addresses on the frontier, the first time."""
        if self.crawl.book.is_fresh():
            await self._seed()
        async for request in super().start():  # none: all goes through the frontier
            yield request

    def parse(self, response: Response) -> None:
        """Keep an answer and put on the frontier what its page names."""
        assert isinstance(response, WireResponse)
        assert response.request is not None
        ticket: Ticket = response.request.meta["ticket"]
        reply = response.reply
        self._answered()
        if reply.status in RETRIED_STATUSES:
            asked = retry_after(reply.header("retry-after"), reply.header("date"))
            if self._try_again(ticket, asked=asked):
                return
        target = self.crawl.reader.moved_to(ticket, reply)
        if target is not None and len(ticket.chain) < MAX_HOPS:
            self.crawl.book.moved(ticket, reply, target)
            chain = (*ticket.chain, ticket.target)
            moved = replace(ticket, target=target, chain=chain)
            self._scheduler().postpone(moved, 0, hold=False)
            return
        leads, findings = self.crawl.reader.read(ticket, reply)
        self.crawl.book.fetched(ticket, reply, leads=leads, findings=findings)

    def missed(self, failure: Any) -> None:
        """Record why a request gave no answer, or have it tried again."""
        ticket: Ticket = failure.request.meta["ticket"]
        error: Exception = failure.value
        if isinstance(error, RobotsDisallowed):
            self.crawl.book.skipped(ticket, "robots")
        elif not isinstance(error, FetchFailed):
            raise error
        elif error.reason in RETRIED_REASONS and self._try_again(ticket):
            return
        elif error.reason in _SILENCE:
            self._silent.append((ticket, error))
            if len(self._silent) == _OUTAGE:
                self._checking = asyncio.ensure_future(self._check_site())
        else:
            self._answered()
            self.crawl.book.failed(ticket, error.reason, error.detail)

    def closed(self, reason: str) -> None:  # noqa: ARG002 - as Scrapy calls it
        """Settle the requests that got no answer when the crawl ends."""
        if self._silent and not self._answers and self.crawl.fault is None:
            self.crawl.fault = self._outage()
        if self.crawl.fault is None:
            self._settle_silent()

    def broke(self, failure: Failure, response: Any) -> None:
        """End the crawl on a fault of the workspace; else keep the answer as it is."""
        error = failure.value
        if isinstance(error, ContentkitError) or not isinstance(response, WireResponse):
            self._scheduler().stop(as_fault(error))
            return
        assert response.request is not None
        finding = Finding(code="internal-error", data={"error": f"{error!r}"})
        is_kept = False
        try:
            self.crawl.book.fetched(
                response.request.meta["ticket"],
                response.reply,
                leads=(),
                findings=(finding,),
            )
            is_kept = True
        finally:
            if not is_kept:
                self._scheduler().stop(as_fault(error))

    async def _seed(self) -> None:
        """Put the start pages and what the sitemap names on the frontier."""
        base, reader = self.crawl.base_url, self.crawl.reader
        urls = self.crawl.profile.start_urls
        leads = [reader.lead(url, "seed", base=base) for url in urls]
        findings = await self._probe(base)
        self.crawl.book.seed([x for x in leads if x], findings)
        await self._read_sitemap(urljoin(base, "/sitemap.xml"))

    async def _probe(self, base: str) -> list[Finding]:
        """Ask for a page that cannot exist: does the site say 404, or 200?"""
        name = hashlib.sha256(base.encode()).hexdigest()[:12]
        url = urljoin(base, f"/contentkit-{name}.html")
        try:
            reply = await self.crawl.ask(url)
        except FetchFailed:
            return []  # the start page will tell what is wrong
        if reply.status != 200:
            return []
        return [Finding(code="soft-404-site", data={"url": url})]

    async def _read_sitemap(self, url: str) -> None:
        try:
            reply = await self.crawl.ask(url)
        except FetchFailed:
            return  # no page names it: an address of convention, not of the site
        data = decode_body(reply.headers, reply.body).data
        leads = self.crawl.reader.sitemap(url, data) if reply.status == 200 else []
        if leads:
            self.crawl.book.aside(url, reply, found_as="sitemap", leads=leads)

    def _answered(self) -> None:
        """Note that the site is there: what got no answer before is dead for itself."""
        self._answers += 1
        self._settle_silent()

    def _settle_silent(self) -> None:
        for ticket, error in self._silent:
            self.crawl.book.failed(ticket, error.reason, error.detail)
        self._silent.clear()

    async def _check_site(self) -> None:
        """Tell dead links from a dead site; a dead site ends the crawl, for now."""
        try:
            await self.crawl.ask(self.crawl.base_url)
        except FetchFailed:
            self._scheduler().stop(self._outage())
        else:
            self._settle_silent()

    def _outage(self) -> HarvestError:
        ticket, error = self._silent[-1]
        return HarvestError(
            f"{ticket.target}: the site does not answer ({error.reason}: "
            f"{error.detail!a}): {_REMEDIES.get(error.reason, _REMEDY)}, then run "
            "'contentkit harvest' again; everything fetched so far is kept"
        )

    def _try_again(self, ticket: Ticket, *, asked: float | None = None) -> bool:
        attempts = ticket.attempts + 1
        wait = self.crawl.pace.retries.wait(attempts, asked=asked)
        if wait is None:
            return False
        self.crawl.book.retried(ticket)
        self._scheduler().postpone(
            replace(ticket, attempts=attempts), wait, hold=asked is not None
        )
        return True

    def _scheduler(self) -> LedgerScheduler:
        scheduler = self.crawler.engine.scheduler
        assert isinstance(scheduler, LedgerScheduler)
        return scheduler
