"""Crawler traps: addresses that a server can make up without end.

The rules are data (`schemas/codelists/crawler-traps.csv`). Some look at one address;
`counted` rules bound how many addresses of one pattern are fetched. The `chain` rules
look at what comes back: pages with parameters that are found on pages of their own
pattern, and say the same again and again (a session link, an endless parameter), end
the pattern. Pages without parameters are files for all we know and never do.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, urlsplit

from contentkit.resources import read_codelist

_NUMBER = re.compile(r"\d+")
_KEPT = 8  # texts remembered a pattern: a trap repeats one or a few


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `limit` counts what `applies_to` names."""

    name: str
    applies_to: str
    pattern: re.Pattern[str] | None
    limit: int


@cache
def trap_rules() -> tuple[Rule, ...]:
    """Return the rules in the order of the file."""
    return tuple(
        Rule(
            row["rule"],
            row["applies_to"],
            re.compile(row["pattern"]) if row["pattern"] else None,
            int(row["limit"]),
        )
        for row in read_codelist("crawler-traps")
    )


def url_pattern(url: str) -> str:
    """Return what a URL has in common with its kin: numbers and values left out.

    >>> url_pattern("http://a.gov.cn/cal/2024/05.html?v=3&u=x")
    'a.gov.cn/cal/#/#.html?u&v'
    """
    parts = urlsplit(url)
    names = sorted({part.partition("=")[0] for part in parts.query.split("&")})
    path = _NUMBER.sub("#", parts.path)
    return parts.netloc + path + ("?" + "&".join(names) if parts.query else "")


@dataclass(slots=True)
class _Repeats:
    """How many pages in a row said what one of the last pages had said."""

    texts: list[bytes] = field(default_factory=list)
    count: int = 0

    def add(self, text: str) -> int:
        digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        if digest in self.texts:
            self.count += 1
        else:
            self.count = 0
            self.texts = [*self.texts[-_KEPT + 1 :], digest]
        return self.count


class Traps:
    """Watches the addresses and pages of one crawl."""

    def __init__(self) -> None:
        rules = trap_rules()
        self._plain = [x for x in rules if x.applies_to in _MEASURES]
        self._counted = [x for x in rules if x.applies_to == "counted"]
        self._chain = [x for x in rules if x.applies_to in _SEEN_AS]
        self._counts: Counter[tuple[str, str]] = Counter()
        self._repeats: defaultdict[tuple[str, str], _Repeats] = defaultdict(_Repeats)
        self._ended: dict[str, str] = {}

    def admit(self, url: str, found_on: str | None) -> str | None:
        """Count a newly found address; return the rule that keeps it out, if any."""
        for rule in self._plain:
            if _breaks(rule, url):
                return rule.name
        if self.is_ended(url, found_on):
            return self._ended[url_pattern(url)]
        for rule in self._counted:
            if self._count(rule, url) > rule.limit:
                return rule.name
        return None

    def recount(self, url: str) -> None:
        """Count an address that an earlier, interrupted run admitted."""
        for rule in self._counted:
            self._count(rule, url)

    def _count(self, rule: Rule, url: str) -> int:
        if rule.pattern is None or not rule.pattern.search(url):
            return 0
        self._counts[rule.name, url_pattern(url)] += 1
        return self._counts[rule.name, url_pattern(url)]

    @property
    def memory(self) -> int:
        """How many of the last pages of a pattern decide whether it has ended."""
        return 2 * max((rule.limit for rule in self._chain), default=0)

    def in_chain(self, url: str, found_on: str | None) -> bool:
        """Tell whether a page with parameters was found on a page of its own pattern."""
        return (
            found_on is not None
            and "?" in url
            and url_pattern(url) == url_pattern(found_on)
        )

    def watch(self, url: str, text: str) -> None:
        """Note what a page of a chain says; may end its pattern."""
        pattern = url_pattern(url)
        for rule in self._chain:
            seen = _SEEN_AS[rule.applies_to].sub("", text)
            if self._repeats[rule.name, pattern].add(seen) >= rule.limit:
                self._ended.setdefault(pattern, rule.name)

    def is_ended(self, url: str, found_on: str | None) -> bool:
        """Tell whether an address belongs to an ended chain."""
        return bool(self._ended) and (
            url_pattern(url) in self._ended and self.in_chain(url, found_on)
        )


def _breaks(rule: Rule, url: str) -> bool:
    parts = urlsplit(url)
    if rule.pattern is not None:
        return rule.pattern.search(parts.path) is not None
    return _MEASURES[rule.applies_to](parts) > rule.limit


_MEASURES: dict[str, Callable[[SplitResult], int]] = {
    "address": lambda parts: len(parts.geturl()),
    "folders": lambda parts: parts.path.count("/"),
    "parameters": lambda parts: len(parts.query.split("&")),
    "path": lambda parts: len(parts.path),
}
_SEEN_AS = {"chain": re.compile(r"\s+"), "chain-numbers": re.compile(r"[\d\s]+")}
