"""Sanitize the body of an official document and prove that nothing visible went with it.

A tree pass writes down what is worth keeping in terms of the allow-list (alignment and
indent as classes, players as links, unknown blocks as `div`); nh3 then removes whatever
is not on the list, so that safety rests on nh3 alone. Afterwards text, table cells,
images and links are compared with those before; a difference is a `sanitize-loss`.
Ordinary bodies need none of this and give the same in one scan (`ordinary`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3
from lxml.html import HtmlElement

from contentkit.html import BLOCKS, SILENT, inner_html, parse_fragment, visible_text
from contentkit.models import Finding
from contentkit.normalize.allowed import (
    ALIGNED,
    ATTRIBUTES,
    CLASSES,
    HIDDEN,
    INLINE,
    SCHEME,
    SCHEMES,
    TAGS,
    address,
    is_pixel,
    layout_class,
    without_empty,
)
from contentkit.normalize.ordinary import sanitize_ordinary
from contentkit.text import squeeze

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    allowed_classes={tag: set(CLASSES) for tag in ALIGNED | {"a"}},
    clean_content_tags={"script", "style", "noscript", "template", "title", "textarea"}
    | {"select", "iframe", "object", "head"},
    url_schemes=set(SCHEMES),
    link_rel=None,
)

_KEPT_LAYOUT = ALIGNED | {"center"}
_PASSED = (INLINE - {"a", "img"}) | {"span", "font", "o:p"}  # nothing to write down
_PLAYERS = {
    "video": "视频",
    "audio": "音频",
    "iframe": "嵌入内容",
    "embed": "嵌入内容",
    "object": "嵌入内容",
}
_MEDIA = "ck-media"
_RENAMED = {"center": "div", "dir": "ul", "menu": "ul", "strike": "s"}
# file:, a drive or a share: what only its author can open (LNK-LOCAL)
_LOCAL = re.compile(r"\s*(?:file:|[c-z]:[\\/]|\\\\[a-z0-9])", re.IGNORECASE)
_FALLBACK = re.compile("浏览器|不支持|browser|[Ff]lash")
_LONGEST_FALLBACK = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanitized:
    """A sanitized body: `html`, its visible `text`, and what was lost or odd."""

    html: str
    text: str
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Seen:
    """What a reader sees: the invariant of sanitizing."""

    text: str  # without white space
    cells: int
    images: Counter[str]
    links: Counter[str]


def sanitize_body(html: str) -> Sanitized:
    """Return the body in the allow-list of official documents, with its visible text.

    >>> sanitize_body('<p style="text-align:center" onclick="x()">通知</p>').html
    '<p class="ck-center">通知</p>'
    """
    ordinary = None if _names_a_disk(html) else sanitize_ordinary(html)
    if ordinary:
        return Sanitized(html=ordinary[0], text=ordinary[1], findings=())
    return sanitize_any(html)


def sanitize_any(html: str) -> Sanitized:
    """Do what `sanitize_body` does, whatever the body holds."""
    if not html.strip():
        return Sanitized(html="", text="", findings=())
    tree = parse_fragment(html)
    elements = list(tree.iter("*"))  # held, so that lxml makes each proxy only once
    findings = _prepare(elements, hides=bool(HIDDEN.search(html.lower())))
    before = _seen(tree, "".join(tree.itertext()))
    clean = without_empty(_CLEANER.clean(inner_html(tree))).strip()
    tree = parse_fragment(clean)
    elements = list(tree.iter("*"))
    text = visible_text(tree)
    findings += _losses(before, _seen(tree, text))
    if _MEDIA in clean:
        # the words of such a link are ours, not the page's
        for link in tree.iter("a"):
            if link.get("class") == _MEDIA:
                link.text = None
        text = visible_text(tree)
    return Sanitized(html=clean, text=text, findings=tuple(findings))


def _prepare(elements: Sequence[HtmlElement], *, hides: bool) -> list[Finding]:
    """Rewrite elements in terms of the allow-list; tell what is hidden or unusable."""
    findings: list[Finding] = []
    root = elements[0]
    for element in elements:
        tag = element.tag
        if hides:
            findings += _hidden(element)
        elif tag in _PASSED:
            continue
        # An element without a parent stood inside a player that has been replaced.
        if element is root or element.getparent() is not None:
            if tag == "img":
                findings += _prepare_image(element)
            else:
                if tag == "a":
                    findings += _local_link(element.get("href") or "")
                _prepare_element(element, tag, element is root)
    return findings


def _names_a_disk(html: str) -> bool:
    """Tell whether a link to somebody's own disk may be among those of a body."""
    return any(sign in html for sign in ("file:", "FILE:", ":\\", '"\\\\'))


def _local_link(href: str) -> Iterator[Finding]:
    """Yield a link that leads to somebody's own disk; it will be no link any more."""
    if _LOCAL.match(href):
        place = href.strip()[:200]
        data = {"url": place}
        yield Finding(code="LNK-LOCAL", field="body_html", quote=place, data=data)


def _prepare_element(element: HtmlElement, tag: str, is_root: bool) -> None:
    if tag in _KEPT_LAYOUT:
        _keep_layout(element)
    elif tag not in TAGS or tag == "a":
        _drop_useless(element, tag)
    if tag in _RENAMED:
        _rename(element, tag)
    elif tag in BLOCKS and tag not in TAGS and not is_root:
        element.tag = "div"


def _drop_useless(element: HtmlElement, tag: str) -> None:
    """Turn players into links; drop what is no content, and links that lead nowhere."""
    if tag in _PLAYERS:
        _replace_player(element, tag)
    elif tag in SILENT:
        element.drop_tree()
    elif tag == "xml":
        _drop_island(element)
    elif tag == "a":
        element.attrib.pop(
            "class", None
        )  # only a player's link has one, and it is ours
        href = element.get("href")
        if not address(href) or _LOCAL.match(href or ""):
            element.drop_tag()


def _rename(element: HtmlElement, tag: str) -> None:
    if tag == "center" and "ck-" not in (element.get("class") or ""):
        element.set("class", "ck-center")
    element.tag = _RENAMED[tag]


def _keep_layout(element: HtmlElement) -> None:
    """Turn alignment and indent into classes; all other classes go."""
    classes = layout_class(element.tag, element.attrib)
    if classes:
        element.set("class", classes)
    elif "class" in element.attrib:
        del element.attrib["class"]


def _hidden(element: HtmlElement) -> Iterator[Finding]:
    style = (element.get("style") or "").lower()
    text = visible_text(element) if HIDDEN.search(style) else ""
    if text:
        yield Finding(code="hidden-text", field="body_html", quote=text[:200])


def _prepare_image(element: HtmlElement) -> Iterator[Finding]:
    """Remove tracking pixels silently and images without a usable address with word."""
    src = (element.get("src") or "").strip()
    if is_pixel(element.attrib):
        element.drop_tree()
        return
    scheme = SCHEME.match(src)
    if src and (scheme is None or scheme[1].lower() in {"http", "https"}):
        return
    element.drop_tree()
    if src:
        data = {"what": "image", "before": src[:200], "after": ""}
        yield Finding(code="sanitize-loss", field="body_html", data=data)


def _drop_island(element: HtmlElement) -> None:
    """Remove the settings that Word leaves in an `xml` element (`w:WordDocument` …)."""
    for child in list(element):
        if isinstance(child.tag, str) and ":" in child.tag:
            child.drop_tree()
    element.drop_tag()


def _replace_player(element: HtmlElement, tag: str) -> None:
    """Put a link before a player with an address, and what it wraps in its place.

    Words for browsers that cannot play go. Other content means that the end tag was
    forgotten: it stays.
    """
    source = element.get("src") or element.get("data")
    if not source:
        inner = next(element.iter("source", "embed"), None)
        source = inner.get("src") if inner is not None else None
    source = (source or "").strip()
    scheme = SCHEME.match(source)
    if source and (scheme is None or scheme[1].lower() in {"http", "https"}):
        link = element.makeelement("a", {"href": source, "class": _MEDIA})
        path = urlsplit(source).path
        name = element.get("title") or unquote(path).rsplit("/", 1)[-1]
        link.text = f"{_PLAYERS[tag]}：{name}" if name else _PLAYERS[tag]
        element.addprevious(link)
    text = visible_text(element)
    if len(text) <= _LONGEST_FALLBACK and (not text or _FALLBACK.search(text)):
        element.drop_tree()
    else:
        element.drop_tag()


def _seen(tree: HtmlElement, text: str) -> _Seen:
    cells = 0
    images: Counter[str] = Counter()
    links: Counter[str] = Counter()
    for element in tree.iter("td", "th", "img", "a"):
        if element.tag == "img":
            images[element.get("src") or ""] += 1
        elif element.tag == "a":
            href = address(element.get("href"))
            if href:
                links[href] += 1
        else:
            cells += 1
    bare = "".join(text.split())
    return _Seen(text=bare, cells=cells, images=images, links=links)


def _losses(before: _Seen, after: _Seen) -> Iterator[Finding]:
    if before.text != after.text and squeeze(before.text) != squeeze(after.text):
        yield _text_loss(squeeze(before.text), squeeze(after.text))
    if before.cells != after.cells:
        yield _loss("table cells", str(before.cells), str(after.cells))
    for what, old, kept in (
        ("image", before.images, after.images),
        ("link", before.links, after.links),
    ):
        for lost in sorted((old - kept).elements()):
            yield _loss(what, lost, "")


def _text_loss(before: str, after: str) -> Finding:
    """Show the first place where the texts part."""
    pairs = zip(before, after, strict=False)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), len(after))
    start = max(0, same - 20)
    return _loss("text", before[start : same + 80], after[start : same + 80])


def _loss(what: str, before: str, after: str) -> Finding:
    data = {"what": what, "before": before[:500], "after": after[:500]}
    return Finding(code="sanitize-loss", field="body_html", data=data)
