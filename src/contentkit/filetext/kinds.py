"""What a file is by its bytes, however it is called."""

import re
from collections.abc import Collection

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "gzip"),
    (b"ID3", "media"),
    (b"\x00\x00\x00\x18ftyp", "media"),
    (b"\x00\x00\x00\x20ftyp", "media"),
)
_HTML = re.compile(
    rb"(?i)\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b"
)
_PDF_WITHIN = 1024  # some servers put junk before the header; readers look this far
# containers of the ZIP family, by a member that only they have
_PARTS = (
    ("OFD.xml", "ofd"),
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ppt/presentation.xml", "pptx"),
    ("content.xml", "odf"),
)


def kind_of(data: bytes) -> str:
    """Return the kind of a file from its first bytes; `text` if nothing else fits."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    head = data[:2048].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return "html"
    return "binary" if b"\x00" in head and not _is_utf16(data) else "text"


def container_kind(names: Collection[str]) -> str:
    """Return what a ZIP container is by the names of its members."""
    for part, kind in _PARTS:
        if part in names:
            return kind
    return "zip"


def _is_utf16(data: bytes) -> bool:
    return data[:2] in (b"\xff\xfe", b"\xfe\xff")
