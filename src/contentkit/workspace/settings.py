"""`workspace.toml`: what `init` was told, kept outside the ledger.

The ledger can be deleted and rebuilt from the archive; the choice of profile and
recipe can not, so it has a file of its own.
"""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from contentkit.errors import ConfigError

NAME = "workspace.toml"
_KEYS = ("profile", "recipe", "base_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Profile and recipe by name or path, and the address of the legacy site."""

    profile: str
    recipe: str
    base_url: str | None = None


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `workspace.toml`, whole or not at all."""
    lines = ["# what `contentkit init` was told; edit and run again"]
    for key in _KEYS:
        value = getattr(settings, key)
        if value is not None:
            # a JSON string is a TOML basic string
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    part = folder / (NAME + ".part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(folder / NAME)


def read_settings(folder: Path) -> Settings:
    """Read `workspace.toml`, or raise `ConfigError` with every fault of it."""
    path = folder / NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(str(path), [f"cannot be read: {error}"]) from error
    faults = [
        f"unknown key {key!r}: expected {', '.join(_KEYS)}"
        for key in data
        if key not in _KEYS
    ]
    faults += [
        f"{key}: expected a text in quotes, found {value!r}"
        for key, value in data.items()
        if key in _KEYS and not isinstance(value, str)
    ]
    faults += [f"{key} is missing" for key in ("profile", "recipe") if key not in data]
    if faults:
        raise ConfigError(str(path), faults)
    return Settings(**data)
