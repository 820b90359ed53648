"""Tables as cells with a place in the text, a head above and a label beside."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from contentkit.cleanup.personal_words import pattern
from contentkit.html import parse_fragment, visible_lines
from contentkit.text import squeeze

Row = Sequence[str]
_Span = tuple[int, int, int]
_Find = Callable[[Row, str, int], list[_Span]]
"""Finds the cells of a row in a text from an offset on: column, start, end."""

_HEAD_ROWS = 6  # a caption or two may stand above the heads
_LONGEST_HEAD = 20
_LONGEST_CELL = 100
_NUMBER = re.compile("[0-9]{6}")
_MOST_SPANNED = 100
_MOST_MISSES = 3
_EDGES = ("", "\n")
_NUMBERS = ("id", "mobile", "bank", "passport", "other", "office")
_HEADS = (*_NUMBERS, "address", "name", "health", "reason")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty: its place in the text, the head of its column."""

    start: int
    end: int
    head: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one table in the order of the text; `heads` by column."""

    cells: tuple[Cell, ...]
    heads: tuple[str, ...]
    head_row: int

    def has_head(self, role: str) -> bool:
        """Tell whether a column has a head of a role."""
        return any(pattern(role).search(head) for head in self.heads)


class Tables:
    """All tables of a text, asked by offset."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self.tables = tuple(tables)
        pairs = [(cell, table) for table in self.tables for cell in table.cells]
        pairs.sort(key=lambda pair: pair[0].start)
        self._pairs = pairs
        self._starts = [cell.start for cell, _ in pairs]

    def at(self, place: int) -> tuple[Cell, Table] | None:
        """Return the cell that holds an offset, with its table."""
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and place < self._pairs[index][0].end:
            return self._pairs[index]
        return None


def tables_of_html(html: str, text: str) -> Tables:
    """Return the tables of a page whose visible text is `text`."""
    root = parse_fragment(html)
    grids = [list(_grid(table)) for table in root.iter("table")]
    return Tables(_placed(grids, text, _find_lines))


def tables_of_rows(tables: Iterable[Sequence[Row]], text: str) -> Tables:
    """Return the tables of a file whose text holds each row as a line of tabs."""
    return Tables(_placed(tables, text, _find_tabbed))


def _grid(table: HtmlElement) -> Iterator[Row]:
    """Yield rows of cell texts; a cell that spans stands in each of its columns.

    Below a cell that spans rows the column is kept free by an empty cell.
    """
    held: dict[int, int] = {}  # column → rows still covered from above
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells: list[str] = []
        fresh: dict[int, int] = {}
        for cell in row.iterchildren("td", "th"):
            while held.get(len(cells), 0) > 0:
                cells.append("")
            text = "\n".join(visible_lines(cell))
            for place in range(_span(cell, "colspan")):
                fresh[len(cells)] = _span(cell, "rowspan")
                cells.append(text if place == 0 else "")
        held = {column: rows - 1 for column, rows in (held | fresh).items() if rows > 1}
        yield cells


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    is_number = value.isascii() and value.isdigit() and len(value) < 4
    return max(1, min(int(value), _MOST_SPANNED)) if is_number else 1


def _placed(grids: Iterable[Sequence[Row]], text: str, find: _Find) -> Iterator[Table]:
    """Yield tables whose rows stand in the text in order; give up where they do not."""
    cursor = misses = 0
    for grid in grids:
        heads, head_row = _heads(grid)
        cells: list[Cell] = []
        for number, row in enumerate(grid):
            if misses > _MOST_MISSES:
                break
            spans = find(row, text, cursor)
            misses += not spans and any(row)
            for column, start, end in spans:
                below = number > head_row and column < len(heads)
                head = heads[column] if below else ""
                cells.append(Cell(start, end, head, number, column))
                cursor = end
        yield Table(tuple(cells), heads, head_row)


def _heads(grid: Sequence[Row]) -> tuple[tuple[str, ...], int]:
    """Return the heads of the columns and the row they stand in: none, and -1."""
    for number, row in enumerate(grid[:_HEAD_ROWS]):
        labels = [squeeze(cell) if len(cell) <= _LONGEST_CELL else "" for cell in row]
        if sum(map(bool, labels)) < 2 or any(map(_NUMBER.search, labels)):
            continue
        if any(len(x) <= _LONGEST_HEAD and _is_head(x) for x in labels):
            return tuple(x if len(x) <= _LONGEST_HEAD else "" for x in labels), number
    return (), -1


def _is_head(label: str) -> bool:
    return pattern(*_HEADS).search(label) is not None


def _find_lines(row: Row, text: str, cursor: int) -> list[_Span]:
    """Find each cell as whole lines."""
    spans = []
    for column, cell in enumerate(row):
        start = _whole_lines(text, cell, cursor) if cell else -1
        if start >= 0:
            cursor = start + len(cell)
            spans.append((column, start, cursor))
    return spans


def _whole_lines(text: str, cell: str, cursor: int) -> int:
    while (start := text.find(cell, cursor)) >= 0:
        end = start + len(cell)
        if text[max(0, start - 1) : start] in _EDGES and text[end : end + 1] in _EDGES:
            return start
        cursor = end
    return -1


def _find_tabbed(row: Row, text: str, cursor: int) -> list[_Span]:
    """Find a row as one line of cells set off by tabs, its ends stripped."""
    joined = "\t".join(row)
    line = joined.replace("\x00", "").strip()
    start = text.find(line, cursor) if line else -1
    if start < 0:
        return []
    start -= len(joined) - len(joined.lstrip())
    spans = []
    for column, cell in enumerate(row):
        if cell:
            spans.append((column, start, start + len(cell)))
        start += len(cell) + 1
    return spans
