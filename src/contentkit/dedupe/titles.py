"""Titles taken apart: the core, the edition, the series, what kind of text it heads."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from contentkit.codelists import words
from contentkit.dedupe.words import pattern, patterns
from contentkit.normalize.doc_numbers import find_title_number
from contentkit.text import fold

_MARKS = re.compile(r"[\W_]+")
_NUMERAL = re.compile(
    r"[0-9]+|(?<=第)[〇零一二三四五六七八九十百]+|[〇零一二三四五六七八九]{4}(?=年)"
    r"|[(（〔\[][〇零一二三四五六七八九十百]{1,4}[)）〕\]]"
)
_QUOTED = re.compile("《([^《》]{4,}(?:《[^《》]*》[^《》]*)*)》")
_EMPTY_BRACKETS = re.compile(r"[(（〔\[【][\s、,，]*[)）〕\]】]")
_ELLIPSIS = re.compile(r"(?:…|\.{2,})+$")
_SHORTEST_CORE = 8
_LONGEST_TITLE = 1000  # signs of a title that are read
_SERIAL = "零"  # stands for any numeral in a series key


class TitleRelation(StrEnum):
    """How two titles stand to each other."""

    SAME = "same"  # one core, one edition
    EDITION = "edition"  # the cores differ in edition words only
    SERIES = "series"  # they differ in years, serials, dates only
    PART = "part"  # one is the other with more words before or after
    TEMPLATE = "template"  # one wording around different names
    OTHER = "other"
    UNKNOWN = "unknown"  # one has no title


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart.

    `core` is compared: no noise, no marks, no number, no site name. `plain` is the core
    without edition words, `series` the plain core with every numeral as 零, `inner`
    the plain core of the document that it issues (印发《…》). `edition` holds the
    edition words as mark and value, sorted.
    """

    core: str
    plain: str
    series: str
    inner: str
    edition: tuple[str, ...]
    is_draft: bool
    is_about: bool
    is_repost: bool
    is_cut: bool  # ends in an ellipsis: the rest is not known


@lru_cache(maxsize=65536)
def read_title(title: str) -> Title:
    """Take a title apart.

    >>> title = read_title("（转载）江澜区古树保护办法（试行）")
    >>> title.core, title.plain, title.edition, title.is_repost
    ('江澜区古树保护办法试行', '江澜区古树保护办法', ('trial',), True)
    """
    folded = fold(title[:_LONGEST_TITLE])
    bare = pattern("site").sub("", pattern("noise").sub("", folded)) or folded
    number = find_title_number(bare)
    if number:
        bare = bare.replace(number.raw, "")
    is_cut = bool(_ELLIPSIS.search(bare))
    edition, plain = _edition(bare)
    wrapped = pattern("wrapper").search(bare)
    quoted = _QUOTED.search(bare) if wrapped else None
    plain_core = _core(plain)
    return Title(
        core=_core(bare),
        plain=plain_core,
        series=_MARKS.sub("", _NUMERAL.sub(_SERIAL, plain)),
        inner=_core(_edition(quoted[1])[1]) if quoted else "",
        edition=edition,
        is_draft=bool(pattern("draft").search(bare)),
        is_about=bool(pattern("about").search(bare)),
        is_repost=bool(pattern("repost").search(folded)),
        is_cut=is_cut,
    )


def compare_titles(a: str, b: str) -> TitleRelation:
    """Say how two titles stand to each other.

    >>> compare_titles("二〇二三年第5期", "二〇二三年第6期")
    <TitleRelation.SERIES: 'series'>
    """
    first, second = read_title(a), read_title(b)
    if not first.core or not second.core:
        return TitleRelation.UNKNOWN
    if first.core == second.core or _is_cut_of(first, second):
        return TitleRelation.SAME
    if first.plain == second.plain or _is_below_name(first.plain, second.plain):
        return _same_or_edition(first, second)
    if first.series == second.series:
        return TitleRelation.SERIES
    if _shares_inner(first, second):
        return _same_or_edition(first, second)
    return _compare_wording(first.series, second.series)


def title_keys(title: str) -> tuple[str, ...]:
    """Return the keys under which a title meets others that may be the same or a series."""
    read = read_title(title)
    keys = (read.core, read.plain, read.inner)
    return tuple(dict.fromkeys(key for key in keys if len(key) >= _SHORTEST_CORE))


def _core(text: str) -> str:
    return _MARKS.sub("", text)


@cache
def _editions() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(text), value) for text, value in patterns("edition"))


def _edition(text: str) -> tuple[tuple[str, ...], str]:
    """Return the edition words of a folded title, and the title without them."""
    marks: list[str] = []
    rest = text
    for word, name in _editions():
        for match in word.finditer(rest):
            detail = match[1] if word.groups and name in {"nth", "year-version"} else ""
            if name == "year":
                detail = f"{match[1]}{match[2]}"
            marks.append(f"{name}:{detail}" if detail else name)
        rest = word.sub("", rest)
    rest = _EMPTY_BRACKETS.sub("", rest)
    return tuple(sorted(set(marks))), rest


def _is_cut_of(a: Title, b: Title) -> bool:
    short, long = (a, b) if len(a.core) <= len(b.core) else (b, a)
    return (
        short.is_cut
        and len(short.core) >= _SHORTEST_CORE
        and long.core.startswith(short.core)
    )


def _same_or_edition(a: Title, b: Title) -> TitleRelation:
    return TitleRelation.SAME if a.edition == b.edition else TitleRelation.EDITION


def _is_below_name(a: str, b: str) -> bool:
    """Say whether one core is the other with the name of an organization before it."""
    short, long = sorted((a, b), key=len)
    if len(short) < _SHORTEST_CORE or not long.endswith(short):
        return False
    return long.removesuffix(short).endswith(tuple(words("organization-endings")))


def _shares_inner(a: Title, b: Title) -> bool:
    if a.inner and b.inner:
        return a.inner == b.inner
    inner, other = (a.inner, b.plain) if a.inner else (b.inner, a.plain)
    return len(inner) >= _SHORTEST_CORE and inner == other


def _compare_wording(a: str, b: str) -> TitleRelation:
    """Compare two cores without edition words, numerals as 零."""
    front = _common_length(a, b)
    back = _common_length(a[front:][::-1], b[front:][::-1])
    rest_a, rest_b = a[front : len(a) - back], b[front : len(b) - back]
    if not rest_a or not rest_b:
        extra = rest_a or rest_b
        if _SERIAL in extra:
            return TitleRelation.SERIES
        is_long = min(len(a), len(b)) >= _SHORTEST_CORE
        return TitleRelation.PART if is_long else TitleRelation.OTHER
    if 2 * (front + back) >= min(len(a), len(b)):
        return TitleRelation.TEMPLATE
    return TitleRelation.OTHER


def _common_length(a: str, b: str) -> int:
    for place, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return place
    return min(len(a), len(b))
