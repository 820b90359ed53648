"""The links and pictures of a page, with absolute addresses."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from contentkit.extract.outline import Outline
from contentkit.html import resolve
from contentkit.models import Link
from contentkit.text import fold_spaces

PICTURES = ("img", "imagedata", "v:imagedata")
_ATTRIBUTE = {"a": "href", "area": "href", "object": "data"}
_LAZY = ("src", "data-src", "data-original", "oldsrc", "_src", "file")
_ICON = re.compile(
    r"(?:/|^)(?:icon[_-]?\w{0,6}|file_?type\w*|ico|docx?|pdf|xlsx?|zip|rar|ppt|txt|unknow\w*"
    r"|attach\w*)\.(?:gif|png|ico|jpg)$|/icons?\d*/|filetypeimages|/fileicon|sysimage/icon",
    re.IGNORECASE,
)
"""Addresses of the little pictures that editors of the CMS put before a file's name."""
_PIXEL = frozenset({"0", "1", "0px", "1px"})


class Addresses:
    """Absolute addresses of one page, each resolved once."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._known: dict[str, str] = {}

    def of(self, href: str) -> str:
        """Return the absolute address, or the text as it stands if it has none."""
        known = self._known.get(href)
        if known is None:
            known = self._known[href] = resolve(self.base, href)
        return known


def read_links(outline: Outline, addresses: Addresses) -> tuple[str, ...]:
    """Return all http and https addresses of a page in its order, without repeats."""
    nodes = outline.nodes
    hrefs: dict[str | None, None] = {}
    for index in outline.references:
        element = nodes[index]
        hrefs[element.get(_ATTRIBUTE.get(element.tag, "src"))] = None
    links = dict.fromkeys(addresses.of(x) for x in hrefs if x and x[0] != "#")
    return tuple(url for url in links if url.startswith(("http://", "https://")))


def make_absolute(outline: Outline, addresses: Addresses, container: int) -> None:
    """Write absolute addresses into the links and pictures of an element.

    A picture that a script fills in later gets the address that the script would use.
    """
    for index in outline.references_in(container, outline.ends[container]):
        element = outline.nodes[index]
        if element.tag in PICTURES:
            source = picture_source(element)
            if source:
                element.set("src", addresses.of(source))
            continue
        name = _ATTRIBUTE.get(element.tag, "src")
        href = element.get(name)
        if href:
            element.set(name, addresses.of(href))


def read_images(elements: Iterable[HtmlElement], addresses: Addresses) -> list[Link]:
    """Return the pictures among some elements, without file icons and data URLs."""
    images: dict[str, Link] = {}
    for element in elements:
        source = picture_source(element)
        if source is None or _ICON.search(source) or _is_pixel(element):
            continue
        url = addresses.of(source)
        name = fold_spaces(element.get("alt") or "")
        images.setdefault(url, Link(url=url, name=name))
    return list(images.values())


def _is_pixel(element: HtmlElement) -> bool:
    """Say whether a picture is a counter of one by one pixel, nothing to look at."""
    size = (element.get("width") or "").strip(), (element.get("height") or "").strip()
    return size[0] in _PIXEL and size[1] in _PIXEL


def picture_source(element: HtmlElement) -> str | None:
    """Return the address of a picture, also where a script fills it in later."""
    for name in _LAZY:
        source = (element.get(name) or "").strip()
        if source and not source.startswith("data:"):
            return source
    return None
