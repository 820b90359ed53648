"""Candidates are exactly the pairs that share a band, except in crowds."""

from itertools import combinations

import numpy as np
import pytest

from contentkit.dedupe import bands
from contentkit.dedupe.bands import CROWD, candidate_blocks, candidate_pairs, make_plan
from contentkit.dedupe.minhash import ROWS


def random_signatures(seed, texts, values):
    """Return signatures of few values, so that many rows are equal by chance."""
    rng = np.random.default_rng(seed)
    first = rng.integers(values, size=ROWS)
    drawn = rng.integers(values, size=(texts, ROWS))
    is_kept = rng.random((texts, ROWS)) < rng.uniform(0.3, 1, size=(texts, 1))
    return np.where(is_kept, first, drawn).astype(np.uint16)


def sharing_a_band(signatures, plan):
    """Return what the definition says: a common band and enough equal rows."""
    used = signatures[:, : plan.rows * plan.bands].reshape(
        len(signatures), -1, plan.rows
    )
    return [
        (i, j)
        for i, j in combinations(range(len(signatures)), 2)
        if (used[i] == used[j]).all(axis=1).any()
        and np.count_nonzero(signatures[i] == signatures[j]) >= plan.least_equal
    ]


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_candidates_are_the_pairs_that_share_a_band(seed, threshold):
    signatures = random_signatures(seed, CROWD, 1 << 16)
    expected = sharing_a_band(signatures, make_plan(threshold))
    assert list(candidate_pairs(signatures, threshold=threshold)) == expected
    if threshold == 0.8:
        assert 0 < len(expected) < CROWD * (CROWD - 1) / 2


def test_blocks_of_any_size_hold_the_same_pairs(monkeypatch):
    signatures = random_signatures(1, 500, 40)
    whole = list(candidate_pairs(signatures))
    monkeypatch.setattr(bands, "_PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(bands, "_ROWS_AT_ONCE", 3)
    blocks = list(candidate_blocks(signatures))
    assert len(blocks) > 1
    assert [tuple(pair) for block in blocks for pair in block.tolist()] == whole


@pytest.mark.parametrize("texts", [0, 1])
def test_there_is_no_pair_without_two(texts):
    assert list(candidate_pairs(np.zeros((texts, ROWS), dtype=np.uint16))) == []


def test_a_mapped_file_serves_as_well(tmp_path):
    signatures = random_signatures(3, 100, 1 << 16)
    signatures.tofile(tmp_path / "signatures")
    mapped = np.memmap(tmp_path / "signatures", dtype=np.uint16).reshape(-1, ROWS)
    assert list(candidate_pairs(mapped)) == list(candidate_pairs(signatures))


def test_equal_signatures_are_a_crowd_without_n_squared_pairs():
    texts = 3000
    signatures = np.tile(np.arange(ROWS, dtype=np.uint16), (texts, 1))
    pairs = list(candidate_pairs(signatures))
    assert len(pairs) < texts * (CROWD + 1)
    assert {(0, j) for j in range(1, texts)} <= set(pairs)
    assert {(i, i + 1) for i in range(texts - 1)} <= set(pairs)


def test_in_a_crowd_the_close_ones_still_find_each_other():
    rng = np.random.default_rng(5)
    common = rng.integers(1 << 16, size=ROWS)
    leaves = rng.integers(1 << 16, size=(1000, ROWS))
    is_common = rng.random((1000, ROWS)) < 0.9
    one = np.where(is_common, common, leaves)
    twin = np.where(
        rng.random((1000, ROWS)) < 0.97, one, rng.integers(1 << 16, size=one.shape)
    )
    signatures = np.concatenate((one, twin)).astype(np.uint16)
    pairs = set(candidate_pairs(signatures))
    assert len(pairs) < 2000 * (CROWD + 25 * 6)
    assert {(0, j) for j in range(1, 2000)} <= pairs
    found = sum((k, k + 1000) in pairs for k in range(1000))
    assert found >= 995


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0])
def test_bands_find_a_pair_at_the_threshold(threshold):
    plan = make_plan(threshold)
    assert plan.rows * plan.bands <= ROWS
    assert 1 - (1 - threshold**plan.rows) ** plan.bands >= bands.RECALL


@pytest.mark.parametrize("threshold", [0.29, 1.01, 80, float("nan")])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(ValueError, match=r"must be from 0\.3 to 1"):
        make_plan(threshold)
