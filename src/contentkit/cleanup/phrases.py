"""Words to look for in a text, the words around them, and where they may stand as they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_QUOTES = {"《": "》", "〈": "〉", "“": "”", "‘": "’", "「": "」", "『": "』"}
_OPENING = re.compile("[《〈“‘「『]")
_LONGEST_QUOTE = 200  # characters of a title or quotation around a word
_ENDS = "。；;！？\n"
_LONGEST_SENTENCE = 150  # characters looked at on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A word that should be another one: `new`, several where it depends on the place.

    `since` (ISO 8601, may be empty) is the day from which on it should. It is not that
    word where one of `not_before` stands before it or one of `not_after` behind it.
    """

    old: str
    new: tuple[str, ...]
    since: str
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]


def phrase_of(row: Mapping[str, str]) -> Phrase:
    """Return the phrase of a row `old,new,since,not_before,not_after`."""
    return Phrase(
        old=row["old"],
        new=tuple(row["new"].split("|")),
        since=row["since"],
        not_before=_parts(row["not_before"]),
        not_after=_parts(row["not_after"]),
    )


def places(text: str, phrase: Phrase) -> Iterator[int]:
    """Yield where a phrase stands in a text as the word that is meant.

    >>> row = {"old": "按装", "new": "安装", "since": "", "not_before": "", "not_after": "机"}
    >>> list(places("按装机容量按装路灯", phrase_of(row)))
    [5]
    """
    start = text.find(phrase.old)
    while start >= 0:
        end = start + len(phrase.old)
        if not (
            text.endswith(phrase.not_before, 0, start)
            or text.startswith(phrase.not_after, end)
        ):
            yield start
        start = text.find(phrase.old, end)


def is_quoted(text: str, start: int, *, marks: str = "《〈“‘「『") -> bool:
    """Tell whether the sign at `start` stands within a title or a quotation.

    >>> is_quoted("《按装办法》", 1), is_quoted("《办法》按装", 4)
    (True, False)
    """
    floor = max(0, start - _LONGEST_QUOTE)
    for opening in _OPENING.findall(marks):
        closing = _QUOTES[opening]
        opened = text.rfind(opening, floor, start)
        if opened < 0 or text.find(closing, opened, start) >= 0:
            continue
        if text.find(closing, start, start + _LONGEST_QUOTE) >= 0:
            return True
    return False


def sentence_at(text: str, start: int, end: int) -> str:
    """Return the sentence around `start:end`, cut off where it is very long."""
    first = max(0, start - _LONGEST_SENTENCE)
    first = max(first, *(text.rfind(sign, first, start) + 1 for sign in _ENDS))
    last = min(len(text), end + _LONGEST_SENTENCE)
    for sign in _ENDS:
        found = text.find(sign, end, last)
        last = found if found >= 0 else last
    return text[first:last]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
