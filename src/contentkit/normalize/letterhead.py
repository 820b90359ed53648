"""What an official document says of itself above and below its text.

GB/T 9704-2012 puts the document number (7.2.5) above the text and the date of signing
(7.3.5, 成文日期) below it, under the name of the issuer. Where no header table repeats
them they are read from there, for documents of columns that hold policy documents.
"""

import itertools
import re

from contentkit.codelists import words
from contentkit.errors import ParseError
from contentkit.normalize.dates import parse_date
from contentkit.normalize.doc_numbers import parse_doc_number
from contentkit.normalize.state import State
from contentkit.text import squeeze

_HEAD_LINES = 3  # below a repeated title of at most two lines
_LONGEST_NAME = 40
_DATE_LINE = re.compile(r"[^，。；：]{0,4}年.{1,4}月.{1,4}日")


def read_letterhead(state: State) -> None:
    """Set number and date of a policy document from its text, where nothing else does."""
    if state.rule is None or state.rule.kind != "policy":
        return
    lines = state.record.body_text.split("\n")
    if "doc_number" not in state.values and state.document["doc_number"] is None:
        _read_number(state, lines[:_HEAD_LINES])
    if "written_on" not in state.values:
        _read_signature(state, lines)


def _read_number(state: State, lines: list[str]) -> None:
    for line in lines:
        if "号" not in line:
            continue
        try:
            number = parse_doc_number(squeeze(line))
        except ParseError:
            continue
        state.document["doc_number"] = number.canonical
        state.trace(
            "doc_number", number.canonical, original=line, origin="body:letterhead"
        )
        return


def _read_signature(state: State, lines: list[str]) -> None:
    """Take the first line that is a date under a line that names an organization."""
    endings = tuple(words("organization-endings"))
    for above, line in itertools.pairwise(lines):
        text = squeeze(line)
        if not _DATE_LINE.fullmatch(text):
            continue
        name = squeeze(above)
        if len(name) > _LONGEST_NAME or not name.endswith(endings):
            continue
        try:
            value = parse_date(text)
        except ParseError:
            continue
        state.document["written_on"] = value[:10]
        state.trace("written_on", value[:10], original=line, origin="body:signature")
        return
