"""The records of WARC files that others wrote, whole or not.

What a file is, its bytes say: plain, or gzip with one member a record as ISO 28500
annex D asks. A gzip member over several records, or a record over several members, has
no offsets to read by: such a file is refused. Any other damage costs only the records
that it touches.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from isal import isal_zlib

from contentkit.errors import ArchiveDamaged

MAX_RECORD = 200 * 2**20  # four times the largest response a profile allows by default

_PIECE = 1 << 15  # of compressed data: at most 33 MB when undone (ratio of deflate)
_HEAD_MAX = 1 << 16
_GZIP = b"\x1f\x8b"
_START = re.compile(rb"WARC/\d\.\d+\r?\n")
_NEXT = re.compile(rb"\n(?=WARC/\d\.\d+\r?\n[A-Za-z-]+:)")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"filedesc://", "an ARC file: convert it to WARC first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """One record: `headers` by lower-case name, `block` as stored.

    `fault` is None for a whole record, else `truncated` (shorter than it says),
    `length` (another length than it says) or `too-large` (the block is left out).
    """

    offset: int
    headers: Mapping[str, str]
    block: bytes
    fault: str | None = None

    @property
    def type(self) -> str:
        """The WARC type in lower case."""
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str:
        """The target URI without the angle brackets that old wget puts around it."""
        uri = self.headers.get("warc-target-uri", "")
        return uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a file that holds no readable record."""

    offset: int
    cause: str


def iter_records(path: Path, start: int = 0) -> Iterator[WarcRecord | Damage]:
    """Yield the records of a WARC file in order, and the damage between them.

    Raises `ArchiveDamaged` when the file is no WARC, or its gzip members are not its
    records.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
            _refuse_foreign(path, head)
            stream.seek(start)
            if head.startswith(_GZIP):
                yield from _iter_gzip(path, stream)
            else:
                yield from _iter_plain(stream)
    except OSError as error:
        raise ArchiveDamaged(
            f"{path}: cannot be read ({error.strerror}): check the path and the disk"
        ) from error


def read_record(path: Path, offset: int) -> WarcRecord | None:
    """Return the record at an offset that `iter_records` gave."""
    found = next(iter_records(path, offset), None)
    return found if isinstance(found, WarcRecord) else None


def digest_is_wrong(stated: str | None, *candidates: bytes) -> bool:
    """Tell whether a WARC digest fits none of the candidate contents.

    Base32, hexadecimal and base64 are understood; an unknown algorithm is not wrong.
    """
    algorithm, _, value = (stated or "").partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha384", "sha512") or not value:
        return False
    return not any(_fits(name, value, data) for data in candidates)


def _fits(algorithm: str, value: str, data: bytes) -> bool:
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    if value.lower() == digest.hex():
        return True
    if value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("="):
        return True
    try:
        return base64.b64decode(value, altchars=b"-_", validate=False) == digest
    except binascii.Error:
        return False


def _refuse_foreign(path: Path, head: bytes) -> None:
    if not head:
        raise ArchiveDamaged(f"{path}: empty file: expected WARC records")
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise ArchiveDamaged(f"{path}: not a WARC file but {what}")
    if not head.startswith(_GZIP) and not head.lstrip(b"\r\n").startswith(b"WARC/"):
        raise ArchiveDamaged(
            f"{path}: not a WARC file: expected 'WARC/1.0' or 'WARC/1.1' at byte 0, "
            f"found {head[:10]!r}"
        )


def _iter_gzip(path: Path, stream: BufferedReader) -> Iterator[WarcRecord | Damage]:
    place = stream.tell()
    size = os.fstat(stream.fileno()).st_size
    short: WarcRecord | None = None
    while place < size:
        member = _read_member(stream, place)
        if member is None:
            following = _find_member(stream, place + 1, size)
            if following is not None or not _is_padding(stream, place, size):
                yield Damage(place, "the gzip data is damaged")
            place = size if following is None else following
            continue
        head = member.data.lstrip(b"\r\n")
        if head and not _START.match(head):
            raise ArchiveDamaged(
                f"{path}: byte {place}: a record is cut by a gzip member boundary "
                f"(found {head[:24]!r}): write the file anew with one gzip member a "
                "record, for instance with 'warcio recompress'"
            )
        if head:
            if short is not None:
                yield short
            record, rest = _parse(head, place, member)
            if _NEXT.search(b"\n" + rest):
                raise ArchiveDamaged(
                    f"{path}: byte {place}: one gzip member holds more than one "
                    "record, so records cannot be found by offset: write the file anew "
                    "with one gzip member a record, for instance with 'warcio "
                    "recompress'"
                )
            # one that is short may be the first part of a record cut in two
            short = record if record.fault == "truncated" else None
            if short is None:
                yield record
        place = member.end
    if short is not None:
        yield short


@dataclass(frozen=True, slots=True)
class _Member:
    """Decompressed data up to the limit; `is_whole` if the gzip member has its end."""

    data: bytes
    end: int
    is_whole: bool
    is_large: bool = False


def _read_member(stream: BufferedReader, offset: int) -> _Member | None:
    machine = isal_zlib.decompressobj(31)
    parts: list[bytes] = []
    total = 0
    place = offset
    stream.seek(offset)
    while not machine.eof:
        piece = stream.read(_PIECE)
        if not piece:
            data = b"".join(parts)
            return _Member(data, place, is_whole=False) if data else None
        try:
            part = machine.decompress(piece)
        except isal_zlib.IsalError:  # type: ignore[misc]  # the stub names no class
            return None
        place += len(piece)
        total += len(part)
        if total <= MAX_RECORD:
            parts.append(part)
        elif not parts:
            parts.append(part[:_HEAD_MAX])  # enough to say which record it was
    end = place - len(machine.unused_data)
    return _Member(b"".join(parts), end, is_whole=True, is_large=total > MAX_RECORD)


def _find_member(stream: BufferedReader, start: int, size: int) -> int | None:
    """Return where the next gzip member that begins a record is, after damage."""
    place = start
    while place < size:
        stream.seek(place)
        window = stream.read(_PIECE)
        at = window.find(_GZIP + b"\x08")
        if at < 0:
            place += max(len(window) - 2, 1)
            continue
        stream.seek(place + at)
        try:
            begin = isal_zlib.decompressobj(31).decompress(stream.read(_PIECE))
        except isal_zlib.IsalError:  # type: ignore[misc]  # the stub names no class
            begin = b""
        if _START.match(begin):
            return place + at
        place += at + 1
    return None


def _is_padding(stream: BufferedReader, start: int, size: int) -> bool:
    # some tools pad to a block of 512 bytes or a page; more zeros are damage
    if size - start > 4096:
        return False
    stream.seek(start)
    return not stream.read(size - start).strip(b"\x00\r\n")


def _parse(data: bytes, offset: int, member: _Member) -> tuple[WarcRecord, bytes]:
    """Return the record at the start of a member, and what follows it there."""
    end = _END_OF_HEAD.search(data, 0, _HEAD_MAX)
    head = data[: end.start()] if end else data
    headers = _headers(head)
    length = _length(headers)
    begin = end.end() if end else len(data)
    block = data[begin : begin + length] if length is not None else b""
    fault = None
    if member.is_large:
        block, fault = b"", "too-large"
    elif end is None or length is None or len(block) < length or not member.is_whole:
        fault = "truncated"
    rest = data[begin + len(block) :]
    if fault is None and not _ends_well(block, rest):
        fault = "length"
    record = WarcRecord(offset=offset, headers=headers, block=block, fault=fault)
    return record, b"" if fault in ("too-large", "truncated") else rest


def _iter_plain(stream: BufferedReader) -> Iterator[WarcRecord | Damage]:
    place = stream.tell()
    size = os.fstat(stream.fileno()).st_size
    while place < size:
        stream.seek(place)
        head = stream.read(_HEAD_MAX)
        skipped = len(head) - len(head.lstrip(b"\r\n\x00"))
        place, head = place + skipped, head[skipped:]
        if not head:
            continue
        end = _END_OF_HEAD.search(head)
        headers = _headers(head[: end.start()]) if end and _START.match(head) else {}
        length = _length(headers)
        if end is None or length is None:
            yield Damage(place, "expected a WARC record header")
            place = _find_record(stream, place + 1, size)
            continue
        begin = place + end.end()
        stop = begin + length
        stream.seek(stop)
        tail = stream.read(64)
        stream.seek(max(begin, stop - 4))
        fault = "truncated" if stop > size else None
        if fault is None and not _ends_well(stream.read(min(4, length)), tail):
            fault = "length"
        following = stop if fault is None else _find_record(stream, begin, size)
        if length > MAX_RECORD:
            fault, block = fault or "too-large", b""
        else:
            stream.seek(begin)
            block = stream.read(min(stop, following) - begin)
        yield WarcRecord(offset=place, headers=headers, block=block, fault=fault)
        place = following


def _ends_well(block: bytes, rest: bytes) -> bool:
    """Tell whether a record ends where its length says: an empty line, then the next.

    Two line ends are the rule; a writer that leaves them out at the end of a file is
    forgiven, unless it seems that the length counted them in.
    """
    after = rest.lstrip(b"\r\n")
    if not after.strip(b"\x00") and after == rest:
        return not block.endswith(b"\r\n\r\n")
    is_parted = rest.startswith((b"\r\n\r\n", b"\n\n"))
    return is_parted and (not after.strip(b"\x00") or bool(_START.match(after)))


def _find_record(stream: BufferedReader, start: int, size: int) -> int:
    """Return where the next record begins after damage, else the end of the file."""
    place = start
    while place < size:
        stream.seek(place)
        window = stream.read(_PIECE)
        match = _NEXT.search(window)
        if match:
            return place + match.end()
        if place + len(window) >= size:
            break
        place += len(window) - 256  # a header may lie across two windows
    return size


def _headers(head: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    text = head.decode("utf-8", errors="surrogateescape")
    # a folded line continues the one before
    for line in re.sub(r"\r?\n[ \t]+", " ", text).split("\n")[1:]:
        name, mark, value = line.partition(":")
        if mark:
            key = name.strip().lower()
            if key == "warc-concurrent-to" and key in headers:
                headers[key] += f" {value.strip()}"  # the one field that may repeat
            headers.setdefault(key, value.strip())
    return headers


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
