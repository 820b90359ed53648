"""The column map of one site: legacy column to platform column.

A row of the CSV file matches a page by where its URL begins (`url_prefix`), by names of
its breadcrumb (`name_path`, joined by ` > `), or by both. It *maps* the legacy column to
a platform column, *merges* it into another legacy column (named in `column` by its URL
prefix or name path) or *drops* it for a reason of the code list `drop-reasons`.

A URL prefix is a path or `//host/path`; `*` stands for anything within one path segment;
a prefix that ends in a letter or digit ends a name there. The names of a name path stand
next to each other in the breadcrumb; `*` stands for any part of a name. `article20` may
hold several items, split by spaces.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources.abc import Traversable
from urllib.parse import urlsplit

from contentkit.codelists import load_codelist
from contentkit.resources import read_csv
from contentkit.text import fold

ACTIONS = ("map", "merge", "drop")
FIELDS = (
    "url_prefix",
    "name_path",
    "action",
    "column",
    "article20",
    "directory",
    "kind",
    "reason",
    "source",
)
KINDS = ("article", "policy", "interpretation", "disclosure", "notice", "media")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """One row of a column map; `column` is a platform code once merges are followed."""

    url_prefix: str
    name_path: str
    action: str
    column: str
    article20: tuple[str, ...] = ()
    directory: str = ""
    kind: str = ""
    reason: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """The legacy column as the map names it."""
        return self.url_prefix or self.name_path


class ColumnMap:
    """Finds the rule of a page; the most specific one wins."""

    def __init__(self, rules: Iterable[ColumnRule]) -> None:
        self.rules = tuple(rules)
        self._by_url = sorted(
            (_UrlRule(rule) for rule in self.rules if rule.url_prefix),
            key=lambda x: x.weight,
            reverse=True,
        )
        self._by_name = [
            _NameRule(rule)
            for rule in self.rules
            if rule.name_path and not rule.url_prefix
        ]
        # Pages of one folder share their rule unless a prefix reaches into file names.
        self._by_folder = all(x.rule.url_prefix.endswith("/") for x in self._by_url)
        self._find = lru_cache(maxsize=4096)(self._search)

    def find(self, url: str, column_path: Sequence[str] = ()) -> ColumnRule | None:
        """Return the rule of a page, or None where no row fits.

        Longer URL prefixes win over shorter ones and over name paths; among name paths
        the one that reaches deepest into the breadcrumb wins, then the longer one.
        """
        address, _, _ = url.partition("?")
        if self._by_folder:
            address = _folder(address)
        return self._find(address, tuple(column_path))

    def _search(self, url: str, column_path: tuple[str, ...]) -> ColumnRule | None:
        names = [fold(name) for name in column_path]
        parts = urlsplit(url)
        for by_url in self._by_url:
            if by_url.matches(parts.netloc, parts.path or "/", names):
                return by_url.rule
        best: tuple[tuple[int, int, int], ColumnRule] | None = None
        for by_name in self._by_name:
            rank = by_name.rank(names)
            if rank and (best is None or rank > best[0]):
                best = (rank, by_name.rule)
        return best[1] if best else None


def _folder(address: str) -> str:
    """Return the folder of a page; a last name without a dot is a folder itself.

    >>> [_folder("http://a.gov.cn" + x) for x in ("/yw/1.html", "/yw/", "/yw", "")]
    ['http://a.gov.cn/yw/', 'http://a.gov.cn/yw/', 'http://a.gov.cn/yw/', 'http://a.gov.cn/']
    """
    head, _, last = address.rpartition("/")
    is_page = "." in last and address.count("/") > 2
    return f"{head}/" if is_page or not last else f"{address}/"


class _UrlRule:
    def __init__(self, rule: ColumnRule) -> None:
        self.rule = rule
        self.names = _NameRule(rule) if rule.name_path else None
        self.weight = (len(rule.url_prefix.replace("*", "")), bool(rule.name_path))
        pattern = re.escape(rule.url_prefix.split("://")[-1]).replace(r"\*", "[^/]*")
        end = r"(?![A-Za-z0-9_-])" if rule.url_prefix[-1].isalnum() else ""
        self._pattern = re.compile(pattern + end)
        self._with_host = not rule.url_prefix.startswith("/") or (
            rule.url_prefix.startswith("//")
        )

    def matches(self, host: str, path: str, names: list[str]) -> bool:
        subject = path
        if self._with_host:
            subject = host + path
            if self.rule.url_prefix.startswith("//"):
                subject = "//" + subject
        if not self._pattern.match(subject):
            return False
        return self.names is None or self.names.rank(names) is not None


class _NameRule:
    def __init__(self, rule: ColumnRule) -> None:
        self.rule = rule
        names = [fold(name) for name in rule.name_path.split(">")]
        self._patterns = [
            re.compile(".*".join(map(re.escape, name.split("*")))) for name in names
        ]
        self._letters = sum(len(name.replace("*", "")) for name in names)

    def rank(self, names: list[str]) -> tuple[int, int, int] | None:
        """Return how specifically the rule fits a breadcrumb: depth, names, letters."""
        count = len(self._patterns)
        for end in range(len(names), count - 1, -1):
            run = names[end - count : end]
            if all(p.fullmatch(n) for p, n in zip(self._patterns, run, strict=True)):
                return end, count, self._letters
        return None


def load_columns(item: Traversable) -> tuple[ColumnMap, list[str]]:
    """Return the map in a CSV file with merges followed, and the faults of the file."""
    rows = read_csv(item)
    if not rows:
        return ColumnMap(()), ["holds no rows: map, merge or drop each legacy column"]
    missing = [name for name in FIELDS if name not in rows[0]]
    if missing:
        return ColumnMap(()), [f"lacks the fields {', '.join(missing)}"]
    faults: list[str] = []
    rules: list[ColumnRule] = []
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            faults.append(f"row {number} has more or fewer cells than the header")
            continue
        rule = _rule(row)
        rules.append(rule)
        faults += [f"row {number} ({rule.key}): {x}" for x in _rule_faults(rule)]
    faults += _repeated(rules)
    if faults:
        return ColumnMap(()), faults
    return _followed(rules)


def _rule(row: Mapping[str, str]) -> ColumnRule:
    values = {name: row[name].strip() for name in FIELDS}
    article20 = tuple(values.pop("article20").split())
    return ColumnRule(article20=article20, **values)


def _rule_faults(rule: ColumnRule) -> Iterable[str]:
    if not rule.key:
        yield "needs a url_prefix or a name_path"
    if rule.action not in ACTIONS:
        yield f"action is {rule.action!r}, not one of {', '.join(ACTIONS)}"
    if rule.kind and rule.kind not in KINDS:
        yield f"kind is {rule.kind!r}, not one of {', '.join(KINDS)}"
    if rule.action != "drop" and not rule.column:
        yield f"action {rule.action} needs a column"
    yield from _unknown_codes(rule)


def _unknown_codes(rule: ColumnRule) -> Iterable[str]:
    wanted = [("platform-columns", rule.directory)] if rule.directory else []
    if rule.action == "map" and rule.column:
        wanted.append(("platform-columns", rule.column))
    if rule.action == "drop":
        wanted.append(("drop-reasons", rule.reason))
    wanted += [("article20", code) for code in rule.article20]
    for name, code in wanted:
        if code not in load_codelist(name):
            yield f"{code!r} is not a code of {name}.csv"


def _repeated(rules: Iterable[ColumnRule]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    faults = []
    for rule in rules:
        key = (rule.url_prefix, rule.name_path)
        if key in seen:
            faults.append(f"{rule.key} stands twice: keep one row")
        seen.add(key)
    return faults


def _followed(rules: Sequence[ColumnRule]) -> tuple[ColumnMap, list[str]]:
    """Replace the target of each merge by the platform column it ends in."""
    by_key: dict[str, ColumnRule] = {}
    for rule in rules:
        for key in (rule.url_prefix, rule.name_path):
            if key:
                by_key.setdefault(key, rule)
    faults: list[str] = []
    followed = []
    for rule in rules:
        target, fault = _merge_target(rule, by_key)
        if fault:
            faults.append(fault)
        followed.append(
            replace(
                rule,
                column=target.column if rule.action != "drop" else "",
                article20=rule.article20 or target.article20,
                directory=rule.directory or target.directory,
                kind=rule.kind or target.kind,
            )
        )
    return (ColumnMap(()), faults) if faults else (ColumnMap(followed), [])


def _merge_target(
    rule: ColumnRule, by_key: Mapping[str, ColumnRule]
) -> tuple[ColumnRule, str | None]:
    chain = [rule.key]
    target = rule
    while target.action == "merge":
        following = by_key.get(target.column)
        if following is None:
            return rule, f"{target.key} merges into {target.column!r}, which has no row"
        if following.key in chain:
            # told once, by its first member; what only leads into it is in order
            is_first = following.key == rule.key == min(chain)
            cycle = f"merge cycle: {' > '.join([*chain, following.key])}"
            return rule, cycle if is_first else None
        chain.append(following.key)
        target = following
    if target.action == "drop" and rule.action == "merge":
        return rule, f"{rule.key} merges into {target.key}, which is dropped"
    return target, None
