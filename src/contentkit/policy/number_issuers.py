"""Who issues an order (令) or an announcement (公告): the names before the word.

Names of central bodies are known (`issuing-bodies.csv`), local ones end as names of
organizations do (`organization-endings.csv`) or are a letter and 府 (粤府令).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from contentkit.policy.number_codes import (
    after_lead_in,
    code_start,
    provinces,
    soft_ends,
    verbs,
)
from contentkit.resources import read_codelist

_LONGEST_NAME = 28
_PREFIX = re.compile("(?:原|中华人民共和国)+")
_LEVEL = re.compile("(?P<level>省|市|区|县|州|自治区|自治州)?(?:人民)?政府")
_LETTERS = re.compile("国|[一-龥]{1,6}[府政]")
_LEVEL_LETTER = re.compile("[省市区县州旗]|自治|人民")
_PLACE = re.compile("[一-龥]{2,3}[省市县区州盟旗]")
_AND = ("和", "同", "并")  # 和县 and 同江市 leave one 汉字 before 县 and 市
_WRAPPED = 5
_JOINT = re.compile("[、和与及]")
_LEGISLATURE = ("常委会", "代表大会", "人大常委")


@dataclass(frozen=True, slots=True)
class Issuers:
    """The names as the canonical form writes them; `start` is an offset of the run.

    `is_named` says that a body is named and not only the letters of one (粤府).
    """

    start: int
    names: tuple[str, ...]
    defects: tuple[str, ...] = ()
    is_named: bool = True


def find_issuers(
    run: str,
    gaps: Sequence[int] = (),
    *,
    attested: Collection[str] = (),
    place: str | None = None,
) -> Issuers | None:
    """Return the issuers whose names end a run of 汉字 and 、, None where none does.

    >>> find_issuers("按照财政部、中华人民共和国公安部").names
    ('财政部', '公安部')
    """
    last = run.rfind("、") + 1
    found = _name_start(run[last:], [g - last for g in gaps if g > last], attested)
    if found is None:
        return None
    start = last + found
    while start == last and last > 0:
        before = run.rfind("、", 0, last - 1) + 1
        head = run[before : last - 1]
        found = _name_start(head, [g - before for g in gaps if before < g < last], ())
        if found is None or (_split(run[last:]) is None) != (
            _split(_bare(head[found:])) is None
        ):
            break
        start, last = before + found, before
    return _told(run, start, gaps, place)


def _told(
    run: str, start: int, gaps: Sequence[int], place: str | None
) -> Issuers | None:
    text = run[start:]
    defects: list[str] = []
    if text.startswith("原"):
        defects.append("leading_yuan")
    names: list[str] = []
    inner = {gap - start for gap in gaps if gap > start}
    offset = 0
    for part in text.split("、"):
        names += _names(part, [g - offset for g in inner if 0 < g - offset < len(part)])
        offset += len(part) + 1
    if len(names) > 1:
        defects.append("joint_issuers")
        if "、" in text:
            defects.append("dunhao_separator")
        elif not inner:
            defects.append("no_separator")
    level = _LEVEL.fullmatch(names[0])
    if level and len(names) == 1:
        full = _expanded(level["level"] or "", place)
        defects.append("issuer_abbreviated")
        names = [full or names[0]]
    if any(_bodies().get(name) for name in names):
        defects.append("abbreviated_issuer")
    is_named = all(_is_name(name) or name in _bodies() for name in names)
    return Issuers(start, tuple(names), tuple(defects), is_named)


def _expanded(level: str, place: str | None) -> str | None:
    return f"{place}人民政府" if place and place.endswith(level) else None


def _names(part: str, gaps: Sequence[int]) -> list[str]:
    """Split what stands without 、: at white space or where known names end."""
    bare = _bare(part)
    known = _split(bare)
    if known:
        return known
    cuts = [0, *sorted(gaps), len(part)]
    pieces = [_bare(part[a:b]) for a, b in pairwise(cuts)]
    if len(pieces) > 1 and all(_is_name(piece) for piece in pieces):
        return pieces
    return [bare]


def _name_start(run: str, gaps: Sequence[int], attested: Collection[str]) -> int | None:
    start = after_lead_in(run, "issuer") or 0
    for place in range(start, len(run)):
        if _split(_bare(run[place:])):
            return place
    start = _after_line(run, start, gaps)
    rest = run[start:]
    if rest[:1] in (*verbs(), *_AND) and _PLACE.match(rest, 1):
        start, rest = start + 1, rest[1:]
    if not rest.startswith((*provinces(), *_bodies())):
        for end in soft_ends(rest, "issuer"):
            if rest[end:].startswith(provinces()) or _LEVEL.fullmatch(rest[end:]):
                return start + end
    if _is_name(_bare(rest)) and len(rest) <= _LONGEST_NAME:
        return start
    if _LETTERS.fullmatch(rest):
        found = code_start(rest, attested=attested)
        return None if found is None else start + found
    return None


def _after_line(run: str, start: int, gaps: Sequence[int]) -> int:
    """Return the start of a name that stands on a line of its own."""
    for gap in reversed(gaps):
        line, name = run[start:gap], run[gap:]
        if len(line) <= _WRAPPED or _LEVEL_LETTER.match(name):
            continue  # a name that was wrapped, not a line before a name
        if _is_name(name) and not _is_name(line):
            return gap
    return start


def _is_name(text: str) -> bool:
    return len(text) > 1 and text.endswith((*_endings(), *_LEGISLATURE))


def _bare(name: str) -> str:
    match = _PREFIX.match(name)
    return name[match.end() :] if match and match.end() < len(name) else name


def _split(text: str) -> list[str] | None:
    """Return the known names that a text is made of, None where something is left."""
    names = []
    place = 0
    while place < len(text):
        republic = _PREFIX.match(text, place)
        place = republic.end() if republic else place
        for length in range(min(_longest_body(), len(text) - place), 1, -1):
            if text[place : place + length] in _bodies():
                break
        else:
            return None
        names.append(text[place : place + length])
        place += length
        if place < len(text) and _JOINT.match(text[place]):
            place += 1
    return names or None


@cache
def _bodies() -> dict[str, str]:
    return {row["name"]: row["full"] for row in read_codelist("issuing-bodies")}


@cache
def _longest_body() -> int:
    return max(map(len, _bodies()))


@cache
def _endings() -> tuple[str, ...]:
    return tuple(row["word"] for row in read_codelist("organization-endings"))
