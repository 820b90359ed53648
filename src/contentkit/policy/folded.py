"""A text folded for reading, with the way back to the original offsets.

Patterns are written once, against one form of every sign: full-width digits, letters
and brackets become ASCII ones (NFKC), white space, line breaks and invisible marks are
gone. Offsets always lead back into the original text (POLICY 10, pitfall 20).
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from contentkit.text import INVISIBLE

_IRREGULAR = re.compile(
    rf"[\s{INVISIBLE}]+|[^\x00-\x7f\u2010-\u2022\u3000-\u30ff\u4e00-\u9fff]"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is the folded form; `breaks` its offsets before which a line began.

    `_starts[k]` is the folded offset at which the k-th stretch of equal distance
    begins, `_shifts[k]` what must be added to come to the original offset.
    """

    original: str
    text: str
    breaks: tuple[int, ...]
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """Return the original offset of the folded character at `offset`."""
        place = bisect_right(self._starts, offset) - 1
        return offset + self._shifts[place]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of the folded `start:end`, which is not empty.

        White space around it is not part of it, white space within is.
        """
        return self.origin(start), self.origin(end - 1) + 1

    def quote(self, start: int, end: int) -> str:
        """Return the original text of a folded span."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold_policy(text: str) -> Folded:
    """Fold a text for reading.

    >>> folded = fold_policy("仑政办 ［２０２０］\\n12号")
    >>> folded.text, folded.quote(3, 9)
    ('仑政办[2020]12号', '［２０２０］')
    """
    parts: list[str] = []
    breaks: list[int] = []
    starts, shifts = [0], [0]
    length = done = 0
    for match in _IRREGULAR.finditer(text.translate(_WIDE)):
        start, end = match.span()
        parts.append(text[done:start].translate(_WIDE))
        length += start - done
        done = end
        sign = match[0]
        if sign[0].isspace() or sign[0] in INVISIBLE:
            if not sign.isprintable() and ("\n" in sign or "\r" in sign):
                breaks.append(length)
            new = ""
        else:
            new = unicodedata.normalize("NFKC", sign)
            parts.append(new)
        # each sign of an expansion leads to the one sign it came from
        for place in range(length, length + len(new)):
            _note(starts, shifts, place, start - place)
        length += len(new)
        _note(starts, shifts, length, end - length)
    parts.append(text[done:].translate(_WIDE))
    return Folded(text, "".join(parts), tuple(breaks), tuple(starts), tuple(shifts))


def _note(starts: list[int], shifts: list[int], place: int, shift: int) -> None:
    if shifts[-1] == shift:
        return
    if starts[-1] == place:
        shifts[-1] = shift
    else:
        starts.append(place)
        shifts.append(shift)
