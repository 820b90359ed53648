"""A verb in its sentence, and whether it acts or merely speaks of acting.

应当废止, 已废止, 废止的文件, 不停止执行 and 修改或者废止 do nothing; nor does a verb of extension that
speaks of no term.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from contentkit.policy.effect_words import any_of, of_role, pattern
from contentkit.policy.models import EffectType
from contentkit.policy.sentence import Sentence

_DECIDED_BEFORE = 160
_WINDOW = 30
_SEGMENT = re.compile("[,;:。]")
_DECIDES = re.compile("(?:^|[,、;:)]|决定|现|同意)$")
_DECIDED = re.compile("决定|现|同意")
_LENGTHENS = re.compile(
    "(?:执行|实施|施行|适用|有效|有效期|试行)?(?:期限|期)?(?:至|到)?"
)


@dataclass(frozen=True, slots=True)
class Act:
    """A verb at `start:end` of its sentence and the mentions that it reaches.

    `parts` holds for each target which part is meant, None for the whole document.
    `is_open` tells of a list after a colon, which may go on in the next sentences.
    """

    type: EffectType
    verb: str
    start: int
    end: int
    targets: tuple[int, ...] = ()
    parts: tuple[str | None, ...] = ()
    condition: str | None = None  # the word that makes it conditional: 逾期, 届满
    is_open: bool = False
    rest: str | None = None  # 等5件规范性文件: what the list does not name


@cache
def _vetoed_before() -> re.Pattern[str]:
    fillers = f"(?:{any_of('filler')}){{0,3}}$"
    talk = f"(?<![相对响反许]){any_of('procedural')}{fillers}"
    past = f"(?:已|早已|业已)经?(?:于|在|自)[^,。;]{{1,20}}?{fillers}"
    return re.compile(f"{talk}|{past}")


@cache
def _vetoed_after() -> re.Pattern[str]:
    return re.compile(f"{any_of('attributive')}(?![。\x01])")


@cache
def _with_annex() -> re.Pattern[str]:
    return re.compile("的[^,。;(]{2,40}[(][^()]{0,20}(?:目录|附件|附表|清单|名单)")


def is_vetoed(text: str, act: Act) -> bool:
    """Tell whether the words around a verb make it mere talk."""
    before = text[max(0, act.start - _WINDOW) : act.start]
    if act.type in {EffectType.EXTEND, EffectType.AMEND, EffectType.REPUBLISH}:
        before = before[-8:]
    if _vetoed_before().search(before):
        return True
    if act.verb in of_role("verb-decided"):
        return not _DECIDED.search(text, max(0, act.start - _DECIDED_BEFORE), act.start)
    if act.verb in of_role("verb-object") and not _DECIDES.search(before):
        return True
    if act.type is EffectType.KEEP and pattern("remainder").search(
        _segment_before(text, act.start)
    ):
        return True
    if not _vetoed_after().match(text, act.end):
        return False
    return not _with_annex().match(text, act.end)


def _segment_before(text: str, place: int) -> str:
    lead = text[max(0, place - 80) : place]
    return _SEGMENT.split(lead)[-1]


def is_term(sentence: Sentence, act: Act) -> bool:
    """Tell whether a lengthening verb speaks of a term: 有效期延长, 延续执行至."""
    if act.type is not EffectType.EXTEND or act.verb.startswith("继续"):
        return True
    lead = sentence.text[max(0, act.start - 40) : act.start]
    if pattern("term").search(lead):
        return True
    behind = sentence.text[act.end : act.end + 12]
    at = bisect_left(sentence.spans, (act.end, 0))
    if at < len(sentence.spans) and sentence.spans[at][0] == act.end:
        return act.verb in {"延长", "延续"}
    match = _LENGTHENS.match(behind)
    return bool(match and match[0]) and not act.verb.startswith("调整")


def is_talk(text: str, place: int) -> bool:
    """Tell whether the words before a list make it mere talk: 应当将《…》废止."""
    return _talk().search(text, max(0, place - _WINDOW), place) is not None


@cache
def _talk() -> re.Pattern[str]:
    return re.compile(f"(?<![相对响反许]){any_of('procedural')}[将对把]?原?$")
