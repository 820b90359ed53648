"""What ids and classes of an element say about its role (`page-hints.csv`)."""

import re
from functools import cache, lru_cache

from contentkit.resources import read_codelist


@cache
def _exact() -> dict[str, str]:
    return {
        row["token"]: row["role"]
        for row in read_codelist("page-hints")
        if row["match"] == "exact"
    }


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["role"], re.compile(row["token"]))
        for row in read_codelist("page-hints")
        if row["match"] == "pattern"
    )


@lru_cache(maxsize=4096)
def role_of(token: str) -> str | None:
    """Return the role that one id or class token names, None for most of them.

    >>> role_of("UCAP-CONTENT"), role_of("content-title"), role_of("red")
    ('body', 'title', None)
    """
    token = token.lower()
    role = _exact().get(token)
    if role is None and len(token) <= 40:
        for name, pattern in _patterns():
            if pattern.fullmatch(token):
                return name
    return role


@lru_cache(maxsize=4096)
def role_of_names(names: str) -> str | None:
    """Return the first role among the tokens of an id or class attribute."""
    for token in names.split():
        role = role_of(token)
        if role is not None:
            return role
    return None
