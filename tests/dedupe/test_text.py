"""What is compared of a text, and its grams, against plain definitions."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.shingles import GRAM, grams
from contentkit.dedupe.text import fold_codes, fold_lines, fold_text

TABLE = Path(__file__).parents[1] / "tables" / "folding.toml"
PAIRS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["pair"]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
FEW_SIGNS = st.text(st.sampled_from("通知 甲乙，。\U00020000"), max_size=60)


def windows(text: str) -> set[str]:
    folded = fold_text(text)
    return {folded[k : k + GRAM] for k in range(len(folded) - GRAM + 1)}


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["why"])
def test_texts_are_equal_where_a_reader_says_so(row):
    assert np.array_equal(fold_codes(row["a"]), fold_codes(row["b"])) is row["is_equal"]
    assert (fold_text(row["a"]) == fold_text(row["b"])) is row["is_equal"]


@given(ANY_TEXT)
def test_codes_are_those_of_the_folded_text(text):
    assert fold_codes(text).tolist() == [ord(c) for c in fold_text(text)]
    assert all(c.isalnum() for c in fold_text(text))


@given(ANY_TEXT, ANY_TEXT)
def test_no_character_folds_differently_beside_another(a, b):
    assert fold_text(a + b) == fold_text(a) + fold_text(b)


@pytest.mark.parametrize("sign", ["\u0301\u0316", "甲", "\ud800", "ﷺ", " ", "\0"])
def test_a_text_of_one_repeated_sign_costs_its_length(sign):
    # over a run of combining marks unicodedata.normalize would need hours
    assert set(fold_text(sign)) == set(map(chr, fold_codes(sign * 300_000).tolist()))


@given(FEW_SIGNS)
def test_grams_are_the_distinct_windows_of_five(text):
    found = grams(text)
    assert found.size == len(windows(text))
    assert (found[1:] > found[:-1]).all()


@given(FEW_SIGNS, FEW_SIGNS)
def test_jaccard_is_the_share_of_common_windows(a, b):
    first, second = windows(a), windows(b)
    if fold_text(a) == fold_text(b):
        assert jaccard(a, b) == float(bool(fold_text(a)))
    elif first | second:
        assert jaccard(a, b) == len(first & second) / len(first | second)
    else:
        assert jaccard(a, b) == 0.0


def test_jaccard_counts_grams_not_places():
    assert jaccard("甲" * 60, "甲" * 900) == 1.0
    assert jaccard("一二三四五六", "二三四五六七") == 1 / 3


@given(st.lists(ANY_TEXT | FEW_SIGNS, max_size=6).map("\n".join))
def test_folding_lines_at_once_is_folding_each(text: str):
    each = [fold_codes(line).tobytes() for line in text.split("\n")]
    assert [codes.tobytes() for codes in fold_lines(text)] == each
