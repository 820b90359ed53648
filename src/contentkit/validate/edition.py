"""An edition of the platform's schema, compiled by jsonschema-rs.

It judges a document in microseconds and tells every fault with its place. The tests
prove that jsonschema, the reference implementation, finds the same faults.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as InvalidSchema

from contentkit.errors import SchemaError
from contentkit.models import Json
from contentkit.resources import schema_file, schema_names


@dataclass(frozen=True, slots=True)
class Compiled:
    """One schema and its validator."""

    schema: Mapping[str, Json]
    validator: jsonschema_rs.Draft202012Validator

    def is_valid(self, instance: Json) -> bool:
        """Tell whether an instance fits the schema."""
        return self.validator.is_valid(instance)


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
        validator = jsonschema_rs.Draft202012Validator(schema)
    except InvalidSchema as error:
        fault = f"{error.json_path}: {error.message}: correct the schema"
        raise SchemaError(path, [fault]) from None
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        first = str(error).splitlines()[0]
        raise SchemaError(path, [f"{first}: correct the schema"]) from None
    return Compiled(schema, validator)


def _read_schema(path: str, item: Traversable) -> Compiled:
    try:
        text = item.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(path, [f"byte {error.start} is not UTF-8"]) from None
    return compile_schema(path, text)
