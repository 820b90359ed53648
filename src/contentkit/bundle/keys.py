"""Sorted sets of fixed-width keys and of hashes that take a million without strain."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise


class KeySet:
    """Sorted keys of one width, side by side in one block of bytes.

    A million document ids take 16 MB here and some 90 MB as Python objects; a look-up
    is a bisection of a few microseconds.
    """

    def __init__(self, blob: bytes | bytearray, width: int) -> None:
        self._blob = blob
        self._width = width

    @classmethod
    def of(cls, keys: Iterable[bytes], *, width: int) -> "KeySet":
        """Collect keys that come sorted and without repeats; else `ValueError`."""
        blob = bytearray()
        last: bytes | None = None
        for key in keys:
            if len(key) != width:
                raise ValueError(f"a key of {len(key)} bytes among keys of {width}")
            if last is not None and key <= last:
                raise ValueError(f"key {key.hex()} does not come after {last.hex()}")
            blob += key
            last = key
        return cls(blob, width)

    def __len__(self) -> int:
        return len(self._blob) // self._width

    def __iter__(self) -> Iterator[bytes]:
        return map(self.at, range(len(self)))

    def __contains__(self, key: bytes) -> bool:
        return self.index(key) is not None

    def at(self, index: int) -> bytes:
        """Return the key at a position."""
        start = index * self._width
        return bytes(self._blob[start : start + self._width])

    def index(self, key: bytes) -> int | None:
        """Return the position of a key, or None."""
        index = bisect_left(range(len(self)), key, key=self.at)
        return index if index < len(self) and self.at(index) == key else None


class HashSet:
    """Hashes of 8 bytes, of anything that is spread evenly, and which came twice.

    A million take 8 MB, while they are sorted as well: sorting goes part by part, as
    Python makes an object of every number that it sorts.
    """

    def __init__(self, hashes: Iterable[int]) -> None:
        self._parts = [array("Q") for _ in range(_PARTS)]
        for number in hashes:
            self._parts[number % _PARTS].append(number)
        for index, part in enumerate(self._parts):
            self._parts[index] = array("Q", sorted(part))

    def __contains__(self, number: int) -> bool:
        part = self._parts[number % _PARTS]
        index = bisect_left(part, number)
        return index < len(part) and part[index] == number

    def repeated(self) -> frozenset[int]:
        """Return the hashes that came more than once."""
        return frozenset(a for part in self._parts for a, b in pairwise(part) if a == b)


_PARTS = 64
