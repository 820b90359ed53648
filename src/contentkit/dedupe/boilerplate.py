"""Lines that a site puts under many texts: learned, and left out of comparisons.

A disclaimer of 300 characters makes two short notices alike, and a header line that
only one copy kept makes copies unlike. Learning counts a line once a document and equal
documents once: fifty copies of one notice do not make a disclaimer of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from contentkit.dedupe.text import Codes, fold_lines
from contentkit.dedupe.words import threshold

_AT_ONCE = 1 << 20  # lines held before they are counted: 8 MB


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The lines to leave out, as keys of their compared characters, sorted."""

    keys: tuple[int, ...]
    _known: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.keys))

    def without(self, text: str) -> str:
        """Return the text without the learned lines."""
        if not self.keys:
            return text
        is_known = [key in self._known for key in _keys(text)]
        if not any(is_known):
            return text
        lines = zip(text.split("\n"), is_known, strict=True)
        return "\n".join(line for line, is_left_out in lines if not is_left_out)


def learn_boilerplate(texts: Iterable[str]) -> Boilerplate:
    """Return the lines that recur over the texts of one site.

    A line is learned when at least `boilerplate-documents` different texts and the
    share `boilerplate-share` of them have it. Lines beyond `boilerplate-line` say too much
    of their own, lines below `boilerplate-shortest` (figures in cells, dates, names of
    signatories) too little to make texts alike. Memory grows by 16 bytes a different line.
    """
    counts = _Counts()
    seen: set[bytes] = set()
    for text in texts:
        keys = sorted({key for key in _keys(text) if key})
        packed = np.array(keys, dtype=np.uint64)
        name = blake2b(packed.tobytes(), digest_size=16).digest()
        if keys and name not in seen:
            seen.add(name)
            counts.add(packed)
    least = max(
        threshold("boilerplate-documents"), threshold("boilerplate-share") * len(seen)
    )
    return Boilerplate(tuple(counts.at_least(least)))


class _Counts:
    """How many documents have a line, counted a million lines at a time."""

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.uint64)
        self._counts = np.empty(0, dtype=np.int64)
        self._new: list[NDArray[np.uint64]] = []
        self._waiting = 0

    def add(self, keys: NDArray[np.uint64]) -> None:
        self._new.append(keys)
        self._waiting += keys.size
        if self._waiting >= _AT_ONCE:
            self._count()

    def at_least(self, least: float) -> list[int]:
        self._count()
        found: list[int] = self._keys[self._counts >= least].tolist()
        return found

    def _count(self) -> None:
        keys = np.concatenate((self._keys, *self._new))
        ones = np.ones(self._waiting, dtype=np.int64)
        counts = np.concatenate((self._counts, ones))
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: keys.size])
        self._keys = keys[starts]
        self._counts = np.add.reduceat(counts, starts) if keys.size else counts
        self._new, self._waiting = [], 0


def _keys(text: str) -> list[int]:
    """Return the key of each line of a text, 0 for one that is too short or too long."""
    shortest, longest = threshold("boilerplate-shortest"), threshold("boilerplate-line")
    most = 2 * longest  # too long even when half of it is white space
    return [
        _key(codes) if shortest <= codes.size <= longest and len(line) <= most else 0
        for line, codes in zip(text.split("\n"), fold_lines(text), strict=True)
    ]


def _key(codes: Codes) -> int:
    digest = blake2b(codes.tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1
