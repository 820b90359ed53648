"""Make a workspace, and prove its configuration before anything runs."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from contentkit.codelists import check_codelists
from contentkit.errors import ConfigError, ContentkitError, ParseError, WorkspaceError
from contentkit.harvest.urls import canonical_url
from contentkit.profile import load_profile
from contentkit.recipe import load_recipe
from contentkit.resources import editions, packaged
from contentkit.validate.edition import load_edition
from contentkit.workspace import Settings, Workspace
from contentkit.workspace.settings import NAME, read_settings


def init_workspace(
    folder: Path, *, profile: str, recipe: str, base_url: str | None
) -> Workspace:
    """Make a workspace after proving that profile and recipe can be loaded.

    Paths are kept relative to the workspace, so that both can be moved together.
    """
    if base_url is not None:
        _check_base_url(base_url)
    loaded = load_profile(profile, base_url=base_url)
    load_recipe(recipe)
    if loaded.base_url is None:
        raise ConfigError(
            profile,
            ["base_url is missing: add it to the profile, or give --base-url URL"],
        )
    settings = Settings(
        profile=_relative(profile, folder),
        recipe=_relative(recipe, folder),
        base_url=base_url,
    )
    return Workspace.create(folder, settings)


def require_captures(workspace: Workspace) -> None:
    """Raise `WorkspaceError` if nothing was harvested into the workspace yet."""
    if workspace.conn.execute("SELECT 1 FROM captures LIMIT 1").fetchone() is None:
        raise WorkspaceError(
            f"{workspace.folder}: nothing was harvested yet: first 'contentkit -w "
            f"{workspace.folder} harvest', with --from-mirror DIR or --from-warc FILE "
            "if the site was saved before"
        )


def check_all(folder: Path) -> list[str]:
    """Return every fault of the workspace's configuration and of the packaged files."""
    faults: list[str] = []
    if (folder / NAME).is_file():
        settings = read_settings(folder)
        workspace_files = (
            (settings.profile, load_profile),
            (settings.recipe, load_recipe),
        )
        for name, load in workspace_files:
            path = folder / name
            faults += _faults(load, [str(path) if path.is_file() else name])
    faults += _faults(load_profile, packaged("profile"))
    faults += _faults(load_recipe, packaged("recipe"))
    faults += _faults(load_edition, editions())
    faults += check_codelists()
    return list(dict.fromkeys(faults))


def _check_base_url(url: str) -> None:
    try:
        canonical_url(url)
    except ParseError as error:
        raise ConfigError(
            "--base-url",
            [f"{url!r} is no web address: give one like http://www.example.gov.cn/"],
        ) from error


def _faults(load: Callable[[str], object], names: Iterable[str]) -> list[str]:
    faults: list[str] = []
    for name in names:
        try:
            load(name)
        except ContentkitError as error:
            faults += str(error).splitlines()
    return faults


def _relative(name: str, folder: Path) -> str:
    if not Path(name).is_file():
        return name
    return os.path.relpath(Path(name).resolve(), folder.resolve())
