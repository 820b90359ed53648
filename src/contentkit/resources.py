"""Packaged data files and the user's own, found in one place.

A profile, recipe, column map or lookup is named or given by path; a path wins.
"""

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from contentkit.errors import ConfigError

_ROOTS = {
    "profile": ("contentkit.spiders", "profiles", ".toml"),
    "recipe": ("contentkit.migrate", "recipes", ".toml"),
    "columns": ("contentkit.migrate", "columns", ".csv"),
    "lookup": ("contentkit.migrate", "lookups", ".csv"),
    "codelist": ("contentkit.schemas", "codelists", ".csv"),
    "format": ("contentkit.schemas", "formats", ".json"),
}


def packaged(kind: str) -> list[str]:
    """Return the sorted names of the packaged files of a kind, without suffix."""
    package, folder, suffix = _ROOTS[kind]
    return sorted(
        item.name.removesuffix(suffix)
        for item in (files(package) / folder).iterdir()
        if item.name.endswith(suffix)
    )


def find(kind: str, name: str, *, near: Path | None = None) -> Traversable:
    """Return the file called `name`: a path (also relative to `near`), else packaged.

    Raises `ConfigError` that lists what there is.
    """
    package, folder, suffix = _ROOTS[kind]
    for base in ([near] if near else []) + [Path()]:
        candidate = base / name
        if candidate.is_file():
            return candidate
    item = files(package) / folder / (name.removesuffix(suffix) + suffix)
    if "/" not in name and item.is_file():
        return item
    if "/" in name or name.endswith(suffix):
        raise ConfigError(name, [f"no such file: check the path of the {kind}"])
    known = ", ".join(packaged(kind))
    raise ConfigError(name, [f"no such {kind}: give a path or one of {known}"])


def schema_file(edition: str, name: str) -> Traversable:
    """Return a JSON Schema of a platform edition, such as `document`."""
    return files("contentkit.schemas") / "platform" / edition / f"{name}.json"


def editions() -> list[str]:
    """Return the sorted names of the packaged platform editions."""
    folder = files("contentkit.schemas") / "platform"
    return sorted(item.name for item in folder.iterdir() if item.is_dir())


def schema_names(edition: str) -> list[str]:
    """Return the sorted names of the schemas of a platform edition."""
    folder = files("contentkit.schemas") / "platform" / edition
    return sorted(
        item.name.removesuffix(".json")
        for item in folder.iterdir()
        if item.name.endswith(".json")
    )


def sample_data(name: str) -> Traversable:
    """Return a data file of the sample site: its words, columns, templates."""
    return files("contentkit.samplesite") / "data" / name


def review_template(name: str) -> str:
    """Return a packaged file of the editors' report: its styles, its script."""
    return (files("contentkit.review") / "templates" / name).read_text(encoding="utf-8")


def read_csv(item: Traversable) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header; a BOM and `#` lines are skipped."""
    lines = item.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    return list(csv.DictReader(_without_comments(lines)))


@cache
def read_codelist(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a packaged code list."""
    return tuple(read_csv(find("codelist", name)))


@cache
def read_lookup(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a packaged lookup."""
    return tuple(read_csv(find("lookup", name)))


def _without_comments(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if not line.startswith("#"))
