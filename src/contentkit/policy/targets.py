"""Which held document an effect is about; when in doubt, it says so.

    number, then title           a number that is held beats every likeness of titles
    never the document itself    new and old one often have the same title (POLICY 0.5)
    always an older one          by 成文日期, else by publication
    one instrument, or nobody    several candidates stay candidates

Copies of one document (a verified group) count as one. Of several editions of one act the
latest older one is meant, where the citation names neither number nor day.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from contentkit.models import Finding, Json
from contentkit.policy.effect_words import any_of, verb_name
from contentkit.policy.models import Effect, Scope
from contentkit.policy.titles import cited_title

_NUMBER_YEAR = re.compile("(?:〔|令|公告)([0-9]{4})[〕年]")
_MOST_SHOWN = 10

CROWD = 200
"""More instruments of one title than this are looked at by nobody: no edition of an act
has so many, a form letter has. Without it time would grow by their square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document that is held; dates are ISO 8601 or None.

    `group` is one value for all verified copies of one document, None for a single one.
    """

    id: int
    title: str
    issuer: str | None = None
    doc_number: str | None = None  # canonical
    written_on: str | None = None
    published_on: str | None = None
    group: int | None = None

    @property
    def day(self) -> str | None:
        """Return the day that tells older from younger."""
        return self.written_on or self.published_on

    @property
    def instrument(self) -> tuple[str, int]:
        """Return what all copies of the document share."""
        return ("id", self.id) if self.group is None else ("group", self.group)


class Holdings(Protocol):
    """Finds held documents; a stage does it in the ledger."""

    def with_number(self, number: str) -> Sequence[Held]:
        """Return the documents of a canonical document number."""

    def with_title(self, key: str) -> Sequence[Held]:
        """Return the documents whose `cited_title` has this key."""


class Shelf:
    """Holdings in memory, for one list of documents that fits there."""

    def __init__(self, documents: Iterable[Held]) -> None:
        self._by_number: dict[str, list[Held]] = defaultdict(list)
        self._by_title: dict[str, list[Held]] = defaultdict(list)
        for held in documents:
            if held.doc_number:
                self._by_number[held.doc_number].append(held)
            key = cited_title(held.title).key
            if key:
                self._by_title[key].append(held)

    def with_number(self, number: str) -> Sequence[Held]:
        """Return the documents of a canonical document number."""
        return self._by_number.get(number, ())

    def with_title(self, key: str) -> Sequence[Held]:
        """Return the documents whose `cited_title` has this key."""
        return self._by_title.get(key, ())


class State(StrEnum):
    """How the search for a target ended."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"  # not held, or not named
    AMBIGUOUS = "ambiguous"
    SELF = "self"  # only the document itself fits
    TIME = "time"  # only younger documents fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The targets of an effect (all copies of the one meant), or the candidates.

    `why` names what decided: number, title, target-date, latest-edition, same-issuer,
    same-title; or what is missing: not-named, not-held, number-differs, candidates,
    crowd (more than `CROWD` candidates: there may be more than are named).
    """

    state: State
    targets: tuple[Held, ...] = ()
    why: str = ""


def resolve(effect: Effect, source: Held, holdings: Holdings) -> Resolution:
    """Return which held document an effect of `source` is about."""
    if not effect.title and not effect.doc_number:
        return Resolution(state=State.UNRESOLVED, why="not-named")
    found, why = _candidates(effect, holdings)
    if not found:
        return Resolution(state=State.UNRESOLVED, why=why)
    if len(found) > CROWD:
        return Resolution(state=State.AMBIGUOUS, targets=_sorted(found), why="crowd")
    return _among(effect, source, found, why)


def _among(effect: Effect, source: Held, found: Sequence[Held], why: str) -> Resolution:
    """Return which of the documents that fit the citation is meant."""
    others = [held for held in found if held.instrument != source.instrument]
    if not others:
        if _names_another(effect, source):
            return Resolution(state=State.UNRESOLVED, why="not-held")
        return Resolution(state=State.SELF, targets=tuple(found), why=why)
    older = [
        held for held in others if _is_older(held, source, by_number=why == "number")
    ]
    if not older:
        return Resolution(state=State.TIME, targets=_sorted(others), why=why)
    return _choose(effect, source, older, why)


def _candidates(effect: Effect, holdings: Holdings) -> tuple[list[Held], str]:
    """Return the documents that fit the words of the citation, and what tells."""
    by_title = _with_title(effect.title, holdings) if effect.title else []
    if not effect.doc_number:
        return by_title, "title" if by_title else "not-held"
    by_number = list(holdings.with_number(effect.doc_number))
    if len(by_title) > CROWD or len(by_number) > CROWD:
        return by_number or by_title, "number" if by_number else "title"
    if by_number:
        agreeing = [held for held in by_number if held in by_title]
        if agreeing or not effect.title:
            return agreeing or by_number, "number"
        unnumbered = [held for held in by_title if not held.doc_number]
        return by_number + unnumbered, "number"
    unnumbered = [held for held in by_title if not held.doc_number]
    if unnumbered:
        return unnumbered, "title"
    return [], "number-differs" if by_title else "not-held"


def _with_title(title: str, holdings: Holdings) -> list[Held]:
    cited = cited_title(title)
    held_so = holdings.with_title(cited.key) if cited.key else ()
    if len(held_so) > CROWD:
        return list(held_so)  # there may be more than were looked up
    found = []
    for held in held_so:
        own = cited_title(held.title)
        if own.standing != cited.standing:
            continue
        if cited.version and own.version and own.version != cited.version:
            continue
        found.append(held)
    return found


def _names_another(effect: Effect, source: Held) -> bool:
    """Tell whether number, year or day of the citation are not those of the source."""
    if effect.doc_number and source.doc_number:
        return effect.doc_number != source.doc_number
    cited, own = _year(effect.doc_number), (source.day or "")[:4]
    if cited and own and int(own) - int(cited) > 1:
        return True  # a number of years before: the older document of the same title
    return bool(effect.target_date and source.day and effect.target_date != source.day)


def _is_older(held: Held, source: Held, *, by_number: bool) -> bool:
    """Tell whether a document may be older than the source; a missing day may be."""
    if held.day and source.day:
        return held.day < source.day or (by_number and held.day == source.day)
    year = held.day[:4] if held.day else _year(held.doc_number)
    until = source.day[:4] if source.day else _year(source.doc_number)
    return not (year and until) or year <= until


def _year(number: str | None) -> str | None:
    match = _NUMBER_YEAR.search(number or "")
    return match[1] if match else None


def _choose(effect: Effect, source: Held, older: list[Held], why: str) -> Resolution:
    """Return the one instrument among the older candidates that the words single out."""
    if _is_one(older):
        return _resolved(older, why)
    dated = [held for held in older if _has_day(held, effect.target_date)]
    if dated and _is_one(dated):
        return _resolved(dated, "target-date")
    narrower = (
        ("", older),
        ("same-title", _of_title(older, effect)),
        ("same-issuer", _of_issuer(older, source)),
    )
    for name, rest in narrower:
        if name and rest and _is_one(rest):
            return _resolved(rest, name)
        latest = _latest_edition(effect, rest)
        if latest:
            return _resolved(latest, "latest-edition")
    return Resolution(state=State.AMBIGUOUS, targets=_sorted(older), why="candidates")


def _of_title(older: list[Held], effect: Effect) -> list[Held]:
    """Return the documents of exactly this title; where a number is given it decides."""
    if effect.doc_number:
        return []
    return [held for held in older if held.title == effect.title]


def _of_issuer(older: list[Held], source: Held) -> list[Held]:
    return [held for held in older if held.issuer and held.issuer == source.issuer]


def _is_one(documents: Iterable[Held]) -> bool:
    return len({held.instrument for held in documents}) == 1


def _has_day(held: Held, day: str | None) -> bool:
    return day is not None and day in {held.written_on, held.published_on}


def _latest_edition(effect: Effect, older: list[Held]) -> list[Held]:
    """Return the copies of the latest of several editions of one act."""
    if effect.doc_number or not _instrument().search(
        cited_title(effect.title or "").key
    ):
        return []
    days = {held.instrument: held.day for held in older if held.day}
    instruments = {held.instrument for held in older}
    if len(days) < len(instruments) or len({held.issuer for held in older}) > 1:
        return []
    last = max(days.values(), default="")
    latest = [held for held in older if days[held.instrument] == last]
    return latest if _is_one(latest) else []


@cache
def _instrument() -> re.Pattern[str]:
    """Return the pattern of titles of acts, which have editions; notices have none."""
    return re.compile(f"{any_of('act')}$")


def _resolved(held: Iterable[Held], why: str) -> Resolution:
    return Resolution(state=State.RESOLVED, targets=_sorted(held), why=why)


def _sorted(held: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(held, key=_id))


def _id(held: Held) -> int:
    return held.id


_CODES: Mapping[State, str] = {
    State.UNRESOLVED: "REL-UNRESOLVED",
    State.AMBIGUOUS: "REL-AMBIG",
    State.SELF: "REL-SELF",
    State.TIME: "REL-TIME",
}


def relation_finding(effect: Effect, resolution: Resolution) -> Finding | None:
    """Return what an editor should know of an effect's target, None where all is well.

    A class of documents has no target and no finding here; a list in an attachment is
    REL-ANNEX.
    """
    data: dict[str, Json] = {"verb": verb_name(effect.type)}
    if effect.scope is Scope.ANNEX_LIST:
        return _finding("REL-ANNEX", effect, data | {"name": effect.detail or "附件"})
    code = _CODES.get(resolution.state)
    if code is None or not (effect.title or effect.doc_number):
        return None
    data["title"] = effect.title or effect.doc_number
    if resolution.targets:
        data["count"] = len({held.instrument for held in resolution.targets})
        data["candidates"] = [held.id for held in resolution.targets[:_MOST_SHOWN]]
    if resolution.state is State.TIME:
        data["date"] = resolution.targets[0].day
    return _finding(code, effect, data)


def _finding(code: str, effect: Effect, data: dict[str, Json]) -> Finding:
    return Finding(
        code=code,
        field="body_text",
        quote=effect.quote,
        start=effect.start,
        end=effect.end,
        data=data,
    )
