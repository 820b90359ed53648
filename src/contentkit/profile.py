"""Profiles: how one legacy site, or one CMS family, is harvested and read.

A profile is a TOML file that fits `schemas/formats/profile.json`. It may extend another
one: tables merge key by key, a selector replaces the whole selector of the same field,
every other value replaces the inherited one. `auto` is the profile without site
knowledge.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as value
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import etree

from contentkit.errors import ConfigError, ProfileError
from contentkit.profile_faults import (
    NAMESPACES,
    Table,
    find_faults,
    schema_text,
    to_xpath,
)
from contentkit.resources import find

_DEEP = ("limits", "politeness", "select", "list", "labels", "urls", "order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Where one value stands on a page; `xpath` also holds what was written as CSS.

    `attr` is the attribute with the value, else the visible text counts. `regex` cuts
    the value out of that text. Several elements are an ambiguity unless `join` makes
    one value of them or `many` says that each is a value.
    """

    xpath: str
    attr: str | None = None
    regex: re.Pattern[str] | None = None
    join: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSelector:
    """Where the entries of a list page stand; the rest is relative to the entry."""

    item: Selector
    link: Selector | None = None
    title: Selector | None = None
    date: Selector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a harvest. 50 MB and 25 clicks are ours; no government page needs more."""

    max_bytes: int = 50 * 2**20
    max_depth: int = 25
    max_pages: int = 2_000_000
    max_list_pages: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """Manners towards the server: seconds between requests, requests at a time."""

    delay: float = 0.25
    concurrency: int = 4
    obey_robots: bool = True
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPatterns:
    """What addresses say; `date` has the groups year, month and day."""

    article: tuple[re.Pattern[str], ...] = ()
    list: tuple[re.Pattern[str], ...] = ()
    date: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """A profile with everything it inherits; equal when the digests are equal.

    `chain` names the profile and those it extends, itself first. `select` holds, by
    field, the alternatives of which the first that finds something counts. `labels`
    maps labels of disclosure tables to fields; `order` ranks the sources of a field.
    """

    name: str
    digest: str
    title: str = ""
    chain: tuple[str, ...] = ()
    base_url: str | None = None
    start_urls: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    allow_private_hosts: tuple[str, ...] = ()
    encoding: str | None = None
    significant_query: tuple[str, ...] = ()
    allow: tuple[re.Pattern[str], ...] = ()
    deny: tuple[re.Pattern[str], ...] = ()
    limits: Limits = value(default_factory=Limits)
    politeness: Politeness = value(default_factory=Politeness)
    select: Mapping[str, tuple[Selector, ...]] = value(default_factory=dict)
    list: ListSelector | None = None
    labels: Mapping[str, str] = value(default_factory=dict)
    urls: UrlPatterns = value(default_factory=UrlPatterns)
    order: Mapping[str, tuple[str, ...]] = value(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def load_profile(name: str, *, base_url: str | None = None) -> Profile:
    """Return the profile called `name`, packaged or a path, with what it extends.

    `base_url` replaces the profile's own; a start page given as an absolute address
    stays. Raises `ProfileError` with all faults of the first file that has any.
    """
    tables = _chain(name)
    merged: Table = {}
    for table in reversed(tables):
        merged = _merge(merged, table)
    merged.pop("extends", None)
    if base_url is not None:
        merged["base_url"] = base_url
    _stop_at_faults(name, merged)
    if "item" not in merged.get("list", {"item": None}):
        raise ProfileError(name, ["list: item is missing; add it"])
    return _build(merged, tuple(table["name"] for table in tables))


def check_profile(name: str) -> list[str]:
    """Return the faults of a profile and of what it extends, one line each."""
    try:
        load_profile(name)
    except ProfileError as error:
        return [f"{error.path}: {fault}" for fault in error.faults]
    return []


@lru_cache(maxsize=4096)
def compiled_xpath(expression: str) -> etree.XPath:
    """Return a compiled expression; `re:test` and its like are available."""
    return etree.XPath(expression, namespaces=NAMESPACES)


def _chain(name: str) -> list[Table]:
    tables: list[Table] = []
    seen: list[str] = []
    near: Path | None = None
    wanted: str | None = name
    while wanted is not None:
        try:
            item = find("profile", wanted, near=near)
        except ConfigError as error:
            where = seen[-1] if seen else wanted
            place = f"extends: {wanted}: " if seen else ""
            raise ProfileError(where, [place + x for x in error.faults]) from error
        place = str(item.resolve()) if isinstance(item, Path) else str(item)
        if place in seen:
            ring = " -> ".join(Path(x).stem for x in [*seen, place])
            raise ProfileError(
                wanted, [f"extends: a circle, {ring}; take one extends out"]
            )
        seen.append(place)
        table = _read(wanted if not tables else place, item.read_bytes())
        tables.append(table)
        near = item.parent if isinstance(item, Path) else None
        wanted = table.get("extends")
    return tables


def _read(path: str, data: bytes) -> Table:
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProfileError(
            path, [f"byte {error.start} is not UTF-8; save the file as UTF-8"]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(path, [f"{error}; correct the TOML there"]) from error
    _stop_at_faults(path, table)
    return table


def _stop_at_faults(path: str, table: Table) -> None:
    faults = find_faults(table)
    if faults:
        raise ProfileError(path, faults)


def _merge(base: Table, over: Table) -> Table:
    merged = dict(base)
    for key, part in over.items():
        if key in _DEEP and key in merged:
            merged[key] = {**merged[key], **part}
        else:
            merged[key] = part
    return merged


def _build(table: Table, chain: tuple[str, ...]) -> Profile:
    base = table.get("base_url")
    starts = table.get("start_urls", ["/"] if base else [])
    return Profile(
        name=table["name"],
        title=table.get("title", ""),
        base_url=base,
        encoding=table.get("encoding"),
        hosts=tuple(table.get("hosts", ())),
        allow_private_hosts=tuple(table.get("allow_private_hosts", ())),
        significant_query=tuple(table.get("significant_query", ())),
        digest=_digest(table),
        chain=chain,
        start_urls=tuple(urljoin(base or "", start) for start in starts),
        allow=_patterns(table.get("allow", ())),
        deny=_patterns(table.get("deny", ())),
        limits=Limits(**table.get("limits", {})),
        politeness=Politeness(**table.get("politeness", {})),
        select={
            field: tuple(
                _selector(x) for x in ([one] if isinstance(one, dict) else one)
            )
            for field, one in table.get("select", {}).items()
        },
        list=(
            ListSelector(**{k: _selector(v) for k, v in table["list"].items()})
            if "list" in table
            else None
        ),
        labels=dict(table.get("labels", {})),
        urls=_url_patterns(table.get("urls", {})),
        order={k: tuple(v) for k, v in table.get("order", {}).items()},
    )


def _digest(table: Table) -> str:
    text = json.dumps(table, ensure_ascii=False, sort_keys=True) + schema_text()
    return hashlib.sha256(text.encode()).hexdigest()


def _patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in texts)


def _url_patterns(table: Table) -> UrlPatterns:
    date = table.get("date")
    return UrlPatterns(
        article=_patterns(table.get("article", [])),
        list=_patterns(table.get("list", [])),
        date=re.compile(date) if date else None,
    )


def _selector(table: Table) -> Selector:
    regex = table.get("regex")
    return Selector(
        xpath=to_xpath(table),
        attr=table.get("attr"),
        regex=re.compile(regex) if regex else None,
        join=table.get("join"),
        many=table.get("many", False),
    )


def scope_hosts(profile: Profile) -> tuple[str, ...]:
    """Return the hosts of the site, the canonical one first.

    >>> scope_hosts(load_profile("auto", base_url="http://www.a.gov.cn/"))
    ('www.a.gov.cn',)
    """
    own = (urlsplit(profile.base_url).netloc.lower(),) if profile.base_url else ()
    return tuple(dict.fromkeys((*own, *(host.lower() for host in profile.hosts))))
