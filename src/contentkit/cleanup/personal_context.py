"""What stands around a number: labels, heads of columns, offices, holders; the score."""

import re
from dataclasses import dataclass

from contentkit.cleanup.personal_numbers import Candidate
from contentkit.cleanup.personal_tables import Tables
from contentkit.cleanup.personal_words import has_word, pattern, role_of, scores

_BREAK = "\n\t"
_LABEL_REACH = 40  # characters before a number in which its label stands
_LONGEST_LABEL = 16  # characters of a cell that is a label
_MOST_BREAKS = 3
_OFFICE_REACH = 120  # characters before a telephone in which its party is named
_RULE_ROLES = {
    "PII-ID18": "id",
    "PII-ID15": "id",
    "PII-MOBILE": "mobile",
    "PII-BANK": "bank",
    "PII-PASSPORT": "passport",
}
_FOREIGN = {
    "PII-ID18": ("other",),
    "PII-ID15": ("other", "bank", "mobile", "office"),
    "PII-MOBILE": ("other", "bank"),
    "PII-BANK": ("other", "mobile", "office"),
    "PII-PASSPORT": ("other",),
}
_AFTER_INDEX = re.compile(r"[ ]?[/／][ ]?[12]")  # an index number goes on: /2024-00001


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands; `is_address` is true for URLs and attributes of a page."""

    text: str
    tables: Tables
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with all its evidence; `is_office` for a telephone of an office."""

    candidate: Candidate
    evidence: tuple[str, ...]
    score: float
    is_office: bool = False

    @property
    def is_told(self) -> bool:
        """Tell whether the score suffices."""
        return self.score >= scores("all")["told"]


def judge(candidate: Candidate, place: Place) -> Judged:
    """Weigh a candidate by what stands around it."""
    evidence = list(candidate.evidence)
    role = _label(candidate, place)
    rule = candidate.rule
    if role == _RULE_ROLES[rule] or (rule == "PII-MOBILE" and role == "office"):
        evidence.append("label")
    elif role in _FOREIGN[rule] or _AFTER_INDEX.match(place.text, candidate.end):
        evidence.append("other-label")
    if place.is_address:
        evidence.append("address")
    if rule == "PII-BANK":
        evidence += _of_holder(candidate, place)
    weights = scores(rule)
    score = round(sum(weights.get(name, 0.0) for name in evidence), 2)
    is_office = rule == "PII-MOBILE" and _is_office(candidate, place, role)
    return Judged(candidate, tuple(evidence), score, is_office)


def _label(candidate: Candidate, place: Place) -> str | None:
    """Return the role of the nearest label: in the cell, above it, beside it."""
    text, start = place.text, candidate.start
    own = _line_before(text, start)
    role = role_of(own)
    if role is not None:
        return role
    known = place.tables.at(start)
    if known is not None and (role := role_of(known[0].head)) is not None:
        return role
    if len(own.strip("：: （(")) > 1:
        return None
    return role_of(_cell_before(text, start - len(own)))


def _line_before(text: str, start: int) -> str:
    window = text[max(0, start - _LABEL_REACH) : start]
    cut = max(window.rfind(sign) for sign in _BREAK) + 1
    return window[cut:]


def _cell_before(text: str, start: int) -> str:
    """Return the cell or line that ends before an offset.

    Of a long one only what ends in a colon, for a label that announces the next line.
    """
    end = start
    while end > 0 and text[end - 1] in _BREAK and start - end < _MOST_BREAKS:
        end -= 1
    cell = _line_before(text, end)
    is_long = len(cell) > _LONGEST_LABEL
    return (
        ""
        if is_long and not cell.rstrip().endswith(("：", ":"))
        else cell[-_LONGEST_LABEL:]
    )


def _of_holder(candidate: Candidate, place: Place) -> list[str]:
    known = place.tables.at(candidate.start)
    if known is not None and known[1].has_head("name"):
        return ["person"]
    window = place.text[max(0, candidate.start - _OFFICE_REACH) : candidate.start]
    holders = list(pattern("holder").finditer(window))
    if holders and has_word("organization", window[holders[-1].end() :]):
        return ["organization"]
    return []


def _is_office(candidate: Candidate, place: Place, role: str | None) -> bool:
    """Tell whether a telephone is one of an office: by its label, else by its parties.

    Else a word for mobile telephones, or a table of persons, makes it a person's.
    """
    if role == "office":
        return True
    known = place.tables.at(candidate.start)
    if known is not None and known[1].has_head("name"):
        return False
    line = _line_before(place.text, candidate.start)
    if "手机" in line:
        return False
    window = place.text[max(0, candidate.start - _OFFICE_REACH) : candidate.start]
    return has_word("office-near", window)
