"""The records of the archive: what goes into one, and how its bytes look.

WARC 1.1 (ISO 28500:2017). A fetch becomes a `response` (or, without HTTP headers, a
`resource`) record, followed by its `request`; a payload that is there already becomes
a `revisit`; everything else that harvest learned becomes `metadata`. Fields whose
names begin with `Contentkit-` carry what the ledger needs to be made anew.
"""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from contentkit.workspace.archive_payload import Headers

BEIJING = timezone(timedelta(hours=8))
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_VERSION = b"WARC/1.1\r\n"
_END = b"\r\n\r\n"
_BLANK = " \t\r"
_STATUS = re.compile(r"HTTP/[0-9.]+[ \t]+([0-9]{3})(?!\d)")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One fetch as harvest saw it, whatever the way it came.

    `url` is canonical; `captured_at` is ISO 8601 with an offset. `response_head` is the
    status line and the header fields as received, up to the empty line; None makes a
    resource record (a file, no HTTP), whose type is then `media_type`. `body` is as
    received, codings and all. `truncated` is None or the WARC word for what cut the
    body short: length, time, disconnect, unspecified.
    """

    url: str
    captured_at: str
    body: bytes
    response_head: bytes | None = None
    media_type: str | None = None
    method: str = "GET"
    request_head: bytes | None = None
    request_body: bytes = b""
    ip_address: str | None = None
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: the name of the archive file and the byte offset."""

    warc: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedRecord:
    """One record read back; `headers` are the WARC fields, names in lower case."""

    place: Place
    end_offset: int
    headers: Mapping[str, str]
    block: bytes

    @property
    def type(self) -> str:
        """The WARC type: response, resource, revisit, request, metadata, warcinfo."""
        return self.headers.get("warc-type", "")

    @property
    def is_http(self) -> bool:
        """Tell whether the block is an HTTP message."""
        return self.headers.get("content-type", "").startswith("application/http")

    @property
    def url(self) -> str:
        """The target URI, empty for records without one."""
        return self.headers.get("warc-target-uri", "")


@dataclass(frozen=True, slots=True)
class Head:
    """Status and header fields of an HTTP message; `size` is the length of its bytes."""

    status: int
    fields: Headers
    size: int


def http_head(start: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """Return the bytes of a status or request line and its header fields.

    >>> http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html")])
    b'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n'
    """
    lines = [start, *(f"{name}: {value}" for name, value in fields)]
    text = "".join(_UNSAFE.sub(" ", line) + "\r\n" for line in lines)
    return text.encode("latin-1", "replace") + b"\r\n"


def read_head(block: bytes, start: int = 0) -> Head:
    """Read status line and fields of an HTTP message that begins at `start`.

    Forgiving: bare line feeds, `HTTP/2 200`, folded lines; without a status line the
    status is 0 and everything is body.
    """
    if not block.startswith(b"HTTP/", start):
        return Head(0, (), 0)
    end = _head_end(block, start)
    text = block[start:end].decode("latin-1")
    if "\n " in text or "\n\t" in text:
        text = re.sub(r"\r?\n[ \t]+", " ", text)
    first, *lines = text.split("\n")
    status = _STATUS.match(first)
    fields = []
    for line in lines:
        name, mark, value = line.partition(":")
        if mark:
            # not strip(): it would take bytes of GBK for white space
            fields.append((name.strip(_BLANK), value.strip(_BLANK)))
    return Head(int(status[1]) if status else 0, fields, end - start)


def _head_end(block: bytes, start: int) -> int:
    end = block.find(b"\n\r\n", start)
    bare = block.find(b"\n\n", start, end if end >= 0 else len(block))
    if bare >= 0:
        return bare + 2
    return end + 3 if end >= 0 else len(block)


def make_record(
    kind: str, fields: Sequence[tuple[str, str | None]], *, block: bytes, seed: str
) -> tuple[str, bytes]:
    """Return id and bytes of one record; the id follows from `seed` and the kind.

    `seed` names place and content, so the same harvest writes the same archive.
    """
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {seed}")
    record_id = f"<urn:uuid:{number}>"
    lines = [f"WARC-Type: {kind}\r\n", f"WARC-Record-ID: {record_id}\r\n"]
    lines += [f"{k}: {_UNSAFE.sub(' ', v)}\r\n" for k, v in fields if v is not None]
    lines.append(f"Content-Length: {len(block)}\r\n\r\n")
    return record_id, b"".join((_VERSION, "".join(lines).encode(), block, _END))


def parse_record(data: bytes, place: Place, end_offset: int) -> ArchivedRecord | None:
    """Read one decompressed record; None if it is not whole."""
    parts = parse_headers(data)
    if parts is None:
        return None
    headers, start = parts
    return ArchivedRecord(
        place=place,
        end_offset=end_offset,
        headers=headers,
        block=data[start : -len(_END)],
    )


def parse_headers(data: bytes) -> tuple[dict[str, str], int] | None:
    """Return the WARC fields of one record and where its block starts; None if torn.

    The block ends four bytes before the end of a whole record.
    """
    end = data.find(_END)
    if end < 0 or not data.startswith(b"WARC/1.") or not data.endswith(_END):
        return None
    headers = {}
    for line in data[:end].decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    start = end + len(_END)
    if headers.get("content-length") != str(len(data) - len(_END) - start):
        return None
    return headers, start


def warc_date(text: str) -> str:
    """Return an ISO 8601 time with offset in the form of `WARC-Date`.

    >>> warc_date("2026-11-24T08:00:00+08:00")
    '2026-11-24T00:00:00Z'
    """
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None, "a time without an offset is no point in time"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def beijing_time(text: str) -> str:
    """Return a `WARC-Date` as contentkit writes times: with `+08:00`, to the second.

    >>> beijing_time("2026-11-24T00:00:00.123Z")
    '2026-11-24T08:00:00+08:00'
    """
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 digest of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
