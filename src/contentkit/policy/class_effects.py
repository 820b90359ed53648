"""Effects on documents that a sentence describes instead of naming them.

A class (凡与本办法不一致的规定同时废止), the rows of an attachment (目录见附件), all that a list
leaves out (未列入继续有效目录的), what fails a condition (逾期未公布的). No status follows from
one of them alone: they are what an editor has to look into (POLICY 0.6 and 8).
"""

import re
from dataclasses import dataclass
from functools import cache

from contentkit.policy.acts import Act
from contentkit.policy.effect_words import any_of, last_match, of_role, pattern
from contentkit.policy.models import EffectType, Scope

_LEAD = 240
_BEHIND = 80
_COUNT = "(?:[0-9]{1,5}|[一二两三四五六七八九十百]{1,5})余?[件部项]"
_BARE_COUNT = re.compile(f"{_COUNT}[(]")
_ENDINGS = (EffectType.REPEAL, EffectType.LAPSE, EffectType.STOP, EffectType.KEEP)
_HEAD = re.compile(
    "(?:第[0-9〇零一二三四五六七八九十百]{1,7}条|[(]?[一二三四五六七八九十0-9]{1,3}[)、.]"
    "|[、,;:。)]|(?:自|从)?本[^,。]{1,10}(?:之日起|后|起),|凡|但|同时,?)*"
)
_TRAIL = re.compile(
    "(?:[,、]|同时|一律|即行|予以|自行|自动|全部|一并|均|也|现|决定|宣布|,?自[^,]{1,24}起)+$"
)
_LEADS_IN = re.compile("[^。;]{0,40}:")  # the documents are named below
_NEAR_LIST = re.compile("[^,。;]{0,40}?(?:目录|清单|名录|名单|范围|公布|附件|\x01)")
_EXCEPT = re.compile(
    "除[^。;]{0,80}?(?:目录|清单|附件|名单|\x01)[^。;]{0,60}?外,?[^。;]{0,20}(?:文件|规定|规章)"
)


@dataclass(frozen=True, slots=True)
class Described:
    """What a sentence describes, at `start:end` of it together with the verb."""

    scope: Scope
    detail: str | None
    start: int
    end: int


def read_class(text: str, act: Act, *, since: int, before: str) -> Described | None:
    """Return the documents that the act reaches by description, if it does.

    `since` is where the words of the act may begin; `before` is the sentence that goes
    on in this one (it ended in a semicolon), else empty.
    """
    if act.type not in _ENDINGS or act.verb in of_role("verb-named"):
        return None
    begin = max(0, act.start - _LEAD)
    excepted = _EXCEPT.search(text, begin, act.start)
    if excepted and act.type is not EffectType.KEEP:
        said = text[excepted.start() : act.start]
        return Described(Scope.CLOSED_LIST, said, excepted.start(), act.end)
    begin = max(since, begin)
    for found in pattern("break").finditer(text, begin, act.start):
        begin = found.end()
    begin = max(begin, text.rfind(":", begin, act.start) + 1)
    begin = _begin(text, begin, act.start)
    lead = _without_own(text[begin : act.start])
    behind = text[act.end : act.end + _BEHIND]
    scope = _scope(lead, behind, act, before)
    if scope is None:
        return None
    start, end = begin, act.end
    if _is_object(behind):
        end += _object_length(behind)
        if not _last_noun(lead):
            start = act.start
    said = _TRAIL.sub("", text[start : act.start]) or text[act.end : end]
    return Described(scope, said, start, end)


def _scope(lead: str, behind: str, act: Act, before: str) -> Scope | None:
    closed = pattern("closed").search(lead)
    if closed and _NEAR_LIST.match(lead, closed.end()):
        return Scope.CLOSED_LIST
    noun = _last_noun(lead)
    if (noun or _last_noun(before)) in of_role("other"):
        return None
    if pattern("condition", "runout").search(lead):
        is_decided = (noun or _last_noun(before)) and _is_dated(lead, behind)
        return Scope.CONDITIONAL if is_decided else None
    if (noun or _is_object(behind)) and _is_annexed(lead, behind):
        return Scope.ANNEX_LIST
    is_class = (
        (noun or _last_noun(before) or "\x02" in lead)
        and act.type is not EffectType.KEEP
        and _against().search(lead)
    ) or (noun and _prior().search(_last_segments(lead)))
    return Scope.CLASS if is_class or _is_counted(lead, behind) else None


def _last_segments(lead: str) -> str:
    """Return the last two parts between commas: the subject and what is said of it."""
    return ",".join(lead.rsplit(",", 2)[-2:])


def _is_counted(lead: str, behind: str) -> bool:
    """Tell whether documents are ended by their number: 决定废止规范性文件5件."""
    if not (_counted().search(lead) or _counted().match(behind)):
        return False
    if pattern("statistic").search(lead) or _LEADS_IN.match(behind):
        return False
    return pattern("decision").search(lead + behind) is not None


def _begin(text: str, begin: int, end: int) -> int:
    head = _HEAD.match(text, begin, end)
    return head.end() if head else begin


def _last_noun(text: str) -> str | None:
    return last_match(pattern("document", "other"), text)


def _is_dated(lead: str, behind: str) -> bool:
    """Tell a decision, which has a day, from a general rule, which has none."""
    return bool(re.search("[0-9]日|\x02|本期|年底", lead + behind[:20]))


def _is_annexed(lead: str, behind: str) -> bool:
    return bool(_annexed_before().search(lead) or _annexed_behind().match(behind))


def _is_object(behind: str) -> bool:
    return bool(
        _BARE_COUNT.match(behind) or _counted().match(behind) or _object().match(behind)
    )


def _object_length(behind: str) -> int:
    match = _object_until().match(behind)
    return match.end() if match else 0


@cache
def _counted() -> re.Pattern[str]:
    noun = any_of("document")
    return re.compile(f"{_COUNT}[^,。;:(]{{0,20}}?{noun}|{noun}{_COUNT}")


@cache
def _object() -> re.Pattern[str]:
    return re.compile(f"的?[^,。;:(]{{0,24}}?{any_of('document')}")


@cache
def _object_until() -> re.Pattern[str]:
    noun = f"[^,。;:(]{{0,24}}?{any_of('document')}(?:{_COUNT})?"
    return re.compile(f"的?(?:{noun}|{_COUNT})(?:[(][^()]{{0,30}}[)])?")


@cache
def _annexed_before() -> re.Pattern[str]:
    place = "(?:列于|列入|所列|列明的|后附的?|附件[^,。;]{0,8}的|目录(?:所列|中|内)的?)"
    return re.compile(f"{place}|(?:目录|清单|名单)[^,。;]{{0,4}}(?:附后|见附件)")


@cache
def _annexed_behind() -> re.Pattern[str]:
    list_word = "(?:目录|附件|附表|清单|名单|名录|附后)"
    return re.compile(
        f"[^。;]{{0,50}}?(?:[(][^()]{{0,24}}?{list_word}"
        f"|[,。](?:具体)?(?:目录|清单|名单)?(?:详?见附件|附后|见附表))"
    )


@cache
def _against() -> re.Pattern[str]:
    return re.compile(
        f"(?:与|同|和|跟)[^。;]{{0,40}}?{any_of('conflict')}|不符合\x02|不符合\x01"
    )


@cache
def _prior() -> re.Pattern[str]:
    noun = any_of("rule")
    return re.compile(
        f"(?<!中){any_of('prior')}(?![则因告料始本])[^。;]{{0,60}}?{noun}"
        f"|{any_of('pointing')}{noun}"
    )


@cache
def _own_name() -> re.Pattern[str]:
    noun = any_of("document")
    return re.compile(
        f"[本该](?:实施)?(?:{noun}|法|令|安排|标准|纲要|规程)(?:的?有?关?规定)?"
    )


def _without_own(text: str) -> str:
    """Return the text with the document's own name as one sign: 本办法规定."""
    return _own_name().sub("\x02", text)
