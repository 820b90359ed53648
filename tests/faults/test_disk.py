"""A disk that is full or may not be written: one line, nothing half, and on it goes."""

import os
import resource
import shutil
import subprocess
from functools import partial

import pytest


def limit_files(size):
    """Let no file of this process grow beyond `size` bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def largest(space):
    return max(x.stat().st_size for x in space.folder.glob("workspace.db*"))


@pytest.mark.parametrize("size", [2_000, 60_000, 200_000])
def test_a_full_disk_while_harvesting(
    space, site_folder, is_one_line, is_accounted, size
):
    for number in range(40):
        name = site_folder / "zwgk" / f"blob{number}.bin"
        name.write_bytes(os.urandom(10_000))
    done = space(
        "run", "--from-mirror", site_folder, preexec_fn=partial(limit_files, size)
    )
    is_one_line(done, 2, space.folder, "cannot be written", "run the command again")
    assert space.bundles() == []
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert len(space.migrated()) == 3
    assert space.rows("SELECT count(*), count(DISTINCT url_id) FROM captures") == [
        (44, 44)
    ]
    is_accounted(space)


@pytest.mark.parametrize("stage", ["extract", "normalize", "validate"])
def test_a_full_disk_when_a_stage_commits(
    space, site_folder, is_one_line, is_accounted, stage
):
    assert space("harvest", "--from-mirror", site_folder).returncode == 0
    for before in ("extract", "normalize", "validate"):
        if before == stage:
            break
        assert space(before).returncode == 0
    done = space(stage, preexec_fn=partial(limit_files, 8_000))
    is_one_line(done, 2, space.folder, "cannot be written")
    assert space.rows("SELECT count(*) FROM marks WHERE stage = ?", stage) == [(0,)]
    done = space("run")
    assert done.returncode == 0, done.stderr
    assert len(space.migrated()) == 3
    is_accounted(space)


@pytest.fixture
def mount(tmp_path):
    """Return a function that mounts something, where the system lets us."""
    mounted = []

    def run(*words):
        try:
            done = subprocess.run(["mount", *words], capture_output=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount command: not tested")
        if done.returncode:
            pytest.skip("mounting is not allowed: not tested")
        if words[-1] not in mounted:
            mounted.append(words[-1])

    yield run
    for place in mounted:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def small_disk(tmp_path, mount):
    """Return a function that makes a file system of some KB."""

    def make(size):
        place = tmp_path / "disk"
        place.mkdir()
        mount("-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place))
        return place

    return make


def test_a_full_disk_while_exporting(full, small_disk, is_one_line, is_accounted):
    disk = small_disk(200)
    (disk / "filler").write_bytes(bytes(150_000))
    out = disk / "bundle"
    before = full.rows("SELECT count(*) FROM exports")
    is_one_line(full("export", "--out", out), 2, out, "No space left", "--out")
    assert [x.name for x in disk.iterdir()] == ["filler"]
    assert full.rows("SELECT count(*) FROM exports") == before
    is_accounted(full)


@pytest.mark.parametrize("size", [500, 700, 900, 1_200])
def test_a_full_disk_under_the_whole_workspace(
    small_disk, site_folder, is_one_line, make_space, is_accounted, tmp_path, cli, size
):
    disk = small_disk(size)
    made = make_space("disk/space")
    (site_folder / "zwgk" / "blob.bin").write_bytes(os.urandom(60_000))
    done = cli("-w", made.folder, "run", "--from-mirror", site_folder)
    if done.returncode == 0:  # it fitted after all
        is_accounted(made)
        return
    line = is_one_line(done, 2, disk)
    assert "No space left" in line or "is full" in line or "disk I/O" in line
    # on a larger disk the same workspace goes on
    moved = tmp_path / "larger"
    shutil.copytree(made.folder, moved)
    assert [x for x in (moved / "bundles").iterdir() if "partial" in x.name] == []
    done = cli("-w", moved, "run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert "3 documents" in done.stderr
    assert cli("-w", moved, "reconcile").returncode == 0


@pytest.fixture
def closed(mount):
    """Return a function that takes the right to write to a folder away."""
    changed = []

    def close(folder):
        if os.getuid() == 0:  # whom permissions do not hold
            mount("--bind", str(folder), str(folder))
            mount("-o", "remount,ro,bind", str(folder))
            return
        for path in [folder, *folder.rglob("*")]:
            changed.append((path, path.stat().st_mode))
            path.chmod(0o555 if path.is_dir() else 0o444)

    yield close
    for path, mode in changed:
        path.chmod(mode)


@pytest.mark.parametrize("words", [["run"], ["extract"], ["export"], ["rebuild"]])
def test_a_workspace_that_may_not_be_written(full, closed, is_one_line, words):
    closed(full.folder)
    is_one_line(full(*words), 2, full.folder, "cannot be written")


@pytest.mark.parametrize("words", [["status"], ["findings"], ["show", "x"]])
def test_looking_needs_no_right_to_write(full, closed, words):
    closed(full.folder)
    done = full(*words)
    assert done.returncode == (2 if words[0] == "show" else 0), done.stderr
    assert "cannot be written" not in done.stderr


def test_a_place_where_no_workspace_can_be_made(cli, tmp_path, closed, is_one_line):
    place = tmp_path / "closed"
    place.mkdir()
    closed(place)
    words = ["--profile", "sample", "--recipe", "sample"]
    is_one_line(cli("init", place / "new", *words), 2, place / "new", "may write")
    assert list(place.iterdir()) == []
