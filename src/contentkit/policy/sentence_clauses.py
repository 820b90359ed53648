"""The clauses of one sentence, read from left to right."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from contentkit.policy import clause_words as grammar
from contentkit.policy.clause_words import words
from contentkit.policy.dates import FoundDate, day_before, find_dates, han_number
from contentkit.policy.models import Clause, EffectiveRule
from contentkit.policy.speaker import Scene, Speaker, speaker

_LEADS = "自从于"
_NAMED_WINDOW = 60
_DOCUMENT_VERBS = ("施行", "生效", "试行")  # 实施 and 执行 take objects
_FROM = frozenset("自从由")
_LENGTH = re.compile(grammar.LENGTH)
_TRIALS = ("试行", "暂行")


class Length(NamedTuple):
    """A length of time as a text states it."""

    months: int = 0
    days: int = 0

    @property
    def years(self) -> int | None:
        """Return the whole years of it, None where it has none or more."""
        return self.months // 12 if self.months and not self.months % 12 else None


_NONE = Length()


@dataclass(frozen=True, slots=True)
class Said:
    """A clause with the length of its term, which its date still depends on."""

    clause: Clause
    length: Length


class SentenceReader:
    """Reads one sentence `begin:end` of a scene.

    `follows` says that the sentence before held a clause, or that there is none before:
    有效期5年 alone is one of the document's own only then.
    """

    def __init__(self, scene: Scene, begin: int, end: int, *, follows: bool) -> None:
        self.scene = scene
        self.text = scene.text
        self.begin, self.end = begin, end
        self.follows = follows
        self.found: list[Said] = []
        self._done = begin  # where the last clause ended
        self._is_after = False  # a clause of the document itself stands before
        self._has_start = False
        self._next: dict[int, FoundDate] = {}

    def read(self) -> list[Said]:
        """Return the clauses of the sentence in their order."""
        dates = list(find_dates(self.text, self.begin, self.end))
        self._next = {a.start: b for a, b in pairwise(dates)}
        self._dates = {found.start: found for found in dates}
        events: list[tuple[int, int, FoundDate | re.Match[str]]]
        events = [(found.start, 0, found) for found in dates]
        for order, pattern in enumerate((grammar.RULE, grammar.TODAY, grammar.TERM), 1):
            spans = pattern.finditer(self.text, self.begin, self.end)
            events += [(match.start(), order, match) for match in spans]
        for start, order, event in sorted(events, key=lambda x: x[:2]):
            if start < self._done:
                continue
            if isinstance(event, FoundDate):
                self._date(event)
            elif order == 3:
                self._term(event)
            else:
                self._rule(event)
        self._condition()
        return self.found

    def _date(self, day: FoundDate) -> None:
        if day.first is None:
            return
        is_read = (
            self._range(day)
            or self._rule_to(day)
            or self._until(day)
            or self._lapse(day)
        )
        if not is_read:
            self._begin_on(day)

    def _begin_on(self, day: FoundDate) -> None:
        """Read 自2020年1月1日起施行."""
        assert day.first is not None
        lead = self._lead(day.start)
        match = grammar.BEGIN.match(self.text, day.end, self.end)
        if match is None or not self._closes(match.end(), match["verb"]):
            self._begin_field(day)
            return
        who, start = self._who(lead)
        if match["own"] or match["own2"]:
            who = Speaker.OWN
        is_marked = lead < day.start or match["since"]
        if is_marked or (who is Speaker.OWN and start < lead):
            self._start(who, (start, match.end()), match["verb"], day.first)

    def _begin_field(self, day: FoundDate) -> None:
        """Read 施行日期为2020年1月1日, 失效日期为2025年12月31日."""
        assert day.first is not None
        head = self.text[max(self._done, day.start - 20) : day.start]
        begin, end = grammar.BEGIN_FIELD.search(head), grammar.END_FIELD.search(head)
        field = begin or end
        if field is None or not self._closes(day.end, "施行"):
            return
        start = day.start - len(head) + field.start()
        who, at = self._who(start - (self.text[start - 1 : start] == "的"))
        span = (min(at, start), day.end)
        if begin:
            self._start(who, span, "施行", day.first)
        elif who is Speaker.OWN or (who is Speaker.OPEN and self._is_after):
            self._keep("expiry", span, when=day.last)

    def _rule(self, match: re.Match[str]) -> None:
        """Read 自印发之日起施行, 自公布之日起30日后施行."""
        groups = match.groupdict()
        count, unit = groups.get("count"), groups.get("unit")
        next_day = bool(groups.get("next") or groups.get("next2"))
        is_today = match["event"] == "即日"
        if not (is_today or groups.get("day") or count or next_day):
            return
        if not self._closes(match.end(), match["verb"]):
            return
        days = han_number(count) if count else int(next_day)
        rule = EffectiveRule(
            anchor=match["event"] + ("" if is_today else "之日"),
            offset_days=days * (30 if unit == "月" else 1),
        )
        who, start = self._who(match.start())
        if match["own"]:
            who = Speaker.OWN
        self._start(who, (start, match.end()), match["verb"], rule)

    def _start(
        self,
        who: Speaker,
        span: tuple[int, int],
        verb: str,
        when: str | EffectiveRule,
    ) -> None:
        """Keep an entry into force as what it is: of the whole, of a part, of a standard."""
        if who is Speaker.OPEN:
            is_own = not verb.startswith(words("start-own"))
            kind = "effective" if is_own and not self._has_start else "effective-part"
            if not is_own:
                return
        elif who is Speaker.OTHER:
            if not self._has_start:
                return
            kind = "effective-part"
        else:
            kind = {
                Speaker.OWN: "effective",
                Speaker.PART: "effective-part",
                Speaker.MEASURE: "application",
            }[who]
        self._keep(kind, span, when=when)
        if kind == "effective":
            self._has_start = True
            self._length_after(verb)

    def _length_after(self, verb: str) -> None:
        """Read the length straight after an entry into force: …起试行两年, ，为期三年."""
        match = grammar.TERM_AFTER.match(self.text, self._done, self.end)
        if match is None or (match["comma"] and not match["word"]):
            return
        word = match["word"] or verb
        kind = "trial" if word.startswith(_TRIALS) else "years"
        start = match.end("comma") if match["comma"] else match.start()
        self._length(kind, start, match)

    def _term(self, match: re.Match[str]) -> None:
        """Read 有效期5年, 有效期至2025年12月31日, 试行期自…至…."""
        value = grammar.TERM_VALUE.match(self.text, match.end(), self.end)
        if value is None:
            return
        day = self._dates.get(value.end())
        length = _LENGTH.match(self.text, value.end(), self.end)
        if not (day and day.last) and (not length or value["lead"]):
            return
        start = match.start() - (self.text[match.start() - 1 : match.start()] == "的")
        who, at = self._who(start)
        is_open = who is Speaker.OPEN and (self._is_after or self.follows)
        if who is not Speaker.OWN and not is_open:
            return
        at = at if at < start else match.start()
        lead = value["lead"] or ""
        is_change = value["change"] or lead.startswith(words("change"))
        kind = "trial" if match[0].startswith(_TRIALS) else "years"
        if length:
            self._length("extension" if is_change else kind, at, length)
        elif day and not self._term_from(day, at, lead, kind):
            tail = grammar.UNTIL_END.match(self.text, day.end, self.end)
            end = tail.end() if tail else day.end
            if lead not in _FROM and self._closes(end, "施行"):
                kind = "extension" if is_change else "expiry"
                self._keep(kind, (at, end), when=day.last)

    def _term_from(self, day: FoundDate, at: int, lead: str, kind: str) -> bool:
        """Read 有效期自2020年1月1日起至2024年12月31日 and 自…起5年."""
        last = self._next.get(day.start)
        if last and grammar.TO.fullmatch(self.text, day.end, last.start):
            tail = grammar.UNTIL_END.match(self.text, last.end, self.end)
            self._stretch(day, last, (at, tail.end() if tail else last.end))
            return True
        length = grammar.TERM_FROM.match(self.text, day.end, self.end)
        if lead in _FROM and length:
            self._keep("effective", (at, length.end()), when=day.first)
            self._has_start = True
            self._length(kind, at, length)
            return True
        return False

    def _range(self, day: FoundDate) -> bool:
        """Read 自2020年1月1日起至2022年12月31日止执行."""
        last = self._next.get(day.start)
        if not last or not grammar.TO.fullmatch(self.text, day.end, last.start):
            return False
        tail = grammar.RANGE_END.match(self.text, last.end, self.end)
        if tail is None or not self._closes(tail.end(), tail["verb"] or "施行"):
            return False
        who, start = self._who(self._lead(day.start))
        is_named = who is Speaker.OWN and (
            tail["verb"] or tail["valid"] or start < day.start - 1
        )
        if not is_named and not (who is Speaker.OPEN and self._is_after):
            return False
        self._stretch(day, last, (start, tail.end()))
        return True

    def _stretch(self, day: FoundDate, last: FoundDate, span: tuple[int, int]) -> None:
        """Keep first and last day of a stretch; a stated entry into force stands."""
        if not self._has_start:
            self._keep("effective", span, when=day.first)
            self._has_start = True
        self._keep("expiry", span, when=last.last)

    def _rule_to(self, day: FoundDate) -> bool:
        """Read 自发布之日起至2025年12月31日有效."""
        head = self.text[max(self._done, day.start - _NAMED_WINDOW) : day.start]
        rule = grammar.RULE_TO.search(head)
        tail = grammar.RANGE_END.match(self.text, day.end, self.end)
        if not (rule and tail and self._closes(tail.end(), "施行")):
            return False
        who, start = self._who(day.start - len(head) + rule.start())
        if who not in {Speaker.OWN, Speaker.OPEN}:
            return False
        span = (start, tail.end())
        self._keep("effective", span, when=EffectiveRule(anchor=rule["event"]))
        self._keep("expiry", span, when=day.last)
        self._has_start = True
        return True

    def _until(self, day: FoundDate) -> bool:
        """Read …，至2022年12月31日止 after a clause, and 本通知执行至…."""
        tail = grammar.UNTIL_END.match(self.text, day.end, self.end)
        end = tail.end() if tail else day.end
        if not self._closes(end, "施行"):
            return False
        start = self._done
        if not (
            self._is_after
            and grammar.UNTIL_AFTER.fullmatch(self.text, start, day.start)
        ):
            head = self.text[max(self.begin, day.start - _NAMED_WINDOW) : day.start]
            named = grammar.UNTIL_NAMED.search(head)
            if named is None or not (named["verb"] or (tail and tail["stop"])):
                return False
            start = day.start - len(head) + named.start()
            if self._who(start + 1)[0] is Speaker.OTHER and self._is_restated(start):
                return False
        elif self.text[start] in ",(":
            start += 1
        self._keep("expiry", (start, end), when=day.last)
        return True

    def _is_restated(self, start: int) -> bool:
        return speaker(self.scene, self.begin, start)[0] is Speaker.OTHER

    def _lapse(self, day: FoundDate) -> bool:
        """Read 自2025年1月1日起自动失效 of the document itself."""
        match = grammar.LAPSE_ON.match(self.text, day.end, self.end)
        if match is None or not self._closes(match.end(), "施行"):
            return False
        lead = self._lead(day.start)
        who, start = self._who(lead)
        is_own = who is Speaker.OWN or match["own"]
        if not is_own and not (who is Speaker.OPEN and self._is_after):
            return False
        assert day.first is not None
        last = day_before(day.first) if match["since"] else day.last
        self._keep("expiry", (start, match.end()), when=last)
        return True

    def _condition(self) -> None:
        """Read 新规定出台后，本办法自动失效: an end that one text cannot decide."""
        match = grammar.LAPSE_IF.search(self.text, self._done, self.end)
        if match is None or not self._closes(match.end(), "施行"):
            return
        rest = self.text[self._done : match.start()]
        if grammar.CUE.search(rest) and not grammar.TERM_OVER.search(rest):
            start = self._done
            while self.text[start] in ",;":
                start += 1
            self._keep("conditional", (start, match.end()))

    def _length(self, kind: str, start: int, match: re.Match[str]) -> None:
        self._keep(kind, (start, match.end()), length=_length(match))

    def _lead(self, start: int) -> int:
        """Return where a date begins together with 自, 从 or 于."""
        return start - (start > self._done and self.text[start - 1] in _LEADS)

    def _who(self, at: int) -> tuple[Speaker, int]:
        return speaker(self.scene, self._done, at)

    def _closes(self, place: int, verb: str) -> bool:
        """Tell whether a clause may end at `place`: no object follows its verb."""
        if place >= self.end:
            return True
        sign = self.text[place]
        if sign in '《“"':
            return verb.startswith(_DOCUMENT_VERBS)
        if not (sign.isalnum() or sign == "〇"):
            return True
        if grammar.GOES_ON.match(self.text, place, self.end):
            return True
        is_line_end = place in self.scene.folded.breaks
        return is_line_end and verb.startswith(_DOCUMENT_VERBS)

    def _keep(
        self,
        kind: str,
        span: tuple[int, int],
        *,
        when: str | EffectiveRule | None = None,
        length: Length = _NONE,
    ) -> None:
        start, end = self.scene.folded.span(*span)
        clause = Clause(
            kind=kind,
            quote=self.scene.folded.original[start:end],
            start=start,
            end=end,
            date=when if isinstance(when, str) else None,
            rule=when if isinstance(when, EffectiveRule) else None,
            years=length.years,
        )
        self.found.append(Said(clause, length))
        self._done = max(self._done, span[1])
        self._is_after = self._is_after or kind not in {"effective-part", "application"}


def _length(match: re.Match[str]) -> Length:
    if match["halfyear"]:
        return Length(months=6)
    count, unit = han_number(match["count"]), match["unit"]
    if unit in {"日", "天"}:
        return Length(days=count)
    if unit == "个月":
        return Length(months=count)
    return Length(months=12 * count + (6 if match["half"] else 0))
