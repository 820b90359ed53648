"""What people get wrong at first: one line that says what, where and what to do."""

import json
import sqlite3

import pytest

WRONG = {
    "no workspace": (["status"], 2, ["no workspace here", "contentkit init"]),
    "no recipe file": (
        ["init", "new", "--profile", "auto", "--recipe", "mine/r.toml"],
        2,
        ["mine/r.toml: no such file", "recipe"],
    ),
    "no such profile": (
        ["init", "new", "--profile", "zhechengg", "--recipe", "auto"],
        2,
        ["zhechengg: no such profile", "zhecheng"],
    ),
    "no address": (
        ["init", "new", "--profile", "auto", "--recipe", "auto"],
        2,
        ["base_url is missing", "--base-url URL"],
    ),
    "verify a text file": (["bundle", "verify", "note.txt"], 3, ["note.txt", "fault"]),
    "verify what is not there": (["bundle", "verify", "nope"], 3, ["nope"]),
    "extract-page without its file": (
        ["extract-page", "nope.html", "--url", "http://a.cn/"],
        2,
        ["nope.html: cannot be read", "saved page"],
    ),
    "extract-page without a URL": (["extract-page", "note.txt"], 2, ["--url"]),
    "unknown command": (["hravest"], 2, ["hravest", "contentkit --help"]),
    "unknown option": (["run", "--form-mirror", "x"], 2, ["--form-mirror", "--help"]),
    "demo in a file": (["demo", "note.txt"], 2, ["note.txt", "another"]),
    "sample site in a file": (["sample-site", "note.txt"], 2, ["note.txt", "another"]),
}


@pytest.mark.parametrize(("words", "code", "parts"), WRONG.values(), ids=WRONG.keys())
def test_wrong_use_without_a_workspace(
    inside, tmp_path, is_one_line, words, code, parts
):
    (tmp_path / "note.txt").write_text("a note")
    is_one_line(inside(*words), code, *parts)
    assert [x.name for x in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://a.cn/", "http://", "http://a b/", "//a.cn", ""]
)
def test_a_base_url_that_is_none(inside, tmp_path, is_one_line, url):
    words = ["--profile", "auto", "--recipe", "auto", "--base-url", url]
    done = inside("init", tmp_path / "new", *words)
    is_one_line(done, 2, "--base-url", "http://www.example.gov.cn/")
    assert not (tmp_path / "new").exists()


EMPTY = {
    "mirror is a file": (["run", "--from-mirror", "note.txt"], ["note.txt", "folder"]),
    "mirror is not there": (["run", "--from-mirror", "nope"], ["nope", "folder"]),
    "mirror is empty": (["run", "--from-mirror", "empty"], ["empty", "no file"]),
    "WARC is not there": (["run", "--from-warc", "nope.gz"], ["nope.gz: no such file"]),
    "WARC is a folder": (["run", "--from-warc", "empty"], ["empty", "--from-mirror"]),
    "two sources": (
        ["run", "--from-warc", "note.txt", "--from-mirror", "empty"],
        ["contradict"],
    ),
    "export before any stage": (["export"], ["nothing was harvested", "harvest"]),
    "probe before any stage": (["probe"], ["nothing was harvested", "harvest"]),
    "unknown URL": (["show", "http://a.cn/x"], ["http://a.cn/x: no such URL"]),
    "findings of an unknown URL": (["findings", "--url", "x"], ["x: no such URL"]),
    "findings of an unknown code": (
        ["findings", "--code", "META-2"],
        ["META-2: no such code", "META-02"],
    ),
}


@pytest.mark.parametrize(("words", "parts"), EMPTY.values(), ids=EMPTY.keys())
def test_wrong_use_of_an_empty_workspace(
    space, inside, tmp_path, is_one_line, words, parts
):
    (tmp_path / "note.txt").write_text("a note")
    (tmp_path / "empty").mkdir()
    is_one_line(inside("-w", space.folder, *words), 2, *parts)
    assert space.rows("SELECT count(*) FROM captures") == [(0,)]
    assert space.bundles() == []


def test_a_text_file_as_warc_is_refused(space, tmp_path, is_one_line):
    path = tmp_path / "note.txt"
    path.write_text("a note")
    is_one_line(space("run", "--from-warc", path), 3, path, "not a WARC")


def test_export_between_stages_refuses_and_reconcile_does_not_lie(
    space, site_folder, is_one_line, is_accounted
):
    assert space("harvest", "--from-mirror", site_folder).returncode == 0
    proof = space("reconcile", "--json")
    assert proof.returncode == 1
    assert json.loads(proof.stdout)["is_whole"] is False
    for stage in ("extract", "normalize", "validate", "dedupe", "cleanup"):
        is_one_line(
            space("export"), 1, " wait for", f"'contentkit -w {space.folder} {stage}'"
        )
        assert space.bundles() == []
        assert space(stage).returncode == 0
    assert space("export").returncode == 0
    is_accounted(space)


@pytest.mark.parametrize("there", ["folder", "file", "full", "below a file"])
def test_out_that_cannot_be_made(full, tmp_path, is_one_line, there):
    out = tmp_path / "out"
    if there in ("folder", "full"):
        out.mkdir()
    if there == "full":
        (out / "mine.txt").write_text("mine")
    if there == "file":
        out.write_text("mine")
    if there == "below a file":
        (tmp_path / "note").write_text("mine")
        out = tmp_path / "note" / "out"
    before = sorted(tmp_path.rglob("*"))
    is_one_line(full("export", "--out", out), 2, tmp_path, "--out")
    new = set(tmp_path.rglob("*")) - set(before)
    assert {x.name for x in new} <= {
        "workspace.lock",
        "workspace.db-shm",
        "workspace.db-wal",
    }


def test_init_never_touches_a_workspace(full, cli, is_one_line, is_accounted):
    before = (full.folder / "workspace.toml").read_bytes()
    words = ["--profile", "sample", "--recipe", "sample"]
    is_one_line(cli("init", full.folder, *words), 2, full.folder, "workspace already")
    assert (full.folder / "workspace.toml").read_bytes() == before
    is_accounted(full)


@pytest.mark.parametrize("name", ["thesis.doc", ".profile", "archive/old.warc.gz"])
def test_init_makes_no_workspace_among_other_files(cli, tmp_path, is_one_line, name):
    folder = tmp_path / "mine"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("mine")
    words = ["--profile", "sample", "--recipe", "sample"]
    is_one_line(cli("init", folder, *words), 2, folder, "new folder")
    assert [x for x in folder.rglob("*") if x.is_file()] == [folder / name]


@pytest.mark.parametrize("left", [(), ("archive",), ("archive", "bundles", "reports")])
def test_init_goes_on_where_a_killed_init_stopped(cli, tmp_path, left):
    folder = tmp_path / "new"
    for name in left:
        (folder / name).mkdir(parents=True)
    folder.mkdir(exist_ok=True)
    words = ["--profile", "sample", "--recipe", "sample"]
    assert cli("init", folder, *words).returncode == 0


def test_out_that_exists_is_refused_before_any_work(
    space, site_folder, tmp_path, is_one_line
):
    (tmp_path / "out").mkdir()
    words = ["--from-mirror", site_folder, "--out", tmp_path / "out"]
    is_one_line(space("run", *words), 2, tmp_path / "out", "--out")
    assert space.rows("SELECT count(*) FROM captures") == [(0,)]
    assert space.rows("SELECT count(*) FROM runs") == [(0,)]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("noise", ["status"]),
        ("zeros", ["run"]),
        ("pages", ["findings"]),
        ("pages", ["export"]),
        ("tables", ["status"]),
        ("text", ["reconcile"]),
    ],
    ids=str,
)
def test_a_damaged_ledger_is_told_and_made_anew(
    full, is_one_line, is_accounted, damage, words
):
    path = full.folder / "workspace.db"
    damage_ledger(path, damage)
    is_one_line(full(*words), 3, path, "rebuild")
    if damage != "pages":
        return
    for file in full.folder.glob("workspace.db*"):
        file.unlink()
    assert full("rebuild").returncode == 0
    done = full("run")
    assert done.returncode == 0, done.stderr
    assert len(full.migrated()) == 3
    is_accounted(full)


def damage_ledger(path, damage):
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if damage == "tables":
        conn.execute("DROP TABLE urls")
    conn.close()
    data = bytearray(path.read_bytes())
    if damage == "noise":
        data[:] = b"\xa5\x5a" * (len(data) // 2)
    elif damage == "zeros":
        data[1000:] = bytes(len(data) - 1000)
    elif damage == "text":
        data[:] = b"not a database\n" * 100
    elif damage == "pages":
        for start in range(4096, len(data), 4096):
            data[start : start + 400] = b"\xff" * 400
    path.write_bytes(data)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def test_a_workspace_of_a_newer_version_is_left_alone(full, is_one_line, site_folder):
    path = full.folder / "workspace.db"
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 99")
    conn.close()
    for words in (["status"], ["run", "--from-mirror", site_folder], ["rebuild"]):
        is_one_line(full(*words), 2, path, "newer contentkit", "99")
    conn = sqlite3.connect(path)
    assert conn.execute("PRAGMA user_version").fetchone() == (99,)
    conn.close()


def test_a_moved_workspace_keeps_its_bundle(full, cli, tmp_path):
    moved = tmp_path / "moved"
    full.folder.rename(moved)
    assert cli("-w", moved, "reconcile").returncode == 0
    done = cli("-w", moved, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(next((moved / "bundles").iterdir()))
