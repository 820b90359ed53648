"""The archive: every byte ever fetched, in WARC files that only grow.

One record is one gzip member, so a record is read by its offset alone and a half
written one can be cut off. Files are `contentkit-00000.warc.gz` and so on.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from isal import isal_zlib

from contentkit import __version__
from contentkit.errors import WorkspaceDamaged, WorkspaceError
from contentkit.workspace.archive_reader import (
    ArchiveReader,
    Payload,
    exchange_payload,
    find_record,
    iter_file,
    warc_files,
)
from contentkit.workspace.archive_records import (
    REVISIT_PROFILE,
    ArchivedRecord,
    Exchange,
    Place,
    make_record,
    sha256_hex,
    warc_date,
)

__all__ = [
    "ArchiveReader",
    "ArchiveWriter",
    "Exchange",
    "Payload",
    "Place",
    "Stored",
    "recover",
    "warc_files",
]

MAX_FILE_BYTES = 1 << 30  # ISO 28500 annex C: about one gigabyte a file

_LEVEL = 2  # of ISA-L: a fifth of zlib's time, 5 % more bytes than zlib 6 on pages
_REQUEST = ("Content-Type", "application/http; msgtype=request")
_RESPONSE = ("Content-Type", "application/http; msgtype=response")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where an exchange was written and what it holds.

    `payload_warc` and `payload_offset` name the record with the bytes: the record
    itself, or the one that a revisit refers to. `sha256` and `bytes` are of the
    decoded payload.
    """

    warc: str
    offset: int
    end_offset: int
    sha256: str
    bytes: int
    payload_warc: str
    payload_offset: int
    is_revisit: bool
    payload: Payload


class ArchiveWriter:
    """Appends to the archive; one at a time, under the lock of the workspace.

    `find_payload` answers where a payload with this sha256 is, if anywhere; the same
    bytes are then written as a revisit. Raises `WorkspaceError` when the disk is full
    or not writable; what was written before stays whole.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
        find_payload: Callable[[str], Place | None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._max = max_file_bytes
        self._find = find_payload
        self._reader = ArchiveReader(folder)
        files = warc_files(folder)
        self._path = files[-1] if files else folder / "contentkit-00000.warc.gz"
        self._stream, self._size = self._open(self._path)

    def write(
        self, exchange: Exchange, *, fields: Sequence[tuple[str, str | None]] = ()
    ) -> Stored:
        """Append response, resource or revisit, and the request; say where it is.

        `fields` are further WARC fields of the record.
        """
        payload = exchange_payload(exchange)
        sha256 = sha256_hex(payload.data)
        date = warc_date(exchange.captured_at)
        raw = sha256 if payload.data is exchange.body else sha256_hex(exchange.body)
        known = self._refers_to(self._find(sha256), raw) if exchange.body else None
        members = self._start(date)
        offset = self._size + sum(map(len, members))
        seed = f"{exchange.url} {date} {raw} {self._path.name}:{offset}"
        common = [("WARC-Date", date), ("WARC-Target-URI", exchange.url)]
        record_id, record = _response(exchange, raw, [*common, *fields], known, seed)
        members.append(_member(record))
        end_offset = offset + len(members[-1])
        if exchange.request_head is not None:
            _, request = make_record(
                "request",
                [*common, ("WARC-Concurrent-To", record_id), _REQUEST],
                block=exchange.request_head + exchange.request_body,
                seed=seed,
            )
            members.append(_member(request))
        self._append(b"".join(members))
        at = known.place if known else Place(self._path.name, offset)
        return Stored(
            warc=self._path.name,
            offset=offset,
            end_offset=end_offset,
            sha256=sha256,
            bytes=len(payload.data),
            payload_warc=at.warc,
            payload_offset=at.offset,
            is_revisit=known is not None,
            payload=payload,
        )

    def note(self, url: str, at: str, lines: Sequence[tuple[str, str]]) -> Place:
        """Append a metadata record of `name: value` lines about a URL."""
        date = warc_date(at)
        members = self._start(date)
        place = Place(self._path.name, self._size + sum(map(len, members)))
        block = "".join(f"{k}: {_one_line(v)}\r\n" for k, v in lines).encode()
        _, record = make_record(
            "metadata",
            [
                ("WARC-Date", date),
                ("WARC-Target-URI", url),
                ("Content-Type", "application/warc-fields"),
            ],
            block=block,
            seed=f"{url} {date} {place.warc}:{place.offset}",
        )
        self._append(b"".join([*members, _member(record)]))
        return place

    def sync(self) -> None:
        """Force everything written so far to the disk."""
        try:
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise _cannot_write(self._path, error) from error

    def close(self) -> None:
        """Close the files."""
        self._stream.close()
        self._reader.close()

    def _start(self, date: str) -> list[bytes]:
        """Go to the next file if this one is full; return its first member if new."""
        if self._size >= self._max:
            self.sync()
            self._stream.close()
            number = int(self._path.name[11:-8]) + 1
            self._path = self._folder / f"contentkit-{number:05d}.warc.gz"
            self._stream, self._size = self._open(self._path)
        if self._size:
            return []
        _, record = make_record(
            "warcinfo",
            [
                ("WARC-Date", date),
                ("WARC-Filename", self._path.name),
                ("Content-Type", "application/warc-fields"),
            ],
            block=(
                f"software: contentkit/{__version__}\r\nformat: WARC File Format 1.1\r\n"
                "conformsTo: http://iipc.github.io/warc-specifications/specifications/"
                "warc-format/warc-1.1/\r\n"
            ).encode(),
            seed=f"{self._path.name} {date}",
        )
        return [_member(record)]

    def _open(self, path: Path) -> tuple[FileIO, int]:
        try:
            stream = FileIO(path, "ab")
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the name of the new file is data too
            finally:
                os.close(folder)
            return stream, os.fstat(stream.fileno()).st_size
        except OSError as error:
            raise _cannot_write(path, error) from error

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._stream.write(view) :]
        except OSError as error:
            self._cut_back()
            raise _cannot_write(self._path, error) from error
        self._size += len(data)

    def _cut_back(self) -> None:
        # a failed write may have left a part; if even this fails, recover cuts it
        try:
            os.ftruncate(self._stream.fileno(), self._size)
        except OSError:
            return

    def _refers_to(self, place: Place | None, raw: str) -> ArchivedRecord | None:
        if place is None:
            return None
        record = self._reader.record(place.warc, place.offset)
        # the same content in another coding is not the same payload on replay
        same = record.headers.get("warc-payload-digest") == f"sha256:{raw}"
        return record if same else None


def recover(
    folder: Path, indexed: Mapping[str, int], *, is_writer: bool = True
) -> Iterator[ArchivedRecord]:
    """Yield the whole records that the ledger does not know, then cut a torn one.

    `indexed` says for each file up to which offset the ledger knows it. Only the last
    file can end in half a record, the trace of a killed process; anywhere else that is
    damage, and `WorkspaceDamaged` names file and place. To be run to its end.
    """
    files = warc_files(folder)
    missing = sorted(set(indexed) - {path.name for path in files})
    if missing:
        raise WorkspaceDamaged(
            f"{folder / missing[0]}: the ledger names this file but it is gone: restore "
            "it from a copy, or run 'contentkit rebuild'"
        )
    for path in files:
        end = indexed.get(path.name, 0)
        size = path.stat().st_size
        if size < end:
            raise WorkspaceDamaged(
                f"{path}: {size} bytes, but the ledger knows records up to byte {end}: "
                "restore the file from a copy, or run 'contentkit rebuild'"
            )
        for record in iter_file(path, end):
            yield record
            end = record.end_offset
        if end < size:
            # cutting is for the trace of a kill: never where whole records follow
            if path != files[-1] or find_record(path, end + 1) is not None:
                raise WorkspaceDamaged(
                    f"{path}: no whole record at byte {end}: restore the file from a "
                    "copy, then run 'contentkit rebuild'; without a copy, read all that "
                    "is whole into a new workspace with --from-warc"
                )
            if is_writer:
                os.truncate(path, end)


def _response(
    exchange: Exchange,
    raw: str,
    fields: list[tuple[str, str | None]],
    known: ArchivedRecord | None,
    seed: str,
) -> tuple[str, bytes]:
    head = exchange.response_head
    if head is not None and not head.endswith((b"\n\r\n", b"\n\n")):
        head += b"\r\n" if head.endswith(b"\n") else b"\r\n\r\n"
    fields += [
        ("WARC-IP-Address", exchange.ip_address),
        ("WARC-Payload-Digest", f"sha256:{raw}"),
        ("WARC-Truncated", exchange.truncated),
    ]
    if known is None:
        kind = "resource" if head is None else "response"
        block = (head or b"") + exchange.body
        fields.append(
            ("Content-Type", exchange.media_type) if head is None else _RESPONSE
        )
        return make_record(kind, fields, block=block, seed=seed)
    fields += [
        ("WARC-Profile", REVISIT_PROFILE),
        ("WARC-Refers-To", known.headers["warc-record-id"]),
        ("WARC-Refers-To-Target-URI", known.url),
        ("WARC-Refers-To-Date", known.headers["warc-date"]),
        ("Contentkit-Refers-To", f"{known.place.warc}:{known.place.offset}"),
    ]
    if head is None:
        fields.append(("WARC-Identified-Payload-Type", exchange.media_type))
    else:
        fields.append(_RESPONSE)
    return make_record("revisit", fields, block=head or b"", seed=seed)


def _member(record: bytes) -> bytes:
    data: bytes = isal_zlib.compress(record, _LEVEL, 31)
    return data


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _cannot_write(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"{path}: cannot be written ({error.strerror}): everything up to here is kept; "
        "make room or allow writing, then run the command again"
    )
