"""The words by which documents act on others: data read once, compiled once.

The words, their roles and their sources stand in `policy-effect-words.csv`.
"""

import re
from functools import cache

from contentkit.policy.models import EffectType
from contentkit.resources import read_codelist

_VERBS = ("verb", "verb-named", "verb-object", "verb-decided")


@cache
def of_role(role: str) -> tuple[str, ...]:
    """Return the words of a role, the longest first."""
    rows = read_codelist("policy-effect-words")
    words = {row["word"] for row in rows if row["role"] == role}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def any_of(*roles: str) -> str:
    """Return an alternation of the words of roles, the longest first."""
    words = {word for role in roles for word in of_role(role)}
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in ordered) + ")"


@cache
def pattern(*roles: str) -> re.Pattern[str]:
    """Return the compiled alternation of the words of roles."""
    return re.compile(any_of(*roles))


@cache
def verb_types() -> dict[str, EffectType]:
    """Return what each verb does."""
    return {
        row["word"]: EffectType(row["type"])
        for row in read_codelist("policy-effect-words")
        if row["role"] in (*_VERBS, "ground")
    }


@cache
def verbs() -> re.Pattern[str]:
    """Return the pattern of all verbs, 不再作为…依据 among them."""
    return re.compile(f"{any_of('ground')}[^,;。:]{{0,30}}?依据|{any_of(*_VERBS)}")


@cache
def verb_name(act: EffectType) -> str:
    """Return the word for an effect as a reader of Chinese says it: 废止, 延长有效期 …"""
    rows = read_codelist("policy-effect-words")
    return next(r["word"] for r in rows if r["role"] == "name" and r["type"] == act)


def verb_type(verb: str) -> EffectType:
    """Return what a match of `verbs` does."""
    types = verb_types()
    if verb in types:
        return types[verb]
    return next(types[word] for word in of_role("ground") if verb.startswith(word))


@cache
def is_before(*roles: str) -> re.Pattern[str]:
    """Return the pattern of a word of the roles at the end of a text."""
    return re.compile(f"{any_of(*roles)}$")


def last_match(words: re.Pattern[str], text: str) -> str | None:
    """Return the last word of a text that a pattern finds."""
    return next(reversed(words.findall(text)), None)
