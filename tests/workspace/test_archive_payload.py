"""Codings undone, whatever the headers claim, in bounded memory."""

import gzip
import tracemalloc
import zlib
from io import BytesIO

import brotli
import pytest
from fastwarc.stream_io import ZstdWriter
from hypothesis import given
from hypothesis import strategies as st

from contentkit.workspace import archive_payload
from contentkit.workspace.archive_payload import (
    MAX_BYTES,
    content_type,
    decode_body,
    file_name,
)

TEXT = "关于印发实施方案的通知\n".encode() * 200


def zstd(data: bytes) -> bytes:
    sink = BytesIO()
    writer = ZstdWriter(sink)
    writer.write(data)
    writer.close()
    return sink.getvalue()


def raw_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd,
}


@pytest.mark.parametrize("coding", CODINGS)
def test_content_codings(coding):
    body = CODINGS[coding](TEXT)
    assert decode_body([("CONTENT-encoding", f" {coding.upper()} ")], body).data == TEXT
    assert decode_body([("content-encoding", coding)], body).fault is None


@pytest.mark.parametrize(
    ("coding", "body", "data", "fault"),
    [
        ("deflate", raw_deflate(TEXT), TEXT, None),
        ("gzip", TEXT, TEXT, "bad-gzip"),
        ("deflate", b"<html>plain", b"<html>plain", "bad-deflate"),
        (
            "br",
            b"<html>plain page, not brotli",
            b"<html>plain page, not brotli",
            "bad-br",
        ),
        ("zstd", TEXT, TEXT, "bad-zstd"),
        ("gzip", b"", b"", None),
        ("gzip", gzip.compress(TEXT) + bytes(8), TEXT, None),
        ("gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), TEXT, None),
        ("identity", TEXT, TEXT, None),
        ("utf-8", TEXT, TEXT, None),
        ("compress", TEXT, TEXT, "unknown-coding"),
        ("gzip, br", brotli.compress(gzip.compress(TEXT)), TEXT, None),
    ],
)
def test_odd_codings(coding, body, data, fault):
    found = decode_body([("Content-Encoding", coding)], body)
    assert (found.data, found.fault) == (data, fault)


def test_truncated_gzip_keeps_what_is_there():
    found = decode_body([("Content-Encoding", "gzip")], gzip.compress(TEXT * 9)[:-30])
    assert found.fault == "truncated"
    assert (TEXT * 9).startswith(found.data)
    assert len(found.data) > len(TEXT)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_bombs_stay_packed_and_small(coding, monkeypatch):
    monkeypatch.setattr(archive_payload, "MAX_BYTES", 2**20)
    bomb = CODINGS[coding](bytes(2**25))
    tracemalloc.start()
    found = decode_body([("Content-Encoding", coding)], bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.data, found.fault) == (bomb, "too-large")
    assert peak < 2**23
    assert MAX_BYTES >= 2 * 50 * 2**20  # twice what a profile allows by default


def chunked(data: bytes, sizes: list[int]) -> bytes:
    parts = []
    place = 0
    for size in [*sizes, len(data)]:
        piece = data[place : place + size]
        place += size
        if piece:
            parts.append(b"%X;ext=1\r\n%s\r\n" % (len(piece), piece))
    return b"".join(parts) + b"0\r\nTrailer: x\r\n\r\n"


CHUNKED = [("Transfer-Encoding", "chunked")]


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=9))
def test_chunks_of_any_size(data, sizes):
    found = decode_body(CHUNKED, chunked(data, sizes))
    assert (found.data, found.fault) == (data, None)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_cut_chunks_give_a_part_and_say_so(data, draw):
    body = chunked(data, [7, 20])
    cut = body[: draw.draw(st.integers(3, body.index(b"0\r\nTrailer") - 1))]
    found = decode_body(CHUNKED, cut)
    assert data.startswith(found.data) or found.data == cut
    assert found.fault in ("truncated", "bad-chunks") or found.data == cut


def test_header_kept_by_a_tool_that_undid_the_chunks():
    assert decode_body(CHUNKED, b"<html>x").data == b"<html>x"
    assert decode_body(CHUNKED, b"<html>x").fault is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Content-Encoding", "Transfer-Encoding"]),
            st.sampled_from(["gzip", "br", "zstd", "deflate", "chunked", "x", ""]),
        ),
        max_size=3,
    ),
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=80).map(gzip.compress),
        st.binary(max_size=80).map(lambda data: brotli.compress(data)[:-1]),
    ),
)
def test_no_body_raises(headers, body):
    found = decode_body(headers, body)
    assert isinstance(found.data, bytes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html", ("text/html", None)),
        ("TEXT/HTML;charset=GB2312", ("text/html", "gb2312")),
        ("text/html; charset='gbk'", ("text/html", "gbk")),
        ('text/html; charset = "UTF-8"; x=y', ("text/html", "utf-8")),
        ("text/html; charset=", ("text/html", None)),
        ("; charset=gbk", (None, "gbk")),
        ("html", (None, None)),
        ("<script>", (None, None)),
    ],
)
def test_content_type(value, expected):
    assert content_type([("content-type", value)]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('attachment; filename="a b.doc"', "a b.doc"),
        ("attachment; filename=a.doc; size=3", "a.doc"),
        ("attachment; filename*=UTF-8''%E9%99%84%E4%BB%B6.doc", "附件.doc"),
        ("attachment; filename*=gb2312''%B8%BD%BC%FE.doc", "附件.doc"),
        ("attachment; filename=%B8%BD%BC%FE.doc", "附件.doc"),
        ('attachment; filename="附件.doc"'.encode().decode("latin-1"), "附件.doc"),
        ('attachment; filename="附件.doc"'.encode("gbk").decode("latin-1"), "附件.doc"),
        ('attachment; filename="C:\\Temp\\a.doc"', "a.doc"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("inline", None),
        ('attachment; filename=""', None),
    ],
)
def test_file_name(value, expected):
    assert file_name([("Content-Disposition", value)]) == expected
