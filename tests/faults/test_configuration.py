"""Profiles, recipes and their tables with faults: every one is told with its place."""

import pytest

from contentkit import codelists
from contentkit.validate import edition

HEAD = "url_prefix,name_path,action,column,article20,directory,kind,reason,source\n"
RECIPE = 'site = "own"\nedition = "zj-2020"\ncolumns = "columns.csv"\n'


@pytest.fixture
def own(tmp_path):
    """Return a function that writes a recipe with its tables, and a profile."""

    def write(*, recipe=RECIPE, columns="/,,map,zwdt,,,,,own\n", profile="", **tables):
        folder = tmp_path / "own"
        folder.mkdir()
        (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
        (folder / "columns.csv").write_text(HEAD + columns, encoding="utf-8")
        (folder / "profile.toml").write_text(
            'name = "own"\nbase_url = "http://www.example.gov.cn/"\n' + profile,
            encoding="utf-8",
        )
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def init(inside, tmp_path):
    """Return a function that makes a workspace of own files."""

    def run(folder):
        words = [
            "--profile",
            folder / "profile.toml",
            "--recipe",
            folder / "recipe.toml",
        ]
        return inside("init", tmp_path / "new", *words)

    return run


FAULTS = {
    "unknown key of a profile": (
        {"profile": 'base_uri = "http://a.cn/"\n'},
        "profile.toml",
        ["base_uri"],
    ),
    "unknown key in a table of a profile": (
        {"profile": "[limits]\nmax_depht = 3\n"},
        "profile.toml",
        ["max_depht", "max_depth"],
    ),
    "selector that is none": (
        {"profile": '[select.title]\ncss = "h1["\n'},
        "profile.toml",
        ["select.title"],
    ),
    "profile that is no TOML": ({"profile": "x = [1,\n"}, "profile.toml", ["TOML"]),
    "unknown key of a recipe": (
        {"recipe": RECIPE + 'colums = "x"\n'},
        "recipe.toml",
        ["colums"],
    ),
    "column map with a circle": (
        {"columns": "/a/,,merge,/b/,,,,,own\n/b/,,merge,/a/,,,,,own\n"},
        "columns.csv",
        ["/a/", "/b/"],
    ),
    "column map that is not there": (
        {"recipe": RECIPE.replace("columns.csv", "nope.csv")},
        "nope.csv",
        ["no such file"],
    ),
    "issuer with two codes": (
        {
            "recipe": RECIPE + '[lookups]\nissuers = "issuers.csv"\n',
            "issuers": "name,alias,code,doc_code,valid_from,valid_to,source\n"
            "区政府,,113301000000000001,,,,own\n区政府,,113301000000000002,,,,own\n",
        },
        "issuers.csv",
        ["row 2", "区政府", "two codes"],
    ),
    "unknown platform edition": (
        {"recipe": RECIPE.replace("zj-2020", "zj-1999")},
        "recipe.toml",
        ["zj-1999", "zj-2020"],
    ),
}


@pytest.mark.parametrize(("files", "name", "parts"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_an_own_file_is_told_before_anything_is_made(
    own, init, tmp_path, is_one_line, files, name, parts
):
    is_one_line(init(own(**files)), 2, name, *parts)
    assert not (tmp_path / "new").exists()


def test_a_fault_that_comes_later_stops_the_run_and_check_names_it(
    own, init, inside, tmp_path, site_folder, is_one_line
):
    folder = own()
    assert init(folder).returncode == 0
    profile = folder / "profile.toml"
    profile.write_text(profile.read_text("utf-8") + "nonsense = 1\n", encoding="utf-8")
    (folder / "columns.csv").write_text(HEAD + "/,,map,nope,,,,,own\n", "utf-8")
    new = tmp_path / "new"
    done = inside("-w", new, "run", "--from-mirror", site_folder)
    is_one_line(done, 2, "profile.toml", "nonsense")
    done = inside("-w", new, "check")
    assert done.returncode == 2
    assert "nonsense" in done.stdout
    assert "columns.csv" in done.stdout


def test_a_selector_that_matches_nothing_falls_back_and_is_told(
    own, cli, space, site_folder, tmp_path
):
    folder = own(profile='[select.title]\ncss = "h1.nowhere"\n')
    words = ["--profile", folder / "profile.toml", "--recipe", "auto"]
    assert cli("init", tmp_path / "new", *words).returncode == 0
    done = cli("-w", tmp_path / "new", "run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert "3 documents" in done.stderr
    told = cli("-w", tmp_path / "new", "findings", "--counts", "--json").stdout
    assert "selector" in told


def test_a_schema_that_does_not_compile_is_told(tmp_path, monkeypatch, inside):
    broken = tmp_path / "document.json"
    broken.write_text(
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "objekt"}'
    )
    monkeypatch.setattr(edition, "schema_file", lambda *_: broken)
    done = inside("check")
    assert done.returncode == 2
    assert done.stderr == ""
    told = [x for x in done.stdout.splitlines() if "document.json" in x]
    assert len(told) == 1
    assert "objekt" in told[0]


def test_a_code_list_with_a_code_twice_is_told(monkeypatch, inside):
    read = codelists.read_codelist

    def doubled(name):
        rows = read(name)
        return (*rows, rows[0]) if name == "article20" else rows

    monkeypatch.setattr(codelists, "read_codelist", doubled)
    done = inside("check")
    assert done.returncode == 2
    (told,) = done.stdout.splitlines()
    assert told.startswith("article20.csv: row ")
    assert "stands twice" in told
