"""Words and figures of the comparison, read from `schemas/codelists/dedupe-*.csv`."""

import re
from functools import cache

from contentkit.resources import read_codelist


@cache
def pattern(role: str) -> re.Pattern[str]:
    """Return one pattern for all words of a role, in the order of the list."""
    return re.compile("|".join(f"(?:{text})" for text, _ in patterns(role)))


@cache
def patterns(role: str) -> tuple[tuple[str, str], ...]:
    """Return pattern and value of every row of a role."""
    rows = read_codelist("dedupe-words")
    return tuple((row["pattern"], row["value"]) for row in rows if row["role"] == role)


@cache
def threshold(name: str) -> float:
    """Return one figure of `dedupe-thresholds.csv`."""
    figures = {
        row["name"]: float(row["value"]) for row in read_codelist("dedupe-thresholds")
    }
    return figures[name]


@cache
def blocker_name(kind: str, lang: str = "zh") -> str:
    """Return what an editor reads for a kind of blocker, in `zh` or `en`.

    >>> blocker_name("doc-number"), blocker_name("doc-number", "en")
    ('发文字号', 'document number')
    """
    rows = read_codelist("dedupe-blockers")
    return next(row[lang] for row in rows if row["kind"] == kind)
