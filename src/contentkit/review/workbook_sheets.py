"""The sheets of the worklists: how they look, what they let an editor do."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, islice

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from contentkit.review.decisions import ANSWERS
from contentkit.review.words import Words
from contentkit.review.workbook_layout import COLUMNS

MOST_ROWS = 1_000_000  # of a sheet; a workbook holds 1,048,576
# of a workbook: each costs a kilobyte until it is closed, and a sheet holds 65,530; the
# rows come with the heaviest first, so those that are left as words are the least
MOST_LINKS = 30_000
_LINKED = re.compile(r"https?://[!#$%&()*+,./0-9:;=?@A-Z_a-z~-]{1,2000}")
_ROW_HEIGHT = 62  # points: four lines, so that one look takes in ten findings
_HEAD_HEIGHT = 20
_KEYS = [column.key for column in COLUMNS]
_TINTS = {"error": "#F8D7DA", "warning": "#FFF3CD", "info": "#E2E8F0"}
_GUIDE = ("sheet-guide-1", "sheet-guide-2", "sheet-guide-3", "sheet-guide-4")
_GUIDE_LAST = "sheet-guide-5"


class Sheets:
    """Adds worklists to a workbook of constant memory: each row is written once."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self._book = book
        self._words = Words(lang)
        self.counts: dict[str, int] = {}
        self._links = 0
        # text format: what an editor types (a number, a day) stays as it is typed
        base = {
            "font_name": "宋体",
            "font_size": 10.5,
            "valign": "top",
            "text_wrap": True,
            "border": 1,
            "border_color": "#C5CBD3",
            "num_format": "@",
        }
        self._cell = book.add_format(base)
        self._asked = book.add_format({**base, "bg_color": "#F2FBF3"})
        head = {**base, "bold": True, "valign": "vcenter", "bg_color": "#E8ECF1"}
        self._head = book.add_format(head)
        self._asked_head = book.add_format({**head, "bg_color": "#BFE3C5"})
        self._link = book.add_format({**base, "font_color": "#0B5394", "underline": 1})
        self._tints = {
            self._words(f"report-{severity}"): book.add_format(
                {**base, "bg_color": tint}
            )
            for severity, tint in _TINTS.items()
        }

    def add(self, name: str, rows: Iterable[Mapping[str, str]]) -> None:
        """Add a worklist; what one sheet cannot hold goes on on a second one."""
        left = iter(rows)
        for number, first in enumerate(left, 1):
            title = name if number == 1 else f"{name} {number}"
            part = chain([first], islice(left, MOST_ROWS - 1))
            self.counts[title] = self._sheet(title, part)

    def guide(self, sheet: Worksheet, site: str) -> None:
        """Write the first sheet: how to fill in the others, and what is on them."""
        wrapped = self._book.add_format(
            {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True}
        )
        bold = self._book.add_format(
            {"font_name": "宋体", "font_size": 14, "bold": True}
        )
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 12)
        sheet.set_column(2, 2, 70)
        sheet.write_string(0, 0, self._words("sheet-guide-title", site=site), bold)
        lines = [self._words(key) for key in (*_GUIDE, _GUIDE_LAST)]
        for row, line in enumerate(lines, 2):
            sheet.set_row(row, 48)
            sheet.merge_range(row, 0, row, 2, line, wrapped)
        row = len(lines) + 3
        sheet.write_string(row, 0, self._words("sheet-guide-list"), self._head)
        sheet.write_string(row, 1, self._words("sheet-guide-count"), self._head)
        for name, count in self.counts.items():
            row += 1
            sheet.write_string(row, 0, name, self._cell)
            sheet.write_number(row, 1, count, self._cell)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)

    def _sheet(self, name: str, rows: Iterable[Mapping[str, str]]) -> int:
        sheet = self._book.add_worksheet(name)
        sheet.set_default_row(_ROW_HEIGHT)
        sheet.set_row(0, _HEAD_HEIGHT)
        for place, column in enumerate(COLUMNS):
            options = {"hidden": 1} if column.width is None else {}
            sheet.set_column(place, place, column.width or 12, None, options)
            look = self._asked_head if column.is_asked else self._head
            sheet.write_string(0, place, self._words(f"sheet-{column.key}"), look)
        count = 0
        for count, row in enumerate(rows, 1):
            self._row(sheet, count, row)
        self._finish(sheet, count)
        return count

    def _row(self, sheet: Worksheet, number: int, row: Mapping[str, str]) -> None:
        for place, column in enumerate(COLUMNS):
            value = row[column.key]
            look = self._asked if column.is_asked else self._cell
            if column.key == "severity":
                look = self._tints.get(value, look)
            is_link = column.key == "url" and _is_link(value)
            if is_link and self._links < MOST_LINKS:
                self._links += 1
                sheet.write_url(number, place, value, self._link, value)
            elif value:
                sheet.write_string(number, place, value, look)
            else:
                sheet.write_blank(number, place, None, look)

    def _finish(self, sheet: Worksheet, count: int) -> None:
        words = [self._words(f"answer-{answer}") for answer in ANSWERS]
        place = _KEYS.index("answer")
        told = self._words("sheet-choice", words="、".join(words))
        sheet.data_validation(
            1,
            place,
            count,
            place,
            {
                "validate": "list",
                "source": words,
                "error_title": self._words("sheet-answer"),
                "error_message": told,
            },
        )
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


def _is_link(url: str) -> bool:
    """Tell whether an address is a plain one: all others stay words."""
    return _LINKED.fullmatch(url) is not None
