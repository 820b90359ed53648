"""Dates and times as Chinese government pages print them, read into ISO 8601.

A value keeps the precision of its text: `2018-06-26`, `2018-06-26T18:08+08:00` or
`2018-06-26T18:08:55+08:00`. Times without a zone are Beijing time; a stated zone is
converted to it. Rules, each of them tested in `tests/tables/dates.toml`:

- years lie between 1900 and 2099, and between 1949 and 2049 in eight digits in a row;
- a two-digit year is 20xx up to 49 and 19xx from 50 (the republic begins in 1949); in
  running text it needs an apostrophe or 年;
- an impossible date is no date: nothing rolls over into the next month. An impossible
  time after a possible date leaves the date;
- 18时 is 18:00. A time of day without 上午 or 下午 is read as printed, although some
  templates print 12-hour times (`hh`): that cannot be repaired;
- month before day (06/26/2018) is ambiguous and not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from contentkit.errors import ParseError

BEIJING = timezone(timedelta(hours=8))
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_FIRST_COMPACT_YEAR, _LAST_COMPACT_YEAR = 1949, 2049
_CENTURY_PIVOT = 50

_D = "[0-9０-９]"
_ZERO = "〇○◯零OoＯｏОΟ0０"
_NUMERAL = f"{_ZERO}123456789１２３４５６７８９一二三四五六七八九"
_GAP = r"\s{0,2}"
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_MONTH_NAME = "|".join(_MONTHS)
_HALF = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|[AaPp]\\.?[Mm]\\.?"

# Where a date may begin. The leading character class lets the engine skip quickly.
_START = re.compile(
    f"[{_NUMERAL}'’‘JFMASOND]"
    rf"(?:(?<=[12１２])[09０９]{_D}{{2}}(?:{_GAP}[-/.／．－—–]|{_D}{{4}})"
    rf"|[{_NUMERAL}]{{1,3}}{_GAP}年|(?<=['’‘]){_D}{{2}}[-/.年／．]"
    rf"|{_D}?\s[A-Z][a-z]{{2}}|[a-z]{{2}}\s)"
)
_NUMERIC = re.compile(
    rf"(?P<y>{_D}{{4}}|['’‘]{_D}{{2}}){_GAP}(?P<sep>[-/.／．－—–]){_GAP}"
    rf"(?P<m>{_D}{{1,2}}){_GAP}(?P=sep){_GAP}(?P<d>{_D}{{1,2}})"
    rf"(?!{_D}|(?P=sep){_D}{{1,3}}(?!{_D}))"
)
_SHORT = re.compile(
    f"(?P<y>{_D}{{2}})(?P<sep>[-/.])(?P<m>{_D}{{1,2}})(?P=sep)(?P<d>{_D}{{1,2}})(?!{_D})"
)
_CHINESE = re.compile(
    rf"(?P<y>[{_NUMERAL}]{{4}}|['’‘]?[{_NUMERAL}]{{2}}){_GAP}年{_GAP}"
    rf"(?P<m>{_D}{{1,2}}|[元一二三四五六七八九十]{{1,2}}){_GAP}月{_GAP}"
    rf"(?P<d>{_D}{{1,2}}|[一二三四五六七八九十廿卅]{{1,3}}){_GAP}[日号]"
)
_COMPACT = re.compile(
    f"(?P<y>{_D}{{4}})(?P<m>{_D}{{2}})(?P<d>{_D}{{2}})"
    f"(?:T?(?P<H>{_D}{{2}})(?P<M>{_D}{{2}})(?P<S>{_D}{{2}}))?(?![0-9０-９A-Za-z_-])"
)
_CLOCK = (
    rf"(?P<H>{_D}{{1,2}})[:：](?P<M>{_D}{{2}})(?:[:：](?P<S>{_D}{{1,2}})(?:\.{_D}+)?)?"
)
_ZONE = r"(?P<zone>Z|GMT|UTC|CST|(?:GMT|UTC)?[+-]\d{2}:?\d{2})"
_MAIL = re.compile(
    rf"(?P<d>\d{{1,2}})\s(?P<name>{_MONTH_NAME})\s(?P<y>\d{{4}})"
    rf"(?:\s{_CLOCK}(?:\s{_ZONE}\b)?)?"
)
_JAVA = re.compile(
    rf"(?P<name>{_MONTH_NAME})\s(?P<d>\d{{1,2}})\s(?:{_CLOCK}\s(?:{_ZONE}\s)?)?"
    r"(?P<y>\d{4})(?!\d)"
)
_TIME = re.compile(
    r"(?:[T_]|[\s,，]{0,3}(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?\s{0,2})?)"
    rf"(?P<half>{_HALF})?{_GAP}"
    rf"(?:{_CLOCK}|(?P<h>{_D}{{1,2}}){_GAP}(?:时|点(?=整|钟|半|{_GAP}{_D}{{1,2}}{_GAP}分))"
    rf"(?:{_GAP}(?P<min>{_D}{{1,2}}){_GAP}分(?:{_GAP}(?P<sec>{_D}{{1,2}}){_GAP}秒)?|[整钟]|(?P<thirty>半))?)"
    rf"(?![:：]?{_D})(?:{_GAP}(?P<half_after>[AaPp]\.?[Mm]\b\.?))?(?:\s?{_ZONE}(?![A-Za-z0-9]))?"
)
_WEEKDAY = re.compile(
    r"^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)|"
    r"\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?$"
)
# What extract hands on, and on any day of any month it may be: nothing to repair.
_ISO = re.compile(
    r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?\+08:00)?"
)
_BRACKETS = " \t\r\n\u00a0\u3000\u200b\ufeff[]【】()（）〔〕"

_DIGITS = {ord(c): "0" for c in _ZERO} | {
    ord(c): str(i) for i, c in enumerate("一二三四五六七八九", 1)
}
_UNITS = {c: i for i, c in enumerate("一二三四五六七八九", 1)}
_TENS = {"十": 10, "廿": 20, "卅": 30}


@dataclass(frozen=True, slots=True)
class DateMatch:
    """One date in a text: `raw` is exactly `text[start:end]`, `value` ISO 8601."""

    value: str
    start: int
    end: int
    raw: str


def find_date(text: str, *, start: int = 0) -> DateMatch | None:
    """Return the first date of a text at or after `start`.

    >>> find_date("发布时间：2018年6月26日 18时08分 来源：县政府").value
    '2018-06-26T18:08+08:00'
    """
    return next(iter_dates(text, start=start), None)


def iter_dates(text: str, *, start: int = 0) -> Iterator[DateMatch]:
    """Yield every date of a text from left to right, without overlaps."""
    position = start
    while candidate := _START.search(text, position):
        begin = candidate.start()
        position = begin + 1
        if begin and _continues(text, begin):
            continue
        found = _date_at(text, begin)
        if found:
            yield found
            position = found.end


def parse_date(text: str) -> str:
    """Return the date that a text consists of, as ISO 8601 with its own precision.

    Brackets and a weekday around it are ignored. Raises `ParseError`.

    >>> parse_date("二○一八年六月二十六日")
    '2018-06-26'
    """
    if _ISO.fullmatch(text):
        return text
    bare = _WEEKDAY.sub("", text.strip(_BRACKETS)).strip(_BRACKETS)
    found = _date_at(bare, 0) or _short_date(bare)
    if found is None or found.end != len(bare):
        raise ParseError(text, "a date")
    return found.value


def to_date(value: str) -> str:
    """Return the date part of a value made here."""
    return value[:10]


def to_minute(value: str) -> str:
    """Cut the seconds off a value made here; a date stays a date."""
    return value if len(value) <= 10 else value[:16] + "+08:00"


def _continues(text: str, begin: int) -> bool:
    """Say whether the character before `begin` makes the candidate part of a word."""
    before, first = text[begin - 1], text[begin]
    if not first.isdecimal():
        return before in _NUMERAL or (first.isascii() and before.isalpha())
    if before.isdecimal() or before in _NUMERAL:
        return True
    inside_code = before in "-_./" or (before.isascii() and before.isalpha())
    return inside_code and _COMPACT.match(text, begin) is not None


def _date_at(text: str, begin: int) -> DateMatch | None:
    """Return the date that begins exactly at `begin`, with its time if it has one."""
    match = _NUMERIC.match(text, begin) or _CHINESE.match(text, begin)
    if match:
        return _with_time(text, match)
    for pattern in (_COMPACT, _MAIL, _JAVA):
        match = pattern.match(text, begin)
        if match:
            return _whole(match, compact=pattern is _COMPACT)
    return None


def _short_date(text: str) -> DateMatch | None:
    match = _SHORT.match(text)
    return _with_time(text, match) if match else None


def _with_time(text: str, match: re.Match[str]) -> DateMatch | None:
    day = _day(match)
    if day is None:
        return None
    clock = _TIME.match(text, match.end())
    moment = _moment(day, clock) if clock else None
    begin = match.start()
    if clock is None or moment is None:
        return DateMatch(day.isoformat(), begin, match.end(), match[0])
    return DateMatch(moment, begin, clock.end(), text[begin : clock.end()])


def _whole(match: re.Match[str], *, compact: bool) -> DateMatch | None:
    """Return the match of a pattern that holds date and time in one."""
    day = _day(match, compact=compact)
    if day is None:
        return None
    value = _moment(day, match) if match["H"] else day.isoformat()
    if value is None:
        return None
    return DateMatch(value, match.start(), match.end(), match[0])


def _day(match: re.Match[str], *, compact: bool = False) -> date | None:
    groups = match.groupdict()
    year = _year(groups["y"])
    first, last = (
        (_FIRST_COMPACT_YEAR, _LAST_COMPACT_YEAR)
        if compact
        else (_FIRST_YEAR, _LAST_YEAR)
    )
    if not first <= year <= last:
        return None
    name = groups.get("name")
    month = _MONTHS.index(name) + 1 if name else _number(groups["m"])
    try:
        return date(year, month, _number(groups["d"]))
    except ValueError:
        return None


def _year(text: str) -> int:
    digits = text.strip("'’‘").translate(_DIGITS)
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    return year


def _number(text: str) -> int:
    """Return 6, 16, 26 for 6, 六, 十六, 二十六, 廿六; 0 for a text that is no number.

    >>> [_number(x) for x in ("６", "元", "十", "十二", "三十一", "廿六", "一二")]
    [6, 1, 10, 12, 31, 26, 0]
    """
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    for sign, value in _TENS.items():
        if sign in text:
            before, _, after = text.partition(sign)
            tens = value if not before else 10 * _UNITS.get(before, 0)
            if (before and (sign != "十" or not tens)) or (
                after and after not in _UNITS
            ):
                return 0
            return tens + _UNITS.get(after, 0)
    return _UNITS.get(text, 0)


def _moment(day: date, match: re.Match[str]) -> str | None:
    """Return day and time of a match in Beijing time, or None if there is no such time."""
    groups = match.groupdict()
    hour_text = groups["H"] or groups.get("h")
    half = groups.get("half") or groups.get("half_after")
    hour = _hour(int(hour_text or 0), half)
    minute = groups["M"] or groups.get("min") or ("30" if groups.get("thirty") else "0")
    second = groups["S"] or groups.get("sec")
    zone = _zone(groups.get("zone"))
    if hour is None or zone is None:
        return None
    try:
        moment = datetime(
            day.year, day.month, day.day, hour, int(minute), int(second or 0), 0, zone
        )
        local = moment.astimezone(BEIJING)
    except (ValueError, OverflowError):
        return None
    return local.isoformat(timespec="seconds" if second else "minutes")


def _hour(hour: int, half: str | None) -> int | None:
    """Return the hour of the day; None where hour and 上午/下午 contradict each other."""
    if half is None:
        return hour
    half = half.replace(".", "").lower()
    if half in {"am", "上午", "早上", "早晨", "清晨", "凌晨"}:
        return None if hour > 12 else hour % 12
    if half == "中午":
        return hour + 12 if hour < 3 else hour if hour in {11, 12} else None
    if half == "晚上" and hour == 12:
        return None  # midnight of which day?
    return hour if hour >= 12 else hour + 12


def _zone(text: str | None) -> timezone | None:
    """Return the time zone of `Z`, `+0800`, `GMT+08:00`; CST is China's here."""
    if text is None or text == "CST":
        return BEIJING
    offset = text.removeprefix("GMT").removeprefix("UTC").replace(":", "")
    if offset in {"", "Z"}:
        return UTC
    delta = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    if delta >= timedelta(hours=24):
        return None
    return timezone(-delta if offset[0] == "-" else delta)
