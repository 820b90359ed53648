"""What the platform's schema finds wrong, told by place, expectation and value."""

import json
from collections.abc import Iterator
from functools import cache

from jsonschema.exceptions import ValidationError

from contentkit.models import Document, Finding, Json
from contentkit.resources import read_codelist
from contentkit.validate.edition import Compiled

_LONGEST = 200  # characters of a wrong value that a finding carries


def check_schema(document: Document, schema: Compiled) -> Iterator[Finding]:
    """Yield a `schema-violation` for every fault of a document.

    `data` holds `path` (`issuer.name`, `attachments[0].sha256`), `name` (the field's
    title), `keyword`, `expected` and `expected_zh`, and `found`.
    """
    if schema.is_valid(document):
        return
    told: set[tuple[str, str]] = set()
    for error in schema.errors(document):
        for place, title, found in _places(error, schema):
            key = (place, error.validator)
            if key not in told:
                told.add(key)
                yield _violation(error, place, title, found)


def top_field(path: str) -> str:
    """Return the document's own key of a path.

    >>> top_field("attachments[0].sha256")
    'attachments'
    """
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


def _places(
    error: ValidationError, schema: Compiled
) -> Iterator[tuple[str, str, Json]]:
    """Yield path, title and value; keys that are missing or too many are places too."""
    here = error.json_path.removeprefix("$").removeprefix(".")
    if error.validator == "required":
        keys = [key for key in error.validator_value if key not in error.instance]
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        keys = sorted(key for key in error.instance if key not in known)
    else:
        yield here, error.schema.get("title") or _title(schema, here), error.instance
        return
    for key in keys:
        place = f"{here}.{key}" if here else key
        yield place, _title(schema, place), error.instance.get(key)


def _title(schema: Compiled, path: str) -> str:
    """Return the title of the field of a path, of its nearest parent with one, or it."""
    title = path
    node: Json = schema.schema
    for part in path.replace("]", "").replace("[", ".").split("."):
        node = node.get("items") if part.isdecimal() else _properties(node).get(part)
        if not isinstance(node, dict):
            break
        title = node.get("title", title)
    return title


def _properties(node: Json) -> dict[str, Json]:
    found: dict[str, Json] = node.get("properties", {})
    return found


def _violation(error: ValidationError, place: str, title: str, found: Json) -> Finding:
    words = _keywords().get(error.validator, {"zh": "{value}", "en": "{value}"})
    value = _value(error.validator_value)
    return Finding(
        code="schema-violation",
        field=top_field(place) or None,
        data={
            "path": place,
            "name": title,
            "keyword": error.validator,
            "expected": words["en"].replace("{value}", value),
            "expected_zh": words["zh"].replace("{value}", value),
            "found": _value(found),
        },
    )


def _value(value: Json) -> str:
    if isinstance(value, list) and all(isinstance(x, str | None) for x in value):
        return "、".join("null" if x is None else x for x in value)[:_LONGEST]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


@cache
def _keywords() -> dict[str, dict[str, str]]:
    return {row["keyword"]: row for row in read_codelist("schema-keywords")}
