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

from contentkit.extract.outline import Line, Outline
from contentkit.extract.phrases import phrase_role
from contentkit.html import inner_html

_SHORT = 10
_SHORT_WEIGHT = 3
_MEDIA_WEIGHT = 15
_LINK_WEIGHT = -10
_CHROME_WEIGHT = -5
_END = -100_000
_ENOUGH = 0.4
"""A named body with less than this share of the page's text is not believed."""

_NO_CONTAINERS = frozenset(
    "p tr tbody thead tfoot table ul ol li dl h1 h2 h3 h4 h5 h6 blockquote pre caption"
    " figure center".split()
)
_INDEX_WORDS = frozenset("，。；：、")


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
        return 0 if role == "noise" else _END
    if line.linked * 2 > len(text):
        return _LINK_WEIGHT
    if len(text) < _SHORT:
        return _SHORT_WEIGHT + (_MEDIA_WEIGHT if line.media else 0)
    return len(text) - 2 * line.linked


def is_prose(line: Line) -> bool:
    """Say whether a line is running text, which labels and titles are not."""
    text = line.text
    size = len(text) - line.linked
    return size >= 60 or (size >= 30 and "。" in text)


def prose_start(outline: Outline, weights: list[int], hint: int | None) -> int:
    """Return the first line of running text, or of the named body."""
    if hint is not None:
        return outline.ranges[hint][0]
    start, end = _heaviest(weights, 0)
    for number in range(start, end):
        line = outline.lines[number]
        if weights[number] > 0 and is_prose(line):
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
        start = max(start, min(after, end))
    else:
        start, end = _heaviest(weights, after)
    start, end = _trim(outline, start, end)
    if start >= end:
        return Body(hint, start, start) if hint is not None else None
    container = hint if hint is not None else _container(outline, start, end)
    return Body(container, start, end)


def _heaviest(weights: list[int], after: int) -> tuple[int, int]:
    """Return the heaviest run of lines from `after`, or anywhere if that is 0."""
    if after:
        sums = list(accumulate(weights[after:]))
        if not sums or max(sums) <= 0:
            return after, after
        return after, after + sums.index(max(sums)) + 1
    best = total = begin = 0
    span = (0, 0)
    for number, weight in enumerate(weights):
        if total <= 0:
            total, begin = 0, number
        total += weight
        if total > best:
            best, span = total, (begin, number + 1)
    return span


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
    chain = outline.ancestors(outline.lines[start].block)
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
        if span and span[0] < span[1] and (span[1] <= body.start or span[0] >= body.end):
            outline.nodes[index].drop_tree()
            index = outline.ends[index]
        else:
            index += 1
    for number in (*range(first, body.start), *range(body.end, last)):
        line = outline.lines[number]
        if outline.contains(line.block, body.container) or line.block == body.container:
            _blank(outline, body.container, line)


def _blank(outline: Outline, container: int, line: Line) -> None:
    """Take out a line that stands bare in the container, inline elements included."""
    element: HtmlElement = outline.nodes[container]
    wanted = line.text
    if element.text and element.text.strip() and element.text.strip() in wanted:
        element.text = None
    for child in list(element):
        if not isinstance(child.tag, str):
            continue
        if child.tail and child.tail.strip() and child.tail.strip() in wanted:
            child.tail = None
