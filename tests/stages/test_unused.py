"""Rows of a recipe that no page needs are told, those that one needs are not."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from contentkit.resources import find

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

COLUMN = "/bcz/,,map,zwdt-gg,,,,,never on the old site\n"
PATCHES = """field,value,replacement,reason,source
disclosure,主动公开,主动公开,used by most documents,test
disclosure,从不公开,主动公开,used by none,test
"""
ISSUER = "江澜区不存在局,,,,,,test\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Return the sample recipe with one more row in each of its tables."""
    text = find("recipe", "sample").read_text(encoding="utf-8")
    text = text.replace('columns = "sample"', 'columns = "columns.csv"')
    text = text.replace(
        'issuers = "sample-issuers"', 'issuers = "issuers.csv"\npatches = "patches.csv"'
    )
    columns = find("columns", "sample").read_text(encoding="utf-8")
    issuers = find("lookup", "sample-issuers").read_text(encoding="utf-8")
    for name, content in (
        ("recipe.toml", text),
        ("columns.csv", columns + COLUMN),
        ("issuers.csv", issuers + ISSUER),
        ("patches.csv", PATCHES),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path / "recipe.toml"


def test_rows_that_matched_nothing(
    cli: Cli, tmp_path: Path, mirror: Path, recipe: Path
):
    space = tmp_path / "space"
    cli("init", space, "--profile", "sample", "--recipe", recipe)
    before = cli("-w", space, "check", "--json")
    assert json.loads(before.stdout) == {"ok": True, "faults": [], "unused": []}
    assert cli("-w", space, "run", "--from-mirror", mirror).returncode == 0
    unused = json.loads(cli("-w", space, "check", "--json").stdout)["unused"]
    assert "column map: /bcz/ matched no page" in unused
    assert "issuers: 江澜区不存在局 issued no document" in unused
    assert "patches: no disclosure is '从不公开'" in unused
    assert "column map: /zwgk/bmwj/ matched no page" not in unused
    assert "patches: no disclosure is '主动公开'" not in unused
    assert not any("江澜区人民政府 " in line for line in unused)
