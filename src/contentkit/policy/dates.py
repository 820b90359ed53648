"""Dates in running text: folded, with the dirt that scans and typists leave in them.

`contentkit.normalize.dates` reads a field that holds a date; here the date stands in a
sentence, may be a month or a year only, and a damaged one is told instead of dropped.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contentkit.errors import ParseError

_ZERO = "〇○◯零OoΟО"
_HAN = f"{_ZERO}一二三四五六七八九"
_DIRT = "lIO|"  # letters that scans and typists put for digits
_YEAR = f"(?:[0-9]{{4}}|[12][0-9{_DIRT}]{{3}}|[一二][{_HAN}0-9]{{3}})"
_DATE = re.compile(
    f"(?<![0-9{_HAN}])(?:(?P<y>{_YEAR})年(?:度"
    f"|(?P<m>[0-9{_DIRT}]{{1,2}}|[元一二三四五六七八九十]{{1,2}})月份?"
    f"(?:(?P<d>[0-9{_DIRT}]{{1,2}}|[一二三四五六七八九十廿卅]{{1,3}})(?P<sign>[日号月])"
    "|(?P<part>底|末))?|(?P<close>年?底|末))?"
    r"|(?P<ny>(?:19|20)[0-9]{2})(?P<sep>[-./])(?P<nm>[0-9]{1,2})(?P=sep)"
    r"(?P<nd>[0-9]{1,2})(?![0-9]|(?P=sep)[0-9]))"
)
_DIGITS = {ord(sign): "0" for sign in _ZERO} | {ord(x): "1" for x in "lI|"}
_DIGITS |= {ord(sign): str(n) for n, sign in enumerate("一二三四五六七八九", 1)}
_UNITS = {sign: n for n, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_SAME_YEAR = re.compile(
    "(?P<which>同年|当年|次年|翌年)?(?P<m>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月"
    "(?P<d>[0-9]{1,2}|[一二三四五六七八九十廿卅]{1,3})[日号]"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date at the folded `start:end`; `first` and `last` day it may mean.

    Both are None where no such day exists. `defects` are impossible, ocr, mixed.
    """

    start: int
    end: int
    first: str | None
    last: str | None
    is_day: bool
    defects: tuple[str, ...] = ()


def find_dates(
    text: str, start: int = 0, end: int | None = None
) -> Iterator[FoundDate]:
    """Yield the dates of a stretch of a folded text, from left to right.

    >>> text = "自1995年8月l日起,至2025年2月底;2021年2月30日"
    >>> [(x.first, x.last, x.defects) for x in find_dates(text)][:2]
    [('1995-08-01', '1995-08-01', ('ocr',)), ('2025-02-28', '2025-02-28', ())]
    >>> [(x.first, x.defects) for x in find_dates(text)][2:]
    [(None, ('impossible',))]
    """
    stop = len(text) if end is None else end
    for match in _DATE.finditer(text, start, stop):
        found = _read(match)
        if found:
            yield found


def date_without_year(text: str, place: int, first: str) -> FoundDate | None:
    """Return the date at `place` that takes its year from the day `first` before it.

    >>> found = date_without_year("至10月31日", 1, "2021-05-01")
    >>> found.last, date_without_year("次年4月30日", 0, "2021-05-01").last
    ('2021-10-31', '2022-04-30')
    """
    match = _SAME_YEAR.match(text, place)
    if match is None:
        return None
    year = int(first[:4]) + (match["which"] in {"次年", "翌年"})
    day, _ = _days(year, match["m"], match["d"])
    if day is None or day < first:
        return None
    return FoundDate(
        start=match.start(), end=match.end(), first=day, last=day, is_day=True
    )


def han_number(text: str) -> int:
    """Return 5, 12, 20, 36 for 5, 十二, 二十, 三十六; 0 for a text that is no number.

    >>> [han_number(x) for x in ("5", "十二", "二十", "三十六", "两", "十五五", "元")]
    [5, 12, 20, 36, 2, 0, 1]
    """
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    for sign, tens in _TENS.items():
        before, found, after = text.partition(sign)
        if found:
            first = _UNITS.get(before, 0) if before else 1
            second = _UNITS.get(after, 0)
            if not first or (after and not second):
                return 0
            return first * tens + second
    return _UNITS.get(text, 0)


def last_day(first: str, *, months: int = 0, days: int = 0) -> str:
    """Return the last day of a term that begins on `first` and counts that day.

    The day before the anniversary; where the last month has no such day, its end
    (民法典 Art. 202). Raises `ParseError` where the term passes the calendar.

    >>> last_day("2019-07-01", months=60), last_day("2020-02-29", months=12)
    ('2024-06-30', '2021-02-28')
    >>> last_day("2020-01-01", days=30)
    '2020-01-30'
    """
    begin = date.fromisoformat(first)
    count = begin.year * 12 + begin.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if year > _LAST_YEAR:
        raise ParseError(first, f"a term that ends before {_LAST_YEAR}")
    length = calendar.monthrange(year, month)[1]
    if begin.day > length:
        return date(year, month, length).isoformat()
    end = date(year, month, begin.day) + timedelta(days=days - 1)
    return end.isoformat()


def day_before(day: str) -> str:
    """Return the day before an ISO 8601 date."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def days_after(day: str, days: int) -> str:
    """Return the date `days` after an ISO 8601 date."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _read(match: re.Match[str]) -> FoundDate | None:
    year_text = match["y"] or match["ny"]
    month_text = match["m"] or match["nm"]
    day_text = match["d"] or match["nd"]
    year = int(year_text.translate(_DIGITS))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    first, last = _days(year, month_text, day_text)
    if first is None and match["ny"]:
        return None  # 2019-33-02 is some other number
    if first and (match["part"] or match["close"]):
        first = last
    return FoundDate(
        start=match.start(),
        end=match.end(),
        first=first,
        last=last,
        is_day=bool(day_text),
        defects=tuple(_defects(match, is_known=first is not None)),
    )


def _days(year: int, month: str | None, day: str | None) -> tuple[str | None, ...]:
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    number = _ordinal(month)
    if not 1 <= number <= 12:
        return None, None
    length = calendar.monthrange(year, number)[1]
    if day is None:
        return f"{year}-{number:02}-01", f"{year}-{number:02}-{length}"
    which = _ordinal(day)
    if not 1 <= which <= length:
        return None, None
    whole = f"{year}-{number:02}-{which:02}"
    return whole, whole


def _ordinal(text: str) -> int:
    repaired = text.translate({ord("O"): "0", **{ord(x): "1" for x in "lI|"}})
    return han_number(repaired)


def _defects(match: re.Match[str], *, is_known: bool) -> Iterator[str]:
    # 3月1月: one sign slipped, the day is clear and an editor confirms it
    if not is_known or match["sign"] == "月":
        yield "impossible"
    year, rest = match["y"] or "", (match["m"] or "") + (match["d"] or "")
    if year[:1].isdecimal() and year[:1].isascii():
        if any(sign in _DIRT for sign in year + rest):
            yield "ocr"
    elif any(sign in _DIRT for sign in rest):
        yield "ocr"
    elif any(sign in "OoΟО0123456789" for sign in year[1:]):
        yield "mixed"
