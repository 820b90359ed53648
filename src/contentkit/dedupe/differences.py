"""What two texts differ in: figures, dates, amounts, names, wording, additions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from contentkit.codelists import words
from contentkit.dedupe.diff import Folded, Stretch, differing, fold_copy
from contentkit.dedupe.words import pattern, threshold
from contentkit.models import Json
from contentkit.text import squeeze

_DIGITS = "0123456789."
_HAN_NUMERALS = "〇零一二三四五六七八九十百千万亿两"
_NUMERALS = _DIGITS + _HAN_NUMERALS
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_COUNTED = "年月日号时分条款项章节次期批届件元万亿个名人户亩天周%‰岁吨米"
_HAN_RUN = re.compile(
    rf"(?<=第)[{_HAN_NUMERALS}]+|[{_HAN_NUMERALS}]+(?=[{_COUNTED}])"
    rf"|[{_HAN_NUMERALS}]{{2,}}"
)
_BETWEEN = re.compile(r"[^\w.%‰]")
_LEADING_ZEROS = re.compile("(?<![0-9.])0+(?=[0-9])")
_DATE_UNITS, _MONEY_UNITS = "年月日号时", "元万亿%‰"
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_VALUES = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_VALUES |= {"零": 0, "两": 2}
_LONGEST_LINE = 80
_LONGEST_NUMERAL = 16  # characters by which a stretch is widened to whole numerals
_QUOTE_AROUND = 6  # folded characters shown on both sides of a differing stretch
_LONGEST_QUOTE = 120


class Kind(StrEnum):
    """What a differing stretch is."""

    SPELLING = "spelling"  # one value in two notations
    PHRASE = "phrase"  # words that say nothing
    EDGE = "edge"  # only one text has it, before or after all that both share
    ADDED = "added"  # only one text has it, amid the rest
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    NAME = "name"
    WORDING = "wording"


HARMLESS = frozenset({Kind.SPELLING, Kind.PHRASE, Kind.EDGE})
FIGURES = frozenset({Kind.DATE, Kind.AMOUNT, Kind.NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One differing place: `here` and `there` are its exact texts, `size` compared signs.

    `a_span` and `b_span` are offsets in the texts as given; an empty span is the place
    at which the other text has more.
    """

    kind: Kind
    here: str
    there: str
    a_span: tuple[int, int]
    b_span: tuple[int, int]
    size: int

    def to_json(self) -> dict[str, Json]:
        """Return the place as evidence, long stretches cut after 120 characters."""
        return {
            "kind": str(self.kind),
            "here": self.here[:_LONGEST_QUOTE],
            "here_span": list(self.a_span),
            "there": self.there[:_LONGEST_QUOTE],
            "there_span": list(self.b_span),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts compared: all differing places, and how much of the shorter is shared."""

    differences: tuple[Difference, ...]
    shorter: int
    longer: int
    contained: float

    @property
    def is_equal(self) -> bool:
        """Nothing differs but the notation of figures."""
        return self.shorter > 0 and all(
            place.kind is Kind.SPELLING for place in self.differences
        )

    def of(self, *kinds: Kind) -> tuple[Difference, ...]:
        """Return the differing places of some kinds."""
        return tuple(x for x in self.differences if x.kind in kinds)


def compare_texts(a: str, b: str) -> Comparison:
    """Compare two texts without the lines that say nothing of the document.

    >>> compare_texts("补助三十五万元。", "补助38万元。").differences[0].kind
    <Kind.AMOUNT: 'amount'>
    """
    first, second = fold_copy(own_text(a)), fold_copy(own_text(b))
    stretches = differing(first.text, second.text)
    places = tuple(_difference(first, second, stretch) for stretch in stretches)
    sizes = sorted((len(first.text), len(second.text)))
    is_first = len(first.text) <= len(second.text)
    lost = sum(
        (x.a_end - x.a_start) if is_first else (x.b_end - x.b_start) for x in stretches
    )
    contained = 1 - lost / sizes[0] if sizes[0] else 0.0
    return Comparison(places, sizes[0], sizes[1], contained)


@lru_cache(maxsize=16)
def own_text(text: str) -> str:
    """Return the text with lines that say nothing blanked, all offsets kept."""
    line_pattern = pattern("line")
    return "\n".join(
        " " * len(line)
        if len(line) <= _LONGEST_LINE and line_pattern.fullmatch(squeeze(line))
        else line
        for line in text.split("\n")
    )


def own_length(text: str) -> int:
    """Return how many characters of a text are compared."""
    return len(fold_copy(own_text(text)).text)


def _difference(a: Folded, b: Folded, stretch: Stretch) -> Difference:
    kind, wide = _classify(a, b, stretch)
    a_span = a.span(wide.a_start, wide.a_end)
    b_span = b.span(wide.b_start, wide.b_end)
    return Difference(
        kind=kind,
        here=a.original[slice(*a_span)],
        there=b.original[slice(*b_span)],
        a_span=a_span,
        b_span=b_span,
        size=max(stretch.a_end - stretch.a_start, stretch.b_end - stretch.b_start),
    )


def _classify(a: Folded, b: Folded, stretch: Stretch) -> tuple[Kind, Stretch]:
    """Return what a stretch is, and the stretch widened to whole numerals."""
    wide = _widen(a.text, b.text, stretch)
    here = a.text[wide.a_start : wide.a_end]
    there = b.text[wide.b_start : wide.b_end]
    after = a.text[wide.a_end : wide.a_end + 1] or b.text[wide.b_end : wide.b_end + 1]
    if _plain_numerals(here + after) == _plain_numerals(there + after):
        return Kind.SPELLING, wide
    phrase = pattern("phrase")
    if phrase.sub("", here) == phrase.sub("", there):
        return Kind.PHRASE, wide
    if not here or not there:
        return (Kind.EDGE if _is_edge(a, b, stretch) else Kind.ADDED), wide
    if _is_edge(a, b, stretch) and _is_lead(here) != _is_lead(there):
        return Kind.EDGE, wide
    numbers = _numbers(here + after), _numbers(there + after)
    if numbers[0] != numbers[1]:
        return _figure_kind(here + after, there + after), wide
    is_name = _is_name(a, (wide.a_start, wide.a_end)) or _is_name(
        b, (wide.b_start, wide.b_end)
    )
    return (Kind.NAME if is_name else Kind.WORDING), wide


def _is_edge(a: Folded, b: Folded, stretch: Stretch) -> bool:
    is_head = not stretch.a_start or not stretch.b_start
    is_tail = stretch.a_end == len(a.text) or stretch.b_end == len(b.text)
    return is_head or is_tail


def _is_lead(text: str) -> bool:
    return bool(pattern("lead").match(text[:_LONGEST_LINE]))


def _widen(a: str, b: str, stretch: Stretch) -> Stretch:
    """Widen a stretch over the numerals that it touches; both sides share them."""
    firsts = a[stretch.a_start : stretch.a_start + 1]
    firsts += b[stretch.b_start : stretch.b_start + 1]
    lasts = a[max(stretch.a_end - 1, 0) : stretch.a_end]
    lasts += b[max(stretch.b_end - 1, 0) : stretch.b_end]
    front = back = 0
    if any(sign in _NUMERALS for sign in firsts):
        front = min(_numerals_before(a, stretch.a_start), stretch.b_start)
    if any(sign in _NUMERALS for sign in lasts):
        back = min(_numerals_after(a, stretch.a_end), len(b) - stretch.b_end)
    return Stretch(
        stretch.a_start - front,
        stretch.a_end + back,
        stretch.b_start - front,
        stretch.b_end + back,
    )


def _numerals_before(text: str, place: int) -> int:
    near = text[max(0, place - _LONGEST_NUMERAL) : place]
    return len(near) - len(near.rstrip(_NUMERALS))


def _numerals_after(text: str, place: int) -> int:
    near = text[place : place + _LONGEST_NUMERAL]
    return len(near) - len(near.lstrip(_NUMERALS))


def _plain_numerals(text: str) -> str:
    """Return the text with Han numerals as digits, one sign between figures.

    >>> _plain_numerals("二〇二四年六月十一日"), _plain_numerals("第三十五条")
    ('2024年6月11日', '第35条')
    """
    plain = _HAN_RUN.sub(lambda match: _digits_of(match[0]), text)
    return _LEADING_ZEROS.sub("", _BETWEEN.sub("-", plain))


def _digits_of(numeral: str) -> str:
    if not any(sign in _UNITS for sign in numeral):
        return "".join(str(_VALUES[sign]) for sign in numeral)
    total = section = digit = 0
    for sign in numeral:
        unit = _UNITS.get(sign)
        if unit is None:
            digit = _VALUES[sign]
        elif unit < _UNITS["万"]:
            section += (digit or 1) * unit
            digit = 0
        else:
            total = ((total + section + digit) or 1) * unit
            section = digit = 0
    return str(total + section + digit)


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(_plain_numerals(text))


def _figure_kind(here: str, there: str) -> Kind:
    for units, kind in ((_DATE_UNITS, Kind.DATE), (_MONEY_UNITS, Kind.AMOUNT)):
        if any(_unit_follows(text, units) for text in (here, there)):
            return kind
    return Kind.NUMBER


def _unit_follows(text: str, units: str) -> bool:
    plain = _plain_numerals(text)
    ends: Iterator[int] = (match.end() for match in _NUMBER.finditer(plain))
    return any(plain[end : end + 1] in units for end in ends if plain[end : end + 1])


def _is_name(text: Folded, span: tuple[int, int]) -> bool:
    """Say whether a replaced stretch stands where a name stands, or is one."""
    start, end = span
    if end - start > threshold("longest-name"):
        return False
    before = text.text[max(0, start - _QUOTE_AROUND) : start]
    after = text.text[end : end + _QUOTE_AROUND]
    if pattern("before-name").search(before) or pattern("after-name").match(after):
        return True
    if text.text[start:end].endswith(tuple(words("organization-endings"))):
        return True
    first, last = text.span(start, end)
    line_start = text.original.rfind("\n", 0, first) + 1
    line_end = text.original.find("\n", last)
    line = text.original[line_start : line_end if line_end >= 0 else None]
    return 2 * (end - start) >= len(squeeze(line))  # a cell of a table, a list of names
