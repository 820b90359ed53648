"""Which document an interpretation interprets; when in doubt, it says so.

    link       the page links to it, best as 政策原文
    subject    the interpretation's title names it: 《…》政策解读, 一图读懂…
    title      the sentence that presents the document names it in 《》
    number     or by its number

The first way that leaves one instrument decides; copies of one document count as one.
Several candidates stay candidates.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contentkit.cleanup.mentions import Mention, find_mentions, is_title_of
from contentkit.cleanup.words import threshold
from contentkit.models import Document, Json
from contentkit.policy.targets import Held
from contentkit.policy.titles import cited_title


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that may be the one interpreted: its id, addresses and facts."""

    id: str
    held: Held
    addresses: frozenset[str] = frozenset()
    kind: str = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpretationLink:
    """The document interpreted, or the candidates.

    `why` names what decided (link, subject, subject-number,
    subject-edition, title, number) or what is missing: candidates, not-held. The
    evidence stands in the interpretation's `body_text`, or nowhere if its title alone
    names the document.
    """

    target: str | None
    why: str
    evidence: Mention | None = None
    candidates: tuple[str, ...] = ()

    def basis(self, document: str) -> dict[str, Json]:
        """Return the evidence as a bundle carries it (CONTRACT section 5)."""
        made: dict[str, Json] = {"rule": f"interprets-{self.why}"}
        if self.evidence is not None and self.evidence.quote:
            made |= {
                "document": document,
                "quote": self.evidence.quote,
                "start": self.evidence.start,
                "end": self.evidence.end,
            }
        return made


@dataclass(frozen=True, slots=True)
class _Fit:
    candidate: Candidate
    mention: Mention


def link_interpretation(
    document: Document,
    candidates: Iterable[Candidate],
    *,
    mentions: Sequence[Mention] | None = None,
) -> InterpretationLink:
    """Return the one document that an interpretation is about.

    `candidates` are the documents that `find_mentions` may mean; a stage looks them up
    and hands in the mentions that it did it by.
    """
    held = [x for x in candidates if x.id != document["id"]]
    if mentions is None:
        mentions = find_mentions(document)
    fits = {
        kind: [
            _Fit(candidate, mention)
            for mention in mentions
            if mention.kind == kind
            for candidate in held
            if _means(mention, candidate)
        ]
        for kind in ("link", "subject", "title", "number")
    }
    subjects = {x.candidate.held.instrument for x in fits["subject"]}
    named = [x for x in fits["link"] if x.candidate.held.instrument in subjects]
    marked = [x for x in fits["link"] if x.mention.is_marked]
    for why, group in (("link", marked), ("link", named), ("link", fits["link"])):
        if _is_one(group):
            return _linked(why, group)
    for why, choose in _NARROWER:
        chosen = choose(document, fits["subject"], fits["number"])
        if _is_one(chosen):
            return _linked(why, chosen)
    if not fits["subject"]:
        for why in ("title", "number"):
            group = [x for x in fits[why] if x.candidate.kind == "policy"]
            if _is_one(group):
                return _linked(why, group)
    open_ones = {x.candidate.id for found in fits.values() for x in found}
    why = "candidates" if open_ones else "not-held"
    return InterpretationLink(target=None, why=why, candidates=tuple(sorted(open_ones)))


def _means(mention: Mention, candidate: Candidate) -> bool:
    held = candidate.held
    if mention.kind == "link":
        return mention.value in candidate.addresses
    if mention.kind == "number":
        return mention.value == held.doc_number
    return is_title_of(mention.value, held.title)


def _is_one(fits: Sequence[_Fit]) -> bool:
    return len({fit.candidate.held.instrument for fit in fits}) == 1


def _linked(why: str, fits: Sequence[_Fit]) -> InterpretationLink:
    """Return the copy that stands for all: the authoritative one, else the first."""
    best = min(
        fits,
        key=lambda fit: (
            fit.candidate.held.id != fit.candidate.held.group,
            fit.mention.quote is None,
            fit.candidate.id,
        ),
    )
    return InterpretationLink(target=best.candidate.id, why=why, evidence=best.mention)


def _numbered(
    _: Document, subjects: Sequence[_Fit], numbers: Sequence[_Fit]
) -> Sequence[_Fit]:
    cited = {fit.candidate.held.instrument for fit in numbers}
    return [fit for fit in subjects if fit.candidate.held.instrument in cited]


def _same_edition(
    _: Document, subjects: Sequence[_Fit], __: Sequence[_Fit]
) -> Sequence[_Fit]:
    """Return the documents whose edition (2018年修订) is the one that is named."""
    found = []
    for fit in subjects:
        named = cited_title(fit.mention.value).version
        if named and named == cited_title(fit.candidate.held.title).version:
            found.append(fit)
    return found


def _timely(
    document: Document, subjects: Sequence[_Fit], _: Sequence[_Fit]
) -> Sequence[_Fit]:
    """Return the documents that an interpretation of this day may be about.

    One of a year later is about an amendment or a younger document of the name, held or
    not; a document that comes after its interpretation is none. A missing day may be any.
    """
    day = (document["published_at"] or "")[:10]
    least, most = -threshold("subject-before"), threshold("subject-after")
    found = []
    for fit in subjects:
        held = fit.candidate.held
        its = held.published_on or held.written_on
        if not day or not its:
            found.append(fit)
            continue
        age = (date.fromisoformat(day) - date.fromisoformat(its)).days
        if least <= age <= most:
            found.append(fit)
    return found


def _timely_policies(
    document: Document, subjects: Sequence[_Fit], numbers: Sequence[_Fit]
) -> Sequence[_Fit]:
    found = _timely(document, subjects, numbers)
    return [fit for fit in found if fit.candidate.kind == "policy"]


_Chooser = Callable[[Document, Sequence[_Fit], Sequence[_Fit]], Sequence[_Fit]]
_NARROWER: tuple[tuple[str, _Chooser], ...] = (
    ("subject-number", _numbered),
    ("subject-edition", _same_edition),
    ("subject", _timely),
    ("subject", _timely_policies),
)
