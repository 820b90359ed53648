"""Measure writing and reading of the archive beside warcio and fastwarc.

    python benchmarks/archive.py [--records N] [--rounds N]

The same exchanges (a page of some 15 KB with its HTTP headers, and its request) go
through all of them, in turn, several rounds; the table shows medians of CPU time.
contentkit writes one sha256 a payload and keeps an index by offset; warcio writes two
sha1; the bare compressor only compresses the same bytes. Reading gives every page
without its codings: contentkit by offset, one call a record, in order and shuffled;
warcio and fastwarc from the start of the file to its end.
"""

import argparse
import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from contentkit.workspace.archive import (
    ArchiveReader,
    ArchiveWriter,
    Exchange,
    Stored,
)
from contentkit.workspace.archive_records import http_head

PAGE_BYTES = 15_000  # the mean of government article pages in the sets at hand
WORDS = "各镇街道办事处区政府各部门关于印发实施方案的通知现将有关事项公告如下请认真贯彻执行附件"
FIELDS = [
    ("Server", "nginx"),
    ("Date", "Tue, 24 Nov 2026 00:00:00 GMT"),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT"),
    ("Connection", "keep-alive"),
    ("Vary", "Accept-Encoding"),
    ("X-Frame-Options", "SAMEORIGIN"),
]
REQUEST = http_head(
    "GET /art/1.html HTTP/1.1",
    [("Host", "www.old.example"), ("User-Agent", "contentkit"), ("Accept", "*/*")],
)


def make_exchanges(count: int) -> list[Exchange]:
    """Return pages with a common template and a text of their own."""
    dice = random.Random(1)
    menu = "".join(
        f'<li class="nav-item"><a href="/col/{n}/index.html">{WORDS[n : n + 4]}</a></li>'
        for n in range(30)
    )
    exchanges = []
    for number in range(count):
        text = ""
        while len(text) < 3_300:
            text += "<p>" + "".join(dice.choices(WORDS, k=60)) + "</p>\n"
        page = f"<!doctype html><html><head><title>{number}</title></head><body>{menu}"
        body = (page + text).encode()
        body += b"<!-- " + b"-" * max(0, PAGE_BYTES - len(body) - 20) + b" --></html>"
        fields = [*FIELDS, ("Content-Length", str(len(body)))]
        exchanges.append(
            Exchange(
                url=f"http://www.old.example/art/{number}.html",
                captured_at="2026-11-24T08:00:00+08:00",
                body=body,
                response_head=http_head("HTTP/1.1 200 OK", fields),
                request_head=REQUEST,
            )
        )
    return exchanges


def write_ours(exchanges: list[Exchange], folder: Path) -> list[Stored]:
    """Write with contentkit; return the index."""
    writer = ArchiveWriter(folder)
    stored = [writer.write(exchange) for exchange in exchanges]
    writer.close()
    return stored


def write_warcio(exchanges: list[Exchange], path: Path) -> None:
    """Write the same records with warcio."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for exchange in exchanges:
            fields = [*FIELDS, ("Content-Length", str(len(exchange.body)))]
            response = writer.create_warc_record(
                exchange.url,
                "response",
                payload=BytesIO(exchange.body),
                http_headers=StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1"),
            )
            request = writer.create_warc_record(
                exchange.url, "request", payload=BytesIO(REQUEST)
            )
            writer.write_record(response)
            writer.write_record(request)


def compress_only(exchanges: list[Exchange]) -> None:
    """Compress the same bytes with zlib, a member each."""
    for exchange in exchanges:
        head = exchange.response_head or b""
        zlib.compress(head + exchange.body, 6, 31)
        zlib.compress(REQUEST, 6, 31)


def read_ours(folder: Path, stored: list[Stored]) -> int:
    """Read every payload by its offset."""
    with ArchiveReader(folder) as reader:
        return sum(len(reader.payload(s.warc, s.offset).data) for s in stored)


def read_warcio(path: Path) -> int:
    """Read every response with warcio."""
    total = 0
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                total += len(record.content_stream().read())
    return total


def read_fastwarc(path: Path) -> int:
    """Read every response with fastwarc."""
    with path.open("rb") as stream:
        records = FastIterator(stream, record_types=WarcRecordType.response)
        return sum(len(record.reader.read()) for record in records)


def measure(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def run_round(
    exchanges: list[Exchange], number: int, times: dict[str, list[float]]
) -> tuple[int, int]:
    """Write and read everything once; return the sizes of both archives."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = folder / "contentkit-00000.warc.gz", folder / "warcio.warc.gz"
        stored: list[Stored] = []
        shuffled: list[Stored] = []
        steps: list[tuple[str, Callable[[], object]]] = [
            ("write contentkit", lambda: stored.extend(write_ours(exchanges, folder))),
            ("write warcio", lambda: write_warcio(exchanges, theirs)),
            ("compress only (zlib 6)", lambda: compress_only(exchanges)),
            ("read contentkit by offset", lambda: read_ours(folder, stored)),
            ("read contentkit, shuffled", lambda: read_ours(folder, shuffled)),
            ("read warcio", lambda: read_warcio(ours)),
            ("read fastwarc", lambda: read_fastwarc(ours)),
        ]
        for title, work in steps:
            if title.startswith("read") and not shuffled:
                shuffled += random.Random(number).sample(stored, len(stored))
            times.setdefault(title, []).append(measure(work))
        return ours.stat().st_size, theirs.stat().st_size


def main() -> None:
    """Run all in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    exchanges = make_exchanges(options.records)
    times: dict[str, list[float]] = {}
    sizes = (0, 0)
    for number in range(options.rounds):
        sizes = run_round(exchanges, number, times)
    report(options.records, times, sizes)


def report(records: int, times: dict[str, list[float]], sizes: tuple[int, int]) -> None:
    """Print the Markdown table."""
    names = ("contentkit", "warcio", "fastwarc", "isal")
    print(", ".join(f"{name} {version(name)}" for name in names))
    print(f"\n| step | exchanges/s | against warcio | n = {records} |")
    print("| --- | ---: | ---: | --- |")
    medians = {title: statistics.median(values) for title, values in times.items()}
    for title, value in medians.items():
        peer = medians["write warcio" if title[0] in "wc" else "read warcio"]
        spread = (
            f"{records / max(times[title]):,.0f} to {records / min(times[title]):,.0f}"
        )
        print(f"| {title} | {records / value:,.0f} | {peer / value:.2f} | {spread} |")
    print(f"\narchive of contentkit {sizes[0]:,} bytes, of warcio {sizes[1]:,} bytes")


if __name__ == "__main__":
    main()
