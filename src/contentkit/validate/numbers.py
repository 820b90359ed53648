"""Rules on numbers: IDX-05, DOC-02, DOC-04, DOC-07, NORM-02, missing index numbers.

Form and check digits of an index number are told where it is read (`normalize`).
"""

import re
from collections.abc import Iterator
from functools import cache

from contentkit.codelists import load_codelist
from contentkit.errors import ParseError
from contentkit.models import Document, Finding
from contentkit.normalize.doc_numbers import find_title_number, parse_doc_number
from contentkit.normalize.index_numbers import IndexForm, parse_index_number
from contentkit.normalize.letterhead import find_head_number
from contentkit.validate.fields import date_of, object_of, text_of

_DISCLOSED = ("policy", "disclosure")
_REGISTRY = re.compile(r"[A-Z]{4}[0-9]{2}-((?:19|20)[0-9]{2})-[0-9]{4}")
_TAIL = re.compile(r"[（(〔\[【][^（(]*[）)〕\]】]$|[\s，。、]+$")


def check_index_number(document: Document) -> Iterator[Finding]:
    """Yield what an index number lacks: itself, or agreement with its issuer (IDX-05)."""
    text = text_of(document, "index_number")
    if not text:
        if text_of(document, "kind") in _DISCLOSED:
            yield Finding(code="index-number-missing", field="index_number")
        return
    code = object_of(document, "issuer").get("code")
    if not isinstance(code, str) or not code:
        return
    try:
        number = parse_index_number(text)
    except ParseError:
        return  # told where the number was read
    front = number.front
    if number.form is IndexForm.STRIPPED:
        front = front.zfill(9)
    elif number.form in (IndexForm.REGION, IndexForm.NINGBO):
        return  # begins with a region, not with an organ
    if front not in (code, code[8:17]) and code != front[8:17]:
        data = {"front": number.front, "issuer_code": code}
        yield Finding(code="IDX-05", field="index_number", quote=text, data=data)


def check_doc_number(document: Document) -> Iterator[Finding]:
    """Yield DOC-04: the year of a document number is the year of 成文日期."""
    text, written = text_of(document, "doc_number"), date_of(document, "written_on")
    if not text or written is None:
        return
    try:
        year = parse_doc_number(text).year
    except ParseError:
        return  # told where the number was read
    if year is not None and year != written.year:
        data = {"year": year, "written": str(written)}
        yield Finding(code="DOC-04", field="doc_number", quote=text, data=data)


def check_stated_numbers(document: Document) -> Iterator[Finding]:
    """Yield DOC-02: the number above the text, and at the title's end, is the field's."""
    number = text_of(document, "doc_number")
    if not number:
        return
    head = find_head_number(text_of(document, "body_text"))
    if head and head[0].canonical != number:
        found, line, start = head
        yield Finding(
            code="DOC-02",
            field="body_text",
            quote=line,
            start=start,
            end=start + len(line),
            data={"number": number, "other": found.canonical, "place": "正文版头"},
        )
    title = text_of(document, "title")
    suffix = find_title_number(title) if title.endswith(("号", ")", "）")) else None
    if suffix and suffix.canonical != number:
        data = {"number": number, "other": suffix.canonical, "place": "标题"}
        yield Finding(code="DOC-02", field="title", quote=suffix.raw, data=data)


def check_registry_number(document: Document) -> Iterator[Finding]:
    """Yield NORM-02: form of the register number, year as in 成文日期 or 发布日期."""
    text = text_of(document, "registry_number")
    if not text:
        return
    match = _REGISTRY.fullmatch(text)
    days = [date_of(document, key) for key in ("written_on", "published_at")]
    years = sorted({str(day.year) for day in days if day})
    if match is None or (years and match[1] not in years):
        stated = "、".join(years)
        yield Finding(
            code="NORM-02",
            field="registry_number",
            quote=text,
            data={"value": text, "years": stated},
        )


def check_document_type(document: Document) -> Iterator[Finding]:
    """Yield DOC-07: the title of a policy document ends with one of the fifteen 文种."""
    if text_of(document, "kind") != "policy":
        return
    title = text_of(document, "title")
    bare, before = title, ""
    while bare != before:
        before, bare = bare, _TAIL.sub("", bare)
    if bare and not bare.endswith(_types()):
        yield Finding(code="DOC-07", field="title", data={"title": title})


@cache
def _types() -> tuple[str, ...]:
    terms = load_codelist("document-types").terms.values()
    return tuple(word for term in terms for word in (term.name, *term.aliases))
