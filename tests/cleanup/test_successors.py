"""Hints at younger documents, overdue trials, terms of a jurisdiction, grounds."""

from typing import Any

import pytest

from contentkit.cleanup.bases import find_grounds
from contentkit.cleanup.successors import (
    Standing,
    check_default,
    check_trial,
    find_successors,
)
from contentkit.resources import find, read_csv

DAY = "2024-06-30"


def standing(item: int, title: str, day: str | None, **more: Any) -> Standing:
    facts = {"issuer": "江澜区人民政府", "validity": "in-force", **more}
    return Standing(item=item, id=str(item), title=title, day=day, **facts)


OLD = standing(1, "江澜区古树保护办法", "2010-01-01")
NEW = standing(2, "江澜区古树保护办法", "2020-01-01")


def hinted(
    *documents: Standing, known: frozenset[tuple[int, int]] = frozenset()
) -> list[tuple[int, str]]:
    return [(item, x.data["document"]) for item, x in find_successors(documents, known)]


def test_the_older_of_two_namesakes_is_told_of_the_younger():
    assert hinted(NEW, OLD) == [(1, "2")]


def test_only_the_youngest_is_named():
    newest = standing(3, "江澜区古树保护办法（2023年修订）", "2023-01-01")
    assert hinted(OLD, NEW, newest) == [(1, "3"), (2, "3")]


@pytest.mark.parametrize(
    ("older", "younger", "why"),
    [
        (OLD, standing(2, OLD.title, "2020-01-01", issuer="江澜区教育局"), "issuer"),
        (OLD, standing(2, OLD.title, None), "no day"),
        (OLD, standing(2, OLD.title, "2010-01-01"), "one day"),
        (standing(1, OLD.title, "2010-01-01", validity="repealed"), NEW, "ended"),
        (OLD, standing(2, OLD.title, "2020-01-01", validity="draft"), "a draft"),
        (
            standing(1, "关于做好防火工作的通知", "2010-01-01"),
            standing(2, "关于做好防火工作的通知", "2020-01-01"),
            "a notice that comes every year",
        ),
        (OLD, standing(2, f"{OLD.title}（试行）", "2020-01-01"), "a later trial"),
        (
            standing(1, OLD.title, "2010-01-01", group=7),
            standing(2, OLD.title, "2020-01-01", group=7),
            "two copies of one",
        ),
    ],
)
def test_what_is_no_successor(older: Standing, younger: Standing, why: str):
    assert hinted(older, younger) == [], why


def test_what_a_clause_says_needs_no_hint():
    assert hinted(OLD, NEW, known=frozenset({(2, 1)})) == []


TRIAL = standing(1, "江澜区古树保护办法（试行）", "2020-01-01")


def overdue(document: Standing, *others: Standing) -> bool:
    return bool(list(check_trial(document, [document, *others], as_of=DAY)))


@pytest.mark.parametrize(
    ("document", "others", "is_told", "why"),
    [
        (TRIAL, [], True, "four years"),
        (standing(1, TRIAL.title, "2022-07-01"), [], False, "two years end today"),
        (standing(1, TRIAL.title, "2022-06-30"), [], True, "they ended yesterday"),
        (
            standing(1, TRIAL.title, "2020-01-01", expires_on="2025-01-01"),
            [],
            False,
            "term",
        ),
        (standing(1, TRIAL.title, "2020-01-01", validity="lapsed"), [], False, "ended"),
        (standing(1, TRIAL.title, None), [], False, "no day"),
        (OLD, [], False, "no trial"),
        (TRIAL, [standing(2, OLD.title, "2021-01-01")], False, "formal successor"),
        (TRIAL, [standing(2, OLD.title, "2019-01-01")], True, "an older formal one"),
        (
            standing(1, "关于停止执行《江澜区古树保护暂行办法》的通知", "2020-01-01"),
            [],
            False,
            "a notice that ends a trial",
        ),
    ],
)
def test_trials_are_overdue_after_two_years(
    document: Standing, others: list[Standing], is_told: bool, why: str
):
    assert overdue(document, *others) is is_told, why


def defaults(document: Standing, jurisdiction: str = "上海") -> list[str]:
    rows = read_csv(find("lookup", "validity-defaults"))
    found = check_default(document, rows, jurisdiction=jurisdiction, as_of=DAY)
    return [x.data["expires"] for x in found]


@pytest.mark.parametrize(
    ("document", "expires"),
    [
        (standing(1, "江澜区古树保护办法", "2015-01-01"), ["2019-12-31"]),
        (standing(1, "江澜区古树保护暂行办法", "2015-01-01"), ["2016-12-31"]),
        (standing(1, "关于禁止燃放的通告", "2022-01-01"), ["2022-12-31"]),
        (standing(1, "江澜区古树保护办法", "2022-01-01"), []),
        (standing(1, "江澜区古树保护办法", "2009-01-01"), []),
        (standing(1, "江澜区古树保护规划", "2015-01-01"), []),
        (standing(1, "江澜区古树保护办法", "2015-01-01", expires_on="2030-01-01"), []),
        (standing(1, "江澜区古树保护办法", "2015-01-01", doc_number="区令第3号"), []),
    ],
)
def test_terms_that_a_jurisdiction_sets(document: Standing, expires: list[str]):
    assert defaults(document) == expires


def test_no_jurisdiction_sets_no_term():
    assert defaults(standing(1, "江澜区古树保护办法", "2015-01-01"), "") == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("根据《甲县古树办法》，制定本细则。", ["甲县古树办法"]),
        (
            "根据《甲县古树办法》（甲政〔2010〕1号）、《乙法》，结合实际，制定本细则。",
            ["甲县古树办法", "乙法"],
        ),
        ("按照《甲县古树办法》执行。", []),
        ("各单位要按照《甲县古树办法》，结合实际制定实施方案。", []),
        ("根据2005年《国务院关于修改〈甲条例〉的决定》第一次修订。", []),
        ("制定《甲县古树办法》。", []),
        ("现将《甲县古树办法》印发给你们。", []),
        ("根据上级要求。《甲县古树办法》由我局制定。", []),
        ("", []),
    ],
)
def test_grounds_are_what_a_document_is_made_by(text: str, titles: list[str]):
    found = list(find_grounds({"body_text": text}))
    assert [ground.title for ground in found] == titles
    for ground in found:
        assert text[ground.start : ground.end] == ground.quote


@pytest.mark.parametrize("sign", ["《", "根据《", "制定", "根据"])
def test_a_text_of_one_repeated_word_ends(sign: str):
    assert list(find_grounds({"body_text": sign * 1_000_000})) == []
