"""The text of every kind of attachment, and what happens to those that have none."""

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.filetext import FileState, FileText, Limits, read_file
from contentkit.samplesite.files import (
    make_docx,
    make_ofd,
    make_pdf,
    make_xlsx,
    make_zip,
)

LINES = ["关于印发办法的通知", "江政发〔2024〕4号", "自2024年7月1日起施行"]
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def word(body: str, **more: bytes) -> bytes:
    xml = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": xml.encode(), **more})


@pytest.mark.parametrize("make", [make_docx, make_ofd, make_pdf])
def test_the_lines_of_a_document_come_out_as_paragraphs(make):
    read = read_file(make(LINES))
    assert read.text == "\n".join(LINES)
    assert read.state is FileState.READ


def test_a_sheet_is_rows_of_cells_and_whole_numbers_have_no_point():
    read = read_file(make_xlsx([["序号", "文件名称"], ["1", "办法"]]))
    assert read.tables == ((("序号", "文件名称"), ("1", "办法")),)
    assert read.text == "序号\t文件名称\n1\t办法"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_plain_text_is_read_in_its_encoding(codec):
    assert read_file("\n".join(LINES).encode(codec)).text == "\n".join(LINES)


def test_an_archive_is_read_member_by_member_with_names_of_old_packers():
    inner = make_docx(LINES)
    read = read_file(make_zip([("附件１.docx", inner)], encoding="gbk"))
    assert read.members == ("附件１.docx",)
    assert read.text.split("\n") == ["附件１.docx", *LINES]


def test_word_keeps_tables_boxes_and_insertions_and_drops_deletions():
    body = (
        "<w:p><w:r><w:t>第一条</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>　新</w:t></w:r></w:ins></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>序号</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>文号</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r></w:p>"
    )
    read = read_file(word(body))
    assert read.text == "第一条　新\n序号\t文号\n框中文字"
    assert read.tables == ((("序号", "文号"),),)


def test_the_author_that_word_leaves_in_a_file_is_told():
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:creator>张三</dc:creator></cp:coreProperties>"
    )
    data = word(
        "<w:p><w:r><w:t>文</w:t></w:r></w:p>", **{"docProps/core.xml": core.encode()}
    )
    assert read_file(data).properties == {"author": "张三"}


def test_hidden_columns_are_read_and_told():
    data = make_xlsx([["姓名", "证件号"], ["某某", "1"]])
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            parts[name] = file.read(name)
    sheet = parts["xl/worksheets/sheet1.xml"]
    mark = b'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<sheetData>", mark)
    read = read_file(packed(parts))
    assert read.hidden == ("sheet1 column 2-2",)
    assert "证件号" in read.text


def test_ofd_text_is_read_in_the_order_of_the_page():
    data = make_ofd(["下", "上"])
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            parts[name] = file.read(name)
    page = "Doc_0/Pages/Page_0/Content.xml"
    parts[page] = parts[page].replace(b'"20 20 170 8"', b'"20 90 170 8"')
    assert read_file(packed(parts)).text == "上\n下"


def scan(pages: int) -> bytes:
    """Return a PDF whose pages are one picture each."""
    document = pypdfium2.PdfDocument.new()
    picture = pypdfium2.PdfBitmap.new_native(8, 8, pypdfium2.raw.FPDFBitmap_BGR)
    picture.fill_rect((0, 0, 0, 255), 0, 0, 8, 8)
    for _ in range(pages):
        page = document.new_page(595, 842)
        image = pypdfium2.PdfImage.new(document)
        image.set_bitmap(picture)
        image.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
        page.insert_obj(image)
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def test_a_scan_is_told_from_an_empty_document():
    read = read_file(scan(3))
    assert (read.state, read.pages, read.scanned_pages) == (FileState.SCANNED, 3, 3)


def test_a_pdf_of_ten_thousand_pages_is_read_up_to_the_limit():
    document = pypdfium2.PdfDocument.new()
    for _ in range(10_000):
        document.new_page(100, 100).close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    read = read_file(out.getvalue(), limits=Limits(pages=50))
    assert (read.pages, read.limit) == (10_000, "50 of 10,000 pages")


@pytest.mark.parametrize(
    ("data", "state", "told"),
    [
        (b"", FileState.EMPTY, None),
        (b"\x00" * 64, FileState.EMPTY, None),
        (b"PK\x03\x04 and no more", FileState.DAMAGED, "no readable ZIP directory"),
        (make_docx(LINES)[:200], FileState.DAMAGED, "no readable ZIP directory"),
        (make_pdf(LINES)[:20], FileState.DAMAGED, "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900, FileState.DAMAGED, "OLE"),
        (b"Rar!\x1a\x07\x01\x00", FileState.UNSUPPORTED, None),
        (b"\x89PNG\r\n\x1a\n", FileState.UNSUPPORTED, None),
        (
            packed({"OFD.xml": b"<OFD><DocRoot>x.xml</DocRoot></OFD>"}),
            FileState.DAMAGED,
            "x.xml is missing",
        ),
        (packed({"word/document.xml": b"<w"}), FileState.DAMAGED, "word/document.xml"),
    ],
)
def test_what_cannot_be_read_is_told_and_never_raised(data, state, told):
    read = read_file(data)
    assert read.state is state
    assert told is None or told in str(read.error)


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = packed({"word/document.xml": b"\x00" * (64 << 20)}, zipfile.ZIP_DEFLATED)
    read = read_file(bomb)
    assert read.state is FileState.DAMAGED
    assert "like a bomb" in str(read.error)


def test_a_directory_that_lies_about_sizes_does_not_help_a_bomb():
    bomb = bytearray(packed({"a.txt": b"a" * (4 << 20)}, zipfile.ZIP_DEFLATED))
    at = bomb.rindex(b"PK\x01\x02") + 24
    bomb[at : at + 4] = (10).to_bytes(4, "little")
    read = read_file(bytes(bomb), limits=Limits(unpacked=1 << 20))
    assert read.state is FileState.DAMAGED


def test_an_encrypted_archive_says_so():
    data = bytearray(packed({"a.txt": b"secret"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert read_file(bytes(data)).state is FileState.ENCRYPTED


def test_archives_within_archives_end_at_the_limit():
    data = b"text"
    for level in range(5):
        data = packed({f"{level}.zip" if level else "a.txt": data})
    read = read_file(data)
    assert read.state is FileState.READ
    assert read.limit is None or "levels" in read.limit
    assert "text" not in read.text.split("\n")


def test_entities_are_not_expanded():
    evil = (
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<w:document xmlns:w="%s"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p>'
        b"</w:body></w:document>" % WORD.encode()
    )
    assert "aaaa" not in read_file(packed({"word/document.xml": evil})).text


def test_long_texts_and_tables_stop_at_their_limits():
    read = read_file("字".encode() * 1000, limits=Limits(characters=100))
    assert (len(read.text), read.limit) == (100, "100 characters")
    rows = read_file(make_xlsx([["x"]] * 30), limits=Limits(rows=10))
    assert (len(rows.tables[0]), rows.limit) == (10, "10 rows")


@pytest.mark.parametrize("name", ["list.doc", "list.rtf", "list.xls"])
def test_files_of_before_2007_give_the_rows_of_their_table(name):
    """The files were written with LibreOffice 7.4 for this test."""
    read = read_file((Path(__file__).parent / "files" / name).read_bytes())
    assert "1\t江澜区河道管护办法\t江政发〔2019〕3号" in read.text.split("\n")
    if name != "list.rtf":
        assert ("序号", "文件名称", "文号") in read.tables[0]
        assert all(len(row) == 3 for row in read.tables[0])
    if name != "list.xls":
        assert read.text.split("\n")[-1] == "江澜区人民政府办公室 Office 2024"


def test_rtf_keeps_its_text_and_drops_its_fonts():
    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 SimSun;}}\f0\u26045?\u34892?\'ca\'a9\par next}"
    assert read_file(rtf).text == "施行施\nnext"


def test_a_result_survives_json():
    read = read_file(make_xlsx([["a", "b"]]))
    assert FileText.from_json(read.to_json()) == FileText.from_json(
        FileText.from_json(read.to_json()).to_json()
    )


OLD = [
    (Path(__file__).parent / "files" / x).read_bytes() for x in ("list.doc", "list.xls")
]
WHOLE = [*OLD, make_docx(LINES), make_xlsx([LINES]), make_ofd(LINES), make_pdf(LINES)]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(WHOLE), st.data())
def test_damage_anywhere_never_raises(data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 5))):
        broken[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(
            st.integers(0, 255)
        )
    cut = draw.draw(st.integers(0, len(data)))
    assert read_file(bytes(broken)).kind
    assert read_file(bytes(broken[:cut])).kind
