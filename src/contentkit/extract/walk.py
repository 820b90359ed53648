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

_BLOCK_ROLES = frozenset(("chrome", "body", "weak"))
"""Roles that make a block of any element."""


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
        stack, kind_of = self._stack, _KINDS.get
        stack.append(top)
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                if self._parts or not item.isspace():
                    self._text(item)
            elif isinstance(item, int):
                self._close(item)
            else:
                kind = kind_of(item.tag)
                if kind is _PLAIN:
                    self._block(item, None, plain=True)
                elif kind is _BLOCK:
                    self._block(item, _role(item), plain=False)
                elif kind is _LINK:
                    self._link(item)
                elif kind is not _SILENT:
                    self._inline(item, kind)

    def _block(self, element: HtmlElement, role: str | None, *, plain: bool) -> None:
        """Read an element that begins and ends lines in one piece, or open it."""
        outline = self.outline
        index = len(outline.nodes)
        outline.nodes.append(element)
        if self._parts or self._media:
            self._flush()
        if self._wanted and element in self._wanted:
            outline.forced[element] = index
        elif role is not None:
            self._name(index, role)
        if not len(element) or (plain and self._is_plain(element)):
            self._plain(element, index)
            return
        self._blocks.append(index)
        outline.ranges[index] = (len(outline.lines), 0)
        if role == "chrome" and self._is_furniture(element):
            self._furniture(element, index)
            return
        self._stack.append(index)
        self._enter(element)

    def _inline(self, element: HtmlElement, kind: int | None) -> None:
        """Read an element within a line; its id or class may make it a block."""
        if self._wanted and kind is not _FORMAT and element in self._wanted:
            self._block(element, None, plain=False)
            return
        role = _role(element) if kind is None else None
        if role in _BLOCK_ROLES:
            self._block(element, role, plain=False)
            return
        outline = self.outline
        index = len(outline.nodes)
        outline.nodes.append(element)
        if kind is _BREAK:
            self._flush()
        elif kind is _REFERENCE:
            self._refer(element, index)
        elif role is not None:
            outline.roles[index] = role
        self._enter(element)

    def _link(self, element: HtmlElement) -> None:
        is_leaf = not len(element)
        if self._wanted and not is_leaf and element in self._wanted:
            self._block(element, None, plain=False)
            return
        outline = self.outline
        index = len(outline.nodes)
        outline.nodes.append(element)
        outline.references.append(index)
        self._in_link += 1
        if not is_leaf:
            self._stack.append(index)
        self._enter(element)
        if is_leaf:
            self._in_link -= 1

    def _enter(self, element: HtmlElement) -> None:
        """Read the text at the beginning of an element and note what follows it."""
        if len(element):
            push = self._stack.append
            for child in element.iterchildren(reversed=True):
                tail = child.tail
                if tail:
                    push(tail)
                push(child)
        text = element.text
        if text and (self._parts or not text.isspace()):
            self._text(text)

    def _is_plain(self, element: HtmlElement) -> bool:
        """Say whether a paragraph holds nothing but text and its formatting."""
        return element not in self._around and not _has_structure(element)

    def _plain(self, element: HtmlElement, index: int) -> None:
        """Read a block without structure in one piece: it is a line or nothing."""
        outline = self.outline
        lines = outline.lines
        first = len(lines)
        whole = _text_of(element) if len(element) else element.text
        text = fold_spaces(whole) if whole else ""
        if whole and text:
            parts = [whole]
            if len(whole) < _LABEL_LINE and ("：" in whole or ":" in whole):
                parts = list(element.itertext())
            linked = len(whole.strip()) if self._in_link else 0
            is_chrome = self._in_chrome > 0
            lines.append(Line(text, index, index, linked, False, is_chrome, parts))
        outline.ranges[index] = (first, len(lines))
        outline.ends[index] = index + 1
        if self._in_chrome and outline.roles.get(index) == "chrome":
            self._in_chrome -= 1

    def _is_furniture(self, element: HtmlElement) -> bool:
        """Say whether the words too make an element navigation or foot of the page."""
        if element in self._around:
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

    def _refer(self, element: HtmlElement, index: int) -> None:
        self.outline.references.append(index)
        if element.tag in MEDIA:
            if not self._parts and not self._media:
                self._start = index
            self._media = True

    def _name(self, index: int, role: str) -> None:
        """Note the role that an element has by its id, class or tag."""
        self.outline.roles[index] = role
        if role == "chrome":
            self.chrome.append(index)
            self._in_chrome += 1

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
    if not element.keys():
        return None
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
