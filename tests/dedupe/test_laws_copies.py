"""Copies of statutes in two real collections: every one is found, and as similar as told."""

import json
import re
from pathlib import Path

import pytest

from contentkit.dedupe import near_duplicates
from contentkit.dedupe.exact import jaccard

LAWS = Path(__file__).parents[2] / ".." / "shared" / "data" / "laws"
NOT_TEXT = re.compile(r"\A---\n.*?\n---\n|<!--.*?-->", re.DOTALL)


@pytest.fixture(scope="module")
def pairs():
    if not LAWS.is_dir():
        pytest.skip("../shared/data/laws is absent: real-data test skipped")
    with (LAWS / "pairs.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def texts(pairs):
    names = sorted({pair[side] for pair in pairs for side in ("a", "b")})
    return {
        name: NOT_TEXT.sub("", (LAWS / name).read_text(encoding="utf-8"))
        for name in names
    }


def test_the_similarity_is_that_of_the_collection(pairs, texts):
    # signs and widths count there and not here: a few grams of a difference
    for pair in pairs:
        assert jaccard(texts[pair["a"]], texts[pair["b"]]) == pytest.approx(
            pair["jaccard5"], abs=0.002
        )


def test_every_copy_is_linked(pairs, texts):
    found = {(a, b): similarity for a, b, similarity in near_duplicates(texts.items())}
    first = {b: a for (a, b), similarity in found.items() if similarity == 1.0}
    linked = 0
    for pair in pairs:
        a, b = sorted(first.get(pair[side], pair[side]) for side in ("a", "b"))
        linked += a == b or (a, b) in found
    assert len(pairs) == 243
    assert linked / len(pairs) >= 0.99
    for (a, b), similarity in found.items():
        assert similarity == jaccard(texts[a], texts[b]) >= 0.8
