"""The invented district: its agencies, subjects, columns and phrases, read once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from contentkit.resources import sample_data
from contentkit.samplesite.numbers import Dice, make_credit_code, make_org_code

_SLOT = re.compile(r"\{(\w+)\}")
_RANGES = {"n": (10, 98), "m": (2, 9), "month": (1, 12), "day": (1, 28)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An invented agency with valid codes; `code` is the front of its numbers."""

    key: str
    name: str
    short: str
    org_code: str
    credit_code: str
    code: str
    registry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a document is about, with its place among the 22 topic classes."""

    text: str
    topic: str
    subtopic: str


class Words:
    """The phrases of `data/phrases.toml` and how to fill their slots."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        region = data["region"]
        self.agencies = {a["key"]: _make_agency(a, region) for a in data["agencies"]}
        self.subjects = tuple(
            Subject(text=s["text"], topic=s["class"], subtopic=s["sub"])
            for s in data["subjects"]
        )
        self._draws: dict[str, list[str]] = {
            "street": data["streets"],
            "village": data["villages"],
            "agency": [a.short for a in self.agencies.values()],
        }
        self._parts: dict[str, tuple[str, ...]] = {}

    def bank(self, kind: str, name: str) -> list[str]:
        """Return the phrases of one bank."""
        phrases: list[str] = self.data[kind][name]
        return phrases

    def person(self, dice: Dice) -> str:
        """Return an invented name that says itself that it is one."""
        surnames: list[str] = self.data["surnames"]
        given: list[str] = self.data["given"]
        return dice.pick(surnames) + dice.pick(given)

    def fill(self, template: str, dice: Dice, **known: str) -> str:
        """Return the phrase with each slot filled: from `known`, else by the dice."""
        parts = self._parts.get(template)
        if parts is None:
            parts = self._parts[template] = tuple(_SLOT.split(template))
        if len(parts) == 1:
            return template
        return "".join(
            part if place % 2 == 0 else known.get(part) or self._draw(part, dice)
            for place, part in enumerate(parts)
        )

    def _draw(self, slot: str, dice: Dice) -> str:
        if slot in _RANGES:
            return str(dice.between(*_RANGES[slot]))
        if slot == "person":
            return self.person(dice)
        return dice.pick(self._draws[slot])


@cache
def load_words() -> Words:
    """Return the words of the sample site."""
    return Words(_load_toml("phrases.toml"))


@cache
def load_columns() -> Mapping[str, Any]:
    """Return `data/columns.toml`: the columns and the header variants by family."""
    return _load_toml("columns.toml")


def _load_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(sample_data(name).read_text(encoding="utf-8"))


def _make_agency(row: Mapping[str, str], region: str) -> Agency:
    org_code = make_org_code(row["org"])
    return Agency(
        key=row["key"],
        name=row["name"],
        short=row["short"],
        org_code=org_code,
        credit_code=make_credit_code(region, org_code),
        code=row["code"],
        registry=row["registry"],
    )
