"""One verified pair of copies: the same document or not, and why (POLICY 9, DUP-*).

Only texts that share enough and contradict each other in nothing are one document; all
else is a typed finding for the editor, or nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contentkit.dedupe.blockers import (
    NEWS_KINDS,
    Blocker,
    addition_blockers,
    fact_blockers,
    is_repost,
    kind_blockers,
    occasion_blockers,
    text_blockers,
    title_blockers,
)
from contentkit.dedupe.differences import (
    FIGURES,
    Comparison,
    Kind,
    compare_texts,
    own_length,
)
from contentkit.dedupe.facts import Copy, issuer_key
from contentkit.dedupe.titles import TitleRelation, compare_titles, read_title
from contentkit.dedupe.words import threshold
from contentkit.models import Json

SAME_CODES = frozenset({"DUP-EXACT", "DUP-NEAR", "DUP-REPOST", "DUP-FORMAT"})
"""Codes of pairs that are one document."""
_EDITION_KINDS = frozenset(
    {"edition", "doc-number", "registry-number", "written-date", "validity"}
)
_CONTENT_KINDS = frozenset({"date", "amount", "number", "name", "wording", "addition"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a pair is.

    `code` is a DUP-* code, ATT-DIFF, or None where there is nothing to tell. `relation`
    is same, repost, other-column, format, edition, series, title-only, conflict, about,
    draft, template, short or unrelated. `proposal` is merge, keep-both, ask or none.
    `blockers` forbid a merge. `evidence` holds the Jaccard similarity, the relation of
    the titles and the differing places with their offsets in both texts.
    """

    code: str | None
    relation: str
    blockers: tuple[Blocker, ...] = ()
    evidence: dict[str, Json] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """The pair is one document and nothing forbids joining its copies."""
        return self.code in SAME_CODES and not self.blockers

    @property
    def proposal(self) -> str:
        """What is proposed to the editor."""
        if self.is_same:
            return "merge"
        if self.code in {"DUP-CONFLICT", "ATT-DIFF"}:
            return "ask"
        return "keep-both" if self.code else "none"


@dataclass(frozen=True, slots=True)
class _Pair:
    a: Copy
    b: Copy
    jaccard: float
    titles: TitleRelation

    @property
    def is_near(self) -> bool:
        return self.jaccard >= threshold("near")

    @property
    def has_number(self) -> bool:
        """Both state one number: the strongest sign of one instrument."""
        a, b = self.a, self.b
        return bool(a.doc_number_key) and a.doc_number_key == b.doc_number_key

    @property
    def is_identified(self) -> bool:
        """One number, or one title, day of writing and issuer (POLICY 9, DUP-NEAR)."""
        a, b = self.a, self.b
        if self.has_number:
            return True
        if self.titles is not TitleRelation.SAME or not a.written_on:
            return False
        issuers = {issuer_key(x.issuer) for x in (a, b) if x.issuer}
        return a.written_on == b.written_on and len(issuers) <= 1


def judge(a: Copy, b: Copy, jaccard: float) -> Verdict:
    """Judge one pair whose similarity is the true Jaccard of their character n-grams.

    Pairs that only share a title or a number may be given too, with their similarity.
    """
    titles = compare_titles(a.title, b.title)
    pair = _Pair(a, b, jaccard, titles)
    about = tuple(kind_blockers(a, b))
    if about:
        return _verdict(pair, None, about[0].kind, about)
    if a.origin != b.origin or a.origin == "attachment":
        return _judge_formats(pair)
    shortest = min(own_length(a.text), own_length(b.text))
    if shortest < threshold("shortest-text"):
        return _judge_short(pair)
    facts = (*fact_blockers(a, b), *title_blockers(a, b, titles))
    if not pair.is_near and not pair.is_identified:
        return _judge_unlike(pair, facts)
    return _judge_texts(pair, facts, compare_texts(a.text, b.text))


def least_told(a: Copy, b: Copy) -> float:
    """Return the similarity below which nothing is to be told of two copies.

    It follows from what is known of them besides their texts; 0.0 means that their texts
    have to be read, however unlike they are.
    """
    titles = compare_titles(a.title, b.title)
    pair = _Pair(a, b, 0.0, titles)
    if a.origin != "html" or b.origin != "html":
        return 0.0
    if any(kind_blockers(a, b)):
        return threshold("near")
    if pair.is_identified or titles is TitleRelation.SERIES or _is_asked(pair):
        return 0.0
    return threshold("edition" if titles is TitleRelation.EDITION else "near")


def _judge_short(pair: _Pair) -> Verdict:
    """Copies without text of their own are one only by files, title and day."""
    a, b = pair.a, pair.b
    files = [{x.sha256 for x in copy.files if x.sha256} for copy in (a, b)]
    whole = all(x.sha256 for x in (*a.files, *b.files))
    days = [(x.written_on or x.published_at or "")[:10] for x in (a, b)]
    is_one = (
        bool(files[0])
        and whole
        and files[0] == files[1]
        and pair.titles is TitleRelation.SAME
        and bool(days[0])
        and days[0] == days[1]
    )
    blockers = tuple(fact_blockers(a, b))
    if is_one and not blockers and a.text == b.text:
        return _verdict(pair, *_same_code(pair, is_exact=True), ())
    blockers = (Blocker(kind="short", here=a.text[:50], there=b.text[:50]), *blockers)
    if pair.titles is TitleRelation.SERIES:
        return _verdict(pair, "DUP-SERIES", "series", blockers)
    return _verdict(pair, None, "short", blockers)


def _judge_unlike(pair: _Pair, facts: tuple[Blocker, ...]) -> Verdict:
    """Judge texts that share too little: only their titles may say something."""
    titles = pair.titles
    if titles is TitleRelation.SERIES:
        return _verdict(pair, "DUP-SERIES", "series", facts)
    unlike = (Blocker(kind="text", here="", there=""), *facts)
    if titles is TitleRelation.EDITION and pair.jaccard >= threshold("edition"):
        return _verdict(pair, "DUP-EDITION", "edition", unlike)
    if _is_asked(pair):
        return _verdict(pair, "DUP-TITLE-ONLY", "title-only", unlike)
    return _verdict(pair, None, "unrelated", unlike)


def _is_asked(pair: _Pair) -> bool:
    """Say whether an editor is told of unlike texts under one title: legal texts only."""
    is_numbered = bool(pair.a.doc_number_key and pair.b.doc_number_key)
    is_legal = pair.a.kind == "policy" and pair.b.kind == "policy"
    return pair.titles is TitleRelation.SAME and (is_numbered or is_legal)


def _judge_texts(
    pair: _Pair, facts: tuple[Blocker, ...], compared: Comparison
) -> Verdict:
    a, b = pair.a, pair.b
    blockers = [*facts, *text_blockers(compared, is_identified=pair.is_identified)]
    if not pair.is_identified:
        if a.kind == "notice" or b.kind == "notice":
            blockers += occasion_blockers(a, b)
        if not _may_be_longer(pair, compared):
            blockers += addition_blockers(compared)
        if not _is_title_plausible(pair, compared):
            blockers.append(Blocker(kind="title", here=a.title, there=b.title))
    is_part = compared.contained >= threshold("contained")
    if not pair.is_near and not is_part:
        blockers.append(Blocker(kind="text", here="", there=""))
    if blockers:
        code, relation = _blocked_code(pair, blockers)
        return _verdict(pair, code, relation, blockers, compared)
    code, relation = _same_code(pair, is_exact=compared.is_equal)
    return _verdict(pair, code, relation, (), compared)


def _judge_formats(pair: _Pair) -> Verdict:
    """Judge a file against a page: one text, another state of the text, its annex."""
    a, b = pair.a, pair.b
    shortest = min(own_length(a.text), own_length(b.text))
    if a.origin == b.origin or shortest < threshold("shortest-text"):
        return _verdict(
            pair, None, "short" if a.origin != b.origin else "unrelated", ()
        )
    page, file = (a, b) if a.origin == "html" else (b, a)
    is_own = file.attachment_of == page.id
    compared = compare_texts(a.text, b.text)
    is_part = compared.contained >= threshold("contained")
    # a file has no title but its first line: nothing follows from missing edition words
    blockers = [x for x in fact_blockers(a, b) if x.kind != "edition"]
    is_known = is_own or pair.has_number
    blockers += text_blockers(compared, is_identified=is_known)
    if not pair.is_near and not is_part:
        blockers.insert(0, Blocker(kind="text", here="", there=""))
    if not blockers:
        return _verdict(pair, "DUP-FORMAT", "format", (), compared)
    is_named = pair.has_number or pair.titles is TitleRelation.SAME
    is_version = is_named and pair.jaccard >= threshold("edition")
    if is_own and (pair.is_near or is_part or is_version):
        return _verdict(pair, "ATT-DIFF", "conflict", blockers, compared)
    return _verdict(pair, None, "unrelated", blockers, compared)


def _may_be_longer(pair: _Pair, compared: Comparison) -> bool:
    """Say whether one copy may hold passages that the other lacks: reports only."""
    is_news = pair.a.kind in NEWS_KINDS or pair.b.kind in NEWS_KINDS
    added = sum(place.size for place in compared.of(Kind.ADDED, Kind.EDGE))
    is_small = added <= threshold("longest-addition") * compared.longer
    return is_news and is_small and pair.titles is TitleRelation.SAME


def _is_title_plausible(pair: _Pair, compared: Comparison) -> bool:
    """Say whether copies under unlike titles may still be one: equal reports only."""
    if pair.titles in {TitleRelation.SAME, TitleRelation.EDITION}:
        return True
    if pair.titles is TitleRelation.PART:
        return not compared.of(*FIGURES, Kind.NAME, Kind.WORDING)
    is_news = pair.a.kind in NEWS_KINDS and pair.b.kind in NEWS_KINDS
    is_day = (pair.a.published_at or "a")[:10] == (pair.b.published_at or "b")[:10]
    is_long = compared.shorter >= threshold("shortest-unlike")
    return is_news and is_day and is_long and compared.is_equal


def _same_code(pair: _Pair, *, is_exact: bool) -> tuple[str, str]:
    a, b = pair.a, pair.b
    if is_repost(a, b):
        return "DUP-REPOST", "repost"
    relation = "same" if a.column == b.column else "other-column"
    return ("DUP-EXACT" if is_exact else "DUP-NEAR"), relation


def _blocked_code(pair: _Pair, blockers: Iterable[Blocker]) -> tuple[str | None, str]:
    """Return what a pair is that shares text or number but contradicts itself."""
    kinds = {blocker.kind for blocker in blockers}
    code: tuple[str | None, str] = (None, "template")
    if pair.titles is TitleRelation.SERIES:
        code = ("DUP-SERIES", "series")
    elif pair.titles is TitleRelation.EDITION or "edition" in kinds:
        code = ("DUP-EDITION", "edition")
    elif pair.is_identified or _has_one_signature(pair):
        code = ("DUP-CONFLICT", "conflict")
    elif pair.titles is not TitleRelation.SAME:
        is_asked = kinds == {"title"} and pair.titles is not TitleRelation.TEMPLATE
        code = ("DUP-CONFLICT", "conflict") if is_asked else (None, "template")
    elif not pair.is_near:
        code = ("DUP-TITLE-ONLY", "title-only")
    elif kinds & _EDITION_KINDS:
        code = ("DUP-EDITION", "edition")
    elif pair.a.kind in {"notice", "disclosure"} and kinds & {"date", "occasion"}:
        code = ("DUP-SERIES", "series")
    elif kinds & (_CONTENT_KINDS | {"issuer", "title", "occasion"}):
        code = ("DUP-CONFLICT", "conflict")
    return code


def _has_one_signature(pair: _Pair) -> bool:
    a, b = pair.a, pair.b
    is_signed = bool(a.signed_on) and (a.signed_by, a.signed_on) == (
        b.signed_by,
        b.signed_on,
    )
    return (
        is_signed
        and pair.titles is TitleRelation.SAME
        and not (a.doc_number_key and b.doc_number_key)
    )


def _verdict(
    pair: _Pair,
    code: str | None,
    relation: str,
    blockers: Iterable[Blocker],
    compared: Comparison | None = None,
) -> Verdict:
    evidence: dict[str, Json] = {
        "jaccard": round(pair.jaccard, 6),
        "titles": str(pair.titles),
    }
    if compared is not None:
        shown = int(threshold("evidence"))
        places = compared.differences
        evidence["contained"] = round(compared.contained, 6)
        evidence["differences"] = [x.to_json() for x in places[:shown]]
        evidence["differing"] = len(places)
    kept = tuple(blockers)
    edition = read_title(pair.a.title).edition, read_title(pair.b.title).edition
    if edition[0] != edition[1]:
        evidence["editions"] = [list(edition[0]), list(edition[1])]
    return Verdict(code=code, relation=relation, blockers=kept, evidence=evidence)
