"""Measure the report: seconds and bytes, and how fast its worklist answers in Chromium.

    python benchmarks/report.py [--documents N] [--workspace DIR]

The workspace is the sample site after one `run`, or one that is given. The floor is what
any report has to do: read every finding and write it as JSON lines. Seconds are CPU
seconds of one process; the milliseconds of Chromium (left out where Playwright or
chromium is absent) are wall time from a file on the disk, medians of 20.
"""

import argparse
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import orjson
from spaces import contentkit, scratch, table, versions

from contentkit.review.report_book import write_book
from contentkit.review.report_page import render_report
from contentkit.review.report_queries import read_facts
from contentkit.review.words import Words
from contentkit.samplesite import write_site
from contentkit.workspace import Workspace
from contentkit.workspace.queries import iter_findings

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

ROUNDS = 20
_FILTER = """(code) => {
  const before = performance.now();
  const select = document.getElementById("code");
  select.value = code;
  select.dispatchEvent(new Event("change"));
  document.body.getBoundingClientRect();
  return performance.now() - before;
}"""


def make_space(folder: Path, documents: int) -> Path:
    """Run the sample site to a bundle and return its workspace."""
    site, space = folder / "site", folder / "space"
    write_site(site, documents=documents)
    contentkit("init", space, "--profile", "sample", "--recipe", "sample")
    contentkit("-w", space, "run", "--from-mirror", site / "site")
    return space


def dump_findings(workspace: Workspace) -> bytes:
    """Return every finding as a line of JSON."""
    wanted = {"code": None, "severity": None, "url": None}
    rows = iter_findings(workspace, wanted, lang="zh")
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def browse(path: Path, codes: list[str]) -> list[tuple[str, str]]:
    """Return milliseconds until the worklist stands, and of a filter."""
    chromium = shutil.which("chromium")
    if chromium is None or sync_playwright is None:
        return []
    opened: list[float] = []
    with sync_playwright() as tools:
        browser: Any = tools.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        for _ in range(ROUNDS):
            page = browser.new_page()
            start = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("#rows tbody tr")
            opened.append(1000 * (time.perf_counter() - start))
            filtered = [
                page.evaluate(_FILTER, codes[n % len(codes)]) for n in range(ROUNDS)
            ]
            page.close()
        browser.close()
    return [
        ("open until the list stands, ms", f"{statistics.median(opened):.0f}"),
        ("filter by rule, ms", f"{statistics.median(filtered):.0f}"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--workspace", type=Path)
    options = parser.parse_args()
    with scratch() as folder:
        space = options.workspace or make_space(folder, options.documents)
        words = Words("zh")
        with Workspace(space) as workspace:
            marks = [time.process_time()]
            floor = dump_findings(workspace)
            marks.append(time.process_time())
            facts = read_facts(workspace, words, as_of=None)
            marks.append(time.process_time())
            page = render_report(facts, words).encode()
            marks.append(time.process_time())
            book = write_book(facts, words)
            marks.append(time.process_time())
        path = folder / "report.html"
        path.write_bytes(page)
        browsed = browse(path, [group.code for group in facts.groups])
    lowest = marks[1] - marks[0]
    print(
        f"{facts.documents:,} documents, {len(facts.rows):,} findings, "
        f"{facts.discovered:,} URLs; {versions('xlsxwriter')}\n"
    )
    names = ("floor: findings as JSON lines", "read the facts", "HTML", "XLSX")
    sizes = (len(floor), None, len(page), len(book))
    rows = [
        (
            name,
            f"{after - before:.2f}",
            f"{(after - before) / lowest:.1f}",
            "–" if size is None else f"{size / 1e6:.2f}",
        )
        for name, before, after, size in zip(
            names, marks, marks[1:], sizes, strict=False
        )
    ]
    table(("step", "CPU s", "of the floor", "MB"), rows)
    if browsed:
        print()
        table(("in Chromium, from the disk", "median of 20"), browsed)


if __name__ == "__main__":
    main()
