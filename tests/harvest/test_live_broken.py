"""What goes wrong on our own side: a full disk, a defect, a hostile log line."""

import logging
import subprocess
import sys
from random import Random

import pytest

from contentkit.errors import HarvestError
from contentkit.harvest.reader import PageReader
from contentkit.stages.frontier import Frontier
from contentkit.stages.harvest_live import harvest_live

LIMITED = """
import resource, signal, sys
from pathlib import Path
from contentkit.errors import ContentkitError
from contentkit.progress import Silent
from contentkit.stages.harvest_live import harvest_live
from contentkit.workspace import Workspace
with Workspace(Path(sys.argv[1])) as workspace, workspace.writing("harvest"):
    run_id = workspace.start_run("harvest", "2026-11-24T08:00:00+08:00", {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
    try:
        harvest_live(workspace, run_id=run_id, progress=Silent())
    except ContentkitError as error:
        print(error)
        sys.exit(error.exit_code)
"""


def test_a_full_disk_is_one_line_and_loses_nothing(site, harvest, build):
    links = [f"/{i}.bin" for i in range(60)]
    site.routes = {"/": build.answer(build.page(*links))}
    for number, link in enumerate(links):
        site.routes[link] = build.answer(
            Random(number).randbytes(20_000), kind="application/octet-stream"
        )
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, harvest.folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "cannot be written" in done.stdout
    harvest.run()
    assert harvest.rows("SELECT state, count(*) FROM urls GROUP BY 1") == [
        ("captured", 61)
    ]
    # the answer whose writing failed is asked for again, and those under way
    assert sum(site.hits[x] for x in links) <= 60 + 2 * 4


@pytest.fixture
def three(site, build):
    site.routes = {
        "/": build.answer(build.page("/1.html", "/2.html")),
        "/1.html": build.answer("one"),
        "/2.html": build.answer("two"),
    }
    return site


def test_a_defect_on_one_page_keeps_its_answer(three, harvest, monkeypatch):
    read = PageReader.read

    def broken(self, ticket, reply):
        if ticket.url.endswith("/1.html"):
            raise RuntimeError("a defect")
        return read(self, ticket, reply)

    monkeypatch.setattr(PageReader, "read", broken)
    report = harvest.run()
    assert report.failed == 1
    assert harvest.rows("SELECT count(*) FROM captures") == [(3,)]
    assert "internal-error" in harvest.codes()


def test_a_defect_of_the_ledgers_side_ends_the_crawl(three, harvest, monkeypatch):
    def broken(self, key):
        raise RuntimeError("a defect")

    monkeypatch.setattr(Frontier, "done", broken)
    with pytest.raises(HarvestError, match="a defect"):
        harvest.run()
    monkeypatch.undo()
    harvest.run()
    assert harvest.rows("SELECT DISTINCT state FROM frontier") == [("done",)]


def test_a_defect_of_the_scheduler_does_not_hang(three, harvest, monkeypatch):
    def broken(self, count):
        raise RuntimeError("a defect")

    monkeypatch.setattr(Frontier, "lease", broken)
    with pytest.raises(HarvestError, match="a defect"):
        harvest.run()


def test_log_lines_carry_no_control_characters(site, harvest, build, caplog):
    def hostile(_):
        return iter([b"\x1b[2J\x07\r\n\r\n"])

    site.routes = {"/": build.answer(build.page("/x%1B[2J.html"))}
    site.otherwise = lambda asked: (
        hostile(asked) if "2J" in asked.target else build.answer("x", status="404 No")
    )
    with caplog.at_level(logging.DEBUG):
        harvest.run()
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "bad-response" in text
    assert not [c for c in text if ord(c) < 32 and c != "\n"]


def test_progress_tells_amount_rate_and_what_is_left(three, harvest):
    notes = []

    class Recorder:
        def start(self, title, total):
            notes.append(title)

        def advance(self, items=1, *, note=""):
            notes.append(note)

        def close(self):
            notes.append("closed")

    run_id = harvest.workspace.start_run("harvest", "2026-11-24T08:00:00+08:00", {})
    with harvest.workspace.writing("harvest"):
        harvest_live(harvest.workspace, run_id=run_id, progress=Recorder())
    assert notes[0] == "harvest"
    assert notes[-1] == "closed"
    assert len(notes) == 5
    assert "MB" in notes[1]
    assert "queued" in notes[1]
    assert "left" in notes[1]
