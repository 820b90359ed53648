"""Workbooks: XLS, XLSX, XLSB, ODS through calamine, hidden parts told.

Hidden sheets and columns are read like all others: they travel with the file, and
personal data hides there (POLICY 5).
"""

import io
from collections.abc import Iterator

import python_calamine
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from contentkit.filetext.container import Container
from contentkit.filetext.result import Collector, FileState, Row, Unreadable
from contentkit.filetext.xmlparts import local, parse_part

_MAX_COLUMNS = 500


def read_workbook(data: bytes, out: Collector) -> tuple[str, ...]:
    """Read every sheet into `out`; return the names of hidden sheets."""
    hidden = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for sheet in book.sheets_metadata:
                if sheet.visible != SheetVisibleEnum.Visible:
                    hidden.append(f"sheet {sheet.name}")
                if out.is_full:
                    break
                out.table(list(_rows(book, sheet.name)))
    except python_calamine.PasswordError as error:
        raise Unreadable(FileState.ENCRYPTED, "the workbook is encrypted") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(FileState.DAMAGED, f"workbook: {error}") from error
    return tuple(hidden)


def hidden_columns(container: Container) -> Iterator[str]:
    """Yield the hidden columns of an XLSX workbook as `sheet1 column 3-4`."""
    for name in sorted(container.names):
        if not name.startswith("xl/worksheets/sheet"):
            continue
        root = parse_part(container.read(name), name)
        for group in root.iterchildren("{*}cols"):
            for column in group:
                if local(column) == "col" and column.get("hidden") in ("1", "true"):
                    sheet = name.removeprefix("xl/worksheets/").removesuffix(".xml")
                    yield f"{sheet} column {column.get('min')}-{column.get('max')}"


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Row]:
    for row in book.get_sheet_by_name(name).iter_rows():
        yield tuple(_cell(value) for value in row[:_MAX_COLUMNS])


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # calamine gives every number as a float
    return " ".join(str(value).split())
