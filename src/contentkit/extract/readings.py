"""One page read in one encoding, and how good the outcome is."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from contentkit.extract.charset_claims import script_of
from contentkit.extract.plausibility import weigh_chinese, weigh_script

UTF16 = ("utf-16-le", "utf-16-be")
PROOF_BYTES = 8
"""Bytes beyond one a character that prove UTF-8 where nothing contradicts.

Two-byte sequences alone occur in GBK text by chance: a fifth of its characters look
like one (通知 is valid UTF-8). Eight in a row do so once in half a million.
"""

# The most that a reading in another script counts: Chinese bytes also make Thai, Cyrillic
# or Hangul of every letter (0.6 to 0.95 measured), while such texts make poor Chinese
# (0.0 to 0.24), so half is behind real Chinese and before chance.
_FOREIGN = 0.5

_MOST_PASSAGES = 2000  # passages in another encoding looked for; more is no passage

HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_UTF8_RUN = re.compile(
    rb"(?<![\x80-\xff])(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]"
    rb"|\xe2\x80[\x80-\xbf]|\xc2[\xa0-\xbf])+(?![\x80-\xff])"
)


class Reading(NamedTuple):
    """A text, the encoding it was read in, and its score from 0 to 1.

    `passages` are the pieces that were read in another encoding, each with its own;
    `rivals` the encodings that would do as well.
    """

    encoding: str
    text: str
    score: float = 1.0
    passages: tuple[tuple[str, str], ...] = ()
    rivals: tuple[str, ...] = ()


def utf16_signs(data: bytes) -> list[str]:
    """Return the UTF-16 byte order that the zero bytes of the markup show."""
    head = data[:4096]
    zeros = {"utf-16-be": head[::2].count(0), "utf-16-le": head[1::2].count(0)}
    name = max(zeros, key=lambda key: zeros[key])
    most, least = max(zeros.values()), min(zeros.values())
    return [name] if most > len(head) // 10 and least * 10 < most else []


def read_as(data: bytes, encoding: str) -> Reading:
    """Read a page in an encoding, strictly if that works, else around its damage."""
    text = decode_strictly(data, encoding)
    if text is not None:
        return Reading(encoding, text, _score(data, text, encoding))
    text = data.decode(encoding, "replace")
    damage = text.count("\ufffd")
    reading = Reading(encoding, text)
    if encoding == "utf-8":
        sound = len(data) - len(text) - 2 * damage
        if damage > sound:
            return reading._replace(score=0.0)
        reading = _stitch(data, encoding)
    elif encoding == "gb18030":
        reading = _stitch(data, encoding)
    damage = reading.text.count("\ufffd") + sum(len(p[0]) for p in reading.passages)
    beyond = sum(len(m[0]) for m in islice(HIGH_RUN.finditer(data), 100_000))
    whole = _score(data, reading.text, encoding)
    return reading._replace(score=max(0.0, whole - 4 * damage / (beyond + 1)))


def _score(data: bytes, text: str, encoding: str) -> float:
    """Return how far a text looks like what its encoding is for, from 0 to 1."""
    if "\0" in text:
        return 0.0
    script = script_of(encoding)
    if encoding == "utf-8":
        highest = max(text, default="")
        is_odd = "\xff" < highest < "\u0800" and len(data) - len(text) < PROOF_BYTES
        return 0.3 if is_odd else 1.0
    if encoding in UTF16 and encoding in utf16_signs(data):
        return 1.0
    weight = weigh_script(text, script)
    if not weight.characters:
        return 0.5
    return weight.share if script in ("any", "han") else min(weight.share, _FOREIGN)


def decode_strictly(data: bytes, encoding: str) -> str | None:
    """Return the text, or None when a byte does not fit."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _stitch(data: bytes, encoding: str) -> Reading:
    """Read a page whose passages are in two encodings; the page's own one leads."""
    pieces: list[str] = []
    passages: list[tuple[str, str]] = []
    done = 0
    for start, end, text, other in islice(_foreign(data, encoding), _MOST_PASSAGES):
        pieces += [data[done:start].decode(encoding, "replace"), text]
        passages.append((text, other))
        done = end
    pieces.append(data[done:].decode(encoding, "replace"))
    return Reading(encoding, "".join(pieces), passages=tuple(passages))


def _foreign(data: bytes, encoding: str) -> Iterator[tuple[int, int, str, str]]:
    other = "gb18030" if encoding == "utf-8" else "utf-8"
    pattern = HIGH_RUN if encoding == "utf-8" else _UTF8_RUN
    for run in pattern.finditer(data):
        if encoding == "utf-8" and decode_strictly(run.group(), "utf-8") is not None:
            continue
        text = decode_strictly(run.group(), other)
        if text is None:
            continue
        weight = weigh_chinese(text)
        if weight.expected >= max(2, 0.6 * weight.characters):
            yield run.start(), run.end(), text, other
