"""The main body: which lines of a page are its text, and the markup that holds them.

Where the template names its body (`page-hints.csv`) and the named element holds the
page's text, it is taken. Else the body is the run of lines after the title and labels
with the greatest weight: text counts for it, links, buttons and the foot of the page
count against it. The markup is that of the lowest element around those lines, without
the parts of it that hold other lines.
"""

from dataclasses import dataclass
from itertools import accumulate

from lxml.html import HtmlElement

from contentkit.extract.outline import MEDIA, Line, Outline
from contentkit.extract.phrases import phrase_role
from contentkit.html import BLOCKS, SILENT, inner_html, visible_text

_SHORT = 10
_SHORT_WEIGHT = 3
_MEDIA_WEIGHT = 15
ATTACHMENT_WEIGHT = 8
LINK_WEIGHT = -10
_CHROME_WEIGHT = -5
_STOP_WEIGHT = -300
"""A line such as 上一篇 ends the body, unless more text than this follows it: then it was
a word of the text, or a share bar above it."""

_ROLE_WEIGHTS = {
    "noise": 0,
    "weak": -60,
    "footer": _STOP_WEIGHT,
    "stop": _STOP_WEIGHT,
}

_ENOUGH = 0.4
"""A named body with less than this share of the page's text is not believed."""

_LITTLE = 40
_FEW = 12
"""Where less than 40 is found, the next 12 lines or fewer below the title are the body,
although links outweigh the text."""

_TITLES = frozenset(("h1", "h2", "h3", "h4"))
_NO_CONTAINERS = frozenset(
    "p tr tbody thead tfoot table ul ol li dl h1 h2 h3 h4 h5 h6 blockquote pre caption"
    " figure center".split()
)


@dataclass(frozen=True, slots=True)
class Body:
    """Lines `start … end` of the page inside the element `container`."""

    container: int
    start: int
    end: int


def weigh(line: Line) -> int:
    """Return what a line counts for being part of the body."""
    if line.chrome:
        return _CHROME_WEIGHT
    text = line.text
    if not text:
        return 0 if line.linked else _MEDIA_WEIGHT
    role = phrase_role(text)
    if role is not None:
        return _ROLE_WEIGHTS[role]
    if line.linked * 2 > len(text):
        return LINK_WEIGHT
    if len(text) < _SHORT:
        return _SHORT_WEIGHT + (_MEDIA_WEIGHT if line.media else 0)
    return len(text) - 2 * line.linked


def is_prose(outline: Outline, line: Line) -> bool:
    """Say whether a line is running text, which labels and titles are not."""
    text = line.text
    size = len(text) - line.linked
    if size >= 30 and "。" in text:
        return True
    if size < 60 or not ("，" in text or size >= 120):
        return False
    tag = outline.nodes[line.block].tag
    return tag not in _TITLES and outline.roles.get(line.block) != "title"


def prose_start(outline: Outline, weights: list[int], after: int) -> int:
    """Return the first line of running text in the heaviest run from line `after`."""
    start, end = heaviest(weights, after)
    for number in range(start, end):
        line = outline.lines[number]
        if weights[number] > 0 and is_prose(outline, line):
            return number
    return len(outline.lines)


def named_body(outline: Outline, weights: list[int]) -> int | None:
    """Return the element that the template names as body, None if not to be believed."""
    best, most = None, -1
    outer = -1
    for index, role in outline.roles.items():
        if role != "body" or index < outer:
            continue
        start, end = outline.ranges[index]
        outer = outline.ends[index]
        weight = sum(w for w in weights[start:end] if w > 0)
        if weight > most:
            best, most = index, weight
    if best is None:
        return None
    total = sum(w for w in weights if w > 0)
    return best if most >= _ENOUGH * total or most >= 400 or total < 200 else None


def find_body(
    outline: Outline, weights: list[int], *, after: int, hint: int | None
) -> Body | None:
    """Return the body, None where nothing that could be one follows line `after`."""
    if hint is not None:
        start, end = outline.ranges[hint]
        start, end = _trim(outline, max(start, min(after, end)), end)
        return Body(hint, start, max(start, end))
    start, end = heaviest(weights, after)
    if after and sum(weights[start:end]) < _LITTLE:
        first, last = _next_block(outline, weights, after)
        if first < last:
            start, end = first, last
    if start >= end:
        return None
    container = _container(outline, start, end)
    first, last = outline.ranges[container]
    if first >= after:
        start, end = first, _until_stop(weights, end, last)
    start, end = _trim(outline, start, end)
    return Body(container, start, end) if start < end else None


def heaviest(weights: list[int], after: int) -> tuple[int, int]:
    """Return the heaviest run of lines: from `after`, or anywhere if that is 0."""
    limit = len(weights)
    if after:
        start = after
        while start < limit and weights[start] <= 0:
            start += 1
        sums = list(accumulate(weights[start:limit]))
        if not sums:
            return after, after
        return start, start + sums.index(max(sums)) + 1
    best = total = begin = 0
    span = (0, 0)
    for number, weight in enumerate(weights):
        if total <= 0:
            total, begin = 0, number
        total += weight
        if total > best:
            best, span = total, (begin, number + 1)
    return span


def _next_block(outline: Outline, weights: list[int], after: int) -> tuple[int, int]:
    """Return the few lines that share the head's element and follow it."""
    for index in outline.ancestors(outline.lines[after - 1].block):
        last = outline.ranges[index][1] if index in outline.ranges else 0
        if last > after:
            end = _until_stop(weights, after, last)
            if end > after:
                return (after, end) if end - after <= _FEW else (after, after)
    return after, after


def _until_stop(weights: list[int], start: int, limit: int) -> int:
    for number in range(start, limit):
        if weights[number] in {_STOP_WEIGHT, _CHROME_WEIGHT}:
            return number
    return max(start, limit)


def _trim(outline: Outline, start: int, end: int) -> tuple[int, int]:
    lines = outline.lines
    while start < end and _is_furniture(lines[start]):
        start += 1
    while start < end and _is_furniture(lines[end - 1]):
        end -= 1
    return start, end


def _is_furniture(line: Line) -> bool:
    return bool(line.text) and phrase_role(line.text) is not None


def _container(outline: Outline, start: int, end: int) -> int:
    chain = list(outline.ancestors(outline.lines[start].block))
    blocks = [line.block for line in outline.lines[start:end]]
    low, high = min(blocks), max(blocks)
    for index in chain:
        if (
            index <= low
            and high < outline.ends[index]
            and index in outline.ranges
            and outline.nodes[index].tag not in _NO_CONTAINERS
        ):
            return index
    return chain[-1]


def has_prose(outline: Outline, body: Body) -> bool:
    """Say whether the body holds running text."""
    return any(is_prose(outline, line) for line in outline.lines[body.start : body.end])


def body_text(outline: Outline, body: Body) -> str:
    """Return the body's visible lines, split by one newline."""
    lines = outline.lines[body.start : body.end]
    return "\n".join(line.text for line in lines if line.text)


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
