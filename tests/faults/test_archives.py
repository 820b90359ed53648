"""WARC and WACZ files with something wrong: what is whole is kept, the rest is told."""

import gzip
import zipfile

import pytest

DATE = "2026-01-02T03:04:05Z"


def record(url: str, page: bytes, *, length: int | None = None) -> bytes:
    """Return one response record, compressed alone as in any WARC."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: {DATE}\r\nWARC-Target-URI: {url}"
        f"\r\nWARC-Record-ID: <urn:uuid:{abs(hash(url)):032x}>\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


@pytest.fixture
def records(good_pages):
    """Return the good pages as records."""
    return [
        record(f"http://www.example.gov.cn/{path.removesuffix('index.html')}", data)
        for path, data in good_pages.items()
    ]


@pytest.fixture
def warc(tmp_path, records):
    """Return a whole WARC of the site."""
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(b"".join(records))
    return path


def test_a_truncated_warc_gives_its_whole_records(
    space, tmp_path, records, is_accounted
):
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(b"".join(records)[:-40])
    done = space("run", "--from-warc", path)
    assert done.returncode == 1, done.stderr  # done, but one record is no capture
    assert "Traceback" not in done.stderr
    assert len(space.migrated()) == 2
    assert f"{len(b''.join(records[:-1]))}" in space("findings").stdout
    is_accounted(space)
    # the missing page comes with the whole file; nothing is taken twice
    path.write_bytes(b"".join(records))
    done = space("run", "--from-warc", path)
    assert done.returncode == 0, done.stderr
    assert "harvest: 1 done" in done.stderr
    assert len(space.migrated()) == 3
    is_accounted(space)


@pytest.mark.parametrize("length", [7, 100_000])
def test_a_record_with_a_wrong_length_costs_only_itself(
    space, tmp_path, records, is_accounted, length
):
    path = tmp_path / "wrong.warc"
    plain = [gzip.decompress(x) for x in records]
    lie = record("http://www.example.gov.cn/lie.html", b"<p>x</p>", length=length)
    path.write_bytes(b"".join([*plain[:3], gzip.decompress(lie), plain[3]]))
    done = space("run", "--from-warc", path)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert len(space.migrated()) == 3
    is_accounted(space)


def test_a_refused_file_keeps_nothing_and_the_good_one_beside_it_counts(
    space, tmp_path, warc, records, is_one_line, is_accounted
):
    wrong = tmp_path / "wrong.warc.gz"
    wrong.write_bytes(gzip.compress(b"".join(map(gzip.decompress, records))))
    done = space("harvest", "--from-warc", wrong)
    is_one_line(done, 3, wrong, "more than one record")
    assert space.rows("SELECT count(*) FROM captures") == [(0,)]
    is_one_line(space("harvest", "--from-warc", wrong, "--from-warc", warc), 3, wrong)
    assert space.rows("SELECT count(*) FROM captures") == [(4,)]
    assert space("run").returncode == 0
    assert len(space.migrated()) == 3
    is_accounted(space)


def wacz(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return path


BAD_PACKAGES = {
    "bomb": ({"archive/a.warc.gz": b"\0" * 20_000_000}, "ZIP bomb"),
    "path-up": ({"archive/../../../evil.warc.gz": b"x"}, "points outside"),
    "path-absolute": ({"/etc/evil": b"x"}, "points outside"),
    "path-windows": ({"..\\..\\evil.warc.gz": b"x"}, "points outside"),
    "no-warc": ({"readme.txt": b"x"}, "not a WACZ"),
    "bad-package": (
        {"archive/a.warc.gz": b"x", "datapackage.json": b"["},
        "datapackage.json",
    ),
    "wrong-digest": (
        {
            "archive/a.warc.gz": b"x",
            "datapackage.json": b'{"resources":[{"path":"archive/a.warc.gz",'
            b'"hash":"sha256:00"}]}',
        },
        "SHA-256",
    ),
}


@pytest.mark.parametrize(
    ("members", "cause"), BAD_PACKAGES.values(), ids=BAD_PACKAGES.keys()
)
def test_a_hostile_wacz_is_refused_in_one_line(
    space, tmp_path, is_one_line, members, cause
):
    path = wacz(tmp_path / "bad.wacz", members)
    before = sorted(x for x in tmp_path.rglob("*") if space.folder not in x.parents)
    is_one_line(space("harvest", "--from-warc", path), 3, path, cause)
    after = sorted(x for x in tmp_path.rglob("*") if space.folder not in x.parents)
    assert after == before
    assert not (space.folder / "scratch" / "wacz").exists()
    assert space.rows("SELECT count(*) FROM captures") == [(0,)]


def test_a_cut_wacz_is_refused(space, tmp_path, warc, is_one_line):
    path = wacz(tmp_path / "cut.wacz", {"archive/a.warc.gz": warc.read_bytes()})
    path.write_bytes(path.read_bytes()[:-30])
    is_one_line(space("harvest", "--from-warc", path), 3, path, "ZIP")


def test_a_damaged_record_of_the_own_archive_is_never_cut_off(
    full, is_one_line, site_folder
):
    (archive,) = (full.folder / "archive").iterdir()
    data = bytearray(archive.read_bytes())
    (start,) = full.rows(
        "SELECT c.offset FROM captures c JOIN urls u ON u.id = c.url_id"
        " WHERE u.url LIKE '%/2.html'"
    )[0]
    data[start + 40 : start + 60] = bytes(20)
    archive.write_bytes(data)
    for path in full.folder.glob("workspace.db*"):
        path.unlink()
    line = is_one_line(full("rebuild"), 3, archive, f"byte {start}", "--from-warc")
    assert "no whole record" in line
    assert archive.read_bytes() == data


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_damaged_record_met_by_a_stage_stops_it_and_names_the_place(
    space, site_folder, is_one_line, workers
):
    assert space("harvest", "--from-mirror", site_folder).returncode == 0
    (archive,) = (space.folder / "archive").iterdir()
    (start,) = space.rows(
        "SELECT c.offset FROM captures c JOIN urls u ON u.id = c.url_id"
        " WHERE u.url LIKE '%/2.html'"
    )[0]
    good = archive.read_bytes()
    data = bytearray(good)
    data[start + 40 : start + 60] = bytes(20)
    archive.write_bytes(data)
    for command in ("extract", "run"):
        done = space(command, "--workers", workers)
        is_one_line(done, 3, archive, f"byte {start}", "from a copy")
    assert space.rows("SELECT 1 FROM marks WHERE outcome = 'failed'") == []
    archive.write_bytes(good)  # restored from a copy, as the line says
    assert space("run").returncode == 0
    assert len(space.migrated()) == 3


def test_what_is_whole_of_a_damaged_archive_can_be_read_into_another(
    full, make_space, is_accounted
):
    (archive,) = (full.folder / "archive").iterdir()
    data = bytearray(archive.read_bytes())
    (start,) = full.rows(
        "SELECT c.offset FROM captures c JOIN urls u ON u.id = c.url_id"
        " WHERE u.url LIKE '%/2.html'"
    )[0]
    data[start + 40 : start + 60] = bytes(20)
    archive.write_bytes(data)
    other = make_space("other")
    done = other("run", "--from-warc", archive)
    assert done.returncode == 0, done.stderr
    assert f"byte {start}" in done.stderr
    assert [x[-6] for x in other.migrated()] == ["1", "3"]
    is_accounted(other)


@pytest.mark.parametrize("how", ["shorter", "gone"])
def test_an_archive_that_lost_bytes_is_told_before_anything_is_done(
    full, site_folder, is_one_line, how
):
    (archive,) = (full.folder / "archive").iterdir()
    if how == "gone":
        archive.unlink()
    else:
        archive.write_bytes(archive.read_bytes()[:-2000])
    bundles = full.bundles()
    is_one_line(full("run", "--from-mirror", site_folder), 3, archive, "rebuild")
    assert full.bundles() == bundles
