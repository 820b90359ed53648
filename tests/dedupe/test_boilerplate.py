"""Which lines are learned as boilerplate, and what leaving them out does."""

import random

import pytest

from contentkit.dedupe import boilerplate as module
from contentkit.dedupe.boilerplate import Boilerplate, learn_boilerplate
from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.fingerprint import fingerprint

DISCLAIMER = "本网站内容仅供参考，一切以正式文件为准，转载请注明来自本区政府门户网站。"


def body(seed: int) -> str:
    rng = random.Random(seed)
    return "".join(chr(0x4E00 + rng.randrange(2000)) for _ in range(60))


def page(seed: int) -> str:
    return f"{body(seed)}\n{DISCLAIMER}"


def test_a_line_under_twenty_texts_is_boilerplate():
    learned = learn_boilerplate(page(k) for k in range(20))
    assert len(learned.keys) == 1
    assert learned.without(page(99)) == body(99)
    assert learned.without(f"　 {DISCLAIMER[:-1]} ！") == ""


def test_nineteen_texts_prove_nothing():
    assert learn_boilerplate(page(k) for k in range(19)).keys == ()


def test_a_rare_line_of_a_large_site_is_no_boilerplate():
    texts = [page(k) for k in range(30)] + [body(k) for k in range(100, 1600)]
    assert learn_boilerplate(texts).keys == ()


def test_copies_of_one_text_do_not_make_boilerplate_of_it():
    assert learn_boilerplate([page(1)] * 500).keys == ()


def test_empty_short_and_long_lines_are_never_learned():
    paragraph, cell = body(1) * 4, "2018年6月30日"
    texts = [f"\n\n——\n{cell}\n{paragraph}\n{body(k)}" for k in range(2, 40)]
    assert learn_boilerplate(texts).keys == ()


@pytest.mark.parametrize("at_once", [1, 30, 1 << 20])
def test_counting_in_pieces_is_counting(monkeypatch, at_once):
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    texts = [f"{body(k)}\n{body(k % 5)}\n{DISCLAIMER}" for k in range(10, 200)]
    learned = learn_boilerplate(texts)
    assert len(learned.keys) == 6
    assert list(learned.keys) == sorted(learned.keys)
    assert learned == learn_boilerplate(reversed(texts))


def test_two_notices_are_not_alike_by_their_disclaimer():
    long = Boilerplate(learn_boilerplate(page(k) for k in range(20)).keys)
    a, b = f"停水通知\n{DISCLAIMER}", f"停电通知\n{DISCLAIMER}"
    assert jaccard(a, b) > 0.6
    assert jaccard(long.without(a), long.without(b)) == 0.0
    assert fingerprint(a, long).folded != fingerprint(b, long).folded


def test_a_page_of_boilerplate_alone_has_no_text():
    learned = learn_boilerplate(page(k) for k in range(20))
    found = fingerprint(DISCLAIMER * 1, learned)
    assert (found.folded, found.characters, found.signature) == ("", 0, b"")


def test_nothing_learned_changes_nothing():
    assert learn_boilerplate([]) == Boilerplate(())
    assert Boilerplate(()).without("甲\n乙") == "甲\n乙"
