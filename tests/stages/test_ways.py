"""One site by three ways: live, from the archive of that harvest, from a mirror."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contentkit.harvest.pace import Pace
from contentkit.harvest.retry import Retries
from contentkit.progress import Silent
from contentkit.samplesite import serve
from contentkit.samplesite.addresses import ORIGIN
from contentkit.samplesite.server import Server
from contentkit.stages.harvest_live import harvest_live
from contentkit.workspace import Workspace

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
QUICK = Pace(retries=Retries(first=0.05))
CONCURRENCY = 8  # of the profile `sample`
_TEXTS = (".html", ".htm", ".xml", ".json", ".js", ".css", ".txt", ".jsp")


@pytest.fixture
def server(sample_site: Path) -> Iterator[Server]:
    """Serve the sample site."""
    with serve(sample_site) as made:
        yield made


@pytest.fixture
def make(cli: Cli, server: Server, tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a workspace for the served site."""

    def init(name: str) -> Path:
        words = ["--profile", "sample", "--recipe", "sample"]
        done = cli("init", tmp_path / name, *words, "--base-url", server.base_url)
        assert done.returncode == 0, done.stderr
        return tmp_path / name

    return init


def documents(space: Path) -> dict[str, dict[str, Any]]:
    """Return the documents of the bundle by id, without where they were captured."""
    (bundle,) = (space / "bundles").iterdir()
    found = {}
    for file in sorted((bundle / "data" / "documents").iterdir()):
        for line in file.read_text("utf-8").splitlines():
            document = json.loads(line)
            provenance = document["provenance"]
            for key in ("captured_at", "warc", "offset"):
                del provenance[key]
            found[document["id"]] = document
    return found


def files(space: Path) -> set[str]:
    """Return the names of the files that the bundle carries, which are their hashes."""
    (bundle,) = (space / "bundles").iterdir()
    return {x.name for x in (bundle / "data" / "files").rglob("*") if x.is_file()}


def run(cli: Cli, space: Path, *words: str | Path) -> None:
    done = cli("-w", space, "run", *words)
    assert done.returncode == 0, done.stderr
    assert cli("-w", space, "reconcile").returncode == 0


def test_live_archive_and_mirror_give_the_same_documents(
    cli: Cli, server: Server, make: Callable[[str], Path], sample_site: Path, tmp_path
):
    live, warc, mirrored = make("live"), make("warc"), make("mirrored")
    with Workspace(live) as space, space.writing("harvest"):
        run_id = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        harvest_live(space, run_id=run_id, progress=Silent(), pace=QUICK)
    run(cli, live)
    archive = sorted((live / "archive").iterdir())
    run(cli, warc, *(word for path in archive for word in ("--from-warc", path)))
    mirror = tmp_path / "mirror"
    shutil.copytree(sample_site / "site", mirror)
    for path in mirror.rglob("*"):
        if path.suffix in _TEXTS:  # the pages as they were served, under this origin
            data = path.read_bytes()
            path.write_bytes(data.replace(ORIGIN.encode(), server.origin.encode()))
    run(cli, mirrored, "--from-mirror", mirror)
    expected = documents(live)
    assert len(expected) == 60
    assert sum(bool(x["attachments"]) for x in expected.values()) >= 5
    assert documents(warc) == expected
    assert documents(mirrored) == expected
    assert files(live) == files(warc) == files(mirrored)


@pytest.fixture
def calm_server(sample_site: Path, tmp_path: Path) -> Iterator[Server]:
    """Serve the sample site without the faults that a crawl waits for."""
    folder = tmp_path / "calm"
    shutil.copytree(sample_site, folder)
    kept = [
        line
        for line in (folder / "routes.jsonl").read_text("utf-8").splitlines()
        if json.loads(line)["do"] in ("file", "redirect")
    ]
    (folder / "routes.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    with serve(folder) as made:
        yield made


def test_a_live_run_killed_at_random_moments_fetches_nothing_twice(
    cli: Cli, calm_server: Server, tmp_path: Path
):
    spaces = [tmp_path / "whole", tmp_path / "killed"]
    for space in spaces:
        words = ["--profile", "sample", "--recipe", "sample"]
        cli("init", space, *words, "--base-url", calm_server.base_url)
    whole, killed = spaces
    run(cli, whole)
    once = calm_server.hits.copy()
    calm_server.hits.clear()
    rng = random.Random(5)
    command = [sys.executable, "-m", "contentkit", "-q", "-w", str(killed), "run"]
    kills = 0
    for _ in range(4):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        seen, more = calm_server.hits.total(), rng.randrange(1, 120)
        until = time.monotonic() + rng.uniform(1.0, 4.0)
        while process.poll() is None and (
            calm_server.hits.total() < seen + more and time.monotonic() < until
        ):
            time.sleep(0.002)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
    run(cli, killed)
    assert kills >= 2
    bundles = sorted((killed / "bundles").iterdir())
    for bundle in bundles[:-1]:  # a kill may come just after the bundle had its name
        shutil.rmtree(bundle)
    assert documents(killed) == documents(whole)
    assert files(killed) == files(whole)
    # asked for again: what was under way, and robots.txt by each start
    hits = calm_server.hits
    assert hits.pop("/robots.txt") <= kills + 1
    assert sum(hit - 1 for hit in hits.values()) <= kills * 2 * CONCURRENCY
    # a start may look again how far a trap goes, but finds nothing else that is new
    assert all("?" in path for path in hits.keys() - once.keys())
