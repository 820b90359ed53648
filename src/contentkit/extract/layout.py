"""Where things stand on a page: breadcrumb, labels, title, and then the text."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from contentkit.extract.attachments import attachment_lines
from contentkit.extract.body import (
    ATTACHMENT_WEIGHT,
    LINK_WEIGHT,
    Body,
    find_body,
    heaviest,
    named_body,
    prose_start,
    weigh,
)
from contentkit.extract.crumbs import Crumbs, read_crumbs
from contentkit.extract.header import Group, Label, read_groups
from contentkit.extract.outline import Outline
from contentkit.extract.visible import (
    PlainDate,
    Seen,
    Surroundings,
    find_plain_date,
    find_subtitle,
    find_title,
    head_title,
)
from contentkit.extract.walk import read_outline
from contentkit.text import fold

_HEAD_LINES = 4
"""Lines of a named body among which a line of labels still belongs to the template."""

_TEXT_WEIGHT = 12
"""A line or picture of this weight between two lines of labels is already the text."""

_DATE_LINES = 3
"""Lines below the title among which a date without a label is the page's own."""

_FOOT_LINES = 4
_OWN = {"published_at", "source", "author"}
_SHARE = 0.25
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Given:
    """What a profile settles before reading: elements and further labels."""

    body: HtmlElement | None = None
    header: tuple[HtmlElement, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a page; `groups` are the labels above the text, then those below."""

    outline: Outline
    head_title: str | None
    crumbs: Crumbs | None
    groups: tuple[Group, ...]
    title: Seen | None
    subtitle: Seen | None
    date: PlainDate | None
    body: Body | None


@dataclass(frozen=True, slots=True)
class _Frame:
    """The outline with what is known before the parts are looked for."""

    outline: Outline
    weights: list[int]
    groups: list[Group]
    named: Body | None
    prose: int
    header: tuple[range, ...]


def read_layout(root: HtmlElement, given: Given) -> Layout:
    """Return the parts of a page."""
    frame = _frame(root, given)
    outline = frame.outline
    lead = _leading(frame)
    crumbs = read_crumbs(outline, frame.prose)
    head = head_title(root)
    title = find_title(outline, _surroundings(frame, lead, crumbs, head))
    date = _date(frame, lead, title)
    ends = [part.end for part in (*lead, title, date, crumbs) if part is not None]
    body = _body(frame, given, max(ends, default=0))
    body, foot = _without_foot(frame, lead, body)
    return Layout(
        outline=outline,
        head_title=head,
        crumbs=crumbs,
        groups=(*lead, *foot),
        title=title,
        subtitle=find_subtitle(outline, title) if title else None,
        date=date,
        body=body,
    )


def _frame(root: HtmlElement, given: Given) -> _Frame:
    chosen = (given.body,) if given.body is not None else ()
    outline = read_outline(root, (*chosen, *given.header))
    weights = [weigh(line) for line in outline.lines]
    if given.body is not None and given.body in outline.forced:
        index = outline.forced[given.body]
        named: Body | None = Body(index, *outline.ranges[index])
    else:
        named = named_body(outline, weights)
    text = range(named.start, named.end) if named else range(0)
    groups = read_groups(outline, text, given.labels)
    header = tuple(
        range(*outline.ranges[outline.forced[element]])
        for element in given.header
        if element in outline.forced
    )
    if named is not None:
        prose = named.start
    else:
        prose = prose_start(outline, weights, _head_end(weights, groups))
    return _Frame(outline, weights, groups, named, prose, header)


def _head_end(weights: list[int], groups: list[Group]) -> int:
    """Return the end of the last labels that the better part of the text follows.

    Labels that cannot be mistaken show where the article begins, whatever text stands
    in side columns before it. 0 where there are none.
    """
    runs = [
        (group.end, sum(weights[slice(*heaviest(weights, group.end))]))
        for group in groups
        if group.header_fields > 1 or group.states({"published_at"})
    ]
    most = max((weight for _, weight in runs), default=0)
    if most <= 0 or most < _SHARE * sum(weights[slice(*heaviest(weights, 0))]):
        return 0
    return max(end for end, weight in runs if weight >= _HALF * most)


def _leading(frame: _Frame) -> list[Group]:
    """Return the groups of labels above the text: a header, one line of labels."""
    lead: list[Group] = []
    dated: Group | None = None
    for group in frame.groups:
        if not _leads(frame, group):
            continue
        if dated is not None and not group.header_fields:
            between = frame.weights[dated.end : group.start]
            if any(weight >= _TEXT_WEIGHT for weight in between):
                continue
            if group.fields & dated.fields & _OWN:
                continue
        lead.append(group)
        if not group.header_fields and group.fields & {"published_at", "source"}:
            dated = group
    return lead


def _leads(frame: _Frame, group: Group) -> bool:
    """Say whether a group of labels stands above the text, not in it."""
    if any(group.start in lines for lines in frame.header):
        return True
    if frame.named is None or group.start < frame.prose:
        return group.start <= frame.prose
    if group.start >= frame.named.end:
        return False
    if group.start - frame.prose > _HEAD_LINES:
        return False
    return group.header_fields > 2 or group.states({"published_at", "source"})


def _without_foot(
    frame: _Frame, lead: list[Group], body: Body | None
) -> tuple[Body | None, list[Group]]:
    """Return the body without labels at its end, and the groups of labels below it.

    Old pages print date and source below the text, often in the same element.
    """
    if body is None:
        return None, []
    others = [group for group in frame.groups if group not in lead]
    if frame.named is None and not any(group.fields & _OWN for group in lead):
        for group in others:
            if _is_foot(group, body):
                body = replace(body, end=group.start)
                break
    return body, [group for group in others if group.start >= body.end]


def _is_foot(group: Group, body: Body) -> bool:
    is_last = body.end - _FOOT_LINES <= group.start < body.end <= group.end + 1
    return is_last and group.start > body.start and group.states({"published_at"})


def _surroundings(
    frame: _Frame, lead: list[Group], crumbs: Crumbs | None, head: str | None
) -> Surroundings:
    skipped = {number for group in lead for number in range(group.start, group.end)}
    if crumbs:
        skipped.add(crumbs.line)
    info = next(
        (
            (group.start, group.end)
            for group in lead
            if group.fields & {"published_at", "source", "author", "-"}
        ),
        None,
    )
    if info is None:
        plain = find_plain_date(frame.outline, 0, frame.prose, _labeled(lead))
        if plain:
            info = (plain.line, plain.line + 1)
            skipped.add(plain.line)
    return Surroundings(
        prose=frame.prose,
        info=info,
        skipped=frozenset(skipped),
        head_title=fold(head or ""),
        names=frozenset(fold(name) for name in crumbs.names[:-1])
        if crumbs
        else frozenset(),
    )


def _body(frame: _Frame, given: Given, after: int) -> Body | None:
    outline, weights = frame.outline, frame.weights
    if frame.named is None:
        linked = [n for n in range(after, len(weights)) if weights[n] == LINK_WEIGHT]
        for number in attachment_lines(outline, linked):
            weights[number] = ATTACHMENT_WEIGHT
    elif given.body is not None:
        return frame.named
    return find_body(outline, weights, after=after, named=frame.named)


def _date(frame: _Frame, lead: list[Group], title: Seen | None) -> PlainDate | None:
    """Return the date that stands by itself below the title or beside other labels."""
    if title is None or any("published_at" in group.fields for group in lead):
        return None
    ends = [group.end for group in lead if group.start >= title.end]
    end = min(frame.prose, max([title.end + _DATE_LINES, *ends]))
    for number in range(title.end, end):
        line = frame.outline.lines[number]
        if line.linked * 2 > len(line.text):  # what follows are entries of a list
            end = number
            break
    return find_plain_date(frame.outline, title.end, end, _labeled(lead))


def _labeled(groups: list[Group]) -> dict[int, int]:
    """Return the column of the first label, by line; 0 for lines that are values."""
    columns: dict[int, int] = {}
    for pair in (pair for group in groups for pair in group.pairs):
        columns.setdefault(pair.line, pair.column)
        for number in range(pair.line + 1, pair.end):
            columns[number] = 0
    return columns
