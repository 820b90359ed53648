"""Measure the spreadsheet round trip: write the worklists, read them back, decide.

    python benchmarks/worklists.py [--findings N]

A ledger of N findings about N documents, a tenth of N and N itself, each step in a
process of its own: CPU seconds and the most memory it held. Peers write and read the
very same cells with openpyxl in its modes of constant memory.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.cell import WriteOnlyCell
from spaces import scratch, table, versions

from contentkit.models import Finding
from contentkit.review.workbook_import import import_workbook
from contentkit.review.workbook_layout import COLUMNS
from contentkit.review.workbook_read import Reading, read_rows
from contentkit.review.workbook_write import write_workbook
from contentkit.stages.finding_rows import finding_row, insert_rows
from contentkit.workspace import Settings, Workspace

NOW = "2026-01-02T03:04:05+08:00"
STEPS = (
    "write",
    "write with openpyxl",
    "read with openpyxl",
    "import, nothing filled in",
    "import, all filled in",
    "import again",
)


def make_space(folder: Path, count: int) -> Path:
    """Fill a ledger with findings of three families."""
    settings = Settings(profile="auto", recipe="auto", base_url="http://e.cn/")
    with Workspace.create(folder, settings) as workspace, workspace.transaction():
        workspace.conn.executemany(
            "INSERT INTO urls (id, url, host, found_as) VALUES (?, ?, 'e.cn', 'seed')",
            ((n, url_of(n)) for n in range(1, count + 1)),
        )
        insert_rows(workspace.conn, "cleanup", make_findings(count))
    return folder


def url_of(number: int) -> str:
    """Return the address of a page."""
    return f"http://e.cn/zwgk/2020/art_{number:07}.html"


def make_findings(count: int) -> Iterator[tuple[int, list[object]]]:
    """Yield a finding a page: of numbers, of terms, of expressions."""
    for number in range(1, count + 1):
        code = ("NUM-BRACKET", "VAL-APPROX", "EXP-OLDNAME")[number % 3]
        finding = Finding(
            code=code,
            field="body_text",
            quote=f"根据江政[2020]{number}号文件的有关规定，制定本办法。",
            proposal=f"江政〔2020〕{number}号",
            data={"raw": f"江政[2020]{number}号", "text": "旧称", "date": "2018-03-01"},
        )
        yield number, finding_row(url_of(number), finding.to_json())


def write_peer(source: Path, path: Path) -> None:
    """Write the cells of a workbook with openpyxl, text as text."""
    book = openpyxl.Workbook(write_only=True)
    sheets: dict[str, object] = {}
    for row in read_rows(source, Reading(), lang="zh"):
        sheet = sheets.get(row.sheet) or book.create_sheet(row.sheet)
        sheets[row.sheet] = sheet
        cells = [WriteOnlyCell(sheet) for _ in COLUMNS]
        for cell, column in zip(cells, COLUMNS, strict=True):
            cell.value = row.cells[column.key]
            cell.data_type = "s"
            cell.number_format = "@"
        sheet.append(cells)
    book.save(path)


def fill_in(source: Path, path: Path) -> None:
    """Copy a workbook with an answer in each row."""
    heads = [column.key for column in COLUMNS]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheets: dict[str, object] = {}
        book_in = openpyxl.load_workbook(source, read_only=True)
        for name in book_in.sheetnames[1:]:
            sheet = sheets.setdefault(name, book.add_worksheet(name))
            for number, row in enumerate(book_in[name].iter_rows(values_only=True)):
                values = list(row)
                if number:
                    values[heads.index("answer")] = "通过"
                for column, value in enumerate(values):
                    sheet.write_string(number, column, value or "")


def step(name: str, folder: Path) -> None:
    """Do one step; print its CPU seconds and its peak memory in MB."""
    book, filled = folder / "a.xlsx", folder / "filled.xlsx"
    peer = folder / "peer.xlsx"
    with Workspace(folder / "space") as workspace:
        floor = 0.0
        if name == "write with openpyxl":  # reading the cells is no part of it
            start = time.process_time()
            for _ in read_rows(book, Reading(), lang="zh"):
                pass
            floor = time.process_time() - start
        start = time.process_time()
        if name == "write":
            write_workbook(workspace, book, wanted={}, lang="zh")
        elif name == "write with openpyxl":
            write_peer(book, peer)
        elif name == "read with openpyxl":
            for sheet in openpyxl.load_workbook(book, read_only=True):
                for _ in sheet.iter_rows(values_only=True):
                    pass
        elif name == "import, nothing filled in":
            import_workbook(workspace, book, author="王", lang="zh", now=NOW)
        else:
            import_workbook(workspace, filled, author="王", lang="zh", now=NOW)
        spent = time.process_time() - start - floor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.2f} {peak:.0f}")


def measure(count: int) -> Iterator[Sequence[str]]:
    """Yield a row of figures a step."""
    with scratch() as folder:
        make_space(folder / "space", count)
        for name in STEPS:
            if name == "import, all filled in":
                fill_in(folder / "a.xlsx", folder / "filled.xlsx")
            done = subprocess.run(
                [sys.executable, __file__, "--step", name, "--folder", str(folder)],
                capture_output=True,
                text=True,
                check=True,
            )
            spent, peak = done.stdout.split()
            size = (folder / "a.xlsx").stat().st_size / 1e6
            yield (
                f"{count:,}",
                name,
                spent,
                peak,
                f"{size:.1f}" if name == "write" else "–",
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--step")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        step(options.step, options.folder)
        return
    print(versions("xlsxwriter", "python-calamine", "openpyxl") + "\n")
    rows = [*measure(options.findings // 10), *measure(options.findings)]
    table(("findings", "step", "CPU s", "peak MB", "file MB"), rows)


if __name__ == "__main__":
    main()
