"""Bytes as sent to bytes as meant: transfer coding, content coding, content type.

Servers lie about their codings, so nothing here raises: what cannot be undone stays as
it came, and `Decoded.fault` says why.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from urllib.parse import unquote_to_bytes

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

MAX_BYTES = 128 * 1024 * 1024  # twice the largest page or file a profile may allow
_PIECE = 1 << 16

Headers = Sequence[tuple[str, str]]
"""HTTP fields in their order; values are Latin-1 text, one character a byte."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body without its codings; `fault` is None, or why a coding could not be undone.

    Faults: `bad-chunks`, `bad-gzip`, `bad-deflate`, `bad-br`, `bad-zstd`,
    `unknown-coding`, `truncated` (data is what could be read), `too-large` (a bomb:
    data is the body as it came).
    """

    data: bytes
    fault: str | None = None


def header(headers: Headers, name: str) -> str | None:
    """Return the first value of a field, whatever the case of its name."""
    wanted, size = name.lower(), len(name)
    for key, value in headers:
        # lengths first: this runs several times for every page that is read
        if len(key) == size and key.lower() == wanted:
            return value
    return None


def decode_body(headers: Headers, body: bytes) -> Decoded:
    """Undo chunked transfer coding, then content codings, in bounded memory."""
    data, fault = body, None
    if "chunked" in (header(headers, "transfer-encoding") or "").lower():
        done = _dechunk(body)
        data, fault = done.data, done.fault
    stated = header(headers, "content-encoding")
    if not stated:
        return Decoded(data, fault)
    codings = stated.lower().split(",")
    for coding in reversed([name.strip() for name in codings]):
        if coding in ("", "identity", "none", "utf-8") or not data:
            continue  # utf-8 stands there when a page's author confused two headers
        undo = _CODINGS.get(coding)
        if undo is None:
            return Decoded(data, fault or "unknown-coding")
        done = undo(data)
        data, fault = done.data, fault or done.fault
    return Decoded(data, fault)


def content_type(headers: Headers) -> tuple[str | None, str | None]:
    """Return media type and charset of `Content-Type`, in lower case, as declared.

    >>> content_type([("Content-Type", 'Text/HTML; Charset="GB2312"')])
    ('text/html', 'gb2312')
    """
    return _content_type(header(headers, "content-type") or "")


@lru_cache(maxsize=256)
def _content_type(value: str) -> tuple[str | None, str | None]:
    kind, _, rest = value.partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"(?i)charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", rest)
    return (
        kind if re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", kind) else None,
        charset[1].lower() if charset else None,
    )


def file_name(headers: Headers) -> str | None:
    """Return the file name of `Content-Disposition`, its bytes read as UTF-8 or GBK.

    >>> file_name([("Content-Disposition", "attachment; filename*=UTF-8''%E4%B8%80.doc")])
    '一.doc'
    """
    value = header(headers, "content-disposition") or ""
    star = re.search(r"(?i)filename\*\s*=\s*\"?[\w-]*'[^']*'([^;\"]+)", value)
    plain = re.search(r"(?i)filename\s*=\s*(?:\"([^\"]*)\"|([^;]*))", value)
    if star:
        raw = unquote_to_bytes(star[1].strip())
    elif plain:
        raw = unquote_to_bytes(
            (plain[1] or plain[2] or "").strip().encode("latin-1", "replace")
        )
    else:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # the last step of a path only: some servers send their own folder along
        return re.split(r"[/\\]", name)[-1].strip() or None
    return None


def _dechunk(body: bytes) -> Decoded:
    parts: list[bytes] = []
    place = 0
    while True:
        end = body.find(b"\n", place, place + 1024)
        line = body[place:end].split(b";")[0].strip() if end >= 0 else b""
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            # the header was kept although the archiver undid the coding already
            return Decoded(b"".join(parts), "bad-chunks") if parts else Decoded(body)
        size = int(line, 16)
        if size == 0:
            return Decoded(b"".join(parts))
        piece = body[end + 1 : end + 1 + size]
        parts.append(piece)
        if len(piece) < size:
            return Decoded(b"".join(parts), "truncated")
        place = end + 1 + size
        place += 2 if body.startswith(b"\r\n", place) else 1


def _inflate(data: bytes, wbits: int, fault: str) -> Decoded:
    parts: list[bytes] = []
    total = 0
    rest = data
    while rest:
        machine = zlib.decompressobj(wbits)
        try:
            while rest and not machine.eof:
                parts.append(machine.decompress(rest, _PIECE))
                rest = machine.unconsumed_tail
                total += len(parts[-1])
                if total > MAX_BYTES:
                    return Decoded(data, "too-large")
        except zlib.error:
            # padding after a whole stream is no fault; a broken start is
            return Decoded(b"".join(parts)) if total else Decoded(data, fault)
        if not machine.eof:
            return Decoded(b"".join(parts) if total else data, "truncated")
        rest = machine.unused_data
    return Decoded(b"".join(parts))


def _gzip(data: bytes) -> Decoded:
    if not data.startswith(b"\x1f\x8b"):
        return Decoded(data, "bad-gzip")
    return _inflate(data, 31, "bad-gzip")


def _deflate(data: bytes) -> Decoded:
    wrapped = _inflate(data, 15, "bad-deflate")
    # RFC 9110 section 8.4.1.2: some servers send the stream without its zlib wrapper
    return wrapped if wrapped.fault is None else _inflate(data, -15, "bad-deflate")


def _brotli(data: bytes) -> Decoded:
    return _read_stream(BrotliReader(BytesIO(data)), data, "bad-br")


def _zstd(data: bytes) -> Decoded:
    return _read_stream(ZstdReader(BytesIO(data)), data, "bad-zstd")


def _read_stream(reader: WarcReader, data: bytes, fault: str) -> Decoded:
    parts: list[bytes] = []
    total = 0
    try:
        while piece := reader.read(_PIECE):
            parts.append(piece)
            total += len(piece)
            if total > MAX_BYTES:
                return Decoded(data, "too-large")
    except OSError:
        whole = b"".join(parts)
        return Decoded(whole, "truncated") if whole else Decoded(data, fault)
    return Decoded(b"".join(parts))


_CODINGS: dict[str, Callable[[bytes], Decoded]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
