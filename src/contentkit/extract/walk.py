"""One pass over a page, which makes its outline."""

import re

from lxml import etree
from lxml.html import HtmlElement

from contentkit.extract.hints import role_of_names
from contentkit.extract.outline import MEDIA, REFERENCES, Line, Outline
from contentkit.html import BLOCKS, SILENT
from contentkit.text import fold_spaces, squeeze

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CHROME_TAGS = frozenset(("nav", "footer", "button", "marquee"))
_FORMATTING = frozenset(("b", "strong", "i", "em", "u", "font", "small", "sup", "sub"))
_INLINE_TEXT = _FORMATTING | {"span"}
_NAMELESS = frozenset(("p", "tr", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Blocks whose id and class are not looked at in the pass: too many, or no container."""

_REFERRING = tuple(sorted(REFERENCES))
_LINK_NAME = 12
"""Mean length of the names in navigation; titles in a list are longer."""

_LONGEST_FOOT = 400
_LABEL_LINE = 200
"""In a shorter paragraph with a colon the pieces are kept apart: it may hold labels."""


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


def read_outline(root: HtmlElement, blocks: tuple[HtmlElement, ...] = ()) -> Outline:
    """Return the outline of a page; `blocks` are elements to treat as blocks."""
    walk = _Walk(blocks)
    body = root.find("body")
    walk.run(root if body is None else body)
    _free_mislabeled(walk.outline, walk.chrome)
    return walk.outline


class _Walk:
    """The state of the pass: open blocks, the line being gathered, depth counters.

    The stack holds elements, tails, and the numbers of elements whose end matters
    (blocks and links). This loop is where the time goes: what occurs most is decided
    first, and a paragraph without structure is read in one piece.
    """

    def __init__(self, blocks: tuple[HtmlElement, ...]) -> None:
        self.outline = Outline()
        self.chrome: list[int] = []
        self._stack: list[HtmlElement | str | int] = []
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
        self._stack.append(top)
        pop = self._stack.pop
        while self._stack:
            item = pop()
            if isinstance(item, str):
                if self._parts or not item.isspace():
                    self._text(item)
            elif isinstance(item, int):
                self._close(item)
            else:
                kind = _KINDS.get(item.tag)
                if kind is not _SILENT:
                    self._element(item, kind)

    def _element(self, element: HtmlElement, kind: int | None) -> None:
        nodes = self.outline.nodes
        index = len(nodes)
        nodes.append(element)
        if kind is _LINK and not len(element):
            self._link(element, index)
            return
        if kind is not _FORMAT and self._opens(element, kind, index):
            if not len(element) or (kind is _PLAIN and self._is_plain(element)):
                self._plain(element, index)
                return
            if self._in_chrome and self._is_furniture(element, index):
                self._furniture(element, index)
                return
            self._stack.append(index)
        if len(element):
            push = self._stack.append
            for child in element[::-1]:
                tail = child.tail
                if tail:
                    push(tail)
                push(child)
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
        return element not in self._around and not _has_structure(element)

    def _plain(self, element: HtmlElement, index: int) -> None:
        """Read a paragraph without structure in one piece."""
        text = _text_of(element) if len(element) else element.text
        if text and not text.isspace():
            self._start = index
            if len(text) < _LABEL_LINE and ("：" in text or ":" in text):
                self._parts.extend(element.itertext())
            else:
                self._parts.append(text)
            if self._in_link:
                self._linked += len(text.strip())
        self._close(index)

    def _is_furniture(self, element: HtmlElement, index: int) -> bool:
        """Say whether the words too make an element navigation or foot of the page."""
        if self.outline.roles.get(index) != "chrome" or element in self._around:
            return False
        if any(block in self._blocks for block in self.outline.forced.values()):
            return False
        words = squeeze(_text_of(element))
        if "位置" in words or next(element.iter("h1", "h2", "h3"), None) is not None:
            return False
        links = sum(1 for _ in element.iter("a"))
        return (links > 2 and len(words) <= _LINK_NAME * links) or _is_foot(words)

    def _furniture(self, element: HtmlElement, index: int) -> None:
        """Keep only the references of an element that no part of the page stands in."""
        nodes, references = self.outline.nodes, self.outline.references
        for inner in element.iter(*_REFERRING):
            references.append(len(nodes))
            nodes.append(inner)
        self.outline.furniture.append(index)
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
        if kind is _LINK or kind is _REFERENCE:
            return self._refers(element, kind, index)
        return self._named(element, kind, index)

    def _refers(self, element: HtmlElement, kind: int, index: int) -> bool:
        self.outline.references.append(index)
        if kind is _LINK:
            self._in_link += 1
            return True
        if element.tag in MEDIA:
            if not self._parts and not self._media:
                self._start = index
            self._media = True
        return False

    def _named(self, element: HtmlElement, kind: int | None, index: int) -> bool:
        """Open an element whose id and class may say what it is."""
        role = _role(element)
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

    def _text(self, text: str) -> None:
        if not self._parts and not self._media:
            self._start = len(self.outline.nodes) - 1
        self._parts.append(text)
        if self._in_link:
            self._linked += len(text.strip())

    def _close(self, index: int) -> None:
        outline = self.outline
        span = outline.ranges.get(index)
        if span is None:
            self._in_link -= 1
            return
        if self._parts or self._media:
            self._flush()
        self._blocks.pop()
        outline.ranges[index] = (span[0], len(outline.lines))
        outline.ends[index] = len(outline.nodes)
        if self._in_chrome and outline.roles.get(index) == "chrome":
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


def _role(element: HtmlElement) -> str | None:
    tag = element.tag
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
