"""WARC files that others wrote, as fetches: requests joined, revisits resolved.

Two passes over every file. The first proves that the file can be read at all and notes
where requests and payloads are; nothing of a refused file is kept. The second hands the
fetches over in the order of the files.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contentkit.errors import ArchiveDamaged, ParseError
from contentkit.harvest.urls import canonical_url, escape_url
from contentkit.harvest.warc_records import (
    Damage,
    WarcRecord,
    digest_is_wrong,
    iter_records,
    read_record,
)
from contentkit.models import Finding
from contentkit.workspace.archive_payload import content_type, decode_body
from contentkit.workspace.archive_records import Exchange, beijing_time, read_head

_FETCHES = ("response", "resource", "revisit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One record of interest: a fetch, or the reason why it is none.

    `reason` is `truncated-record`, `too-large`, `revisit-unresolved`,
    `warc-date-missing` or `no-http-status`; then there is no `exchange`.
    """

    url: str
    exchange: Exchange | None = None
    reason: str | None = None
    findings: tuple[Finding, ...] = ()


class WarcIndex:
    """What the first pass noted: where requests and payloads are, by hash of a key.

    The notes lie in a private temporary database, so that memory stays bounded; it is
    gone when the index is closed or the process ends.
    """

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.damages: list[tuple[Path, Damage]] = []
        self.records = 0
        self.fetches = 0
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA cache_size = -16384")
        self._db.execute(
            "CREATE TABLE places (key INTEGER PRIMARY KEY, file INT, offset INT)"
        )

    def close(self) -> None:
        """Delete the notes."""
        self._db.close()

    def add(self, *paths: Path) -> None:
        """Read files for the first time, all or none of them.

        Raises `ArchiveDamaged` if one must be refused; then the index is as before.
        """
        before = (len(self.paths), len(self.damages), self.records, self.fetches)
        self._db.execute("BEGIN")
        try:
            for path in paths:
                self.paths.append(path)
                for record in iter_records(path):
                    self._note(record)
        except ArchiveDamaged:
            self._db.execute("ROLLBACK")
            del self.paths[before[0] :], self.damages[before[1] :]
            self.records, self.fetches = before[2:]
            raise
        self._db.execute("COMMIT")

    def request(self, keys: Iterable[int]) -> WarcRecord | None:
        """Return the request with the first of the keys that is known."""
        return self._read("request", keys)

    def payload(self, keys: Iterable[int]) -> WarcRecord | None:
        """Return the response or resource with the first key that is known."""
        return self._read("payload", keys)

    def _note(self, record: WarcRecord | Damage) -> None:
        if isinstance(record, Damage):
            self.damages.append((self.paths[-1], record))
            return
        self.records += 1
        self.fetches += record.type in _FETCHES
        if record.type == "request":
            self._keep("request", record, _request_keys(record))
        elif record.type in ("response", "resource") and record.fault is None:
            self._keep("payload", record, _payload_keys(record))

    def _keep(self, kind: str, record: WarcRecord, keys: Iterable[int]) -> None:
        file = len(self.paths) - 1
        # the first place counts
        self._db.executemany(
            "INSERT OR IGNORE INTO places VALUES (?, ?, ?)",
            [(hash((kind, key)), file, record.offset) for key in keys],
        )

    def _read(self, kind: str, keys: Iterable[int]) -> WarcRecord | None:
        for key in keys:
            row = self._db.execute(
                "SELECT file, offset FROM places WHERE key = ?", [hash((kind, key))]
            ).fetchone()
            if row is not None:
                return read_record(self.paths[row[0]], row[1])
        return None


def iter_taken(index: WarcIndex) -> Iterator[Taken]:
    """Yield the fetches of all files of an index, in order.

    Records that are no pages or files of a site give nothing: warcinfo, metadata,
    requests by themselves, `dns:`, `urn:` and `metadata:` targets.
    """
    url: str | None = None
    for path in index.paths:
        for record in iter_records(path):
            if isinstance(record, WarcRecord):
                taken = _take(index, record)
                if taken is not None:
                    url = taken.url
                    yield taken
            elif url is not None:
                # no address can be read there; it is told with the page before it
                data = {"byte": record.offset, "cause": record.cause}
                told = Finding(code="warc-damaged", data=data)
                yield Taken(url=url, findings=(told,))


def _take(index: WarcIndex, record: WarcRecord) -> Taken | None:
    if record.type not in _FETCHES:
        return _odd_request(record)
    url, findings = _target(record.target)
    if url is None or (record.type == "response" and not _is_http(record)):
        return None  # a DNS answer, a tool's own record, a protocol without pages
    reason = _refusal(record)
    if reason is not None:
        told = Finding(code=reason, data={"byte": record.offset})
        return Taken(url=url, reason=reason, findings=(*findings, told))
    if record.type == "revisit":
        return _revisit(index, record, url, findings)
    findings += _digests(record)
    exchange = _exchange(index, record, url, record)
    return Taken(url=url, exchange=exchange, findings=tuple(findings))


def _odd_request(record: WarcRecord) -> Taken | None:
    """Tell of a request whose digest is wrong; by itself it is no fetch."""
    if record.type != "request":
        return None
    url, findings = _target(record.target)
    findings += _digests(record)
    return Taken(url=url, findings=tuple(findings)) if url and findings else None


def _target(uri: str) -> tuple[str | None, list[Finding]]:
    """Return the canonical target, None if it is no page's or file's address."""
    scheme = uri.partition(":")[0].lower()
    if scheme not in ("http", "https", "ftp", "file"):
        return None, []
    found = []
    if any(ch.isspace() for ch in uri.strip()):
        found.append(Finding(code="warc-uri-repaired", data={"uri": uri}))
    try:
        if scheme in ("http", "https"):
            return canonical_url(uri), found
        return escape_url(uri), found
    except ParseError:
        return None, []


def _is_http(record: WarcRecord) -> bool:
    if record.type == "resource":
        return False
    stated = record.headers.get("content-type", "").lower()
    return stated.startswith("application/http") or record.block.startswith(b"HTTP/")


def _refusal(record: WarcRecord) -> str | None:
    if record.fault is not None:
        return "too-large" if record.fault == "too-large" else "truncated-record"
    if "warc-segment-number" in record.headers:
        return "truncated-record"  # a segment is a part; no crawler of today writes any
    try:
        beijing_time(record.headers.get("warc-date", ""))
    except ValueError:
        return "warc-date-missing"
    if record.type == "response" and not read_head(record.block).status:
        return "no-http-status"
    return None


def _digests(record: WarcRecord) -> list[Finding]:
    """Return a finding for each digest that fits neither reading of its content."""
    found = []
    stated = record.headers.get("warc-block-digest")
    if digest_is_wrong(stated, record.block):
        found.append(_digest_finding("WARC-Block-Digest", record))
    stated = record.headers.get("warc-payload-digest")
    if stated and digest_is_wrong(stated, *_payload_readings(record)):
        found.append(_digest_finding("WARC-Payload-Digest", record))
    return found


def _payload_readings(record: WarcRecord) -> Iterator[bytes]:
    """Yield what writers have taken for the payload: raw, unchunked, decoded."""
    if not _is_http(record):
        yield record.block
        return
    if record.type == "request":
        yield record.block.partition(b"\r\n\r\n")[2]
        return
    head = read_head(record.block)
    body = record.block[head.size :]
    yield body
    plain = [(k, v) for k, v in head.fields if k.lower() != "content-encoding"]
    yield decode_body(plain, body).data
    yield decode_body(head.fields, body).data


def _digest_finding(name: str, record: WarcRecord) -> Finding:
    data = {"field": name, "byte": record.offset, "record": record.type}
    return Finding(code="warc-digest-wrong", data=data)


def _revisit(
    index: WarcIndex, record: WarcRecord, url: str, findings: list[Finding]
) -> Taken | None:
    if "server-not-modified" in record.headers.get("warc-profile", ""):
        return None  # the server said that what was fetched before still holds
    original = index.payload(_revisit_keys(record))
    if original is None:
        told = Finding(code="revisit-unresolved", data={"byte": record.offset})
        return Taken(url=url, reason="revisit-unresolved", findings=(*findings, told))
    exchange = _exchange(index, record, url, original)
    return Taken(url=url, exchange=exchange, findings=tuple(findings))


def _exchange(
    index: WarcIndex, record: WarcRecord, url: str, original: WarcRecord
) -> Exchange:
    """Return a fetch; the payload is that of `original`, the record itself or not."""
    head, body = _split(original)
    if record is not original and read_head(record.block).status:
        head = record.block[: read_head(record.block).size]
    request = _request(index, record)
    request_head, _, request_body = request.partition(b"\r\n\r\n")
    stated = original.headers.get("content-type", "")
    return Exchange(
        url=url,
        captured_at=beijing_time(record.headers["warc-date"]),
        body=body,
        response_head=head,
        media_type=content_type([("content-type", stated)])[0]
        if head is None
        else None,
        method=request_head.partition(b" ")[0].decode("latin-1").upper() or "GET",
        request_head=request_head + b"\r\n\r\n" if request else None,
        request_body=request_body,
        ip_address=record.headers.get("warc-ip-address"),
        truncated=record.headers.get("warc-truncated"),
    )


def _split(record: WarcRecord) -> tuple[bytes | None, bytes]:
    if not _is_http(record):
        return None, record.block
    size = read_head(record.block).size
    return record.block[:size], record.block[size:]


def _request(index: WarcIndex, record: WarcRecord) -> bytes:
    found = index.request(_response_keys(record))
    return found.block if found is not None and found.fault is None else b""


def _request_keys(record: WarcRecord) -> Iterator[int]:
    # a request says of which response it is, or the response says it, or neither
    yield from _ids(record.headers.get("warc-concurrent-to", ""))
    yield from (
        hash(("request", i)) for i in record.headers.get("warc-record-id", "").split()
    )
    yield hash(("at", record.target, record.headers.get("warc-date")))


def _response_keys(record: WarcRecord) -> Iterator[int]:
    yield from _ids(record.headers.get("warc-record-id", ""))
    concurrent = record.headers.get("warc-concurrent-to", "").split()
    yield from (hash(("request", i)) for i in concurrent)
    yield hash(("at", record.target, record.headers.get("warc-date")))


def _payload_keys(record: WarcRecord) -> Iterator[int]:
    yield from _ids(record.headers.get("warc-record-id", ""))
    yield hash(("page", record.target, record.headers.get("warc-date")))
    digest = record.headers.get("warc-payload-digest")
    if digest:
        yield hash(("digest", digest.lower()))


def _revisit_keys(record: WarcRecord) -> Iterator[int]:
    headers = record.headers
    yield from _ids(headers.get("warc-refers-to", ""))
    target = headers.get("warc-refers-to-target-uri", "").strip("<>")
    yield hash(("page", target, headers.get("warc-refers-to-date")))
    digest = headers.get("warc-payload-digest")
    if digest:
        yield hash(("digest", digest.lower()))


def _ids(text: str) -> Iterator[int]:
    return (hash(("id", part)) for part in text.split())
