"""The JSON Schemas that the lines of a bundle are held against."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema_rs
import orjson

from contentkit.bundle import layout
from contentkit.bundle.faults import Faults, shown
from contentkit.models import Json
from contentkit.resources import find, schema_file, schema_names

LINE_SCHEMAS = ("column", "document", "redirect", "relation", "tombstone")
_EDITION = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LARGEST = 16 << 20  # bytes; the largest schema there is has some 100 KB
_EXPLAINED = 5  # errors told of one line


@dataclass(frozen=True, slots=True)
class Schemas:
    """Validators by schema name; a line must satisfy all of its name."""

    validators: Mapping[str, tuple[Any, ...]]

    def errors(self, name: str, value: Json) -> Iterator[tuple[str, str]]:
        """Yield path and problem of the first errors of a value, none if it is valid."""
        for validator in self.validators.get(name, ()):
            try:
                if not validator.is_valid(value):
                    for error in islice(validator.iter_errors(value), _EXPLAINED):
                        path = "/".join(map(str, error.instance_path))
                        yield shown(path), shown(error.message)
            except ValueError as error:  # such as: nested too deeply
                yield "", f"cannot be checked ({shown(error)})"


def load_schemas(
    root: Path, paths: Iterable[str], edition: str, faults: Faults
) -> Schemas:
    """Compile the schemas at `paths` of a bundle, and ours of the same edition.

    A bundle that claims a known edition but brings other schemas must satisfy both.
    Nothing is fetched: references lead to the schemas of the same set or nowhere.
    """
    own = _own_schemas(root, paths, faults)
    sets = [_compile(own, faults)]
    ours = _packaged_schemas(edition)
    if any(own.get(name) != ours[name] for name in ours):
        sets.append(_compile(ours, faults))
    return Schemas(
        {
            name: tuple(found[name] for found in sets if name in found)
            for name in LINE_SCHEMAS
        }
    )


def format_errors(name: str, value: Json) -> Iterator[tuple[str, str]]:
    """Yield the errors of one of our own formats, such as `bundle`."""
    schema = orjson.loads(find("format", name).read_bytes())
    validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
    yield from Schemas({name: (validator,)}).errors(name, value)


def _own_schemas(root: Path, paths: Iterable[str], faults: Faults) -> dict[str, Json]:
    schemas: dict[str, Json] = {}
    for name in paths:
        try:
            with (root / name).open("rb") as stream:
                stem = PurePosixPath(name).stem
                schemas[stem] = orjson.loads(stream.read(_LARGEST))
        except OSError as error:
            faults.add(name, f"cannot be read ({error.strerror})")
        except orjson.JSONDecodeError as error:
            faults.add(name, f"is not JSON ({shown(error)})")
    return schemas


def _packaged_schemas(edition: str) -> dict[str, Json]:
    if not _EDITION.fullmatch(edition):
        return {}
    try:
        return {
            name: orjson.loads(schema_file(edition, name).read_bytes())
            for name in schema_names(edition)
        }
    except FileNotFoundError:
        return {}  # an edition of somebody else: the bundle's own schemas decide


def _compile(schemas: Mapping[str, Json], faults: Faults) -> dict[str, Any]:
    resources = [
        (schema["$id"], schema)
        for schema in schemas.values()
        if isinstance(schema, dict) and isinstance(schema.get("$id"), str)
    ]
    compiled: dict[str, Any] = {}
    for name in LINE_SCHEMAS:
        if name not in schemas:
            continue
        path = f"{layout.SCHEMAS}/{name}.json"
        if not isinstance(schemas[name], dict):
            faults.add(path, "is no schema: expected an object")
            continue
        try:
            registry = jsonschema_rs.Registry(resources, retriever=_refuse)
            compiled[name] = jsonschema_rs.validator_for(
                schemas[name], registry=registry, retriever=_refuse
            )
        except ValueError as error:
            faults.add(path, f"does not compile ({shown(error)})")
    return compiled


def _refuse(uri: str) -> Json:
    raise ValueError(f"{uri} is not in the bundle, and nothing is fetched")
