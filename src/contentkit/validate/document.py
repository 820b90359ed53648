"""One document against the platform's schema and the rules, and what becomes of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from contentkit.findings import codes
from contentkit.models import Document, Finding, Json
from contentkit.validate import attachments, classes, dates, numbers, texts
from contentkit.validate.edition import Compiled, Edition
from contentkit.validate.schema_rules import check_schema

RULES: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    dates.check_dates,
    dates.check_signature,
    classes.check_disclosure,
    classes.check_codes,
    numbers.check_index_number,
    numbers.check_doc_number,
    numbers.check_stated_numbers,
    numbers.check_registry_number,
    numbers.check_document_type,
    attachments.check_attachment_types,
    attachments.check_repeated_attachments,
    attachments.check_stated_attachments,
    texts.check_characters,
    texts.check_expressions,
    texts.check_empty_body,
    texts.check_source,
)
"""The rules that need one document, in the order in which they are told."""

USED_LISTS = (
    "article20",
    "document-types",
    "genres",
    "media-types",
    "organization-endings",
    "own-site-names",
    "platform-columns",
    "public-holidays",
    "schema-keywords",
    "severe-expressions",
    "topics",
)
"""Code lists that a result depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """A document after validation.

    `document` lacks the values that were dropped; each is told by a `value-dropped`
    finding. `quarantine` is the code of the finding that holds the document back, None
    when it may go on.
    """

    document: Document
    findings: tuple[Finding, ...]
    quarantine: str | None = None


def mode_of(code: str, modes: Mapping[str, str]) -> str:
    """Return what a finding does: as the recipe says, else as its code list says."""
    return modes.get(code) or codes()[code].mode


def validate_document(
    document: Document,
    *,
    edition: Edition,
    modes: Mapping[str, str],
    earlier: Iterable[Finding] = (),
    today: str | None = None,
) -> Validated:
    """Return the findings of all rules on a document and whether it may go on.

    `modes` are those of the recipe. `earlier` are the findings of extract and normalize
    on the same page: their modes count too, but they are not told again. `today` is the
    day of the run; without one, the day of the capture bounds the dates.

    `drop-value` empties an optional field; a required one cannot go, so its document is
    quarantined. `block` lets the document pass: the gates of the whole site refuse the
    export. A document that does not fit the schema never passes, whatever the mode.
    """
    earlier = tuple(earlier)
    found = [*check_schema(document, edition.document)]
    refused = {finding.field for finding in found}  # told once: by the schema
    for told in (dates.check_future(document, today), *(r(document) for r in RULES)):
        found += (finding for finding in told if finding.field not in refused)
    if any(finding.code == "TXT-01" for finding in earlier):
        # What decoding told about the page is not told again for its field.
        found = [x for x in found if x.data.get("way") != "replaced"]
    settled = _settle(document, [*earlier, *found], edition.document, modes)
    cleaned, dropped, quarantine = settled
    if quarantine is None and (refused or dropped):
        quarantine = _misfit(cleaned, edition.document, dropped)
    return Validated(
        document=cleaned, findings=(*found, *dropped), quarantine=quarantine
    )


def _settle(
    document: Document,
    findings: Iterable[Finding],
    schema: Compiled,
    modes: Mapping[str, str],
) -> tuple[Document, list[Finding], str | None]:
    """Return what the modes leave of a document, what they dropped, what holds it."""
    cleaned = document
    dropped: list[Finding] = []
    held: str | None = None
    for finding in findings:
        mode = mode_of(finding.code, modes)
        if mode == "drop-value":
            key = finding.field or ""
            is_optional, empty = _emptied(schema, key)
            if not is_optional:
                held = held or finding.code
            elif cleaned.get(key) not in (None, []):
                data = {"cause": finding.code, "value": cleaned[key]}
                dropped.append(Finding(code="value-dropped", field=key, data=data))
                cleaned = {**cleaned, key: empty}
        elif mode == "quarantine":
            held = held or finding.code
    return cleaned, dropped, held


def _misfit(document: Document, schema: Compiled, dropped: list[Finding]) -> str | None:
    """Return why a document does not fit the schema: also a drop may be the cause."""
    if schema.is_valid(document):
        return None
    return str(dropped[0].data["cause"]) if dropped else "schema-violation"


def _emptied(schema: Compiled, key: str) -> tuple[bool, Json]:
    """Return whether a field may be empty, and its empty value."""
    rule = schema.schema["properties"].get(key)
    if rule is None or key in schema.schema["required"]:
        return False, None
    return True, [] if rule.get("type") == "array" else None
