"""MinHash signatures: 128 rows of 16 bits, of which J of 128 agree at Jaccard J.

One permutation serves all rows: the top bits of a gram's hash name its row, the
smallest hash of a row is kept. A row that no gram falls into is filled by a permutation
of its own over all grams (they are few then), so that every row agrees with probability
J exactly, for texts of any length, and rows stay as good as independent.
"""

import numpy as np
from numpy.typing import NDArray

from contentkit.dedupe.shingles import Grams, mix

Signature = NDArray[np.uint16]

ROWS = 128
SLACK = 0.25
"""By how much fewer rows than J of them agree in no pair: five standard deviations and
more (at J = 0.5 one is 0.044, and 0.5 is where it is largest)."""

_NUMBERS = np.arange(ROWS, dtype=np.uint64)
_SHIFT = np.uint64(64 - 7)  # 2^7 rows
_EDGES = _NUMBERS << _SHIFT
_SALTS = mix(np.arange(1, ROWS + 1, dtype=np.uint64) << np.uint64(32))


def sign(grams: Grams) -> Signature:
    """Return the signature of a text's grams, of shape `(128,)`.

    Kept are the low bits of a row's smallest hash: the high ones say little, for they
    are small in every text. Raises `ValueError` for no grams: nothing is like nothing.
    """
    if not grams.size:
        raise ValueError("a text without grams has no signature")
    starts = grams.searchsorted(_EDGES)
    rows = grams.take(starts, mode="clip")
    empty = np.flatnonzero(rows >> _SHIFT != _NUMBERS)
    if empty.size:
        rows[empty] = _least(grams, _SALTS[empty])
    return rows.astype(np.uint16)


def is_below(a: Signature, b: Signature, jaccard: float) -> bool:
    """Tell whether so few rows agree that the similarity is surely below `jaccard`."""
    agreeing = int(np.count_nonzero(a == b))
    return agreeing < (jaccard - SLACK) * ROWS


def _least(grams: Grams, salts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # a row is empty with probability e^(-n/128): n times the empty rows stays near 6,000
    least: NDArray[np.uint64] = mix(grams[:, None] ^ salts[None, :]).min(axis=0)
    return least
