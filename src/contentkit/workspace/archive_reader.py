"""Reading the archive: records by place, records in order, payloads without codings."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import Self

from isal import isal_zlib

from contentkit.errors import WorkspaceDamaged
from contentkit.workspace.archive_payload import Headers, content_type, decode_body
from contentkit.workspace.archive_records import (
    ArchivedRecord,
    Exchange,
    Place,
    parse_headers,
    parse_record,
    read_head,
)

_NAME = re.compile(r"contentkit-(\d{5,})\.warc\.gz")
_MAGIC = re.compile(rb"\x1f\x8b\x08")  # how a gzip member begins, RFC 1952
_READ = 1 << 13  # a page of 15 KB is 4 to 6 KB in the archive
_READ_ON = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The content of one capture: `data` without codings, type and charset as declared.

    `status` is 200 for records without HTTP. `fault` says which coding could not be
    undone (`contentkit.workspace.archive_payload.Decoded`).
    """

    data: bytes
    status: int
    headers: Headers
    media_type: str | None
    charset: str | None
    fault: str | None = None


def warc_files(folder: Path) -> list[Path]:
    """Return the files of an archive in the order they were written."""
    return sorted(
        (
            path
            for path in folder.glob("contentkit-*.warc.gz")
            if _NAME.fullmatch(path.name)
        ),
        key=lambda path: int(path.name[11:-8]),
    )


class ArchiveReader:
    """Random access to the records of an archive; keeps its files open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, int] = {}

    def record(self, warc: str, offset: int) -> ArchivedRecord:
        """Return the record at a place; raises `WorkspaceDamaged` if there is none."""
        data, end = self._member(warc, offset)
        record = parse_record(data, Place(warc, offset), end) if data else None
        if record is None:
            raise WorkspaceDamaged(
                f"{self._folder / warc}: no whole record at byte {offset}: restore the "
                "file from a copy, then run 'contentkit rebuild'"
            )
        return record

    def payload(self, warc: str, offset: int) -> Payload:
        """Return the content of the capture at a place, through revisits."""
        data, _ = self._member(warc, offset)
        parts = parse_headers(data)
        if parts is not None and parts[0].get("warc-type") == "response":
            # straight to the body: this is what every page of every run goes through
            head = read_head(data, parts[1])
            return _payload(head.status, head.fields, data[parts[1] + head.size : -4])
        record = self.record(warc, offset)
        original = self._original(record) if record.type == "revisit" else None
        return record_payload(record, original)

    def _original(self, record: ArchivedRecord) -> ArchivedRecord:
        place = refers_to(record)
        return self.record(place.warc, place.offset)

    def close(self) -> None:
        """Close the files."""
        for number in self._files.values():
            os.close(number)
        self._files.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _member(self, warc: str, offset: int) -> tuple[bytes, int]:
        number = self._files.get(warc)
        if number is None:
            try:
                number = os.open(self._folder / warc, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                raise WorkspaceDamaged(
                    f"{self._folder / warc}: cannot be read ({error.strerror}): restore "
                    "the file from a copy"
                ) from error
            self._files[warc] = number
        return read_member(number, offset)


def exchange_payload(exchange: Exchange) -> Payload:
    """Return the content of an exchange that is not written yet."""
    if exchange.response_head is None:
        fields: Headers = [("Content-Type", exchange.media_type or "")]
        return _payload(200, fields, exchange.body)
    head = read_head(exchange.response_head)
    return _payload(head.status, head.fields, exchange.body)


def record_payload(record: ArchivedRecord, original: ArchivedRecord | None) -> Payload:
    """Return the content of a response, resource or revisit (of `original`)."""
    head = read_head(record.block) if record.is_http else None
    source, size = record, head.size if head else 0
    if original is not None:
        source = original
        size = read_head(source.block).size if source.is_http else 0
    body = source.block[size:] if size else source.block
    if head is not None:
        return _payload(head.status, head.fields, body)
    kind = "warc-identified-payload-type" if original else "content-type"
    return _payload(200, [("Content-Type", record.headers.get(kind, ""))], body)


def refers_to(record: ArchivedRecord) -> Place:
    """Return where the payload of a revisit written by contentkit is."""
    warc, _, offset = record.headers.get("contentkit-refers-to", "").rpartition(":")
    if not _NAME.fullmatch(warc) or not offset.isdigit():
        raise WorkspaceDamaged(
            f"{record.place.warc}: the revisit at byte {record.place.offset} does not "
            "say where its payload is: restore the file from a copy"
        )
    return Place(warc, int(offset))


def iter_file(path: Path, start: int = 0) -> Iterator[ArchivedRecord]:
    """Yield the whole records of one archive file, in order, from an offset.

    Ends at the first record that is not whole; the caller compares the last
    `end_offset` with the size of the file.
    """
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        place = start
        while True:
            data, end = read_member(number, place)
            record = parse_record(data, Place(path.name, place), end) if data else None
            if record is None:
                return
            yield record
            place = end
    finally:
        os.close(number)


def find_record(path: Path, start: int) -> int | None:
    """Return where the first whole record at or after a byte begins, if there is one."""
    with (
        path.open("rb") as stream,
        mmap(stream.fileno(), 0, access=ACCESS_READ) as data,
    ):
        for match in _MAGIC.finditer(data, start):
            place = Place(path.name, match.start())
            member, end = read_member(stream.fileno(), place.offset)
            if member and parse_record(member, place, end) is not None:
                return place.offset
    return None


def read_member(number: int, offset: int) -> tuple[bytes, int]:
    """Return one decompressed gzip member and where it ends; empty if not whole."""
    machine = isal_zlib.decompressobj(31)
    parts: list[bytes] = []
    place, size = offset, _READ
    while not machine.eof:
        piece = os.pread(number, size, place)
        if not piece:
            return b"", offset
        try:
            parts.append(machine.decompress(piece))
        except isal_zlib.IsalError:  # type: ignore[misc]  # the stub names no class
            return b"", offset
        place += len(piece)
        size = _READ_ON
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    return data, place - len(machine.unused_data)


def _payload(status: int, headers: Headers, body: bytes) -> Payload:
    media_type, charset = content_type(headers)
    decoded = decode_body(headers, body)
    return Payload(
        data=decoded.data,
        status=status,
        headers=headers,
        media_type=media_type,
        charset=charset,
        fault=decoded.fault,
    )
