"""Scrapy's door to the network: requests go out through the byte-true client."""

import time
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from contentkit.harvest.context import crawl_of
from contentkit.harvest.wire_reader import Reply


class WireResponse(Response):
    """A response with the exchange it came from in `reply`; `body` is as received."""

    attributes = (*Response.attributes, "reply")

    def __init__(self, *args: Any, reply: Reply, **kwargs: Any) -> None:
        self.reply = reply
        super().__init__(*args, **kwargs)


class WireHandler:
    """Download handler for http and https; the client belongs to the spider."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WireHandler":
        """Make the handler, as Scrapy asks for it."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch one request; raises `FetchFailed` with the reason of the URL."""
        crawl = crawl_of(self._crawler.spider)
        start = time.monotonic()
        reply = await crawl.client.fetch(
            request.method,
            request.url,
            headers=crawl.headers(request.method),
            body=request.body,
        )
        request.meta["download_latency"] = time.monotonic() - start
        return WireResponse(
            request.url, status=reply.status, body=reply.body, reply=reply
        )

    async def close(self) -> None:
        """Close the connections."""
        await crawl_of(self._crawler.spider).client.close()
