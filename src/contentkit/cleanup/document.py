"""All checks of one document and of one file, in one place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from contentkit.cleanup.attachments import check_attachments, check_type
from contentkit.cleanup.expressions import check_expressions
from contentkit.cleanup.formats import check_formats, full_width
from contentkit.cleanup.links import check_links
from contentkit.cleanup.metadata import check_metadata
from contentkit.cleanup.personal import check_personal, check_personal_file
from contentkit.filetext import FileText
from contentkit.findings import codes
from contentkit.models import Document, Finding
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import FoundNumber, Reading
from contentkit.policy.number_rules import check_numbers, number_findings
from contentkit.policy.numbers import find_doc_numbers
from contentkit.policy.text_findings import date_findings
from contentkit.recipe import Recipe
from contentkit.validate.fields import text_of

USED_LISTS = (
    "attachment-endings",
    "confusables",
    "personal-prefixes",
    "personal-scores",
    "personal-words",
)
"""Code lists that the checks depend on."""

USED_LOOKUPS = ("renamed-agencies", "renamed-places")
"""Packaged lookups that the checks depend on."""

_MOST = 20  # findings of damaged numbers or dates in one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the checks may use besides the document: the site's recipe, its reading."""

    recipe: Recipe
    reading: Reading


def check_document(document: Document, known: Known) -> Iterator[Finding]:
    """Yield what an editor should look at in a document."""
    yield from check_numbers(document, known.reading.doc_numbers)
    yield from islice(_number_signs(document, known), _MOST)
    yield from islice(_dates(document, known.reading), _MOST)
    yield from check_expressions(document, known.recipe.expressions)
    yield from check_formats(document)
    yield from check_links(document)
    yield from check_attachments(document)
    yield from check_metadata(document, known.reading, known.recipe.issuers)
    yield from check_personal(document)


def check_file(name: str, read: FileText) -> Iterator[Finding]:
    """Yield what an editor should look at in the text of an attached file."""
    yield from check_type(name, read)
    yield from check_personal_file(name, read)


def _number_signs(document: Document, known: Known) -> Iterator[Finding]:
    """Yield what is wrong with the numbers in text and title as printed."""
    attested = known.recipe.issuers.doc_codes
    written_on = text_of(document, "written_on") or None
    for number in known.reading.doc_numbers:
        yield from number_findings(
            "body_text", number, attested=attested, written_on=written_on
        )
    title = text_of(document, "title")
    numbers = find_doc_numbers(fold_policy(title)) if "号" in title else ()
    for number in numbers:
        for found in number_findings("title", number, attested=attested):
            yield replace(found, proposal=_whole_title(title, numbers, found))


def _whole_title(
    title: str, numbers: Sequence[FoundNumber], found: Finding
) -> str | None:
    """Return the title with a finding's proposal in it.

    Safe fixes of a title follow one another and the last one stays: each of them holds
    the others.
    """
    if found.proposal is None or found.start is None:
        return None
    if codes()[found.code].auto != "Y-field":
        return title[: found.start] + found.proposal + title[found.end :]
    for number in reversed(numbers):
        if number.canonical:
            title = title[: number.start] + number.canonical + title[number.end :]
    return full_width(title)


def _dates(document: Document, reading: Reading) -> Iterator[Finding]:
    """Yield the damaged dates of a text that was not read as a source of law."""
    text = text_of(document, "body_text")
    if reading == Reading() and ("年" in text or "月" in text):
        yield from date_findings(fold_policy(text))
