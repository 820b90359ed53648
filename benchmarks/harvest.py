"""Measure a live harvest beside a lean Scrapy spider on the same loopback site.

    python benchmarks/harvest.py [--pages N] [--rounds N]

The site is served by a process of its own: small pages (about 1.5 KB), each with links
to ten others. The lean spider is Scrapy with its defaults: it follows the links and
counts. The harvest does that and keeps: frontier and captures in the ledger, request
and response in the WARC archive, synced. Both run in turn, each in a fresh process,
with the same concurrency and no delay; start-up is left out. The table shows medians of
wall time; the disk is the one that holds the temporary folder.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

import contentkit.harvest.crawl  # noqa: F401 - imported late by a harvest: start-up
from contentkit.progress import Silent
from contentkit.stages.harvest_live import harvest_live
from contentkit.workspace import Settings, Workspace

CONCURRENCY = 16
TARGET = 0.70  # of the lean spider's pages a second

PROFILE = f"""
name = "benchmark"
[politeness]
delay = 0
concurrency = {CONCURRENCY}
"""


def make_page(number: int, pages: int) -> bytes:
    """Return one page of the site."""
    first = number * 10 + 1
    links = "".join(
        f'<li><a href="/art/{i}.html">第 {i} 号文件的标题</a></li>'
        for i in range(first, min(first + 10, pages))
    )
    text = f"第 {number} 号文件的正文。" * 30
    return (
        f'<html><head><meta charset="utf-8"><title>{number}</title></head><body>'
        f"<h1>{number}</h1><ul>{links}</ul><p>{text}</p></body></html>"
    ).encode()


class Server(asyncio.Protocol):
    """Answers requests for pages of the site; anything else is 404."""

    pages = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            name = head.split(b" ", 2)[1].decode().removeprefix("/art/")
            number = name.removesuffix(".html") if name != "/" else "0"
            status, body = "404 Not Found", b""
            if number.isdigit() and int(number) < self.pages:
                status, body = "200 OK", make_page(int(number), self.pages)
            self.transport.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )


async def serve(pages: int) -> None:
    """Serve the site until the process is ended; print the port."""
    Server.pages = pages
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def run_lean(url: str) -> tuple[int, float]:
    """Crawl with a spider that only counts; return pages and seconds."""

    class Lean(scrapy.Spider):
        name = "lean"
        start_urls = (url,)
        count = 0

        def parse(self, response):
            Lean.count += 1
            for href in response.css("a::attr(href)").getall():
                yield scrapy.Request(response.urljoin(href))

    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "DOWNLOAD_DELAY": 0,
        }
    )
    process.crawl(Lean)
    start = time.perf_counter()
    process.start()
    return Lean.count, time.perf_counter() - start


def run_harvest(url: str) -> tuple[int, float]:
    """Harvest into a new workspace; return captures and seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile = folder / "benchmark.toml"
        profile.write_text(PROFILE, encoding="utf-8")
        settings = Settings(profile=str(profile), recipe="auto", base_url=url)
        with Workspace.create(folder / "workspace", settings) as workspace:
            run_id = workspace.start_run("harvest", "2026-01-01T00:00:00+08:00", {})
            with workspace.writing("harvest"):
                start = time.perf_counter()
                report = harvest_live(workspace, run_id=run_id, progress=Silent())
                seconds = time.perf_counter() - start
            kept = workspace.conn.execute(
                "SELECT count(*) FROM captures WHERE status = 200"
            ).fetchone()[0]
            assert kept == report.done
            return kept, seconds


RUNS = {"lean": run_lean, "harvest": run_harvest}


def measure(name: str, url: str) -> tuple[int, float]:
    """Run one crawl in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", name, "--url", url],
        check=True,
        capture_output=True,
        text=True,
    )
    count, seconds = json.loads(done.stdout.splitlines()[-1])
    return count, seconds


def compare(pages: int, rounds: int) -> None:
    """Run both in turn and print the table."""
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(pages)], stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        seconds: dict[str, list[float]] = {name: [] for name in RUNS}
        for _ in range(rounds):
            for name in RUNS:
                count, took = measure(name, url)
                assert count == pages, (name, count)
                seconds[name].append(took)
    finally:
        server.kill()
        server.wait()
    rates = {name: pages / statistics.median(x) for name, x in seconds.items()}
    print(
        f"{pages:,} pages, concurrency {CONCURRENCY}, median of {rounds}; "
        f"Python {python_version()}, Scrapy {version('scrapy')}, "
        f"lxml {version('lxml')}, fastwarc {version('fastwarc')}\n\n"
        "| crawl | pages/s | rounds (s) | of the lean spider | target |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for name, label in (
        ("lean", "Scrapy, follows and counts"),
        ("harvest", "contentkit: frontier, ledger, archive"),
    ):
        each = ", ".join(f"{x:.1f}" for x in seconds[name])
        target = f"≥ {TARGET:.0%}" if name == "harvest" else ""
        share = rates[name] / rates["lean"]
        print(f"| {label} | {rates[name]:,.0f} | {each} | {share:.0%} | {target} |")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--run", choices=RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.serve))
    elif options.run:
        print(json.dumps(RUNS[options.run](options.url)))
    else:
        compare(options.pages, options.rounds)


if __name__ == "__main__":
    main()
