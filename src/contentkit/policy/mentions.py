"""Mentions of other documents in a text: 《titles》 with their numbers, bare numbers.

Offsets are those of the folded text. Within a sentence every mention is masked, so that
no word of a title is read as a word of the sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from contentkit.policy.effect_words import any_of
from contentkit.policy.folded import Folded
from contentkit.policy.models import FoundNumber
from contentkit.policy.sentences import titles

MASK = "\x01"
"""Stands in a masked sentence for each sign of a mention."""

_LONGEST_BRACKET = 200
_SHORT = re.compile(
    '(?:以下|下)[统并]?简?称(?:为|:)?(?:《([^《》]{1,60})》|[“"]([^”"]{1,60})[”"])'
)
_WRAP = re.compile(r"^\s+|\s+$|[^\S\r\n]{0,20}[\r\n]\s*")
_LONGEST_LEAD = 10
_WRAPPER = re.compile(
    "的(?:通知|决定|公告|通告|批复|复函|函|意见|命令|令)(?=[(][^()]{0,40}号)"
)
Place = tuple[int, int, str]
"""A document number in the folded text: start, end, canonical form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A document named in a text at `start:end`, its number and brackets included.

    `title` is what stands within 《》 in the original text, `short` the name that the
    text gives it from here on (以下简称). `start` may lie before the title, where its
    number goes first (令第4号公布的《…》).
    """

    start: int
    end: int
    title: str | None
    number: str | None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """All titles and numbers of a folded text, in order."""

    titles: tuple[tuple[int, int], ...]
    numbers: tuple[Place, ...]


def find_names(folded: Folded, numbers: Sequence[FoundNumber]) -> Names:
    """Return the titles of a text and the numbers found in it, by folded offsets."""
    places = range(len(folded.text))
    found = sorted(
        (
            bisect_left(places, number.start, key=folded.origin),
            bisect_left(places, number.end, key=folded.origin),
            number.canonical,
        )
        for number in numbers
    )
    return Names(titles(folded), tuple(found))


def find_mentions(folded: Folded, start: int, end: int, names: Names) -> list[Mention]:
    """Return the mentions of the stretch `start:end` in order."""
    low = bisect_left(names.numbers, (start, start, ""))
    high = bisect_left(names.numbers, (end, end, ""))
    free = list(names.numbers[low:high])
    free.reverse()  # the next number is the last one
    made: list[Mention] = []
    done = start
    for at in range(bisect_left(names.titles, (start, start)), len(names.titles)):
        first, last = names.titles[at]
        if first >= end:
            break
        if first < done or last - first == 2:
            continue  # named in the brackets of the title before; or no name at all
        mention = _mention(folded, (first, last), free, made)
        done = mention.end
        made.append(mention)
    made += [_bare(number) for number in reversed(free)]
    return made


def mask(text: str, start: int, end: int, mentions: Iterable[Mention]) -> str:
    """Return the stretch with its mentions masked; its offsets count from `start`."""
    parts = []
    done = start
    for mention in mentions:
        parts.append(text[done : mention.start])
        parts.append(MASK * (mention.end - mention.start))
        done = mention.end
    parts.append(text[done:end])
    return "".join(parts)


def _mention(
    folded: Folded, span: tuple[int, int], free: list[Place], made: list[Mention]
) -> Mention:
    """Return the mention of a title; take its numbers off `free`, the next one last."""
    text = folded.text
    first, last = span
    lead = _lead(text, first, free, made)
    while free and free[-1][0] < last:
        free.pop()  # a word of the title
    close, short = _brackets(text, last)
    number = None
    if free and free[-1][0] == close:
        close = free[-1][1]  # 《…》穗府〔2010〕5号, without brackets
    while free and free[-1][0] < close:
        number = number or free[-1][2]
        free.pop()
    return Mention(
        start=lead[0] if lead and not number else first,
        end=close,
        title=_WRAP.sub("", folded.quote(first + 1, last - 1)),
        number=number or (lead[2] if lead else None),
        short=short,
    )


def _lead(
    text: str, first: int, free: list[Place], made: list[Mention]
) -> Place | None:
    """Return the number that leads to the title at `first`; the others are bare.

    Of 令第50号公布、令第80号修订的《…》 the first one is the number of the document.
    """
    before: list[Place] = []
    while free and free[-1][0] < first:
        before.append(free.pop())
    lead = None
    if before and _is_lead(text, before[-1][1], first):
        lead = before.pop()
        while before and _issued().fullmatch(text, before[-1][1], lead[0]):
            lead = before.pop()
    made += [_bare(number) for number in before]
    return lead


@cache
def _issued() -> re.Pattern[str]:
    return re.compile("(?:公布|发布|颁布|印发)(?:施行|实施)?[、,和][^,。;《》]{0,40}")


def _bare(place: Place) -> Mention:
    return Mention(start=place[0], end=place[1], title=None, number=place[2])


_LEAD = re.compile(f"(?:文件?)?(?:{any_of('adoption')}的|的)?")


def _is_lead(text: str, start: int, end: int) -> bool:
    """Tell whether a number that ends at `start` belongs to the title at `end`."""
    if not 0 < end - start <= _LONGEST_LEAD:
        return False
    return _LEAD.fullmatch(text, start, end) is not None


def _brackets(text: str, place: int) -> tuple[int, str | None]:
    """Return where the brackets after a title end, and the short name they give it."""
    short = None
    wrapper = _WRAPPER.match(text, place)
    if wrapper:
        place = wrapper.end()  # 关于印发《…》的通知（甲政发〔2001〕3号）
    while text.startswith("(", place):
        close = _closing(text, place)
        if close is None:
            break
        said = _SHORT.search(text, place, close)
        if said:
            short = said[1] or said[2]
        place = close
    return place, short


def _closing(text: str, place: int) -> int | None:
    depth = 0
    for at in range(place, min(len(text), place + _LONGEST_BRACKET)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
    return None
