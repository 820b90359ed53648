"""One pass over a page: its elements with their parents, and its lines of text.

Everything that reads a page (labels, title, crumbs, body, attachments) works on the
outline, so the tree is walked once. Elements are numbered in document order; the
subtree of a block `i` is the range `i … ends[i]`. Lines follow the convention of
`contentkit.html`; a block element also stands for a range of lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from contentkit.extract.hints import role_of_names
from contentkit.html import BLOCKS, SILENT
from contentkit.text import fold_spaces, squeeze

MEDIA = frozenset(("img", "video", "audio", "embed", "imagedata"))
REFERENCES = MEDIA | {"a", "area", "frame", "iframe", "source", "object"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CHROME_TAGS = frozenset(("nav", "footer", "button", "marquee"))
_FORMATTING = frozenset(("b", "strong", "i", "em", "u", "font", "small", "sup", "sub"))
_INLINE_TEXT = _FORMATTING | {"span"}
_NAMELESS = frozenset("p tr tbody thead h1 h2 h3 h4 h5 h6".split())
"""Blocks whose id and class are not looked at in the pass: too many, or no container."""

_REFERRING = tuple(sorted(REFERENCES))
_LINK_NAME = 12
_LONGEST_FOOT = 400

_FORMAT, _LINK, _BREAK, _REFERENCE, _PLAIN, _BLOCK, _SILENT = range(7)
_KINDS = {
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(_FORMATTING, _FORMAT),
    **dict.fromkeys(_NAMELESS, _PLAIN),
    **dict.fromkeys(SILENT, _SILENT),
    **dict.fromkeys(REFERENCES, _REFERENCE),
    "a": _LINK,
    "br": _BREAK,
}
"""What the pass does with an element; one it does not know may have a role."""


@dataclass(slots=True)
class Line:
    """One line a reader sees, in block element `block`.

    `parts` are its pieces of text, one an element. `node` is the element opened last before it, `linked` counts its characters inside
    links; `media` marks a line with a picture or player; `chrome` one inside navigation,
    footer or another piece of page furniture.
    """

    text: str
    block: int
    node: int
    linked: int
    media: bool
    chrome: bool
    parts: list[str]


@dataclass(slots=True)
class Outline:
    """The elements and lines of a page, in document order."""

    nodes: list[HtmlElement] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    references: list[int] = field(default_factory=list)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    forced: dict[HtmlElement, int] = field(default_factory=dict)
    _numbers: dict[HtmlElement, int] | None = None

    def number(self, element: HtmlElement) -> int | None:
        """Return the number of an element, None if the pass did not keep it."""
        if self._numbers is None:
            self._numbers = {node: index for index, node in enumerate(self.nodes)}
        return self._numbers.get(element)

    def ancestors(self, index: int) -> Iterator[int]:
        """Yield an element and its ancestors, the innermost first."""
        element: HtmlElement | None = self.nodes[index]
        while element is not None:
            number = self.number(element)
            if number is None:
                return
            yield number
            element = element.getparent()

    def contains(self, outer: int, inner: int) -> bool:
        """Say whether element `inner` is the block `outer` or stands inside it."""
        return outer <= inner < self.ends[outer]

    def common(self, one: int, other: int) -> int:
        """Return the innermost block element around two elements."""
        for index in self.ancestors(one):
            if index in self.ranges and self.contains(index, other):
                return index
        return 0

    def spans(self, elements: Iterable[HtmlElement]) -> list[tuple[int, int]]:
        """Return the ranges of some elements of the page."""
        found = [self.number(element) for element in elements]
        return [
            (index, self.ends.get(index, index + 1)) for index in found if index is not None
        ]


def read_outline(root: HtmlElement, blocks: tuple[HtmlElement, ...] = ()) -> Outline:
    """Return the outline of a page; `blocks` are elements to treat as blocks."""
    walk = _Walk(blocks)
    body = root.find("body")
    walk.run(root if body is None else body)
    outline = walk.outline
    _free_mislabeled(outline, walk.chrome)
    return outline


class _Walk:
    """The state of the pass: open blocks, the line being gathered, depth counters.

    The stack holds elements, tails, and the numbers of elements whose end matters
    (blocks and links). This loop is where the time goes: what occurs most is decided
    first, and a paragraph without structure is read in one piece.
    """

    def __init__(self, blocks: tuple[HtmlElement, ...]) -> None:
        self.outline = Outline()
        self.chrome: list[int] = []
        self._wanted = frozenset(blocks)
        self._around = frozenset(x for b in blocks for x in b.iterancestors())
        self._blocks: list[int] = []
        self._parts: list[str] = []
        self._start = 0
        self._media = False
        self._linked = 0
        self._in_link = 0
        self._in_chrome = 0

    def run(self, top: HtmlElement) -> None:
        """Walk the tree below an element."""
        stack: list[HtmlElement | str | int] = [top]
        pop, push = stack.pop, stack.append
        nodes = self.outline.nodes
        while stack:
            item = pop()
            if item.__class__ is str:
                if self._parts or not item.isspace():
                    self._text(item)
                continue
            if item.__class__ is int:
                self._close(item)
                continue
            kind = _KINDS.get(item.tag)
            if kind is _SILENT:
                continue
            index = len(nodes)
            nodes.append(item)
            if kind is _LINK and not len(item):
                self._link(item, index)
                continue
            if kind is not _FORMAT and self._opens(item, kind, index):
                if kind is _PLAIN and self._is_plain(item):
                    self._plain(item, index)
                    continue
                if self._in_chrome and self._is_furniture(item, index):
                    self._furniture(item, index)
                    continue
                push(index)
            if len(item):
                for child in item[::-1]:
                    tail = child.tail
                    if tail:
                        push(tail)
                    push(child)
            text = item.text
            if text and (self._parts or not text.isspace()):
                self._text(text)

    def _link(self, element: HtmlElement, index: int) -> None:
        """Read a link that holds nothing but text."""
        self.outline.references.append(index)
        text = element.text
        if text and (self._parts or not text.isspace()):
            self._in_link += 1
            self._text(text)
            self._in_link -= 1

    def _is_plain(self, element: HtmlElement) -> bool:
        """Say whether a paragraph holds nothing but text and its formatting."""
        if element in self._around:
            return False
        return len(element) == 0 or not _has_structure(element)

    def _plain(self, element: HtmlElement, index: int) -> None:
        """Read a paragraph without structure in one piece."""
        text = element.text if len(element) == 0 else _text_of(element)
        if text:
            self._start = index
            self._parts.append(text)
            if self._in_link:
                self._linked += len(text.strip())
        self._close(index)

    def _is_furniture(self, element: HtmlElement, index: int) -> bool:
        """Say whether the words too make an element navigation or foot of the page."""
        if self.outline.roles.get(index) != "chrome" or element in self._around:
            return False
        words = squeeze(_text_of(element))
        if "位置" in words or next(element.iter("h1", "h2", "h3"), None) is not None:
            return False
        links = sum(1 for _ in element.iter("a"))
        return 2 < links and len(words) <= _LINK_NAME * links or _is_foot(words)

    def _furniture(self, element: HtmlElement, index: int) -> None:
        """Keep only the references of an element that no part of the page stands in."""
        nodes, references = self.outline.nodes, self.outline.references
        for inner in element.iter(*_REFERRING):
            references.append(len(nodes))
            nodes.append(inner)
        self._media = True
        self._start = index
        self._close(index)

    def _opens(self, element: HtmlElement, kind: int | None, index: int) -> bool:
        """Note what an element is; return whether its end matters."""
        if self._wanted and element in self._wanted:
            self.outline.forced[element] = index
            return self._begin(index)
        if kind is _PLAIN:
            return self._begin(index)
        if kind is _BREAK:
            self._flush()
            return False
        if kind is _LINK:
            self.outline.references.append(index)
            self._in_link += 1
            return True
        if kind is _REFERENCE:
            self.outline.references.append(index)
            if element.tag in MEDIA:
                if not self._parts and not self._media:
                    self._start = index
                self._media = True
            return False
        role = self._role(element)
        if role is not None:
            self.outline.roles[index] = role
            if role == "chrome":
                self._flush()
                self.chrome.append(index)
                self._in_chrome += 1
                return self._begin(index)
        if kind is _BLOCK or role in {"body", "weak"}:
            return self._begin(index)
        return False

    def _begin(self, index: int) -> bool:
        if self._parts or self._media:
            self._flush()
        self._blocks.append(index)
        self.outline.ranges[index] = (len(self.outline.lines), 0)
        return True

    def _role(self, element: HtmlElement) -> str | None:
        if element.tag in _CHROME_TAGS:
            return "chrome"
        names = element.get("id")
        role = role_of_names(names) if names else None
        if role is None and element.tag != "span":
            names = element.get("class")
            role = role_of_names(names) if names else None
            if role is None:
                style = element.get("style")
                if style and "none" in style and _HIDDEN.search(style):
                    return "chrome"
        return role

    def _text(self, text: str) -> None:
        if not self._parts and not self._media:
            self._start = len(self.outline.nodes) - 1
        self._parts.append(text)
        if self._in_link:
            self._linked += len(text.strip())

    def _close(self, index: int) -> None:
        ranges = self.outline.ranges
        span = ranges.get(index)
        if span is None:
            self._in_link -= 1
            return
        if self._parts or self._media:
            self._flush()
        self._blocks.pop()
        ranges[index] = (span[0], len(self.outline.lines))
        self.outline.ends[index] = len(self.outline.nodes)
        if self.outline.roles.get(index) == "chrome":
            self._in_chrome -= 1

    def _flush(self) -> None:
        if not self._parts and not self._media:
            return
        parts = self._parts
        text = fold_spaces(parts[0] if len(parts) == 1 else "".join(parts))
        if text or self._media:
            line = Line(
                text,
                self._blocks[-1],
                self._start,
                self._linked,
                self._media,
                self._in_chrome > 0,
                parts,
            )
            self.outline.lines.append(line)
        self._parts = []
        self._media = False
        self._linked = 0


def _has_structure(element: HtmlElement) -> bool:
    for inner in element.iterdescendants():
        tag = inner.tag
        if tag not in _INLINE_TEXT and ":" not in tag:  # o:p, st1:chsdate: Word
            return True
    return False


def _is_foot(words: str) -> bool:
    if len(words) > _LONGEST_FOOT or "。" in words or "来源" in words:
        return False
    return "版权所有" in words or "ICP" in words or "主办" in words


def _text_of(element: HtmlElement) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def _free_mislabeled(outline: Outline, chrome: list[int]) -> None:
    """Believe no `class="header"` that wraps the better part of the page's text."""
    if not chrome:
        return
    lines = outline.lines
    total = sum(len(line.text) - line.linked for line in lines)
    wrong = [
        index
        for index in chrome
        if 2 * sum(len(x.text) - x.linked for x in lines[slice(*outline.ranges[index])])
        > total
    ]
    if not wrong:
        return
    for line in lines:
        line.chrome = False
    for index in chrome:
        if index not in wrong:
            for line in lines[slice(*outline.ranges[index])]:
                line.chrome = True
