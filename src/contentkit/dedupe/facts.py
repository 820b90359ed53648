"""What the judgement of a pair needs to know of one copy of a text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contentkit.dedupe.words import patterns
from contentkit.errors import ParseError
from contentkit.models import Document, Json
from contentkit.normalize.doc_numbers import parse_doc_number
from contentkit.normalize.letterhead import find_head_number, iter_signatures
from contentkit.policy.models import Reading
from contentkit.policy.number_forms import full_code
from contentkit.text import fold, squeeze


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFile:
    """A file that a copy carries; `sha256` is None where it was never captured."""

    name: str
    sha256: str | None = None
    is_image: bool = False  # stands in the body: no attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a text: a page, or a file attached to a page.

    `doc_number_key` is the canonical number of the field, else of the letterhead.
    `column_class` is the platform's word for what the column is (`authority.classify`).
    `signed_on` and `signed_by` stand below the text. Values that are not known are None
    and exclude nothing.
    """

    key: int
    id: str
    url: str = ""
    kind: str = "article"
    title: str = ""
    issuer: str | None = None
    issuer_code: str | None = None
    doc_number: str | None = None
    doc_number_key: str | None = None
    index_number: str | None = None
    registry_number: str | None = None
    written_on: str | None = None
    published_at: str | None = None
    source: str | None = None
    column: str = ""
    column_class: str = ""
    files: tuple[CopyFile, ...] = ()
    text: str = ""
    origin: str = "html"
    attachment_of: str | None = None
    signed_by: str | None = None
    signed_on: str | None = None
    effective_on: str | None = None
    effective_rule: str | None = None
    expires_on: str | None = None
    validity_years: int | None = None


_KEPT = (
    "id",
    "url",
    "kind",
    "title",
    "issuer",
    "issuer_code",
    "doc_number",
    "doc_number_key",
    "index_number",
    "registry_number",
    "written_on",
    "published_at",
    "source",
    "column",
    "signed_by",
    "signed_on",
    "effective_on",
    "effective_rule",
    "expires_on",
    "validity_years",
)


def copy_of(
    document: Document, reading: Reading | None = None, *, key: int = 0
) -> Copy:
    """Return the copy that a document (CONTRACT section 5) is.

    Facts of validity come from a reading of its text, else from the document's own.
    """
    text = _text(document, "body_text") or ""
    number = _text(document, "doc_number")
    signature = next(iter_signatures(text), None)
    copy = Copy(
        key=key,
        id=str(document["id"]),
        url=_text(document, "url") or "",
        kind=_text(document, "kind") or "article",
        title=_text(document, "title") or "",
        issuer=_named(document.get("issuer"), "name"),
        issuer_code=_named(document.get("issuer"), "code"),
        doc_number=number,
        doc_number_key=number_key(number) if number else _head_key(text),
        index_number=_text(document, "index_number"),
        registry_number=_text(document, "registry_number"),
        written_on=_text(document, "written_on"),
        published_at=_text(document, "published_at"),
        source=_text(document, "source"),
        column=_text(document, "column") or "",
        files=_files(document),
        text=text,
        signed_on=signature.day if signature else None,
        signed_by=_line_above(text, signature.start) if signature else None,
    )
    facts = _facts(document.get("policy"))
    if reading is not None:
        facts |= _reading_facts(reading)
    return replace(copy, **facts)


def facts_json(copy: Copy) -> dict[str, Json]:
    """Return what is known of the copy of a page besides its text, to keep it."""
    values = ((name, getattr(copy, name)) for name in _KEPT)
    kept = {name: value for name, value in values if value}
    files = [[x.name, x.sha256, x.is_image] for x in copy.files]
    return {**kept, "files": files} if files else kept


def copy_from(facts: Mapping[str, Json], *, key: int, text: str = "") -> Copy:
    """Return the copy of which facts were kept.

    >>> page = copy_of({"id": "x", "title": "公告", "body_text": "江澜区"}, key=1)
    >>> copy_from(facts_json(page), key=1, text="江澜区") == page
    True
    """
    files = tuple(
        CopyFile(name=name, sha256=sha256, is_image=is_image)
        for name, sha256, is_image in facts.get("files", ())
    )
    return Copy(**{**facts, "files": files, "key": key, "text": text})


def attachment_copy(page: Copy, *, key: int, name: str, text: str) -> Copy:
    """Return the copy that a file of a page is: its own text, nothing else for sure.

    Number and signature are those of the file's text; its title is its first line.
    """
    signature = next(iter_signatures(text), None)
    first = next((line for line in text.split("\n", 5) if line.strip()), "")
    return Copy(
        key=key,
        id=f"{page.id}#{name}",
        url=page.url,
        kind=page.kind,
        title=first[:200],
        doc_number_key=_head_key(text),
        published_at=page.published_at,
        column=page.column,
        column_class=page.column_class,
        files=tuple(x for x in page.files if x.name == name),
        text=text,
        origin="attachment",
        attachment_of=page.id,
        signed_on=signature.day if signature else None,
        signed_by=_line_above(text, signature.start) if signature else None,
    )


def number_key(number: str) -> str:
    """Return the form in which document numbers are compared.

    >>> number_key("仑政办 [2020] 第012号") == number_key("仑政办〔2020〕12号")
    True
    """
    try:
        return fold(full_code(parse_doc_number(number).canonical))
    except ParseError:
        return fold(number)


def issuer_key(name: str) -> str:
    """Return the form in which names of issuers are compared.

    >>> issuer_key("江澜区人民政府办公室")
    '江澜区政府办'
    """
    folded = fold(name)
    for pair, _ in patterns("same-issuer"):
        long, _, short = pair.partition("=")
        folded = folded.replace(long, short)
    return folded


def _head_key(text: str) -> str | None:
    found = find_head_number(text)
    return number_key(found[0].canonical) if found else None


def _line_above(text: str, start: int) -> str:
    lines = text[:start].rstrip("\n").rsplit("\n", 1)
    return squeeze(lines[-1])


def _text(document: Mapping[str, Json], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) and value else None


def _named(value: Json, name: str) -> str | None:
    return _text(value, name) if isinstance(value, Mapping) else None


def _files(document: Mapping[str, Json]) -> tuple[CopyFile, ...]:
    return tuple(
        CopyFile(
            name=_text(x, "name") or "",
            sha256=_text(x, "sha256"),
            is_image=key == "images",
        )
        for key in ("attachments", "images")
        for x in document.get(key) or ()
        if isinstance(x, Mapping)
    )


def _facts(policy: Json) -> dict[str, Json]:
    if not isinstance(policy, Mapping):
        return {}
    names = ("effective_on", "expires_on", "validity_years")
    return {name: policy[name] for name in names if policy.get(name)}


def _reading_facts(reading: Reading) -> dict[str, Json]:
    rule = reading.effective_rule
    found = {
        "effective_on": reading.effective_on,
        "effective_rule": f"{rule.anchor}+{rule.offset_days}" if rule else None,
        "expires_on": reading.expires_on,
        "validity_years": reading.validity_years,
    }
    return {name: value for name, value in found.items() if value is not None}
