"""The main body: which lines of a page are its text, and the markup that holds them.

Where the template names its body (`page-hints.csv`) and the named element holds the
page's text, it is taken. Else the body is the run of lines after the title and labels
with the greatest weight: text counts for it, links, buttons and the foot of the page
count against it. The markup is that of the lowest element around those lines, without
the parts of it that hold other lines.
"""

from dataclasses import dataclass
from itertools import accumulate

from contentkit.extract.outline import Line, Outline
from contentkit.extract.phrases import phrase_role

_SHORT = 10
_SHORT_WEIGHT = 3
_MEDIA_WEIGHT = 15
_DATE = 14
_DATE_ENDS = frozenset("0123456789)]）】日")
"""A link with no more beside it than a date is an entry of a list."""

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
_MUCH = 400
_LITTLE_TEXT = 200
"""A named body with less than this share of the page's text is not believed, unless it
holds much, or the page holds little."""

_PART = 0.2
"""A second element of the same name with this share of the first belongs to the body."""

_LITTLE = 40
_FEW = 12
"""Where less than 40 is found, the next 12 lines or fewer below the title are the body,
although links outweigh the text."""

_TITLES = frozenset(("h1", "h2", "h3", "h4"))
_INSIDE = (
    "p tr tbody thead tfoot table ul ol li dl h1 h2 h3 h4 h5 h6 blockquote pre caption"
    " figure center"
)
_NO_CONTAINERS = frozenset(_INSIDE.split())
"""Elements that are part of a text, not around it."""


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
    rest = len(text) - line.linked
    if line.linked > rest or (line.linked and rest <= _DATE and text[-1] in _DATE_ENDS):
        return LINK_WEIGHT
    if len(text) < _SHORT:
        return _SHORT_WEIGHT + (_MEDIA_WEIGHT if line.media else 0)
    return len(text) - 2 * line.linked


def is_prose(outline: Outline, line: Line) -> bool:
    """Say whether a line is running text, which labels and titles are not."""
    text = line.text
    size = len(text) - line.linked
    if line.linked > size:
        return False
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


def named_body(outline: Outline, weights: list[int]) -> Body | None:
    """Return the body that the template names, None if it is not to be believed."""
    found: list[tuple[int, int]] = []
    outer = -1
    for index, role in outline.roles.items():
        if role == "body" and index >= outer:
            outer = outline.ends[index]
            start, end = outline.ranges[index]
            found.append((sum(w for w in weights[start:end] if w > 0), index))
    if not found:
        return None
    most = max(weight for weight, _ in found)
    total = sum(w for w in weights if w > 0)
    if most < _ENOUGH * total and most < _MUCH and total >= _LITTLE_TEXT:
        return None
    parts = [index for weight, index in found if weight >= _PART * most]
    first, last = parts[0], parts[-1]
    container = first if first == last else outline.common(first, last)
    return Body(container, outline.ranges[first][0], outline.ranges[last][1])


def find_body(
    outline: Outline, weights: list[int], *, after: int, named: Body | None
) -> Body | None:
    """Return the body, None where nothing that could be one follows line `after`."""
    if named is not None:
        first = max(named.start, min(after, named.end))
        start, end = _trim(outline, first, named.end)
        return Body(named.container, start, max(start, end))
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
    while start < end and _heads_list(outline, weights, end - 1):
        end -= 1
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


def _heads_list(outline: Outline, weights: list[int], number: int) -> bool:
    """Say whether a line is the heading of the list of links that follows it."""
    following = weights[number + 1 : number + 2]
    line = outline.lines[number]
    return following == [LINK_WEIGHT] and outline.nodes[line.block].tag in _TITLES


def _container(outline: Outline, start: int, end: int) -> int:
    chain = list(outline.ancestors(outline.lines[start].block))
    blocks = [line.block for line in outline.lines[start:end]]
    low, high = min(blocks), max(blocks)
    for index in chain:
        if index not in outline.ranges or outline.nodes[index].tag in _NO_CONTAINERS:
            continue
        if index <= low and high < outline.ends[index]:
            return index
    return chain[-1]


def has_prose(outline: Outline, body: Body) -> bool:
    """Say whether the body holds running text."""
    return any(is_prose(outline, line) for line in outline.lines[body.start : body.end])


def body_text(outline: Outline, body: Body) -> str:
    """Return the body's visible lines, split by one newline."""
    lines = outline.lines[body.start : body.end]
    return "\n".join(line.text for line in lines if line.text)
