"""The recipe of one site: how its records become documents of the platform.

`load_recipe` reads the TOML file, its column map and its lookups, and tells all their
faults at once.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from contentkit.codelists import load_codelist
from contentkit.columns import ColumnMap, load_columns
from contentkit.errors import ConfigError, RecipeError
from contentkit.expressions import Expression, load_expressions
from contentkit.findings import codes
from contentkit.issuers import IssuerTable, load_issuers
from contentkit.models import Record
from contentkit.resources import editions, find, read_codelist, read_csv

DEFAULT_STEPS = (
    "place",
    "patch-values",
    "clean-text",
    "clean-keywords",
    "parse-dates",
    "parse-index-number",
    "parse-doc-number",
    "parse-registry-number",
    "read-letterhead",
    "find-issuer",
    "issuer-from-doc-number",
    "map-topic",
    "map-genre",
    "map-directory",
    "map-disclosure",
    "choose-kind",
    "fill-defaults",
    "state-policy",
    "attach-files",
    "sanitize-body",
    "make-path",
    "audit-labels",
)
DEFAULT_PATH = "/art/{year}/{month}/{day}/art_{column}_{id16}.html"
PATH_WORDS = frozenset({"year", "month", "day", "column", "id16", "id"})
_PATCH_FIELDS = ("field", "value", "replacement", "reason", "source")
_PATCHABLE = frozenset(field.name for field in fields(Record))
_USED_LISTS = (
    "article20",
    "disclosure",
    "disclosure-scopes",
    "empty-values",
    "genres",
    "header-labels",
    "kind-patterns",
    "organization-endings",
    "platform-columns",
    "policy-labels",
    "topics",
    "validity-labels",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """An expectation: `measure` is `documents` or `fill.<field>`; no column = all."""

    bound: str  # min or max
    measure: str
    value: float
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """Pages whose URL holds the pattern are left out for the reason."""

    pattern: re.Pattern[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A checked recipe; `digest` changes with anything that may change a document."""

    name: str
    site: str
    edition: str
    digest: str
    columns: ColumnMap
    issuers: IssuerTable
    patches: Mapping[tuple[str, str], str]
    steps: tuple[str, ...]
    ignore: frozenset[str]
    labels: Mapping[str, str]
    defaults: Mapping[str, str]
    kinds: Mapping[str, str]
    path_pattern: str
    drops: tuple[DropRule, ...]
    modes: Mapping[str, str]
    assertions: tuple[Assertion, ...]
    expressions: tuple[Expression, ...]
    jurisdiction: str  # whose default terms apply; empty: nobody's


def load_recipe(name_or_path: str) -> Recipe:
    """Return the recipe of that path or packaged name.

    Raises `RecipeError` with every fault of the recipe, its column map and lookups.
    """
    item, near = _located(name_or_path)
    data = _read_toml(item, name_or_path)
    faults = [_explained(error) for error in _schema_errors(data)]
    if not faults:
        faults = list(_contradictions(data))
    if faults:
        raise RecipeError(name_or_path, faults)
    tables = _Tables(data, near)
    if tables.faults:
        raise RecipeError(name_or_path, tables.faults)
    return Recipe(
        name=name_or_path,
        site=data["site"],
        edition=data["edition"],
        digest=_digest(data, tables),
        columns=tables.columns,
        issuers=tables.issuers,
        patches=tables.patches,
        steps=tuple(data.get("steps", DEFAULT_STEPS)),
        ignore=frozenset(data.get("ignore", ())),
        labels=data.get("labels", {}),
        defaults=data.get("defaults", {}),
        kinds=data.get("kinds", {}),
        path_pattern=data.get("path_pattern", DEFAULT_PATH),
        drops=tuple(
            DropRule(pattern=re.compile(x["url"]), reason=x["reason"])
            for x in data.get("drop", ())
        ),
        modes=data.get("modes", {}),
        assertions=tuple(_assertions(data.get("assert", {}))),
        expressions=tables.expressions,
        jurisdiction=data.get("cleanup", {}).get("jurisdiction", ""),
    )


class _Tables:
    """The CSV files that a recipe names; faults of all of them together."""

    def __init__(self, data: Mapping[str, Any], near: Path | None) -> None:
        self.faults: list[str] = []
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.columns = ColumnMap(())
        self.issuers = IssuerTable()
        self.patches: dict[tuple[str, str], str] = {}
        self.expressions: tuple[Expression, ...] = ()
        lookups = data.get("lookups", {})
        columns = self._open("columns", data["columns"], near)
        if columns:
            self.columns, faults = load_columns(columns)
            self._tell(data["columns"], faults)
        issuers = self._open("lookup", lookups.get("issuers"), near)
        if issuers:
            self.issuers, faults = load_issuers(issuers)
            self._tell(lookups["issuers"], faults)
        patches = self._open("lookup", lookups.get("patches"), near)
        if patches:
            self.patches, faults = _load_patches(patches)
            self._tell(lookups["patches"], faults)
        severe = data.get("expressions", {}).get("list")
        expressions = self._open("lookup", severe, near)
        if expressions:
            self.expressions, faults = load_expressions(expressions)
            self._tell(severe, faults)

    def _open(
        self, kind: str, name: str | None, near: Path | None
    ) -> Traversable | None:
        if name is None:
            return None
        try:
            item = find(kind, name, near=near)
            self.rows[name] = read_csv(item)
        except ConfigError as error:
            self.faults += [f"{name}: {fault}" for fault in error.faults]
            return None
        except UnicodeDecodeError as error:
            self.faults.append(
                f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8"
            )
            return None
        return item

    def _tell(self, name: str, faults: Iterable[str]) -> None:
        self.faults += [f"{name}: {fault}" for fault in faults]


def _located(name_or_path: str) -> tuple[Traversable, Path | None]:
    try:
        item = find("recipe", name_or_path)
    except ConfigError as error:
        raise RecipeError(error.path, error.faults) from None
    return item, item.parent if isinstance(item, Path) else None


def _read_toml(item: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(item.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(name, [f"is no valid TOML: {error}"]) from None
    except UnicodeDecodeError as error:
        raise RecipeError(
            name, [f"byte {error.start} is not UTF-8; save the file as UTF-8"]
        ) from None


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(find("format", "recipe").read_text(encoding="utf-8"))
    return Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _schema_errors(data: Mapping[str, Any]) -> list[ValidationError]:
    return sorted(
        _validator().iter_errors(data), key=lambda x: (x.json_path, x.message)
    )


def _explained(error: ValidationError) -> str:
    place = error.json_path.removeprefix("$").lstrip(".")
    return f"{place}: {error.message}" if place else error.message


def _contradictions(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the schema cannot say: codes that exist, words of the path pattern."""
    if data["edition"] not in editions():
        yield (
            f"edition: there is no edition {data['edition']!r}: take one of "
            f"{', '.join(editions())}"
        )
    for number, rule in enumerate(data.get("drop", ())):
        if rule["reason"] not in load_codelist("drop-reasons"):
            yield f"drop[{number}].reason: {rule['reason']!r} is not in drop-reasons.csv"
    for code in data.get("modes", {}):
        if code not in codes():
            yield f"modes.{code}: there is no finding of that code"
    yield from _unknown_columns(data)
    pattern = data.get("path_pattern", DEFAULT_PATH)
    unknown = set(re.findall(r"\{([^}]*)\}", pattern)) - PATH_WORDS
    if unknown or pattern.count("{") != pattern.count("}"):
        yield f"path_pattern: only {', '.join(sorted(PATH_WORDS))} may stand in braces"
    if "{id" not in pattern:
        yield "path_pattern: needs {id16} or {id}, or two documents share one path"


def _unknown_columns(data: Mapping[str, Any]) -> Iterator[str]:
    columns = set(data.get("kinds", {}))
    for bounds in data.get("assert", {}).values():
        columns |= set(bounds.get("column", {}))
    for code in sorted(columns):
        if code not in load_codelist("platform-columns"):
            yield f"{code!r} is not a column of platform-columns.csv"


def _load_patches(
    item: Traversable,
) -> tuple[dict[tuple[str, str], str], list[str]]:
    rows = read_csv(item)
    missing = [name for name in _PATCH_FIELDS if rows and name not in rows[0]]
    if missing:
        return {}, [f"lacks the fields {', '.join(missing)}"]
    table: dict[tuple[str, str], str] = {}
    faults = []
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            faults.append(f"row {number} has more or fewer cells than the header")
            continue
        key = (row["field"], row["value"])
        if key in table:
            faults.append(f"row {number}: {row['field']} {row['value']!r} stands twice")
        if row["field"] not in _PATCHABLE:
            faults.append(f"row {number}: no record has a field {row['field']!r}")
        if not row["reason"]:
            faults.append(f"row {number} gives no reason")
        table[key] = row["replacement"]
    return table, faults


def _assertions(data: Mapping[str, Any]) -> Iterator[Assertion]:
    for bound, limits in sorted(data.items()):
        yield from _bounds(bound, None, limits)
        for column, of_column in sorted(limits.get("column", {}).items()):
            yield from _bounds(bound, column, of_column)


def _bounds(
    bound: str, column: str | None, limits: Mapping[str, Any]
) -> Iterator[Assertion]:
    if "documents" in limits:
        yield Assertion(
            bound=bound, measure="documents", value=limits["documents"], column=column
        )
    for field, share in sorted(limits.get("fill", {}).items()):
        yield Assertion(
            bound=bound, measure=f"fill.{field}", value=share, column=column
        )


def _digest(data: Mapping[str, Any], tables: _Tables) -> str:
    """Return the SHA-256 of everything that normalize and validate read beside the page.

    Assertions have no part in it: they are judged anew at each export.
    """
    used = {k: v for k, v in data.items() if k != "assert"}
    lists = {name: read_codelist(name) for name in _USED_LISTS}
    text = json.dumps([used, tables.rows, lists], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
