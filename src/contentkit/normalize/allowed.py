"""The allow-list of official documents: what a body on the platform is made of."""

import re
from collections.abc import Mapping

ALIGNED = frozenset(
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
"""Elements that may be aligned or indented, by class."""

INLINE = frozenset(
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

TAGS = ALIGNED | INLINE | _STRUCTURE
"""All elements of the list; the content of any other stays without its tags."""

CLASSES = frozenset({"ck-center", "ck-right", "ck-justify", "ck-indent", "ck-media"})
"""All classes of the list; `ck-media` marks the link that stands for a player."""

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title"}),
    "td": frozenset({"colspan", "rowspan", "headers"}),
    "th": frozenset({"colspan", "rowspan", "headers", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"type", "start", "reversed"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value"}),
}
"""What else an element may have beside a class."""

SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
"""Where links may lead."""

SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.\-]*):")
"""The scheme at the beginning of an address."""

HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
"""A style, in lower case, that hides its element from readers."""

_ALIGNMENTS = frozenset({"center", "right", "justify"})
_ALIGN = re.compile(r"text-align\s*:\s*(center|right|justify)")
_INDENT = re.compile(
    r"(?:text-indent|(?:margin|padding)-left)\s*:\s*\+?(?:[1-9]|0?\.\d|0\.[0-9]*[1-9])"
)
_EMPTY_INLINE = re.compile(
    r"<(strong|small|sup|sub|del|ins|em|b|i|s|a)>(\s*)</\1>|<u></u>"
)
_TINY = frozenset({"0", "1", "0px", "1px"})
_TINY_STYLE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)")


def address(href: str | None) -> str:
    """Return where a link leads; nothing for scripts and bare anchors.

    >>> [address(x) for x in (" /a.html ", "javascript:go()", "", None)]
    ['/a.html', '', '', '']
    """
    href = (href or "").strip()
    scheme = SCHEME.match(href)
    return href if scheme is None or scheme[1].lower() in SCHEMES else ""


def layout_class(tag: str, attributes: Mapping[str, str]) -> str:
    """Return alignment and indent of an element as classes; those of the page go.

    A class of the page says nothing here, not even one that is called like ours.

    >>> layout_class("p", {"style": "text-indent:2em", "align": "right", "class": "x"})
    'ck-indent ck-right'
    """
    style = attributes.get("style", "").lower()
    classes: list[str] = []
    align = attributes.get("align", "").lower()
    found = _ALIGN.search(style) if "align" in style else None
    if found:
        align = found[1]
    if align in _ALIGNMENTS and tag != "table":
        classes.append(f"ck-{align}")
    if ("indent" in style or "-left" in style) and _INDENT.search(style):
        classes.append("ck-indent")
    return " ".join(sorted(classes))


def is_pixel(attributes: Mapping[str, str]) -> bool:
    """Say whether an image is no more than a tracking pixel.

    >>> is_pixel({"src": "t.gif", "width": "1", "height": "1"})
    True
    """
    size = {attributes.get(name, "").strip() for name in ("width", "height")}
    return bool(size & _TINY or _TINY_STYLE.search(attributes.get("style", "")))


def without_empty(html: str) -> str:
    """Remove inline elements that hold nothing; underlined blanks are to fill in.

    >>> without_empty("<p><b><i> </i></b><u> </u></p>")
    '<p> <u> </u></p>'
    """
    count = 1
    while count:
        html, count = _EMPTY_INLINE.subn(r"\2", html)
    return html
