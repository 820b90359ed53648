"""What the server does beyond handing out files, as the lines of `routes.jsonl`."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from contentkit.resources import read_csv, sample_data
from contentkit.samplesite.content import Content
from contentkit.samplesite.plan import Plan, Planner
from contentkit.samplesite.quirks import Quirks

Route = dict[str, Any]

SLOW_SECONDS = 1.5
RETRY_SECONDS = 1


NEWEST_NEWS = "newest-news"


def newest_news(planner: Planner) -> Plan:
    """Return the document that the moved address leads to."""
    return planner.find("news", 0)


@cache
def load_odd_urls() -> tuple[dict[str, str], ...]:
    """Return the rows of `data/odd.csv`: addresses that lead to no document."""
    return tuple(read_csv(sample_data("odd.csv")))


def document_routes(content: Content, quirks: Quirks) -> Iterator[Route]:
    """Yield the routes that the page of a document and its files need."""
    path = content.plan.path
    if quirks.charset.content_type is not None:
        yield {"path": path, "do": "file", "content_type": quirks.charset.content_type}
    if quirks.has("http-error-once"):
        yield {"path": path, "do": "error-once", "status": 500}
    if quirks.has("http-retry-after"):
        yield {"path": path, "do": "error-once", "status": 429, "retry": RETRY_SECONDS}
    if quirks.has("http-slow"):
        yield {"path": path, "do": "slow", "seconds": SLOW_SECONDS}
    if quirks.has("http-cut-once"):
        yield {"path": path, "do": "cut-once"}
    for file in content.attachments:
        match file.route:
            case "html":
                yield {"path": file.path, "do": "file", "content_type": "text/html"}
            case "gbk-name":
                yield {"path": file.path, "do": "file", "attachment": file.name}
            case "gbk-url":
                yield {"path": file.path, "do": "file", "file": file.disk_path}


def frame_routes(planner: Planner) -> Iterator[Route]:
    """Yield the routes of the odd addresses."""
    for row in load_odd_urls():
        path, value = row["path"], row["value"]
        match row["do"]:
            case "status" if value != "200":
                yield {"path": path, "do": "status", "status": int(value)}
            case "redirect":
                to = newest_news(planner).path if value == NEWEST_NEWS else value
                yield {"path": path, "do": "redirect", "status": 302, "to": to}
            case "big":
                yield {"path": path, "do": "big", "bytes": int(value)}
            case "soft-404" | "cut":
                yield {"path": path, "do": row["do"]}
