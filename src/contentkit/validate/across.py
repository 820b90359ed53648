"""Rules that compare the pages of a site: DATE-03, META-01, META-05, times of twelve hours.

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


class Lacking(NamedTuple):
    """Standard meta tags joined by 、 that so many pages of one kind lack; "" for none."""

    kind: str
    tags: str
    pages: int


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


def common_tags(rows: Sequence[Lacking], kind: str) -> dict[str, int]:
    """Return the tags that more than half of the pages of a kind lack, with their number.

    That is one fault of a template, not one of each page.
    """
    mine = [row for row in rows if row.kind == kind]
    total = sum(row.pages for row in mine)
    counts: dict[str, int] = {}
    for row in mine:
        for tag in filter(None, row.tags.split("、")):
            counts[tag] = counts.get(tag, 0) + row.pages
    known = [row["tag"] for row in read_codelist("meta-tags")]
    return {tag: counts[tag] for tag in known if 2 * counts.get(tag, 0) > total}


def missing_tags(tags: Iterable[str], kind: str, pages: int = 1) -> Finding:
    """Return META-01 on one page, or on so many of them."""
    page, page_zh = TAGGED[kind]
    data: dict[str, str | int] = {
        "missing": "、".join(tags),
        "page": page,
        "page_zh": page_zh,
    }
    if pages > 1:
        data["page_zh"] = f"全站 {pages} 个{page_zh}"
        data["page"] = f"{page}, on {pages} pages of the site,"
        data |= {"pages": pages, "subject": page}
    return Finding(code="META-01", data=data)


TAGGED = {
    "home": ("home", "首页"),
    "list": ("column", "栏目页"),
    "article": ("article", "文章页"),
}
"""The kinds of pages that must have standard tags, and their names."""


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
