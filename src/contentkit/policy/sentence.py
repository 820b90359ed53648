"""One sentence as its mentions and the words between them.

Offsets count from the beginning of the sentence. A mention that only says why, since
when or against what something happens is no target: 根据《…》, 《…》施行后, 与《…》不一致.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from contentkit.policy.effect_words import any_of, is_before, pattern, verbs
from contentkit.policy.mentions import MASK, Mention

_LONGEST_PART = 100
_ORDINAL = "0-9〇零一二三四五六七八九十百千"
_PART = re.compile(
    f"(?:中的?|里的?|的|所附)?(?:第[{_ORDINAL}第条款项目章节段点、和及至到()—~-]{{1,80}}"
    f"|附件[{_ORDINAL}、和及至到-]{{0,20}}|附表[{_ORDINAL}]{{0,6}})"
    "(?:中?的?[^、,。;:\x01]{0,40}?(?:规定|条款|内容|部分|表述))?"
    "|(?:中|里)的?[^,。;:\x01]{1,60}?(?:规定|条款|内容|部分|标准|政策|要求|条文|措施)"
    "|(?:的)?(?:部分|个别|有关|相关|上述)(?:条款|规定|内容|条文)"
    "|所?(?:规定|列|附)的[^,。;:\x01]{1,40}?(?:规定|条款|内容|部分|标准|政策|要求|措施|目录)"
    "|的?(?:有关|关于|涉及)[^,。;:\x01]{1,40}?(?:规定|条款|内容|部分|标准|政策|条文)"
    "|所?(?:规定|设定|确定)的?|除[^,。;:\x01]{1,40}?外"
)
_PART_END = re.compile("[、和及]+$")
_LINK = re.compile("(?:[、,]?(?:以及|还有|连同|和|及|与|并|或)?)")
_SEGMENT = re.compile("[,;:。]")
_GAP = 200


@dataclass(frozen=True, slots=True)
class Part:
    """What of a mention is meant: it ends at `end`; `text` is None for the whole."""

    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A masked sentence that begins at `start` of the folded text.

    `spans` are its mentions by their place in it, `parts` what follows each of them,
    `is_target` whether a verb may reach it.
    """

    start: int
    text: str
    mentions: tuple[Mention, ...]
    spans: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]
    is_target: tuple[bool, ...]

    def is_chained(self, left: int, right: int) -> bool:
        """Tell whether the mention `right` goes on the list that `left` stands in."""
        gap = self.text[self.parts[left].end : self.spans[right][0]]
        if len(gap) > _GAP:
            return False
        link = _LINK.match(gap)
        rest = gap[link.end() :] if link else gap
        if gap and (not link or not link[0]):
            return False
        return is_attribute(rest)


def is_attribute(text: str) -> bool:
    """Tell whether a text says of the title after it who made it and when.

    >>> [is_attribute(x) for x in ("", "2003年国务院发布的", "自2020年起施行,原")]
    [True, True, False]
    """
    if not text:
        return True
    if pattern("break").search(text) or verbs().search(text):
        return False
    if text.endswith("的"):
        return True
    return not _SEGMENT.search(text) and "、" not in text[-1:]


def make_sentence(start: int, text: str, mentions: Sequence[Mention]) -> Sentence:
    """Return the sentence with what can be said of its mentions one by one."""
    spans = tuple((m.start - start, m.end - start) for m in mentions)
    parts = tuple(_part(text, end) for _, end in spans)
    made = Sentence(start, text, tuple(mentions), spans, parts, ())
    flags: list[bool] = []
    for at, span in enumerate(spans):
        if at and not flags[-1] and _continues(made, at):
            flags.append(False)
        else:
            flags.append(not (_is_aside(text, span) or _is_paper(mentions[at])))
    return Sentence(start, text, tuple(mentions), spans, parts, tuple(flags))


def _is_paper(mention: Mention) -> bool:
    """Tell whether a title names a license or a form: 《采矿许可证》."""
    return is_before("certificate").search(mention.title or "") is not None


def _continues(sentence: Sentence, at: int) -> bool:
    """Tell whether a mention is joined to the one before by 、 or 和 alone."""
    gap = sentence.text[sentence.spans[at - 1][1] : sentence.spans[at][0]]
    return len(gap) <= 2 and gap in {"、", "和", "及", "与", "以及", ""}


def _part(text: str, end: int) -> Part:
    match = _PART.match(text, end, end + _LONGEST_PART)
    if match is None:
        return Part(end, None)
    said = _PART_END.sub("", match[0])
    return Part(end + len(said), said)


def _is_aside(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    lead = text[max(0, start - _GAP) : start]
    cut = max(lead.rfind(","), lead.rfind(MASK), lead.rfind(";"), lead.rfind(":"))
    lead = lead[cut + 1 :]
    if _is_basis(lead):
        return True
    after = text[end : end + 40]
    if _event().match(after) or is_before("closed", "listed").search(lead):
        return True
    if not is_before("anchor-before").search(lead):
        return False
    return _against().match(after) is not None


def _is_basis(lead: str) -> bool:
    ends = [match.end() for match in pattern("basis").finditer(lead)]
    return bool(ends) and not is_before("settled").search(lead, ends[-1])


@cache
def _event() -> re.Pattern[str]:
    when = "(?:之日|之?后|之?前|以后|以前|之时|时)"
    return re.compile(f"的?(?:正式)?{any_of('event')}{when}")


@cache
def _against() -> re.Pattern[str]:
    conflict = f"[^,。;\x01]{{0,20}}?{any_of('conflict')}"
    return re.compile(f"(?:{conflict}|{any_of('anchor-after')})")
