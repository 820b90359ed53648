"""Code lists: controlled vocabularies read from `schemas/codelists/*.csv`.

A vocabulary has the fields `code` and `name`; `parent` makes it a tree and `aliases`
(split by `|`) lists other spellings seen on pages. Every list names its sources.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from contentkit.errors import SchemaError
from contentkit.models import Severity
from contentkit.resources import packaged, read_codelist
from contentkit.text import fold

MODES = ("block", "quarantine", "drop-value", "report")
"""What validation may do with a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a vocabulary; `row` holds all its fields as they stand in the file."""

    code: str
    name: str
    parent: str | None
    aliases: tuple[str, ...]
    row: Mapping[str, str]


class CodeList:
    """A vocabulary by code and by name."""

    def __init__(self, name: str, terms: Iterable[Term]) -> None:
        self.name = name
        self.terms: dict[str, Term] = {term.code: term for term in terms}
        self._by_word: dict[str, list[Term]] = {}
        for term in self.terms.values():
            for word in dict.fromkeys(fold(x) for x in (term.name, *term.aliases)):
                self._by_word.setdefault(word, []).append(term)

    def __contains__(self, code: str) -> bool:
        return code in self.terms

    def __getitem__(self, code: str) -> Term:
        return self.terms[code]

    def named(self, text: str, *, parent: str | None = None) -> tuple[Term, ...]:
        """Return the terms of a name or alias, of one parent where it is given.

        Widths, white space and letter case do not matter.
        """
        found = self._by_word.get(fold(text), ())
        return tuple(x for x in found if parent is None or x.parent == parent)


@cache
def load_codelist(name: str) -> CodeList:
    """Return a packaged vocabulary. Raises `SchemaError` where it contradicts itself."""
    rows = read_codelist(name)
    faults = _vocabulary_faults(rows)
    if faults:
        raise SchemaError(f"{name}.csv", faults)
    return CodeList(name, (_term(row) for row in rows))


@cache
def words(name: str) -> frozenset[str]:
    """Return the folded words of a packaged list with the field `word`."""
    return frozenset(fold(row["word"]) for row in read_codelist(name))


def check_codelists() -> list[str]:
    """Return the faults of all packaged code lists, each naming its file and row."""
    faults: list[str] = []
    codes: dict[str, str] = {}
    for name in packaged("codelist"):
        rows = read_codelist(name)
        found = _row_faults(rows)
        if name.startswith("findings-"):
            found += _finding_faults(rows, codes, name)
        elif rows and "code" in rows[0]:
            found += _vocabulary_faults(rows)
        faults += [f"{name}.csv: {fault}" for fault in found]
    return faults


def _term(row: Mapping[str, str]) -> Term:
    aliases = tuple(x for x in (row.get("aliases") or "").split("|") if x)
    parent = row.get("parent") or None
    return Term(
        code=row["code"], name=row["name"], parent=parent, aliases=aliases, row=row
    )


def _row_faults(rows: Iterable[Mapping[str, str]]) -> list[str]:
    faults = []
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            faults.append(
                f"row {number} has more or fewer cells than the header: "
                "quote cells that hold commas"
            )
    return faults


def _vocabulary_faults(rows: Iterable[Mapping[str, str]]) -> list[str]:
    parents: dict[str, str] = {}
    faults = []
    for number, row in enumerate(rows, 1):
        code = row["code"]
        if not code or not row.get("name"):
            faults.append(f"row {number} lacks code or name")
        if code in parents:
            faults.append(f"row {number}: code {code!r} stands twice; remove one row")
        parents[code] = row.get("parent") or ""
    for code, parent in parents.items():
        if parent and parent not in parents:
            faults.append(f"code {code!r}: there is no parent {parent!r}")
        elif _in_cycle(code, parents):
            faults.append(f"code {code!r} is among its own ancestors")
    return faults


def _in_cycle(code: str, parents: Mapping[str, str]) -> bool:
    seen = {code}
    above = parents[code]
    while above and above in parents:
        if above in seen:
            return above == code
        seen.add(above)
        above = parents[above]
    return False


def _finding_faults(
    rows: Iterable[Mapping[str, str]], codes: dict[str, str], name: str
) -> list[str]:
    faults = []
    for row in rows:
        code = row["code"]
        if code in codes:
            faults.append(f"code {code!r} stands in {codes[code]}.csv as well")
        codes[code] = name
        if row["severity"] not in set(Severity):
            faults.append(f"code {code!r}: severity must be one of {list(Severity)}")
        if row["mode"] not in MODES:
            faults.append(f"code {code!r}: mode must be one of {list(MODES)}")
    return faults
