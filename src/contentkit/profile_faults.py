"""What is wrong with a profile, told all at once and with the place.

The JSON Schema finds shapes and names; expressions (XPath, CSS, regular expressions)
are compiled here, because a schema sees only text.
"""

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from cssselect import HTMLTranslator, SelectorError
from jsonschema import Draft202012Validator, ValidationError
from lxml import etree

from contentkit.resources import find

Table = dict[str, Any]
Place = tuple[str, ...]

NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
"""Prefixes that an XPath of a profile may use: `re:test(@class, 'x')`."""

_DATE_GROUPS = ("year", "month", "day")


def find_faults(table: Table) -> list[str]:
    """Return every fault of one profile file, sorted: place, what is wrong, remedy."""
    faults = [
        fault
        for error in _validator().iter_errors(table)
        for leaf in _leaves(error)
        for fault in _explain(leaf)
    ]
    for place, node in _walk((), table):
        if place and isinstance(node, str):
            faults += _expression_faults(place, node)
    return sorted(set(faults))


def to_xpath(selector: Table) -> str:
    """Return the XPath of a selector table, which may say it in CSS."""
    if "xpath" in selector:
        return str(selector["xpath"])
    return str(HTMLTranslator().css_to_xpath(selector["css"]))


@cache
def schema_text() -> str:
    """Return the JSON Schema of profiles as it is packaged."""
    return find("format", "profile").read_text(encoding="utf-8")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors a person can act on: those below a `oneOf`, if it chose one."""
    choices: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        choices.setdefault(inner.schema_path[0], []).append(inner)
    chosen = [
        group
        for group in choices.values()
        if not any(not x.path and x.validator == "type" for x in group)
    ]
    if error.validator == "oneOf" and len(chosen) == 1:
        for inner in chosen[0]:
            yield from _leaves(inner)
    else:
        yield error


def _explain(error: ValidationError) -> Iterator[str]:
    place = ".".join(str(part) for part in error.absolute_path)
    prefix = f"{place}: " if place else ""
    if error.validator == "additionalProperties":
        known = sorted(cast("Table", error.schema)["properties"])
        for key in sorted(set(error.instance) - set(known)):
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"use {', '.join(known)}"
            yield f"{prefix}unknown key {key}; {hint}"
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield f"{prefix}{' or '.join(missing)} is missing; add it"
    elif error.validator == "enum":
        choice = ", ".join(error.validator_value)
        yield f"{prefix}{_shown(error.instance)} is unknown; use one of {choice}"
    else:
        yield f"{prefix}found {_shown(error.instance)}; expected {_expected(error)}"


def _expected(error: ValidationError) -> str:
    """Return the description nearest to the place where the schema was not met."""
    root: Any = _validator().schema
    node: Any = root
    words: str = error.message
    for part in error.absolute_schema_path:
        if isinstance(node, dict) and "$ref" in node and part not in node:
            node = root["$defs"][node["$ref"].rpartition("/")[2]]
        node = node[part]
        if isinstance(node, dict) and isinstance(node.get("description"), str):
            words = node["description"]
    return words


def _shown(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _walk(place: Place, node: object) -> Iterator[tuple[Place, object]]:
    yield place, node
    if isinstance(node, dict):
        for key, part in node.items():
            yield from _walk((*place, key), part)
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from _walk((*place, str(index)), part)


def _expression_faults(place: Place, node: str) -> Iterator[str]:
    where = ".".join(place)
    is_selector = place[0] in {"select", "list"}
    try:
        if is_selector and place[-1] in {"xpath", "css"}:
            etree.XPath(to_xpath({place[-1]: node}), namespaces=NAMESPACES)
        elif place[0] in {"urls", "allow", "deny"} or (
            is_selector and place[-1] == "regex"
        ):
            pattern = re.compile(node)
            missing = [x for x in _DATE_GROUPS if x not in pattern.groupindex]
            if place == ("urls", "date") and missing:
                groups = " ".join(f"(?P<{x}>…)" for x in missing)
                yield f"{where}: {_shown(node)} lacks {groups}; name the groups"
    except (SelectorError, etree.XPathError, re.error) as error:
        yield f"{where}: {_shown(node)} does not compile ({error}); correct it"
