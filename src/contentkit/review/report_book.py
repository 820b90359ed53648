"""The report as a workbook: the same facts as rows, and every finding.

Texts of pages are strings, never formulas or links; the same facts give the same bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import chain, islice

import xlsxwriter

from contentkit.bundle.report_html import visible
from contentkit.findings import codes, explain
from contentkit.models import Finding
from contentkit.resources import read_codelist
from contentkit.review.report_facts import Facts
from contentkit.review.words import Words

_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_MOST_CHARS = 32_000  # a cell holds 32,767
_WIDTHS = {"report-url": 48, "report-finding": 56, "report-document": 40}
_WIDTH = 16
_EPOCH = "2000-01-01"  # the date of a workbook about nothing captured
_NO_XML = re.compile("[\ufffe\uffff]")
_Cell = str | int | float | None
_Table = tuple[str, Sequence[str], Iterable[Sequence[_Cell]]]


def write_book(facts: Facts, words: Words) -> bytes:
    """Return the workbook."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": True,
            "in_memory": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # the day of the archive, not of the clock
    created = datetime.fromisoformat(facts.captured[:10] or _EPOCH)
    book.set_properties({"created": created, "title": words("report-title")})
    head = book.add_format({"bold": True, "bg_color": "#E8ECF1", "bottom": 1})
    cell = book.add_format({"valign": "top"})
    for name, heads, rows in _tables(facts, words):
        _add(book, (name, heads, rows), (head, cell), words)
    book.close()
    return buffer.getvalue()


def _add(
    book: xlsxwriter.Workbook,
    made: _Table,
    formats: tuple[xlsxwriter.format.Format, xlsxwriter.format.Format],
    words: Words,
) -> None:
    """Add a table as a sheet, or as several where one cannot hold it."""
    name, heads, rows = made
    left = iter(rows)
    number = 1
    while True:
        part = list(islice(left, 1))
        if not part and number > 1:
            return
        title = words(name) if number == 1 else f"{words(name)} {number}"
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
        for place, key in enumerate(heads):
            sheet.set_column(place, place, _WIDTHS.get(key, _WIDTH))
        sheet.freeze_panes(1, 0)
        for place, key in enumerate(heads):
            sheet.write_string(0, place, words(key), formats[0])
        line = 0
        for row in chain(part, islice(left, _MOST_ROWS - 1)):
            line += 1
            _write(sheet, line, row, formats[1])
        sheet.autofilter(0, 0, max(line, 1), len(heads) - 1)
        number += 1


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    row: Sequence[_Cell],
    form: xlsxwriter.format.Format,
) -> None:
    for place, value in enumerate(row):
        if isinstance(value, str):
            shown = _NO_XML.sub("\ufffd", visible(value))[:_MOST_CHARS]
            sheet.write_string(line, place, shown, form)
        elif value is not None:
            sheet.write_number(line, place, value, form)


def _tables(facts: Facts, words: Words) -> Iterator[_Table]:
    yield from _work_tables(facts, words)
    yield from _chart_tables(facts, words)
    yield from _engineer_tables(facts, words)


def _work_tables(facts: Facts, words: Words) -> Iterator[_Table]:
    yield (
        "report-nav-summary",
        ("report-fate", "report-urls"),
        _summary(facts, words),
    )
    yield (
        "report-worklists",
        (
            *("report-weight", "report-severity", "report-rule", "report-finding"),
            *("report-count", "report-open", "report-remedy"),
        ),
        _groups(facts, words),
    )
    yield (
        "report-rows",
        (
            *("report-severity", "report-rule", "report-finding", "report-document"),
            *("report-url", "report-quote", "report-proposal", "report-field"),
            *("report-legacy", "report-issuer", "report-decision", "report-subject"),
        ),
        _rows(facts, words),
    )


def _chart_tables(facts: Facts, words: Words) -> Iterator[_Table]:
    yield (
        "report-flow-sheet",
        ("report-legacy", "report-platform", "report-fate", "report-urls"),
        ((f.legacy, f.platform, _fate(f.fate, words), f.urls) for f in facts.flows),
    )
    yield (
        "report-years-sheet",
        ("report-year", "report-platform", "report-count"),
        ((year or None, name, count) for (year, name), count in facts.years.items()),
    )
    yield (
        "report-article20-sheet",
        ("report-item", "report-finding", "report-year", "report-count"),
        _items(facts, words),
    )
    yield (
        "report-validity-sheet",
        (
            *("report-year", "report-in-force", "report-unknown"),
            *("report-repealed", "report-lapsed"),
        ),
        ((y.year, y.in_force, y.unknown, y.repealed, y.lapsed) for y in facts.validity),
    )
    yield (
        "report-pairs-sheet",
        ("report-legacy", "report-legacy", "report-count"),
        ((a, b, count) for (a, b), count in facts.pairs.items()),
    )
    yield (
        "report-graph",
        ("report-document", "report-rule", "report-document", "report-quote"),
        _edges(facts, words),
    )


def _engineer_tables(facts: Facts, words: Words) -> Iterator[_Table]:
    yield (
        "report-hosts",
        (
            *("report-host", "report-urls", "report-captured-urls"),
            *("report-failed-urls", "report-bytes", "report-interval"),
        ),
        (
            (h.host, h.urls, h.captured, h.failed, h.bytes, h.interval)
            for h in facts.hosts
        ),
    )
    yield (
        "report-failed",
        ("report-url", "report-reason", "report-found-on"),
        ((u.url, words.reason(u.reason), u.found_on) for u in facts.unfetched),
    )


def _summary(facts: Facts, words: Words) -> Iterator[Sequence[_Cell]]:
    yield words("report-discovered"), facts.discovered
    for row in read_codelist("fates"):
        yield words.of("fates", row["code"]), facts.fates.get(row["code"], 0)
    if facts.fates.get(""):
        yield words("report-undetermined"), facts.fates[""]
    yield words("report-documents"), facts.documents
    yield words("report-to-decide"), facts.to_decide
    yield words("report-decided"), facts.decided


def _groups(facts: Facts, words: Words) -> Iterator[Sequence[_Cell]]:
    for group in facts.groups:
        code = codes()[group.code]
        yield (
            code.weight,
            words(f"report-{code.severity}"),
            code.code,
            explain(Finding(code=code.code), words.lang),
            group.count,
            group.to_decide,
            code.remedy_zh if words.lang == "zh" else code.remedy_en,
        )


def _rows(facts: Facts, words: Words) -> Iterator[Sequence[_Cell]]:
    for row in facts.rows:
        yield (
            words(f"report-{codes()[row.code].severity}"),
            row.code,
            row.told,
            row.title,
            row.url,
            row.quote,
            row.proposal,
            row.field,
            row.column,
            row.issuer,
            words(f"report-decision-{row.decision}"),
            row.subject,
        )


def _items(facts: Facts, words: Words) -> Iterator[Sequence[_Cell]]:
    for row in read_codelist("article20"):
        code = row["code"]
        counts = {year: n for (held, year), n in facts.items.items() if held == code}
        for year, count in sorted(counts.items()):
            yield code, row["name"], year or None, count
        if not counts:
            yield code, row["name"], words("report-missing"), 0


def _edges(facts: Facts, words: Words) -> Iterator[Sequence[_Cell]]:
    titles = {
        node.id: f"{node.title} {node.doc_number}".strip() for node in facts.nodes
    }
    for edge in facts.edges:
        kind = words(f"report-edge-{edge.type}")
        yield titles[edge.source], kind, titles[edge.target], edge.quote


def _fate(fate: str, words: Words) -> str:
    return words.of("fates", fate) if fate else words("report-undetermined")
