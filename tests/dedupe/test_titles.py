"""Titles taken apart and compared."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.titles import compare_titles, read_title, title_keys

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "tables" / "dedupe-titles.toml").read_text("utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_two_titles(case: dict[str, str]):
    assert compare_titles(case["a"], case["b"]) == case["relation"]
    assert compare_titles(case["b"], case["a"]) == case["relation"]


@pytest.mark.parametrize(
    ("title", "edition"),
    [
        ("清溪区古桥保护办法（试行）", ("trial",)),
        ("清溪区古桥保护暂行规定", ("trial",)),
        ("清溪区古桥保护条例（2023年修正）", ("year:2023修正",)),
        ("清溪区古桥保护条例（2023年3月修订）", ("year:2023修订",)),
        ("清溪区古桥保护条例（第三次修正）", ("nth:三",)),
        ("清溪区古桥名录（2023版）", ("year-version:2023",)),
        ("清溪区古桥保护办法（2023年修订试行）", ("trial", "year:2023修订")),
        ("关于修改《清溪区古桥保护办法》的决定", ("amending",)),
        ("关于延长《清溪区古桥保护办法》有效期的通知", ("extending",)),
        ("清溪区古桥保护办法", ()),
        ("清溪区2023年古桥保护工作要点", ()),
    ],
)
def test_edition_words(title: str, edition: tuple[str, ...]):
    assert read_title(title).edition == edition


def test_titles_that_may_be_one_share_a_key():
    wrapped = title_keys("清溪区人民政府关于印发《清溪区古桥保护办法（试行）》的通知")
    assert set(wrapped) & set(title_keys("清溪区古桥保护办法"))
    assert title_keys("公告") == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_compared_both_ways(a: str, b: str):
    assert compare_titles(a, b) == compare_titles(b, a)
    assert compare_titles(a, a) in {"same", "unknown"}


def test_a_title_of_a_million_signs_is_read():
    for sign in ("（", "《", "1", "第", "转载", "版", "《古桥保护《》"):
        assert read_title(sign * (100_000 // len(sign))) is not None
