"""Whom a clause of validity speaks of: its own document, a part of it, or another thing.

The same words, 自…起执行 or 有效期五年, hold for documents, standards, permits and
contracts. What stands before them in their sentence decides; where nothing does, the
sentence itself and its neighbors must be about nothing else.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from contentkit.policy.clause_words import OWN, any_of, any_pattern
from contentkit.policy.folded import Folded
from contentkit.policy.own_title import is_own_title
from contentkit.policy.sentences import titles

_WINDOW = 400  # folded characters before a clause that are looked at
_TITLE_SIGN, _QUOTE_SIGN = "■", "□"
_QUOTES = re.compile("[“”]")
_LONGEST_QUOTE = 3000
_GROUP = re.compile(r"\([^()]{0,80}\)|【[^【】]{0,40}】|\[[^\[\]]{0,40}\]")
_SEGMENT = re.compile("[,:(]")
_HAN = "[一二三四五六七八九十百零〇0-9]"
_ARTICLE = re.compile(f"第{_HAN}{{1,7}}[条章节](?:之[一二三四五])?")
_NUMBERING = re.compile(
    f"(?:第{_HAN}{{1,7}}[条章节](?:之[一二三四五])?)?(?:[(]?[一二三四五六七八九十]{{1,4}}[、.)])?"
    r"(?:[(]?[0-9]{1,3}[.、)])?[①-⑳]?"
)
# What may follow the name of the document before 自: 经市政府同意, 应当, 及附件, 均.
_FILLER = (
    "(?:现|将|应当?|暂|拟|定|均|一律|统一|决定|确定|正式|即|也|从而|并|且|从|试行|含附件"
    f"|[和及与、]{OWN}|[和及与、连同]{{1,2}}其?(?:附件|附表|附录)[0-9一二三四五]{{0,2}}"
    f"|与《{_TITLE_SIGN}+》|同时|同步)*"
)
_PREDICATE = re.compile(
    f"{_FILLER}(?:(?:已?经|由|报|与|连同|和|及其?)[^的]{{1,40}}?"
    f"(?:同意|批准|审议|通过|研究|审定|备案|解释|附件|附表|附录)后?{_FILLER}){{0,2}}"
)
_PART = re.compile(
    f"(?:其中|但|但是)*(?:{OWN}(?:中|的)?)?(?:第{_HAN}{{1,7}}[条款项章节目](?:第{_HAN}{{1,4}}[款项目])*"
    r"|附件[0-9一二三四五六七八九十]{0,2}|附表[0-9一二三四五六七八九十]{0,2})"
    f"(?:[、和及至到第{_HAN[1:-1]}条款项]{{0,40}})(?:中?的?(?:有关)?(?:规定|条款|内容|[^的,]{{0,30}}标准))?"
    "(?:的?规定)?(?:暂|将|均|现)*"
)
_REMAINDER = re.compile(
    "(?:其余|其他|其它)(?:各?条款?|条文|规定|内容|部分|事项)?(?:均|仍)?"
)
_SINCE_THEN = re.compile("(?:施行|实施|生效)(?:之?后|以后|之日起?|时)")
_NOT_ITSELF = re.compile("[的所中前后]|规定|确定|涉及|明确|第|有关|施行|实施|内")
_REPORTED = re.compile(
    f"(?:^|[,:。.、)])《{_TITLE_SIGN}+》[^,:]{{0,12}}?(?:{any_of('reporting')})[,:]"
)
_ONE_TITLE = re.compile(
    f"(?:现|但|另外|此外|同时|并)*(《{_TITLE_SIGN}+》)(?:现|将|均|应)*"
)


class Speaker(Enum):
    """Whom a clause speaks of."""

    OWN = auto()  # the document itself
    PART = auto()  # some of its articles
    MEASURE = auto()  # a standard or payment that it lays down
    OTHER = auto()  # another thing
    OPEN = auto()  # nobody is named


@dataclass(frozen=True, slots=True)
class Scene:
    """A folded text as clauses see it: what stands in titles and quotations is hidden.

    `text` is as long as the folded text; `own` are the folded titles of the document.
    """

    folded: Folded
    text: str
    own: tuple[str, ...]

    def is_own(self, named: str) -> bool:
        """Tell whether a title without its brackets is one of the document's own."""
        return any(is_own_title(named, title) for title in self.own)

    def is_line(self, place: int) -> bool:
        """Tell whether a line begins at a folded offset."""
        breaks = self.folded.breaks
        found = bisect_left(breaks, place)
        return found < len(breaks) and breaks[found] == place

    def is_gap(self, place: int) -> bool:
        """Tell whether white space or a line break stands before a folded offset."""
        if not 0 < place < len(self.text):
            return True
        return self.folded.origin(place) - self.folded.origin(place - 1) > 1


def make_scene(folded: Folded, own: Sequence[str]) -> Scene:
    """Hide titles and quotations of a text, at equal length."""
    spans = sorted([*titles(folded), *_quotations(folded.text)])
    text, done, parts = folded.text, 0, []
    for start, end in spans:
        if start < done:
            continue
        sign = _TITLE_SIGN if text[start] == "《" else _QUOTE_SIGN
        hidden = text[start] + sign * (end - start - 2) + text[end - 1]
        parts += [text[done:start], hidden]
        done = end
    hidden_text = "".join([*parts, text[done:]])
    return Scene(folded, hidden_text, tuple(title for title in own if title))


def speaker(scene: Scene, begin: int, at: int) -> tuple[Speaker, int]:
    """Return whom a clause at `at` speaks of, and where the words that say so begin.

    `begin` is the first folded offset that belongs to the clause: that of its sentence
    or the end of the clause before.
    """
    low = max(begin, at - _WINDOW)
    head = scene.text[low:at]
    bare = _GROUP.sub("", head)
    if _REPORTED.search(bare):
        return Speaker.OTHER, at
    parts = _SEGMENT.split(bare)
    if begin == 0 and _is_in_title(scene, bare):
        return Speaker.OWN, at
    if low == begin:
        parts[0] = _without_heading(parts[0])
    if _is_article_named(scene, head, at):
        return Speaker.PART, at - len(head)
    found = _nearest(scene, parts[-1], at)
    if found is None:
        found = _farther(parts[:-1])
    is_remark = len(bare) > 1 and bare.endswith("(")  # on what stands before it
    if found is Speaker.OPEN and (low > begin or is_remark):
        found = Speaker.OTHER
    return found, at if found is Speaker.OTHER else _own_start(head, at)


def _nearest(scene: Scene, part: str, at: int) -> Speaker | None:
    """Judge the words straight before a clause; None if they name nobody."""
    if not part:
        return None
    if _PART.fullmatch(part):
        return Speaker.PART
    named = _own().match(part)
    if named:
        return _of_own(part[named.end() :])
    if _ONE_TITLE.fullmatch(part):
        return _title_speaker(scene, at)
    if _names_itself(scene, part, at):
        return Speaker.OWN
    return None if _neutral().fullmatch(part) else Speaker.OTHER


def _of_own(rest: str) -> Speaker:
    """Judge what follows 本办法: nothing of weight, 规定的标准, or another subject."""
    if _PREDICATE.fullmatch(rest):
        return Speaker.OWN
    return Speaker.MEASURE if _NOT_ITSELF.search(rest) else Speaker.OTHER


def _names_itself(scene: Scene, part: str, at: int) -> bool:
    return bool(
        _REMAINDER.fullmatch(part)
        or _promulgated().fullmatch(part)
        or _joined(scene, part, at)
        or scene.is_own(part)
    )


def _title_speaker(scene: Scene, at: int) -> Speaker:
    """Judge 《…》 before a clause; a number in brackets may follow it."""
    place = scene.text.rfind("《", 0, at)
    last = scene.text.find("》", place)
    named = scene.folded.text[place + 1 : last]
    return Speaker.OWN if scene.is_own(named) else Speaker.OTHER


def _joined(scene: Scene, part: str, at: int) -> bool:
    """Tell whether a line or heading without punctuation ran into 本办法."""
    found = _own_at_end().search(part)
    if found is None:
        return False
    before = part[: found.start()]
    return bool(
        scene.is_gap(at - len(part) + found.start())
        or _heading().fullmatch(before)
        or _neutral().fullmatch(before)
    )


def _farther(parts: Sequence[str]) -> Speaker:
    """Judge the earlier parts of the sentence, the nearest first."""
    for part in reversed(parts):
        if not part or _promulgated().fullmatch(part):
            if part:
                return Speaker.OWN
            continue
        named = _own().match(part)
        if named:
            rest = part[named.end() :]
            if _SINCE_THEN.fullmatch(rest):
                continue
            return Speaker.OTHER if _NOT_ITSELF.match(rest) else Speaker.OWN
        if not _neutral().fullmatch(part):
            return Speaker.OTHER
    return Speaker.OPEN


def _is_in_title(scene: Scene, head: str) -> bool:
    """Tell whether a text begins with a title that holds the clause: …办法(…起施行)."""
    name = _titled().fullmatch(head)
    return name is not None and (not scene.own or scene.is_own(name[1]))


def _without_heading(part: str) -> str:
    match = _NUMBERING.match(part)
    bare = part[match.end() :] if match else part
    return "" if _heading().fullmatch(bare) else bare


def _is_article_named(scene: Scene, head: str, at: int) -> bool:
    """Tell 第十条自…起施行 (a part) from 第十条 自…起施行 (the article itself)."""
    return bool(_ARTICLE.fullmatch(head)) and not scene.is_gap(at)


def _own_start(head: str, at: int) -> int:
    """Return where the name of the document in the same part begins, else `at`."""
    begin = max(head.rfind(sign) for sign in ",:") + 1
    found = _own().search(head, begin)
    return at - len(head) + found.start() if found else at


@cache
def _own() -> re.Pattern[str]:
    return re.compile(OWN)


@cache
def _own_at_end() -> re.Pattern[str]:
    return re.compile(f"{OWN}(?:现|将|应当?|均|暂|也)?$")


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(
        rf"((?!根据|依据|按照|依照)[^,:。;《》]{{2,80}}{any_of('genre')})\("
    )


@cache
def _neutral() -> re.Pattern[str]:
    return re.compile(any_pattern("neutral"))


@cache
def _promulgated() -> re.Pattern[str]:
    return re.compile(any_pattern("promulgate"))


@cache
def _heading() -> re.Pattern[str]:
    return re.compile(f"{any_of('heading')}{{1,4}}")


def _quotations(text: str) -> list[tuple[int, int]]:
    """Return the spans of “…”, the outermost; one without partner is none."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in _QUOTES.finditer(text):
        if match[0] == "“":
            opened.append(match.start())
        elif opened:
            begin = opened.pop()
            if match.end() - begin <= _LONGEST_QUOTE:
                while pairs and pairs[-1][0] > begin:
                    pairs.pop()
                pairs.append((begin, match.end()))
    return pairs
