"""Run one crawl with Scrapy in this process, and stop it well."""

import asyncio
import logging
import signal
import threading
from typing import Any

from scrapy.crawler import Crawler
from scrapy.logformatter import LogFormatter
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from contentkit.harvest.context import Crawl, as_fault
from contentkit.harvest.settings import crawl_settings


class QuietFormatter(LogFormatter):
    """Log formatter that leaves the single requests to the ledger."""

    def crawled(self, *_: Any) -> Any:
        """Say nothing about a response."""
        return None


def run_crawl(crawl: Crawl) -> bool:
    """Crawl until nothing is left or the limit is reached; return True if interrupted.

    An interrupt lets requests under way finish; a second one stops at once. Raises
    what ended the crawl early, such as a full disk.
    """
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    settings = Settings(crawl_settings(crawl.profile))
    spider = SpiderLoader.from_settings(settings).load("portal")
    is_interrupted = asyncio.run(_crawl(Crawler(spider, settings), crawl))
    if crawl.fault is not None:
        raise crawl.fault
    return is_interrupted


async def _crawl(crawler: Crawler, crawl: Crawl) -> bool:
    stop = _Stop(crawler, crawl)
    with stop:
        await crawler.crawl_async(crawl=crawl)
    return stop.is_asked


class _Stop:
    """Turns the first interrupt, and any defect of ours, into an orderly end."""

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        self._crawler = crawler
        self._crawl = crawl
        self._task: asyncio.Task[None] | None = None
        self.is_asked = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        # signals reach only the main thread
        if threading.current_thread() is threading.main_thread():
            loop.add_signal_handler(signal.SIGINT, self._interrupt)

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(None)
        if threading.current_thread() is threading.main_thread():
            loop.remove_signal_handler(signal.SIGINT)

    def _interrupt(self) -> None:
        self.is_asked = True
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        self._end()

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Scrapy would go on without the callback that failed, perhaps for ever
        loop.default_exception_handler(context)
        error = context.get("exception")
        if isinstance(error, Exception) and self._crawl.fault is None:
            self._crawl.fault = as_fault(error)
        self._end()

    def _end(self) -> None:
        if self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._crawler.stop_async())
