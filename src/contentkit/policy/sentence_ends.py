"""Clauses on the term of a document and on how it ends."""

import re

from contentkit.policy import clause_words as grammar
from contentkit.policy.clause_words import words
from contentkit.policy.dates import FoundDate, day_before
from contentkit.policy.models import EffectiveRule
from contentkit.policy.sentence_starts import TRIALS
from contentkit.policy.sentence_state import SentenceState, read_length
from contentkit.policy.speaker import Speaker, speaker

_NAMED_WINDOW = 60
_FROM = frozenset("自从由")
_LENGTH = re.compile(grammar.LENGTH)


def read_term(state: SentenceState, match: re.Match[str]) -> None:
    """Read 有效期5年, 有效期至2025年12月31日, 试行期自…至…."""
    value = grammar.TERM_VALUE.match(state.text, match.end(), state.end)
    if value is None:
        return
    day = state.dates.get(value.end())
    length = _LENGTH.match(state.text, value.end(), state.end)
    if not (day and day.last) and (not length or value["lead"]):
        return
    start = match.start() - (state.text[match.start() - 1 : match.start()] == "的")
    who, at = state.who(start)
    if not state.is_own(who) and not (who is Speaker.OPEN and state.follows):
        return
    at = at if at < start else match.start()
    is_change = _is_change(value)
    kind = "trial" if match[0].startswith(TRIALS) else "years"
    if length:
        kind = "extension" if is_change else kind
        state.keep(kind, (at, length.end()), length=read_length(length))
    elif day and not _term_from(state, day, (at, kind), value["lead"] or ""):
        tail = grammar.UNTIL_END.match(state.text, day.end, state.end)
        end = tail.end() if tail else day.end
        if (value["lead"] or "") in _FROM or not state.closes(end):
            return
        # 施行时间：2020年1月1日 is a first day, 有效期：2025年12月31日 a last one
        if match[0].endswith("时间") and not value["lead"] and not is_change:
            state.start(who, (at, day.end), "施行", day.first or "")
        else:
            kind = "extension" if is_change else "expiry"
            state.keep(kind, (at, end), when=day.last)


def _is_change(value: re.Match[str]) -> bool:
    lead = value["lead"] or ""
    return bool(value["change"]) or lead.startswith(words("change"))


def _term_from(
    state: SentenceState, day: FoundDate, found: tuple[int, str], lead: str
) -> bool:
    """Read 有效期自2020年1月1日起至2024年12月31日 and 自…起5年."""
    at, kind = found
    last = state.date_after(day)
    if last:
        tail = grammar.UNTIL_END.match(state.text, last.end, state.end)
        _keep_stretch(state, day, last, (at, tail.end() if tail else last.end))
        return True
    length = grammar.TERM_FROM.match(state.text, day.end, state.end)
    if lead in _FROM and length:
        state.keep("effective", (at, length.end()), when=day.first)
        state.has_start = True
        state.keep(kind, (at, length.end()), length=read_length(length))
        return True
    return False


def read_stretch(state: SentenceState, day: FoundDate) -> bool:
    """Read 自2020年1月1日起至2022年12月31日止执行."""
    last = state.date_after(day)
    if last is None:
        return False
    tail = grammar.RANGE_END.match(state.text, last.end, state.end)
    if tail is None or not state.closes(tail.end(), tail["verb"] or "施行"):
        return False
    who, start = state.who(state.lead(day.start))
    is_named = who is Speaker.OWN and (
        tail["verb"] or tail["valid"] or start < day.start - 1
    )
    if not is_named and not (who is Speaker.OPEN and state.is_after):
        return False
    _keep_stretch(state, day, last, (start, tail.end()))
    return True


def _keep_stretch(
    state: SentenceState, day: FoundDate, last: FoundDate, span: tuple[int, int]
) -> None:
    """Keep first and last day of a stretch; a stated entry into force stands."""
    if not state.has_start:
        state.keep("effective", span, when=day.first)
        state.has_start = True
    state.keep("expiry", span, when=last.last)


def read_rule_to(state: SentenceState, day: FoundDate) -> bool:
    """Read 自发布之日起至2025年12月31日有效."""
    head = state.text[max(state.done, day.start - _NAMED_WINDOW) : day.start]
    rule = grammar.RULE_TO.search(head)
    tail = grammar.RANGE_END.match(state.text, day.end, state.end)
    if not (rule and tail and state.closes(tail.end())):
        return False
    who, start = state.who(day.start - len(head) + rule.start())
    if who not in {Speaker.OWN, Speaker.OPEN}:
        return False
    span = (start, tail.end())
    state.keep("effective", span, when=EffectiveRule(anchor=rule["event"]))
    state.keep("expiry", span, when=day.last)
    state.has_start = True
    return True


def read_until(state: SentenceState, day: FoundDate) -> bool:
    """Read …，至2022年12月31日止 after a clause, and 本通知执行至…."""
    tail = grammar.UNTIL_END.match(state.text, day.end, state.end)
    end = tail.end() if tail else day.end
    if not state.closes(end):
        return False
    start = state.done
    if state.is_after and grammar.UNTIL_AFTER.fullmatch(state.text, start, day.start):
        start += state.text[start] in ",("
    else:
        head = state.text[max(state.begin, day.start - _NAMED_WINDOW) : day.start]
        named = grammar.UNTIL_NAMED.search(head)
        if named is None or not (named["verb"] or (tail and tail["stop"])):
            return False
        start = day.start - len(head) + named.start()
        if speaker(state.scene, state.begin, start)[0] is Speaker.OTHER:
            return False
    state.keep("expiry", (start, end), when=day.last)
    return True


def read_lapse(state: SentenceState, day: FoundDate) -> bool:
    """Read 自2025年1月1日起自动失效 of the document itself."""
    match = grammar.LAPSE_ON.match(state.text, day.end, state.end)
    if match is None or not state.closes(match.end()):
        return False
    who, start = state.who(state.lead(day.start))
    if not state.is_own(who) and not match["own"]:
        return False
    assert day.first is not None
    last = day_before(day.first) if match["since"] else day.last
    state.keep("expiry", (start, match.end()), when=last)
    return True


def read_condition(state: SentenceState) -> None:
    """Read 新规定出台后，本办法自动失效: an end that one text cannot decide."""
    match = grammar.LAPSE_IF.search(state.text, state.done, state.end)
    if match is None or not state.closes(match.end()):
        return
    rest = state.text[state.done : match.start()]
    if grammar.CUE.search(rest) and not grammar.TERM_OVER.search(rest):
        start = state.done
        while state.text[start] in ",;":
            start += 1
        state.keep("conditional", (start, match.end()))
