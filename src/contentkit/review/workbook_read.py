"""A workbook as an editor gives it back, read as rows of our columns; never trusted.

XLSX of WPS, LibreOffice or Excel, also XLSM (its macros are not run) and XLS. Columns are
found by their headers wherever they stand. The reader keeps a place for every cell from
the first to the last, so a file with one cell far outside is refused before it is read.
"""

import datetime as dt
import re
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook

from contentkit.errors import ContentkitError
from contentkit.review.words import Words
from contentkit.review.workbook_layout import ASKED, COLUMNS, READ, guide_names, headers
from contentkit.text import fold, strip

MOST_CELLS = 40_000_000  # 32 bytes each; a million rows of ours are 17,000,000
MOST_BYTES = 1 << 30  # unpacked; 200,000 findings are about 400 MB
_MOST_PACKED = 200 << 20
_HEADER_WITHIN = 20  # rows: an editor may put a title above the header
_MOST_COLUMNS = 200
_PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_PART = "xl/workbook.xml"  # what makes a ZIP file a workbook
_SHEET = "xl/worksheets/"
# only columns from AA on are looked at: ours end with Q, and most files have no other
_WIDE = re.compile(rb"""\sr=["']([A-Z]{2,3})[0-9]{1,7}["']""")
_ROW = re.compile(rb"""<(?:[a-z]{1,8}:)?row\s[^<>]{0,300}?\br=["']([0-9]{1,7})["']""")
_OVERLAP = 400  # bytes: a tag may stand on the border of two pieces
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OURS = frozenset({"subject", "evidence", "version", "check"})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row under a header of ours: `number` as the spreadsheet counts, from 1."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    is_merged: bool = False  # shares a cell that is read with another row or column
    is_unclear: bool = False  # an answered cell holds no text: an error, a fraction


@dataclass(slots=True)
class Reading:
    """What was found besides the rows: sheets that are none of ours, macros."""

    skipped: list[str] = field(default_factory=list)
    has_macros: bool = False


def read_rows(path: Path, reading: Reading, *, lang: str) -> Iterator[SheetRow]:
    """Yield the rows of all sheets of ours, as they stand.

    Raises `ContentkitError` where the file is no workbook, or a sheet of ours has lost a
    column or has it twice.
    """
    words = Words(lang)
    reading.has_macros = _check_file(path, words)
    try:
        with CalamineWorkbook.from_path(path) as book:
            plans = [
                plan
                for name in book.sheet_names
                if (plan := _plan(path, name, book.get_sheet_by_name(name), words))
            ]
            named = {plan.name for plan in plans} | guide_names()
            reading.skipped += [n for n in book.sheet_names if n not in named]
            if not plans:
                raise ContentkitError(words("import-no-sheet", path=path))
            for plan in plans:
                yield from _rows(book.get_sheet_by_name(plan.name), plan)
    except python_calamine.PasswordError as error:
        raise ContentkitError(words("import-locked", path=path)) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        told = words("import-damaged", path=path, error=error)
        raise ContentkitError(told) from error


def _check_file(path: Path, words: Words) -> bool:
    """Refuse what is no workbook or would fill the memory; tell whether it has macros."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if path.stat().st_size > _MOST_PACKED:
            raise ContentkitError(words("import-too-large", path=path))
    except OSError as error:
        told = words("import-unreadable", path=path, error=error.strerror)
        raise ContentkitError(told) from error
    if head == _OLE:
        return False
    if not head.startswith(b"PK"):
        raise ContentkitError(words("import-no-workbook", path=path))
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if _PART not in names:
                raise ContentkitError(words("import-no-workbook", path=path))
            for name in names:
                left = _count(package, name, left)
                if left < 0:
                    raise ContentkitError(words("import-too-large", path=path))
            return any(name.endswith("vbaProject.bin") for name in names)
    except _BROKEN as error:
        told = words("import-damaged", path=path, error=error)
        raise ContentkitError(told) from error


def _count(package: zipfile.ZipFile, name: str, left: int) -> int:
    """Return how many bytes are left after a part, below 0 for too much of anything.

    The directory may lie about sizes: what really comes out is counted.
    """
    rows, columns, tail = 1, 26, b""
    with package.open(name) as member:
        while left >= 0 and (part := member.read(_PIECE)):
            left -= len(part)
            if name.startswith(_SHEET):
                seen = tail + part
                tail = part[-_OVERLAP:]
                rows = max([rows, *(int(m[1]) for m in _ROW.finditer(seen))])
                wide = {m[1] for m in _WIDE.finditer(seen)}
                columns = max([columns, *map(_column, wide)])
                if rows * columns > MOST_CELLS:
                    return -1
    return left


def _column(letters: bytes) -> int:
    """Return the number of a column.

    >>> _column(b"AA"), _column(b"XFD")
    (27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where a sheet holds what: the row of its header, the place of each column."""

    name: str
    header: int  # counted from 0 among the rows that are read
    places: Mapping[str, int]


def _plan(path: Path, name: str, sheet: CalamineSheet, words: Words) -> _Plan | None:
    """Return the plan of a sheet of ours; none where it is the editor's own."""
    known = headers()
    for number, row in enumerate(sheet.iter_rows()):
        if number >= _HEADER_WITHIN:
            break
        named = [known.get(fold(_text(cell) or "")) for cell in row[:_MOST_COLUMNS]]
        if not _OURS & set(named):
            continue
        places = {key: place for place, key in enumerate(named) if key}
        _require_columns(path, name, named, words)
        return _Plan(name, number, places)
    return None


def _require_columns(
    path: Path, name: str, named: Sequence[str | None], words: Words
) -> None:
    keys = [column.key for column in COLUMNS if column.key in READ]
    for fault, lost in (
        ("import-column-lost", [key for key in keys if key not in named]),
        ("import-column-twice", [key for key in keys if named.count(key) > 1]),
    ):
        if lost:
            columns = "、".join(words(f"sheet-{key}") for key in lost)
            told = words(fault, path=path, sheet=name, columns=columns)
            raise ContentkitError(told)


def _rows(sheet: CalamineSheet, plan: _Plan) -> Iterator[SheetRow]:
    top, first = sheet.start or (0, 0)
    wanted = [plan.places[key] for key in sorted(READ)]
    merged = _Merged(
        sheet.merged_cell_ranges or (), {place + first for place in wanted}
    )
    for number, row in enumerate(sheet.iter_rows()):
        if number <= plan.header:
            continue
        cells, is_unclear = {}, False
        for key, place in plan.places.items():
            text = _text(row[place]) if place < len(row) else ""
            is_unclear = is_unclear or (text is None and key in ASKED)
            cells[key] = text or ""
        yield SheetRow(
            plan.name,
            top + number + 1,
            cells,
            is_merged=top + number in merged,
            is_unclear=is_unclear,
        )


class _Merged:
    """The rows in which a merged cell touches a column that is read."""

    def __init__(
        self,
        ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
        columns: set[int],
    ) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        spans = sorted(
            (a, c)
            for (a, b), (c, d) in ranges
            if any(b <= column <= d for column in columns)
        )
        for start, end in spans:
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __contains__(self, row: object) -> bool:
        assert isinstance(row, int)
        place = bisect_right(self._starts, row) - 1
        return place >= 0 and row <= self._ends[place]


def _text(value: object) -> str | None:
    """Return what a cell says as it was typed; none where that is not certain.

    A whole number and a day are; a fraction is not (2.10 is stored as 2.1), nor a time.
    """
    if isinstance(value, str):
        return strip(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else None
    return value.isoformat() if isinstance(value, dt.date) else None
