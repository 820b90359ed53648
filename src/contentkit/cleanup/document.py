"""All checks of one document and of one file, in one place."""

from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.filetext import FileText
from contentkit.models import Document, Finding
from contentkit.policy.models import Reading
from contentkit.policy.number_rules import check_numbers
from contentkit.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the checks may use besides the document: the site's recipe, its reading."""

    recipe: Recipe
    reading: Reading


def check_document(document: Document, known: Known) -> Iterator[Finding]:
    """Yield what an editor should look at in a document."""
    yield from check_numbers(document, known.reading.doc_numbers)


def check_file(name: str, read: FileText) -> Iterator[Finding]:  # noqa: ARG001
    """Yield what an editor should look at in the text of an attached file."""
    yield from ()
