"""Rules that compare the pages of a site: DATE-03, META-05, times of twelve hours.

A caller hands over sorted rows and gets back which document or page a finding is about.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import NamedTuple

from contentkit.models import Finding
from contentkit.resources import read_codelist

_SITE_CODE = re.compile(r"[0-9]{10}|bm[0-9]{8}")
_HOUR = slice(11, 13)


class Dated(NamedTuple):
    """A document with both dates; `published_at` as the document has it."""

    published_at: str
    written_on: str
    document: str


class Timed(NamedTuple):
    """A document whose time of publication stood in the tag of a page's template."""

    template: str
    published_at: str
    document: str


class CodedPages(NamedTuple):
    """A SiteIDCode, how many pages have it, and the first of them."""

    code: str
    pages: int
    first: str


def check_bulk_dates(rows: Iterable[Dated]) -> Iterator[tuple[str, Finding]]:
    """Yield DATE-03 for documents that were published at one time, long after writing.

    `rows` are sorted by `published_at`. Many documents of different days that share
    one time were loaded in bulk, and their date is not the one of first publication.
    """
    limits = thresholds("DATE-03")
    for published, group in groupby(rows, key=lambda row: row.published_at):
        late = [row for row in group if _days_late(row) > limits["days-late"]]
        days = sorted({row.written_on for row in late})
        if len(late) < limits["documents"] or len(days) < limits["dates"]:
            continue
        data = {
            "published": published,
            "count": len(late),
            "first": days[0],
            "last": days[-1],
        }
        for row in late:
            finding = Finding(code="DATE-03", field="published_at", data=data)
            yield row.document, finding


def check_clock(rows: Iterable[Timed]) -> Iterator[tuple[str, Finding]]:
    """Yield `pubdate-12-hours` for times that a template prints without afternoons.

    `rows` are sorted by `template`. Where no time is later than 12:59 and many are at
    night, the template prints `hh` for `HH`: 03:20 may be 15:20. Nothing is changed.
    """
    limits = thresholds("pubdate-12-hours")
    for _, group in groupby(rows, key=lambda row: row.template):
        timed = latest = 0
        night: list[Timed] = []
        for row in group:  # one at a time: a template may have all pages of a site
            timed += 1
            latest = max(latest, hour := int(row.published_at[_HOUR]))
            if latest > 12:
                break
            if 0 < hour < 7:
                night.append(row)
        if timed < limits["documents"] or latest > 12:
            continue
        if 100 * len(night) < limits["share-at-night"] * timed:
            continue
        for row in night:
            time = row.published_at[11:16]
            data = {"time": time, "count": timed, "other": _afternoon(time)}
            yield (
                row.document,
                Finding(
                    code="pubdate-12-hours", field="published_at", quote=time, data=data
                ),
            )


def check_site_codes(codes: Sequence[CodedPages]) -> Iterator[tuple[str, Finding]]:
    """Yield META-05 for each SiteIDCode of another form, or other than most pages have.

    Told on the first page with the code. With two codes on equally many pages neither
    is the right one: both are told.
    """
    most = max((row.pages for row in codes), default=0)
    leading = [row.code for row in codes if row.pages == most]
    for row in codes:
        why, why_zh = "", ""
        if not _SITE_CODE.fullmatch(row.code):
            why, why_zh = (
                "has another form",
                "形式不符（应为 10 位数字，或 bm 加 8 位数字）",
            )
        elif leading != [row.code]:
            others = "、".join(code for code in leading if code != row.code)
            why, why_zh = f"differs from {others}", f"与其他网页的 {others} 不一致"
        if why:
            data = {"site_code": row.code, "pages": row.pages, "why": why}
            data |= {"why_zh": why_zh}
            yield row.first, Finding(code="META-05", quote=row.code, data=data)


@cache
def thresholds(rule: str) -> Mapping[str, int]:
    """Return the thresholds of a rule by name (codelists/rule-thresholds.csv)."""
    return {
        row["name"]: int(row["value"])
        for row in read_codelist("rule-thresholds")
        if row["rule"] == rule
    }


def _days_late(row: Dated) -> int:
    try:
        published = date.fromisoformat(row.published_at[:10])
        return (published - date.fromisoformat(row.written_on[:10])).days
    except ValueError:
        return 0  # the schema told it


def _afternoon(time: str) -> str:
    return f"{int(time[:2]) + 12}{time[2:]}"
