"""The markup of the body, cut out of the page without lines that are not its own."""

from lxml.html import HtmlElement

from contentkit.extract.body import Body
from contentkit.extract.outline import MEDIA, Outline
from contentkit.html import BLOCKS, SILENT, inner_html, visible_text


def cut_body(outline: Outline, body: Body) -> str:
    """Return the body's markup; the tree is changed, so this comes last."""
    element = outline.nodes[body.container]
    _drop_outside(outline, body)
    for silent in list(element.iter("script", "style", "noscript", "template")):
        silent.drop_tree()
    return inner_html(element)


def _drop_outside(outline: Outline, body: Body) -> None:
    first, last = outline.ranges[body.container]
    if (first, last) == (body.start, body.end):
        return
    end = outline.ends[body.container]
    index = body.container + 1
    while index < end:
        span = outline.ranges.get(index)
        if (
            span
            and span[0] < span[1]
            and (span[1] <= body.start or span[0] >= body.end)
        ):
            outline.nodes[index].drop_tree()
            index = outline.ends[index]
        else:
            index += 1
    _clear_bare(outline, body)


def _clear_bare(outline: Outline, body: Body) -> None:
    """Take out lines that stand bare in an element which also holds lines of the body."""
    for index, (first, last) in outline.ranges.items():
        if not outline.contains(body.container, index) or first >= last:
            continue
        if first < body.start or last > body.end:
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
            if is_tail is None:
                owner.drop_tree()
            elif is_tail:
                owner.tail = None
            else:
                owner.text = None


_Piece = tuple[HtmlElement, bool | None]


def _flow(element: HtmlElement) -> list[list[_Piece]]:
    """Return the non-empty bare lines of an element as (owner, is tail) pieces.

    A piece with None is an inline element as a whole.
    """
    lines: list[list[_Piece]] = []
    current: list[_Piece] = [(element, False)] if (element.text or "").strip() else []
    for child in element:
        tag = child.tag
        if tag == "br" or tag in BLOCKS:
            if current:
                lines.append(current)
            current = []
        elif tag not in SILENT and (tag in MEDIA or visible_text(child)):
            current.append((child, None))
        if (child.tail or "").strip():
            current.append((child, True))
    if current:
        lines.append(current)
    return lines
