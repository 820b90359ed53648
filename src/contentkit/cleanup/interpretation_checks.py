"""What an editor should look at in an interpretation, and in a document without one.

INT-* of POLICY section 9 and STANDARDS section 12. An interpretation that is a picture
(一图读懂) is not judged by its words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from contentkit.cleanup.figures import contradicting_figures
from contentkit.cleanup.mentions import find_mentions, is_title_of, title_subjects
from contentkit.cleanup.words import any_word, threshold
from contentkit.dedupe.shingles import grams
from contentkit.models import Document, Finding, Json
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import Validity
from contentkit.policy.read import read_policy
from contentkit.resources import read_codelist

_GONE = {Validity.REPEALED: "废止", Validity.LAPSED: "失效"}
_SHORT_NAME = re.compile("《([一-龥]{2,4})》")
_DATE = {"effective": "施行日期", "years": "有效期"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """The document that is interpreted, with its state and dates on the day."""

    document: Document
    validity: str = "unknown"
    effective_on: str | None = None
    validity_years: int | None = None


def check_interpretation(
    document: Document, target: Interpreted | None, candidates: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Yield what an interpretation lacks or says otherwise than its document.

    Without a target only INT-ORPHAN is told, with the candidates there were.
    """
    if target is None:
        data: dict[str, Json] = {"subject": "orphan"}
        if candidates:
            data["candidates"] = list(candidates)
        yield Finding(code="INT-ORPHAN", data=data)
        return
    yield from _elements(document, target)
    yield from _stale(document, target)
    yield from _copied(document, target)
    yield from _numbers(document, target)
    yield from _terms(document, target)
    for pair in contradicting_figures(
        document["body_text"], target.document["body_text"]
    ):
        place = (pair.here.start, pair.here.end)
        other = (pair.there.quote, pair.there.start, pair.there.end)
        yield _mismatch(document, place, other, target)


def check_interpreted(document: Document, *, validity: str) -> Iterator[Finding]:
    """Yield INT-MISSING for a normative document in force that nothing interprets.

    Called for documents without an interpretation; those of before the rule (2016) and
    those that are no more need none.
    """
    policy = document.get("policy") or {}
    is_normative = policy.get("is_normative")
    if is_normative is None:
        is_normative = bool(document.get("registry_number"))
    day = (document["written_on"] or document["published_at"] or "")[:10]
    since = threshold("interpreted-since")
    is_due = day and int(day.replace("-", "")) >= since
    if is_normative and is_due and validity not in {*_GONE, Validity.DRAFT}:
        yield Finding(code="INT-MISSING", data={"subject": "interpretation"})


def _elements(document: Document, target: Interpreted) -> Iterator[Finding]:
    if len(document["body_text"]) < threshold("element-least"):
        return
    texts = {
        "title": fold_policy(document["title"]).text,
        "body": fold_policy(document["body_text"]).text,
    }
    missing = []
    for row, pattern in _element_rows():
        if row["needs"] == "effective_on" and target.effective_on is None:
            continue
        if row["field"] == "title" and title_subjects(document["title"]):
            continue
        if not pattern.search(texts[row["field"]]):
            missing.append(row["name"])
    if missing:
        data: dict[str, Json] = {"elements": "、".join(missing), "subject": "elements"}
        yield Finding(code="INT-ELEMENT", field="body_text", data=data)


def _stale(document: Document, target: Interpreted) -> Iterator[Finding]:
    state = _GONE.get(Validity(target.validity))
    if state is None:
        return
    top = document["title"] + document["body_text"][:200]
    if any_word("gone").search(fold_policy(top).text):
        return
    data: dict[str, Json] = {
        "title": target.document["title"],
        "state": state,
        "document": target.document["id"],
        "subject": target.document["id"],
    }
    yield Finding(code="INT-STALE", field="title", data=data)


def _copied(document: Document, target: Interpreted) -> Iterator[Finding]:
    own = grams(document["body_text"])
    if len(own) < threshold("copied-least"):
        return
    shared = np.intersect1d(
        own, grams(target.document["body_text"]), assume_unique=True
    )
    share = len(shared) * 100 // len(own)
    if share >= threshold("copied-share"):
        data: dict[str, Json] = {
            "share": f"{share}%",
            "document": target.document["id"],
            "subject": target.document["id"],
        }
        yield Finding(code="INT-COPIED", field="body_text", data=data)


def _numbers(document: Document, target: Interpreted) -> Iterator[Finding]:
    """Yield a document number that stands directly after the title and is another one."""
    own = target.document["doc_number"]
    if not own or "号" not in document["body_text"]:
        return
    last = None
    for mention in find_mentions(document):
        if mention.kind == "title":
            last = mention
        elif mention.kind == "number" and last is not None:
            assert mention.start is not None and last.end is not None
            gap = document["body_text"][last.end : mention.start]
            is_its = gap.strip() in {"(", "（", ""}
            its = is_its and is_title_of(last.value, target.document["title"])
            if its and mention.value != own and mention.end is not None:
                place = (mention.start, mention.end)
                yield _mismatch(document, place, (own, None, None), target)


def _terms(document: Document, target: Interpreted) -> Iterator[Finding]:
    """Yield the day or term that an interpretation states once and the document otherwise."""
    # 《办法》, as an interpretation calls its document, reads as 本办法; nothing moves
    reading = read_policy(_SHORT_NAME.sub("　本\\1", document["body_text"]))
    for kind, stated in (
        ("effective", target.effective_on),
        ("years", target.validity_years),
    ):
        told = [clause for clause in reading.clauses if clause.kind == kind]
        if stated is None or len(told) != 1:
            continue
        clause = told[0]
        value = clause.date if kind == "effective" else clause.years
        if value is not None and value != stated:
            shown = f"{_DATE[kind]} {stated}" + ("年" if kind == "years" else "")
            place = (clause.start, clause.end)
            yield _mismatch(document, place, (shown, None, None), target)


def _mismatch(
    document: Document,
    place: tuple[int, int],
    there: tuple[str, int | None, int | None],
    target: Interpreted,
) -> Finding:
    start, end = place
    quote = document["body_text"][start:end]
    data: dict[str, Json] = {
        "here": quote,
        "there": there[0],
        "document": target.document["id"],
    }
    if there[1] is not None:
        data["there_span"] = [there[1], there[2]]
    return Finding(
        code="INT-NUMERIC-MISMATCH",
        field="body_text",
        quote=quote,
        start=start,
        end=end,
        data=data,
    )


@cache
def _element_rows() -> tuple[tuple[Mapping[str, str], re.Pattern[str]], ...]:
    rows = read_codelist("interpretation-elements")
    return tuple((row, re.compile(row["pattern"])) for row in rows)
