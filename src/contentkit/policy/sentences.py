"""Sentences and titles of a folded policy text.

The full stop is the strongest guard that the language has: what one sentence says of a
document holds for no document of the next one. A line break ends a sentence only where
a paragraph ends; text taken from PDF wraps lines anywhere, even inside a number.
"""

import re

from contentkit.policy.folded import Folded

_LONGEST_TITLE = 400  # folded characters; titles of joint notices come near 200
_MARKS = re.compile("[《》]")
_STOPS = re.compile(r"[。;!?]|(?<=[一-龥)》])\.(?![0-9A-Za-z.])")
_CLOSERS = "”’)」』]"
_ENDERS = "。;!?:"
# A line that ends so goes on in the next one, whatever that looks like.
_UNFINISHED = frozenset(",、(〔《〈第自从至和与及年月-")
# Items of a list and articles of an act begin lines; 第十条规定 is a reference.
_ITEM = re.compile(
    r"第[一二三四五六七八九十百零〇0-9]{1,7}[条章节](?![的规第和至、款项所之中])"
    r"|[(]?[一二三四五六七八九十]{1,3}(?:[、.]|[)])"
    r"|[(]?[0-9]{1,4}(?:[.、)](?![0-9])|[,](?=《))|[①-⑳]|附件?[0-9]{0,2}:"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_INDENT = re.compile(r"\n(?:\u3000{2}|[^\S\n]{4})")


def titles(folded: Folded) -> tuple[tuple[int, int], ...]:
    """Return the folded spans of the outermost 《…》, brackets included.

    A bracket without partner is none; titles nest.

    >>> from contentkit.policy.folded import fold_policy
    >>> titles(fold_policy("《关于修改《甲办法》的决定》和《乙办法》"))
    ((0, 14), (15, 20))
    """
    text = folded.text
    if "《" not in text:
        return ()
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in _MARKS.finditer(text):
        place = match.start()
        if match[0] == "《":
            opened.append(place)
            continue
        if opened:
            begin = opened.pop()
            if place - begin <= _LONGEST_TITLE:
                while pairs and pairs[-1][0] > begin:
                    pairs.pop()
                pairs.append((begin, place + 1))
    return tuple(pairs)


def sentences(folded: Folded) -> tuple[tuple[int, int], ...]:
    """Return the folded spans of the sentences; together they are the whole text.

    。；！？ and ends of paragraphs end a sentence; nothing ends one within 《…》.

    >>> from contentkit.policy.folded import fold_policy
    >>> text = fold_policy("本办法自2020年1\\n月1日起施行。《甲。乙》同时\\n废止。")
    >>> [text.text[a:b] for a, b in sentences(text)]
    ['本办法自2020年1月1日起施行。', '《甲。乙》同时废止。']
    """
    text = folded.text
    ends = {_with_closers(text, match.end()) for match in _STOPS.finditer(text)}
    ends.update(
        place
        for place in folded.breaks
        if 0 < place < len(text) and place not in ends and _ends_line(folded, place)
    )
    spans: list[tuple[int, int]] = []
    quoted = iter((*titles(folded), (len(text), len(text))))
    begin = 0
    first, last = next(quoted)
    for end in (*sorted(ends), len(text)):
        while last < end:
            first, last = next(quoted)
        if begin < end and not first < end < last:
            spans.append((begin, end))
            begin = end
    return tuple(spans)


def _with_closers(text: str, end: int) -> int:
    while end < len(text) and text[end] in _CLOSERS:
        end += 1
    return end


def _ends_line(folded: Folded, place: int) -> bool:
    """Say whether the line break before `place` ends a paragraph."""
    text = folded.text
    before = text[place - 1]
    if before in _ENDERS:
        return True
    if before in _UNFINISHED or (before.isdecimal() and text[place].isdecimal()):
        return False
    gap = folded.original[folded.origin(place - 1) + 1 : folded.origin(place)]
    gap = gap.replace("\r\n", "\n").replace("\r", "\n")
    return bool(
        _BLANK_LINE.search(gap) or _INDENT.search(gap) or _ITEM.match(text, place)
    )
