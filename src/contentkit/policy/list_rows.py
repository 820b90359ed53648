"""Rows of a list of documents, from lines or cells: title, number, result.

A converter leaves a table as one line a row, its cells set off by tabs, bars or runs of
spaces, or as one line a cell. So a row is told by what it holds: an item number begins it,
a title has 《》, 关于 or the word of a genre at its end, a document number reads as one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from contentkit.errors import ParseError
from contentkit.policy.effect_words import any_of, of_role
from contentkit.policy.numbers import parse_doc_number

_BAR = re.compile("[\t|｜]")
_WIDE_GAP = re.compile("[ \u3000\xa0]{2,40}")
_ITEM = re.compile(
    r"[(（]?([0-9０-９]{1,4})(?:[)）.．、][\s]*|[ \u3000\xa0]+(?![年月日号])|(?=《|关于)|$)"
)
_NAME = re.compile("《((?:[^《》]|《[^《》]{0,200}》){1,400})》")
_NUMBER = re.compile(
    r"(?:[一-龥]{1,12}\s?[〔\[［【(（﹝〖]\s?[0-9０-９]{4}\s?[〕\]］】)）﹞〗]"
    r"|[一-龥、]{2,20}(?:令|公告)(?:[0-9]{4}年)?)\s?第?\s?"
    r"[0-9０-９一二三四五六七八九十百]{1,6}\s?号"
)
_PART = re.compile("(?:仅|其中)?第[0-9〇零一二三四五六七八九十百]{1,7}[条章款项]")
_SPACES = " \t\u3000\xa0\u200b\ufeff"
_MOST_CONTINUED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, which stands at `start` of the list."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Return where the cell ends."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Row:
    """One document of a list; `start:end` holds its title and number."""

    title: str | None = None
    number: str | None = None
    part: str | None = None
    result: str | None = None
    start: int = -1
    end: int = -1
    is_item: bool = False
    is_named: bool = False  # the title stands in 《》
    continued: int = 0

    def reach(self, cell: Cell) -> None:
        """Let the row hold the cell."""
        self.start = cell.start if self.start < 0 else min(self.start, cell.start)
        self.end = max(self.end, cell.end)


def split_line(line: str, start: int) -> list[Cell]:
    """Return the cells of a line, empty ones between bars included.

    >>> [cell.text for cell in split_line("1  关于甲的通知　　甲发〔2010〕5号", 0)]
    ['1', '关于甲的通知', '甲发〔2010〕5号']
    """
    cutter = _BAR if _BAR.search(line) else _WIDE_GAP
    cells = []
    done = 0
    for match in cutter.finditer(line):
        cells.append(_cell(line, done, match.start(), start))
        done = match.end()
    cells.append(_cell(line, done, len(line), start))
    if cutter is _WIDE_GAP:
        return [cell for cell in cells if cell.text]
    return cells


def _cell(line: str, first: int, last: int, start: int) -> Cell:
    text = line[first:last]
    bare = text.lstrip(_SPACES)
    return Cell(bare.rstrip(_SPACES), start + first + len(text) - len(bare))


_NEXT = re.compile(
    r"[、,，;；和及]\s*(?:[(（]?[0-9一二三四五六七八九十]{1,3}[)）、.．])?\s*《"
)


def split_titles(cell: Cell) -> list[Cell]:
    """Return the parts of a cell that name several documents: 《…》、《…》；《…》.

    >>> [part.text for part in split_titles(Cell("《甲》（甲发〔1990〕1号）；（二）《乙》", 0))]
    ['《甲》（甲发〔1990〕1号）', '《乙》']
    """
    if cell.text.count("《") < 2:
        return [cell]
    parts = []
    done = depth = 0
    for place, sign in enumerate(cell.text):
        if sign in "《(（":
            depth += 1
        elif sign in "》)）":
            depth = max(0, depth - 1)
        elif not depth and sign in "、,，;；和及":
            match = _NEXT.match(cell.text, place)
            if match:
                parts.append(_piece(cell, done, place))
                done = match.end() - 1
    parts.append(_piece(cell, done, len(cell.text)))
    return parts


def _piece(cell: Cell, first: int, last: int) -> Cell:
    return Cell(cell.text[first:last].rstrip(_SPACES), cell.start + first)


def begins_item(cell: Cell) -> Cell | None:
    """Return the rest of a cell that begins with an item number."""
    match = _ITEM.match(cell.text)
    if match is None:
        return None
    return Cell(cell.text[match.end() :], cell.start + match.end())


def fill(row: Row, cell: Cell) -> None:
    """Put what a cell holds into the row: title, number, result, part."""
    if not cell.text:
        return
    if cell.text in _results():
        row.result = cell.text
        return
    name = _NAME.search(cell.text)
    if name and row.title is None:
        row.title, row.is_named = name[1].strip(), True
        row.reach(Cell(name[0], cell.start + name.start()))
        _fill_number(row, cell, name.end())
        return
    if row.number is None and _fill_number(row, cell, 0):
        return
    if row.title is None and is_title(cell.text):
        row.title = cell.text
        row.reach(cell)
    elif row.title and row.number is None and _continues(row, cell):
        row.title += cell.text
        row.continued += 1
        row.reach(cell)
    elif row.title and _PART.match(cell.text):
        row.part = cell.text


def _fill_number(row: Row, cell: Cell, begin: int) -> bool:
    """Take a number out of a cell, and the title before or after it."""
    found = next(_numbers(cell.text, begin), None)
    if found is None:
        return False
    first, last, row.number = found
    row.reach(Cell(cell.text[first:last], cell.start + first))
    if row.title is None and not begin:
        for from_, to in ((0, first), (last, len(cell.text))):
            text = cell.text[from_:to].strip(_SPACES + "()（）,，、")
            if is_title(text):
                row.title = text
                row.reach(Cell(text, cell.start + cell.text.index(text, from_)))
                break
    return True


def _numbers(text: str, begin: int) -> Iterator[tuple[int, int, str]]:
    for match in _NUMBER.finditer(text, begin):
        try:
            yield match.start(), match.end(), parse_doc_number(match[0]).canonical
        except ParseError:
            continue


def is_title(text: str) -> bool:
    """Tell whether a text without 《》 may be the title of a document."""
    if not 4 <= len(text) <= 300 or text.endswith(("。", "；", ";")):
        return False
    return "关于" in text or has_genre(text)


def has_genre(text: str) -> bool:
    """Tell whether a text ends with the word of a genre: 通知, 办法, 方案（试行）."""
    return _genre_end().search(text[-40:]) is not None


def is_row(row: Row) -> bool:
    """Tell whether a row names a document beyond doubt."""
    if row.number and (row.title is None or len(row.title) >= 2):
        return True
    return bool(row.title) and (row.is_item or row.is_named)


def _continues(row: Row, cell: Cell) -> bool:
    if row.is_named or row.continued >= _MOST_CONTINUED or has_genre(row.title or ""):
        return False
    return len(cell.text) <= 60 and not cell.text[0].isdecimal()


@cache
def _genre_end() -> re.Pattern[str]:
    return re.compile(f"{any_of('document', 'genre')}(?:[(（][^()（）]{{1,20}}[)）])*$")


@cache
def _results() -> frozenset[str]:
    """Return what a column of results says: 废止, 予以废止, 继续有效, 拟修改 …"""
    leads = ("", "予以", "拟", "建议")
    return frozenset(lead + act for lead in leads for act in of_role("result"))
