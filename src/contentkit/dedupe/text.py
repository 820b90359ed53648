"""What is compared of a text: its Han characters, letters and digits, folded.

White space, punctuation and symbols are left out: copies of one document differ in
them, documents do not. Full-width and other compatibility forms become ordinary ones
(NFKD), marks on letters go, case goes. Folding works character by character, so that no
text, however it is made, costs more than its length: `unicodedata.normalize` over a
whole text is quadratic in a run of combining marks.
"""

import unicodedata
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16] | NDArray[np.uint32]
"""Code points of a folded text; 16 bits wide where all of them fit."""

_BMP = 0x10000
_NEWLINE = 0x0A
_SEVERAL = 0xFFFF  # no character: stands for "more or less than one 16-bit code"


def fold_codes(text: str) -> Codes:
    """Return the code points of a text that are compared, of shape `(characters,)`.

    Equal codes mean texts that differ at most in white space, signs, widths and case.

    >>> fold_codes("（２０１９年）　OK！").tobytes().decode("utf-16-le")
    '2019年ok'
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    codes = _table().take(units)
    if (codes == _SEVERAL).any():
        return _fold_slowly(text)
    kept: Codes = codes[codes != 0]
    return kept


def fold_lines(text: str) -> list[Codes]:
    """Return the folded codes of each line of a text: one pass, not a call a line.

    >>> [codes.size for codes in fold_lines("第1条：\\n\\n（二）")]
    [3, 0, 1]
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    codes = _table().take(units)
    if (codes == _SEVERAL).any():
        return [fold_codes(line) for line in text.split("\n")]
    is_kept = codes != 0
    breaks = np.append(np.flatnonzero(units == _NEWLINE), units.size)
    ends = np.append(0, np.cumsum(is_kept)).take(breaks).tolist()
    kept = codes[is_kept]
    return [kept[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def fold_text(text: str) -> str:
    """Return what is compared of a text.

    >>> fold_text("第㈠条　面积 12㎡，自印发之日起施行。")
    '第一条面积12m2自印发之日起施行'
    """
    return "".join(map(_fold_character, text))


def _fold_slowly(text: str) -> Codes:
    points = np.frombuffer(fold_text(text).encode("utf-32-le"), dtype="<u4")
    if points.size and points.max() >= _BMP:
        return points
    return points.astype(np.uint16)


@lru_cache(maxsize=1 << 13)
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in plain if c.isalnum())


@cache
def _table() -> NDArray[np.uint16]:
    """Return the folded code of each 16-bit code unit: 0 where nothing is left."""
    table = np.zeros(_BMP, dtype=np.uint16)
    for unit in range(_BMP):
        folded = _fold_character.__wrapped__(chr(unit))
        if len(folded) > 1 or 0xD800 <= unit < 0xE000 or ord(folded or "\0") >= _BMP:
            table[unit] = _SEVERAL
        elif folded:
            table[unit] = ord(folded)
    return table
