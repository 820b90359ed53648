"""OLE files of Word 97-2003 and WPS Writer: the text by the piece table ([MS-DOC] 2.4.1).

No pure-Python library reads them. Only the main text is taken; fields keep their
result, pictures and codes go. Word 6 and 95 are told as unsupported.
"""

import io
import re
import struct
from collections.abc import Iterator

import olefile

from contentkit.filetext.result import Collector, FileState, Unreadable

_IDENT, _NFIB_97 = 0xA5EC, 0x00C1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_FC_CLX = 0x01A2  # fcClx and lcbClx in FibRgFcLcb97
_CCP_TEXT = 0x004C  # characters of the main text
_COMPRESSED = 0x40000000
_MAX_PIECES = 1_000_000
_FIELD = re.compile(
    "\x13[^\x13\x14\x15]{0,5000}\x14|\x13[^\x13\x14\x15]{0,5000}\x15|[\x13-\x15]"
)
_CELL = "\x07"
_PARTS = re.compile("([^\r\x07\x0b\x0c]*)([\r\x07\x0b\x0c]|$)")
# whatever olefile raises when the sectors of a hostile file lead it astray
_BROKEN = (OSError, IndexError, KeyError, ValueError, TypeError, OverflowError)


def read_ole(data: bytes, out: Collector) -> str:
    """Read an OLE file into `out`; return its kind: doc, xls, ppt or ole."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {"/".join(x).lower() for x in ole.listdir()}
            if "encryptedpackage" in names:
                raise Unreadable(FileState.ENCRYPTED, "the file is encrypted")
            if "worddocument" in names:
                _read_word(ole, out)
                return "doc"
    except (*_BROKEN, struct.error) as error:
        raise Unreadable(FileState.DAMAGED, f"OLE: {error}") from error
    if names & {"workbook", "book"}:
        return "xls"
    if "powerpoint document" in names:
        return "ppt"
    return "ole"


def _read_word(ole: "olefile.OleFileIO", out: Collector) -> None:
    stream = ole.openstream("WordDocument").read()
    ident, version = struct.unpack_from("<HH", stream)
    (flags,) = struct.unpack_from("<H", stream, 0x0A)
    if ident != _IDENT or version < _NFIB_97:
        raise Unreadable(FileState.UNSUPPORTED, "a Word file from before Word 97")
    if flags & _ENCRYPTED:
        raise Unreadable(FileState.ENCRYPTED, "the file is encrypted")
    table = ole.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    start, length = struct.unpack_from("<II", stream, _FC_CLX)
    (characters,) = struct.unpack_from("<I", stream, _CCP_TEXT)
    text = "".join(_pieces(stream, table[start : start + length]))[:characters]
    _lay_out(_FIELD.sub("", text), out)


def _pieces(stream: bytes, clx: bytes) -> Iterator[str]:
    place = 0
    while clx[place : place + 1] == b"\x01":  # formatting, of no interest here
        (size,) = struct.unpack_from("<H", clx, place + 1)
        place += 3 + size
    if clx[place : place + 1] != b"\x02":
        raise Unreadable(FileState.DAMAGED, "the piece table is missing")
    (size,) = struct.unpack_from("<I", clx, place + 1)
    count = (size - 4) // 12
    if not 0 < count <= _MAX_PIECES:
        raise Unreadable(FileState.DAMAGED, f"a piece table of {count} pieces")
    ends = struct.unpack_from(f"<{count + 1}I", clx, place + 5)
    facts = place + 5 + 4 * (count + 1)
    for number in range(count):
        (where,) = struct.unpack_from("<I", clx, facts + 8 * number + 2)
        length = ends[number + 1] - ends[number]
        if length < 0 or length > len(stream):
            raise Unreadable(FileState.DAMAGED, "a piece lies outside the file")
        if where & _COMPRESSED:
            first = (where & ~_COMPRESSED) // 2
            yield stream[first : first + length].decode("cp1252", "replace")
        else:
            part = stream[where : where + 2 * length]
            yield part.decode("utf-16-le", "replace")


def _lay_out(text: str, out: Collector) -> None:
    """Split into paragraphs and table rows.

    A cell ends with a mark and a row with one more, so an empty last cell looks like
    the end of its row: the width of the first row decides.
    """
    rows: list[tuple[str, ...]] = []
    row: list[str] = []
    held = ""  # paragraphs of a cell before its last
    for part, end in _PARTS.findall(text):
        words = _clean(part)
        if end == _CELL:
            words = f"{held} {words}".strip()
            held = ""
            if words or not row or (rows and len(row) < len(rows[0])):
                row.append(words)
            else:
                rows.append(tuple(row))
                row = []
        elif row:
            held = f"{held} {words}".strip()
        else:
            out.table(rows)
            rows = []
            out.line(words)
    out.table([*rows, tuple(row)] if row else rows)


def _clean(text: str) -> str:
    return "".join(c for c in text if c >= " " or c == "\t").strip()
