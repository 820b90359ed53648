"""The clauses of one sentence, read from left to right."""

import re

from contentkit.policy import clause_words as grammar
from contentkit.policy.dates import FoundDate
from contentkit.policy.models import EffectiveRule
from contentkit.policy.sentence_ends import (
    read_condition,
    read_lapse,
    read_rule_to,
    read_stretch,
    read_term,
    read_until,
)
from contentkit.policy.sentence_starts import begin_on, rule_start, valid_from
from contentkit.policy.sentence_state import Said, SentenceState
from contentkit.policy.speaker import Scene

_RULES = (grammar.RULE, grammar.TODAY)


def read_sentence(scene: Scene, begin: int, end: int, *, follows: bool) -> list[Said]:
    """Return the clauses of the sentence `begin:end` in their order.

    `follows` says that the sentence before held a clause, or that there is none before.
    Every event, a date or a pattern, is looked at once; what a clause has taken is not
    looked at again.
    """
    state = SentenceState(scene, begin, end, follows=follows)
    for start, event in _events(state):
        if start < state.done:
            continue
        if isinstance(event, FoundDate):
            _read_date(state, event)
        elif event.re is grammar.TERM:
            read_term(state, event)
        elif event.re is grammar.RULE_DAY:
            rule = EffectiveRule(anchor=event["event"])
            valid_from(state, event.span(), rule)
        else:
            rule_start(state, event)
    read_condition(state)
    return state.found


def _events(state: SentenceState) -> list[tuple[int, FoundDate | re.Match[str]]]:
    events: list[tuple[int, FoundDate | re.Match[str]]] = list(state.dates.items())
    for pattern in (*_RULES, grammar.TERM, grammar.RULE_DAY):
        spans = pattern.finditer(state.text, state.begin, state.end)
        events += [(match.start(), match) for match in spans]
    return sorted(events, key=lambda event: event[0])


def _read_date(state: SentenceState, day: FoundDate) -> None:
    if day.first is None:
        return
    for read in (read_stretch, read_rule_to, read_until, read_lapse, begin_on):
        if read(state, day):
            return
