"""Where sentences and titles of a policy text begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.policy.folded import fold_policy
from contentkit.policy.sentences import sentences, titles

CASES = {
    "stops": ("甲。乙；丙！丁？", ["甲。", "乙;", "丙!", "丁?"]),
    "a line wraps inside a number": ("甲政〔20\n20〕1\n2号", ["甲政〔2020〕12号"]),
    "a line wraps inside a sentence": ("本办法同时\n废止。", ["本办法同时废止。"]),
    "a paragraph ends with a stop": ("甲。\n乙", ["甲。", "乙"]),
    "a paragraph ends with a colon": ("各街道：\n现通知", ["各街道:", "现通知"]),
    "a blank line ends a paragraph": ("甲乙\n\n丙丁", ["甲乙", "丙丁"]),
    "a blank line with blanks": ("甲乙\r\n \t\r\n丙丁", ["甲乙", "丙丁"]),
    "an indented line begins a paragraph": ("甲乙\n　　丙丁", ["甲乙", "丙丁"]),
    "a numbered line begins a paragraph": ("附则\n第十条 甲", ["附则", "第十条甲"]),
    "an item begins a paragraph": ("目录\n1.甲\n2.乙", ["目录", "1.甲", "2.乙"]),
    "a reference to an article does not": (
        "依照\n第十条规定办理",
        ["依照第十条规定办理"],
    ),
    "a decimal is no item": ("共\n1.5亿元", ["共1.5亿元"]),
    "a list goes on after a comma": ("甲、\n\n乙", ["甲、乙"]),
    "a stop within a title ends nothing": ("《甲。乙》废止。", ["《甲。乙》废止。"]),
    "a closing quotation belongs to its sentence": ("“甲。”乙。", ["“甲。”", "乙。"]),
    "a half-width stop between Han characters": ("施行.废止.", ["施行.", "废止."]),
    "a half-width stop in a number": ("甲1.2乙", ["甲1.2乙"]),
    "an unclosed title swallows nothing": ("《甲。乙。", ["《甲。", "乙。"]),
    "nothing": ("", []),
    "only white space": (" \n　", []),
}


@pytest.mark.parametrize("name", CASES)
def test_sentences_end_where_the_language_ends_them(name):
    text, expected = CASES[name]
    folded = fold_policy(text)
    assert [folded.text[a:b] for a, b in sentences(folded)] == expected


@given(st.text(alphabet="甲乙《》“”。；.\n\r　 \t1第十条、：（", max_size=60))
def test_sentences_are_the_whole_text_and_break_no_title(text):
    folded = fold_policy(text)
    spans = sentences(folded)
    assert "".join(folded.text[a:b] for a, b in spans) == folded.text
    assert all(begin < end for begin, end in spans)
    for begin, end in titles(folded):
        assert folded.text[begin] == "《"
        assert folded.text[end - 1] == "》"
        assert any(a <= begin and end <= b for a, b in spans)


def test_titles_nest_and_stand_side_by_side():
    folded = fold_policy("《关于《甲》的决定》《乙》、《丙和《丁》》》《戊")
    found = [folded.text[a:b] for a, b in titles(folded)]
    assert found == ["《关于《甲》的决定》", "《乙》", "《丙和《丁》》"]


@pytest.mark.parametrize("unit", ["《", "》", "。", "《》", "\n", "第\n", "”", "《。"])
def test_a_text_of_one_sign_is_read_in_time_and_whole(unit):
    folded = fold_policy(unit * 200_000)
    spans = sentences(folded)
    assert sum(b - a for a, b in spans) == len(folded.text)
