"""Sanitize the body of an official document and prove that nothing visible went with it.

A tree pass writes down what is worth keeping in terms of the allow-list (alignment and
indent as classes, players as links, unknown blocks as `div`); nh3 then removes whatever
is not on the list, so that safety rests on nh3 alone. Afterwards lines, table cells,
images and links are compared with those before; a difference is a `sanitize-loss`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3
from lxml.html import HtmlElement

from contentkit.html import BLOCKS, inner_html, parse_fragment, visible_lines
from contentkit.models import Finding
from contentkit.text import fold_spaces

_ALIGNED = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "th",
        "tr",
        "table",
        "caption",
        "figure",
        "figcaption",
        "li",
        "dd",
        "dt",
        "blockquote",
        "section",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "del",
        "ins",
        "sup",
        "sub",
        "small",
        "br",
        "img",
        "ruby",
        "rt",
        "rp",
    ]
)
_STRUCTURE = frozenset(
    ["ul", "ol", "dl", "thead", "tbody", "tfoot", "col", "colgroup", "hr", "pre"]
)
_TAGS = set(_ALIGNED | _INLINE | _STRUCTURE)
_CLASSES = {"ck-center", "ck-right", "ck-justify", "ck-indent", "ck-media"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"type", "start", "reversed"},
    "ul": {"type"},
    "li": {"value"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "ftp"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=dict.fromkeys(_ALIGNED | {"a"}, _CLASSES),
    clean_content_tags={"script", "style", "noscript", "template", "title", "textarea"}
    | {"select", "iframe", "object", "head", "xml"},
    url_schemes=_SCHEMES,
    link_rel=None,
)

_PLAYERS = {"video": "视频", "audio": "音频", "iframe": "嵌入内容", "embed": "嵌入内容"}
_RENAMED = {"center": "div", "dir": "ul", "menu": "ul", "strike": "s"}
_STYLE_ALIGN = re.compile(r"text-align\s*:\s*(center|right|justify)", re.IGNORECASE)
_STYLE_INDENT = re.compile(
    r"(?:text-indent|(?:margin|padding)-left)\s*:\s*\+?(?:[1-9]|0?\.\d|0\.[0-9]*[1-9])",
    re.IGNORECASE,
)
_STYLE_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)")
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.\-]*):")
_EMPTY_INLINE = re.compile(r"<(strong|small|sup|sub|del|ins|em|b|i|u|s|a)>(\s*)</\1>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanitized:
    """A sanitized body: `html`, its visible `text`, and what was lost or odd."""

    html: str
    text: str
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Seen:
    """What a reader sees: the invariant of sanitizing."""

    lines: list[str]
    cells: int
    images: Counter[str]
    links: Counter[str]


def sanitize_body(html: str) -> Sanitized:
    """Return the body in the allow-list of official documents, with its visible text.

    >>> sanitize_body('<p style="text-align:center" onclick="x()">通知</p>').html
    '<p class="ck-center">通知</p>'
    """
    if not html.strip():
        return Sanitized(html="", text="", findings=())
    tree = parse_fragment(html)
    findings = _prepare(tree)
    before = _seen(tree)
    clean = _EMPTY_INLINE.sub(r"\2", _CLEANER.clean(inner_html(tree))).strip()
    after = _seen(parse_fragment(clean))
    findings += _losses(before, after)
    return Sanitized(html=clean, text="\n".join(after.lines), findings=tuple(findings))


def _prepare(tree: HtmlElement) -> list[Finding]:
    """Rewrite the tree in terms of the allow-list; tell what is hidden or unusable."""
    findings: list[Finding] = []
    for element in list(tree.iter("*")):
        tag = element.tag
        style = element.get("style")
        if style and _STYLE_HIDDEN.search(style):
            findings += _hidden(element)
        if tag in _PLAYERS:
            _replace_player(element, tag)
        elif tag == "img":
            findings += _prepare_image(element)
        elif tag == "a":
            if not _address(element):
                element.drop_tag()
        elif tag in _ALIGNED or tag == "center":
            _keep_layout(element, style)
        if tag in _RENAMED:
            element.tag = _RENAMED[tag]
        elif tag in BLOCKS and tag not in _TAGS and element is not tree:
            element.tag = "div"
    return findings


def _keep_layout(element: HtmlElement, style: str | None) -> None:
    """Turn alignment and indent into classes; all other classes go."""
    classes = set((element.get("class") or "").split()) & _CLASSES
    align = (element.get("align") or "").lower()
    found = _STYLE_ALIGN.search(style) if style else None
    if found:
        align = found[1].lower()
    elif element.tag == "center":
        align = "center"
    if align in {"center", "right", "justify"} and element.tag != "table":
        classes -= {"ck-center", "ck-right", "ck-justify"}
        classes.add(f"ck-{align}")
    if style and _STYLE_INDENT.search(style):
        classes.add("ck-indent")
    if classes:
        element.set("class", " ".join(sorted(classes)))
    elif "class" in element.attrib:
        del element.attrib["class"]


def _hidden(element: HtmlElement) -> Iterator[Finding]:
    text = fold_spaces(" ".join(visible_lines(element)))
    if text:
        yield Finding(code="hidden-text", field="body_html", quote=text[:200])


def _prepare_image(element: HtmlElement) -> Iterator[Finding]:
    """Remove tracking pixels silently and images without a usable address with word."""
    src = (element.get("src") or "").strip()
    size = {(element.get(name) or "").strip() for name in ("width", "height")}
    if size & {"0", "1", "0px", "1px"} or _STYLE_SIZE.search(
        element.get("style") or ""
    ):
        element.drop_tree()
        return
    scheme = _SCHEME.match(src)
    if src and (scheme is None or scheme[1].lower() in {"http", "https"}):
        return
    element.drop_tree()
    if src:
        data = {"what": "image", "before": src[:200], "after": ""}
        yield Finding(code="sanitize-loss", field="body_html", data=data)


def _replace_player(element: HtmlElement, tag: str) -> None:
    """Put a link where a player stood; a player without an address is nothing to see."""
    source = element.get("src")
    if not source:
        inner = element.find(".//source")
        source = inner.get("src") if inner is not None else None
    for child in list(element):
        element.remove(child)
    source = (source or "").strip()
    scheme = _SCHEME.match(source)
    if not source or (scheme and scheme[1].lower() not in {"http", "https"}):
        element.drop_tree()
        return
    name = element.get("title") or unquote(urlsplit(source).path).rsplit("/", 1)[-1]
    element.attrib.clear()
    element.tag = "a"
    element.set("href", source)
    element.set("class", "ck-media")
    element.text = f"{_PLAYERS[tag]}：{name}" if name else _PLAYERS[tag]


def _seen(tree: HtmlElement) -> _Seen:
    cells = 0
    images: Counter[str] = Counter()
    links: Counter[str] = Counter()
    for element in tree.iter("td", "th", "img", "a"):
        if element.tag == "img":
            images[element.get("src") or ""] += 1
        elif element.tag == "a":
            href = _address(element)
            if href:
                links[href] += 1
        else:
            cells += 1
    return _Seen(lines=visible_lines(tree), cells=cells, images=images, links=links)


def _address(link: HtmlElement) -> str:
    """Return where a link leads; nothing for scripts and bare anchors."""
    href = (link.get("href") or "").strip()
    scheme = _SCHEME.match(href)
    return href if scheme is None or scheme[1].lower() in _SCHEMES else ""


def _losses(before: _Seen, after: _Seen) -> Iterator[Finding]:
    if before.lines != after.lines:
        lost = Counter(before.lines) - Counter(after.lines)
        new = Counter(after.lines) - Counter(before.lines)
        yield _loss("text", "\n".join(lost), "\n".join(new))
    if before.cells != after.cells:
        yield _loss("table cells", str(before.cells), str(after.cells))
    for what, old, kept in (
        ("image", before.images, after.images),
        ("link", before.links, after.links),
    ):
        for address in sorted((old - kept).elements()):
            yield _loss(what, address, "")


def _loss(what: str, before: str, after: str) -> Finding:
    data = {"what": what, "before": before[:500], "after": after[:500]}
    return Finding(code="sanitize-loss", field="body_html", data=data)
