"""What a reader sees above the text: the title, the subtitle, an unlabeled date.

A title is found by evidence, none of it needed: a heading element, a class that names a
title, the words of `<title>`, a place right above the labels or the text. `<title>`
alone is not to be trusted: many sites put their own name or a column there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from contentkit.errors import ParseError
from contentkit.extract.hints import role_of_names
from contentkit.extract.outline import Line, Outline
from contentkit.extract.phrases import phrase_role
from contentkit.normalize.dates import find_date, parse_date
from contentkit.text import fold, fold_spaces, squeeze, strip

_HEADINGS = {"h1": 40, "h2": 30, "h3": 25, "h4": 15, "h5": 8, "h6": 5}
_SITE_NAME = re.compile(
    "(门户网站?|政府网站?|人民政府|信息网|信息公开网|公众网|政务网|官网|官方网站|网站|首页)$"
)
_BIG = re.compile(
    r"font-size:\s*(?:1[89]|[2-9]\d)(?:\.\d+)?\s*p|font-weight:\s*(?:bold|[6-9]00)",
    re.IGNORECASE,
)
_CENTERED = re.compile(r"text-align:\s*center", re.IGNORECASE)
_TITLE_SPLIT = re.compile(
    r"\s*(?:[|｜_>＞«»]+|--+|——|\s[-–—]\s|(?<=[\u4e00-\u9fff])[-–—](?=[\u4e00-\u9fff]))\s*"
)
_LONGEST_DATE_LINE = 80
_MOST_BESIDE_DATE = 16
_ENOUGH = 25
_STRONG = 50
_LONGEST = 200
_HEADLINES = 4
_LONGEST_HEADLINE = 60
_SHORT_DATE = re.compile(r"\d{2}-\d{1,2}-\d{1,2}")
_DASHED = re.compile(r"(?:——|──|―― ?)(?=[^—─―\s]{4,40}$)")
_DOC_NUMBER = re.compile(r"[〔\[［(（【]\s*(?:19|20)\d\d\s*[〕\]］)）】].*号")


@dataclass(frozen=True, slots=True)
class Seen:
    """A text of the page and its lines `start … end`."""

    text: str
    start: int
    end: int
    score: int = 0

    @property
    def is_strong(self) -> bool:
        """Whether more than its place speaks for a title: element, class, `<title>`."""
        return self.score >= _STRONG


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about the page when its title is looked for."""

    prose: int
    info: tuple[int, int] | None
    skipped: frozenset[int]
    head_title: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlainDate:
    """A date without a label, with the line it stands in."""

    value: str
    text: str
    line: int

    @property
    def end(self) -> int:
        """The line after it."""
        return self.line + 1


def head_title(root: HtmlElement) -> str | None:
    """Return the text of `<title>`, folded; None if there is none."""
    for element in root.iter("title"):
        text = fold_spaces(" ".join((element.text or "").split()))
        if text:
            return text
    return None


def title_from_head(text: str) -> str | None:
    """Return the part of `<title>` that is no name of a site, None if all are.

    >>> title_from_head("关于开展春季植树的通知_仑海区人民政府")
    '关于开展春季植树的通知'
    """
    parts = [part for part in _TITLE_SPLIT.split(text) if part]
    own = [part for part in parts if not _SITE_NAME.search(part)]
    return own[0] if own else None


def find_title(outline: Outline, around: Surroundings) -> Seen | None:
    """Return the visible title above the text, None without good evidence."""
    best: Seen | None = None
    for number in range(min(around.prose, len(outline.lines))):
        line = outline.lines[number]
        if number in around.skipped or not 2 <= len(line.text) <= _LONGEST:
            continue
        if line.linked * 2 > len(line.text) and not _in_heading(outline, line):
            continue
        if phrase_role(line.text) is not None:
            continue
        seen = _candidate(outline, number, around)
        if seen and seen.score >= _ENOUGH and (best is None or seen.score > best.score):
            best = seen
    return best


def _in_heading(outline: Outline, line: Line) -> bool:
    """Say whether a line of links may be a title: in a heading, not in navigation."""
    return not line.chrome and outline.nodes[line.block].tag in _HEADINGS


def _candidate(outline: Outline, number: int, around: Surroundings) -> Seen | None:
    line = outline.lines[number]
    score, holder = _marks(outline, number)
    start, end = number, number + 1
    if holder is not None and holder in outline.ranges:
        start, end = outline.ranges[holder]
        if start != number:
            return None
    text = line.text
    if end - start != 1:
        text = fold_spaces(_joined([x.text for x in outline.lines[start:end]]))
    if not 2 <= len(text) <= _LONGEST:
        return None
    score += _by_words(text, around) + _by_place(start, end, around)
    if line.chrome:
        score -= 40
    return Seen(text, start, end, score)


def _joined(parts: list[str]) -> str:
    return "".join(
        part if not text or _is_wide(part[:1]) else " " + part
        for part, text in zip(parts, ["", *parts], strict=False)
        if part
    )


def _is_wide(char: str) -> bool:
    return char > "\u2e7f"


def _marks(outline: Outline, number: int) -> tuple[int, int | None]:
    """Return what elements and classes say, and the element that holds all the title."""
    line = outline.lines[number]
    score, holder = 0, None
    seen_class = seen_heading = seen_style = False
    lines = 0
    for index in outline.ancestors(line.node):
        element = outline.nodes[index]
        tag = element.tag
        span = outline.ranges.get(index)
        if span:
            lines = span[1] - span[0]
            if lines > 4:
                break
        heading = _HEADINGS.get(tag)
        if heading and not seen_heading:
            score, seen_heading, holder = score + heading, True, index
        role = outline.roles.get(index) or _role(element)
        if role == "title" and not seen_class:
            score, seen_class = score + 30, True
            holder = index if span and lines <= 3 else holder
        elif role == "subtitle":
            score -= 40
        elif role == "crumbs":
            score -= 60
        if tag == "li":
            score -= 15
        if not seen_style and _is_emphasized(element, tag):
            score, seen_style = score + 10, True
    return score, holder


def _role(element: HtmlElement) -> str | None:
    names = element.get("class") or element.get("id")
    return role_of_names(names) if names else None


def _is_emphasized(element: HtmlElement, tag: str) -> bool:
    if tag in {"b", "strong"} or element.get("align") == "center":
        return True
    if tag == "font" and (element.get("size") or "").lstrip("+") in {
        "4",
        "5",
        "6",
        "7",
    }:
        return True
    style = element.get("style")
    return bool(style and (_BIG.search(style) or _CENTERED.search(style)))


def _by_words(text: str, around: Surroundings) -> int:
    folded = fold(text)
    score = 0
    if len(folded) >= 4 and folded in around.head_title:
        score += 60 if around.head_title.startswith(folded) else 35
    elif len(folded) >= 12 and folded[:12] in around.head_title:
        score += 30
    if _SITE_NAME.search(text):
        score -= 50
    if folded in around.names:
        score -= 60
    if len(text) < 5:
        score -= 20
    elif 8 <= len(text) <= 80:
        score += 10
    if text.endswith(("。", "：", ":")):
        score -= 20
    return score


def _by_place(start: int, end: int, around: Surroundings) -> int:
    score = 0
    if around.info is not None:
        first, last = around.info
        distance = first - end if end <= first else start - last
        if 0 <= distance <= 2:
            score += (30, 20, 10)[distance] if end <= first else (10, 5, 0)[distance]
    elif 0 <= around.prose - end <= 2:
        score += 10
    return score


def title_in_text(outline: Outline, start: int, end: int) -> str | None:
    """Return the headline that a text begins with, None if it begins otherwise.

    Official documents carry their title in centered or bold lines, often broken in two
    or three, before the document number or the addressees.
    """
    parts: list[str] = []
    for number in range(start, min(end, start + _HEADLINES)):
        line = outline.lines[number]
        text = line.text
        if not text or text[-1] in "：:。；" or len(text) > _LONGEST_HEADLINE:
            break
        if _DOC_NUMBER.search(text) or find_date(text):
            break
        if not _stands_out(outline, line):
            break
        parts.append(text)
    title = _joined(parts)
    return title if len(title) >= 5 else None


def _stands_out(outline: Outline, line: Line) -> bool:
    for index in outline.ancestors(line.node):
        element = outline.nodes[index]
        tag = element.tag
        if tag in _HEADINGS or _is_emphasized(element, tag) or tag == "center":
            return True
        if index == line.block:
            return False
    return False


def find_subtitle(outline: Outline, title: Seen) -> Seen | None:
    """Return the line next to the title that is a subtitle.

    Its element calls it one, or it begins with the dash of a subtitle (——).
    """
    for number in range(title.end, min(title.end + 2, len(outline.lines))):
        line = outline.lines[number]
        for index in islice(outline.ancestors(line.node), 3):
            role = outline.roles.get(index) or _role(outline.nodes[index])
            if role == "subtitle" and line.text:
                return Seen(line.text, number, number + 1)
        if _DASHED.match(line.text):
            return Seen(line.text, number, number + 1)
    return None


def find_plain_date(
    outline: Outline, start: int, end: int, labeled: Mapping[int, int]
) -> PlainDate | None:
    """Return the first date without a label in a short line of lines `start … end`.

    `labeled` tells in which column the first label of a line stands.
    """
    for number in range(start, min(end, len(outline.lines))):
        line = outline.lines[number]
        text = line.text[: labeled.get(number)]
        if (
            line.chrome
            or line.linked * 2 > len(line.text)
            or not text
            or len(text) > _LONGEST_DATE_LINE
        ):
            continue
        match = find_date(text)
        if match is not None:
            rest = squeeze(text[: match.start] + text[match.end :])
            if len(rest) <= _MOST_BESIDE_DATE:
                return PlainDate(match.value, line.text, number)
        elif number in labeled and (value := _short_date(text)):
            return PlainDate(value, line.text, number)
    return None


def _short_date(text: str) -> str | None:
    """Return a date with a two-digit year that stands alone before a label.

    >>> _short_date("09-6-1 ")
    '2009-06-01'
    """
    try:
        return parse_date(strip(text)) if _SHORT_DATE.fullmatch(strip(text)) else None
    except ParseError:
        return None
