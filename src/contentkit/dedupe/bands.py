"""Which pairs of signatures are worth an exact comparison.

Rows are cut into bands; texts that agree in all rows of a band meet in a bucket. Band
keys are sorted, not hashed into tables: a bucket is a run of equal keys.

What is promised, for a pair at or above the threshold:
1. It is a candidate with probability ≥ 0.999, unless it stands in a crowd.
2. A crowd is a bucket of more than `CROWD` texts (a form letter sent a thousand times:
   its pairs would be n²). Each member is paired with the first of the crowd, and the
   crowd is cut again by twice as many rows, and again: the closer two texts are, the
   longer they stay together. In the end only texts with equal signatures are left, and
   each of them is paired with the next `CROWD`.
3. Of more than `CROWD` candidates after a text those with the most equal rows are kept
   (and the firsts of crowds), so that pairs grow with the texts and not their square.
Candidates do not depend on how signatures were computed or chunked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from contentkit.dedupe.minhash import ROWS
from contentkit.dedupe.shingles import mix

Signatures = NDArray[np.uint16]
Pairs = NDArray[np.int64]

CROWD = 64
RECALL = 0.999  # of the bands alone, at the threshold

_LOWEST = 0.3  # below it bands of one row meet everywhere
_WIDEST = 16
_SLACK = 4  # standard deviations below the threshold at which equal rows may stay
_PAIRS_AT_ONCE = 1 << 21
_ROWS_AT_ONCE = 1 << 14
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Plan:
    """How signatures are cut for a threshold: `bands` of `rows`, and the rows that must
    be equal in all.
    """

    rows: int
    bands: int
    least_equal: int


def make_plan(threshold: float) -> Plan:
    """Return the widest bands that still find a pair at the threshold.

    >>> make_plan(0.8)
    Plan(rows=5, bands=25, least_equal=84)
    """
    if not _LOWEST <= threshold <= 1:
        raise ValueError(f"threshold {threshold}: must be from {_LOWEST} to 1")
    rows = max(
        rows
        for rows in range(1, _WIDEST + 1)
        if 1 - (1 - threshold**rows) ** (ROWS // rows) >= RECALL or rows == 1
    )
    deviation = sqrt(threshold * (1 - threshold) / ROWS)
    least = floor(ROWS * max(0.0, threshold - _SLACK * deviation))
    return Plan(rows, ROWS // rows, least)


def candidate_pairs(
    signatures: Signatures, *, threshold: float = 0.8
) -> Iterator[tuple[int, int]]:
    """Yield index pairs `i < j` of signatures that may reach the threshold, in order."""
    for block in candidate_blocks(signatures, threshold=threshold):
        yield from zip(block[:, 0].tolist(), block[:, 1].tolist(), strict=True)


def candidate_blocks(
    signatures: Signatures, *, threshold: float = 0.8
) -> Iterator[Pairs]:
    """Yield what `candidate_pairs` yields as arrays of shape `(pairs, 2)`.

    `signatures` has the shape `(texts, 128)` and may be memory-mapped. All pairs of one
    `i` are in one block.
    """
    plan = make_plan(threshold)
    buckets = [Buckets(signatures, band, plan) for band in range(plan.bands)]
    firsts = _sorted_set([key for found in buckets for key in found.firsts])
    load = np.bincount(_left(firsts), minlength=len(signatures)).astype(np.int64)
    for found in buckets:
        np.add.at(load, found.members, found.reach)
    for low, high in _stretches(load):
        keys = [found.pairs(low, high) for found in buckets]
        own = firsts[slice(*firsts.searchsorted(_packed(np.array([low, high]), 0)))]
        packed = _sorted_set([*keys, own])
        equal = _equal_rows(signatures, packed)
        keep = equal >= plan.least_equal
        packed, equal = packed[keep], equal[keep]
        close = _closest(packed, equal) | np.isin(packed, own)
        if close.any():
            yield np.stack((_left(packed[close]), _right(packed[close])), axis=1)


class Buckets:
    """The buckets of one band, as runs of an array.

    `members` holds indices, bucket after bucket, rising within each; the `reach[p]`
    members after `members[p]` are its partners. `firsts` are packed pairs of the first
    of each crowd with its members.
    """

    def __init__(self, signatures: Signatures, band: int, plan: Plan) -> None:
        self._signatures = signatures
        self.firsts: list[NDArray[np.uint64]] = []
        self._found: list[tuple[NDArray[np.uint32], NDArray[np.uint32]]] = []
        everyone = np.arange(len(signatures), dtype=np.uint32)
        crowds = [(everyone, plan.rows)]
        own = np.arange(band * plan.rows, (band + 1) * plan.rows)
        more = mix(np.arange(ROWS, dtype=np.uint64) + np.uint64(ROWS * band)).argsort()
        order = np.append(own, more[~np.isin(more, own)])
        while crowds:
            members, rows = crowds.pop()
            larger = self._cut(members, order[:rows])
            crowds += [(crowd, 2 * rows) for crowd in larger if rows < ROWS]
        self.members = np.concatenate([m for m, _ in self._found])
        self.reach = np.concatenate([r for _, r in self._found])

    def pairs(self, low: int, high: int) -> NDArray[np.uint64]:
        """Return the packed pairs whose first index is in `low:high`."""
        places = np.flatnonzero((self.members >= low) & (self.members < high))
        reach = self.reach[places].astype(np.int64)
        left = np.repeat(places, reach)
        steps = np.arange(left.size) - np.repeat(np.cumsum(reach) - reach, reach)
        return _packed(self.members[left], self.members[left + steps + 1])

    def _cut(
        self, members: NDArray[np.uint32], rows: NDArray[np.int64]
    ) -> list[NDArray[np.uint32]]:
        """Sort members into buckets by rows; keep the small ones, return the crowds."""
        keyed = _packed(_keys(self._signatures, members, rows), members)
        keyed.sort()
        keys = keyed >> _HALF
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: keys.size])
        sizes = np.diff(np.append(starts, keys.size))
        ends = np.repeat(starts + sizes, sizes)
        size = np.repeat(sizes, sizes)
        order = (keyed & _LOW).astype(np.uint32)
        reach = (ends - np.arange(keys.size) - 1).astype(np.uint32)
        is_last = rows.size >= ROWS
        kept = (size > 1) if is_last else (size > 1) & (size <= CROWD)
        self._found.append((order[kept], np.minimum(reach[kept], CROWD)))
        large = np.flatnonzero(sizes > CROWD)
        crowds = [order[starts[k] : starts[k] + sizes[k]] for k in large]
        for crowd in crowds:
            self.firsts.append(_packed(np.full_like(crowd[1:], crowd[0]), crowd[1:]))
        return crowds


def _keys(
    signatures: Signatures, members: NDArray[np.uint32], rows: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return 32-bit keys of the members, equal where all rows are equal."""
    keys = np.empty(members.size, dtype=np.uint64)
    for start in range(0, members.size, _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        key = np.zeros(members[some].size, dtype=np.uint64)
        for row in rows:
            key = mix(key ^ signatures[members[some], row])
        keys[some] = key >> _HALF
    return keys


def _stretches(load: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Cut the indices so that each stretch has some two million pairs at most."""
    total = np.cumsum(load)
    low = done = 0
    while low < load.size:
        high = max(low + 1, int(total.searchsorted(done + _PAIRS_AT_ONCE, "right")))
        if total[high - 1] > done:
            yield low, high
        low, done = high, int(total[high - 1])


def _equal_rows(
    signatures: Signatures, packed: NDArray[np.uint64]
) -> NDArray[np.int64]:
    equal = np.empty(packed.size, dtype=np.int64)
    for start in range(0, packed.size, _ROWS_AT_ONCE):
        some = packed[start : start + _ROWS_AT_ONCE]
        same = signatures[_left(some)] == signatures[_right(some)]
        equal[start : start + _ROWS_AT_ONCE] = np.count_nonzero(same, axis=1)
    return equal


def _closest(packed: NDArray[np.uint64], equal: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which pairs are among the `CROWD` of their first text with most equal rows."""
    left = _left(packed)
    order = np.lexsort((packed, -equal, left))
    starts = np.flatnonzero(np.append(True, left[1:] != left[:-1])[: left.size])
    sizes = np.diff(np.append(starts, left.size))
    rank = np.arange(left.size) - np.repeat(starts, sizes)
    close = np.empty(left.size, dtype=np.bool_)
    close[order] = rank < CROWD
    return close


def _packed(
    left: NDArray[np.integer], right: NDArray[np.integer] | int
) -> NDArray[np.uint64]:
    return (left.astype(np.uint64) << _HALF) | np.asarray(right, dtype=np.uint64)


def _left(packed: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (packed >> _HALF).astype(np.int64)


def _right(packed: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (packed & _LOW).astype(np.int64)


def _sorted_set(keys: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return the distinct numbers of several arrays, sorted."""
    joined = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
    joined.sort()
    is_new: NDArray[np.bool_] = np.append(True, joined[1:] != joined[:-1])
    distinct: NDArray[np.uint64] = joined[is_new[: joined.size]]
    return distinct
