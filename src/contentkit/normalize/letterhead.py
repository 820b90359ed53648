"""What an official document says of itself above and below its text.

GB/T 9704-2012 puts the document number (7.2.5) above the text and the date of signing
(7.3.5, 成文日期) below it, under the name of the issuer. Where no header table repeats
them they are read from there, for documents of columns that hold policy documents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.codelists import words
from contentkit.errors import ParseError
from contentkit.normalize.dates import parse_date
from contentkit.normalize.doc_numbers import DocNumber, parse_doc_number
from contentkit.normalize.state import State
from contentkit.text import squeeze

_HEAD_LINES = 3  # below a repeated title of at most two lines
_LONGEST_NAME = 40
_LONGEST_NUMBER = 120
_LONGEST_DATE = 40
_DATE_LINE = re.compile(r"[^，。；：]{0,4}年.{1,4}月.{1,4}日")


def read_letterhead(state: State) -> None:
    """Set number and date of a policy document from its text, where nothing else does."""
    if state.rule is None or state.rule.kind != "policy":
        return
    if "doc_number" not in state.values and state.document["doc_number"] is None:
        _read_number(state)
    if "written_on" not in state.values:
        _read_signature(state)


@dataclass(frozen=True, slots=True)
class Signature:
    """A date under the name of an organization: `quote` stands at `start` of the text."""

    day: str
    quote: str
    start: int


def iter_signatures(text: str) -> Iterator[Signature]:
    """Yield every line that is a date under a line that names an organization.

    Lines are separated by one newline; a date that does not exist is none.
    """
    if "年" not in text:
        return
    endings = tuple(words("organization-endings"))
    start, above = 0, ""
    for line in text.split("\n"):
        if above and len(line) <= _LONGEST_DATE and "年" in line:
            day = _day_of(line)
            name = squeeze(above) if day and len(above) <= 2 * _LONGEST_NAME else ""
            if day and 0 < len(name) <= _LONGEST_NAME and name.endswith(endings):
                yield Signature(day, line, start)
        start += len(line) + 1
        above = line


def find_head_number(text: str) -> tuple[DocNumber, str, int] | None:
    """Return the number that stands alone on one of the first lines, its line and place."""
    start = 0
    for line in text.split("\n", _HEAD_LINES)[:_HEAD_LINES]:
        if "号" in line and len(line) <= _LONGEST_NUMBER:
            try:
                return parse_doc_number(squeeze(line)), line, start
            except ParseError:
                pass
        start += len(line) + 1
    return None


def _day_of(line: str) -> str | None:
    text = squeeze(line)
    if not _DATE_LINE.fullmatch(text):
        return None
    try:
        return parse_date(text)[:10]
    except ParseError:
        return None


def _read_number(state: State) -> None:
    found = find_head_number(state.record.body_text)
    if found:
        number, line, _ = found
        state.document["doc_number"] = number.canonical
        state.trace(
            "doc_number", number.canonical, original=line, origin="body:letterhead"
        )


def _read_signature(state: State) -> None:
    found = next(iter_signatures(state.record.body_text), None)
    if found:
        state.document["written_on"] = found.day
        state.trace(
            "written_on", found.day, original=found.quote, origin="body:signature"
        )
