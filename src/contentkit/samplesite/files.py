"""Real attachments and pictures made byte by byte: PDF, DOCX, XLSX, OFD, ZIP, PNG, MP4.

Nothing is compressed, because deflate output differs between builds of zlib and the
same seed must give the same bytes everywhere.
"""

import struct
import zlib
from collections.abc import Sequence
from functools import cache
from html import escape

from contentkit.samplesite.numbers import Dice

_ZIP_DATE = (2020 - 1980) << 9 | 1 << 5 | 1  # 2020-01-01 in the ZIP's own calendar
_UTF8_NAME = 0x800
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument."

_PDF_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 7 0 R>>",
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]/ToUnicode 8 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 6 0 R>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/Ascent 880/Descent -120/CapHeight 880/ItalicAngle 0/StemV 80/FontBBox[-25 -254 1000 880]>>",
)


def make_zip(entries: Sequence[tuple[str, bytes]], *, encoding: str = "utf-8") -> bytes:
    """Return a ZIP archive of the entries, stored.

    With `encoding` gbk the names carry no UTF-8 flag, as old Chinese packers wrote them.
    """
    flag = _UTF8_NAME if encoding == "utf-8" else 0
    body = bytearray()
    directory = bytearray()
    for name, data in entries:
        raw = name.encode(encoding)
        sizes = (zlib.crc32(data), len(data), len(data), len(raw), 0)
        facts = struct.pack("<HHHHHIIIHH", 20, flag, 0, 0, _ZIP_DATE, *sizes)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + facts
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + facts + raw + data
    end = struct.pack(
        "<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0
    )
    return bytes(body + directory + b"PK\x05\x06" + end)


def make_docx(lines: Sequence[str]) -> bytes:
    """Return a Word document with one paragraph a line."""
    text = "".join(f"<w:p><w:r><w:t>{escape(x)}</w:t></w:r></w:p>" for x in lines)
    body = f'<w:document xmlns:w="{_WORD}"><w:body>{text}</w:body></w:document>'
    return _make_package("word/document.xml", _TYPE + "wordprocessingml.document", body)


def make_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook with one sheet of text cells."""
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(x)}</t></is></c>' for x in row)
        + "</row>"
        for row in rows
    )
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relation = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    more = [
        ("xl/_rels/workbook.xml.rels", _XML + relation),
        ("xl/worksheets/sheet1.xml", _XML + sheet),
    ]
    extra = (
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_TYPE}spreadsheetml.worksheet+xml"/>'
    )
    return _make_package(
        "xl/workbook.xml", _TYPE + "spreadsheetml.sheet", book, more=more, extra=extra
    )


def make_ofd(lines: Sequence[str]) -> bytes:
    """Return a one-page document in the national layout format (GB/T 33190)."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    text = "".join(
        f'<ofd:TextObject ID="{10 + n}" Boundary="20 {20 + n * 8} 170 8" Font="1" '
        f'Size="5"><ofd:TextCode X="0" Y="5">{escape(line)}</ofd:TextCode>'
        "</ofd:TextObject>"
        for n, line in enumerate(lines)
    )
    parts = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content>"
        f'<ofd:Layer ID="2">{text}</ofd:Layer></ofd:Content></ofd:Page>',
    }
    return make_zip([(name, (_XML + xml).encode()) for name, xml in parts.items()])


def make_pdf(lines: Sequence[str]) -> bytes:
    """Return a one-page PDF whose Chinese text can be copied out (with a ToUnicode map)."""
    shown = "".join(
        f"1 0 0 1 60 {780 - n * 24} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
        for n, line in enumerate(lines)
    )
    page = f"BT /F1 14 Tf\n{shown}ET".encode("ascii")
    units = "".join(sorted({c for line in lines for c in line}))
    maps = "".join(
        f"{len(units[i : i + 100])} beginbfchar\n"
        + "".join(f"<{ord(c):04x}> <{ord(c):04x}>\n" for c in units[i : i + 100])
        + "endbfchar\n"
        for i in range(0, len(units), 100)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Text def /CMapType 2 def\n1 begincodespacerange <0000> <ffff> "
        f"endcodespacerange\n{maps}endcmap end end"
    ).encode("ascii")
    streams = [
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(data), data)
        for data in (page, cmap)
    ]
    return _join_pdf([*_PDF_OBJECTS, *streams])


@cache
def make_picture(number: int) -> bytes:
    """Return one of the site's pictures: hills by the water in four colors, a PNG."""
    width, height = 320, 180
    dice = Dice(number, 51)
    hue = [dice.between(-18, 18) for _ in range(3)]
    colors = ((214, 232, 244), (126, 164, 190), (74, 120, 112), (176, 206, 222))
    palette = bytes(
        max(0, min(255, c + hue[k])) for color in colors for k, c in enumerate(color)
    )
    far, near = _ridge(dice, width, 60), _ridge(dice, width, 100)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(0, width, 4):
            packed = 0
            for k in range(x, x + 4):
                packed = packed << 2 | _color(y, far[k], near[k])
            rows.append(packed)
    header = struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _make_chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", palette),
            (b"IDAT", zlib.compress(bytes(rows), 0)),
            (b"IEND", b""),
        )
    )


def make_video(number: int) -> bytes:
    """Return a file with the head of an MP4 and nothing to play."""
    return struct.pack(">I8sII", 20, b"ftypisom", 512, number) + struct.pack(
        ">I4sI", 12, b"mdat", number
    )


def _make_package(
    part: str,
    content_type: str,
    body: str,
    *,
    more: Sequence[tuple[str, str]] = (),
    extra: str = "",
) -> bytes:
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}.main+xml"/>{extra}</Types>'
    )
    relation = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="{part}"/></Relationships>'
    )
    parts = [
        ("[Content_Types].xml", _XML + types),
        ("_rels/.rels", _XML + relation),
        (part, _XML + body),
        *more,
    ]
    return make_zip([(name, xml.encode()) for name, xml in parts])


def _join_pdf(objects: Sequence[bytes]) -> bytes:
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)


def _ridge(dice: Dice, width: int, top: int) -> list[int]:
    heights = []
    height = top + dice.below(20)
    slope = 0
    for x in range(width):
        if x % 24 == 0:
            slope = dice.between(-2, 2)
        if x % 2 == 0:
            height = max(top - 30, min(top + 30, height + slope // 2 + slope % 2))
        heights.append(height)
    return heights


def _color(y: int, far: int, near: int) -> int:
    if y > 150:
        return 3
    return 2 if y > near else 1 if y > far else 0


def _make_chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
