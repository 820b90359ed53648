"""How much a decoded text looks like text: the evidence behind a choice of encoding.

Real Chinese is made of few characters: the frequent ones of
`codelists/common-characters.csv` are more than half of any page, while a page read in
the wrong encoding hits them by chance only (measured on synthetic pages: below 0.15).
"""

import re
from functools import cache
from itertools import islice
from typing import NamedTuple

from contentkit.resources import read_codelist

PLAUSIBLE_SHARE = 0.35
"""From this share of common characters on, a declared encoding is believed."""

# Signs that every East Asian encoding has are no evidence for any of them.
_NEUTRAL = (
    "\x00-\x7f\xa0\xa7\xb0\xb1\xb7\xd7\xf7‐-‧‰-※←-⇿①-⒛─-◿☆★\u3000-〗！-～￥\ufeff"
)
_WORDS = re.compile(f"[^{_NEUTRAL}]+")

_NATIVE = {
    "kana": re.compile("[\u3041-\u30fe]"),
    "hangul": re.compile("[\uac00-\ud7a3]"),
    "cyrillic": re.compile("[\u0400-\u045f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "thai": re.compile("[\u0e01-\u0e5b]"),
}
# In Western text letters with accents stand alone or in pairs between plain ones;
# Chinese read as Latin-1 is one long run of them.
_LATIN = re.compile("(?<![\x80-\uffff])[\xa0-ſ‐-™]{1,2}(?![\x80-\uffff])")


class Evidence(NamedTuple):
    """Characters that tell something, and how many of them are as expected."""

    characters: int
    expected: int

    @property
    def share(self) -> float:
        """Return the share of expected characters; one doubt for good measure."""
        return self.expected / (self.characters + 1)


@cache
def common_characters() -> frozenset[str]:
    """Return the frequent 汉字, simplified and traditional."""
    rows = read_codelist("common-characters")
    return frozenset("".join(row["characters"] for row in rows))


def weigh_chinese(text: str, *, runs: int = 20_000) -> Evidence:
    """Weigh the first `runs` runs of letters beyond ASCII as Chinese text."""
    letters = "".join(m.group() for m in islice(_WORDS.finditer(text), runs))
    return Evidence(len(letters), sum(map(common_characters().__contains__, letters)))


def weigh_sample(text: str, *, windows: int = 4, runs: int = 12) -> Evidence:
    """Weigh a few runs at even distances through the text: quick for any length."""
    step = max(1, len(text) // windows)
    letters = "".join(
        m.group()
        for start in range(0, len(text), step)
        for m in islice(_WORDS.finditer(text, start, start + step), runs)
    )[:800]
    return Evidence(len(letters), sum(map(common_characters().__contains__, letters)))


def weigh_script(text: str, script: str) -> Evidence:
    """Weigh a text by the letters of its script: `han`, `kana`, `cyrillic`, `latin` …"""
    if script in ("han", "any"):
        return weigh_chinese(text)
    letters = "".join(m.group() for m in islice(_WORDS.finditer(text), 20_000))
    if script == "latin":
        beyond = len(re.findall("[\x80-\uffff]", text[:1_000_000]))
        alone = sum(len(m) for m in _LATIN.findall(text[:1_000_000]))
        return Evidence(beyond, alone)
    return Evidence(len(letters), len(_NATIVE[script].findall(letters)))
