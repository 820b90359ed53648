"""Where two texts differ, in time that grows with their length.

Compared are Han characters, letters, digits, % and decimal points, widths folded: white
space and punctuation make no difference, except between two figures. Blocks that stand once in each text anchor the
comparison (longest increasing run of anchors); between anchors shorter blocks are tried.
What no block of three characters joins is one differing stretch.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_KEPT = re.compile(
    "([0-9a-z%‰〇\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)"
    # what stands between two figures keeps them apart, but for 1,000
    "|(?<=[0-9])(?!,[0-9]{3}(?![0-9]))[ \u3000\xa0]{0,3}([^\\w \u3000\xa0])"
    "(?=\\W{0,8}[0-9])"
)
_FOLD = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    | {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
    | {ord(sign): ord("〇") for sign in "○◯"}
)
_BLOCKS = ((32, 16), (8, 4), (3, 1))
"""Length and stride of the blocks, from coarse to fine."""
_LONGEST_FINE_GAP = 20_000  # above it a gap without coarse anchors is one stretch


@dataclass(frozen=True, slots=True)
class Folded:
    """The compared characters of a text and the way back to its offsets."""

    original: str
    text: str
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of folded `start:end`; empty for an empty one."""
        if start == end:
            place = self._origin(start - 1) + 1 if start else 0
            return place, place
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, offset: int) -> int:
        place = bisect_right(self._starts, offset) - 1
        return offset + self._shifts[place]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A differing stretch, as folded offsets in both texts."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


@lru_cache(maxsize=16)
def fold_copy(text: str) -> Folded:
    """Fold a text for the comparison of copies.

    >>> fold_copy("第１ 条：３.5％、1,000元。").text
    '第1条3.5%1000元'
    >>> fold_copy("〔2020〕12号，3、4").text
    '2020〕12号3、4'
    """
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = 0
    for match in _KEPT.finditer(text.translate(_FOLD)):
        kept = match.lastindex or 0
        starts.append(length)
        shifts.append(match.start(kept) - length)
        parts.append(match[kept])
        length += len(match[kept])
    return Folded(text, "".join(parts), tuple(starts), tuple(shifts))


def differing(a: str, b: str) -> list[Stretch]:
    """Return the stretches in which two folded texts differ, in order.

    >>> differing("共有三十五万元经费", "共有三十八万元经费")
    [Stretch(a_start=4, a_end=5, b_start=4, b_end=5)]
    """
    gaps = [Stretch(0, len(a), 0, len(b))]
    for length, stride in _BLOCKS:
        finer: list[Stretch] = []
        for gap in gaps:
            finer.extend(_split(a, b, gap, (length, stride)))
        gaps = finer
    return gaps


def _split(a: str, b: str, gap: Stretch, block: tuple[int, int]) -> Iterator[Stretch]:
    """Yield what is left of a gap between the blocks that anchor it."""
    gap = _trim(a, b, gap)
    if gap.a_start == gap.a_end or gap.b_start == gap.b_end:
        if gap.a_start != gap.a_end or gap.b_start != gap.b_end:
            yield gap
        return
    a_at, b_at = gap.a_start, gap.b_start
    for x, y in _anchors(a, b, gap, block):
        if x < a_at or y < b_at:
            continue  # within the reach of the anchor before it
        rest = _trim(a, b, Stretch(a_at, x, b_at, y))
        if rest.a_start != rest.a_end or rest.b_start != rest.b_end:
            yield rest
        reach = _reach(a, b, Stretch(x, gap.a_end, y, gap.b_end))
        a_at, b_at = x + reach, y + reach
    rest = _trim(a, b, Stretch(a_at, gap.a_end, b_at, gap.b_end))
    if rest.a_start != rest.a_end or rest.b_start != rest.b_end:
        yield rest


def _anchors(
    a: str, b: str, gap: Stretch, block: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return pairs of places of blocks that stand once in each text, increasing."""
    length, stride = block
    size = max(gap.a_end - gap.a_start, gap.b_end - gap.b_start)
    if stride == 1 and size > _LONGEST_FINE_GAP:
        return []
    places: dict[str, int] = {}
    for place in range(gap.a_start, gap.a_end - length + 1, stride):
        text = a[place : place + length]
        places[text] = -1 if text in places else place
    found: dict[int, int] = {}
    for place in range(gap.b_start, gap.b_end - length + 1):
        known = places.get(b[place : place + length], -1)
        if known >= 0:
            found[known] = -1 if known in found else place
    pairs = sorted((x, y) for x, y in found.items() if y >= 0)
    return _increasing(pairs)


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs that increases in both places."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_, y) in enumerate(pairs):
        rank = bisect_left(tails, y)
        before.append(ends[rank - 1] if rank else -1)
        if rank == len(tails):
            tails.append(y)
            ends.append(place)
        else:
            tails[rank], ends[rank] = y, place
    run: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _trim(a: str, b: str, gap: Stretch) -> Stretch:
    left_a, left_b = a[gap.a_start : gap.a_end], b[gap.b_start : gap.b_end]
    front = _common(left_a, left_b)
    back = _common(left_a[front:][::-1], left_b[front:][::-1])
    return Stretch(
        gap.a_start + front, gap.a_end - back, gap.b_start + front, gap.b_end - back
    )


def _reach(a: str, b: str, gap: Stretch) -> int:
    """Return how far two texts agree from the beginning of a gap, in growing steps."""
    x, y, step = gap.a_start, gap.b_start, 64
    while True:
        left = a[x : min(x + step, gap.a_end)]
        right = b[y : min(y + step, gap.b_end)]
        common = _common(left, right)
        x, y = x + common, y + common
        if common < step:
            return x - gap.a_start
        step *= 2


def _common(a: str, b: str) -> int:
    """Return the length of the common beginning of two texts, by halving."""
    low, high = 0, min(len(a), len(b))
    if a[:high] == b[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
