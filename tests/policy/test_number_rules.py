"""What is wrong with a document number, and what contradicts it."""

import pytest

from contentkit.findings import codes, explain
from contentkit.policy.folded import fold_policy
from contentkit.policy.number_rules import (
    check_numbers,
    number_findings,
    stands_alone,
)
from contentkit.policy.numbers import find_doc_numbers


def findings(text, **known):
    (number,) = find_doc_numbers(fold_policy(text))
    found = list(number_findings("body_text", number, **known))
    for finding in found:
        assert text[finding.start : finding.end] == finding.quote
        assert finding.code in codes()
        assert "…" not in explain(finding)
    return found


@pytest.mark.parametrize(
    ("text", "told", "proposal"),
    [
        ("江政办〔2020〕12号", [], None),
        ("根据江政办〔2020〕12号", [], None),
        ("国务院令第3号", [], None),
        ("江政办[2020]12号", ["NUM-BRACKET"], "江政办〔2020〕12号"),
        ("江政办〔2020年〕12号", ["NUM-BRACKET"], "江政办〔2020〕12号"),
        ("江政办〔２０２０〕12号", ["NUM-WIDTH"], "江政办〔2020〕12号"),
        ("江政办〔2020〕 12号", ["NUM-WIDTH"], "江政办〔2020〕12号"),
        ("江澜区人民政府\n公　　告\n第　3　号", [], None),
        ("江澜区人民政府令\n第　３　号", ["NUM-WIDTH"], "江澜区人民政府令第3号"),
        ("江政办〔2020〕第12号", ["NUM-DI"], "江政办〔2020〕12号"),
        ("江政办〔2020〕012号", ["NUM-ZERO"], "江政办〔2020〕12号"),
        ("江政办〔94〕12号", ["NUM-YEAR2"], "江政办〔1994〕12号"),
        ("江政办发〔202026", ["NUM-DAMAGED"], "江政办发〔2020〕26号"),
        ("江政办含〔2022〕2号", ["NUM-TYPO"], "江政办函〔2022〕2号"),
        ("江政辦〔2022〕2號", ["NUM-TRAD"], "江政办〔2022〕2号"),
        ("〔94〕江财字第089号", [], None),
        (
            "江政办[2020]第 012号",
            ["NUM-BRACKET", "NUM-WIDTH", "NUM-DI", "NUM-ZERO"],
            "江政办〔2020〕12号",
        ),
    ],
)
def test_what_is_wrong_with_a_number(text, told, proposal):
    found = findings(text)
    assert [finding.code for finding in found] == told
    assert {finding.proposal for finding in found} <= {proposal}


@pytest.mark.parametrize(
    ("written_on", "proposal"),
    [
        ("1995-07-31", "江政〔1995〕13号"),
        ("1996-01-03", None),
        (None, None),
        ("about 1995", None),
    ],
)
def test_a_year_is_proposed_if_one_digit_was_mistyped(written_on, proposal):
    found = findings("江政〔1905〕13号", written_on=written_on)
    assert [(x.code, x.proposal) for x in found] == [("NUM-TYPO", proposal)]


def test_a_code_next_to_one_of_the_site_may_be_a_misprint():
    near = findings("江故办〔2020〕1号", attested={"江政办", "江财"})
    assert [(x.code, x.proposal) for x in near] == [("NUM-TYPO", "江政办〔2020〕1号")]
    two = findings("江故办〔2020〕1号", attested={"江政办", "江农办"})
    assert [(x.code, x.proposal) for x in two] == [("NUM-TYPO", None)]
    assert findings("江政办〔2020〕1号", attested={"江政办", "江教办"}) == []
    # another place is no misprint, and neither is what published documents hold
    assert findings("湖政办〔2020〕1号", attested={"江政办"}) == []
    assert findings("浙政办发〔2020〕1号", attested={"浙财办发"}) == []


def document(**fields):
    made = {"kind": "policy", "doc_number": "江政办〔2020〕12号", "title": "通知"}
    made |= {"written_on": "2020-05-01", "body_text": ""}
    return made | fields


def told(made):
    found = find_doc_numbers(fold_policy(made["body_text"]))
    return [(x.code, x.proposal) for x in check_numbers(made, found)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"doc_number": None}, [("NUM-MISSING", None)]),
        ({"doc_number": None, "kind": "article"}, []),
        (
            {"doc_number": None, "body_text": "江政办〔2020〕12号\n各乡镇：\n正文"},
            [("NUM-MISSING", "江政办〔2020〕12号")],
        ),
        (
            {"doc_number": None, "title": "关于工作的通知（江政办〔2020〕12号）"},
            [("NUM-MISSING", "江政办〔2020〕12号")],
        ),
        ({"body_text": "江政办〔2020〕12号\n各乡镇："}, []),
        (
            {"body_text": "关于工作的通知\n江政办[2020]13号\n各乡镇："},
            [("NUM-META-BODY", "江政办〔2020〕13号")],
        ),
        ({"body_text": "根据江政〔2019〕3号，现通知如下。"}, []),
        ({"body_text": "一\n二\n三\n四\n五\n六\n江政办〔2020〕13号\n"}, []),
        (
            {"title": "关于工作的通知（江政办〔2020〕13号）"},
            [("NUM-META-BODY", "江政办〔2020〕13号")],
        ),
        ({"written_on": "2021-01-05"}, []),
        ({"written_on": "2022-01-05"}, [("NUM-YEAR-DATE", None)]),
        ({"written_on": "2019-12-31"}, [("NUM-YEAR-DATE", None)]),
        ({"written_on": None}, []),
        ({"doc_number": "国务院令第3号", "written_on": "1999-01-05"}, []),
        ({"doc_number": "国令第3号", "body_text": "国务院令\n第3号\n现予公布"}, []),
        (
            {"doc_number": "国令第3号", "body_text": "国务院令\n第4号\n现予公布"},
            [("NUM-META-BODY", "国务院令第4号")],
        ),
    ],
)
def test_what_contradicts_the_number(fields, expected):
    assert told(document(**fields)) == expected


def test_a_contradiction_quotes_its_place_and_explains_itself():
    made = document(body_text="（江政办〔2020〕13号）\n各乡镇：")
    found = find_doc_numbers(fold_policy(made["body_text"]))
    (finding,) = check_numbers(made, found)
    assert finding.quote in made["body_text"]
    assert finding.field == "doc_number", "what is accepted goes into the field"
    assert "江政办〔2020〕13号" in explain(finding)
    (late,) = check_numbers(document(written_on="2023-01-01"), ())
    assert "2023-01-01" in explain(late)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("江政〔2020〕5号", True),
        ("　江政〔2020〕5号　\n关于", True),
        ("（江政〔2020〕5号）\n关于", True),
        ("江政〔2020〕5号文件", True),
        ("江政〔2020〕5号收悉", False),
        ("见江政〔2020〕5号", False),
    ],
)
def test_a_number_on_a_line_of_its_own(text, alone):
    (number,) = find_doc_numbers(fold_policy(text))
    assert stands_alone(text, number) == alone
