"""Index numbers and document numbers: tables, check digits, idempotence."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.errors import ParseError
from contentkit.normalize.doc_numbers import find_title_number, parse_doc_number
from contentkit.normalize.index_numbers import (
    org_code_is_valid,
    parse_index_number,
    uscc_is_valid,
)

TABLES = Path(__file__).parents[1] / "tables"
INDEX = tomllib.loads((TABLES / "index_numbers.toml").read_text("utf-8"))["index"]
NUMBERS = tomllib.loads((TABLES / "doc_numbers.toml").read_text("utf-8"))["number"]
USCC = "11330206002954449B"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["why"])
def test_index_numbers(row):
    if "form" not in row:
        with pytest.raises(ParseError):
            parse_index_number(row["text"])
        return
    number = parse_index_number(row["text"])
    assert number.form == row["form"]
    assert number.uscc_ok == row.get("uscc")
    assert number.org_code_ok == row.get("org")
    assert number.proposal == row.get("proposal")
    assert parse_index_number(number.text) == number


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["why"])
def test_doc_numbers(row):
    if "canonical" not in row:
        with pytest.raises(ParseError):
            parse_doc_number(row["text"])
        return
    number = parse_doc_number(row["text"])
    assert number.canonical == row["canonical"]
    assert sorted(number.defects) == row.get("defects", [])
    again = parse_doc_number(number.canonical)
    assert again.canonical == number.canonical
    assert set(again.defects) <= {"joint_issuers"}


@pytest.mark.parametrize(
    ("title", "canonical"),
    [
        ("关于印发办法的通知（江政办〔2020〕12号）", "江政办〔2020〕12号"),
        ("关于印发办法的通知 江政办[2020]12号", "江政办〔2020〕12号"),
        ("江政办〔2020〕12号 关于印发办法的通知", None),
        ("关于废止江政办〔2020〕12号文件的通知", None),
        ("2020年第12号", None),
    ],
)
def test_a_number_at_the_end_of_a_title(title, canonical):
    number = find_title_number(title)
    assert (number.canonical if number else None) == canonical


@given(st.integers(0, 17), st.sampled_from(SIGNS))
def test_each_substitution_in_a_credit_code_is_caught(place, sign):
    damaged = USCC[:place] + sign + USCC[place + 1 :]
    assert uscc_is_valid(damaged) == (damaged == USCC)


@given(st.integers(0, 16))
def test_each_swap_of_neighbors_in_a_credit_code_is_caught(place):
    damaged = USCC[:place] + USCC[place + 1] + USCC[place] + USCC[place + 2 :]
    assert uscc_is_valid(damaged) == (damaged == USCC)


@pytest.mark.parametrize("code", ["000014349", "01527918X", "002951475"])
def test_organization_codes(code):
    assert org_code_is_valid(code)
    other = "0" if code[8] != "0" else "1"
    assert not org_code_is_valid(code[:8] + other)
    assert not org_code_is_valid(code[:8])
    assert not org_code_is_valid("Ａ" + code[1:])


@given(
    st.text("江澜政府办财教规字发函", min_size=1, max_size=8),
    st.integers(1949, 2099),
    st.integers(1, 99999),
    st.sampled_from(["〔〕", "[]", "（）", "【】", "﹝﹞", "［］"]),
    st.sampled_from(["", "第", " ", "0"]),
)
def test_a_printed_number_is_read_back(code, year, serial, brackets, before):
    text = f"{code}{brackets[0]}{year}{brackets[1]}{before}{serial}号"
    if before == "0" and serial > 9999:
        return
    assert parse_doc_number(text).canonical == f"{code}〔{year}〕{serial}号"


@given(st.text("江政办〔〕[]第令公告年0123456789号 、（）一十", max_size=24))
def test_any_text_is_read_or_refused(text):
    try:
        number = parse_doc_number(text)
    except ParseError:
        return
    assert parse_doc_number(number.canonical).canonical == number.canonical
