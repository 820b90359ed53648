"""The markup of the body, cut out of the page without lines that are not its own."""

from lxml.html import HtmlElement

from contentkit.extract.body import Body
from contentkit.extract.outline import MEDIA, Outline
from contentkit.html import BLOCKS, SILENT, inner_html, visible_text


def cut_body(outline: Outline, body: Body) -> str:
    """Return the body's markup; the tree is changed, so this comes last."""
    element = outline.nodes[body.container]
    _drop_outside(outline, body)
    for index in outline.furniture:
        node = outline.nodes[index]
        if outline.contains(body.container, index) and node.getparent() is not None:
            node.drop_tree()
    for silent in list(element.iter("script", "style", "noscript", "template")):
        silent.drop_tree()
    return inner_html(element)


def _drop_outside(outline: Outline, body: Body) -> None:
    first, last = outline.ranges[body.container]
    if (first, last) == (body.start, body.end):
        return
    _clear_bare(outline, body)  # before elements go: their tails move to a neighbor
    end = outline.ends[body.container]
    index = body.container + 1
    while index < end:
        start, stop = outline.ranges.get(index, (0, 0))
        if start < stop and (stop <= body.start or start >= body.end):
            outline.nodes[index].drop_tree()
            index = outline.ends[index]
        else:
            index += 1


def _clear_bare(outline: Outline, body: Body) -> None:
    """Take out lines that stand bare in an element which also holds lines of the body."""
    for index, (first, last) in outline.ranges.items():
        if first >= last or not outline.contains(body.container, index):
            continue
        is_whole = index != body.container and (last <= body.start or first >= body.end)
        if not is_whole and (first < body.start or last > body.end):
            numbers = [n for n in range(first, last) if outline.lines[n].block == index]
            if any(not body.start <= n < body.end for n in numbers):
                _clear_lines(outline, index, numbers, body)


def _clear_lines(outline: Outline, index: int, numbers: list[int], body: Body) -> None:
    """Clear the text nodes and inline elements of those lines that are not the body's."""
    left = iter(numbers)
    for pieces in _flow(outline.nodes[index]):
        number = next(left, None)
        if number is None:
            return
        if body.start <= number < body.end:
            continue
        for owner, is_tail in pieces:
            if is_tail:
                owner.tail = None
            elif is_tail is False:
                owner.text = None
        for owner, is_tail in pieces:  # last: a dropped element hands on its tail
            if is_tail is None:
                owner.drop_tree()


_Piece = tuple[HtmlElement, bool | None]


def _flow(element: HtmlElement) -> list[list[_Piece]]:
    """Return the non-empty bare lines of an element as (owner, is tail) pieces.

    A piece with None is an inline element as a whole; one around blocks is looked into.
    """
    lines: list[list[_Piece]] = [[]]
    stack: list[_Piece] = [(element, False)]
    while stack:
        owner, is_tail = stack.pop()
        if is_tail:
            if (owner.tail or "").strip():
                lines[-1].append((owner, True))
        elif owner is element or _is_open(owner):
            if (owner.text or "").strip():
                lines[-1].append((owner, False))
            for child in reversed(owner):
                stack += [(child, True), (child, False)]
        elif owner.tag == "br" or owner.tag in BLOCKS:
            lines.append([])
        elif owner.tag in MEDIA or (owner.tag not in SILENT and visible_text(owner)):
            lines[-1].append((owner, None))
    return [line for line in lines if line]


def _is_open(element: HtmlElement) -> bool:
    """Say whether an inline element has to be looked into, as blocks stand in it."""
    if element.tag in BLOCKS or element.tag in SILENT or element.tag == "br":
        return False
    return any(inner.tag in BLOCKS or inner.tag == "br" for inner in element.iter())
