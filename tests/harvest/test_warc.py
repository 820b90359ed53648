"""WARC files of others: what is whole is read, what cannot be indexed is refused."""

import base64
import csv
import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.errors import ArchiveDamaged, HarvestError
from contentkit.harvest import warc_records
from contentkit.harvest.warc import WarcIndex, iter_taken
from contentkit.harvest.warc_records import (
    Damage,
    WarcRecord,
    digest_is_wrong,
    iter_records,
    read_record,
)
from contentkit.progress import Silent
from contentkit.stages.harvest_offline import harvest_warcs
from contentkit.workspace import Settings, Workspace

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
DATE = "2026-01-02T03:04:05Z"
HTTP = "application/http; msgtype=response"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>page</html>"


def record(
    kind: str, block: bytes = b"", url: str | None = "http://e.cn/", **fields
) -> bytes:
    """Return one WARC record; `fields` by name with underscores."""
    lines = [f"WARC-Type: {kind}", f"WARC-Date: {fields.pop('date', DATE)}"]
    number = fields.pop("id", hashlib.md5(block + kind.encode()).hexdigest())
    lines.append(f"WARC-Record-ID: <urn:uuid:{number}>")
    if url is not None:
        lines.append(f"WARC-Target-URI: {url}")
    length = fields.pop("length", len(block))
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = "\r\n".join(["WARC/1.0", *lines, f"Content-Length: {length}"])
    return head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(block: bytes = PAGE, url: str = "http://e.cn/", **fields) -> bytes:
    return record("response", block, url, Content_Type=HTTP, **fields)


def post(form: bytes, media_type: str) -> bytes:
    head = f"POST /q HTTP/1.1\r\nContent-Type: {media_type}\r\n\r\n"
    return head.encode() + form


def members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(r, mtime=0) for r in records)


@pytest.fixture
def warc(tmp_path):
    """Return a function that writes a WARC file."""

    def write(data: bytes, name: str = "test.warc") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def taken(*paths: Path):
    index = WarcIndex()
    index.add(*paths)
    found = list(iter_taken(index))
    index.close()
    return found


def harvest(tmp_path: Path, *paths: Path, base_url: str | None = None):
    """Harvest WARC files; return report, captures and states."""
    where = tmp_path / "space"
    options = Settings(profile="auto", recipe="auto", base_url=base_url)
    space = Workspace(where) if where.exists() else Workspace.create(where, options)
    with space:
        run = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        try:
            return harvest_warcs(space, paths, run_id=run, progress=Silent())
        finally:
            assert not (where / "scratch" / "wacz").exists()


def captures(tmp_path: Path) -> list[tuple]:
    with Workspace(tmp_path / "space") as space:
        return space.conn.execute(
            "SELECT u.url, c.status, c.bytes, c.captured_at, c.is_current, c.is_revisit"
            " FROM captures c JOIN urls u ON u.id = c.url_id ORDER BY c.id"
        ).fetchall()


def states(tmp_path: Path) -> dict[str, tuple]:
    with Workspace(tmp_path / "space") as space:
        rows = space.conn.execute("SELECT url, state, reason FROM urls").fetchall()
    return {row[0]: row[1:] for row in rows}


def codes(tmp_path: Path) -> list[str]:
    with Workspace(tmp_path / "space") as space:
        rows = space.conn.execute("SELECT code FROM findings ORDER BY code").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "pack", [b"".join, lambda r: members(*r)], ids=["plain", "gzip"]
)
def test_what_a_file_is_its_bytes_say(warc, pack):
    records = [
        record("warcinfo", b"x: y", None),
        response(),
        response(url="http://e.cn/2"),
    ]
    path = warc(pack(records), "name.says.nothing")
    found = list(iter_records(path))
    assert [r.type for r in found] == ["warcinfo", "response", "response"]
    assert all(read_record(path, r.offset) == r for r in found)
    assert [t.url for t in taken(path)] == ["http://e.cn/", "http://e.cn/2"]


def test_request_joins_its_response_in_any_order(warc):
    ask = b"GET / HTTP/1.1\r\nHost: e.cn\r\n\r\n"
    by_response = record("request", ask, WARC_Concurrent_To="<urn:uuid:r1>", id="q1")
    by_request = record("request", ask + b"2", url="http://e.cn/2", id="q2")
    path = warc(
        response(id="r1")
        + by_response
        + by_request
        + response(url="http://e.cn/2", id="r2", WARC_Concurrent_To="<urn:uuid:q2>")
        + response(url="http://e.cn/3", id="r3", date="2026-01-02T03:04:09Z")
    )
    heads = [t.exchange.request_head for t in taken(path)]
    assert heads == [ask, ask, None]


@pytest.mark.parametrize(
    ("media_type", "form", "key"),
    [
        ("application/x-www-form-urlencoded", b"a=1&b=%D6%D0", "a=1&b=%D6%D0"),
        ("application/json", b'{"a": {"b": [1, 2]}, "c": null}', "b=1&b.2_=2&c=None"),
        ("text/plain", b"a#b", "__wb_post_data=YSNi"),
        ("application/json", b"{broken", "__wb_post_data=e2Jyb2tlbg=="),
    ],
)
def test_posts_are_told_apart_by_their_form(tmp_path, warc, media_type, form, key):
    ask = record("request", post(form, media_type), "http://e.cn/q", id="q")
    path = warc(ask + response(url="http://e.cn/q", WARC_Concurrent_To="<urn:uuid:q>"))
    harvest(tmp_path, path)
    url = captures(tmp_path)[0][0]
    assert url.replace("%3D", "=") == f"http://e.cn/q?__wb_method=POST&{key}"


def test_the_same_answer_of_two_posts_is_two_captures(tmp_path, warc):
    form = "application/x-www-form-urlencoded"
    parts = [
        record("request", post(b"page=%d" % n, form), "http://e.cn/q", id=f"q{n}")
        + response(
            url="http://e.cn/q", id=f"r{n}", WARC_Concurrent_To=f"<urn:uuid:q{n}>"
        )
        for n in (1, 2)
    ]
    harvest(tmp_path, warc(b"".join(parts)))
    assert [row[0] for row in captures(tmp_path)] == [
        "http://e.cn/q?__wb_method=POST&page=1",
        "http://e.cn/q?__wb_method=POST&page=2",
    ]


def test_targets_that_are_no_pages(warc):
    records = [
        record("resource", b"wget -r", "<metadata://gnu.org/software/wget/warc/log>"),
        record("resource", b"{}", "urn:pageinfo:http://e.cn/"),
        record("response", b"20260102 e.cn", "dns:e.cn", Content_Type="text/dns"),
        record("metadata", b"via: x", "http://e.cn/"),
        record("conversion", b"text", "http://e.cn/"),
        record(
            "resource", b"file", "file:///C:/a b.doc", Content_Type="application/msword"
        ),
        response(url="<http://e.cn/in brackets>"),
    ]
    found = taken(warc(b"".join(records)))
    assert [t.url for t in found] == [
        "file:///C:/a%20b.doc",
        "http://e.cn/in%20brackets",
    ]
    assert [[f.code for f in t.findings] for t in found] == [["warc-uri-repaired"]] * 2


def test_http_2_shaped_records(tmp_path, warc):
    block = b"HTTP/2 200\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\n\r\n"
    harvest(tmp_path, warc(response(block + gzip.compress(b"<html>two</html>"))))
    assert captures(tmp_path)[0][:3] == ("http://e.cn/", 200, 16)


def test_latest_response_is_current(tmp_path, warc):
    later = "2026-02-02T03:04:05Z"
    new = PAGE.replace(b"page", b"new page")
    path = warc(response(new, date=later, id="2") + response(id="1"))
    harvest(tmp_path, path)
    assert [row[1:5] for row in captures(tmp_path)] == [
        (200, 21, "2026-02-02T11:04:05+08:00", 1),
        (200, 17, "2026-01-02T11:04:05+08:00", 0),
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["after", "before"])
@pytest.mark.parametrize(
    "fields",
    [
        {"WARC_Refers_To": "<urn:uuid:r1>"},
        {"WARC_Refers_To_Target_URI": "http://e.cn/", "WARC_Refers_To_Date": DATE},
        {"WARC_Payload_Digest": "sha1:AAAA"},
    ],
    ids=["id", "address", "digest"],
)
def test_revisits_get_their_payload_from_any_file(tmp_path, warc, fields, order):
    later = "2026-02-02T03:04:05Z"
    original = response(id="r1", WARC_Payload_Digest="sha1:AAAA")
    # the original's stated digest is wrong here, which is told but harmless
    again = record(
        "revisit",
        b"HTTP/1.1 200 OK\r\nX: later\r\nContent-Type: text/html\r\n\r\n",
        "http://e.cn/2",
        date=later,
        Content_Type=HTTP,
        **fields,
    )
    files = [warc(original, "1.warc"), warc(again, "2.warc")][::order]
    harvest(tmp_path, *files)
    found = {row[0]: row[1:4] for row in captures(tmp_path)}
    assert found["http://e.cn/2"] == (200, 17, "2026-02-02T11:04:05+08:00")


def test_revisit_without_original_is_told(tmp_path, warc):
    again = record("revisit", b"", WARC_Refers_To="<urn:uuid:none>")
    assert harvest(tmp_path, warc(again)).failed == 1
    assert states(tmp_path) == {"http://e.cn/": ("failed", "revisit-unresolved")}
    assert codes(tmp_path) == ["revisit-unresolved"]


def test_not_modified_is_no_capture(warc):
    profile = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    again = record("revisit", b"HTTP/1.1 304 No\r\n\r\n", WARC_Profile=profile)
    assert taken(warc(again)) == []


def digest(data: bytes, form: str) -> str:
    raw = hashlib.sha1(data).digest()
    text = {
        "base32": base64.b32encode(raw).decode(),
        "lower": base64.b32encode(raw).decode().lower(),
        "hex": raw.hex(),
        "base64": base64.b64encode(raw).decode(),
    }[form]
    return f"sha1:{text}"


@pytest.mark.parametrize("form", ["base32", "lower", "hex", "base64"])
def test_digests_in_every_spelling(form):
    assert not digest_is_wrong(digest(b"x", form), b"y", b"x")
    assert digest_is_wrong(digest(b"x", form), b"y")
    assert not digest_is_wrong("blake3:abc", b"x")
    assert not digest_is_wrong(None, b"x")


def test_payload_digest_over_any_reading_of_the_body(warc):
    page = b"<html>text</html>"
    packed = gzip.compress(page)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    for reading, wrong in ((chunks, 0), (packed, 0), (page, 0), (b"else", 1)):
        stated = digest(reading, "base32")
        found = taken(warc(response(head + chunks, WARC_Payload_Digest=stated)))
        assert [f.code for f in found[0].findings] == ["warc-digest-wrong"] * wrong


def test_a_response_shorter_than_it_says_is_no_capture(tmp_path, warc):
    short = response(length=len(PAGE) - 2, id="s", url="http://e.cn/short")
    long = response(length=len(PAGE) + 2, id="l", url="http://e.cn/long")
    path = warc(response() + short + long + response(url="http://e.cn/last"))
    report = harvest(tmp_path, path)
    assert (report.seen, report.done, report.failed) == (4, 2, 2)
    assert states(tmp_path) == {
        "http://e.cn/": ("captured", None),
        "http://e.cn/last": ("captured", None),
        "http://e.cn/long": ("failed", "truncated-record"),
        "http://e.cn/short": ("failed", "truncated-record"),
    }
    assert codes(tmp_path) == ["truncated-record"] * 2


def test_garbage_between_records_costs_only_itself(tmp_path, warc):
    path = warc(response() + b"garbage\r\n" * 9 + response(url="http://e.cn/2"))
    report = harvest(tmp_path, path)
    assert {url for url, _ in states(tmp_path).items()} == {
        "http://e.cn/",
        "http://e.cn/2",
    }
    assert report.done + report.failed == 2
    assert codes(tmp_path)


def test_truncated_gzip_keeps_what_is_whole(tmp_path, warc):
    records = [response(url=f"http://e.cn/{n}") for n in range(3)]
    data = members(*records)
    report = harvest(tmp_path, warc(data[:-20]))
    assert (report.done, report.failed) == (2, 1)
    assert states(tmp_path)["http://e.cn/2"] == ("failed", "truncated-record")


def test_a_damaged_member_costs_only_itself(tmp_path, warc):
    parts = [members(response(url=f"http://e.cn/{n}")) for n in range(3)]
    broken = bytearray(parts[1])
    broken[40] ^= 0xFF
    report = harvest(tmp_path, warc(parts[0] + bytes(broken) + parts[2]))
    assert report.done == 2
    assert codes(tmp_path) == ["warc-damaged"]
    assert "byte" in report.notes[0]


def test_zeros_at_the_end_are_padding(warc):
    for data in (members(response()) + bytes(512), response() + bytes(512)):
        index = WarcIndex()
        index.add(warc(data))
        assert (index.records, index.damages) == (1, [])
        index.close()


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (gzip.compress(response() + response()), "more than one record"),
        (
            members(response()) + gzip.compress(response() * 2),
            "more than one record",
        ),
        (
            gzip.compress(response()[:200]) + gzip.compress(response()[200:]),
            "cut by a gzip member",
        ),
        (b"", "empty file"),
        (b"<html>no WARC</html>", "not a WARC file"),
        (gzip.compress(b"<html>no WARC</html>"), "cut by a gzip member"),
        (b"\x28\xb5\x2f\xfd" + bytes(9), "zstd"),
        (b"filedesc://x.arc 0.0.0.0", "ARC file"),
    ],
)
def test_refused_files_leave_nothing(tmp_path, warc, data, cause):
    good = warc(response(url="http://e.cn/good"), "good.warc")
    bad = warc(data, "bad.warc.gz")
    with pytest.raises(ArchiveDamaged, match=cause) as caught:
        harvest(tmp_path, bad, good)
    assert str(bad) in str(caught.value)
    assert "\n" not in str(caught.value)
    # the good file beside it is kept all the same
    assert set(states(tmp_path)) == {"http://e.cn/good"}


def test_missing_file_is_one_line(tmp_path):
    with pytest.raises(HarvestError, match="no such file"):
        harvest(tmp_path, tmp_path / "missing.warc")


def test_records_without_date_or_status_are_told(tmp_path, warc):
    path = warc(
        response(date="yesterday", url="http://e.cn/1", id="1")
        + response(b"<html>no head</html>", url="http://e.cn/2", id="2")
    )
    harvest(tmp_path, path)
    assert states(tmp_path) == {
        "http://e.cn/1": ("failed", "warc-date-missing"),
        "http://e.cn/2": ("failed", "no-http-status"),
    }


def test_too_large_records_are_skipped(tmp_path, warc, monkeypatch):
    monkeypatch.setattr(warc_records, "MAX_RECORD", 1000)
    big = PAGE + bytes(5000)
    for name, pack in (("1.warc", b"".join), ("2.warc", lambda r: members(*r))):
        records = [response(big, url=f"http://e.cn/{name}"), response()]
        harvest(tmp_path, warc(pack(records), name))
        assert states(tmp_path)[f"http://e.cn/{name}"] == ("failed", "too-large")
    assert states(tmp_path)["http://e.cn/"] == ("captured", None)


def test_scope_of_the_profile_holds(tmp_path, warc):
    path = warc(
        response(url="http://www.e.cn/a")
        + response(url="http://cdn.else.cn/x")
        + response(url="http://127.0.0.1/admin")
    )
    report = harvest(tmp_path, path, base_url="http://e.cn/")
    assert report.done == 1
    assert report.dropped == {"out-of-scope": 2}
    assert states(tmp_path)["http://cdn.else.cn/x"] == ("skipped", "out-of-scope")


def test_one_site_under_several_names_has_one_address(tmp_path, warc):
    path = warc(
        response(url="https://e.cn/a#x", id="1")
        + response(url="http://www.e.cn/a", id="2", date="2026-01-03T00:00:00Z")
    )
    harvest(tmp_path, path, base_url="http://www.e.cn/")
    assert [row[0] for row in captures(tmp_path)] == ["http://www.e.cn/a"] * 2


def test_a_refused_file_leaves_the_index_as_it_was(warc):
    index = WarcIndex()
    index.add(warc(response(), "good.warc"))
    before = (list(index.paths), index.records, index.fetches)
    bad = members(response(url="http://e.cn/2")) + gzip.compress(response() * 2)
    with pytest.raises(ArchiveDamaged):
        index.add(warc(bad, "bad.warc"))
    assert (list(index.paths), index.records, index.fetches) == before
    assert [t.url for t in iter_taken(index)] == ["http://e.cn/"]
    index.close()


def test_the_second_time_nothing_is_done(tmp_path, warc):
    path = warc(response() + response(url="http://e.cn/2", id="2"))
    assert harvest(tmp_path, path).done == 2
    size = sum(p.stat().st_size for p in (tmp_path / "space" / "archive").iterdir())
    assert harvest(tmp_path, path).done == 0
    assert size == sum(
        p.stat().st_size for p in (tmp_path / "space" / "archive").iterdir()
    )


def test_own_archive_read_as_input_gives_the_same_captures(tmp_path, warc):
    form = "application/x-www-form-urlencoded"
    path = warc(
        record("request", post(b"a=1", form), "http://e.cn/q", id="q")
        + response(url="http://e.cn/q", WARC_Concurrent_To="<urn:uuid:q>", id="1")
        + response(id="2")
        + response(url="http://e.cn/same", id="3")
        + record(
            "resource", b"%PDF-1", "http://e.cn/a.pdf", Content_Type="application/pdf"
        )
    )
    harvest(tmp_path, path)
    other = tmp_path / "other"
    other.mkdir()
    harvest(other, *(tmp_path / "space" / "archive").iterdir())
    assert captures(other) == captures(tmp_path)
    assert len(captures(other)) == 4


@settings(max_examples=150, deadline=None)
@given(st.data(), st.booleans())
def test_mutated_files_are_read_or_refused(tmp_path_factory, data, is_packed):
    records = [response(url=f"http://e.cn/{n}", id=str(n)) for n in range(3)]
    whole = bytearray(members(*records) if is_packed else b"".join(records))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        action = data.draw(st.sampled_from(["flip", "cut", "drop", "insert"]))
        if action == "flip":
            whole[place] ^= 1 << data.draw(st.integers(0, 7))
        elif action == "cut":
            del whole[place + 1 :]
        elif action == "drop":
            del whole[place : place + 5]
        else:
            whole[place:place] = b"\r\n\r\nWARC/"
        if not whole:
            return
    path = tmp_path_factory.getbasetemp() / "mutated.warc"
    path.write_bytes(whole)
    try:
        found = list(iter_records(path))
    except ArchiveDamaged as error:
        assert str(path) in str(error)
        return
    assert found
    for item in found:
        assert isinstance(item, WarcRecord | Damage)
    assert all(one.exchange or one.reason or one.findings for one in taken(path))


def table() -> list[dict[str, str]]:
    path = SHARED / "archives" / "warcs.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", table(), ids=lambda row: row["file"])
def test_real_files(tmp_path, row):
    path = SHARED / "archives" / "warc" / row["file"]
    if row["verdict"] == "reject":
        with pytest.raises(ArchiveDamaged, match=r"byte \d+"):
            harvest(tmp_path, path)
        assert states(tmp_path) == {}
        return
    report = harvest(tmp_path, path)
    assert report.seen == int(row["records_before_end_or_error"])
    assert bool(codes(tmp_path)) == (row["verdict"] == "read-with-warning")
    sizes = [str(c[2]) for c in captures(tmp_path) if not c[5]]
    if row["verdict"] == "read" and "bad-target" not in row["file"]:
        assert sizes == row["payload_bytes_of_response_and_resource"].split()


def test_real_files_are_there():
    if not table():
        pytest.skip("../shared/data/archives is absent: real-data test skipped")
    assert len(table()) == 12
