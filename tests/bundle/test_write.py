"""Bundles are the same bytes for the same content, and whole or not there."""

import hashlib
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from contentkit.bundle.redirects import Redirect, Status
from contentkit.bundle.sink import Sink
from contentkit.bundle.verify import require_valid, verify_bundle
from contentkit.bundle.write import BundleWriter, discard_partials
from contentkit.errors import BundleError, ContentkitError

DATA = b"content of a file"
SHA256 = hashlib.sha256(DATA).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_the_same_content_gives_the_same_bytes(builder, tmp_path):
    builder.write(tmp_path / "a")
    builder.write(tmp_path / "other-name")
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "other-name")


@pytest.mark.parametrize(
    "changes",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Pago_Pago", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ],
)
def test_no_time_zone_locale_or_hash_seed_shows(builder, tmp_path, changes):
    builder.write(tmp_path / "a")
    program = (
        "import importlib.util, pathlib, sys\n"
        "spec = importlib.util.spec_from_file_location('conf', sys.argv[1])\n"
        "conf = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(conf)\n"
        "conf.Builder().write(pathlib.Path(sys.argv[2]))\n"
    )
    conftest = str(Path(__file__).with_name("conftest.py"))
    arguments = [sys.executable, "-c", program, conftest, str(tmp_path / "b")]
    subprocess.run(arguments, check=True, env={**os.environ, **changes})
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_the_order_of_files_does_not_matter(builder, tmp_path):
    contents = [b"one", b"two", b"three"]
    for name, order in (("a", contents), ("b", contents[::-1])):
        with BundleWriter(tmp_path / name, info=builder.info) as writer:
            for content in order:
                writer.add_file(hashlib.sha256(content).hexdigest(), [content])
            writer.close()
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_a_file_is_stored_once_from_a_path_or_from_pieces(builder, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(DATA)
    with BundleWriter(tmp_path / "b", info=builder.info) as writer:
        assert writer.add_file(SHA256, source)
        assert not writer.add_file(SHA256, [DATA[:3], DATA[3:]])
        summary = writer.close()
    stored = tmp_path / "b/data/files" / SHA256[:2] / SHA256
    assert stored.read_bytes() == DATA
    assert (summary.counts["files"], summary.counts["bytes"]) == (1, len(DATA))


def test_files_that_are_not_what_their_hash_says_stop_the_export(builder, tmp_path):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with writer, pytest.raises(BundleError, match="the archive is damaged") as caught:
        writer.add_file(SHA256, [b"something else"])
    assert caught.value.exit_code == 3
    assert names(tmp_path) == []


@pytest.mark.parametrize("sha256", ["", "ab", "../../x", "A" * 64, f"{'a' * 62}/x"])
def test_only_hashes_name_files(builder, tmp_path, sha256):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with writer, pytest.raises(ValueError, match="no sha256"):
        writer.add_file(sha256, [b""])


def test_documents_and_redirects_must_come_sorted(builder, tmp_path):
    first, second = builder.documents()[:2]
    with BundleWriter(tmp_path / "b", info=builder.info) as writer:
        writer.add_document(second)
        with pytest.raises(ValueError, match="does not come after"):
            writer.add_document(first)
        writer.add_redirect(Redirect(from_url="http://b/", to="/", status=Status.MOVED))
        with pytest.raises(ValueError, match="does not come after"):
            writer.add_redirect(
                Redirect(from_url="http://a/", to="/", status=Status.MOVED)
            )


def test_nothing_is_left_when_it_was_not_closed(builder, tmp_path):
    with BundleWriter(tmp_path / "b", info=builder.info) as writer:
        builder.fill(writer)
    assert names(tmp_path) == []


class Interrupted(BaseException):
    pass


@pytest.mark.parametrize("error", [KeyError, Interrupted])
def test_nothing_is_left_after_an_error(builder, tmp_path, error):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with pytest.raises(error), writer:
        builder.fill(writer)
        raise error
    assert names(tmp_path) == []


def test_a_failing_check_leaves_no_bundle(builder, tmp_path):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with pytest.raises(BundleError), writer:
        builder.fill(writer)
        (next(tmp_path.glob("b.partial-*")) / "README").write_text("x")
        writer.close(check=require_valid)
    assert names(tmp_path) == []


def test_a_check_sees_the_whole_bundle(builder, tmp_path):
    with BundleWriter(tmp_path / "b", info=builder.info) as writer:
        builder.fill(writer)
        writer.close(check=require_valid)
    assert verify_bundle(tmp_path / "b").is_whole


def test_what_is_there_is_never_overwritten(builder, tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(ContentkitError, match="already exists"):
        BundleWriter(tmp_path / "b", info=builder.info).__enter__()
    assert names(tmp_path) == ["b"]


def test_what_appears_meanwhile_is_not_overwritten(builder, tmp_path):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with pytest.raises(ContentkitError, match="cannot be written"), writer:
        builder.fill(writer)
        (tmp_path / "b").mkdir()
        (tmp_path / "b/mine").write_text("x")
        writer.close()
    assert snapshot(tmp_path) == {"b/mine": b"x"}


def test_leftovers_of_killed_exports_are_removed(builder, tmp_path):
    for name in ("b.partial-12ab34cd", "b.partial-ffff0000", "bc.partial-1", "b"):
        (tmp_path / name / "data").mkdir(parents=True)
    assert discard_partials(tmp_path / "b") == 2
    assert names(tmp_path) == ["b", "bc.partial-1"]


def test_a_missing_source_is_told(builder, tmp_path):
    writer = BundleWriter(tmp_path / "b", info=builder.info)
    with writer, pytest.raises(ContentkitError, match="cannot be read"):
        writer.add_file(SHA256, tmp_path / "nothing")


def test_values_cannot_add_tags_to_the_bag(builder, tmp_path):
    info = replace(builder.info, organization="甲\r\nPayload-Oxum: 0.0\u2028乙\x00")
    with BundleWriter(tmp_path / "b", info=info) as writer:
        builder.fill(writer)
        writer.close()
    text = (tmp_path / "b/bag-info.txt").read_text()
    assert "Source-Organization: 甲 Payload-Oxum: 0.0 乙\n" in text
    assert verify_bundle(tmp_path / "b").is_whole


# a full disk, simulated three ways


class Raw:
    """A file object that fails."""

    def __init__(self, file) -> None:
        self.file = file

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, data):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("room", [0, 1, 100, 5_000, 20_000, 40_000])
def test_a_full_disk_anywhere_is_one_line_and_no_bundle(
    builder, tmp_path, monkeypatch, room
):
    left = [room]
    original = Sink.write

    def limited(self, data):
        left[0] -= len(data)
        if left[0] < 0:
            self._file = Raw(self._file)
        original(self, data)

    monkeypatch.setattr(Sink, "write", limited)
    with pytest.raises(ContentkitError) as caught:
        builder.write(tmp_path / "b")
    assert "No space left on device" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert names(tmp_path) == []


def test_a_real_limit_of_the_system_is_one_line_too(builder, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(ContentkitError, match="File too large"):
            builder.write(tmp_path / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 KB, where the system lets us mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command: small disk not tested")
    if done.returncode:
        pytest.skip("mounting a tmpfs is not allowed: small disk not tested")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_small_disk_is_one_line_too(builder, small_disk):
    writer = BundleWriter(small_disk / "b", info=builder.info)
    content = b"x" * 100_000
    with pytest.raises(ContentkitError, match="No space left on device"), writer:
        writer.add_file(hashlib.sha256(content).hexdigest(), [content])
    assert names(small_disk) == []


def test_a_folder_that_cannot_be_made_is_one_line(builder, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ContentkitError, match="cannot be written"):
        BundleWriter(tmp_path / "file/b", info=builder.info).__enter__()
