"""Attachments as other programs read them."""

import io
import re
import struct
import zipfile
import zlib
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from contentkit.samplesite.files import (
    make_docx,
    make_ofd,
    make_pdf,
    make_picture,
    make_xlsx,
    make_zip,
)

LINES = ["江澜区<示例> & 附件", "第二行"]


def xml_text(data: bytes, name: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            ET.fromstring(archive.read(part))
        root = ET.fromstring(archive.read(name))
    return [t for t in root.itertext() if t.strip()]


def test_office_files_hold_their_text() -> None:
    assert xml_text(make_docx(LINES), "word/document.xml") == LINES
    rows = [LINES, ["3", "4"]]
    assert xml_text(make_xlsx(rows), "xl/worksheets/sheet1.xml") == [*LINES, "3", "4"]
    assert xml_text(make_ofd(LINES), "Doc_0/Pages/Page_0/Content.xml") == LINES


def test_gbk_names_carry_no_flag() -> None:
    data = make_zip([("附表.docx", b"x")], encoding="gbk")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (info,) = archive.infolist()
    assert info.flag_bits & 0x800 == 0
    assert info.filename.encode("cp437").decode("gbk") == "附表.docx"


@given(st.dictionaries(st.text("abc附表", min_size=1), st.binary(max_size=50)))
def test_any_archive_can_be_read_back(entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(make_zip(list(entries.items())))) as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in archive.namelist()} == entries


def test_a_pdf_points_at_its_objects_and_maps_its_codes() -> None:
    data = make_pdf(LINES)
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert data[start : start + 4] == b"xref"
    offsets = [int(x) for x in re.findall(rb"(\d{10}) 00000 n", data)]
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(b"%d 0 obj" % number)
    maps = dict(re.findall(rb"<(\w{4})> <(\w{4})>\n", data))
    shown = re.findall(rb"<(\w+)> Tj", data)
    codes = [text[i : i + 4] for text in shown for i in range(0, len(text), 4)]
    units = b"".join(bytes.fromhex(maps[code].decode()) for code in codes)
    assert units.decode("utf-16-be") == "".join(LINES)


def test_a_picture_is_a_whole_png() -> None:
    data = make_picture(3)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, {}
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    width, height, depth = struct.unpack(">IIB", chunks[b"IHDR"][:9])
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + width * depth // 8)
