"""The Scrapy settings of a crawl, in one list.

Scrapy schedules, throttles and calls the spider; the ledger holds the frontier, and the
byte-true client fetches. What Scrapy would do on its own besides is switched off, so
that each part of a crawl has one owner.
"""

from typing import Any

from contentkit import __version__
from contentkit.profile import Profile

USER_AGENT = f"contentkit/{__version__} (site migration; harvests its own site)"


def crawl_settings(profile: Profile) -> dict[str, Any]:
    """Return the settings for a profile."""
    manners = profile.politeness
    throttled = manners.delay > 0  # a site without delay is one's own: no throttle
    return {
        "SPIDER_MODULES": ["contentkit.spiders"],
        # the event loop alone: a reactor could not run a second crawl in one process
        "TWISTED_REACTOR_ENABLED": False,
        "SCHEDULER": "contentkit.harvest.scheduler.LedgerScheduler",
        # only the web: a page must not make us read local files
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {
            "http": "contentkit.harvest.download.WireHandler",
            "https": "contentkit.harvest.download.WireHandler",
        },
        # none of the built-in ones: redirects are captures of their own, bodies stay
        # compressed, retries are in the ledger, no cookies, no cache, no filters
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": (
            {"contentkit.harvest.robots.RobotsMiddleware": 100}
            if manners.obey_robots
            else {}
        ),
        "SPIDER_MIDDLEWARES_BASE": {},
        # no telnet console, no files of its own
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": (
            {"scrapy.extensions.throttle.AutoThrottle": 0} if throttled else {}
        ),
        "AUTOTHROTTLE_ENABLED": throttled,
        "AUTOTHROTTLE_START_DELAY": manners.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(manners.concurrency),
        "DOWNLOAD_DELAY": manners.delay,
        # the delay is a promise to the server: never half of it by chance
        "DOWNLOAD_DELAY_JITTER": 0,
        # the site is one server under several names: one limit for all of them
        "CONCURRENT_REQUESTS": manners.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": manners.concurrency,
        "LOG_FORMATTER": "contentkit.harvest.crawl.QuietFormatter",
        "STATS_DUMP": False,
    }
