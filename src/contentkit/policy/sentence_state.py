"""How far the reading of one sentence has come, and what its clauses have in common."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from contentkit.policy import clause_words as grammar
from contentkit.policy.clause_words import words
from contentkit.policy.dates import (
    FoundDate,
    date_without_year,
    find_dates,
    han_number,
)
from contentkit.policy.models import Clause, EffectiveRule
from contentkit.policy.speaker import Scene, Speaker, speaker

_LEADS = "自从于"
_DOCUMENT_VERBS = ("施行", "生效", "试行")  # 实施 and 执行 take objects


class Length(NamedTuple):
    """A length of time as a text states it."""

    months: int = 0
    days: int = 0

    @property
    def years(self) -> int | None:
        """Return the whole years of it, None where it has none or more."""
        return self.months // 12 if self.months and not self.months % 12 else None


_NONE = Length()


@dataclass(frozen=True, slots=True)
class Said:
    """A clause with the length of its term, which its date still depends on."""

    clause: Clause
    length: Length


class SentenceState:
    """The sentence `begin:end` of a scene while it is read.

    `follows` says that the sentence before held a clause, or that there is none before:
    有效期5年 alone is one of the document's own only then. `done` is where the last
    clause ended, `is_after` that the document has spoken of itself, `has_start` that it
    has said when it takes effect.
    """

    def __init__(self, scene: Scene, begin: int, end: int, *, follows: bool) -> None:
        self.scene = scene
        self.text = scene.text
        self.begin, self.end = begin, end
        self.follows = follows
        self.found: list[Said] = []
        self.done = begin
        self.is_after = False
        self.has_start = False
        self.dates = {day.start: day for day in find_dates(scene.text, begin, end)}

    def who(self, at: int) -> tuple[Speaker, int]:
        """Return whom a clause at `at` speaks of, and where it names it."""
        return speaker(self.scene, self.done, at)

    def is_own(self, who: Speaker) -> bool:
        """Tell whether a clause without a subject goes on about the document."""
        return who is Speaker.OWN or (who is Speaker.OPEN and self.is_after)

    def lead(self, start: int) -> int:
        """Return where a date begins together with 自, 从 or 于."""
        return start - (start > self.done and self.text[start - 1] in _LEADS)

    def date_after(self, day: FoundDate) -> FoundDate | None:
        """Return the second date of a stretch: 2020年1月1日起至(12月31日)."""
        to = grammar.TO.match(self.text, day.end, self.end)
        if to is None or day.first is None:
            return None
        other = self.dates.get(to.end())
        return other or date_without_year(self.text, to.end(), day.first)

    def closes(self, place: int, verb: str = "施行") -> bool:
        """Tell whether a clause may end at `place`: no object follows its verb.

        A length may stand between: 施行三年。 ends, 实施三年行动计划 has an object.
        """
        length = grammar.LENGTH_HERE.match(self.text, place, self.end)
        place = length.end() if length else place
        if place >= self.end:
            return True
        sign = self.text[place]
        if sign in '《“"':
            return verb.startswith(_DOCUMENT_VERBS)
        if not (sign.isalnum() or sign == "〇"):
            return True
        if grammar.GOES_ON.match(self.text, place, self.end):
            return True
        return self.scene.is_line(place) and verb.startswith(_DOCUMENT_VERBS)

    def start(
        self,
        who: Speaker,
        span: tuple[int, int],
        verb: str,
        when: str | EffectiveRule,
    ) -> bool:
        """Keep an entry into force as what it is; tell whether it is the document's own."""
        kind = self._kind(who, verb)
        if kind:
            self.keep(kind, span, when=when)
        if kind == "effective":
            self.has_start = True
        return kind == "effective"

    def _kind(self, who: Speaker, verb: str) -> str | None:
        if who is Speaker.OPEN:
            if verb.startswith(words("start-own")):
                return None
            return "effective-part" if self.has_start else "effective"
        if who is Speaker.OTHER:
            return "effective-part" if self.has_start else None
        return {
            Speaker.OWN: "effective",
            Speaker.PART: "effective-part",
            Speaker.MEASURE: "application",
        }[who]

    def keep(
        self,
        kind: str,
        span: tuple[int, int],
        *,
        when: str | EffectiveRule | None = None,
        length: Length = _NONE,
    ) -> None:
        """Keep a clause with its original place."""
        start, end = self.scene.folded.span(*span)
        clause = Clause(
            kind=kind,
            quote=self.scene.folded.original[start:end],
            start=start,
            end=end,
            date=when if isinstance(when, str) else None,
            rule=when if isinstance(when, EffectiveRule) else None,
            years=length.years,
        )
        self.found.append(Said(clause, length))
        self.done = max(self.done, span[1])
        self.is_after = self.is_after or kind not in {"effective-part", "application"}


def read_length(match: re.Match[str]) -> Length:
    """Return the length of a match of `clause_words.SPAN`."""
    if match["halfyear"]:
        return Length(months=6)
    count, unit = han_number(match["count"]), match["unit"]
    if unit in {"日", "天"}:
        return Length(days=count)
    if unit == "个月":
        return Length(months=count)
    return Length(months=12 * count + (6 if match["half"] else 0))
