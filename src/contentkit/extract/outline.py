"""One pass over a page: its elements with their parents, and its lines of text.

Everything that reads a page (labels, title, crumbs, body, attachments) works on the
outline, so the tree is walked once. Elements are numbered in document order; the
subtree of element `i` is the range `i … ends[i]`. Lines follow the convention of
`contentkit.html`; a block element also stands for a range of lines.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from contentkit.extract.hints import role_of_names
from contentkit.html import BLOCKS, SILENT
from contentkit.text import fold_spaces

MEDIA = frozenset(("img", "video", "audio", "embed", "imagedata"))
REFERENCES = MEDIA | {"a", "area", "frame", "iframe", "source", "object"}
_CHROME_TAGS = frozenset(("nav", "footer", "button", "marquee"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FORMATTING = frozenset(("b", "strong", "i", "em", "u", "font", "small", "sup", "sub"))
_PLAIN = _FORMATTING | frozenset(
    "p tr tbody thead h1 h2 h3 h4 h5 h6".split()
)
"""Elements whose id and class are not looked at in the pass: too many, or no container."""


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
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    references: list[int] = field(default_factory=list)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    forced: dict[HtmlElement, int] = field(default_factory=dict)

    def ancestors(self, index: int) -> list[int]:
        """Return an element and its ancestors, the innermost first."""
        chain = []
        while index >= 0:
            chain.append(index)
            index = self.parents[index]
        return chain

    def contains(self, outer: int, inner: int) -> bool:
        """Say whether element `inner` is `outer` or stands inside it."""
        return outer <= inner < self.ends[outer]

    def common(self, one: int, other: int) -> int:
        """Return the innermost block element around two elements."""
        for index in self.ancestors(one):
            if index in self.ranges and self.contains(index, other):
                return index
        return 0

    def spans(self, elements: Iterable[HtmlElement]) -> list[tuple[int, int]]:
        """Return the ranges of some elements of the page."""
        places = {element: index for index, element in enumerate(self.nodes)}
        found = [places[element] for element in elements if element in places]
        return [(index, self.ends[index]) for index in found]


def read_outline(root: HtmlElement, blocks: tuple[HtmlElement, ...] = ()) -> Outline:
    """Return the outline of a page; `blocks` are elements to treat as blocks."""
    walk = _Walk(blocks)
    body = root.find("body")
    walk.run(root if body is None else body)
    outline = walk.outline
    outline.ends = _ends(outline.parents)
    _free_mislabeled(outline, walk.chrome)
    return outline


class _Walk:
    """The state of the pass: open blocks, the line being gathered, depth counters.

    The stack holds elements with the number of their parent, tails, and the numbers of
    elements whose end matters (blocks and links). This loop is where the time goes:
    what occurs most (text, links, paragraphs without structure) is decided first.
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
        stack: list[tuple[HtmlElement, int] | str | int] = [(top, -1)]
        pop, push = stack.pop, stack.append
        nodes, parents = self.outline.nodes, self.outline.parents
        while stack:
            item = pop()
            if item.__class__ is str:
                if self._parts or not item.isspace():
                    self._text(item)
                continue
            if item.__class__ is int:
                self._close(item)
                continue
            element, parent = item
            tag = element.tag
            if tag in SILENT and tag != "iframe" and tag != "object":
                continue
            index = len(nodes)
            nodes.append(element)
            parents.append(parent)
            if tag == "a" and len(element) == 0:
                self._link(element, index)
                continue
            if tag not in _FORMATTING and self._opens(element, tag, index):
                if tag == "p" and self._is_plain(element):
                    self._plain(element, index)
                    continue
                push(index)
            if len(element):
                for child in element[::-1]:
                    tail = child.tail
                    if tail:
                        push(tail)
                    push((child, index))
            text = element.text
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

    def _opens(self, element: HtmlElement, tag: str, index: int) -> bool:
        """Note what an element is; return whether its end matters."""
        if self._wanted and element in self._wanted:
            self.outline.forced[element] = index
            return self._begin(index)
        if tag == "br":
            self._flush()
            return False
        if tag in REFERENCES:
            self.outline.references.append(index)
            if tag == "a":
                self._in_link += 1
                return True
            if tag in MEDIA:
                if not self._parts and not self._media:
                    self._start = index
                self._media = True
            return False
        block = tag in BLOCKS
        if tag not in _PLAIN:
            role = self._role(element, tag)
            if role is not None:
                self.outline.roles[index] = role
                block = block or role in {"body", "weak", "chrome"}
                if role == "chrome":
                    self._flush()
                    self.chrome.append(index)
                    self._in_chrome += 1
        return self._begin(index) if block else False

    def _begin(self, index: int) -> bool:
        if self._parts or self._media:
            self._flush()
        self._blocks.append(index)
        self.outline.ranges[index] = (len(self.outline.lines), 0)
        return True

    def _role(self, element: HtmlElement, tag: str) -> str | None:
        if tag in _CHROME_TAGS:
            return "chrome"
        names = element.get("id")
        role = role_of_names(names) if names else None
        if role is None and tag != "span":
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


_has_structure = etree.XPath(
    "boolean(descendant::*[not(self::span or self::font or self::b or self::strong"
    " or self::em or self::i or self::u or starts-with(name(), 'o:'))])"
)


def _text_of(element: HtmlElement) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def _ends(parents: list[int]) -> list[int]:
    ends = list(range(1, len(parents) + 1))
    for index in range(len(parents) - 1, 0, -1):
        parent = parents[index]
        if ends[parent] < ends[index]:
            ends[parent] = ends[index]
    return ends


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
