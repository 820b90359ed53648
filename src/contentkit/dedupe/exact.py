"""The true similarity of two texts, over all their grams."""

import numpy as np

from contentkit.dedupe.shingles import Grams, grams_of
from contentkit.dedupe.text import fold_codes


def jaccard(a: str, b: str) -> float:
    """Return the Jaccard similarity of the 5-gram sets of two texts, 0.0 to 1.0.

    Texts whose compared characters are equal have 1.0, also when they are shorter than
    a gram; a text without any is like no other.

    >>> jaccard("各镇人民政府：", "各镇人民政府"), jaccard("", "")
    (1.0, 0.0)
    """
    first, second = fold_codes(a), fold_codes(b)
    if np.array_equal(first, second):
        return 1.0 if first.size else 0.0
    return jaccard_of(grams_of(first), grams_of(second))


def jaccard_of(a: Grams, b: Grams) -> float:
    """Return the Jaccard similarity of two sets of grams; 0.0 if one is empty."""
    few, many = (a, b) if a.size <= b.size else (b, a)
    if not few.size:
        return 0.0
    places = np.minimum(many.searchsorted(few), many.size - 1)
    shared = int(np.count_nonzero(many[places] == few))
    return shared / (few.size + many.size - shared)
