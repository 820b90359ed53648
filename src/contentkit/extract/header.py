"""Labels and their values: the disclosure header table and the line below the title.

A label is a known word before a colon (`索 引 号：`, `【来源】`), or a cell that holds a
known word alone; its value follows in the line or stands in the next cell. Labels form
groups of neighbors; a group counts when one of its labels cannot be mistaken, or when
there are several. What each label means is data: `schemas/codelists/header-labels.csv`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from contentkit.extract.outline import Line, Outline
from contentkit.html import visible_lines
from contentkit.resources import read_codelist
from contentkit.text import INVISIBLE, fold_spaces, squeeze, strip

_COLON = re.compile("[:：︰∶﹕】]")
_BEFORE = re.compile(f"[\u4e00-\u9fff\\s{INVISIBLE}]*$")
_HAN_RUN = re.compile(f"[\\s{INVISIBLE}]*([\u4e00-\u9fff][\u4e00-\u9fff\\s]{{1,14}})[:：]")
_EDGES = " \t\u3000\xa0:：|丨│·;；,，、【】[]［］()（）<>《》—-/"
_LONGEST = 10
_LONG_LINE = 300
"""A longer line is running text: only a label at its very beginning counts."""

_GAP = 1
_HEADER_GAP = 3
"""Lines that may stand between two labels of one group, of a header table."""

_CELLS = frozenset(("td", "th", "dt", "dd", "li", "div", "p", "label", "span"))
_ROWS = frozenset(("tr", "table", "tbody", "ul", "dl", "body", "html"))
_LONGEST_VALUE = 600
_PARENTHESIS = ("(", "（", "")
"""（来源：新华社） is the end of a text, no line of the template."""


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the code list."""

    name: str
    field: str
    info: bool
    alone: bool


@dataclass(slots=True)
class Pair:
    """One label with its value (None if empty); `end` is the line after its last."""

    name: str
    label: Label | None
    value: str | None
    line: int
    end: int


@dataclass(slots=True)
class Group:
    """Neighboring labels, from line `start` to before line `end`."""

    pairs: list[Pair]
    start: int
    end: int

    @property
    def header_fields(self) -> int:
        """How many labels it has that only a disclosure header has."""
        return len({p.name for p in self.pairs if p.label and not p.label.info})

    @property
    def is_sure(self) -> bool:
        """Whether it is more than a word that happens to stand before a colon."""
        names = {p.name for p in self.pairs if p.label}
        return len(names) > 1 or any(p.label and p.label.alone for p in self.pairs)


@cache
def labels() -> dict[str, Label]:
    """Return the known labels by name."""
    return {
        row["label"]: Label(
            row["label"],
            row["field"],
            row["place"] != "header",
            row["alone"] == "yes",
        )
        for row in read_codelist("header-labels")
    }


def read_groups(outline: Outline, text: range) -> list[Group]:
    """Return the label groups of a page in its order.

    `text` are the lines of the named body: a group never reaches across its edge.
    """
    groups: list[Group] = []
    for pair in _pairs(outline):
        if groups and _is_near(groups[-1], pair, text):
            groups[-1].pairs.append(pair)
            groups[-1].end = max(groups[-1].end, pair.end)
        else:
            groups.append(Group([pair], pair.line, pair.end))
    sure = [group for group in groups if group.is_sure]
    for group in sure:
        if group.header_fields:
            _add_unknown(outline, group)
    return sure


def _is_near(group: Group, pair: Pair, text: range) -> bool:
    known = pair.label is not None and not pair.label.info and group.header_fields
    gap = _HEADER_GAP if known else _GAP
    return pair.line - group.end <= gap and (group.start in text) == (pair.line in text)


def _pairs(outline: Outline) -> Iterator[Pair]:
    taken = -1
    for number, line in enumerate(outline.lines):
        text = line.text
        if line.chrome or number < taken or text[:1] in _PARENTHESIS:
            continue
        if ":" in text or "：" in text or "】" in text or "︰" in text or "∶" in text:
            found = _in_line(text)
            if found:
                for pair in _valued(outline, number, found):
                    taken = pair.end
                    yield pair
                continue
        if len(text) <= _LONGEST + 6:
            label = labels().get(squeeze(text).rstrip(":："))
            if label and outline.nodes[line.block].tag in {"td", "th", "dt"}:
                value, lines = _next_cell(outline, line)
                taken = number + 1 + lines
                yield Pair(label.name, label, value, number, taken)


def _in_line(text: str) -> list[tuple[int, int, Label]]:
    """Return (start of label, start of value, label) for every label in a line."""
    found = []
    limit = len(text) if len(text) <= _LONG_LINE else _LONGEST + 6
    floor = 0
    for colon in _COLON.finditer(text, 0, limit):
        if text[colon.start()] == "】" and "【" not in text[floor : colon.start()]:
            continue
        hit = _label_before(text, colon.start(), floor)
        if hit is not None:
            start, label = hit
            floor = colon.end()
            if text[floor : floor + 1] in {":", "："}:
                floor += 1
            found.append((start, floor, label))
    return found


def _label_before(text: str, end: int, floor: int) -> tuple[int, Label] | None:
    """Return the longest known label that ends at `end` and begins a word."""
    run = _BEFORE.search(text, max(floor, end - 2 * _LONGEST - 8), end)
    assert run is not None
    best = None
    name = ""
    for position in range(end - 1, run.start() - 1, -1):
        char = text[position]
        if char.isspace() or char in INVISIBLE:
            continue
        name = char + name
        if len(name) > _LONGEST:
            break
        label = labels().get(name)
        if label and not (position and "\u4e00" <= text[position - 1] <= "\u9fff"):
            best = (position, label)
    return best


def _valued(
    outline: Outline, number: int, found: list[tuple[int, int, Label]]
) -> Iterator[Pair]:
    line = outline.lines[number]
    for place, (_, start, label) in enumerate(found):
        stop = found[place + 1][0] if place + 1 < len(found) else len(line.text)
        value: str | None = strip(line.text[start:stop].strip(_EDGES))
        lines = 0
        if place + 1 < len(found):
            value = _trim(line.text[start:stop]) or None
        else:
            value = strip(line.text[start:]).rstrip("【[|丨") or None
            if value is None:
                value, lines = _next_cell(outline, line)
        yield Pair(label.name, label, value, number, number + 1 + lines)


def _trim(text: str) -> str:
    text = strip(text)
    while text and text[-1] in "【[［(（|丨│·;；,，、—-/ 　\xa0":
        text = text[:-1]
    return strip(text.lstrip("|丨│ 　\xa0"))


def _next_cell(outline: Outline, line: Line) -> tuple[str | None, int]:
    """Return the text of the cell after a label, and how many lines it takes."""
    index = line.block
    element = outline.nodes[index]
    for _ in range(3):
        sibling = _next_element(element)
        if sibling is not None:
            return _cell_value(sibling)
        parent = element.getparent()
        if parent is None or parent.tag in _ROWS or parent.tag not in _CELLS:
            return None, 0
        element = parent
    return None, 0


def _next_element(element: HtmlElement) -> HtmlElement | None:
    sibling = element.getnext()
    while sibling is not None and sibling.tag in {"br", "script", "style", "input"}:
        sibling = sibling.getnext()
    return sibling


def _cell_value(cell: HtmlElement) -> tuple[str | None, int]:
    lines = visible_lines(cell)
    if not lines or len(lines) > 3:
        return None, 0
    text = fold_spaces(" ".join(lines))
    if len(text) > _LONGEST_VALUE or squeeze(text).rstrip(":：") in labels():
        return None, 0
    if _in_line(text):
        return None, 0
    return text, len(lines)


def _add_unknown(outline: Outline, group: Group) -> None:
    """Add the labels between known ones that the code list does not have."""
    taken = {number for p in group.pairs for number in range(p.line, p.end)}
    for number in range(group.start, group.end):
        text = outline.lines[number].text
        match = None if number in taken else _HAN_RUN.match(text)
        if match:
            value: str | None = strip(text[match.end() :])
            lines = 0
            if not value:
                value, lines = _next_cell(outline, outline.lines[number])
            pair = Pair(squeeze(match[1]), None, value, number, number + 1 + lines)
            group.pairs.append(pair)
    group.pairs.sort(key=lambda pair: pair.line)
