"""Where things stand on a page: breadcrumb, labels, title, and then the text."""

from dataclasses import dataclass

from lxml.html import HtmlElement

from contentkit.extract.body import (
    ATTACHMENT_WEIGHT,
    LINK_WEIGHT,
    Body,
    find_body,
    named_body,
    prose_start,
    weigh,
)
from contentkit.extract.crumbs import Crumbs, read_crumbs
from contentkit.extract.files import attachment_lines
from contentkit.extract.header import Group, Label, read_groups
from contentkit.extract.outline import Outline, read_outline
from contentkit.extract.visible import (
    PlainDate,
    Seen,
    Surroundings,
    find_plain_date,
    find_subtitle,
    find_title,
    head_title,
)
from contentkit.text import fold

_HEAD_LINES = 4
"""Lines of a named body among which a line of labels still belongs to the template."""

_TEXT_WEIGHT = 12
"""A line or picture of this weight between two lines of labels is already the text."""

_DATE_LINES = 6
"""Lines below the title among which a date without a label is the page's own."""


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
    hint: int | None
    prose: int
    header: tuple[range, ...]


def read_layout(root: HtmlElement, given: Given) -> Layout:
    """Return the parts of a page."""
    frame = _frame(root, given)
    outline = frame.outline
    text = range(*outline.ranges[frame.hint]) if frame.hint is not None else range(0)
    groups = read_groups(outline, text, given.labels)
    lead = _leading(frame, groups)
    crumbs = read_crumbs(outline, frame.prose)
    head = head_title(root)
    title = find_title(outline, _surroundings(frame, lead, crumbs, head))
    ends = [part.end for part in (*lead, title, crumbs) if part is not None]
    body = _body(frame, given, max(ends, default=0))
    return Layout(
        outline=outline,
        head_title=head,
        crumbs=crumbs,
        groups=(*lead, *_trailing(groups, lead, body)),
        title=title,
        subtitle=find_subtitle(outline, title) if title else None,
        date=_date(frame, lead, title, body),
        body=body,
    )


def _frame(root: HtmlElement, given: Given) -> _Frame:
    chosen = (given.body,) if given.body is not None else ()
    outline = read_outline(root, (*chosen, *given.header))
    weights = [weigh(line) for line in outline.lines]
    if given.body is not None:
        hint = outline.forced.get(given.body)
    else:
        hint = named_body(outline, weights)
    header = tuple(
        range(*outline.ranges[outline.forced[element]])
        for element in given.header
        if element in outline.forced
    )
    return _Frame(outline, weights, hint, prose_start(outline, weights, hint), header)


def _leading(frame: _Frame, groups: list[Group]) -> list[Group]:
    """Return the groups of labels above the text: a header, one line of labels."""
    lead: list[Group] = []
    dated_to: int | None = None
    for group in groups:
        if not _leads(frame, group):
            continue
        if dated_to is not None and not group.header_fields:
            between = frame.weights[dated_to : group.start]
            if any(weight >= _TEXT_WEIGHT for weight in between):
                continue
        lead.append(group)
        if not group.header_fields and group.fields & {"published_at", "source"}:
            dated_to = group.end
    return lead


def _leads(frame: _Frame, group: Group) -> bool:
    """Say whether a group of labels stands above the text, not in it."""
    if any(group.start in lines for lines in frame.header):
        return True
    if frame.hint is None or group.start < frame.prose:
        return group.start <= frame.prose
    if group.start >= frame.outline.ranges[frame.hint][1]:
        return False
    if group.start - frame.prose > _HEAD_LINES:
        return False
    return group.header_fields > 2 or group.states({"published_at", "source"})


def _trailing(groups: list[Group], lead: list[Group], body: Body | None) -> list[Group]:
    """Return the groups below the text, such as the date at the foot of old pages."""
    if body is None:
        return []
    return [group for group in groups if group.start >= body.end and group not in lead]


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
    if frame.hint is None:
        linked = [n for n in range(after, len(weights)) if weights[n] == LINK_WEIGHT]
        for number in attachment_lines(outline, linked):
            weights[number] = ATTACHMENT_WEIGHT
    elif given.body is not None:
        return Body(frame.hint, *outline.ranges[frame.hint])
    return find_body(outline, weights, after=after, hint=frame.hint)


def _date(
    frame: _Frame, lead: list[Group], title: Seen | None, body: Body | None
) -> PlainDate | None:
    if title is None:
        return None
    end = min(body.start if body else frame.prose, title.end + _DATE_LINES)
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
