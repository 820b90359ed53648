"""The archive file: readable by others, the same bytes, never half."""

import gzip
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from contentkit.errors import WorkspaceDamaged, WorkspaceError
from contentkit.workspace.archive import (
    ArchiveReader,
    ArchiveWriter,
    Exchange,
    Place,
    recover,
    warc_files,
)
from contentkit.workspace.archive_reader import iter_file

FULL = Path("/dev/full")
NAME = "contentkit-00000.warc.gz"


def write(folder, exchanges, **options):
    """Write exchanges, each payload once; return what was stored."""
    known = {}
    writer = ArchiveWriter(folder, find_payload=known.get, **options)
    stored = []
    for exchange in exchanges:
        stored.append(writer.write(exchange))
        last = stored[-1]
        known.setdefault(last.sha256, Place(last.payload_warc, last.payload_offset))
    writer.sync()
    writer.close()
    return stored


@pytest.fixture
def exchanges(fetch):
    """Return fetches of every kind."""
    return [
        fetch("http://e.cn/", b"<html>home</html>" * 40),
        fetch("http://e.cn/index.html", b"<html>home</html>" * 40),
        fetch("http://e.cn/gone", b"no", status="404 Not Found"),
        fetch("http://e.cn/empty", b""),
        fetch(
            "http://e.cn/packed",
            gzip.compress(b"packed text" * 9, mtime=0),
            headers=(("Content-Encoding", "gzip"), ("Content-Type", "text/html")),
        ),
        fetch(
            "http://e.cn/chunks",
            b"5\r\nhello\r\n6; x=y\r\n world\r\n0\r\n\r\n",
            headers=(("Transfer-Encoding", "chunked"),),
        ),
        Exchange(
            url="http://e.cn/a.pdf",
            captured_at="2026-01-02T03:04:05+08:00",
            body=b"%PDF-1.4 text",
            media_type="application/pdf",
        ),
        Exchange(
            url="http://e.cn/b.pdf",
            captured_at="2026-01-02T03:04:05+08:00",
            body=b"%PDF-1.4 text",
            media_type="application/pdf",
        ),
    ]


def test_every_payload_is_read_back_by_its_place(tmp_path, exchanges):
    stored = write(tmp_path, exchanges)
    with ArchiveReader(tmp_path) as reader:
        found = [reader.payload(s.warc, s.offset) for s in reversed(stored)][::-1]
    assert [p.data for p in found] == [
        b"<html>home</html>" * 40,
        b"<html>home</html>" * 40,
        b"no",
        b"",
        b"packed text" * 9,
        b"hello world",
        b"%PDF-1.4 text",
        b"%PDF-1.4 text",
    ]
    assert [p.status for p in found] == [200, 200, 404, 200, 200, 200, 200, 200]
    assert [s.is_revisit for s in stored] == [False, True, *[False] * 5, True]
    assert found[7].media_type == "application/pdf"
    assert [p.data for p in found] == [s.payload.data for s in stored]


def test_header_bytes_are_kept_as_received(tmp_path):
    head = (
        "HTTP/1.1 200 很好\r\nX-odd : 1\r\nx-ODD:2\r\nContent-Disposition: 附件\r\n\r\n"
    ).encode("gb18030")
    stored = write(
        tmp_path,
        [
            Exchange(
                url="http://e.cn/",
                captured_at="2026-01-02T03:04:05+08:00",
                body=b"\r\n\r\nbody\r\n\r\n",
                response_head=head,
            )
        ],
    )[0]
    with ArchiveReader(tmp_path) as reader:
        record = reader.record(stored.warc, stored.offset)
        payload = reader.payload(stored.warc, stored.offset)
    assert record.block == head + b"\r\n\r\nbody\r\n\r\n"
    assert payload.data == b"\r\n\r\nbody\r\n\r\n"
    assert [k for k, _ in payload.headers] == ["X-odd", "x-ODD", "Content-Disposition"]
    assert payload.headers[2][1].encode("latin-1").decode("gb18030") == "附件"


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\n", b"\n", b"\n\n"])
def test_a_head_without_its_empty_line_does_not_swallow_the_body(tmp_path, end):
    stored = write(
        tmp_path,
        [
            Exchange(
                url="http://e.cn/",
                captured_at="2026-01-02T03:04:05+08:00",
                body=b"A: b\r\n\r\nbody",
                response_head=b"HTTP/1.1 200 OK\r\nServer: x" + end,
            )
        ],
    )[0]
    with ArchiveReader(tmp_path) as reader:
        assert reader.payload(stored.warc, stored.offset).data == b"A: b\r\n\r\nbody"


def test_warcio_finds_nothing_wrong(tmp_path, exchanges):
    write(tmp_path, exchanges)
    check = (
        "import sys; from warcio.cli import main; main(['check', '-v', sys.argv[1]])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", check, tmp_path / NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "fail" not in done.stdout
    assert done.stdout.count("digest pass") == 6  # responses and resources


def test_fastwarc_sees_the_same_records(tmp_path, exchanges):
    stored = write(tmp_path, exchanges)
    with (tmp_path / NAME).open("rb") as stream:
        kinds = [r.record_type for r in ArchiveIterator(stream)]
    with (tmp_path / NAME).open("rb") as stream:
        places = [
            r.stream_pos
            for r in ArchiveIterator(
                stream,
                record_types=WarcRecordType.response
                | WarcRecordType.resource
                | WarcRecordType.revisit,
            )
        ]
    assert kinds[0] == WarcRecordType.warcinfo
    assert kinds.count(WarcRecordType.revisit) == 2
    assert places == [s.offset for s in stored]


def test_same_input_gives_same_bytes(tmp_path, exchanges):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, exchanges)
    assert (tmp_path / "one" / NAME).read_bytes() == (
        tmp_path / "two" / NAME
    ).read_bytes()


def test_record_ids_are_unique(tmp_path, fetch):
    write(tmp_path, [fetch()] * 3)
    ids = [r.headers["warc-record-id"] for r in iter_file(tmp_path / NAME)]
    assert len(ids) == len(set(ids)) == 7


def test_files_turn_over_by_size_and_begin_with_warcinfo(tmp_path, fetch):
    pages = [fetch(f"http://e.cn/{n}", os.urandom(900)) for n in range(7)]
    stored = write(tmp_path, pages, max_file_bytes=2500)
    files = warc_files(tmp_path)
    assert len(files) == 4
    assert [next(iter_file(path)).type for path in files] == ["warcinfo"] * 4
    with ArchiveReader(tmp_path) as reader:
        assert [reader.payload(s.warc, s.offset).data for s in stored] == [
            page.body for page in pages
        ]
    # going on later goes on in the last file
    again = write(tmp_path, [fetch("http://e.cn/x")], max_file_bytes=2500)
    assert again[0].warc == files[-1].name


def test_the_tenth_thousand_file_sorts_last(tmp_path):
    for number in (99999, 100000, 2):
        (tmp_path / f"contentkit-{number:05d}.warc.gz").touch()
    (tmp_path / "contentkit-x.warc.gz").touch()
    numbers = [path.name[11:-8] for path in warc_files(tmp_path)]
    assert numbers == ["00002", "99999", "100000"]


def test_other_coding_of_the_same_text_is_no_revisit(tmp_path, fetch):
    packed = gzip.compress(b"text" * 50, mtime=0)
    stored = write(
        tmp_path,
        [
            fetch("http://e.cn/1", b"text" * 50),
            fetch("http://e.cn/2", packed, headers=(("Content-Encoding", "gzip"),)),
        ],
    )
    assert stored[0].sha256 == stored[1].sha256
    assert not stored[1].is_revisit


def test_line_breaks_in_values_cannot_add_fields(tmp_path):
    writer = ArchiveWriter(tmp_path)
    exchange = Exchange(
        url="http://e.cn/a\r\nWARC-Type: request",
        captured_at="2026-01-02T03:04:05+08:00",
        body=b"x",
        media_type="text/plain\r\n\r\nHTTP/1.1 200",
    )
    stored = writer.write(exchange, fields=[("Contentkit-Found-On", "a\nWARC-Date: 1")])
    writer.note("http://e.cn/", "2026-01-02T03:04:05+08:00", [("finding", "a\r\nb: c")])
    writer.close()
    records = list(iter_file(tmp_path / NAME))
    assert [r.type for r in records] == ["warcinfo", "resource", "metadata"]
    assert records[1].block == b"x"
    assert records[1].headers["warc-date"] == "2026-01-01T19:04:05Z"
    assert records[2].block == b"finding: a  b: c\r\n"
    assert stored.bytes == 1


def test_a_file_cut_at_any_byte_is_whole_again_after_recovery(tmp_path, fetch):
    pages = [fetch(f"http://e.cn/{n}", b"page %d" % n * 9) for n in range(3)]
    stored = write(tmp_path, pages)
    path = tmp_path / NAME
    whole = path.read_bytes()
    ends = [0, *(r.end_offset for r in iter_file(path))]
    for size in range(stored[1].end_offset, len(whole)):
        path.write_bytes(whole[:size])
        found = list(recover(tmp_path, {NAME: stored[0].end_offset}))
        kept = max(end for end in ends if end <= size)
        assert path.stat().st_size == kept
        assert [r.end_offset for r in found] == [
            end for end in ends if stored[0].end_offset < end <= kept
        ]
    # and writing goes on as if nothing had been
    path.write_bytes(whole[: stored[2].offset + 20])
    list(recover(tmp_path, {NAME: stored[1].end_offset}))
    write(tmp_path, pages[2:])
    assert path.read_bytes() == whole


def test_zeros_after_a_power_cut_are_cut_off(tmp_path, fetch):
    write(tmp_path, [fetch()])
    size = (tmp_path / NAME).stat().st_size
    with (tmp_path / NAME).open("ab") as stream:
        stream.write(bytes(4096))
    assert len(list(recover(tmp_path, {}))) == 3
    assert (tmp_path / NAME).stat().st_size == size


def test_damage_that_no_kill_can_cause_is_told(tmp_path, fetch):
    stored = write(
        tmp_path, [fetch(f"http://e.cn/{n}") for n in range(3)], max_file_bytes=1
    )
    files = warc_files(tmp_path)
    assert len(files) == 3
    first = files[0].read_bytes()
    indexed = {s.warc: s.end_offset for s in stored}
    with pytest.raises(WorkspaceDamaged, match="gone"):
        list(recover(tmp_path, indexed | {"contentkit-00009.warc.gz": 1}))
    files[0].write_bytes(first[:-9])
    with pytest.raises(WorkspaceDamaged, match="no whole record at byte"):
        list(recover(tmp_path, indexed))
    files[0].write_bytes(first[: stored[0].end_offset - 1])
    with pytest.raises(WorkspaceDamaged, match="the ledger knows records up to"):
        list(recover(tmp_path, indexed))


def test_a_flipped_bit_is_never_read_as_content(tmp_path, fetch):
    stored = write(tmp_path, [fetch(body=os.urandom(300))])[0]
    path = tmp_path / NAME
    whole = path.read_bytes()
    for place in range(stored.offset, stored.end_offset, 7):
        broken = bytearray(whole)
        broken[place] ^= 0x10
        path.write_bytes(broken)
        with ArchiveReader(tmp_path) as reader:
            try:
                payload = reader.payload(stored.warc, stored.offset)
            except WorkspaceDamaged as error:
                assert f"byte {stored.offset}" in str(error)
            else:  # a bit of the gzip header that means nothing, such as the time
                assert payload.data == stored.payload.data
                assert place < stored.offset + 10


def test_a_missing_file_is_told(tmp_path):
    with ArchiveReader(tmp_path) as reader, pytest.raises(WorkspaceDamaged, match=NAME):
        reader.payload(NAME, 0)


def test_full_disk_is_one_line(tmp_path, fetch):
    if not FULL.exists():
        pytest.skip("no /dev/full on this system")
    (tmp_path / NAME).symlink_to(FULL)
    writer = ArchiveWriter(tmp_path)
    with pytest.raises(WorkspaceError, match="No space left on device") as caught:
        writer.write(fetch())
    assert "\n" not in str(caught.value)
    writer.close()


def test_a_write_that_fails_half_way_leaves_whole_records(tmp_path, fetch):
    limit = 4000
    writer = ArchiveWriter(tmp_path)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    stored = []
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
        with pytest.raises(WorkspaceError, match="cannot be written"):
            stored.extend(
                writer.write(fetch(f"http://e.cn/{number}", os.urandom(300)))
                for number in range(99)
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    # the same writer goes on once there is room
    stored.append(writer.write(fetch("http://e.cn/last")))
    writer.close()
    records = list(iter_file(tmp_path / NAME))
    assert records[-1].end_offset == (tmp_path / NAME).stat().st_size
    assert [r.place.offset for r in records if r.type == "response"] == [
        s.offset for s in stored
    ]


def test_unwritable_folder_is_one_line(tmp_path):
    (tmp_path / "archive").write_text("a file, not a folder")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        ArchiveWriter(tmp_path / "archive")
