"""Words and figures of the rules between documents, read from the code lists."""

import re
from functools import cache

from contentkit.resources import read_codelist


@cache
def any_word(*roles: str) -> re.Pattern[str]:
    """Return one pattern for the words of these roles of `interpretation-words.csv`."""
    rows = read_codelist("interpretation-words")
    found = [row["pattern"] for row in rows if row["role"] in roles]
    return re.compile("|".join(f"(?:{text})" for text in found))


@cache
def threshold(name: str) -> int:
    """Return one figure of `cleanup-thresholds.csv`."""
    rows = read_codelist("cleanup-thresholds")
    return {row["name"]: int(row["value"]) for row in rows}[name]
