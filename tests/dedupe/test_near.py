"""`near_duplicates` against comparing everything with everything, and on bad input."""

import random
import tracemalloc
from itertools import combinations

import pytest

from contentkit.dedupe import near_duplicates
from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.text import fold_text

SIGNS = [chr(0x4E00 + 7 * k) for k in range(2000)]
SEEDS = range(12)


def text_of(rng: random.Random, size: int) -> str:
    return "".join(rng.choices(SIGNS, k=size))


def changed(rng: random.Random, text: str, share: float) -> str:
    return "".join(rng.choice(SIGNS) if rng.random() < share else c for c in text)


def corpus(seed: int) -> list[tuple[str, str]]:
    """Return 60 texts of all lengths: some alone, some changed a little or a lot."""
    rng = random.Random(seed)
    texts = [text_of(rng, rng.choice((30, 60, 120, 700, 2000))) for _ in range(30)]
    texts += [changed(rng, rng.choice(texts), rng.uniform(0, 0.06)) for _ in range(30)]
    rng.shuffle(texts)
    return [(f"d{k}", text) for k, text in enumerate(dict.fromkeys(texts))]


def every_pair(documents: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    return {
        (a, b): similarity
        for (a, x), (b, y) in combinations(documents, 2)
        if (similarity := jaccard(x, y)) >= 0.8
        and (len(x) >= 50 <= len(y) or fold_text(x) == fold_text(y))
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_are_those_of_comparing_all_with_all(seed):
    documents = corpus(seed)
    found = list(near_duplicates(documents))
    assert {(a, b): similarity for a, b, similarity in found} == every_pair(documents)
    assert len(found) >= 3
    place = {name: k for k, (name, _) in enumerate(documents)}
    order = [(place[a], place[b]) for a, b, _ in found]
    assert order == sorted(set(order))
    assert all(a < b for a, b in order)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_the_order_of_the_input_changes_nothing_but_the_order(seed):
    documents = corpus(seed)
    shuffled = random.Random(seed).sample(documents, len(documents))
    assert {frozenset(pair[:2]) for pair in near_duplicates(documents)} == {
        frozenset(pair[:2]) for pair in near_duplicates(iter(shuffled))
    }


@pytest.mark.parametrize("threshold", [0.5, 0.95, 1.0])
def test_other_thresholds(threshold):
    for a, b, similarity in near_duplicates(corpus(3), threshold):
        texts = dict(corpus(3))
        assert threshold <= similarity == jaccard(texts[a], texts[b])
    found = [pair[:2] for pair in near_duplicates(corpus(3), threshold)]
    expected = {p for p, s in every_pair(corpus(3)).items() if s >= threshold}
    assert expected <= set(found)


def test_fifty_thousand_equal_pages_are_one_star():
    page = "本页面正在建设中，请稍后访问。" * 8
    found = list(near_duplicates((str(k), page) for k in range(50_000)))
    assert found == [("0", str(k), 1.0) for k in range(1, 50_000)]


def test_equal_texts_are_linked_to_the_first_and_only_the_first_goes_further():
    rng = random.Random(1)
    text = text_of(rng, 600)
    near = changed(rng, text, 0.01)
    documents = [("a", text), ("b", near), ("c", "　" + text), ("d", near + "。")]
    similarity = jaccard(text, near)
    assert 0.8 < similarity < 1
    assert list(near_duplicates(documents)) == [
        ("a", "b", similarity),
        ("a", "c", 1.0),
        ("b", "d", 1.0),
    ]


def test_a_form_letter_sent_a_thousand_times_stays_bounded_and_connected():
    rng = random.Random(2)
    form = text_of(rng, 500)
    letters = [f"{form}经查{text_of(rng, 12)}一案{form[:90]}" for _ in range(1000)]
    copy = f"近日{letters[700]}"
    documents = [(str(k), text) for k, text in enumerate([*letters, copy])]
    found = list(near_duplicates(documents))
    assert len(found) < 1000 * 80
    assert {b for a, b, _ in found if a == "0"} == {str(k) for k in range(1, 1001)}
    assert ("700", "1000") in {(a, b) for a, b, _ in found}
    assert all(
        similarity == jaccard(documents[int(a)][1], documents[int(b)][1]) >= 0.8
        for a, b, similarity in found[::200]
    )


def test_empty_pages_are_no_document():
    empty = ["", " ", "\n\u200b", "……", "\ud800", "！"]
    assert list(near_duplicates((str(k), empty[k % 6]) for k in range(33))) == []


def test_short_texts_are_linked_only_when_equal():
    line = "关于召开第三次会议的通知请各单位准时参加"
    documents = [("a", line), ("b", line[:-1]), ("c", f"{line}。"), ("d", line + "会")]
    assert list(near_duplicates(documents)) == [("a", "c", 1.0)]


def test_repeated_characters_broken_and_rare_ones():
    rare = "".join(chr(0x20000 + k) for k in range(400))
    documents = [
        ("ones", "甲" * 60),
        ("many", "甲" * 5000),
        ("other", "乙" * 5000),
        ("broken", "\udc00".join(SIGNS[:200])),
        ("whole", "".join(SIGNS[:201])),
        ("rare", rare),
        ("rare again", rare[:-2]),
    ]
    assert list(near_duplicates(documents)) == [
        ("ones", "many", 1.0),
        ("broken", "whole", pytest.approx(196 / 197)),
        ("rare", "rare again", pytest.approx(394 / 396)),
    ]


def test_texts_of_five_megabytes():
    rng = random.Random(3)
    text = text_of(rng, 1_700_000)
    found = list(
        near_duplicates([("a", text), ("b", text[:-100_000]), ("c", "甲" + text)])
    )
    assert [pair[:2] for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_copy_that_breaks_off_is_found_as_long_as_it_may_be():
    text = text_of(random.Random(6), 1004)
    for kept, expected in ((804, [("a", "b", 0.8)]), (803, [])):
        assert list(near_duplicates([("a", text), ("b", text[:kept])])) == expected


def test_an_id_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="'a' comes twice"):
        list(near_duplicates([("a", "甲"), ("a", "乙")]))


def test_a_text_that_is_none_is_refused():
    with pytest.raises(TypeError, match="text of 'a': expected str, got NoneType"):
        list(near_duplicates([("a", None)]))  # type: ignore[list-item]


def test_a_wrong_threshold_is_told_before_any_text_is_read():
    unread = iter([("a", "甲")])
    with pytest.raises(ValueError, match="threshold 80"):
        next(near_duplicates(unread, 80))
    assert list(unread) == [("a", "甲")]


def test_no_documents_no_pairs():
    assert list(near_duplicates([])) == []
    assert list(near_duplicates([("a", SIGNS[0] * 100)])) == []


def test_texts_do_not_wait_in_memory():
    size, count = 40_000, 150
    long = text_of(random.Random(4), size * count)
    parts = ((str(k), long[k * size : (k + 1) * size]) for k in range(count))
    list(near_duplicates(corpus(1)))  # tables are made once
    tracemalloc.start()
    assert list(near_duplicates(parts)) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * len(long) / 3
