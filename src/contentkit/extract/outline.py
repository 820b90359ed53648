"""The outline of a page: its elements and its lines of text, in document order.

Everything that reads a page (labels, title, crumbs, body, attachments) works on the
outline, so the tree is walked once (`walk`). Elements are numbered in document order;
the subtree of a block `i` is the range `i … ends[i]`, and a block also stands for a range
of lines. Lines follow the convention of `contentkit.html`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

MEDIA = frozenset(("img", "video", "audio", "embed", "imagedata"))
"""Elements that a reader sees although they hold no text."""

REFERENCES = MEDIA | {"a", "area", "frame", "iframe", "source", "object"}
"""Elements that may hold the address of something else."""


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
    """The elements and lines of a page, in document order.

    `roles` tells what ids and classes say, `ranges` the lines of each block, `forced`
    the numbers of elements that a profile selected; `furniture` are elements whose
    words were not read, because they are navigation or the foot of the page.
    """

    nodes: list[HtmlElement] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    references: list[int] = field(default_factory=list)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    forced: dict[HtmlElement, int] = field(default_factory=dict)
    furniture: list[int] = field(default_factory=list)
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

    def references_in(self, start: int, end: int) -> list[int]:
        """Return the references among elements `start … end`."""
        found = self.references
        return found[bisect_left(found, start) : bisect_left(found, end)]

    def spans(self, elements: Iterable[HtmlElement]) -> list[tuple[int, int]]:
        """Return the ranges of some elements of the page."""
        found = [self.number(element) for element in elements]
        return [
            (index, self.ends.get(index, index + 1))
            for index in found
            if index is not None
        ]
