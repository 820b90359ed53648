"""The meta tags of a page: the standard ones and what each says about the record.

Tags of 国办发〔2017〕47号 (PubDate, ContentSource …) in any spelling of upper and lower
case, with the few older names that CMSes used before (`publishdate`, `source`). Empty
tags and the literal `null` of broken templates hold no value.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from lxml.html import HtmlElement

from contentkit.resources import read_codelist
from contentkit.text import strip

_NOTHING = frozenset(("null", "undefined", "none", "nan", "[null]"))


@cache
def _tags() -> dict[str, tuple[str, str, bool]]:
    return {
        row["tag"].lower(): (row["tag"], row["field"], row["required"] == "yes")
        for row in read_codelist("meta-tags")
    }


@lru_cache(maxsize=1024)
def _tag_named(name: str | None) -> tuple[str, str, bool] | None:
    """Return the tag of the code list that a name means, in any spelling of it."""
    return _tags().get(name.strip().lower()) if name else None


@dataclass(frozen=True, slots=True)
class Meta:
    """Field → (tag, value), the standard tags that hold no value, and those that do."""

    values: dict[str, tuple[str, str]]
    empty: tuple[str, ...]
    stated: dict[str, str]


def read_meta(root: HtmlElement) -> Meta:
    """Return what the meta tags of a page say."""
    values: dict[str, tuple[str, str]] = {}
    empty: list[str] = []
    stated: dict[str, str] = {}
    for element in root.iter("meta"):
        known = _tag_named(element.get("name") or element.get("property"))
        if known is None:
            continue
        tag, field, required = known
        value = strip(" ".join((element.get("content") or "").split()))
        if not value or value.lower() in _NOTHING:
            if required:
                empty.append(tag)
            continue
        if required:
            stated.setdefault(tag, value)
        if field:
            values.setdefault(field, (tag, value))
    return Meta(values, tuple(empty), stated)
