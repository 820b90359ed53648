"""Signatures estimate the true similarity for texts of any length, and stay the same."""

from hashlib import sha256

import numpy as np
import pytest

from contentkit.dedupe.minhash import ROWS, is_below, sign


def overlapping(rng, size, share):
    """Return two sets of random hashes, sorted, with the Jaccard similarity `share`."""
    common = round(size * share)
    pool = np.unique(rng.integers(1 << 64, size=3 * size, dtype=np.uint64))
    rng.shuffle(pool)
    first, rest = pool[:common], size - common
    a = np.sort(np.append(first, pool[common : common + rest // 2]))
    b = np.sort(np.append(first, pool[common + rest // 2 : size]))
    return a, b


@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("size", [40, 130, 1500])
def test_equal_rows_estimate_the_similarity_without_bias(size, share):
    rng = np.random.default_rng(size)
    trials = 300
    equal = np.array(
        [
            np.count_nonzero(sign(a) == sign(b))
            for a, b in (overlapping(rng, size, share) for _ in range(trials))
        ]
    )
    true = round(size * share) / size
    deviation = np.sqrt(true * (1 - true) / ROWS)
    assert abs(equal.mean() / ROWS - true) < 4 * deviation / np.sqrt(trials)
    # rows as good as independent: no wider than the binomial
    assert equal.std() / ROWS < 1.2 * deviation


def test_one_gram_fills_every_row():
    one = sign(np.array([12345], dtype=np.uint64))
    other = sign(np.array([12346], dtype=np.uint64))
    assert np.array_equal(one, sign(np.array([12345], dtype=np.uint64)))
    assert np.count_nonzero(one == other) == 0
    assert len(np.unique(one)) > ROWS // 2


def test_nothing_has_no_signature():
    with pytest.raises(ValueError, match="without grams"):
        sign(np.empty(0, dtype=np.uint64))


@pytest.mark.parametrize(
    ("count", "start"),
    [(3, "a954fdd9600254c8"), (2000, "f48782c2efbe6d99")],
)
def test_stored_signatures_stay_comparable(count, start):
    # a change here means that every stored signature must be computed anew
    grams = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    data = sign(np.sort(grams)).astype("<u2").tobytes()
    assert sha256(data).hexdigest().startswith(start)


@pytest.mark.parametrize("size", [60, 1500])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_no_pair_of_a_similarity_is_surely_below_it(share, size):
    rng = np.random.default_rng(size)
    for _ in range(300):
        a, b = map(sign, overlapping(rng, size, share))
        assert not is_below(a, b, share)


@pytest.mark.parametrize("jaccard", [0.5, 0.8])
def test_unlike_texts_are_surely_below(jaccard):
    rng = np.random.default_rng(7)
    pairs = [overlapping(rng, 1500, 0.1) for _ in range(50)]
    assert all(is_below(sign(a), sign(b), jaccard) for a, b in pairs)
