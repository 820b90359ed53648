"""Lists of persons with what is nobody's business; home addresses (POLICY 5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.cleanup.personal_masks import mask_address
from contentkit.cleanup.personal_tables import Cell, Table
from contentkit.cleanup.personal_words import pattern, prefixes

_NAME = re.compile("[\u3400-\u9fff·*＊×某]{2,5}")
_SHARE = 0.6  # of the filled cells below a head that look like names
_ADDRESS = re.compile(r"[\s:：为是在(（]{0,3}([^\n\t。；;，,、]{4,60})")
_PLACE = re.compile("[省市区县镇乡村路街巷弄道社]")


@dataclass(frozen=True, slots=True)
class PersonList:
    """A list of names with a sensitive column or title; `rows` have both."""

    rule: str
    header: str
    rows: int
    start: int
    end: int


def find_lists(table: Table, text: str, title: str) -> Iterator[PersonList]:
    """Yield what makes a table a sensitive list of persons: each column, else its title."""
    column_of_names, names = _name_rows(table, text)
    if not names:
        return
    found = False
    for rule, role in (("PII-HEALTH", "health"), ("PII-LIST", "reason")):
        for column, head in enumerate(table.heads):
            cell = _cell(table, table.head_row, column)
            if cell is None or not pattern(role).search(head):
                continue
            filled = {c.row for c in table.cells if c.column == column} & names
            if filled:
                found = True
                yield PersonList(rule, head, len(filled), cell.start, cell.end)
    if not found and (word := pattern("list-title").search(title)):
        cell = _cell(table, table.head_row, column_of_names)
        if cell is not None:
            yield PersonList("PII-LIST", word[0], len(names), cell.start, cell.end)


def _name_rows(table: Table, text: str) -> tuple[int, set[int]]:
    """Return the column of names and the rows that hold one."""
    for column, head in enumerate(table.heads):
        if not pattern("name").search(head):
            continue
        below = [
            c for c in table.cells if c.column == column and c.row > table.head_row
        ]
        named = {c.row for c in below if _is_name(text[c.start : c.end])}
        if named and len(named) >= _SHARE * len(below):
            return column, named
    return 0, set()


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and text[0] in prefixes("surname")


def _cell(table: Table, row: int, column: int) -> Cell | None:
    found = (c for c in table.cells if c.row == row and c.column == column)
    return next(found, None)


def find_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield home addresses down to the door as start, end and masked form."""
    for label in pattern("address").finditer(text):
        match = _ADDRESS.match(text, label.end())
        if match:
            yield from _address(text, match.start(1), match.end(1))


def find_addresses_below(table: Table, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the addresses of the columns that hold home addresses."""
    for cell in table.cells:
        if cell.head and pattern("address").search(cell.head):
            yield from _address(text, cell.start, cell.end)


def _address(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    address = text[start:end]
    masked = mask_address(address)
    if masked is not None and _PLACE.search(masked):
        yield start, end, masked
