"""How many documents each column holds and when they were written.

Document `i` is the `place`-th of its column, 0 being the newest. Everything about it
follows from `(seed, i)`, so no document needs another one to be in memory.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from contentkit.samplesite.numbers import Dice
from contentkit.samplesite.words import Agency, load_columns, load_words

AS_OF = date(2024, 6, 30)
"""The site's last day: nothing on it is younger, whatever the day of the reader."""

# Small pages, so that every kind of paging occurs on a site of 300 documents.
PER_PAGE = {
    "jcms": 10,
    "jpage": 6,
    "trs": 8,
    "empirecms": 10,
    "gkmlpt": 6,
    "static": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the site and the documents it holds."""

    key: str
    family: str
    code: str
    names: tuple[str, ...]
    kind: str
    years: tuple[int, int]
    agencies: tuple[Agency, ...]
    front: str
    first: int = 0
    documents: int = 0

    @property
    def per_page(self) -> int:
        """Return how many entries a list page shows."""
        return PER_PAGE[self.family]

    @property
    def per_year(self) -> int:
        """Return how many documents a full year holds."""
        return -(-self.documents // (self.years[1] - self.years[0] + 1))


class Layout:
    """All columns with their share of `documents`."""

    def __init__(self, documents: int, seed: int) -> None:
        self.documents = documents
        self.seed = seed
        self.columns = _share(load_columns()["column"], documents)
        self._firsts = [c.first for c in self.columns]
        self._by_key = {c.key: c for c in self.columns}

    def column(self, key: str) -> Column:
        """Return the column called `key`."""
        return self._by_key[key]

    def locate(self, index: int) -> tuple[Column, int]:
        """Return the column of document `index` and its place there."""
        # Empty columns share their first index with the next one: the last one wins.
        column = self.columns[bisect_right(self._firsts, index) - 1]
        return column, index - column.first

    def year_and_serial(self, column: Column, place: int) -> tuple[int, int]:
        """Return the year of a document and its number in that year, from 1."""
        year = column.years[1] - place // column.per_year
        return year, column.per_year - place % column.per_year

    def written_on(self, column: Column, place: int) -> date:
        """Return the day a document was written; older with every place."""
        year, serial = self.year_and_serial(column, place)
        days = 166 if year == AS_OF.year else 352  # up to the middle of June 2024
        dice = Dice(self.seed, column.first + place, 11)
        offset = (
            ((serial - 1) * 997 + dice.below(997)) * days // (column.per_year * 997)
        )
        return date(year, 1, 2) + timedelta(days=offset)


def _share(rows: Sequence[dict[str, Any]], documents: int) -> tuple[Column, ...]:
    fixed = [min(row.get("fixed", 0), documents * 12 // 100) for row in rows]
    weights = [row.get("weight", 0) for row in rows]
    free = documents - sum(fixed)
    counts = [
        own + free * weight // sum(weights)
        for own, weight in zip(fixed, weights, strict=True)
    ]
    counts[0] += documents - sum(counts)
    return tuple(_place(rows, counts))


def _place(rows: Sequence[dict[str, Any]], counts: list[int]) -> Iterator[Column]:
    agencies = load_words().agencies
    first = 0
    for row, count in zip(rows, counts, strict=True):
        column = Column(
            key=row["key"],
            family=row["family"],
            code=row["code"],
            names=tuple(row["names"]),
            kind=row["kind"],
            years=(row["years"][0], row["years"][1]),
            agencies=tuple(agencies[key] for key in row["agencies"]),
            front=row["front"],
        )
        yield replace(column, first=first, documents=count)
        first += count
