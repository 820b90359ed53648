"""The days of effects: since when a target is ended, until when it is extended."""

import re
from functools import cache

from contentkit.policy.acts import Act
from contentkit.policy.dates import FoundDate, find_dates
from contentkit.policy.effect_words import any_of
from contentkit.policy.models import EffectType
from contentkit.policy.sentence import Sentence

_ENDINGS = (EffectType.REPEAL, EffectType.LAPSE, EffectType.STOP)
_LEAD = 200
_BEHIND = 60
_ATTRIBUTE = 160


def act_day(text: str, act: Act, starts_on: str | None) -> str | None:
    """Return the day of an act: its own, else that on which the document starts.

    `text` is the masked sentence; `starts_on` counts where the sentence says 同时 or
    自本办法施行之日起. For an extension it is the new last day.
    """
    if act.type is EffectType.EXTEND:
        until = last_day(text, act)
        return until.last if until else None
    own = None
    for day in find_dates(text, max(0, act.start - _LEAD), act.start):
        if text.startswith(("前", "之前", "以前"), day.end):
            continue  # a time limit
        leads = text[max(0, day.start - 1) : day.start] in {"自", "从", "于"}
        if (leads or text.startswith("起", day.end)) and not _is_attribute(
            text, day.end
        ):
            own = day.first
    if own:
        return own
    near = text[max(0, act.start - _BEHIND) : act.end]
    if act.type is EffectType.AMEND:
        return starts_on  # an amendment begins with the decision that makes it
    if act.type in _ENDINGS and _together().search(near):
        return starts_on
    return None


def last_day(text: str, act: Act) -> FoundDate | None:
    """Return the date until which an act extends: 有效期延长至2026年底."""
    for day in find_dates(text, act.start, min(len(text), act.end + _BEHIND)):
        if text[day.start - 1] in "至到为":
            return day
    return None


def target_day(sentence: Sentence, at: int) -> str | None:
    """Return the day that a title's attribute names: 1999年8月6日…发布的《…》."""
    begin = sentence.parts[at - 1].end if at else 0
    first = sentence.spans[at][0]
    begin = max(begin, first - _ATTRIBUTE)
    if not sentence.text.endswith("的", begin, first):
        return None
    chosen = None
    for day in find_dates(sentence.text, begin, first):
        if not day.is_day or day.first is None:
            continue
        if _issued().match(sentence.text, day.end):
            return day.first
        chosen = chosen or day.first
    return chosen


def _is_attribute(text: str, place: int) -> bool:
    """Tell whether a date says since when a target has been there: 自…起施行的《》."""
    return _made().match(text, place) is not None


@cache
def _made() -> re.Pattern[str]:
    return re.compile(f"起?[^,。;\x01]{{0,40}}?{any_of('adoption')}的")


@cache
def _issued() -> re.Pattern[str]:
    return re.compile("[^,、;\x01]{0,40}?(?:发布|公布|印发|颁布|下发)")


@cache
def _together() -> re.Pattern[str]:
    when = "(?:施行|实施|生效|执行|公布|发布|印发)"
    return re.compile(f"同时|{when}(?:之日|后|以后|之后|起)|即行")
