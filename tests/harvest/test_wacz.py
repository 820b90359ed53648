"""WACZ files: read under guard, refused whole, nothing left behind."""

import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from contentkit.errors import ArchiveDamaged
from contentkit.harvest import wacz
from contentkit.harvest.wacz import extract_warcs, is_zip
from contentkit.progress import Silent
from contentkit.stages.harvest_offline import harvest_warcs
from contentkit.workspace import Settings, Workspace

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>page</html>"


def warc(url: str) -> bytes:
    """Return a packed WARC file with one response."""
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(url.encode()).hexdigest()}>\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(PAGE)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + PAGE + b"\r\n\r\n", mtime=0)


def package(members: dict[str, bytes]) -> bytes:
    """Return a data package that states the digests of members."""
    resources = [
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for name, data in members.items()
    ]
    return json.dumps({"profile": "data-package", "resources": resources}).encode()


MEMBERS = {
    "archive/b.warc.gz": warc("http://e.cn/b"),
    "archive/a.warc.gz": warc("http://e.cn/a"),
    "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n',
    "indexes/index.cdx.gz": b"not read",
    "archive/readme.txt": b"not read",
    "archive/deep/c.warc.gz": b"not read",
}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a WACZ."""

    def write(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
        path = tmp_path / "test.wacz"
        with zipfile.ZipFile(path, "w", method) as target:
            for name, data in members.items():
                target.writestr(zipfile.ZipInfo(name), data, method)
        return path

    return write


def refusal(tmp_path: Path, path: Path) -> str:
    """Return the one line with which a WACZ is refused."""
    space = Workspace.create(
        tmp_path / "space", Settings(profile="auto", recipe="auto")
    )
    with space:
        run = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        with pytest.raises(ArchiveDamaged) as caught:
            harvest_warcs(space, [path], run_id=run, progress=Silent())
        assert space.conn.execute("SELECT count(*) FROM urls").fetchone()[0] == 0
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(path))
    # nothing was written anywhere else
    assert {p.name for p in tmp_path.iterdir()} <= {"space", path.name, "out"}
    assert not list((tmp_path / "space").rglob("*.warc"))
    return text


def test_warcs_are_read_in_order_of_name(tmp_path, make):
    path = make(MEMBERS | {"datapackage.json": package(MEMBERS)})
    assert is_zip(path)
    with Workspace.create(
        tmp_path / "s", Settings(profile="auto", recipe="auto")
    ) as space:
        run = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        report = harvest_warcs(space, [path], run_id=run, progress=Silent())
        urls = space.conn.execute("SELECT url FROM urls ORDER BY id").fetchall()
    assert report.done == 2
    assert urls == [("http://e.cn/a",), ("http://e.cn/b",)]


def test_without_data_package_it_is_read_too(make, tmp_path):
    found = list(extract_warcs(make(MEMBERS), tmp_path))
    assert [x.name for x in found] == ["archive/a.warc.gz", "archive/b.warc.gz"]
    assert found[0].path.read_bytes() == MEMBERS["archive/a.warc.gz"]


def test_wrong_digest(tmp_path, make):
    stated = package(MEMBERS)
    changed = MEMBERS | {"archive/b.warc.gz": warc("http://e.cn/changed")}
    text = refusal(tmp_path, make(changed | {"datapackage.json": stated}))
    assert "archive/b.warc.gz" in text
    assert "datapackage.json states" in text


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'{"resources": 3}', b'{"resources": [1]}']
)
def test_broken_data_package(tmp_path, make, data):
    assert "not a data package" in refusal(
        tmp_path, make(MEMBERS | {"datapackage.json": data})
    )


@pytest.mark.parametrize(
    "name",
    [
        "../out/evil.warc",
        "archive/../../out/evil.warc.gz",
        "/etc/evil.warc",
        "archive\\..\\..\\evil.warc.gz",
        "C:/evil.warc",
        "archive/a\nb.warc.gz",
    ],
)
def test_names_that_point_elsewhere(tmp_path, make, name):
    text = refusal(tmp_path, make(MEMBERS | {name: b"evil"}))
    assert "points outside" in text
    assert not (tmp_path / "out").exists()


def test_bomb_by_ratio(tmp_path, make):
    bomb = MEMBERS | {"archive/z.warc.gz": bytes(20 * 2**20)}
    assert "ZIP bomb" in refusal(tmp_path, make(bomb, zipfile.ZIP_DEFLATED))


def test_bomb_by_total(tmp_path, make, monkeypatch):
    monkeypatch.setattr(wacz, "MAX_BYTES", 300)
    assert "bytes when unpacked" in refusal(tmp_path, make(MEMBERS))


def test_bomb_by_members(tmp_path, make, monkeypatch):
    monkeypatch.setattr(wacz, "MAX_MEMBERS", 3)
    assert "6 members" in refusal(tmp_path, make(MEMBERS))


def test_size_that_lies(tmp_path, make):
    # the sizes in the directory say little, the data is much: reading stops at the size
    data = b"x" * 5_000_000
    path = make({"archive/a.warc.gz": data}, zipfile.ZIP_DEFLATED)
    raw = path.read_bytes()
    true, lie = len(data).to_bytes(4, "little"), (10_000).to_bytes(4, "little")
    assert raw.count(true) == 2
    path.write_bytes(raw.replace(true, lie))
    refusal(tmp_path, path)


def test_encrypted(tmp_path, make):
    path = make({"archive/a.warc.gz": MEMBERS["archive/a.warc.gz"]})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "encrypted" in refusal(tmp_path, path)


def test_the_same_name_twice(tmp_path, make):
    path = make(MEMBERS)
    with (
        zipfile.ZipFile(path, "a") as target,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        target.writestr("archive/a.warc.gz", b"other")
    assert "twice" in refusal(tmp_path, path)


def test_no_warc_inside(tmp_path, make):
    assert "not a WACZ" in refusal(tmp_path, make({"word/document.xml": b"<x/>"}))


def test_damaged_zip(tmp_path, make):
    path = make(MEMBERS)
    path.write_bytes(path.read_bytes()[:-40])
    assert "not a whole ZIP" in refusal(tmp_path, path)


def test_damaged_member(tmp_path, make):
    path = make(MEMBERS)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"archive/a.warc.gz") + 60] ^= 0xFF
    path.write_bytes(raw)
    assert "not a whole ZIP" in refusal(tmp_path, path)


def test_refused_warc_inside_is_named(tmp_path, make):
    bad = gzip.compress(gzip.decompress(warc("http://e.cn/")) * 2)
    text = refusal(tmp_path, make({"archive/bad.warc.gz": bad}))
    assert "archive/bad.warc.gz: byte 0: one gzip member holds more than one" in text
    assert "scratch" not in text
