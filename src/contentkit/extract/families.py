"""Which content management system made a page, by its fingerprints (`families.csv`)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from contentkit.resources import read_codelist

_ENOUGH = 3
"""Points of evidence below which no family is named."""


@dataclass(frozen=True, slots=True)
class _Fingerprints:
    source: tuple[tuple[str, str, int], ...]
    paths: re.Pattern[str]
    generator: tuple[tuple[str, str, int], ...]
    url: tuple[tuple[str, re.Pattern[str], int], ...]


@cache
def _fingerprints() -> _Fingerprints:
    rows = read_codelist("families")
    plain = {
        sign: tuple(
            (row["family"], row["pattern"], int(row["weight"]))
            for row in rows
            if row["sign"] == sign
        )
        for sign in ("source", "generator", "url")
    }
    return _Fingerprints(
        source=plain["source"],
        paths=_paths([pattern for _, pattern, _ in plain["source"]]),
        generator=plain["generator"],
        url=tuple((f, re.compile(p, re.IGNORECASE), w) for f, p, w in plain["url"]),
    )


def _paths(patterns: list[str]) -> re.Pattern[str]:
    """Return one expression for all patterns that begin with a slash, longest first.

    A page has few slashes, so this reads it once where each pattern would by itself.
    """
    rests = sorted((p[1:] for p in patterns if p[0] == "/"), key=len, reverse=True)
    return re.compile(f"/(?=({'|'.join(map(re.escape, rests))}))")


def detect_family(tree: HtmlElement, text: str, url: str) -> str | None:
    """Return the family a page belongs to, None where the evidence is thin or contradicts itself.

    `text` is the page's source. Families are packaged profiles where there is one
    (`jcms`, `trs`, …), else just a name for the report.
    """
    prints = _fingerprints()
    points: dict[str, int] = defaultdict(int)
    for family, regex, weight in prints.url:
        if regex.search(url):
            points[family] += weight
    paths = "".join(f"/{rest}\n" for rest in prints.paths.findall(text))
    for family, pattern, weight in prints.source:
        if pattern in (paths if pattern[0] == "/" else text):
            points[family] += weight
            if points[family] >= _ENOUGH and len(points) == 1:
                return family
    if "enerator" in text:
        generator = _generator(tree)
        for family, pattern, weight in prints.generator:
            if pattern in generator:
                points[family] += weight
    return _clear_winner(points)


def _clear_winner(points: dict[str, int]) -> str | None:
    ranked = sorted(points, key=lambda family: -points[family])[:2]
    if not ranked or points[ranked[0]] < _ENOUGH:
        return None
    is_tie = len(ranked) == 2 and points[ranked[0]] == points[ranked[1]]
    return None if is_tie else ranked[0]


def _generator(tree: HtmlElement) -> str:
    for meta in tree.iter("meta"):
        if (meta.get("name") or "").lower() == "generator":
            return (meta.get("content") or "").lower()
    return ""
