"""The truth about URLs: every one that a crawler can discover, with its expected fate.

A row names a `url`, or a `prefix` where a trap makes endless ones. `fate` is what is
expected before duplicates and clean-up are looked at, `also` other right answers,
`later` what those stages make of it. `optional` rows need not be discovered at all:
styles, scripts, services.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from contentkit.ids import document_id
from contentkit.samplesite.addresses import ORIGIN, list_path
from contentkit.samplesite.content import Content, File
from contentkit.samplesite.layout import Column
from contentkit.samplesite.lists import PROXY, STRAYS, UNIT, count_pages
from contentkit.samplesite.plan import Planner
from contentkit.samplesite.routes import NEWEST_NEWS, load_odd_urls, newest_news
from contentkit.samplesite.truth import Row

TRACKER = "http://stat.tracker.example/t.gif?d=1"
_TRAPS = {
    "/go/chain/1": "/go/chain/",
    "/calendar/?y=2024&m=6": "/calendar/",
    "/tags/?tag=1&page=1": "/tags/",
    "/jlwz/bbs.jsp;jsessionid=00A1": "/jlwz/bbs.jsp",
}
_OPTIONAL_PREFIXES = (
    UNIT,
    PROXY,
    "/css/",
    "/script/",
    "/vc/",
    "/e/public/",
    "/sitemap",
    "/robots.txt",
    "/zt/control.html",  # the address with a control character, cleaned
)
_HOSTLESS = ("http://169.254.169.254/latest/meta-data/", "http://127.0.0.2/admin/")


def describe_document_urls(
    planner: Planner, content: Content, truth: Row
) -> Iterator[Row]:
    """Yield a document's own URL, those of its files, and its links that lead nowhere."""
    plan = content.plan
    fate = truth["fate"]
    row = {"url": plan.url, "fate": fate, "what": "document", "document": truth["id"]}
    if fate == "quarantined":
        missing = "published_at" if truth["published_at"] is None else "source"
        row["reason"] = f"{missing} is not on the page"
    elif content.personal:
        row["later"] = {"fate": "quarantined", "reason": "PRV-01"}
    elif plan.original is not None:
        into = document_id(planner.plan(plan.original).url)
        row["later"] = {"fate": "merged", "into": into}
    yield row
    for what, files in (("attachment", content.attachments), ("image", content.images)):
        for file in files:
            yield {**_describe_file(file, fate), "what": what, "document": truth["id"]}
    for video in content.videos:
        yield {
            "url": video.url,
            "fate": "asset",
            "also": ["not-fetched", "dropped"],
            "what": "video",
            "document": truth["id"],
            "optional": True,
        }
    for url in content.links if plan.original is None else ():
        inside = url.startswith(ORIGIN)
        reason = "http-404" if inside else "out-of-scope"
        yield {"url": url, "fate": "not-fetched", "reason": reason, "what": "link"}


def describe_frame_urls(planner: Planner) -> Iterator[Row]:
    """Yield the URLs of home, list pages, services and of everything odd."""
    for path in ("/", "/jlwz/index.htm"):
        yield {"url": ORIGIN + path, "fate": "column", "what": "home"}
    for column in planner.layout.columns:
        for path in list_paths(column):
            yield {
                "url": ORIGIN + path,
                "fate": "column",
                "what": "list",
                "column": column.key,
            }
    for path, _, _ in STRAYS.values():
        outside = path.startswith("http")
        yield (
            _outside(path)
            if outside
            else {
                "url": ORIGIN + path,
                "fate": "not-fetched",
                "reason": "http-404",
                "what": "link",
            }
        )
    yield from _describe_odd(planner)
    for url in (*_HOSTLESS, TRACKER):
        yield {**_outside(url), "optional": True}
    for prefix in _OPTIONAL_PREFIXES:
        yield {
            "prefix": ORIGIN + prefix,
            "fate": "column",
            "also": ["not-fetched", "dropped", "asset"],
            "what": "service",
            "optional": True,
        }


def list_paths(column: Column) -> list[str]:
    """Return the paths of all list pages of a column that have an address of their own."""
    if column.family in {"jcms", "jpage"}:
        return [list_path(column)]
    return [list_path(column, page) for page in range(1, count_pages(column) + 1)]


def _describe_odd(planner: Planner) -> Iterator[Row]:
    for odd in load_odd_urls():
        path = odd["path"]
        url = path if urlsplit(path).netloc else ORIGIN + path
        row: Row = {"url": url, "fate": odd["fate"], "what": "odd"}
        if odd["value"] == NEWEST_NEWS:
            row["document"] = document_id(newest_news(planner).url)
        if odd["reason"]:
            row["reason"] = odd["reason"]
        if odd["also"]:
            row["also"] = odd["also"].split()
        if odd["optional"]:
            row["optional"] = True
        yield row
        if path in _TRAPS:
            rest = {k: v for k, v in row.items() if k != "url"}
            yield {"prefix": ORIGIN + _TRAPS[path], **rest, "optional": True}


def _describe_file(file: File, fate: str) -> Row:
    row: Row = {"url": file.url, "fate": "asset" if fate == "migrated" else fate}
    if file.data is None:
        row |= {"fate": "not-fetched", "reason": "http-404"}
    elif file.route in {"html", "empty"}:
        row |= {"fate": "dropped", "reason": f"ATT-01: {file.route}"}
        row["also"] = ["asset", "quarantined", "not-fetched"]
    return row


def _outside(url: str) -> Row:
    return {
        "url": url,
        "fate": "not-fetched",
        "reason": "out-of-scope",
        "what": "link",
    }
