"""What document `i` is: its column, title, address, dates and numbers, without its text.

A plan costs some microseconds, so list pages, links and truth make the plans of other
documents as they need them.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from contentkit.samplesite.addresses import ORIGIN, article_path
from contentkit.samplesite.copies import COPIES, copied_from
from contentkit.samplesite.layout import Column, Layout
from contentkit.samplesite.numbers import Dice, with_wrong_check
from contentkit.samplesite.policies import Policy, make_policy
from contentkit.samplesite.words import Agency, Subject, load_words

INTERPRETED = 2
"""Every second place of the government's files has an interpretation."""

TWINS = {"publicity": 6}
"""Every so many places two neighbors differ in one number only: plot notices."""

NAME_LISTS = {"bulletins": (12, 2), "publicity": (6, 1)}
"""Every so many places a notice holds a table of names with personal data."""

TRADITIONAL = ("old-news", 3)
"""The one page in traditional characters."""

ZEROS_LOST, WRONG_CHECK = 5, 6
"""Places modulo 11 in form A, modulo 13 in form B, with a damaged index number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The facts of one document that other pages need, too."""

    index: int
    place: int
    column: Column
    title: str
    agency: Agency
    subject: Subject
    written_on: date
    published: datetime
    source: str
    form: str
    """What the text is: policy, interpretation, plot, names, report, video, picture, …"""
    policy: Policy | None = None
    original: int | None = None
    copied: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of document, in the words of CONTRACT 5."""
        return self.column.kind

    @property
    def path(self) -> str:
        """Return the path of the page."""
        return article_path(self.column, self.index, self.published.date())

    @property
    def url(self) -> str:
        """Return the nominal URL of the page."""
        return ORIGIN + self.path

    @property
    def index_number(self) -> str | None:
        """Return the index number as the page shows it, right or wrong."""
        return _index_number(
            self.column, self.index, self.agency, self.published.date()
        )


class Planner:
    """Makes the plan of any document of a site."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.plan = lru_cache(maxsize=512)(self._make)

    def find(self, key: str, place: int) -> Plan:
        """Return the plan of a place of the column called `key`."""
        return self.plan(self.layout.column(key).first + place)

    def interpretation_of(self, plan: Plan) -> Plan | None:
        """Return the interpretation of a policy document, if it has one."""
        place, rest = divmod(plan.place, INTERPRETED)
        column = self.layout.column("interpretations")
        if plan.column.key != "government-files" or rest or place >= column.documents:
            return None
        return self.plan(column.first + place)

    def interpreted_by(self, plan: Plan) -> Plan | None:
        """Return the policy document that an interpretation explains."""
        if plan.column.key != "interpretations":
            return None
        return self.find("government-files", plan.place * INTERPRETED)

    def _make(self, index: int) -> Plan:
        column, place = self.layout.locate(index)
        original = copied_from(self.layout, column, place)
        if original is not None:
            return self._copy(index, self.plan(original))
        if column.kind == "policy":
            return self._policy(index)
        if column.kind == "interpretation":
            return self._interpretation(index)
        dice = Dice(self.layout.seed, index, 31)
        agency = dice.pick(column.agencies)
        subject = dice.pick(load_words().subjects)
        day = self.layout.written_on(column, place)
        form = _form(column, place)
        is_news = column.kind in {"article", "media"}
        source = dice.pick(load_words().data["sources"]) if is_news else agency.name
        if form == "traditional":
            source = load_words().data["traditional"]["source"]
        return Plan(
            index=index,
            place=place,
            column=column,
            title=_title(self.layout, index, (agency, subject)),
            agency=agency,
            subject=subject,
            written_on=day,
            published=_clock(dice, day),
            source=source,
            form=form,
        )

    def _policy(self, index: int) -> Plan:
        column, place = self.layout.locate(index)
        dice = Dice(self.layout.seed, index, 31)
        policy = make_policy(self.layout, column, place)
        day = policy.written_on + timedelta(days=dice.between(1, 6))
        return Plan(
            index=index,
            place=place,
            column=column,
            title=policy.title,
            agency=policy.agency,
            subject=policy.subject,
            written_on=policy.written_on,
            published=_clock(dice, day),
            source=policy.agency.name,
            form="policy",
            policy=policy,
        )

    def _interpretation(self, index: int) -> Plan:
        column, place = self.layout.locate(index)
        dice = Dice(self.layout.seed, index, 31)
        target = self.find("government-files", place * INTERPRETED)
        assert target.policy is not None
        agency = dice.pick(column.agencies)
        day = target.published.date() + timedelta(days=dice.between(0, 3))
        words = load_words()
        template = dice.pick(words.bank("interpretation", "titles"))
        return Plan(
            index=index,
            place=place,
            column=column,
            title=words.fill(
                template, dice, name=target.policy.name, agency=agency.short
            ),
            agency=agency,
            subject=target.subject,
            written_on=day,
            published=_clock(dice, day),
            source=agency.name,
            form="interpretation",
        )

    def _copy(self, index: int, origin: Plan) -> Plan:
        column, place = self.layout.locate(index)
        dice = Dice(self.layout.seed, index, 33)
        day = self.layout.written_on(column, place)
        day = max(day, origin.published.date() + timedelta(days=1))
        how = COPIES[column.key][3]
        return replace(
            origin,
            index=index,
            place=place,
            column=column,
            published=_clock(dice, day),
            source=origin.source if how == "exact" else "示例日报",
            original=origin.index,
            copied=how,
        )


def _form(column: Column, place: int) -> str:
    if column.kind == "media":
        return "picture" if place % 12 == 7 else "video"
    if column.key == "annual-reports":
        return "report"
    if (column.key, place) == TRADITIONAL:
        return "traditional"
    every, at = NAME_LISTS.get(column.key, (0, 0))
    if every and place % every == at:
        return "names"
    every = TWINS.get(column.key, 0)
    if every and place % every in {3, 4}:
        return "plot"
    return "plain"


def _title(layout: Layout, index: int, about: tuple[Agency, Subject]) -> str:
    words = load_words()
    agency, subject = about
    column, place = layout.locate(index)
    dice = Dice(layout.seed, index, 34)
    year, serial = layout.year_and_serial(column, place)
    form = _form(column, place)
    known = {"year": str(year), "n": str(serial), "subject": subject.text}
    known["agency"] = agency.short if column.kind == "article" else agency.name
    match form:
        case "plot" | "names":
            template = str(words.data["notice"][f"{form}_title"])
        case "traditional":
            template = str(words.data["traditional"]["title"])
        case "report":
            # A report is about the year before.
            known["year"] = str(year - 1)
            template = str(words.data["disclosure"]["report_title"])
        case "video" | "picture":
            template = dice.pick(words.bank("media", f"{form}_titles"))
        case _:
            kind = "news" if column.kind == "article" else column.kind
            template = dice.pick(words.bank(kind, "titles"))
            del known["n"]
    return words.fill(template, dice, **known)


def _clock(dice: Dice, day: date) -> datetime:
    at = time(dice.between(8, 17), dice.below(60), dice.below(60))
    return datetime.combine(day, at)  # Beijing time, as every page of the site means it


def _index_number(column: Column, index: int, agency: Agency, day: date) -> str | None:
    place = index - column.first
    region = load_words().data["region"]
    credit_code, org_code = agency.credit_code, agency.org_code
    number: str | None = None
    match column.front:
        case "A":
            front = org_code.lstrip("0") if place % 11 == ZEROS_LOST else org_code
            number = f"{front}/{day.year}-{index + 1:05}"
        case "B":
            wrong = place % 13 == WRONG_CHECK
            front = with_wrong_check(credit_code) if wrong else credit_code
            number = f"{front}/{day.year}-{index + 1:05}"
        case "C":
            number = f"{credit_code}/{day:%Y%m}-{place + 1:05}"
        case "D":
            number = f"{region}0000/{day.year}-{place + 1:06}"
        case "E":
            number = f"{org_code}-{day.year}-{place + 1:06}"
        case "F":
            number = f"{region}-{org_code[6:8]}-07-0102-{day:%Y%m%d}-{place + 1}"
    return number
