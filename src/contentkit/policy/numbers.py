"""发文字号: find document numbers in running text, read the one of a field.

The forms are those of `number_forms`, the left edge is found by `number_codes` and
`number_issuers`. Numbers of court cases, index numbers, registry numbers, standards and
issues of gazettes are no document numbers (POLICY 3).
"""

from collections.abc import Collection
from dataclasses import dataclass

from contentkit.errors import ParseError
from contentkit.policy.folded import Folded, fold_policy
from contentkit.policy.models import FoundNumber
from contentkit.policy.number_codes import province_of
from contentkit.policy.number_forms import number_key
from contentkit.policy.number_readers import (
    read_brackets,
    read_damaged,
    read_named,
    read_olds,
)
from contentkit.policy.number_runs import NumberText

__all__ = [
    "DocNumber",
    "find_doc_numbers",
    "find_title_number",
    "number_key",
    "parse_doc_number",
    "province_of_number",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocNumber:
    """A document number; `canonical` is made of `code`, `year` and `serial`.

    `form` is bracket, old, order, notice or case-decision; `defects` names what differs
    from the canonical form, in the words of the reading conventions (`has_di` …).
    """

    raw: str
    canonical: str
    form: str
    code: str
    year: int | None
    serial: int
    defects: tuple[str, ...] = ()


def find_doc_numbers(
    folded: Folded, *, attested: Collection[str] = (), place: str | None = None
) -> tuple[FoundNumber, ...]:
    """Return the document numbers of a text in their order, none overlapping another.

    `attested` are codes known from published documents of the site, in addition to the
    packaged ones; `place` (广东省) is where the text comes from and completes 省政府令.

    >>> text = fold_policy("根据国发 [2016]\\n5号和《规定》（国务院令第3号）")
    >>> [number.canonical for number in find_doc_numbers(text)]
    ['国发〔2016〕5号', '国务院令第3号']
    """
    return _find(NumberText(folded, attested, place))


def parse_doc_number(text: str) -> DocNumber:
    """Read a field that holds one document number and nothing else.

    Raises `ParseError` for anything else: look-alikes, damaged numbers, misprints.

    >>> parse_doc_number("仑政办 [2020] 第012号").canonical
    '仑政办〔2020〕12号'
    """
    bare = text.strip().strip("\u3000\xa0\u200b").removesuffix("文件")
    folded = fold_policy(bare)
    found = _find(NumberText(folded, (), None, is_field=True))
    if len(found) == 1 and found[0].raw == bare.strip() and found[0].canonical:
        number = found[0]
        key = number_key(number.canonical)
        if key and number.kind != "damaged" and "glued_prefix" not in number.defects:
            return DocNumber(
                raw=text,
                canonical=number.canonical,
                form=number.kind,
                code=key[0],
                year=key[1],
                serial=key[2],
                defects=number.defects,
            )
    raise ParseError(text, "a document number (发文字号)")


def find_title_number(title: str) -> DocNumber | None:
    """Return the bracket number that stands at the end of a title, if one does."""
    bare = title.rstrip()
    if bare.endswith((")", "）")) and ("（" in bare or "(" in bare):
        bare = bare[:-1].rstrip()
    if not bare.endswith("号"):
        return None
    found = find_doc_numbers(fold_policy(bare))
    if not found or found[-1].end != len(bare) or found[-1].kind != "bracket":
        return None
    try:
        return parse_doc_number(found[-1].raw)
    except ParseError:
        return None


def province_of_number(canonical: str) -> str | None:
    """Return the province that a document's own number tells, to complete 省政府令.

    >>> province_of_number("粤府办〔2020〕2号")
    '广东省'
    """
    key = number_key(canonical)
    return province_of(key[0]) if key else None


def _find(text: NumberText) -> tuple[FoundNumber, ...]:
    if "号" not in text.text and not any(sign in text.text for sign in "〔[(【〖"):
        return ()
    found = [
        *read_brackets(text),
        *read_olds(text),
        *read_named(text),
        *read_damaged(text),
    ]
    found.sort(key=lambda number: (number.start, -number.end))
    kept: list[FoundNumber] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return tuple(kept)
