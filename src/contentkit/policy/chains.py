"""Which of the documents named in a sentence a verb reaches.

《A》、2003年市政府发布的《B》第三条同时废止      the list before the verb
决定废止《A》、《B》                           the list directly after it
将《A》重新发布，有效期延长至…                  a second verb shares the first one's list
"""

import re
from bisect import bisect_left
from functools import cache

from contentkit.policy.acts import Act, is_talk, is_term, is_vetoed
from contentkit.policy.dates import han_number
from contentkit.policy.effect_words import (
    any_of,
    last_match,
    of_role,
    pattern,
    verb_type,
    verbs,
)
from contentkit.policy.models import EffectType
from contentkit.policy.sentence import Sentence, is_attribute

_TAIL = 160  # signs between the last target and its verb: reasons, dates
_WINDOW = 30
_SEGMENT = re.compile("[,;:。]")
_GENRE_AFTER = re.compile(
    "[^,。;:\x01]{0,20}?的(?:通知|决定|公告|通告|批复|复函|函|意见|请示|报告|说明|议案|公示|决议|命令|令)"
)
_OWN = re.compile(
    "(?:原|将|对|则|故)?本(?!市|省|区|县|级|镇|州|院|部|局|委|厅|府|行政|辖|地|单位|机关|系统)"
    "[^,。;:]{1,8}"
)
_COUNT = "(?:[0-9]{1,5}|[一二两三四五六七八九十百]{1,4})余?[件个部项份]"
_SINCE = re.compile("[自从][^,。;]{1,30}?起")
_UNTIL = re.compile("^(?:的)?[^,。;]{0,12}(?:至|到)")
_LIST_LEAD = re.compile(
    "(?:(?:以下|下列|如下)[^,。;\x01]{0,20}:?|:|原|了|关于印发)"
    "(?:[(]?[0-9一二三四五六七八九十]{1,3}[)、.])?"
)
_PART_BEFORE = re.compile(
    "(?:部分|个别|有关|相关)(?:条款|规定|内容|条文)(?=[^,。;]{0,6}$)|部分$"
)
_NAMES_A_PART = frozenset(
    {"修改为", "删去", "删除", "增加一条", "增加一款", "增加一项"}
)


def read_acts(sentence: Sentence) -> list[Act]:
    """Return the acts of a sentence in order, those without named targets too."""
    acts: list[Act] = []
    for match in verbs().finditer(sentence.text):
        act = Act(verb_type(match[0]), match[0], *match.span())
        if is_vetoed(sentence.text, act) or not is_term(sentence, act):
            continue
        acts.append(_with_targets(sentence, act, acts[-1] if acts else None))
    return acts


def _with_targets(sentence: Sentence, act: Act, last: Act | None) -> Act:
    after = _first_after(sentence, act)
    if after is not None:
        return _chain_after(sentence, act, after)
    nearest = _nearest_before(sentence, act.start)
    if nearest is None or act.verb in of_role("verb-object"):
        return act
    if last and last.targets and last.end > sentence.spans[nearest][1]:
        between = sentence.text[last.end : act.start]
        return _copy_targets(act, last) if _is_shared(between) else act
    tail = sentence.text[sentence.parts[nearest].end : act.start]
    return _chain_before(sentence, act, nearest, tail) if _is_open_tail(tail) else act


def _is_shared(between: str) -> bool:
    """Tell whether a verb goes on speaking of the targets of the verb before it.

    `between` stands between the two: 重新发布，有效期…延长; a new subject or a condition
    (期满自动失效) ends it.
    """
    head, comma, _ = between.partition(",")
    if (
        not comma
        or len(head) > _WINDOW
        or pattern("condition", "runout").search(between)
    ):
        return False
    return _is_open_tail(between) and not pattern("document").search(
        _SINCE.sub("", between)
    )


def _copy_targets(act: Act, shared: Act) -> Act:
    return Act(
        act.type,
        act.verb,
        act.start,
        act.end,
        shared.targets,
        shared.parts,
        shared.condition,
        rest=shared.rest,
    )


def _chain_before(sentence: Sentence, act: Act, nearest: int, tail: str) -> Act:
    chain = [nearest]
    for at in range(nearest - 1, -1, -1):
        if not sentence.is_target[at]:
            continue
        if not sentence.is_chained(at, chain[-1]):
            break
        chain.append(at)
    if is_talk(sentence.text, sentence.spans[chain[-1]][0]):
        return act
    chain.reverse()
    parts = [sentence.parts[at].text for at in chain]
    if parts[-1] is None:
        parts[-1] = _part_in_tail(tail, act)
    if act.verb in _NAMES_A_PART:
        parts = [part or parts[-1] for part in parts]
    return Act(
        act.type,
        act.verb,
        act.start,
        act.end,
        tuple(chain),
        tuple(parts),
        last_match(pattern("condition", "runout"), tail),
        rest=_rest(tail, len(chain)),
    )


def _chain_after(sentence: Sentence, act: Act, first: int) -> Act:
    chain = [first]
    for at in range(first + 1, len(sentence.spans)):
        if not sentence.is_target[at] or not sentence.is_chained(chain[-1], at):
            break
        chain.append(at)
    behind = sentence.text[sentence.spans[chain[-1]][1] :][:_WINDOW]
    if _GENRE_AFTER.match(behind):
        return act
    gap = sentence.text[act.end : sentence.spans[first][0]]
    if act.type is EffectType.KEEP and ":" not in gap:
        # to keep applying a document is daily work; to apply it until a day is a term
        if not _UNTIL.match(behind):
            return act
        act = Act(EffectType.EXTEND, act.verb, act.start, act.end)
    parts = tuple(sentence.parts[at].text for at in chain)
    return Act(
        act.type,
        act.verb,
        act.start,
        act.end,
        tuple(chain),
        parts,
        is_open=":" in gap,
        rest=_rest(behind, len(chain)),
    )


def _first_after(sentence: Sentence, act: Act) -> int | None:
    """Return the mention that is the object of the verb."""
    if act.verb.endswith(("为", "至", "到")):
        return None
    at = bisect_left(sentence.spans, (act.end, 0))
    if at == len(sentence.spans) or not sentence.is_target[at]:
        return None
    gap = sentence.text[act.end : sentence.spans[at][0]]
    if len(gap) > _TAIL:
        return None
    is_list = not gap or _LIST_LEAD.fullmatch(gap)
    is_dated = gap.endswith("的") and "," not in gap and is_attribute(gap)
    return at if is_list or is_dated else None


def _nearest_before(sentence: Sentence, place: int) -> int | None:
    for at in range(bisect_left(sentence.spans, (place, 0)) - 1, -1, -1):
        if place - sentence.parts[at].end > _TAIL:
            return None
        if sentence.is_target[at]:
            return at
    return None


def _is_open_tail(tail: str) -> bool:
    """Tell whether what stands between a target and the verb leaves them together."""
    if len(tail) > _TAIL or pattern("break").search(tail):
        return False
    if pattern("remainder").search(tail) and not _AND_OTHERS.match(tail):
        return False
    segments = _SEGMENT.split(tail)
    if len(segments) > 1 and (_is_own(segments[-1]) or _is_subject(segments[-1])):
        return False
    return last_match(pattern("document", "other"), segments[-1]) not in of_role(
        "other"
    )


def _is_own(segment: str) -> bool:
    """Tell whether a segment has the document itself as its subject."""
    match = _OWN.match(segment)
    return match is not None and not _when().search(match[0])


def _is_subject(segment: str) -> bool:
    """Tell whether a segment has documents of its own as its subject: 原规定.

    以上文件, 该办法 and 两个文件 mean what was named before.
    """
    words = _SINCE.sub("", segment)
    return bool(pattern("document").search(words)) and not _meant().search(words)


@cache
def _meant() -> re.Pattern[str]:
    return re.compile(
        f"(?:{_COUNT}|{any_of('pointing')}|该|均)[^,]{{0,6}}?{any_of('document')}"
    )


@cache
def _when() -> re.Pattern[str]:
    return re.compile("(?:施行|实施|印发|发布|公布|生效|执行|颁布)?(?:之日|后|前|起)")


_REST = re.compile(
    "等(?P<count>[0-9]{1,5}|[一二两三四五六七八九十百]{1,4})余?[件个部项份]余?"
    "[^,。;:\x01]{0,30}"
)
_AND_OTHERS = re.compile(
    "[、,]?(?:以及|及|和|与)?其[他它余][^。;\x01]{0,60}?(?:规定|文件|政策|办法)"
)


def _rest(tail: str, named: int) -> str | None:
    """Return the words that count more documents than the list names."""
    others = _AND_OTHERS.match(tail)
    if others:
        return others[0].lstrip("、,")
    match = _REST.match(tail)
    if match is None or han_number(match["count"]) <= named:
        return None
    return match[0]


def _part_in_tail(tail: str, act: Act) -> str | None:
    """Return the part that the words between a title and its verb name."""
    match = _partial().match(tail)
    if match:
        return match[0]
    if act.verb in _NAMES_A_PART and tail:
        return tail.strip(",")
    return last_match(_PART_BEFORE, tail)


@cache
def _partial() -> re.Pattern[str]:
    """Return the pattern of 中与本办法不一致的规定, 与本通知不一致的内容."""
    return re.compile(
        f"(?:文件)?中?的?与[^。;\x01]{{1,40}}?{any_of('conflict')}的?[^,。;]{{0,10}}"
    )
