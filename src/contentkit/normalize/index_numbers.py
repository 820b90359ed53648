"""索引号: the identifier of disclosed information, in the forms A to G of practice.

An index number is read, checked and kept as stated: it is never re-minted, whatever is
wrong with it. Check digits follow GB 32100-2015 (unified social credit code, USCC) and
GB 11714-1997 (organization code); forms and their sources are in `STANDARDS`, 6.1.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from operator import mul

from contentkit.errors import ParseError
from contentkit.text import nfkc, squeeze

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―－﹣"), "-")
_SLASHES = dict.fromkeys(map(ord, "／∕⁄"), "/")
_USCC = "[0-9A-HJ-NP-RTUWXY]{18}"
_YEAR = "(?P<year>(?:19|20)[0-9]{2})"


class IndexForm(StrEnum):
    """The shape of an index number (`STANDARDS`, 6.1)."""

    ORG_CODE = "A"
    USCC = "B"
    USCC_MONTH = "C"
    REGION = "D"
    HYPHEN = "E"
    NINGBO = "F"
    STRIPPED = "G"


_FORMS = (
    (
        IndexForm.USCC,
        re.compile(f"(?P<front>{_USCC})/{_YEAR}-(?P<serial>[0-9]{{5,7}})"),
    ),
    (
        IndexForm.USCC_MONTH,
        re.compile(
            f"(?P<front>{_USCC})/{_YEAR}(?:0[1-9]|1[0-2])-(?P<serial>[0-9]{{5}})"
        ),
    ),
    (
        IndexForm.ORG_CODE,
        re.compile(f"(?P<front>[0-9A-Z]{{8}}[0-9X])/{_YEAR}-(?P<serial>[0-9]{{5,}})"),
    ),
    (
        IndexForm.REGION,
        re.compile(f"(?P<front>[0-9]{{10}})/{_YEAR}-(?P<serial>[0-9]{{6}})"),
    ),
    (
        IndexForm.HYPHEN,
        re.compile(f"(?P<front>[0-9A-Z]{{9}})-{_YEAR}-(?P<serial>[0-9]{{6}})"),
    ),
    (
        IndexForm.NINGBO,
        re.compile(
            r"(?P<front>[0-9]{6})-[0-9A-Z]+-[0-9A-Z]+-[0-9]{2,4}-"
            rf"{_YEAR}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])-(?P<serial>[0-9]+)"
        ),
    ),
    (
        IndexForm.STRIPPED,
        re.compile(
            f"(?P<front>[1-9][0-9A-Z]{{4,6}}[0-9X])/{_YEAR}-(?P<serial>[0-9]{{5,}})"
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNumber:
    """An index number and what its check digits say; None where it has no such digit.

    `text` is the number without white space and with ASCII signs. `proposal` is form A
    with its leading zeros restored: form G is believed only if the check digit then fits.
    """

    text: str
    form: IndexForm
    front: str
    year: int
    serial: str
    uscc_ok: bool | None = None
    org_code_ok: bool | None = None
    proposal: str | None = None


def clean_index_number(text: str) -> str:
    """Return the number without white space, with ASCII signs and capital letters.

    >>> clean_index_number("０００014349／2017 — 00110")
    '000014349/2017-00110'
    """
    folded = squeeze(nfkc(text))
    return folded.translate(_DASHES).translate(_SLASHES).upper()


def parse_index_number(text: str) -> IndexNumber:
    """Read an index number. Raises `ParseError` where it has none of the forms.

    >>> parse_index_number("2951475/2021-43858").proposal
    '002951475/2021-43858'
    """
    bare = clean_index_number(text)
    for form, pattern in _FORMS:
        match = pattern.fullmatch(bare)
        if match and not _is_region(form, match["front"]):
            return _checked(bare, form, match)
    raise ParseError(text, "an index number of form A to G")


def _is_region(form: IndexForm, front: str) -> bool:
    """Say whether a short front is no organization code, so that nothing was stripped."""
    return form is IndexForm.STRIPPED and not org_code_is_valid(front.zfill(9))


def uscc_is_valid(code: str) -> bool:
    """Check the last character of a unified social credit code (GB 32100-2015).

    >>> uscc_is_valid("11330206002954449B")
    True
    """
    if len(code) != 18 or not _USCC_VALUES.keys() >= set(code):
        return False
    values = map(_USCC_VALUES.__getitem__, code[:17])
    total = sum(map(mul, values, _USCC_WEIGHTS))
    return _USCC_SIGNS[(31 - total % 31) % 31] == code[17]


def org_code_is_valid(code: str) -> bool:
    """Check the last character of a nine-character organization code (GB 11714-1997).

    >>> org_code_is_valid("000014349")
    True
    """
    if len(code) != 9 or not _ORG_VALUES.keys() >= set(code):
        return False
    values = map(_ORG_VALUES.__getitem__, code[:8])
    total = sum(map(mul, values, _ORG_WEIGHTS))
    return "0123456789X0"[11 - total % 11] == code[8]


def _checked(text: str, form: IndexForm, match: re.Match[str]) -> IndexNumber:
    front = match["front"]
    uscc_ok = org_code_ok = proposal = None
    if form in {IndexForm.USCC, IndexForm.USCC_MONTH}:
        uscc_ok = uscc_is_valid(front)
        org_code_ok = org_code_is_valid(front[8:17])
    elif form in {IndexForm.ORG_CODE, IndexForm.HYPHEN}:
        org_code_ok = org_code_is_valid(front)
    elif form is IndexForm.STRIPPED:
        proposal = front.zfill(9) + text[len(front) :]
    return IndexNumber(
        text=text,
        form=form,
        front=front,
        year=int(match["year"]),
        serial=match["serial"],
        uscc_ok=uscc_ok,
        org_code_ok=org_code_ok,
        proposal=proposal,
    )
