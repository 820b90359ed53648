"""Stage extract: captures of pages become records, and their links become known URLs.

Reads captures and the archive; writes records, refs, urls (links first seen here),
findings and marks.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from contentkit.engine import Process
from contentkit.errors import ParseError
from contentkit.extract import extract_record
from contentkit.extract.service_page import read_service_page
from contentkit.harvest.scope import Scope
from contentkit.harvest.urls import canonical_url
from contentkit.models import Finding, Json, PageKind, Record
from contentkit.profile import Profile, load_profile
from contentkit.stages.runner import config_digest, died, guarded
from contentkit.workspace import Workspace
from contentkit.workspace.archive import ArchiveReader

VERSION = "4"  # rises when the stage answers differently for the same page

# what a reader's browser would show as a page, and what list services answer
_SERVICES = ("application/json", "text/json", "text/xml", "application/xml")
_PAGES = ("text/html", "application/xhtml+xml", "text/plain", *_SERVICES)

_LINKS = 2**12  # remembered by a worker: navigation with room to spare

_SOURCE = f"""
SELECT c.url_id AS item, c.sha256 || ' ' || ifnull(c.charset, '') AS input, u.url,
       c.payload_warc, c.payload_offset, c.id AS capture
FROM captures c JOIN urls u ON u.id = c.url_id
WHERE c.is_current = 1 AND c.status = 200
  AND (c.media_type IS NULL OR c.media_type IN {_PAGES})
"""


_KEPT_ELSEWHERE: Json = {"links": [], "items": [], "next_urls": [], "findings": []}
"""What a record in the ledger leaves out, as it stands in tables of its own."""


@dataclass(frozen=True, kw_only=True)
class ExtractWork:
    """Read pages by place in the archive with one profile."""

    archive: str
    profile: str
    base_url: str | None
    config: str

    def open(self) -> Process:
        """Load the profile and open the archive."""
        profile = load_profile(self.profile, base_url=self.base_url)
        reader = _Reader(ArchiveReader(Path(self.archive)), profile)
        return partial(_process, reader)

    def died(self, ref: Json) -> Json:
        """Answer for a page that kills its worker."""
        return died(ref)


class ExtractStage:
    """The stage over the pages of a workspace."""

    name = "extract"
    source_sql = _SOURCE

    def __init__(self, workspace: Workspace) -> None:
        settings = workspace.settings
        name = workspace.resource(settings.profile)
        profile = load_profile(name, base_url=settings.base_url)
        self.work = ExtractWork(
            archive=str(workspace.archive_dir),
            profile=name,
            base_url=settings.base_url,
            config=config_digest(self.name, VERSION, profile.digest),
        )

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write the record, its references and the URLs that it links to."""
        conn.execute(
            "INSERT OR REPLACE INTO records (url_id, kind, title, published_at,"
            " encoding, template, body_chars, column_path, capture_id, digest, data,"
            " lacking) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [item, *result["row"]],
        )
        conn.execute("DELETE FROM refs WHERE url_id = ?", [item])
        conn.executemany(
            "INSERT OR REPLACE INTO refs VALUES (?, ?, ?, ?, ?, ?)",
            [[item, *row] for row in result["refs"]],
        )
        conn.executemany(
            "INSERT OR IGNORE INTO urls (url, host, state, reason, found_as, found_on)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [[*row, result["url"]] for row in result["links"]],
        )

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Delete the record of a page that can no longer be read."""
        conn.execute("DELETE FROM records WHERE url_id = ?", [item])
        conn.execute("DELETE FROM refs WHERE url_id = ?", [item])


class _Reader:
    """What one process needs to read pages."""

    def __init__(self, archive: ArchiveReader, profile: Profile) -> None:
        self.archive = archive
        self.profile = profile
        self.scope = Scope.from_profile(profile)
        # navigation comes back on every page, other links hardly ever
        self.canonical = lru_cache(maxsize=_LINKS)(self._canonical)
        self.told: set[str] = set()

    def _canonical(self, url: str) -> tuple[str, str, str, str | None] | None:
        """Return canonical URL, host, state and reason of a link, None if hopeless."""
        try:
            clean = canonical_url(
                url, significant_query=self.profile.significant_query or None
            )
        except ParseError:
            return None
        clean = self.scope.canonical_host(clean)
        reason = self.scope.reason(clean)
        host = urlsplit(clean).hostname or ""
        return clean, host, "skipped" if reason else "seen", reason


def _process(reader: _Reader, refs: Sequence[Json]) -> Iterator[Json]:
    # navigation stands on every page: within a shard its links are told once, by the
    # first page in order, which is the page that the ledger would keep anyway
    reader.told.clear()
    return (guarded(partial(_read_page, reader), ref) for ref in refs)


def _read_page(reader: _Reader, ref: Json) -> Json:
    _, _, url, warc, offset, capture = ref
    payload = reader.archive.payload(warc, offset)
    record = read_service_page(payload.data, url=url, http_charset=payload.charset)
    if record is None:
        record = extract_record(
            payload.data, url=url, profile=reader.profile, http_charset=payload.charset
        )
    # told once for the whole site by stage `site`, not once a page
    lacking = [x.data["missing"] for x in record.findings if x.code == "META-01"]
    findings = [x for x in record.findings if x.code != "META-01"]
    links = _links(reader, record, findings)
    refs = _refs(reader, record)
    kept = record.to_json() | _KEPT_ELSEWHERE
    data = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    return {
        "outcome": "done",
        "url": url,
        "row": [
            record.kind,
            record.title,
            record.published_at,
            record.encoding,
            record.template,
            len(record.body_text),
            " > ".join(record.column_path),
            capture,
            hashlib.sha256(data).hexdigest(),
            data.decode(),
            "".join(lacking),
        ],
        "refs": refs,
        "links": links,
        "findings": [finding.to_json() for finding in findings],
    }


def _links(reader: _Reader, record: Record, findings: list[Finding]) -> list[Json]:
    if record.kind == PageKind.ERROR:
        return []  # the links of an error page say nothing about the site
    roles = {item.url: "item" for item in record.items}
    roles |= {link.url: "image" for link in record.images}
    roles |= {link.url: "attachment" for link in record.attachments}
    rows: list[Json] = []
    for url in dict.fromkeys((*record.links, *roles)):
        known = reader.canonical(url) if url else None
        if known is None:
            if url:
                findings.append(Finding(code="url-unusable", quote=url[:200]))
            continue
        if known[0] not in reader.told:
            if len(reader.told) >= _LINKS:
                reader.told.clear()  # after a sitemap: telling links again is harmless
            reader.told.add(known[0])
            rows.append([*known, roles.get(url, "link")])
    return rows


def _refs(reader: _Reader, record: Record) -> list[Json]:
    rows: list[Json] = []
    for role, links in (("attachment", record.attachments), ("image", record.images)):
        for ordinal, link in enumerate(links):
            known = reader.canonical(link.url) if link.url else None
            url = known[0] if known else link.url
            rows.append([role, ordinal, url, link.name, None])
    for ordinal, item in enumerate(record.items):
        known = reader.canonical(item.url)
        if known:
            rows.append(["item", ordinal, known[0], item.title, item.date])
    return rows
