"""Clean-up rules on document numbers: NUM-BRACKET … NUM-TRAD, NUM-MISSING,
NUM-META-BODY, NUM-YEAR-DATE (POLICY 9).

What is wrong with a number as printed is told by `number_findings`, what a document
says against its own number by `check_numbers`. Nothing is repaired here: a proposal is
what an editor may accept.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from contentkit.models import Document, Finding
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import FoundNumber
from contentkit.policy.number_codes import near_codes
from contentkit.policy.numbers import (
    find_doc_numbers,
    find_title_number,
    number_key,
)

_CODES = {
    "NUM-BRACKET": ("wrong_bracket", "has_nian"),
    "NUM-WIDTH": ("fullwidth_digits", "inner_space"),
    "NUM-DI": ("has_di",),
    "NUM-ZERO": ("zero_padded",),
    "NUM-YEAR2": ("two_digit_year",),
    "NUM-DAMAGED": ("lost_bracket", "lost_hao"),
    "NUM-TYPO": ("suspected_typo", "year_typo"),
    "NUM-TRAD": ("traditional_characters",),
}
_YEAR = re.compile("[0-9]{4}")
_OLD_FORM = ("NUM-DI", "NUM-YEAR2", "NUM-ZERO")  # right when it was issued
_HEAD_LINES, _HEAD = 6, 400
_AROUND = " \t\u3000\xa0()（）【】"


def number_findings(
    field: str,
    number: FoundNumber,
    *,
    attested: Collection[str] = (),
    written_on: str | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with a number as printed in `field`, one finding a rule.

    `attested` are the codes of the site: a code one 汉字 away from one of them may be a
    misprint. `written_on` (ISO 8601) proposes the year where the printed one cannot be.
    """
    printed = number.defects
    if "\n" in number.raw:  # a letterhead over several lines: its spaces are layout
        printed = tuple(defect for defect in printed if defect != "inner_space")
    for code, defects in _CODES.items():
        if number.kind == "old" and code in _OLD_FORM:
            continue
        if any(defect.startswith(defects) for defect in printed):
            proposal = number.canonical or number.proposal
            if "year_typo" in number.defects:
                proposal = _with_year(number.raw, written_on)
            yield _told(code, field, number, proposal)
    key = number_key(number.canonical)
    near = near_codes(key[0], attested) if key and number.kind == "bracket" else ()
    if key and near:
        meant = number.canonical.replace(key[0], near[0], 1) if len(near) == 1 else None
        yield _told("NUM-TYPO", field, number, meant)


def check_numbers(
    document: Document, found: Sequence[FoundNumber]
) -> Iterator[Finding]:
    """Yield what a document says against its own number; `found` are those of its body.

    Its own number in the body stands alone on one of the first lines (GB/T 9704-2012,
    7.2.5); one at the end of the title counts too.
    """
    stated, body = _text(document, "doc_number"), _text(document, "body_text")
    own = next((x for x in found if x.canonical and stands_alone(body, x)), None)
    title = find_title_number(_text(document, "title"))
    if not stated:
        if _text(document, "kind") == "policy":
            other = own.canonical if own else title.canonical if title else None
            yield Finding(code="NUM-MISSING", field="doc_number", proposal=other)
        return
    if own and not _is_same(own.canonical, stated):
        yield _contradiction(stated, own.raw, own.canonical)
    if title and not _is_same(title.canonical, stated):
        yield _contradiction(stated, title.raw, title.canonical)
    yield from _check_year(stated, _text(document, "written_on"))


def _is_same(canonical: str, stated: str) -> bool:
    key = number_key(canonical)
    return canonical == stated or (key is not None and key == number_key(stated))


def _contradiction(stated: str, raw: str, canonical: str) -> Finding:
    """Return NUM-META-BODY; what an editor accepts goes into the field of the number."""
    return Finding(
        code="NUM-META-BODY",
        field="doc_number",
        quote=raw,
        proposal=canonical,
        data={"field": stated, "body": canonical},
    )


def stands_alone(body: str, number: FoundNumber) -> bool:
    """Say whether a number has a line of its own among the first lines of a text."""
    if number.start > _HEAD or body.count("\n", 0, number.start) >= _HEAD_LINES:
        return False
    before = body[body.rfind("\n", 0, number.start) + 1 : number.start]
    line_end = body.find("\n", number.end)
    after = body[number.end : line_end if line_end >= 0 else len(body)]
    return not before.strip(_AROUND) and not after.strip(_AROUND).removeprefix("文件")


def _check_year(stated: str, written_on: str) -> Iterator[Finding]:
    """Yield NUM-YEAR-DATE; papers of one year are signed early in the next, too."""
    key = number_key(stated)
    try:
        written = date.fromisoformat(written_on[:10])
    except ValueError:
        return
    if key and key[1] is not None and written.year - key[1] not in {0, 1}:
        data = {"number": stated, "date": str(written)}
        yield Finding(code="NUM-YEAR-DATE", field="doc_number", quote=stated, data=data)


def _with_year(raw: str, written_on: str | None) -> str | None:
    """Return the number with the year of its date, if one digit makes the difference."""
    year = (written_on or "")[:4]
    printed = _YEAR.search(raw)
    if printed is None or len(year) != len(printed[0]):
        return None
    if sum(a != b for a, b in zip(printed[0], year, strict=True)) != 1:
        return None
    meant = raw[: printed.start()] + year + raw[printed.end() :]
    found = find_doc_numbers(fold_policy(meant))
    return found[0].canonical if found else None


def _told(code: str, field: str, number: FoundNumber, proposal: str | None) -> Finding:
    return Finding(
        code=code,
        field=field,
        quote=number.raw,
        start=number.start,
        end=number.end,
        proposal=proposal or None,
        data={"raw": number.raw},
    )


def _text(document: Document, key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else ""
