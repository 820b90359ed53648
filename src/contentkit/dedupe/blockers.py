"""Facts that forbid taking two copies for one document, whatever their texts share.

A value that one side does not state blocks nothing; two values that contradict each
other always do (issue: false merges are legal faults).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contentkit.dedupe.differences import Comparison, Difference, Kind
from contentkit.dedupe.facts import Copy, issuer_key
from contentkit.dedupe.titles import TitleRelation, read_title
from contentkit.dedupe.words import pattern, threshold
from contentkit.models import Json
from contentkit.text import fold

NEWS_KINDS = frozenset({"article", "media"})
"""Kinds whose issuer is whoever posted them, not the maker of a legal text."""
_CONTENT = {
    Kind.DATE: "date",
    Kind.AMOUNT: "amount",
    Kind.NUMBER: "number",
    Kind.NAME: "name",
    Kind.WORDING: "wording",
    Kind.ADDED: "addition",
    Kind.EDGE: "addition",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One contradiction: what it is about, and what each side says.

    `kind` is about, draft, doc-number, registry-number, issuer, edition, written-date,
    validity, title, occasion, short, or what a differing place of the texts is: date,
    amount, number, name, wording, addition. The spans are offsets in the texts where the
    contradiction stands there.
    """

    kind: str
    here: str
    there: str
    here_span: tuple[int, int] | None = None
    there_span: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the blocker as evidence."""
        made: dict[str, Json] = {
            "kind": self.kind,
            "here": self.here,
            "there": self.there,
        }
        if self.here_span and self.there_span:
            made["here_span"] = list(self.here_span)
            made["there_span"] = list(self.there_span)
        return made


def kind_blockers(a: Copy, b: Copy) -> Iterator[Blocker]:
    """Yield why one text is about the other, or its draft, rather than a copy of it."""
    first, second = read_title(a.title), read_title(b.title)
    about = (
        (a.kind == "interpretation" or first.is_about),
        (b.kind == "interpretation" or second.is_about),
    )
    if about[0] != about[1]:
        yield Blocker(kind="about", here=a.title, there=b.title)
    if first.is_draft != second.is_draft:
        yield Blocker(kind="draft", here=a.title, there=b.title)


def fact_blockers(a: Copy, b: Copy) -> Iterator[Blocker]:
    """Yield the contradictions between what is known of two copies."""
    yield from _contrary("doc-number", a.doc_number_key, b.doc_number_key)
    yield from _contrary(
        "registry-number", _folded(a.registry_number), _folded(b.registry_number)
    )
    if not _is_one_issuer(a, b):
        yield Blocker(kind="issuer", here=a.issuer or "", there=b.issuer or "")
    editions = read_title(a.title).edition, read_title(b.title).edition
    if a.title and b.title and editions[0] != editions[1]:
        yield Blocker(kind="edition", here=a.title, there=b.title)
    days = _days(a), _days(b)
    if days[0] and days[1] and not days[0] & days[1]:
        yield Blocker(kind="written-date", here=min(days[0]), there=min(days[1]))
    yield from _validity_blockers(a, b)


def title_blockers(a: Copy, b: Copy, relation: TitleRelation) -> Iterator[Blocker]:
    """Yield titles that differ by year, serial or name around one wording."""
    if relation in {TitleRelation.SERIES, TitleRelation.TEMPLATE}:
        yield Blocker(kind="title", here=a.title, there=b.title)


def text_blockers(compared: Comparison, *, is_identified: bool) -> Iterator[Blocker]:
    """Yield the differing places that make two texts two documents.

    Figures, names and a 不 more or less always do. Where number, or title, issuer and date agree
    (`is_identified`), corrected wording and a missing passage do not.
    """
    kinds = [Kind.DATE, Kind.AMOUNT, Kind.NUMBER, Kind.NAME]
    if not is_identified or not _is_correction(compared):
        kinds.append(Kind.WORDING)
    for place in compared.of(*kinds):
        yield _at(place)
    for place in compared.of(Kind.ADDED):
        if _is_contrary(place):
            yield _at(place)


def addition_blockers(compared: Comparison) -> Iterator[Blocker]:
    """Yield the passages that only one text has: amid what both share, or long ones."""
    for place in compared.of(Kind.ADDED):
        yield _at(place)
    for place in compared.of(Kind.EDGE):
        if place.size > threshold("longest-edge"):
            yield _at(place)


def occasion_blockers(a: Copy, b: Copy) -> Iterator[Blocker]:
    """Yield the days of two undated notices that are published far apart."""
    days = [x.published_at[:10] for x in (a, b) if x.published_at]
    if len(days) < 2 or _days(a) or _days(b):
        return
    try:
        apart = abs((date.fromisoformat(days[0]) - date.fromisoformat(days[1])).days)
    except ValueError:
        return
    if apart > threshold("same-notice-days"):
        yield Blocker(kind="occasion", here=days[0], there=days[1])


def is_repost(a: Copy, b: Copy) -> bool:
    """Say whether one copy says that another body made it, or names another source."""
    if read_title(a.title).is_repost != read_title(b.title).is_repost:
        return True
    if a.issuer and b.issuer and issuer_key(a.issuer) != issuer_key(b.issuer):
        return True
    return bool(a.source and b.source and fold(a.source) != fold(b.source))


def _contrary(kind: str, here: str | None, there: str | None) -> Iterator[Blocker]:
    if here and there and here != there:
        yield Blocker(kind=kind, here=here, there=there)


def _folded(text: str | None) -> str | None:
    return fold(text) if text else None


def _is_one_issuer(a: Copy, b: Copy) -> bool:
    """Say whether nothing speaks against one maker: reposts carry their poster's name."""
    if (
        not a.issuer
        or not b.issuer
        or (a.issuer_code and a.issuer_code == b.issuer_code)
    ):
        return True
    names = issuer_key(a.issuer), issuer_key(b.issuer)
    if names[0].endswith(names[1]) or names[1].endswith(names[0]):
        return True
    if a.doc_number_key and a.doc_number_key == b.doc_number_key:
        return True
    if a.signed_by and a.signed_by == b.signed_by:
        return True
    if a.kind in NEWS_KINDS and b.kind in NEWS_KINDS:
        return True
    return read_title(a.title).is_repost != read_title(b.title).is_repost


def _days(copy: Copy) -> frozenset[str]:
    days = (copy.written_on, copy.signed_on)
    return frozenset(day[:10] for day in days if day)


def _validity_blockers(a: Copy, b: Copy) -> Iterator[Blocker]:
    for name in ("effective_on", "effective_rule", "validity_years"):
        here, there = getattr(a, name), getattr(b, name)
        if here and there and here != there:
            yield Blocker(kind="validity", here=str(here), there=str(there))
    if a.expires_on and b.expires_on and not _is_next_day(a.expires_on, b.expires_on):
        yield Blocker(kind="validity", here=a.expires_on, there=b.expires_on)


def _is_next_day(here: str, there: str) -> bool:
    """Say whether two days are at most one apart (POLICY 0.1: platforms differ by one)."""
    try:
        days = date.fromisoformat(here), date.fromisoformat(there)
    except ValueError:
        return here == there
    return abs((days[0] - days[1]).days) <= 1


def _is_correction(compared: Comparison) -> bool:
    """Say whether replaced wording is so little of a long text that it may be a correction."""
    if compared.shorter < threshold("shortest-worded"):
        return False
    replaced = sum(place.size for place in compared.of(Kind.WORDING))
    return replaced <= threshold("longest-wording") * compared.longer


def _is_contrary(place: Difference) -> bool:
    """Say whether one text has a short passage more that turns the sense around."""
    is_short = place.size <= threshold("longest-name")
    return is_short and bool(pattern("negation").search(place.here or place.there))


def _at(place: Difference) -> Blocker:
    return Blocker(
        kind=_CONTENT[place.kind],
        here=place.here[:120],
        there=place.there[:120],
        here_span=place.a_span,
        there_span=place.b_span,
    )
