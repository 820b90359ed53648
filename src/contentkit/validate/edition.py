"""An edition of the platform's schema, compiled twice: to judge fast and to explain.

jsonschema-rs says in microseconds whether a document fits; only one that does not is
read again by jsonschema, which tells every fault with its place. A test proves that
both find the same faults.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as InvalidSchema
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from contentkit.errors import SchemaError
from contentkit.models import Json
from contentkit.resources import schema_file, schema_names


@dataclass(frozen=True, slots=True)
class Compiled:
    """One schema, its fast judge and its explainer."""

    schema: Mapping[str, Json]
    judge: jsonschema_rs.Draft202012Validator
    explainer: Any

    def is_valid(self, instance: Json) -> bool:
        """Tell whether an instance fits the schema."""
        return self.judge.is_valid(instance)

    def errors(self, instance: Json) -> list[ValidationError]:
        """Return every fault of an instance, in the order of their places."""
        faults = self.explainer.iter_errors(instance)
        return sorted(faults, key=lambda fault: (fault.json_path, fault.message))


@dataclass(frozen=True, slots=True)
class Edition:
    """The schemas of one edition by name: `document`, `column`, `attachment` …"""

    name: str
    schemas: Mapping[str, Compiled]

    @property
    def document(self) -> Compiled:
        """Return the schema of a document."""
        return self.schemas["document"]


def load_edition(name: str = "zj-2020") -> Edition:
    """Return an edition with all its schemas compiled.

    Raises `SchemaError` when there is no such edition, or with every schema of it that
    does not compile.
    """
    try:
        names = schema_names(name)
    except (FileNotFoundError, NotADirectoryError):
        fault = (
            "no such edition of the platform schema: correct `edition` in the recipe"
        )
        raise SchemaError(name, [fault]) from None
    compiled: dict[str, Compiled] = {}
    faults: list[str] = []
    for schema in names:
        try:
            compiled[schema] = _read_schema(f"{schema}.json", schema_file(name, schema))
        except SchemaError as error:
            faults += [f"{error.path}: {fault}" for fault in error.faults]
    if faults:
        raise SchemaError(name, faults)
    return Edition(name, compiled)


def compile_schema(path: str, text: str) -> Compiled:
    """Return a JSON Schema 2020-12 compiled; `SchemaError` names `path` and the place."""
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        fault = f"line {error.lineno}, column {error.colno}: is no JSON ({error.msg})"
        raise SchemaError(path, [fault]) from None
    try:
        Draft202012Validator.check_schema(schema)
        judge = jsonschema_rs.Draft202012Validator(schema)
    except InvalidSchema as error:
        fault = f"{error.json_path}: {error.message}: correct the schema"
        raise SchemaError(path, [fault]) from None
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        first = str(error).splitlines()[0]
        raise SchemaError(path, [f"{first}: correct the schema"]) from None
    return Compiled(schema, judge, _Explainer(schema))


def _read_schema(path: str, item: Traversable) -> Compiled:
    try:
        text = item.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(path, [f"byte {error.start} is not UTF-8"]) from None
    return compile_schema(path, text)


def _pattern(_: object, pattern: str, instance: Json, __: object) -> Any:
    """Match as JSON Schema means it: `$` is the very end of the text.

    To Python `$` is also the place before a newline at the end; behind a second newline
    it is not.
    """
    if isinstance(instance, str):
        text = instance + "\n" if instance.endswith("\n") else instance
        if not re.search(pattern, text):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Explainer = extend(Draft202012Validator, {"pattern": _pattern})
