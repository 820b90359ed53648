"""Character 5-grams of a folded text as 64-bit hashes, by array arithmetic.

Five characters are the unit of POLICY §0.4 and of the figures measured there. A hash
stands for its gram: the chance that two different grams of a pair of texts share one is
below 1e-10 for texts of 10,000 characters.
"""

import numpy as np
from numpy.typing import NDArray

from contentkit.dedupe.text import Codes, fold_codes

Grams = NDArray[np.uint64]
"""The distinct grams of a text, sorted."""

GRAM = 5

_BASE = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: no choice of ours
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def grams(text: str) -> Grams:
    """Return the distinct 5-grams of a text; a shorter text has none."""
    return grams_of(fold_codes(text))


def grams_of(codes: Codes) -> Grams:
    """Return the distinct 5-grams of folded codes, hashed and sorted."""
    count = len(codes) - GRAM + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    wide = codes.astype(np.uint64)
    hashes = wide[:count].copy()
    for place in range(1, GRAM):  # in place: a text costs two arrays, not ten
        hashes *= _BASE
        hashes += wide[place : place + count]
    mix(hashes)
    hashes.sort()
    is_new = np.empty(count, dtype=np.bool_)
    is_new[0] = True
    np.not_equal(hashes[1:], hashes[:-1], out=is_new[1:])
    return hashes if is_new.all() else hashes[is_new]


def mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit numbers in place (the finalizer of SplitMix64), a bijection."""
    hashes ^= hashes >> np.uint64(30)
    hashes *= _FIRST
    hashes ^= hashes >> np.uint64(27)
    hashes *= _SECOND
    hashes ^= hashes >> np.uint64(31)
    return hashes
