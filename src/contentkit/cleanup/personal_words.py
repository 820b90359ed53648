"""Words, first digits and scores of personal data, from `codelists/personal-*.csv`."""

import re
from functools import cache

from contentkit.resources import read_codelist

_SPACES = re.compile(r"[\s\u200b-\u200d\ufeff]+")
_LABELS = ("id", "mobile", "bank", "passport", "other", "office")


@cache
def words(role: str) -> tuple[str, ...]:
    """Return the words of a role, the longest first."""
    rows = read_codelist("personal-words")
    found = {row["word"] for row in rows if row["role"] == role}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def pattern(*roles: str) -> re.Pattern[str]:
    """Return one pattern for the words of some roles; the longest word wins."""
    found = sorted(
        {w for role in roles for w in words(role)}, key=lambda w: (-len(w), w)
    )
    return re.compile("|".join(map(re.escape, found)))


@cache
def _roles() -> dict[str, str]:
    return {word: role for role in _LABELS for word in words(role)}


def role_of(text: str) -> str | None:
    """Return what the last label in a text announces, None where there is no label.

    >>> role_of("身份证编号："), role_of("身 份 证 号 码"), role_of("项目编号")
    ('id', 'id', 'other')
    """
    last = None
    for match in pattern(*_LABELS).finditer(_SPACES.sub("", text)):
        last = match[0]
    return _roles()[last] if last else None


def has_word(role: str, text: str) -> bool:
    """Tell whether a text holds a word of a role, white space aside."""
    return pattern(role).search(_SPACES.sub("", text)) is not None


@cache
def prefixes(kind: str) -> frozenset[str]:
    """Return the first digits of a kind: `province`, `mobile`, `card`."""
    rows = read_codelist("personal-prefixes")
    return frozenset(row["prefix"] for row in rows if row["list"] == kind)


@cache
def scores(rule: str) -> dict[str, float]:
    """Return what each piece of evidence counts under a rule."""
    rows = read_codelist("personal-scores")
    return {row["evidence"]: float(row["value"]) for row in rows if row["rule"] == rule}
