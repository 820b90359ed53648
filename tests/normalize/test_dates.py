"""Dates: a table of forms, and properties over all dates and any text."""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.errors import ParseError
from contentkit.normalize.dates import (
    BEIJING,
    find_date,
    iter_dates,
    parse_date,
    to_date,
    to_minute,
)

TABLE = Path(__file__).parents[1] / "tables" / "dates.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["date"]
ISO = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?\+08:00)?"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_table_of_whole_texts(row):
    if "value" in row:
        assert parse_date(row["text"]) == row["value"]
    else:
        with pytest.raises(ParseError):
            parse_date(row["text"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_table_inside_a_sentence(row):
    text = f"发布时间：{row['text']}，来源：县政府办公室"
    found = find_date(text)
    expected = row.get("found", row.get("value", ""))
    assert (found.value if found else "") == expected
    if found:
        assert text[found.start : found.end] == found.raw
        assert found.raw.strip() == found.raw


def test_all_dates_of_a_range_and_after_a_start():
    text = "公示期2018.06.26-2018.07.02，2018/7/3公布"
    assert [x.value for x in iter_dates(text)] == [
        "2018-06-26",
        "2018-07-02",
        "2018-07-03",
    ]
    assert find_date(text, start=5).value == "2018-07-02"
    assert find_date(text, start=len(text)) is None


def test_precision():
    assert to_date("2018-06-26T18:08:55+08:00") == "2018-06-26"
    assert to_minute("2018-06-26T18:08:55+08:00") == "2018-06-26T18:08+08:00"
    assert to_minute("2018-06-26") == "2018-06-26"


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y-%m-%dT%H:%M:%S",
    "%d Jun %Y %H:%M:%S +0800",
]
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times())


@given(MOMENTS, st.sampled_from(FORMATS))
def test_what_is_printed_is_read_back(moment, form):
    moment = moment.replace(microsecond=0, month=6, day=min(moment.day, 30))
    expected = moment.replace(tzinfo=BEIJING).isoformat()
    assert parse_date(moment.strftime(form)) == expected
    assert find_date("于" + moment.strftime(form) + "印发").value == expected


@given(DAYS)
def test_chinese_numerals_are_read_back(day):
    digits = "〇一二三四五六七八九"
    year = "".join(digits[int(c)] for c in str(day.year))
    month, dom = (_spell(n, digits) for n in (day.month, day.day))
    assert parse_date(f"{year}年{month}月{dom}日") == day.isoformat()


def _spell(number, digits):
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return head + (digits[ones] if ones else "")


@given(
    st.text(
        alphabet="0123456789０１２-/.:：年月日时分秒 一二十〇○上午PMTZ+'JunTue,",
        max_size=40,
    )
)
def test_any_text_is_read_or_refused(text):
    for match in iter_dates(text):
        assert text[match.start : match.end] == match.raw
        assert re.fullmatch(ISO, match.value)
    try:
        value = parse_date(text)
    except ParseError:
        return
    assert parse_date(value) == value


@given(MOMENTS)
def test_values_of_ours_stay_as_they_are(moment):
    """Both ways to read a value agree: by its form alone, and by the grammar."""
    whole = moment.replace(microsecond=0, tzinfo=BEIJING).isoformat()
    for value in (whole, to_minute(whole), whole[:10]):
        assert parse_date(value) == find_date(value).value == value
