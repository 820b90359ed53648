"""A workspace with findings to decide on, its worklists as a workbook, an editor."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from contentkit.models import Finding
from contentkit.review.workbook_layout import headers
from contentkit.review.workbook_write import write_workbook
from contentkit.stages.finding_rows import replace_findings
from contentkit.text import fold
from contentkit.workspace import Settings, Workspace

PAIR = ["0a000000-0000-5000-8000-000000000001", "0b000000-0000-5000-8000-000000000002"]
HOSTILE = (
    '=HYPERLINK("http://x.example/","点我")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "<script>alert(1)</script>&amp;",
    "_x0041_ _x000D_",
    "a\rb\r\nc\u2028d",
    "\u202e文号\u202c\u0007",
    "' 前导",
    "长" * 40_000,
    "1234567890123456789",
    "2020-01-02",
    "1E5",
    "  首尾空格　",
)


def page_url(number: int) -> str:
    return f"http://e.cn/{number}.html"


@pytest.fixture
def worklists(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a number finding, a date finding and a hostile one on each page."""
    settings = Settings(profile="auto", recipe="auto", base_url="http://e.cn/")
    with Workspace.create(tmp_path / "space", settings) as workspace:
        for number in range(1, len(HOSTILE) + 1):
            workspace.conn.execute(
                "INSERT INTO urls (id, url, host, found_as) VALUES (?, ?, 'e.cn', 'seed')",
                [number, page_url(number)],
            )
            _find_again(workspace, number)
        yield workspace


def _find_again(workspace: Workspace, number: int, **data: str) -> None:
    text = HOSTILE[number - 1]
    found = [
        Finding(
            code="NUM-BRACKET",
            field="doc_number",
            quote=f"[2020]{number}号",
            proposal=f"江政〔2020〕{number}号",
            data={"raw": f"江政[2020]{number}号", **data},
        ),
        Finding(
            code="VAL-APPROX", field="policy.expires_on", quote=text, proposal=text
        ),
    ]
    if number == 1:
        pair = {"pair": PAIR, "title": "另一份", "similarity": "0.950"}
        found.append(Finding(code="DUP-NEAR", data=pair))
    replace_findings(
        workspace.conn, "cleanup", number, [finding.to_json() for finding in found]
    )


@pytest.fixture
def book(worklists: Workspace, tmp_path: Path) -> Path:
    path = tmp_path / "待办.xlsx"
    write_workbook(worklists, path, wanted={}, lang="zh")
    return path


class Editor:
    """Types into workbooks with another program than wrote them."""

    hostile = HOSTILE
    url = staticmethod(page_url)
    find_again = staticmethod(_find_again)

    @staticmethod
    def heads(sheet: Worksheet) -> dict[str, int]:
        """Return the column, from 1, of each key."""
        known = headers()
        return {known[fold(cell.value)]: cell.column for cell in sheet[1] if cell.value}

    @classmethod
    def row(cls, sheet: Worksheet, number: int) -> int:
        """Return the row of a page."""
        column = cls.heads(sheet)["url"]
        rows = range(2, sheet.max_row + 1)
        return next(r for r in rows if sheet.cell(r, column).value == page_url(number))

    @classmethod
    def fill(cls, path: Path, name: str, number: int, **cells: object) -> None:
        """Type into the row of a page."""
        book = openpyxl.load_workbook(path)
        row = cls.row(book[name], number)
        for key, value in cells.items():
            cell = book[name].cell(row, cls.heads(book[name])[key])
            cell.value = value
            if isinstance(value, str) and value[:1] != "#":  # no formula: a text cell
                cell.data_type = "s"
        book.save(path)


@pytest.fixture
def editor() -> type[Editor]:
    return Editor
