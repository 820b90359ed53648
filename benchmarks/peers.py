"""The usual stack for the same job, put together as people write it.

warcio reads the archive, trafilatura the pages, jsonschema checks the records,
sqlite-utils stores them one by one; datasketch makes the signatures for finding
near-duplicates. Nothing here is tuned, and nothing is slowed down on purpose.
"""

import hashlib
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import trafilatura
from datasketch import MinHash
from jsonschema import Draft202012Validator
from lxml import html
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PERMUTATIONS = 128
SHINGLE = 3  # characters: Chinese is written without spaces

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["url", "title", "date", "source", "text"],
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "author": {"type": ["string", "null"]},
        "source": {"type": "string", "minLength": 1},
        "text": {"type": "string", "minLength": 1},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}


def write_warc(path: Path, pages: list[tuple[str, bytes]]) -> None:
    """Write pages as a plain WARC file for the peer to read."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, data in pages:
            head = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html")], "HTTP/1.1"
            )
            record = writer.create_warc_record(
                url, "response", payload=BytesIO(data), http_headers=head
            )
            writer.write_record(record)


def ingest(warc: Path, ledger: Path) -> tuple[float, list[str]]:
    """Read a WARC into records, checked and stored; return CPU seconds and texts."""
    start = time.process_time()
    validator = Draft202012Validator(SCHEMA)
    db = Database(ledger)
    texts = []
    for url, data in _responses(warc):
        record = _read(url, data)
        errors = [error.message for error in validator.iter_errors(record)]
        db["records"].insert(record, pk="url", replace=True)
        for message in errors:
            db["findings"].insert({"url": url, "message": message})
        texts.append(record["text"] or "")
    spent = time.process_time() - start
    db.close()
    return spent, texts


def sign(texts: list[str]) -> float:
    """Return the CPU seconds for the MinHash signatures of texts."""
    start = time.process_time()
    for text in texts:
        signature = MinHash(num_perm=PERMUTATIONS)
        for place in range(max(1, len(text) - SHINGLE + 1)):
            signature.update(text[place : place + SHINGLE].encode())
    return time.process_time() - start


def parse(pages: list[tuple[str, bytes]]) -> float:
    """Return the CPU seconds for only parsing pages with lxml."""
    start = time.process_time()
    for _, data in pages:
        html.document_fromstring(data)
    return time.process_time() - start


def _responses(warc: Path) -> Iterator[tuple[str, bytes]]:
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                yield url, record.content_stream().read()


def _read(url: str, data: bytes) -> dict[str, Any]:
    found = trafilatura.bare_extraction(data, url=url, with_metadata=True)
    page = found.as_dict() if found else {}
    text = page.get("text")
    return {
        "url": url,
        "title": page.get("title"),
        "date": page.get("date"),
        "author": page.get("author"),
        "source": page.get("sitename"),
        "text": text,
        "sha256": hashlib.sha256((text or "").encode()).hexdigest(),
    }
