"""An agency's own list of expressions that an editor must see before anything is public.

The CSV has one row an expression: `text,unless,why,source`. `unless` holds longer
expressions, split by `|`, in which it is right.
"""

from dataclasses import dataclass
from importlib.resources.abc import Traversable

from contentkit.resources import read_csv

FIELDS = ("text", "unless", "why", "source")
_SHORTEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression of the list; no finding where it is part of one of `unless`."""

    text: str
    unless: tuple[str, ...]
    why: str


def load_expressions(
    item: Traversable,
) -> tuple[tuple[Expression, ...], list[str]]:
    """Return the expressions of a CSV file and the faults of the file."""
    rows = read_csv(item)
    missing = [name for name in FIELDS if rows and name not in rows[0]]
    if missing or not rows:
        return (), [
            f"lacks the fields {', '.join(missing)}" if missing else "holds no rows"
        ]
    faults: list[str] = []
    entries: list[Expression] = []
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            faults.append(f"row {number} has more or fewer cells than the header")
            continue
        unless = tuple(part for part in row["unless"].split("|") if part)
        if len(row["text"]) < _SHORTEST:
            faults.append(f"row {number}: text needs {_SHORTEST} characters or more")
        faults += [
            f"row {number}: unless {part!r} does not hold {row['text']!r}"
            for part in unless
            if row["text"] not in part
        ]
        entries.append(Expression(text=row["text"], unless=unless, why=row["why"]))
    return ((), faults) if faults else (tuple(entries), [])
