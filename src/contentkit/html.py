"""HTML in and out: parsing that loses nothing, visible text, absolute addresses.

The convention for visible text, used wherever contentkit turns HTML into text: block
elements are lines of their own, each table cell too; `br` breaks a line; white space is
folded as a browser folds it and stripped at the ends, the ideographic space included;
empty lines are left out; scripts, styles and form choices are not text.
"""

import re
from functools import cache, lru_cache
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from contentkit.text import fold_spaces

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl"
    " dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html"
    " legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
"""Elements that begin and end a line."""

_SILENT_NAMES = (
    "script style noscript template head title textarea select iframe object"
)
SILENT = frozenset(_SILENT_NAMES.split())
"""Elements whose content is no text for a reader."""

_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""Every element is an HtmlElement; lxml.html asks Python for the class of each."""

_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r") + b"\x7f"
_DEPTH = 1500
"""Nesting beyond this is flattened; libxml2 2.14 cuts everything below 2,048 levels."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>|<(?:script|style)\b", re.IGNORECASE)
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_URL_NOISE = re.compile(r"[\t\r\n]")


_END = re.compile(rb"</[Hh][Tt][Mm][Ll]\s*>")


def parse_html(text: str) -> HtmlElement:
    """Return the root of a page; text that holds no element gives an empty body.

    Long text nodes and deep nesting are kept (libxml2 drops both by default), nesting
    deeper than 1,500 levels is flattened, comments and control characters are left out.
    """
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    # pages put together from whole files: libxml2 2.14 drops all after the first end
    data = _END.sub(b"", data)
    root, is_cut = _parse(data)
    if is_cut:
        root, _ = _parse(_flatten(data.decode("utf-8")).encode("utf-8"))
    if root is None:
        root, _ = _parse(b"<html><body></body></html>")
    return cast("HtmlElement", root)


@cache
def _parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    return parser


def _parse(data: bytes) -> tuple[HtmlElement | None, bool]:
    """Return the root, and whether libxml2 cut off what is nested too deeply."""
    parser = _parser()
    try:
        root = cast("HtmlElement | None", etree.fromstring(data, parser))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    is_cut = data.count(b"<") > _DEPTH and bool(parser.error_log.filter_from_fatals())
    return root, is_cut


def _flatten(text: str) -> str:
    """Leave out tags nested deeper than `_DEPTH`; their text stays."""
    parts: list[str] = []
    depth = end = 0
    for tag in _TAG.finditer(text):
        step = _step(tag)
        depth = max(0, depth + step)
        if step and depth - min(step, 0) > _DEPTH:
            parts.append(text[end : tag.start()])
            end = tag.end()
    parts.append(text[end:])
    return "".join(parts)


def _step(tag: re.Match[str]) -> int:
    name = (tag[2] or "").lower()
    if not name or name in _VOID or tag[0].endswith("/>"):
        return 0
    return -1 if tag[1] else 1


def visible_lines(element: HtmlElement) -> list[str]:
    """Return the non-empty lines that a reader sees in an element."""
    lines: list[str] = []
    current: list[str] = []
    stack: list[HtmlElement | str | None] = [element]
    while stack:
        item = stack.pop()
        if item is None:
            _end_line(current, lines)
        elif isinstance(item, str):
            current.append(item)
        else:
            _open(item, current, lines, stack)
    _end_line(current, lines)
    return lines


def _open(
    element: HtmlElement,
    current: list[str],
    lines: list[str],
    stack: list[HtmlElement | str | None],
) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in SILENT:
        return
    if tag in BLOCKS:
        _end_line(current, lines)
        stack.append(None)
    elif tag == "br":
        _end_line(current, lines)
    for child in element.iterchildren(reversed=True):
        if child.tail:
            stack.append(child.tail)
        stack.append(child)
    if element.text:
        current.append(element.text)


def _end_line(current: list[str], lines: list[str]) -> None:
    if current:
        line = fold_spaces("".join(current))
        current.clear()
        if line:
            lines.append(line)


def visible_text(element: HtmlElement) -> str:
    """Return the visible lines of an element, split by one newline."""
    return "\n".join(visible_lines(element))


def parse_fragment(html: str) -> HtmlElement:
    """Return a `div` that holds a piece of HTML, such as a document's `body_html`."""
    body = parse_html(f"<html><body><div>{html}</div></body></html>").find("body")
    assert body is not None
    if len(body) == 1 and not (body[0].tail or "").strip():
        return cast("HtmlElement", body[0])
    body.tag = "div"  # stray end tags closed the wrapper; everything is still in body
    return cast("HtmlElement", body)


def inner_html(element: HtmlElement) -> str:
    """Return the markup inside an element."""
    markup = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    start = markup.find(">") + 1
    end = markup.rfind("</")
    return markup[start:end].strip() if end >= start else ""


def base_of(root: HtmlElement, url: str) -> str:
    """Return what relative addresses of the page refer to: its `base`, else its URL."""
    for base in root.iter("base"):
        href = (base.get("href") or "").strip()
        if href:
            return resolve(url, href)
    return url


def resolve(base: str, href: str) -> str:
    """Return the absolute address of a link, or it as it stands if it cannot have one.

    >>> resolve("http://a.gov.cn/x/y/1.html", "../img/b c.jpg")
    'http://a.gov.cn/x/img/b c.jpg'
    """
    place = _place(base)
    if place is not None:
        origin, folder = place
        known = _resolve_path(origin, "" if href[:1] == "/" else folder, href)
        if known is not None:
            return known
    href = _clean(href)
    if not href or _is_absolute(href):
        return href
    try:
        return urljoin(base, href.replace("\\", "/"))
    except ValueError:
        return href


def _clean(href: str) -> str:
    href = href.strip()
    if "\n" in href or "\t" in href or "\r" in href:
        href = _URL_NOISE.sub("", href)
    return href


def _is_absolute(href: str) -> bool:
    return _SCHEME.match(href) is not None and "/../" not in href


@lru_cache(maxsize=2**14)
def _resolve_path(origin: str, folder: str, href: str) -> str | None:
    """Resolve a plain path as `urljoin` does; None for what is not plain.

    The links of a site's navigation stand on every page, so they are remembered.
    """
    href = _clean(href)
    if not href or _is_absolute(href):
        return href
    if href[0] in "?#;" or "//" in href or "\\" in href or ":" in href:
        return None
    if href[0] == "/":
        return None if "/." in href else origin + href
    while href[:3] == "../":
        href = href[3:]
        folder = folder[: folder.rfind("/", 0, -1) + 1] or "/"
    if href[:2] == "./":
        href = href[2:]
    if not href or href[0] in ".?#;/" or "/." in href:
        return None
    return origin + folder + href


@lru_cache(maxsize=1024)
def _place(base: str) -> tuple[str, str] | None:
    """Return scheme with host, and folder, of a page's address."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    path = parts.path or "/"
    if "/." in path or "//" in path:
        return None
    return f"{parts.scheme}://{parts.netloc}", path[: path.rfind("/") + 1]
