"""Attachments made to hang, crash or fill whoever reads them: each has one finding."""

import io
import os
import signal
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from contentkit.errors import ContentkitError
from contentkit.samplesite.files import make_docx, make_ofd, make_pdf, make_xlsx
from contentkit.stages import file_reader
from contentkit.stages.file_reader import FileReader

BASE = "http://www.example.gov.cn/"
LINES = ["关于印发办法的通知", "江政发〔2024〕4号", "自2024年7月1日起施行"]
OLD = Path(__file__).parents[1] / "filetext" / "files"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)
TEXT = '<c r="{}" t="inlineStr"><is><t>字</t></is></c>'


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def sheet(rows: str) -> bytes:
    members = parts(make_xlsx([["a", "b"]]))
    (name,) = (x for x in members if x.startswith("xl/worksheets/"))
    return packed({**members, name: SHEET.format(rows).encode()})


def pdf(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size = max(objects) + 1
    rows = b"".join(b"%010d 00000 n \n" % places.get(n, 0) for n in range(1, size))
    return (
        out + b"xref\n0 %d\n0000000000 65535 f \n" % size + rows + b"trailer\n"
        b"<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(out))
    )


def page(more: dict[int, bytes], resources: bytes) -> bytes:
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
            b"/Resources<<%b>>>>" % resources,
            4: stream(b"/X Do"),
            **more,
        }
    )


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), more, data)


def forms(levels: int) -> bytes:
    """Return a page whose form draws a form twice, which draws a form twice …"""
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]"
    more = {
        n: stream(
            b"/X Do /X Do ", head + b"/Resources<</XObject<</X %d 0 R>>>>" % (n + 1)
        )
        for n in range(10, 10 + levels)
    }
    more[10 + levels] = stream(b"0 0 m 1 1 l S", head)
    return page(more, b"/XObject<</X 10 0 R>>")


def locked_zip() -> bytes:
    data = bytearray(packed({"a.txt": b"secret"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def locked_word() -> bytes:
    data = bytearray((OLD / "list.doc").read_bytes())
    data[data.index(b"\xec\xa5") + 0x0B] |= 1  # fEncrypted of the FIB
    return bytes(data)


def locked_pdf() -> bytes:
    secret = b"/Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4" % (b"o" * 32, b"u" * 32)
    return pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"},
        b"/Encrypt<<%b>>/ID[(a)(b)]" % secret,
    )


def long_pdf() -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(10_000):
        document.new_page(100, 100).close()
    document.save(out)
    document.close()
    return out.getvalue()


def without(data: bytes, name: str) -> bytes:
    members = parts(data)
    (gone,) = (x for x in members if x.endswith(name))
    return packed({x: y for x, y in members.items() if x != gone})


def nan_ofd() -> bytes:
    members = parts(make_ofd(LINES))
    return packed(
        {
            name: data.replace(b'Boundary="', b'Boundary="nan inf ')
            for name, data in members.items()
        }
    )


FILES = {
    "locked.zip": (locked_zip, "encrypted", "ATT-ENCRYPTED"),
    "locked.doc": (locked_word, "encrypted", "ATT-ENCRYPTED"),
    "locked.pdf": (locked_pdf, "encrypted", "ATT-ENCRYPTED"),
    "cut.docx": (lambda: make_docx(LINES)[:300], "damaged", "ATT-DAMAGED"),
    "cut.pdf": (lambda: make_pdf(LINES)[:60], "damaged", "ATT-DAMAGED"),
    "cut.xls": (
        lambda: (OLD / "list.xls").read_bytes()[:3000],
        "damaged",
        "ATT-DAMAGED",
    ),
    "bomb.docx": (
        lambda: packed({"word/document.xml": bytes(64 << 20)}),
        "damaged",
        "ATT-DAMAGED",
    ),
    "no-page.ofd": (
        lambda: without(make_ofd(LINES), "Content.xml"),
        "damaged",
        "ATT-DAMAGED",
    ),
    "no-document.ofd": (
        lambda: without(make_ofd(LINES), "Document.xml"),
        "damaged",
        "ATT-DAMAGED",
    ),
    "nan.ofd": (nan_ofd, "read", None),
    "word-called.pdf": (lambda: make_docx(LINES), "read", None),
    "long.pdf": (long_pdf, "empty", "ATT-LIMIT"),
    "loop.pdf": (
        lambda: pdf(
            {
                1: b"<</Type/Catalog/Pages 2 0 R>>",
                2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>",
            }
        ),
        "empty",
        "ATT-EMPTY",
    ),
    "rows.xlsx": (
        lambda: sheet("".join(f'<row r="{n}"/>' for n in range(1, 1_000_001))),
        "empty",
        "ATT-EMPTY",
    ),
    "half-character.rtf": (
        lambda: rb"{\rtf1 \u-10179?\u-8704? \u-10179? \par}",
        "read",
        None,
    ),
    # what no reader bears: native code that ends its process, or never ends
    "far.xlsx": (
        lambda: sheet(
            f'<row r="1">{TEXT.format("A1")}</row>'
            f'<row r="1048576">{TEXT.format("XFD1048576")}</row>'
        ),
        "unread",
        "ATT-UNREAD",
    ),
    "forms.pdf": (lambda: forms(30), "unread", "ATT-UNREAD"),
}


def attach(folder: Path, names: list[str], article) -> None:
    (folder / "files").mkdir()
    for number, name in enumerate(names):
        data = FILES[name][0]()
        (folder / "files" / name).write_bytes(data)
        link = f'<p>附件：<a href="/files/{name}">{name}</a></p>'
        text = article(f"关于第{number}类附件的公告", link)
        (folder / "zwgk" / f"a{number}.html").write_text(text, encoding="utf-8")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reader, "SECONDS", 3)


@pytest.mark.usefixtures("impatient")
def test_each_attachment_has_its_state_and_one_finding_and_the_run_goes_on(
    space, site_folder, article_of, is_accounted
):
    attach(site_folder, list(FILES), article_of)
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    found = dict(
        space.rows(
            "SELECT u.url, f.state FROM file_texts f JOIN urls u ON u.id = f.url_id"
        )
    )
    told = space.rows(
        "SELECT u.url, f.code FROM findings f JOIN urls u ON u.id = f.url_id"
        " WHERE f.stage = 'files'"
    )
    for name, (_, state, code) in FILES.items():
        url = f"{BASE}files/{name}"
        assert found[url] == state, name
        codes = [x for u, x in told if u == url]
        assert code in codes if code else not codes, (name, codes)
        assert len(codes) <= 2, (name, codes)
    assert len(space.migrated()) == len(FILES) + 3
    assert "internal-error" not in space.codes()
    is_accounted(space)
    marks = "SELECT count(*), max(run_id) FROM marks WHERE stage = 'files'"
    before = space.rows(marks)
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert space.rows(marks) == before, "the second run read files again"


def test_workers_answer_like_one_process(
    space, site_folder, article_of, make_space, tmp_path
):
    names = ["locked.zip", "far.xlsx", "cut.pdf", "word-called.pdf", "nan.ofd"]
    attach(site_folder, names, article_of)
    other = make_space("other")
    rows = (
        "SELECT u.url, f.kind, f.state, f.data FROM file_texts f"
        " JOIN urls u ON u.id = f.url_id ORDER BY u.url"
    )
    for made, workers in ((space, "1"), (other, "2")):
        words = ["run", "--from-mirror", site_folder, "--workers", workers]
        done = made(*words)
        assert done.returncode == 0, done.stderr
    assert space.rows(rows) == other.rows(rows)
    assert len(space.rows(rows)) == len(names)


REF = [1, "digest", BASE + "files/a.pdf", "a.pdf", "a.warc.gz", 0]


def test_a_reader_that_another_hand_kills_is_a_failure_to_be_tried_again(monkeypatch):
    start = file_reader._start

    def killed():
        process = start()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return process

    with FileReader() as reader:
        monkeypatch.setattr(file_reader, "_start", killed)
        lost = reader.read(make_pdf(LINES), REF)
        monkeypatch.setattr(file_reader, "_start", start)
        assert reader.read(make_pdf(LINES), REF)["row"][1] == "read"
    assert lost["outcome"] == "failed"
    (row,) = lost["findings"]
    assert row[0] == "internal-error"


def test_a_file_that_hangs_costs_its_seconds_and_no_more(monkeypatch):
    monkeypatch.setattr(file_reader, "SECONDS", 1)
    row = f'<row r="99999999999">{TEXT.format("ZZZZZZZ99999999999")}</row>'
    with FileReader() as reader:
        result = reader.read(sheet(row), REF)
        assert reader.read(make_pdf(LINES), REF)["row"][1] == "read"
    assert result["row"][1] == "unread"
    assert '"error":"time"' in result["row"][4]


def test_a_reader_that_cannot_start_stops_the_run_and_blames_no_file(monkeypatch):
    monkeypatch.setattr(file_reader, "__name__", "contentkit.no_such_module")
    with FileReader() as reader, pytest.raises(ContentkitError) as stopped:
        reader.read(make_pdf(LINES), REF)
    assert "cannot start" in str(stopped.value)
    assert "no_such_module" in str(stopped.value)
    assert "\n" not in str(stopped.value)
