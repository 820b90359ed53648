"""Labels and their values: the disclosure header table and the line below the title.

A label is a known word before a colon (`索 引 号：`, `【来源】`), or an element that holds
a known word alone; its value follows in the line, stands in the next cell, or in the
row below a row of labels. Labels form groups of neighbors; a group counts when one of
its labels cannot be mistaken, or when there are several. What a label means is data:
`schemas/codelists/header-labels.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from contentkit.extract.cells import below, next_cell
from contentkit.extract.outline import Line, Outline
from contentkit.resources import read_codelist
from contentkit.text import INVISIBLE, fold_spaces, squeeze, strip

_COLONS = "：:】︰∶﹕"
_COLON = re.compile(f"[{_COLONS}]")
_BEFORE_COLON = re.compile(
    f"(?<![\u4e00-\u9fff\\s{INVISIBLE}])([\u4e00-\u9fff\\s{INVISIBLE}]++)[{_COLONS}]"
)
"""A run of Chinese and white space before a colon: its end may be a label."""

_UNKNOWN = re.compile("\\s*([\u4e00-\u9fff][\u4e00-\u9fff\\s]{1,14})[:：]")
_TRAILING = "【[［(（|丨│·;；,，、—-/ 　\xa0"
_OPENING, _CLOSING = "【[［(（", "】]］)）"
_LEADING = "|丨│ 　\xa0\x1f\u200b"
_LONGEST = 10
_LONG_LINE = 300
"""A longer line is running text: only a label at its very beginning counts."""

_GAP = 1
_HEADER_GAP = 3
"""Lines that may stand between two labels of one group, of a header table."""

_LONGEST_BETWEEN = 60
_LONGEST_NAME = 60
"""Longer than any name of a source, person or date in the cell after its label."""

_EDGE = "\x1f"
"""Stands between the texts of neighboring elements; counts as white space."""

_PARENTHESIS = ("(", "（")
"""（来源：新华社） is the end of a text, no line of the template."""

_NOTHING = frozenset(
    ("-", "--", "—", "——", "/", "\\", "无", "暂无", "null", "undefined")
)


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the code list; `info` says that it also stands below titles."""

    name: str
    field: str
    info: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One label with its raw value (None if empty).

    It stands at `column` of line `line`; its value ends before line `end`.
    """

    name: str
    label: Label | None
    value: str | None
    line: int
    column: int
    end: int


@dataclass(slots=True)
class Group:
    """Neighboring labels, from line `start` to before line `end`."""

    pairs: list[Pair]
    start: int
    end: int

    @property
    def header_fields(self) -> int:
        """How many labels it has that only a disclosure header has; 0 if in doubt.

        Words such as 名称 and 主办单位 also stand in texts: by themselves they count
        from three on.
        """
        found = {p.name: p.label for p in self.pairs if p.label and not p.label.info}
        is_header = len(found) > 2 or any(label.alone for label in found.values())
        return len(found) if is_header else 0

    @property
    def fields(self) -> set[str]:
        """The fields that its labels mean; `-` for counters and buttons."""
        return {p.label.field for p in self.pairs if p.label}

    def states(self, fields: set[str]) -> bool:
        """Say whether a label that cannot be mistaken means one of the fields."""
        return any(
            p.label and p.label.alone and p.label.field in fields for p in self.pairs
        )

    @property
    def is_sure(self) -> bool:
        """Whether it is more than a word that happens to stand before a colon."""
        names = {p.name for p in self.pairs if p.label}
        if len(names) < 2 and not any(p.label and p.label.alone for p in self.pairs):
            return False
        return self.header_fields == 0 or any(p.value for p in self.pairs)


@cache
def labels() -> Mapping[str, Label]:
    """Return the known labels by name."""
    return {
        row["label"]: Label(
            row["label"], row["field"], row["place"] != "header", row["alone"] == "yes"
        )
        for row in read_codelist("header-labels")
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """The labels that count on a page, by name, and the characters that begin them."""

    by_name: Mapping[str, Label]
    initials: frozenset[str]


@lru_cache(maxsize=64)
def _known_with(extra: tuple[Label, ...]) -> _Known:
    by_name = {**labels(), **{label.name: label for label in extra}}
    return _Known(by_name, frozenset(name[0] for name in by_name))


def stated(value: str | None) -> str | None:
    """Return a raw value, None where the page says nothing (空、无、——)."""
    return None if value is None or squeeze(value) in _NOTHING else value


def read_groups(
    outline: Outline, text: range, extra: Iterable[Label] = ()
) -> list[Group]:
    """Return the label groups of a page in its order.

    `text` are the lines of the named body: a group never reaches across its edge.
    `extra` are labels that a profile adds.
    """
    groups: list[Group] = []
    for pair in _pairs(outline, _known_with(tuple(extra))):
        if groups and _is_near(outline, groups[-1], pair, text):
            groups[-1].pairs.append(pair)
            groups[-1].end = max(groups[-1].end, pair.end)
        else:
            groups.append(Group([pair], pair.line, pair.end))
    sure = [group for group in groups if group.is_sure]
    for group in sure:
        if group.header_fields:
            _add_unknown(outline, group)
    return sure


def _is_near(outline: Outline, group: Group, pair: Pair, text: range) -> bool:
    """Say whether only a few short lines stand between a group and a label."""
    if (group.start in text) != (pair.line in text):
        return False
    if pair.line > group.pairs[-1].line and _repeats(group, pair):
        return False
    between = outline.lines[group.end : pair.line]
    if not between:
        return True
    is_header = pair.label is not None and not pair.label.info and group.header_fields
    if len(between) > (_HEADER_GAP if is_header else _GAP):
        return False
    longest = _LONGEST_BETWEEN if is_header else _LONGEST
    return not any(line.media or len(line.text) > longest for line in between)


def _repeats(group: Group, pair: Pair) -> bool:
    """Say whether a line of labels already has what a later line says again."""
    if pair.label is None or pair.label.field in {"", "-"}:
        return False
    return pair.label.field in group.fields and not group.header_fields


def _pairs(outline: Outline, labels_of_page: _Known) -> Iterator[Pair]:
    taken = -1
    known, first = labels_of_page.by_name, labels_of_page.initials
    for number, line in enumerate(outline.lines):
        text = line.text
        if line.chrome or number < taken or not text or text[0] in _PARENTHESIS:
            continue
        pairs = _labeled(outline, number, known) if _COLON.search(text) else []
        if pairs:
            taken = pairs[-1].end
            yield from pairs
        elif text[0] in first and not line.linked:
            lone = _alone(outline, number, known)
            if lone is not None:
                taken = lone.end
                yield lone


def _in_line(text: str, known: Mapping[str, Label]) -> list[tuple[int, int, Label]]:
    """Return (start of label, start of value, label) for every label in a line."""
    found = []
    limit = len(text) if len(text) <= _LONG_LINE else _LONGEST + 6
    floor = 0
    for run in _BEFORE_COLON.finditer(text, 0, limit):
        end = run.end(1)
        if text[end] == "】" and "【" not in text[floor:end]:
            continue
        for offset, name in _names_ending(run[1]):
            label = known.get(name)
            if label is not None:
                floor = end + 1
                if text[floor : floor + 1] in {":", "："}:
                    floor += 1
                found.append((run.start(1) + offset, floor, label))
                break
    return found


@lru_cache(maxsize=4096)
def _names_ending(run: str) -> tuple[tuple[int, str], ...]:
    """Return what a label at the end of a run may be: words and where they begin.

    Only the longest of them that is known counts, so it comes first; labels return on
    every page.
    """
    names: list[tuple[int, str]] = []
    name = ""
    last = max(0, len(run) - 2 * _LONGEST - 8)
    for position in range(len(run) - 1, last - 1, -1):
        char = run[position]
        if not "\u4e00" <= char <= "\u9fff":
            continue
        name = char + name
        if len(name) > _LONGEST:
            break
        if not (position and "\u4e00" <= run[position - 1] <= "\u9fff"):
            names.append((position, name))
    return tuple(reversed(names))


def _labeled(outline: Outline, number: int, known: Mapping[str, Label]) -> list[Pair]:
    """Return the labels of a line with their values."""
    line = outline.lines[number]
    parts = line.parts
    text = fold_spaces(_EDGE.join(parts)) if len(parts) > 1 else line.text
    found = _in_line(text, known)
    pairs = []
    for place, (start, end, label) in enumerate(found, 1):
        column = start - text.count(_EDGE, 0, start)
        stop = found[place][0] if place < len(found) else len(text)
        value, lines = _trim(text[end:stop], label), 0
        if value is None and place == len(found) and _ends_block(outline, number):
            value, lines = _cell(outline, line, known)
            if value and label.info and len(value) > _LONGEST_NAME:
                value, lines = None, 0
        pairs.append(Pair(label.name, label, value, number, column, number + 1 + lines))
    return pairs


def _ends_block(outline: Outline, number: int) -> bool:
    """Say whether a line stands alone in its element, so that a cell may follow it."""
    start, end = outline.ranges[outline.lines[number].block]
    return (start, end) == (number, number + 1)


def _trim(text: str, label: Label) -> str | None:
    """Return a value without what separates it from its neighbors.

    The name of a source or person ends with the element that it stands in.
    """
    text = strip(text.lstrip(_LEADING))
    if label.field in {"source", "author"}:
        text = text.partition(_EDGE)[0]
    text = strip(text.replace(_EDGE, "").rstrip(_TRAILING))
    while (
        text and text[-1] in _CLOSING and _OPENING[_CLOSING.index(text[-1])] not in text
    ):
        text = strip(text[:-1].rstrip(_TRAILING))
    return text or None


def _cell(
    outline: Outline, line: Line, known: Mapping[str, Label]
) -> tuple[str | None, int]:
    """Return the text of the cell after a label and its lines; no label is a value."""
    text, lines = next_cell(outline.nodes[line.block])
    if text is None or squeeze(text).rstrip(":：") in known or _in_line(text, known):
        return None, 0
    return text, lines


def _alone(outline: Outline, number: int, known: Mapping[str, Label]) -> Pair | None:
    """Return the label that an element holds alone, its value beside or below it."""
    line = outline.lines[number]
    element = outline.nodes[line.node]
    word = element.text
    if not word or len(word) > 2 * _LONGEST:
        return None
    name = squeeze(word).rstrip(_COLONS)
    label = known.get(name)
    if label is None:
        return None
    rest = strip(line.text[len(strip(word)) :]) if line.text != strip(word) else ""
    if rest:
        if label.info:
            return None
        return Pair(name, label, rest.lstrip(":： "), number, 0, number + 1)
    block = outline.nodes[line.block]
    if label.info and block.tag not in {"td", "th", "dt"}:
        return None
    value, lines = _cell(outline, line, known)
    if value is None:
        value, lines = below(block, known), 0
    return Pair(name, label, value, number, 0, number + 1 + lines)


def _add_unknown(outline: Outline, group: Group) -> None:
    """Add the labels between known ones that the code list does not have."""
    taken = {number for p in group.pairs for number in range(p.line, p.end)}
    for number in range(group.start, group.end):
        text = outline.lines[number].text
        match = None if number in taken else _UNKNOWN.match(text)
        if match:
            value: str | None = strip(text[match.end() :])
            lines = 0
            if not value:
                value, lines = _cell(outline, outline.lines[number], labels())
            end = number + 1 + lines
            group.pairs.append(Pair(squeeze(match[1]), None, value, number, 0, end))
            taken.update(range(number, end))
    group.pairs.sort(key=lambda pair: pair.line)
