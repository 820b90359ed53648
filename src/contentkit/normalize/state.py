"""The working state of one record on its way to a document, and its result."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contentkit.codelists import words
from contentkit.columns import ColumnRule
from contentkit.models import (
    CaptureRef,
    Document,
    FieldValue,
    FileFact,
    Finding,
    Json,
    Record,
)
from contentkit.recipe import Recipe
from contentkit.text import fold

STATED = (
    "title",
    "subtitle",
    "summary",
    "published_at",
    "written_on",
    "source",
    "author",
    "issuer",
    "index_number",
    "doc_number",
    "registry_number",
    "topic",
    "genre",
    "directory",
    "disclosure",
    "disclosure_scope",
    "validity_label",
)
"""The single-valued fields of a record that a page states."""

KEYS: Mapping[str, Json] = {
    "id": None,
    "kind": "article",
    "url": None,
    "path": None,
    "title": None,
    "subtitle": None,
    "summary": None,
    "index_number": None,
    "doc_number": None,
    "registry_number": None,
    "issuer": None,
    "co_issuers": (),
    "written_on": None,
    "published_at": None,
    "source": None,
    "author": None,
    "keywords": (),
    "column": None,
    "topic": None,
    "genre": None,
    "directory": None,
    "disclosure": None,
    "disclosure_scope": None,
    "article20": (),
    "policy": None,
    "body_html": "",
    "body_text": "",
    "attachments": (),
    "images": (),
    "provenance": None,
}
"""The keys of a document in the order of the contract, with their empty values."""

_LISTS = tuple(key for key, value in KEYS.items() if value == ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """What became of one record.

    `document` holds all keys of CONTRACT section 5; it is None for a page that is no
    document: then `drop` is a code of `drop-reasons.csv`, or None for an error page
    (extract told why). `column` is the platform column, also of a dropped list page.
    `provenance` has one row a field value; the body's text is not repeated in it.
    """

    document: Document | None
    provenance: tuple[FieldValue, ...] = ()
    findings: tuple[Finding, ...] = ()
    drop: str | None = None
    column: str | None = None


@dataclass(slots=True, kw_only=True)
class State:
    """What the steps read and write; `values` are the stated texts, patched or not."""

    record: Record
    capture: CaptureRef
    recipe: Recipe
    files: Mapping[str, FileFact]
    rule: ColumnRule | None = None
    values: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    document: Document = field(default_factory=dict)
    provenance: dict[str, FieldValue] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def day(self) -> str | None:
        """The day that the document belongs to: written on, else published at."""
        day: str | None = self.document["written_on"] or self.document["published_at"]
        return day

    def put(self, name: str, value: Json, origin: str | None = None) -> None:
        """Set a field with its provenance; without `origin` it is the page's own."""
        self.document[name] = value
        original = None
        if origin is None:
            original = self.record.originals.get(name, getattr(self.record, name))
            origin = self.origins.get(name, "page")
        self.trace(name, value, original=original, origin=origin)

    def trace(
        self, name: str, value: Json, *, original: str | None, origin: str
    ) -> None:
        """Note where a value comes from."""
        self.provenance[name] = FieldValue(
            field=name, value=value, original=original, origin=origin
        )

    def tell(
        self,
        code: str,
        name: str,
        *,
        proposal: str | None = None,
        **data: Json,
    ) -> None:
        """Add a finding on a field, quoting its stated text."""
        self.findings.append(
            Finding(
                code=code,
                field=name,
                quote=self.values.get(name),
                proposal=proposal,
                data=data,
            )
        )


def start_state(
    record: Record,
    capture: CaptureRef,
    recipe: Recipe,
    files: Mapping[str, FileFact],
) -> State:
    """Return a fresh state; texts that say nothing (无, -, null) count as absent."""
    state = State(record=record, capture=capture, recipe=recipe, files=files)
    empty = words("empty-values")
    for name in STATED:
        text: str | None = getattr(record, name)
        if text and fold(text) not in empty:
            state.values[name] = text
            state.origins[name] = record.origins.get(name, "page")
    state.document |= KEYS
    for key in _LISTS:
        state.document[key] = []
    return state
