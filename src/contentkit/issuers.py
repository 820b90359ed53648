"""The register of issuers of one site: full names, aliases, codes, terms of office.

The CSV has one row an alias: `name,alias,code,doc_code,valid_from,valid_to,source`.
`code` is the unified social credit code, `doc_code` the 机关代字 of its document
numbers, the two dates bound the time in which the name was in use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from contentkit.resources import read_csv
from contentkit.text import fold

FIELDS = ("name", "alias", "code", "doc_code", "valid_from", "valid_to", "source")
_CODE = re.compile("[0-9A-HJ-NP-RTUWXY]{18}|[0-9A-Z]{8}[0-9X]")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One name of an agency; `code` is empty where the register states none."""

    name: str
    code: str = ""
    doc_code: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def in_use(self, day: str | None) -> bool:
        """Say whether the name was in use on a day (ISO); an unknown day excludes none."""
        if day is None:
            return True
        return self.valid_from <= day[:10] and (
            not self.valid_to or day[:10] <= self.valid_to
        )


class IssuerTable:
    """Finds issuers by any of their spellings."""

    def __init__(self, rows: Iterable[Mapping[str, str]] = ()) -> None:
        self._by_word: dict[str, list[Issuer]] = {}
        self._by_doc_code: dict[str, list[Issuer]] = {}
        for row in rows:
            issuer = _issuer(row)
            for word in (row["name"], row["alias"]):
                _add(self._by_word, fold(word), issuer)
            for doc_code in issuer.doc_code.split("|"):
                _add(self._by_doc_code, doc_code, issuer)

    def __bool__(self) -> bool:
        return bool(self._by_word)

    @property
    def names(self) -> tuple[str, ...]:
        """All full names, in the order of the register."""
        known = (x.name for issuers in self._by_word.values() for x in issuers)
        return tuple(dict.fromkeys(known))

    @property
    def doc_codes(self) -> frozenset[str]:
        """All 机关代字 of the register."""
        return frozenset(self._by_doc_code)

    def named(self, text: str, *, on: str | None = None) -> tuple[Issuer, ...]:
        """Return the issuers that a text may name on a day; several are ambiguous."""
        return tuple(x for x in self._by_word.get(fold(text), ()) if x.in_use(on))

    def of_doc_code(self, code: str, *, on: str | None = None) -> tuple[Issuer, ...]:
        """Return the issuers that number their documents with a 机关代字."""
        return tuple(x for x in self._by_doc_code.get(code, ()) if x.in_use(on))


def load_issuers(item: Traversable) -> tuple[IssuerTable, list[str]]:
    """Return the register in a CSV file and the faults of the file."""
    rows = read_csv(item)
    missing = [name for name in FIELDS if rows and name not in rows[0]]
    if missing or not rows:
        return IssuerTable(), [
            f"lacks the fields {', '.join(missing)}" if missing else "holds no rows"
        ]
    faults: list[str] = []
    codes: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            faults.append(f"row {number} has more or fewer cells than the header")
            continue
        faults += [f"row {number} {fault}" for fault in _row_faults(row)]
        if codes.setdefault(row["name"], row["code"]) != row["code"]:
            faults.append(f"row {number}: {row['name']} has two codes; keep one")
    return (IssuerTable(), faults) if faults else (IssuerTable(rows), [])


def _row_faults(row: Mapping[str, str]) -> Iterator[str]:
    if not row["name"]:
        yield "has no name"
    if row["code"] and not _CODE.fullmatch(row["code"]):
        yield f"has the code {row['code']!r}: 18 characters (USCC) or 9, or leave it out"
    for name in ("valid_from", "valid_to"):
        if row[name] and not _DAY.fullmatch(row[name]):
            yield f"has {name} {row[name]!r}: write YYYY-MM-DD"


def _issuer(row: Mapping[str, str]) -> Issuer:
    parts = {k: row[k] for k in ("name", "code", "doc_code", "valid_from", "valid_to")}
    return Issuer(**parts)


def _add(table: dict[str, list[Issuer]], key: str, issuer: Issuer) -> None:
    if key and issuer not in table.setdefault(key, []):
        table[key].append(issuer)
