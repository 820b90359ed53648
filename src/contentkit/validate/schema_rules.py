"""What the platform's schema finds wrong, told by place, expectation and value."""

import json
from collections.abc import Iterator, Sequence
from functools import cache

from jsonschema_rs import ValidationError

from contentkit.models import Document, Finding, Json
from contentkit.resources import read_codelist
from contentkit.validate.edition import Compiled

_LONGEST = 200  # characters of a wrong value that a finding carries

Place = Sequence[str | int]


def check_schema(document: Document, schema: Compiled) -> Iterator[Finding]:
    """Yield a `schema-violation` for every fault of a document, by place.

    `data` holds `path` (`issuer.name`, `attachments[0].sha256`), `name` (the field's
    title), `keyword`, `expected` and `expected_zh`, and `found`.
    """
    if schema.is_valid(document):
        return
    faults = {
        (path_of(place), error.kind.name): (error, place, found)
        for error in schema.validator.iter_errors(document)
        for place, found in _places(error)
    }
    for (path, keyword), (error, place, found) in sorted(
        faults.items(), key=lambda fault: fault[0]
    ):
        words = _keywords().get(keyword, {"zh": "{value}", "en": "{value}"})
        value = _asked(error)
        yield Finding(
            code="schema-violation",
            field=str(place[0]) if place else None,
            data={
                "path": path,
                "name": title_of(schema, place),
                "keyword": keyword,
                "expected": words["en"].replace("{value}", value),
                "expected_zh": words["zh"].replace("{value}", value),
                "found": _shown(found),
            },
        )


def path_of(place: Place) -> str:
    """Return a place in a document as people write it.

    >>> path_of(["attachments", 0, "sha256"])
    'attachments[0].sha256'
    """
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place)
    return path.removeprefix(".")


def _places(error: ValidationError) -> Iterator[tuple[Place, Json]]:
    """Yield place and value; keys that are missing or too many are places too."""
    facts = error.kind.as_dict()
    place: Place = error.instance_path
    value: Json = error.instance
    if error.kind.name == "required":
        yield [*place, facts["property"]], None
    elif error.kind.name == "additionalProperties":
        for key in facts["unexpected"]:
            yield [*place, key], value[key]
    else:
        yield place, value


def title_of(schema: Compiled, place: Place) -> str:
    """Return the title of a field, of its nearest parent with one, or its path."""
    title = path_of(place)
    node: Json = schema.schema
    for part in place:
        if isinstance(part, int):
            node = node.get("items")
        else:
            node = node.get("properties", {}).get(part)
        if not isinstance(node, dict):
            break
        title = node.get("title", title)
    return title


def _asked(error: ValidationError) -> str:
    """Return what the keyword asks for: a limit, a pattern, the options …"""
    facts = error.kind.as_dict()
    if error.kind.name in ("required", "additionalProperties"):
        return ""
    return _shown(next(iter(facts.values()), ""))


def _shown(value: Json) -> str:
    if isinstance(value, list) and all(isinstance(x, str | None) for x in value):
        text = "、".join("null" if x is None else x for x in value)
    elif isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


@cache
def _keywords() -> dict[str, dict[str, str]]:
    return {row["keyword"]: row for row in read_codelist("schema-keywords")}
