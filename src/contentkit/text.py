"""White space and widths: how the text of a page is folded, nothing more.

Pages hold four kinds of white space that a reader does not tell apart: ASCII, the
no-break space, the ideographic space that Chinese editors indent with, and the
zero-width marks that copy and paste leaves behind.
"""

import re
import unicodedata
from functools import lru_cache

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters without width; they stand at the ends of pasted values."""

_ENDS = " \t\r\n\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + (
    "".join(chr(code) for code in range(0x2000, 0x200B)) + INVISIBLE
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_NO_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_BREAK = re.compile(r" *[\t\r\n\f\v][ \t\r\n\f\v]*")


_ALOOF = re.compile("[\x00-\x7f\u4e00-\u9fff]")
_PIECE = 2000  # characters; a run of as many marks takes about a millisecond

_LONGEST_KNOWN = 40  # labels and names return on every page; longer texts do not


def strip(text: str) -> str:
    """Return the text without white space and invisible marks at its ends.

    >>> strip("\\u200b　新华社\\xa0")
    '新华社'
    """
    return text.strip(_ENDS)


def fold_spaces(text: str) -> str:
    """Return the text on one line, its ends stripped.

    A line break in the source with the spaces around it is one space, a no-break space
    an ordinary one. Other spaces inside stay as they are: they set off parts of titles
    and names.

    >>> fold_spaces("  关于\\n   印发\\xa0通知　")
    '关于 印发 通知'
    """
    text = text.strip(_ENDS)
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\n" in text or "\t" in text or "\r" in text:
        return _BREAK.sub(" ", text)
    return text


def squeeze(text: str) -> str:
    """Return the text without any white space or invisible mark.

    >>> squeeze("标　　题 ：")
    '标题：'
    """
    text = "".join(text.split())
    return text if text.isascii() else _without_invisible(text)


def _without_invisible(text: str) -> str:
    return text.translate(_NO_INVISIBLE) if _INVISIBLE.search(text) else text


def fold(text: str) -> str:
    """Return the text for comparison: NFKC, no white space, lower case.

    >>> fold("（２０１９年）通知") == fold("(2019年) 通知")
    True
    """
    return _fold(text) if len(text) > _LONGEST_KNOWN else _fold_known(text)


def _fold(text: str) -> str:
    return squeeze(nfkc(text)).lower()


def nfkc(text: str) -> str:
    """Return NFKC of a text in time that grows with its length.

    Python sorts a run of combining marks in quadratic time. A long text is taken in
    pieces that begin with a sign which no sign before it can change or join; only where
    there is none for a whole piece, in such a run itself.
    """
    if len(text) <= _PIECE:
        return unicodedata.normalize("NFKC", text)
    parts = []
    start = 0
    while start < len(text):
        end = start + _PIECE
        aloof = _ALOOF.search(text, end, end + _PIECE)
        end = aloof.start() if aloof else end + _PIECE
        parts.append(unicodedata.normalize("NFKC", text[start:end]))
        start = end
    return "".join(parts)


_fold_known = lru_cache(maxsize=8192)(_fold)
