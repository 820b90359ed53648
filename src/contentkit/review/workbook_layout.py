"""The worklists as a workbook: its columns, its words, what ties a row to its finding.

An editor may sort, filter, color, insert and move columns, delete rows. Columns are
known by their headers, rows by four hidden cells: `subject` and `evidence` of the
finding, `version` (what was decided on it when the sheet was written) and `check`, a
digest of these and of the cells that the editor read. A row whose check fails was edited,
or only a part of its columns was sorted: its answer may belong to another finding.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from contentkit.resources import read_codelist
from contentkit.review.decisions import ANSWERS
from contentkit.review.words import LANGS, Words
from contentkit.text import fold, squeeze

MOST_CHARS = 32_000  # a cell holds 32,767; spreadsheets cut what is longer, silently
# what XML cannot hold, and signs that would turn the writing of a cell around
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAK = re.compile("\r\n?|\u0085|\u2028|\u2029")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key, with its width in characters (none: hidden)."""

    key: str
    width: int | None
    is_asked: bool = False  # the editor fills it in


COLUMNS = (
    Column("severity", 7),
    Column("code", 19),
    Column("title", 36),
    Column("doc_number", 20),
    Column("url", 34),
    Column("field", 12),
    Column("quote", 40),
    Column("explanation", 40),
    Column("proposal", 28),
    Column("remedy", 34),
    Column("answer", 9, is_asked=True),
    Column("value", 28, is_asked=True),
    Column("reason", 28, is_asked=True),
    Column("subject", None),
    Column("evidence", None),
    Column("version", None),
    Column("check", None),
)
CHECKED = ("code", "url", "quote", "proposal", "subject", "evidence", "version")
"""The columns in the check, in its order; the editor decides on what they say."""
CODED = {"policy.validity": "validity"}
"""The fields whose proposals are codes, with the code list that names them."""
ASKED = tuple(column.key for column in COLUMNS if column.is_asked)
"""The columns that the editor fills in."""
READ = frozenset((*CHECKED, "check", *ASKED))
"""The columns without which a sheet cannot be read back."""


def plain(text: str) -> str:
    """Return a text that a cell can hold, its end marked where it is cut."""
    text = _UNSHOWN.sub("\ufffd", _BREAK.sub("\n", text))
    if 2 * len(text) <= MOST_CHARS:
        return text
    units = text.encode("utf-16-le")  # as spreadsheets count
    if len(units) <= 2 * MOST_CHARS:
        return text
    return units[: 2 * MOST_CHARS].decode("utf-16-le", "ignore") + "……"


def check_of(cells: Mapping[str, str]) -> str:
    """Return the digest of the cells of `CHECKED`, white space apart.

    Spreadsheets change line breaks and the spaces at the ends of a cell.
    """
    said = [squeeze(cells.get(key, "")) for key in CHECKED]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()[:16]


def shown_value(field: str | None, value: str, lang: str) -> str:
    """Return a value of a field as an editor reads it: a code by its name."""
    codelist = CODED.get(field or "")
    return Words(lang).of(codelist, value) if codelist and value else value


def coded_values(field: str | None) -> dict[str, str] | None:
    """Return the code by each folded name of a coded field, none for all other fields."""
    codelist = CODED.get(field or "")
    if codelist is None:
        return None
    known = [row["code"] for row in read_codelist(codelist)]
    return {fold(code): code for code in known} | {
        fold(shown_value(field, code, lang)): code for lang in LANGS for code in known
    }


def version_of(said: Sequence[str | None] | None) -> str:
    """Return what counts on a finding (answer, value, reason, evidence) as a short word.

    It is the same again when a decision was made and undone.
    """
    if said is None or said[0] in (None, "undo"):
        return "0"
    return hashlib.sha256(orjson.dumps(list(said))).hexdigest()[:12]


def headers() -> dict[str, str]:
    """Return the key of each column by its folded header, in every language."""
    return {
        fold(Words(lang)(f"sheet-{column.key}")): column.key
        for lang in LANGS
        for column in COLUMNS
    }


def guide_names() -> set[str]:
    """Return the name of the sheet that explains the others, in every language."""
    return {Words(lang)("sheet-guide") for lang in LANGS}


def answer_words() -> dict[str, str]:
    """Return the answer by each folded word that may stand for it."""
    known = {answer: answer for answer in ANSWERS}
    for lang in LANGS:
        known |= {fold(Words(lang)(f"answer-{a}")): a for a in ANSWERS}
    return known
