"""Numbers in a text that have the shape of a personal one, wherever they are split.

A run is a stretch of digits with at most three spaces, hyphens or cell breaks between
two of them; full-width digits count. A number is a group of digits of the right length,
or several groups put together. What stands around it is judged elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contentkit.cleanup.personal_checks import (
    has_check_digit,
    has_id_shape,
    is_mobile,
    passes_luhn,
)
from contentkit.cleanup.personal_words import pattern, prefixes

_DIGIT = "0-9０-９"
_DASHES = "\\-－–—‐‑−﹣"
_SPACES = r" \xa0\u3000\u2002-\u200d\ufeff"
_BREAKS = r"\n\r\t"
_RUN = re.compile(
    f"[{_DIGIT}](?:[{_SPACES}{_BREAKS}{_DASHES}]{{0,3}}+[{_DIGIT}]){{10,}}+"
    f"(?:[{_SPACES}{_DASHES}]?[XxＸｘ])?"
)
_GROUP = re.compile(f"[{_DIGIT}]+(?:[XxＸｘ])?|[XxＸｘ]")
_NARROW = {ord("０") + n: str(n) for n in range(10)} | dict.fromkeys(
    map(ord, "xＸｘ"), "X"
)
_BREAK = re.compile(f"[{_BREAKS}]")
_DASH = re.compile(f"[{_DASHES}]")
_PASSPORT = re.compile(
    "(?<![A-Za-z0-9])(?:[EGPSD][0-9]{8}|E[A-Z][0-9]{7}|[CHMW][0-9]{8}(?:[0-9]{2})?)"
    "(?![A-Za-z0-9])"
)
_LETTER = re.compile("[A-Za-zＡ-Ｚａ-ｚ]")
_MASK = "*＊×●"
_UNITS = "元万亿千百吨米亩人次个件株户头辆%％‰"
_AREA_CODE = re.compile("(?:00)?86|0[0-9]{0,3}")
_ID_GROUPS = frozenset({(6, 8, 4), (6, 12), (14, 4), (10, 8), (6, 4, 4, 4), (17, 1)})
_MOBILE_GROUPS = frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5)})
_JOINED = frozenset({11, 16, 18, 19})  # digits of what is put together from groups
_MOST_GROUPS = 2000
_LONGEST = 19  # digits of a card number


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A number of the shape of `rule` at `start:end`; `evidence` speaks of itself."""

    rule: str
    start: int
    end: int
    number: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    number: str


def find_numbers(text: str, as_of: date | None = None) -> Iterator[Candidate]:
    """Yield the numbers of a text that may be personal, in no overlap.

    Time grows with the text alone. `as_of` bounds dates of birth.
    """
    for run in _RUN.finditer(text):
        groups = [
            _Group(run.start() + m.start(), run.start() + m.end(), _narrow(m[0]))
            for m in _GROUP.finditer(run[0])
        ]
        yield from _of_run(text, groups, as_of)
    if pattern("passport").search(text):
        for match in _PASSPORT.finditer(text):
            yield Candidate(
                rule="PII-PASSPORT",
                start=match.start(),
                end=match.end(),
                number=match[0],
                evidence=("shape",),
            )


def _narrow(text: str) -> str:
    return text.translate(_NARROW)


def _of_run(text: str, groups: list[_Group], as_of: date | None) -> Iterator[Candidate]:
    """Yield whole groups first; what is left may be parts of a number."""
    free: list[int] = []
    for place in range(len(groups)):
        found = _whole(text, groups, place, as_of)
        if found is None:
            free.append(place)
            continue
        yield from _joined(text, groups, free, as_of)
        free = []
        yield found
    yield from _joined(text, groups, free, as_of)


def _whole(
    text: str, groups: list[_Group], place: int, as_of: date | None
) -> Candidate | None:
    group = groups[place]
    before = text[groups[place - 1].end : group.start] if place else ""
    after = text[group.end : groups[place + 1].start] if place + 1 < len(groups) else ""
    is_chained = _is_dash(before) or _is_dash(after)
    if 15 <= len(group.number) <= 20:
        around = ("chain",) if is_chained else ()
        found = _long_number(text, group, as_of, around)
    elif 11 <= len(group.number) <= 14:
        found = _mobile(text, group, ())
        has_area = place and _AREA_CODE.fullmatch(groups[place - 1].number)
        if is_chained and not (has_area and _is_dash(before)):
            found = None
    else:
        found = None
    return found


def _joined(
    text: str, groups: list[_Group], free: list[int], as_of: date | None
) -> Iterator[Candidate]:
    """Yield numbers put together from neighboring groups, the first that fits.

    Thousands of groups in a row are a table of figures: they are not put together.
    """
    if len(free) > _MOST_GROUPS:
        return
    place = 0
    while place < len(free):
        first, total, step = free[place], 0, 1
        for last in free[place : place + _LONGEST]:
            total += len(groups[last].number)
            if total > _LONGEST:
                break
            if last > first and total in _JOINED:
                found = _parts(text, groups, (first, last), as_of)
                if found is not None:
                    yield found
                    step = last - first + 1
                    break
        place += step


def _parts(
    text: str, groups: list[_Group], ends: tuple[int, int], as_of: date | None
) -> Candidate | None:
    first, last = ends
    before = text[groups[first - 1].end : groups[first].start] if first else ""
    after = (
        text[groups[last].end : groups[last + 1].start]
        if last + 1 < len(groups)
        else ""
    )
    if _is_dash(before) or _is_dash(after):
        return None
    members = groups[first : last + 1]
    number = "".join(group.number for group in members)
    whole = _Group(members[0].start, members[-1].end, number)
    between = text[whole.start : whole.end]
    sizes = tuple(len(group.number) for group in members)
    is_single = set(sizes) == {1}
    if len(number) == 11 and (is_single or sizes in _MOBILE_GROUPS):
        split = "cells" if _BREAK.search(between) else "spaces"
        is_hyphened = split == "spaces" and _DASH.search(between)
        return _mobile(text, whole, () if is_hyphened else (split,))
    if len(number) == 18 and has_id_shape(number, as_of):
        is_odd = _BREAK.search(between) and not (is_single or sizes in _ID_GROUPS)
        return _identity(text, whole, ("cells",) if is_odd else ())
    if sizes[:4] == (4, 4, 4, 4) and not _BREAK.search(between):
        is_card = number[:2] in prefixes("card")
        return _card(text, whole, ("card-form",) if is_card else ())
    return None


def _is_dash(between: str) -> bool:
    return len(between) == 1 and _DASH.match(between) is not None


def _long_number(
    text: str, group: _Group, as_of: date | None, around: tuple[str, ...]
) -> Candidate | None:
    number = group.number
    found = None
    is_identity = len(number) == 18 and has_id_shape(number, as_of)
    if is_identity or _is_disability_card(number, as_of):
        found = _identity(text, group, around)
    elif len(number) == 15 and number.isdigit() and has_id_shape(number, as_of):
        found = _short_identity(text, group)
    # the number of a card may have the shape of an identity number: the checks tell
    is_sure = found is not None and "check-digit" in found.evidence
    if is_sure or around or not 16 <= len(number) <= _LONGEST:
        return found
    if found is not None and not _is_card_number(number):
        return found
    is_long = number[:2] in prefixes("card") and len(number) == _LONGEST
    return _card(text, group, ("card-form",) if is_long else ())


def _is_card_number(number: str) -> bool:
    is_prefixed = number.isdigit() and number[:2] in prefixes("card")
    return is_prefixed and passes_luhn(number)


def _is_disability_card(number: str, as_of: date | None) -> bool:
    """Tell whether 20 digits are an identity number with kind and grade (残疾人证)."""
    identity = number[:18]
    return (
        len(number) == 20
        and number[18] in "1234567"
        and number[19] in "1234"
        and has_id_shape(identity, as_of)
        and has_check_digit(identity)
    )


def _identity(text: str, group: _Group, around: tuple[str, ...]) -> Candidate | None:
    if _is_marked(text, group):
        return None
    evidence = ["shape"]
    if has_check_digit(group.number[:18]):
        evidence.append("check-digit")
    if _is_glued(text, group):
        evidence.append("glued")
    return _candidate("PII-ID18", group, (*evidence, *around))


def _short_identity(text: str, group: _Group) -> Candidate | None:
    if _is_marked(text, group) or _is_glued(text, group):
        return None
    return _candidate("PII-ID15", group, ("shape",))


def _mobile(text: str, group: _Group, split: tuple[str, ...]) -> Candidate | None:
    digits = group.number
    if digits[:-11] in ("0086", "86", "0"):
        digits = digits[-11:]
    if not is_mobile(digits) or _is_marked(text, group) or _is_glued(text, group):
        return None
    if text[group.end : group.end + 1] in tuple(_UNITS):
        return None
    is_whole = group.end - group.start == len(group.number)
    start = group.end - 11 if is_whole else group.start
    whole = _Group(start, group.end, digits)
    return _candidate("PII-MOBILE", whole, ("shape", *split))


def _card(text: str, group: _Group, form: tuple[str, ...]) -> Candidate | None:
    number = group.number
    if not number.isdigit() or _is_marked(text, group) or _is_glued(text, group):
        return None
    if text[group.end : group.end + 1] in tuple(_UNITS):
        return None
    evidence = ["shape", *form]
    if passes_luhn(number):
        evidence.append("luhn")
    if number[:2] in prefixes("card"):
        evidence.append("card-prefix")
    return _candidate("PII-BANK", group, tuple(evidence))


def _candidate(rule: str, group: _Group, evidence: tuple[str, ...]) -> Candidate:
    return Candidate(
        rule=rule,
        start=group.start,
        end=group.end,
        number=group.number,
        evidence=evidence,
    )


def _is_marked(text: str, group: _Group) -> bool:
    """Tell whether a number is masked in part, or the whole part of a decimal."""
    before, after = text[group.start - 1 : group.start], text[group.end : group.end + 2]
    if (before and before in _MASK) or (after and after[0] in _MASK):
        return True
    if after.lower() == "xx" or text[max(0, group.start - 2) : group.start] == "0.":
        return True
    return len(after) == 2 and after[0] == "." and after[1] in "0123456789"


def _is_glued(text: str, group: _Group) -> bool:
    """Tell whether a number is a part of a word or of a name such as art_146."""
    before = text[max(0, group.start - 2) : group.start].rstrip("_")
    around = before[-1:] + text[group.end : group.end + 1]
    return _LETTER.search(around) is not None
