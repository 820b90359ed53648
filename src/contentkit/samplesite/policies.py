"""What each policy document is and what it does to another one.

Every twenty places of a policy column play the same twenty roles; a document that
repeals, amends or extends another one points to an older place, so both sides can be
worked out from either place without a table.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contentkit.samplesite.copies import copied_from
from contentkit.samplesite.layout import AS_OF, Column, Layout
from contentkit.samplesite.numbers import Dice
from contentkit.samplesite.words import Agency, Subject, load_words

CYCLE = 20


class Act(StrEnum):
    """What a policy document does to another one, in the words of CONTRACT 7."""

    REPEAL = "repeal"
    PARTIAL = "repeal-partial"
    LAPSE = "lapse"
    STOP = "stop"
    AMEND = "amend"
    EXTEND = "extend"
    EDITION = "edition"  # a revised edition: no effect by words, never a duplicate


ACTS = {
    1: (Act.REPEAL, 3),
    2: (Act.AMEND, 4),
    3: (Act.EXTEND, 5),
    5: (Act.LAPSE, 4),
    11: (Act.PARTIAL, 3),
    12: (Act.EDITION, 3),
    17: (Act.STOP, 2),
    18: (Act.REPEAL, 1 << 62),  # its target was never on this site
}
"""Role -> what it does and how many places further back its target stands."""

_ACTED_ON = {role + back: (act, back) for role, (act, back) in ACTS.items()}
_NO_CLAUSE, _FROM_PRINTING, _UNTIL_DATE, _CLASS_CLAUSE = 10, 7, 13, 16
_TERM_YEARS = {8: 5, 0: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The facts of one policy document."""

    column: Column
    place: int
    name: str
    title: str
    number: str
    registry_number: str | None
    agency: Agency
    subject: Subject
    written_on: date
    act: Act | None
    target: int | None
    effective_on: date | None
    effective_anchor: str | None
    years: int | None
    until: date | None

    @property
    def role(self) -> int:
        """Return the place within the cycle of roles."""
        return self.place % CYCLE

    @property
    def has_class_clause(self) -> bool:
        """Tell whether the text only says that it prevails over others."""
        return self.role == _CLASS_CLAUSE

    @property
    def states_start(self) -> bool:
        """Tell whether the text says when the document itself enters into force."""
        has_words = self.effective_on is not None or self.effective_anchor is not None
        return has_words and self.act is not Act.STOP

    @property
    def expires_on(self) -> date | None:
        """Return the last day in force by its own text: the eve of the anniversary."""
        if self.until is not None or self.years is None or self.effective_on is None:
            return self.until
        start = self.effective_on
        return start.replace(year=start.year + self.years) - timedelta(days=1)


def make_policy(layout: Layout, column: Column, place: int) -> Policy:
    """Return the facts of the policy at a place of a policy column."""
    role = place % CYCLE
    agency, subject = _about(layout, column, place)
    written = layout.written_on(column, place)
    year, serial = layout.year_and_serial(column, place)
    act, target = _action(column, place)
    name = _name(layout, column, place)
    start = _first_of_month(written, 2)
    has_clause = role not in {_NO_CLAUSE, _FROM_PRINTING} and act is not Act.LAPSE
    return Policy(
        column=column,
        place=place,
        name=name,
        title=_title(agency, name, act),
        number=f"{agency.code}〔{year}〕{serial}号",
        registry_number=f"{agency.registry}-{year}-{serial:04}"
        if role < 10 and serial < 10_000
        else None,
        agency=agency,
        subject=subject,
        written_on=written,
        act=act,
        target=target,
        effective_on=start if has_clause else None,
        effective_anchor="印发之日" if role == _FROM_PRINTING else None,
        years=_TERM_YEARS.get(role),
        until=date(written.year + 2, 12, 31) if role == _UNTIL_DATE else None,
    )


def acted_on_by(place: int) -> tuple[Act, int] | None:
    """Return what is done to the policy at `place`, and by which place."""
    hit = _ACTED_ON.get(place % CYCLE)
    return (hit[0], place - hit[1]) if hit else None


def effect_date(policy: Policy) -> date | None:
    """Return the day on which the policy's effect on its target begins."""
    if policy.act is Act.EXTEND:
        return extended_until(policy)
    return policy.effective_on or _first_of_month(policy.written_on, 1)


def extended_until(policy: Policy) -> date:
    """Return the new last day that an extension sets."""
    return date(policy.written_on.year + 4, 12, 31)


def validity(layout: Layout, policy: Policy) -> tuple[str, date | None]:
    """Return (validity, repealed_on) of a policy on the site's last day.

    What no words prove is unknown: without a clause nothing says that it is in force.
    Where the acting place holds a copy of something else, nothing acts.
    """
    expires = policy.expires_on
    standing = "in-force" if policy.states_start else "unknown"
    hit = acted_on_by(policy.place)
    if hit is not None and copied_from(layout, policy.column, hit[1]) is None:
        act, place = hit
        actor = make_policy(layout, policy.column, place)
        begins = effect_date(actor)
        if act is Act.EXTEND:
            expires = begins
        elif begins is not None and begins <= AS_OF:
            match act:
                case Act.REPEAL:
                    return "repealed", begins
                case Act.LAPSE | Act.STOP:
                    return "lapsed", begins
                case Act.PARTIAL:
                    standing = "partly-repealed"
                case Act.AMEND:
                    standing = "amended"
    if expires is not None and expires < AS_OF:
        return "lapsed", None
    starts = policy.effective_on if policy.states_start else None
    if starts is not None and starts > AS_OF:
        return "not-yet", None
    return standing, None


def _action(column: Column, place: int) -> tuple[Act | None, int | None]:
    act, back = ACTS.get(place % CYCLE, (None, 0))
    if act is None:
        return None, None
    target = place + back
    if target < column.documents:
        return act, target
    return (Act.REPEAL, None) if act is Act.REPEAL else (None, None)


def _about(layout: Layout, column: Column, place: int) -> tuple[Agency, Subject]:
    dice = Dice(layout.seed, column.first + place, 21)
    agency = dice.pick(column.agencies)
    subject = dice.pick(load_words().subjects)
    act, target = _action(column, place)
    if target is not None and _takes_name(act, place):
        subject = _about(layout, column, target)[1]
    return agency, subject


def _name(layout: Layout, column: Column, place: int) -> str:
    act, target = _action(column, place)
    if target is not None and _takes_name(act, place):
        name = _name(layout, column, target)
        year = layout.year_and_serial(column, place)[0]
        return f"{name}（{year}年修订）" if act is Act.EDITION else name
    dice = Dice(layout.seed, column.first + place, 22)
    words = load_words()
    where = dice.pick(["", "", *words.data["streets"]])
    form = dice.pick(words.bank("policy", "forms"))
    subject = _about(layout, column, place)[1]
    return f"{words.data['district']}{where}{subject.text}{form}"


def _takes_name(act: Act | None, place: int) -> bool:
    # Half of the repealing documents bear the title of the one they repeal.
    return act is not Act.PARTIAL and (act is not Act.REPEAL or place // CYCLE % 2 == 0)


def _title(agency: Agency, name: str, act: Act | None) -> str:
    match act:
        case Act.AMEND:
            return f"{agency.name}关于修改《{name}》部分条款的通知"
        case Act.EXTEND:
            return f"{agency.name}关于延长《{name}》有效期的通知"
        case Act.LAPSE:
            return f"{agency.name}关于宣布《{name}》失效的通知"
        case Act.STOP:
            return f"{agency.name}关于停止执行《{name}》的通知"
    return f"{agency.name}关于印发《{name}》的通知"


def _first_of_month(day: date, later: int) -> date:
    month = day.month - 1 + later
    return date(day.year + month // 12, month % 12 + 1, 1)
