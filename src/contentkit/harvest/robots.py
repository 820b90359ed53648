"""robots.txt as RFC 9309 wants it: asked once an origin, before anything else.

A file that is not there (4xx) allows everything; a server that cannot say (5xx) allows
nothing; without an answer the request is not made. The answer is kept in the archive: it is the evidence for
everything that was left out because of it.
"""

import asyncio

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.utils.httpobj import urlparse_cached

from contentkit.harvest.context import Crawl, crawl_of
from contentkit.harvest.wire_reader import FetchFailed, Reply
from contentkit.models import Finding
from contentkit.workspace.archive_payload import decode_body

_MAX_BYTES = 512 * 1024  # RFC 9309 section 2.5: at least 500 kibibytes are read
_LONGEST_DELAY = 30.0  # seconds; more would make a crawl of a county site take months
_ALL = Protego.parse("")
_NOTHING = Protego.parse("User-agent: *\nDisallow: /")


class RobotsDisallowed(IgnoreRequest):
    """robots.txt of the origin does not allow the request."""


class RobotsMiddleware:
    """Downloader middleware that asks robots.txt before the first request of an origin."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[Protego]] = {}
        self._delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Make the middleware, as Scrapy asks for it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise `RobotsDisallowed`."""
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if not (await self._rules_of(origin)).can_fetch(
            request.url, crawl_of(self._crawler.spider).user_agent
        ):
            raise RobotsDisallowed(f"robots.txt of {origin} does not allow it")
        if delay := self._delays.get(origin):
            self._slow_down(parts.hostname or "", delay)

    async def _rules_of(self, origin: str) -> Protego:
        rules = self._rules.get(origin)
        if rules is not None:
            return await rules
        rules = self._rules[origin] = asyncio.get_running_loop().create_future()
        try:
            rules.set_result(await self._ask(origin))
        except FetchFailed as failure:
            # no answer: the requests that wait for it fail alike and may be tried again
            del self._rules[origin]
            rules.set_exception(failure)
        return await rules

    async def _ask(self, origin: str) -> Protego:
        crawl = crawl_of(self._crawler.spider)
        url = f"{origin}/robots.txt"
        try:
            reply: Reply = await crawl.ask(url)
        except FetchFailed as failure:
            raise FetchFailed(failure.reason, f"robots.txt: {failure.detail}") from None
        if reply.status >= 500:
            return _unreachable(crawl, url, f"http-{reply.status}")
        if reply.status != 200:
            return _ALL
        data = decode_body(reply.headers, reply.body).data[:_MAX_BYTES]
        rules = Protego.parse(data.decode("utf-8", "replace"))
        leads = [crawl.reader.lead(x, "sitemap", base=url) for x in rules.sitemaps]
        crawl.book.aside(
            url, reply, found_as="robots", leads=[x for x in leads if x is not None]
        )
        delay = rules.crawl_delay(crawl.user_agent)
        if delay:
            self._delays[origin] = min(float(delay), _LONGEST_DELAY)
        return rules

    def _slow_down(self, host: str, delay: float) -> None:
        """Keep the pause between requests that robots.txt asks for."""
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, delay)


def _unreachable(crawl: Crawl, url: str, detail: str) -> Protego:
    finding = Finding(code="robots-unreachable", data={"detail": detail})
    crawl.book.unreachable(url, finding)
    return _NOTHING
