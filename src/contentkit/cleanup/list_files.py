"""The lists of a clean-up round as files: one spreadsheet, one page.

Both hold the same; every text of a page is inert in them: no formula, no link that runs,
no markup. The same lists give the same bytes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from contentkit.bundle.report_html import isolated, link, page, table, text
from contentkit.cleanup.annual import AnnualCounts
from contentkit.cleanup.lists import NAMES, CleanupLists, ListRow, Part, note_of

_HEADS = (
    ("序号", 6),
    ("文件名称", 58),
    ("发文字号", 22),
    ("制定机关", 24),
    ("成文日期", 12),
    ("施行日期", 12),
    ("{end}", 12),
    ("依据与说明", 46),
    ("原网址", 40),
)
_ENDS = {Part.REPEAL: "废止日期", Part.LAPSE: "失效日期"}
_END = "有效期至"
_UNBROKEN = (0, 4, 5, 6)  # columns of numbers and days
_ANNUAL = (
    "年度",
    "类别",
    "制发件数",
    "废止件数",
    "期满失效件数",
    "现行有效件数",
    "待核实件数",
)
_MOST_CHARS = 32_000  # a cell of a workbook holds 32,767
# what XML cannot hold, and signs that would turn the writing of a cell around
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_Cell = str | int


def write_xlsx(lists: CleanupLists, annual: AnnualCounts) -> bytes:
    """Return a workbook: an overview, a sheet a list, the counts of the years."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # the day of the round, not of the clock: the same lists give the same bytes
    book.set_properties({"created": datetime.fromisoformat(lists.as_of)})
    sheets = _Sheets(book)
    sheets.add("汇总", (("项目", 28), ("件数", 12)), list(_overview(lists)))
    for part, rows in lists.parts.items():
        heads = [
            (name.format(end=_ENDS.get(part, _END)), width) for name, width in _HEADS
        ]
        cells = [_cells(place, row, part) for place, row in enumerate(rows, 1)]
        sheets.add(NAMES[part], heads, cells)
    years = [_year_cells(annual, place) for place in range(len(annual.years))]
    sheets.add("年度统计", [(name, 14) for name in _ANNUAL], years)
    book.close()
    return buffer.getvalue()


class _Sheets:
    """Adds sheets that are ready to be filtered and printed."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {
            "font_name": "宋体",
            "font_size": 11,
            "valign": "top",
            "text_wrap": True,
        }
        self._cell = book.add_format({**base, "border": 1})
        self._head = book.add_format(
            {
                **base,
                "border": 1,
                "bold": True,
                "align": "center",
                "bg_color": "#E8ECF1",
            }
        )

    def add(
        self,
        name: str,
        heads: Sequence[tuple[str, int]],
        rows: Sequence[Sequence[_Cell]],
    ) -> None:
        """Add a sheet with a frozen header, a filter and a width for each column."""
        sheet = self._book.add_worksheet(name)
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self._head)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(line, column, value, self._cell)
                else:
                    sheet.write_string(line, column, _plain(value), self._cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C第 &P 页，共 &N 页")


def write_html(lists: CleanupLists, annual: AnnualCounts) -> str:
    """Return one self-contained page of the lists, in Chinese, fit to be printed."""
    title = f"{lists.issuer or '本站'}行政规范性文件清理目录"
    parts = [
        f"<h1>{text(title)}</h1>",
        f'<p class="soft">截至 {text(lists.as_of)}，清理范围内文件共 {lists.total} 件。</p>',
        f'<p class="{"good" if lists.is_complete else "bad"}">{_verdict(lists)}</p>',
        "<h2>汇总</h2>",
        table(
            ("项目", "n:件数"),
            ([text(name), str(count)] for name, count in _overview(lists)),
        ),
    ]
    for part, rows in lists.parts.items():
        parts.append(f"<h2>{NAMES[part]}（{len(rows)} 件）</h2>")
        if rows:
            parts.append(_html_list(part, rows))
        else:
            parts.append('<p class="soft">无。</p>')
    parts.append("<h2>年度统计</h2>")
    parts.append(
        table(
            [_ANNUAL[0], _ANNUAL[1], *(f"n:{name}" for name in _ANNUAL[2:])],
            (
                [text(cell) for cell in _year_cells(annual, place)]
                for place in range(len(annual.years))
            ),
        )
    )
    parts.append(f'<p class="soft">{text(_annual_note(annual))}</p>')
    return page(title, "\n".join(parts), lang="zh-CN")


def _html_list(part: Part, rows: Sequence[ListRow]) -> str:
    heads = [name.format(end=_ENDS.get(part, _END)) for name, _ in _HEADS[:-1]]
    for column in _UNBROKEN:
        heads[column] = f"n:{heads[column]}"
    heads[1] = f"b:{heads[1]}"
    body = []
    for place, row in enumerate(rows, 1):
        cells = [isolated(cell) for cell in _cells(place, row, part)[:-1]]
        cells[1] = link(row.url, row.title)
        body.append(cells)
    return table(heads, body)


def _verdict(lists: CleanupLists) -> str:
    if lists.is_complete:
        return "四类目录已涵盖清理范围内的全部文件，互不重复。"
    count = len(lists.parts[Part.UNDECIDED])
    return f"尚有 {count} 件待核实，核定后方可公布。"


def _overview(lists: CleanupLists) -> Iterator[tuple[str, int]]:
    for part, count in lists.counts.items():
        yield NAMES[part], count
    yield "清理范围内合计", lists.total
    if lists.unmarked:
        yield "其中：页面未标明是否为规范性文件", lists.unmarked
    for reason, count in lists.excluded.items():
        yield f"不在清理范围：{reason}", count


def _cells(place: int, row: ListRow, part: Part) -> list[_Cell]:
    end = row.gone_since if part in _ENDS else row.expires_on
    return [
        place,
        row.title,
        row.doc_number or "",
        row.issuer or "",
        row.written_on or "",
        row.effective_on or "",
        end or "",
        note_of(row),
        row.url,
    ]


def _year_cells(annual: AnnualCounts, place: int) -> list[_Cell]:
    row = annual.years[place]
    counts = (row.issued, row.repealed, row.lapsed, row.in_force, row.unknown)
    return [f"{row.year}年", row.kind, *counts]


def _annual_note(annual: AnnualCounts) -> str:
    note = f"现行有效件数为当年年末数，最后一年截至 {annual.as_of}。"
    if annual.undated:
        note += f"另有 {annual.undated} 件无成文、发布日期，未计入各年。"
    if annual.endless:
        note += f"有 {annual.endless} 件已废止或失效而日期不明，未计入废止、失效件数。"
    return note


def _plain(value: str) -> str:
    """Return a text that a workbook can hold, its end marked where it is cut."""
    value = _UNSHOWN.sub("\ufffd", value)
    return value if len(value) <= _MOST_CHARS else value[:_MOST_CHARS] + "……"
