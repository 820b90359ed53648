"""Clauses on entry into force, by a date or by an event."""

import re

from contentkit.policy import clause_words as grammar
from contentkit.policy.dates import FoundDate, date_without_year, han_number
from contentkit.policy.models import EffectiveRule
from contentkit.policy.sentence_state import SentenceState, read_length
from contentkit.policy.speaker import Speaker

_DAYS_OF_MONTH = 30  # 一个月后: about, the finding on the rule says so
_FIELD = 20
TRIALS = ("试行", "暂行")
OBJECT_VERBS = ("实施", "执行", "实行")  # 实施三年行动计划 says nothing of the document


def begin_on(state: SentenceState, day: FoundDate) -> bool:
    """Read 自2020年1月1日起施行."""
    assert day.first is not None
    lead = state.lead(day.start)
    match = grammar.BEGIN.match(state.text, day.end, state.end)
    if match is None or not state.closes(match.end(), match["verb"]):
        return begin_field(state, day) or valid_from(state, (lead, day.end), day.first)
    who, start = state.who(lead)
    if match["own"] or match["own2"]:
        who = Speaker.OWN
    is_marked = lead < day.start or match["since"]
    if not is_marked and not (who is Speaker.OWN and start < lead):
        return False
    if state.start(who, (start, match.end()), match["verb"], day.first):
        _length_after(state, match["verb"])
        _until_after(state, day.first)
    return True


def begin_field(state: SentenceState, day: FoundDate) -> bool:
    """Read 施行日期为2020年1月1日, 失效日期为2025年12月31日."""
    assert day.first is not None
    head = state.text[max(state.done, day.start - _FIELD) : day.start]
    begin, end = grammar.BEGIN_FIELD.search(head), grammar.END_FIELD.search(head)
    field = begin or end
    if field is None or not state.closes(day.end):
        return False
    start = day.start - len(head) + field.start()
    who, at = state.who(start - (state.text[start - 1 : start] == "的"))
    span = (min(at, start), day.end)
    if who is Speaker.OPEN and not (state.is_after or state.follows):
        return True
    if begin:
        state.start(who, span, "施行", day.first)
    elif state.is_own(who):
        state.keep("expiry", span, when=day.last)
    return True


def rule_start(state: SentenceState, match: re.Match[str]) -> None:
    """Read 自印发之日起施行, 自公布之日起30日后施行, 自即日起施行."""
    groups = match.groupdict()
    count, unit = groups.get("count"), groups.get("unit")
    next_day = bool(groups.get("next") or groups.get("next2"))
    is_today = match["event"] == "即日"
    if not (is_today or groups.get("day") or count or next_day):
        return
    if not state.closes(match.end(), match["verb"]):
        return
    days = han_number(count) if count else int(next_day)
    rule = EffectiveRule(
        anchor=match["event"] + ("" if is_today else "之日"),
        offset_days=days * (_DAYS_OF_MONTH if unit == "月" else 1),
    )
    who, start = state.who(match.start())
    if match["own"]:
        who = Speaker.OWN
    if state.start(who, (start, match.end()), match["verb"], rule):
        _length_after(state, match["verb"])


def valid_from(
    state: SentenceState, span: tuple[int, int], when: str | EffectiveRule
) -> bool:
    """Read 自印发之日起有效期三年, …起三年内有效 and, after a term, …起计算."""
    match = grammar.VALID_FROM.match(state.text, span[1], state.end)
    counted = grammar.COUNTED.match(state.text, span[1], state.end)
    if match is None and counted is None:
        return False
    who, start = state.who(span[0])
    if match:
        if who is not Speaker.OWN and not state.is_own(who):
            return False
        is_within = match["within"] is not None
        begin_end = match.start("within") if is_within else match.end()
        state.start(Speaker.OWN, (start, begin_end), "施行", when)
        if is_within:
            state.keep("years", (begin_end, match.end()), length=read_length(match))
        return True
    if counted and state.is_own(who) and not state.has_start:
        if not state.closes(counted.end()):
            return False
        state.start(Speaker.OWN, (start, counted.end()), "施行", when)
        return True
    return False


def _length_after(state: SentenceState, verb: str) -> None:
    """Read the length straight after an entry into force: …起试行两年, ，为期三年."""
    match = grammar.TERM_AFTER.match(state.text, state.done, state.end)
    if match is None or (match["comma"] and not match["word"]):
        return
    said = match["word"] or verb
    if not state.closes(match.end(), said if said.endswith(OBJECT_VERBS) else "施行"):
        return
    kind = "trial" if (match["word"] or verb).startswith(TRIALS) else "years"
    start = match.end("comma") if match["comma"] else match.start()
    state.keep(kind, (start, match.end()), length=read_length(match))


def _until_after(state: SentenceState, first: str) -> None:
    """Read a last day of the same or the next year: …起施行，至次年4月30日止."""
    match = grammar.UNTIL_AFTER.match(state.text, state.done, state.end)
    day = date_without_year(state.text, match.end(), first) if match else None
    if match is None or day is None:
        return
    tail = grammar.UNTIL_END.match(state.text, day.end, state.end)
    end = tail.end() if tail else day.end
    if state.closes(end):
        start = match.start() + (state.text[match.start()] in ",(")
        state.keep("expiry", (start, end), when=day.last)
