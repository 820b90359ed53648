"""Figures that an interpretation states otherwise than its document.

Two figures are compared only where the words directly before them and their unit are the
same, each text says them once, and no word tells of an older figure (从…提高到…, 原…).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from contentkit.cleanup.words import any_word
from contentkit.policy.folded import Folded, fold_policy

_LABEL = 6  # Han characters before a figure that both texts must share
_LEAST = 4
_AROUND = 30
_HAN_END = re.compile("[一-龥]{4,6}$")
_MARKS = re.compile("[,。;:!?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a text with its unit: `text[start:end] == quote`, label included."""

    label: str
    value: str
    unit: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the interpretation says, and what the document says."""

    here: Figure
    there: Figure


def contradicting_figures(here: str, there: str) -> Iterator[Contradiction]:
    """Yield the figures of `here` that `there` states otherwise.

    >>> pair = next(contradicting_figures("补助标准每人300元。", "补助标准每人200元。"))
    >>> pair.here.quote, pair.there.quote
    ('补助标准每人300元', '补助标准每人200元')
    """
    told = _once(here, is_new=True)
    if not told:
        return
    stated = _once(there, is_new=False)
    for key, figure in told.items():
        other = stated.get(key)
        if other is not None and _contradicts(figure, other):
            yield Contradiction(here=figure, there=other)


def _contradicts(here: Figure, there: Figure) -> bool:
    short, long = sorted((here.label, there.label), key=len)
    return here.value != there.value and long.endswith(short)


def _once(text: str, *, is_new: bool) -> dict[tuple[str, str], Figure]:
    """Return the figures whose last words and unit a text has once, in its order."""
    folded = fold_policy(text)
    found: dict[tuple[str, str], Figure] = {}
    several: set[tuple[str, str]] = set()
    for match in _figure().finditer(folded.text):
        figure = _read(folded, match)
        if figure is None:
            continue
        key = (figure.label[-_LEAST:], figure.unit)
        if key in found or (is_new and _is_compared(folded.text, match.span())):
            several.add(key)
        found.setdefault(key, figure)
    return {key: figure for key, figure in found.items() if key not in several}


def _read(folded: Folded, match: re.Match[str]) -> Figure | None:
    begin = match.start()
    label = _HAN_END.search(folded.text, max(0, begin - _LABEL), begin)
    if label is None or label[0].endswith("第"):
        return None
    start, end = folded.span(label.start(), match.end())
    return Figure(
        label=label[0],
        value=_plain(match[1]),
        unit=match[2],
        quote=folded.original[start:end],
        start=start,
        end=end,
    )


def _plain(value: str) -> str:
    """Return a figure without what does not count: 1,000.50 is 1000.5."""
    whole, point, part = value.replace(",", "").partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + part if part else "")


def _is_compared(text: str, span: tuple[int, int]) -> bool:
    before = _MARKS.split(text[max(0, span[0] - _AROUND) : span[0]])[-1]
    behind = _MARKS.split(text[span[1] : span[1] + _AROUND])[0]
    return any_word("compared").search(before + behind) is not None


@cache
def _figure() -> re.Pattern[str]:
    units = any_word("unit").pattern
    return re.compile(
        f"(?<![0-9.,])([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}|[0-9]{{1,12}}(?:[.][0-9]{{1,4}})?)({units})"
    )
