"""Folding: one form for comparison, in time that grows with the length of a text."""

import random
import time
import unicodedata

import pytest

from contentkit.text import fold, nfkc

# What joins or changes its neighbors, and what does not.
SIGNS = "a汉字\u0301\u0327\u0345が\u3099か각\u1100\u1161\u11a8①ﬁ\u0cc6\u0cc2"


@pytest.mark.parametrize("seed", range(20))
def test_a_long_text_is_normalized_as_in_one_piece(seed):
    drawn = random.Random(seed)
    text = "".join(drawn.choice(SIGNS) for _ in range(9000))
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


def test_runs_of_combining_marks_do_not_take_quadratic_time():
    short, long = "a" + "\u0301\u0316" * 10_000, "a" + "\u0301\u0316" * 80_000
    assert len(fold(long)) > 150_000
    times = []
    for text in (short, long):
        start = time.process_time()
        fold(text)
        times.append(time.process_time() - start)
    assert times[1] < 30 * times[0]  # 8 times the text: 64 times if it were quadratic


def test_a_mark_beside_the_place_of_a_cut_stays_with_its_letter():
    for length in range(1990, 2010):
        text = "汉" * length + "e\u0301" + "汉" * 3000
        assert nfkc(text) == "汉" * length + "é" + "汉" * 3000
