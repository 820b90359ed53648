"""Media types by first bytes, declaration and name, in this order."""

import pytest

from contentkit.harvest.sniff import extension, is_page_part, sniff_media_type

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "declared", "name", "expected"),
    [
        (b"%PDF-1.7", "text/html", "a.html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", None, "a.jpg", "image/png"),
        (b"PK\x03\x04", "application/octet-stream", "a.docx", DOCX),
        (b"PK\x03\x04", "application/octet-stream", "a.doc", "application/zip"),
        (b"PK\x03\x04", None, "", "application/zip"),
        (OLE, "application/octet-stream", "a.xls", "application/vnd.ms-excel"),
        (OLE, None, "download.jsp", "application/x-ole-storage"),
        (b"<html>", "application/octet-stream", "", "text/html"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>", None, "a.css", "text/html"),
        (b"<?xml version='1.0'?><html>", None, "", "text/html"),
        (b"<?xml version='1.0'?><rss>", None, "", "text/xml"),
        (b"<!-- saved --><table>", None, "", "text/html"),
        (b"document.write('4')", None, "click.html", "text/html"),
        (
            b"document.write('4')",
            "application/javascript",
            "a.html",
            "application/javascript",
        ),
        (b"", None, "a.html", "text/html"),
        (b"", None, "", None),
        (b"some text", None, "README", None),
        (b"some text", "application/octet-stream", "", "application/octet-stream"),
        (b"BM looks like a bitmap", None, "", None),
    ],
)
def test_sniff(data, declared, name, expected):
    assert sniff_media_type(data, declared=declared, name=name) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/html", True),
        ("application/xhtml+xml", True),
        ("application/x-javascript", True),
        ("text/css", True),
        ("application/json", True),
        ("application/pdf", False),
        ("image/png", False),
        ("text/xml", False),
        (None, False),
    ],
)
def test_page_parts(kind, expected):
    assert is_page_part(kind) is expected


def test_extension():
    assert extension("/a.b/c") == ""
    assert extension("/a/C.PDF") == "pdf"
    assert extension("x.toolongextension") == ""
