"""What a fetched page names: links, frames, images, files, further list pages.

Links are read as browsers read them and a little further: addresses in `onclick`,
in `javascript:` links, in menus and lists that scripts write, in `location = "…"`.
What only a running browser would find is not found.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from contentkit.extract.attachments import file_suffix
from contentkit.extract.encoding import decode_page
from contentkit.harvest.sniff import sniff_media_type
from contentkit.html import base_of, parse_html

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/xml"})

MAX_PAGE = 16 * 2**20  # as in extract: a larger page is not read
_TAGS = (
    "a",
    "area",
    "frame",
    "iframe",
    "img",
    "embed",
    "object",
    "source",
    "video",
    "audio",
    "meta",
    "script",
)
_ROLES = {"frame": "frame", "iframe": "frame", "img": "image"}
_LAZY = ("src", "data-src", "data-original", "oldsrc", "_src")
# an address in quotes in a piece of script: with a slash or a suffix, and no joining
_QUOTED = re.compile(
    r"""['"]((?:https?://|/|\.\.?/)?[^'"\s<>(){}+,;]*[./?][^'"\s<>(){}+,;]*)['"]"""
)
_LOCATION = re.compile(
    r"""\blocation(?:\.href)?\s*=\s*(['"])([^'"\s<>]+)\1\s*(?:;|$|\})""", re.MULTILINE
)
_WRITTEN = re.compile(
    r"""<(a|img|iframe|frame)\b[^<>]*?\b(?:href|src)\s*=\s*\\?["']?([^"'\s<>\\]+)""",
    re.IGNORECASE,
)
_END = re.compile(r"(?i)</html\s*>")
_REFRESH = re.compile(r"""(?i)\burl\s*=\s*['"]?([^'"\s]+)""")
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*</loc>")
_MOST_LOCS = 50_000  # sitemaps.org: at most 50,000 addresses and 50 MB a file
_MOST_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, decoded and parsed once."""

    url: str
    base: str
    text: str
    encoding: str
    root: HtmlElement


def open_page(
    data: bytes,
    *,
    url: str,
    media_type: str | None,
    charset: str | None,
    override: str | None = None,
) -> Page | None:
    """Return the parsed page, or None if the payload is no page with links."""
    kind = sniff_media_type(data, declared=media_type, name=url.partition("?")[0])
    if kind not in PAGE_TYPES or not data.strip() or len(data) > MAX_PAGE:
        return None
    decoded = decode_page(data, http_charset=charset, override=override)
    if "<" not in decoded.text:
        return None
    # included files bring an end tag of their own; libxml2 drops all that follows one
    root = parse_html(_END.sub("", decoded.text))
    return Page(url, base_of(root, url), decoded.text, decoded.encoding, root)


def iter_links(page: Page) -> Iterator[tuple[str, str]]:
    """Yield (how it is named, address as written) of everything a page names."""
    for element in page.root.iter(*_TAGS):
        yield from _READERS.get(element.tag, _source)(element)


def _anchor(element: HtmlElement) -> Iterator[tuple[str, str]]:
    href = (element.get("href") or "").strip()
    if href and href[0] != "#" and href[:11].lower() != "javascript:":
        yield _role(href), href
        return
    for script in (href[11:], element.get("onclick") or ""):
        for address in _QUOTED.findall(script):
            yield _role(address), address


def _image(element: HtmlElement) -> Iterator[tuple[str, str]]:
    for name in _LAZY:
        if href := element.get(name):
            yield "image", href


def _refresh(element: HtmlElement) -> Iterator[tuple[str, str]]:
    if (element.get("http-equiv") or "").lower() == "refresh":
        for href in _REFRESH.findall(element.get("content") or ""):
            yield "link", href


def _source(element: HtmlElement) -> Iterator[tuple[str, str]]:
    href = element.get("data" if element.tag == "object" else "src")
    if href:
        yield _ROLES.get(element.tag, "media"), href


def _role(href: str) -> str:
    return "attachment" if file_suffix(href) else "link"


def _script(element: HtmlElement) -> Iterator[tuple[str, str]]:
    text = element.text or ""
    if "location" in text:
        for _, href in _LOCATION.findall(text):
            yield "link", href
    if "<" in text:
        for tag, href in _WRITTEN.findall(text):
            role = _ROLES.get(tag.lower())
            yield role or _role(href), href


_READERS = {
    "a": _anchor,
    "area": _anchor,
    "img": _image,
    "meta": _refresh,
    "script": _script,
}


def read_sitemap(data: bytes) -> list[str]:
    """Return the addresses of a sitemap or sitemap index, packed or not.

    >>> read_sitemap(b"<urlset><url><loc>http://a.gov.cn/?a=1&amp;b=2</loc></url></urlset>")
    ['http://a.gov.cn/?a=1&b=2']
    """
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(31).decompress(data, _MOST_BYTES)
        except zlib.error:
            return []
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _plain_sitemap(data)
    found = _LOC.findall(data.decode("utf-8", "replace"))[:_MOST_LOCS]
    return [unescape(x) for x in found]


def _plain_sitemap(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "replace").split()[:_MOST_LOCS]
    return [line for line in lines if line.startswith(("http://", "https://"))]
