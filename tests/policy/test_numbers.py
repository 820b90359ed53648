"""Document numbers in running text: tables, metamorphic properties, hostile texts."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.errors import ParseError
from contentkit.policy.folded import fold_policy
from contentkit.policy.numbers import (
    find_doc_numbers,
    find_title_number,
    number_key,
    parse_doc_number,
    province_of_number,
)
from contentkit.resources import read_codelist

TABLES = Path(__file__).parents[1] / "tables"
ROWS = tomllib.loads((TABLES / "policy_numbers.toml").read_text("utf-8"))["number"]
FIELDS = tomllib.loads((TABLES / "doc_numbers.toml").read_text("utf-8"))["number"]
READ = [row for row in FIELDS if "canonical" in row]
CLEAN = [row for row in READ if not set(row["text"]) & set(" \u3000")]
AROUND = {
    "alone": "{}",
    "behind a verb": "现依据{}执行。",
    "behind a title": "《关于加强管理的通知》（{}）同时废止。",
    "at the end of a title": "关于印发江澜区管理办法的通知 {}",
    "between commas": "，{}，",
    "inside a title": "《关于停止执行{}的通知》",
    "on a line of its own": "江澜区建设管理办法\n{}\n各乡镇：",
    "after an index number": "索引号 11339901002991012G/2020-00008 {}",
}


def read(text, **known):
    """Return the numbers of a text; each must lie where it says."""
    found = find_doc_numbers(fold_policy(text), **known)
    assert [text[x.start : x.end] for x in found] == [x.raw for x in found]
    assert all(a.end <= b.start for a, b in pairwise(found))
    return found


def canonicals(text, **known):
    return [number.canonical for number in read(text, **known)]


def test_the_table_says_why():
    reasons = [row["why"] for row in ROWS]
    assert len(set(reasons)) == len(reasons)
    assert {key for row in ROWS for key in row} == {"why", "text", "found"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_numbers_of_a_text(row):
    assert canonicals(row["text"]) == row.get("found", [])


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize("row", READ, ids=lambda row: row["why"])
def test_what_a_field_holds_is_found_in_a_sentence(row, around):
    number = row["text"].strip().removesuffix("文件")
    found = read(around.format(number))
    assert [x.canonical for x in found] == [row["canonical"]]
    told = set(found[0].defects) - {"glued_prefix"}
    assert told == set(row.get("defects", []))


@pytest.mark.parametrize("row", CLEAN, ids=lambda row: row["why"])
@pytest.mark.parametrize("between", ["\n", "\r\n", "\u200b", "\n\u3000\u3000"])
def test_breaks_inside_a_number_change_nothing(row, between):
    """Pages set brackets, years and serials in elements of their own."""
    plain = row["text"].strip().removesuffix("文件")
    broken = re.sub(r"([〔\[（(【﹝［]|[0-9０-９]+|号)", rf"{between}\1", plain)
    assert canonicals(f"，{broken}，") == [row["canonical"]]


@given(
    st.sampled_from(["国办发", "浙政办发", "江政办", "江自然资规字", "财税", "甬价费"]),
    st.integers(1949, 2099),
    st.integers(1, 99999),
    st.sampled_from(["〔〕", "[]", "（）", "()", "【】", "﹝﹞", "［］"]),
    st.text(" \n\u3000\u200b", max_size=3),
    st.booleans(),
    st.sampled_from(
        ["", "。", "根据", "《办法》（", "《办法》和", "以下简称", "的通知\n"]
    ),
)
def test_signs_and_white_space_do_not_change_the_reading(
    code, year, serial, brackets, space, is_wide, before
):
    digits = f"{year}", f"{serial}"
    if is_wide:
        wide = {ord("0") + k: ord("０") + k for k in range(10)}
        digits = tuple(text.translate(wide) for text in digits)
    parts = (code, brackets[0], digits[0], brackets[1], digits[1], "号")
    text = before + space.join(parts) + "同时废止"
    assert canonicals(text) == [f"{code}〔{year}〕{serial}号"]


@given(
    st.text("江政办发令公告第年号、（）〔〕[]0129 \n国务院根据的一十和", max_size=40)
)
def test_any_text_is_read(text):
    for number in read(text):
        assert number.canonical == "" or number_key(number.canonical)


@given(st.text(max_size=60))
def test_any_unicode_is_read(text):
    read(text + "号〔2020〕令")


@pytest.mark.parametrize("row", [x for x in READ if "公告" not in x["text"]])
def test_a_canonical_number_is_read_back(row):
    found = read(row["canonical"])
    assert [x.canonical for x in found] == [row["canonical"]]
    assert set(found[0].defects) <= {"joint_issuers"}


@pytest.mark.parametrize(
    ("text", "kind", "defects", "proposal"),
    [
        ("江政〔2020〕5号", "bracket", (), None),
        ("〔94〕江财字第089号", "old", None, None),
        ("国务院令第3号", "order", (), None),
        ("财政部公告2020年第3号", "notice", (), None),
        ("江环罚决字〔2020〕5号", "case-decision", (), None),
        ("江政办发〔202026", "damaged", ("lost_bracket", "lost_hao"), None),
        ("江政办发202026号", "damaged", ("lost_bracket",), None),
        ("江政办含〔2022〕2号", "bracket", ("suspected_typo",), "江政办函〔2022〕2号"),
        ("江政[1905]2号", "bracket", ("wrong_bracket_square", "year_typo"), None),
        ("根据江政〔2020〕5号", "bracket", ("glued_prefix",), None),
        ("住房城乡建设部令第3号", "order", ("abbreviated_issuer",), None),
        ("财政部公安部令第3号", "order", ("joint_issuers", "no_separator"), None),
    ],
)
def test_kind_and_defects(text, kind, defects, proposal):
    (number,) = read(text)
    assert (number.kind, number.proposal) == (kind, proposal)
    assert defects is None or number.defects == defects
    assert number.to_json()["canonical"] == (number.canonical or None)


def test_codes_of_the_site_cut_where_the_packaged_ones_cannot():
    text = "上述事项以江澜区双减专班印发宁溪镇宁双〔2021〕3号为依据"
    assert canonicals(text) == ["宁溪镇宁双〔2021〕3号"]
    assert canonicals(text, attested={"宁双"}) == ["宁双〔2021〕3号"]


@pytest.mark.parametrize(
    ("text", "place", "canonical"),
    [
        ("省政府令第18号", "广东省", "广东省人民政府令第18号"),
        ("省人民政府令第18号", "广东省", "广东省人民政府令第18号"),
        ("市政府令第18号", "广东省", "市政府令第18号"),
        ("政府令〔2010〕第15号", "江澜区", "江澜区人民政府令2010年第15号"),
        ("省政府令第18号", None, "省政府令第18号"),
        ("粤府令第18号", "广东省", "粤府令第18号"),
    ],
)
def test_a_short_issuer_needs_its_place(text, place, canonical):
    (number,) = read(text, place=place)
    assert number.canonical == canonical
    assert ("issuer_abbreviated" in number.defects) == ("粤" not in text)


def test_the_place_follows_from_the_documents_own_number():
    assert province_of_number("粤府办〔2020〕2号") == "广东省"
    assert province_of_number("财税〔2020〕2号") is None
    assert province_of_number("江政办〔2020〕2号") is None
    assert province_of_number("无") is None


@pytest.mark.parametrize(
    ("canonical", "key"),
    [
        ("江政办〔2020〕12号", ("江政办", 2020, 12)),
        ("国务院令第310号", ("国务院令", None, 310)),
        ("交通部令1996年第13号", ("交通部令", 1996, 13)),
        ("财政部 税务总局公告2019年第39号", ("财政部 税务总局公告", 2019, 39)),
        ("江科公告〔2020〕23号", ("江科公告", 2020, 23)),
        ("江政办[2020]12号", None),
        ("总第178号", None),
        ("", None),
    ],
)
def test_keys(canonical, key):
    assert number_key(canonical) == key


@pytest.mark.parametrize(
    "text",
    [
        "江政办发〔202026",
        "江政办含〔2022〕26号",
        "江政[1905]13号",
        "根据江政〔2020〕5号",
        "江政〔2020〕5号、6号",
    ],
)
def test_a_field_is_not_repaired_by_guess(text):
    with pytest.raises(ParseError):
        parse_doc_number(text)


def test_a_title_ends_with_its_number():
    number = find_title_number("关于公布《办法》（修订）的通知（江政办〔2020〕12号）")
    assert number is not None
    assert number.canonical == "江政办〔2020〕12号"
    assert find_title_number("关于江政办〔2020〕12号的解读") is None
    assert find_title_number("江澜市人民政府令第5号") is None


@pytest.mark.parametrize(
    "piece",
    [
        "号",
        "〔",
        "令",
        "第1号",
        "〔2020〕",
        "国发",
        "2020",
        "、",
        "令第1号",
        "国\n",
        "（",
    ],
)
def test_a_long_text_of_one_piece_is_read(piece):
    """Patterns are linear: a nested one would not end within the test's lifetime."""
    assert read(piece * (400_000 // len(piece)) + "号") == ()


def test_long_lists_and_many_brackets_are_read():
    text = "国发〔2020〕1号" + "、1号" * 20_000
    assert len(read(text)) == 20_001
    assert read("(" * 100_000 + "国发〔2020〕1号" + ")" * 100_000)[0].start == 100_000


def test_word_lists_are_sound():
    codes = read_codelist("doc-codes")
    words = read_codelist("doc-code-words")
    lead_ins = read_codelist("doc-number-lead-ins")
    assert {row["scope"] for row in codes} == {"central", "open"}
    assert {row["strength"] for row in lead_ins} == {"hard", "soft", "verb"}
    assert {row["before"] for row in lead_ins} == {"both", "code"}
    for rows, key in ((codes, "word"), (words, "word"), (lead_ins, "word")):
        assert all(row[key] and row["source"] and row["grade"] for row in rows)
        assert len({row[key] for row in rows}) == len(rows)


@pytest.mark.parametrize("row", read_codelist("doc-codes"), ids=lambda row: row["word"])
def test_every_attested_code_is_read_behind_a_word(row):
    """A lead-in that is also part of a code would tear it."""
    for before in ("根据", "《办法》（", "和"):
        text = f"{before}{row['word']}〔2019〕7号"
        assert canonicals(text) == [f"{row['word']}〔2019〕7号"]
