"""Sanitize ordinary bodies in one scan, many times faster than by trees.

Most bodies are paragraphs, pictures, links and tables as an editor writes them. Their
markup is plain enough to tell from the tags alone what libxml2 and nh3 would make of
it. What comes out is put together from the allow-list, never copied: names of known
elements, classes of ours, attribute values and addresses of a closed form. Anything
else, however little, makes the body no ordinary one: then this module says nothing and
`sanitize_any` decides. Where both answer, they answer the same, byte for byte.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from contentkit.normalize.allowed import (
    ALIGNED,
    ATTRIBUTES,
    HIDDEN,
    address,
    is_pixel,
    layout_class,
    without_empty,
)
from contentkit.text import fold_spaces

_NO_CONTENT = frozenset({"br", "img"})
_DROPPED = frozenset({"span", "font", "o:p"})
_PHRASES = frozenset(["a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small"])
_FLOWS = frozenset({"div", "section", "td", "th", "li", "blockquote"})
_LINES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_GROUPS = frozenset({"tbody", "thead"})

_PLACES: Mapping[str, str] = {
    **dict.fromkeys(_FLOWS, "flow"),
    **dict.fromkeys(_LINES | _PHRASES, "line"),
    "ul": "list",
    "ol": "list",
    "table": "table",
    **dict.fromkeys(_GROUPS, "group"),
    "tr": "row",
}
"""What kind of place an element is for those in it; dropped ones are what is around."""

_WITHIN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_DROPPED | _PHRASES | _NO_CONTENT, frozenset({"flow", "line"})),
    **dict.fromkeys(_LINES | (_FLOWS - {"td", "th", "li"}), frozenset({"flow"})),
    **dict.fromkeys(("ul", "ol", "table"), frozenset({"flow"})),
    "li": frozenset({"list"}),
    **dict.fromkeys(_GROUPS, frozenset({"table"})),
    "tr": frozenset({"table", "group"}),
    "\0": frozenset(),
    "td": frozenset({"row"}),
    "th": frozenset({"row"}),
}
"""In which places an element may stand; elsewhere parsers close, open or move others."""

_TEXT_PLACES = frozenset({"flow", "line", "list"})
_DEEPEST = 100
_LONGEST_TAG = 2000  # tags are remembered
_BREAK = "\0"
_ODD = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ODD_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot);)")
_ATTRIBUTE = re.compile(r""" ([a-z][a-z0-9:_-]*)(?:="([^"]*)"|='([^']*)')?""")
_TAG = re.compile(rf"([a-z][a-z0-9:]*)((?:{_ATTRIBUTE.pattern})*)")
_PLAIN = re.compile(r'[^"&<>\xa0\t\n]*')
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = re.compile(
    rf"https?://(?:(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{{2,}}|{_OCTET}(?:\.{_OCTET}){{3}})"
    r"(?::[1-9][0-9]{0,3})?(?:[/?#](?:[A-Za-z0-9_.!~*()@/:=?;#%,+-]|&amp;)*)?"
)


@dataclass(frozen=True, slots=True)
class _Element:
    """What a start tag means: its markup and that of its end tag in the result.

    It may stand in the places of `within` and is a `place` for others; no place is
    the same as the one around, a closing of nothing is for elements without content.
    """

    name: str
    start: str
    end: str
    closing: str
    within: frozenset[str]
    place: str | None
    breaks: bool


def sanitize_ordinary(html: str) -> tuple[str, str] | None:
    """Return markup and visible text of an ordinary body; None for any other.

    >>> sanitize_ordinary('<p style="text-align:right" lang="EN-US"><b>通知</b></p>')
    >>> sanitize_ordinary('<p style="text-align:right"><font>通知</font><br></p>')
    ('<p class="ck-right">通知<br></p>', '通知')
    """
    html = html.strip()
    if not html or _ODD.search(html) or ("&" in html and _ODD_REFERENCE.search(html)):
        return None
    pieces = html.split("<")
    if html.count(">") != len(pieces) - 1:
        return None
    scan = _Scan()
    scan.markup.append(pieces[0])
    scan.text.append(pieces[0])
    if not all(map(scan.read, pieces[1:])):
        return None
    if len(scan.around) > 1:
        return None
    text = "".join(scan.text)
    if "&" in text:
        if "&quot;" in text:
            return None
        text = unescape(text)
    lines = (fold_spaces(line) for line in text.split(_BREAK))
    markup = "".join(scan.markup).replace("\xa0", "&nbsp;")
    return without_empty(markup).strip(), "\n".join(line for line in lines if line)


class _Scan:
    """A walk over tags, each with the text after it; they must nest as `_WITHIN` says."""

    __slots__ = ("around", "markup", "places", "text")

    def __init__(self) -> None:
        self.markup: list[str] = []
        self.text: list[str] = []
        self.around = [_BODY]
        self.places = ["flow"]

    def read(self, piece: str) -> bool:
        """Take in `tag>text`; False where it is out of the ordinary.

        Text between the parts of a table is: parsers move it out.
        """
        tag, end, content = piece.partition(">")
        if not end or len(tag) > _LONGEST_TAG:
            return False
        element = self.close(tag) if tag[:1] == "/" else self.open(tag)
        if element is None:
            return False
        if element.breaks:
            self.text.append(_BREAK)
        if not content:
            return True
        self.markup.append(content)
        self.text.append(content)
        return self.places[-1] in _TEXT_PLACES or not content.strip(" \n\t")

    def open(self, tag: str) -> _Element | None:
        """Return the element that a start tag opens, if it may stand here."""
        element = _element(tag)
        if element is None or self.places[-1] not in element.within:
            return None
        if element.name == "tr" and self.places[-1] == "table":
            self.markup.append(_GROUP.start)  # parsers make it where none is written
            self.around.append(_GROUP)
            self.places.append("group")
        elif element.name == "a" and any(x.name == "a" for x in self.around):
            return None
        self.markup.append(element.start)
        if element.closing:
            self.around.append(element)
            self.places.append(element.place or self.places[-1])
        return element if len(self.around) <= _DEEPEST else None

    def close(self, tag: str) -> _Element | None:
        """Return the element that an end tag closes, if it is the innermost one."""
        element = self.around.pop()
        self.places.pop()
        if element is _GROUP and tag == "/table":
            self.markup.append(_GROUP.end)
            element = self.around.pop()
            self.places.pop()
        self.markup.append(element.end)
        return element if tag == element.closing else None


@lru_cache(maxsize=4096)
def _element(tag: str) -> _Element | None:
    """Return what is inside `<…>` as an element; None for all but ordinary ones."""
    match = _TAG.fullmatch(tag)
    if match is None or match[1] not in _WITHIN:
        return None
    name = match[1]
    pairs = [(x[1], x[2] or x[3] or "") for x in _ATTRIBUTE.finditer(match[2])]
    stated = {key: unescape(value) for key, value in pairs}
    hidden = name not in _NO_CONTENT and HIDDEN.search(stated.get("style", "").lower())
    if hidden or len(stated) != len(pairs):
        return None
    if _goes(name, stated):
        return _made(name, None, breaks=False)
    kept = _kept(name, pairs, stated)
    if kept is None:
        return None
    return _made(name, kept, breaks=name not in _PHRASES and name != "img")


def _goes(name: str, stated: Mapping[str, str]) -> bool:
    """Say whether the tags go and what is between them stays."""
    if name == "img":
        return is_pixel(stated)
    return name in _DROPPED or (name == "a" and not address(stated.get("href")))


def _made(name: str, kept: str | None, *, breaks: bool) -> _Element:
    """Return an element with its attributes, or one whose tags go."""
    return _Element(
        name=name,
        start="" if kept is None else f"<{name}{kept}>",
        end="" if kept is None else f"</{name}>",
        closing="" if name in _NO_CONTENT else f"/{name}",
        within=_WITHIN[name],
        place=_PLACES.get(name),
        breaks=breaks,
    )


_BODY = _made("\0", None, breaks=False)
_GROUP = _made("tbody", "", breaks=True)


def _kept(
    name: str, pairs: list[tuple[str, str]], stated: Mapping[str, str]
) -> str | None:
    """Return the attributes that stay, as markup in their order."""
    known = ATTRIBUTES.get(name, frozenset())
    values = {key: value for key, value in pairs if key in known}
    if not _is_settled(name, values, stated):
        return None
    if name in ALIGNED:
        layout = layout_class(name, stated)
        if layout:
            values["class"] = layout
    order = dict.fromkeys((*stated, "class"))
    return "".join(f' {key}="{values[key]}"' for key in order if key in values)


def _is_settled(name: str, kept: Mapping[str, str], stated: Mapping[str, str]) -> bool:
    """Say whether no parser or sanitizer would change or refuse what is kept."""
    if "lang" in stated or ("title" in stated and "title" not in kept):
        return False  # nh3 keeps both on any element
    if (name == "a" and "class" in stated) or (name == "img" and "src" not in kept):
        return False
    return all(
        (_ADDRESS if key in {"href", "src"} else _PLAIN).fullmatch(value)
        for key, value in kept.items()
    )
