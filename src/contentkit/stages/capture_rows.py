"""From archive records to ledger rows: the only code that enters what harvest learned."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from contentkit.errors import ParseError
from contentkit.harvest.sniff import is_page_part, sniff_media_type
from contentkit.harvest.urls import join_url
from contentkit.models import Finding
from contentkit.stages.finding_rows import finding_key, insert_findings
from contentkit.workspace.archive_payload import file_name, header
from contentkit.workspace.archive_reader import ArchiveReader, Payload, refers_to
from contentkit.workspace.archive_records import (
    ArchivedRecord,
    Place,
    beijing_time,
    sha256_hex,
)

STAGE = "harvest"

_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """How a URL became known: the kind of link, the page, the clicks from the start."""

    found_as: str
    found_on: str | None = None
    depth: int = 0

    def lines(self, prefix: str = "") -> list[tuple[str, str | None]]:
        """Return the discovery as fields of a record; what is empty is left out."""
        return [
            (f"{prefix}found-as", self.found_as),
            (f"{prefix}found-on", self.found_on),
            (f"{prefix}depth", str(self.depth) if self.depth else None),
        ]

    @classmethod
    def from_fields(cls, fields: dict[str, str], prefix: str = "") -> "Discovery":
        """Rebuild a discovery from `lines`."""
        return cls(
            found_as=fields.get(f"{prefix}found-as", "archive"),
            found_on=fields.get(f"{prefix}found-on"),
            depth=int(fields.get(f"{prefix}depth", "0")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """One fetch for the ledger: `url` is its identity, `payload_at` has its bytes."""

    url: str
    discovery: Discovery
    captured_at: str
    at: Place
    end_offset: int
    payload_at: Place
    sha256: str
    payload: Payload


def row_of_record(record: ArchivedRecord, reader: ArchiveReader) -> CaptureRow:
    """Return the row of a response, resource or revisit that is read back."""
    payload = reader.payload(record.place.warc, record.place.offset)
    fields = dict(record.headers)
    is_revisit = record.type == "revisit"
    return CaptureRow(
        url=fields.get("contentkit-url", record.url),
        discovery=Discovery.from_fields(fields, "contentkit-"),
        captured_at=beijing_time(fields["warc-date"]),
        at=record.place,
        end_offset=record.end_offset,
        payload_at=refers_to(record) if is_revisit else record.place,
        sha256=sha256_hex(payload.data),
        payload=payload,
    )


def enter_capture(conn: sqlite3.Connection, row: CaptureRow, run_id: int | None) -> int:
    """Enter a capture, unless it is entered already; return the id of its URL."""
    url_id = enter_url(conn, row.url, row.discovery)
    payload = row.payload
    kind = sniff_media_type(
        payload.data, declared=payload.media_type, name=urlsplit(row.url).path
    )
    is_current = _replaces(conn, url_id, row)
    cursor = conn.execute(
        "INSERT OR IGNORE INTO captures (url_id, is_current, status, media_type,"
        " charset, location, filename, bytes, sha256, captured_at, warc, offset,"
        " end_offset, is_revisit, payload_warc, payload_offset, run_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            url_id,
            is_current,
            payload.status,
            kind,
            payload.charset,
            _location(row),
            file_name(payload.headers),
            len(payload.data),
            row.sha256,
            row.captured_at,
            row.at.warc,
            row.at.offset,
            row.end_offset,
            row.at != row.payload_at,
            row.payload_at.warc,
            row.payload_at.offset,
            run_id,
        ],
    )
    if not cursor.rowcount:
        return url_id
    if is_current:
        conn.execute(
            "UPDATE captures SET is_current = 0 WHERE url_id = ? AND is_current = 1"
            " AND id <> ?",
            [url_id, cursor.lastrowid],
        )
        _settle(conn, url_id, payload.status)
    if payload.status == 200 and not is_page_part(kind):
        conn.execute(
            "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?, ?, ?)",
            [
                row.sha256,
                len(payload.data),
                kind,
                row.url,
                row.payload_at.warc,
                row.payload_at.offset,
            ],
        )
    for finding in _payload_findings(payload, kind):
        enter_finding(conn, url_id, finding)
    return url_id


def enter_url(conn: sqlite3.Connection, url: str, discovery: Discovery) -> int:
    """Return the id of a URL, entered as seen if it is new."""
    found = conn.execute("SELECT id FROM urls WHERE url = ?", [url]).fetchone()
    if found:
        return int(found[0])
    cursor = conn.execute(
        "INSERT INTO urls (url, host, found_on, found_as, depth) VALUES (?, ?, ?, ?, ?)",
        [
            url,
            urlsplit(url).hostname or "",
            discovery.found_on,
            discovery.found_as,
            discovery.depth,
        ],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def enter_note(
    conn: sqlite3.Connection, url: str, lines: Sequence[tuple[str, str]]
) -> None:
    """Enter what a metadata record says about a URL; entering twice changes nothing."""
    fields = dict(lines)
    discovery = Discovery.from_fields(fields)
    for name, text in lines:
        if name == "outlink":
            target, found_as, depth = text.rsplit(" ", 2)
            enter_url(
                conn,
                target,
                Discovery(found_as=found_as, found_on=url, depth=int(depth)),
            )
            continue
        update = _STATES.get(name)
        if update is not None:
            conn.execute(update, [text, enter_url(conn, url, discovery)])
        elif name == "finding":
            finding = Finding.from_json(orjson.loads(text))
            enter_finding(conn, enter_url(conn, url, discovery), finding)


# a fetch that gave nothing never hides one that gave something
_STATES = {
    "fetch-failure": "UPDATE urls SET state = 'failed', reason = ? WHERE id = ?"
    " AND state IN ('seen', 'skipped', 'failed')",
    "fetch-skipped": "UPDATE urls SET state = 'skipped', reason = ? WHERE id = ?"
    " AND state IN ('seen', 'skipped')",
    "alias-of": "UPDATE urls SET state = 'alias', reason = NULL, alias_of = ?"
    " WHERE id = ? AND state <> 'captured'",
}


def read_note(record: ArchivedRecord) -> list[tuple[str, str]]:
    """Return the `name: value` lines of a metadata record."""
    return list(_lines(record.block.decode("utf-8", "replace")))


def enter_finding(conn: sqlite3.Connection, url_id: int, finding: Finding) -> None:
    """Enter a finding of harvest, unless the same one is there."""
    data = finding.to_json()
    key = finding_key(data)
    known = conn.execute(
        "SELECT 1 FROM findings WHERE url_id = ? AND stage = ? AND key = ?",
        [url_id, STAGE, key],
    ).fetchone()
    if known:
        return
    insert_findings(conn, STAGE, url_id, [data])


def _replaces(conn: sqlite3.Connection, url_id: int, row: CaptureRow) -> bool:
    """Tell whether a capture is to be the current one of its URL.

    The latest content counts. The same content again keeps the old capture current, so
    that nothing has to be read anew. An error answer never replaces content.
    """
    current = conn.execute(
        "SELECT status, sha256 FROM captures WHERE url_id = ? AND is_current = 1",
        [url_id],
    ).fetchone()
    if current is None:
        return True
    status, sha256 = current
    if sha256 == row.sha256 and status == row.payload.status:
        return False
    if (status < 400) != (row.payload.status < 400):
        return row.payload.status < 400
    # the current content may have been seen again later than it was first captured
    seen_at = conn.execute(
        "SELECT max(captured_at) FROM captures WHERE url_id = ? AND sha256 = ?"
        " AND status = ?",
        [url_id, sha256, status],
    ).fetchone()[0]
    return row.captured_at >= str(seen_at)


def _settle(conn: sqlite3.Connection, url_id: int, status: int) -> None:
    reason = None
    if status >= 400:
        reason = "http-5xx" if status >= 500 else f"http-{status}"
    conn.execute(
        "UPDATE urls SET state = ?, reason = ?, alias_of = NULL WHERE id = ?",
        ["failed" if reason else "captured", reason, url_id],
    )


def _location(row: CaptureRow) -> str | None:
    target = header(row.payload.headers, "location")
    if row.payload.status not in _REDIRECTS or not target:
        return None
    # header values are bytes in the shape of Latin-1; an address in them is UTF-8
    raw = target.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    try:
        return join_url(row.url, raw)
    except ParseError:
        return None


def _payload_findings(payload: Payload, kind: str | None) -> Iterator[Finding]:
    if payload.fault is not None:
        yield Finding(code="payload-not-decoded", data={"fault": payload.fault})
    declared = payload.media_type
    if declared in ("text/html", "text/plain") and kind != declared:
        yield Finding(
            code="media-type-wrong", data={"declared": declared, "found": kind}
        )


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\r\n"):
        name, mark, value = line.partition(": ")
        if mark:
            yield name, value
