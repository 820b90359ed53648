"""Killed at any moment, a crawl loses nothing and fetches what it kept only once."""

import os
import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import sys
from pathlib import Path
from contentkit.progress import Silent
from contentkit.stages.harvest_live import harvest_live
from contentkit.workspace import Workspace
with Workspace(Path(sys.argv[1])) as workspace, workspace.writing("harvest"):
    run_id = workspace.start_run("harvest", "2026-11-24T08:00:00+08:00", {})
    try:
        harvest_live(workspace, run_id=run_id, progress=Silent())
    except KeyboardInterrupt:
        sys.exit(130)
"""
CONCURRENCY = 4  # of the profile in conftest


@pytest.fixture
def big(site, build):
    """A site of 180 pages in a tree, with an image each, that answers not too fast."""

    def route(asked):
        time.sleep(0.004)
        if asked.target.endswith(".png"):
            return build.answer(b"\x89PNG" + asked.target.encode(), kind="image/png")
        name = asked.target.strip("/").removesuffix(".html") or "0"
        if not name.isdigit() or int(name) >= 180:
            return build.answer("x", status="404 Not Found")
        links = [f"/{int(name) * 3 + i}.html" for i in (1, 2, 3)]
        body = build.page(*[x for x in links if int(x[1:-5]) < 180], text=f"第{name}页")
        return build.answer(body + f'<img src="/{name}.png">')

    site.otherwise = route
    return site


def start(folder):
    return subprocess.Popen([sys.executable, "-c", SCRIPT, folder])


def captures(harvest):
    return {
        (url, sha256)
        for url, sha256 in harvest.rows(
            "SELECT u.url, c.sha256 FROM captures c JOIN urls u ON u.id = c.url_id"
        )
        if not url.endswith("robots.txt")
    }


def pages(site):
    return {
        k: v
        for k, v in site.hits.items()
        if k.endswith((".html", ".png")) and "kit-" not in k
    }


def test_kill_and_start_again(big, make_harvest):
    whole = make_harvest(big.url + "/")
    whole.run()
    assert len(captures(whole)) == 360
    expected, once = captures(whole), pages(big)
    assert set(once.values()) == {1}
    big.hits.clear()
    harvest = make_harvest(big.url + "/")
    kills = 0
    for at in (3, 40, 41, 150, 290):
        process = start(harvest.folder)
        while process.poll() is None and sum(pages(big).values()) < at + kills:
            time.sleep(0.002)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
    assert start(harvest.folder).wait() == 0
    assert kills == 5
    assert captures(harvest) == expected
    assert harvest.rows("SELECT count(*) FROM captures WHERE is_revisit = 1") == [(0,)]
    # asked for again: what was under way, and answers not yet written
    doubles = sum(pages(big).values()) - len(once)
    assert doubles <= kills * 2 * CONCURRENCY
    assert harvest.rows("SELECT DISTINCT state FROM frontier") == [("done",)]


def test_an_interrupt_keeps_what_is_under_way(big, make_harvest):
    harvest = make_harvest(big.url + "/")
    process = start(harvest.folder)
    while sum(pages(big).values()) < 60:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    asked = pages(big)
    kept = {url.removeprefix(big.url) for url, _ in captures(harvest)}
    assert set(asked) <= kept
    assert harvest.rows("SELECT count(*) FROM frontier WHERE state = 'leased'") == [
        (0,)
    ]
    harvest.run()
    assert len(captures(harvest)) == 360
    assert set(pages(big).values()) == {1}


def test_two_crawls_in_one_process(big, make_harvest):
    first, second = make_harvest(big.url + "/"), make_harvest(big.url + "/1.html")
    first.run(limit=5)
    second.run(limit=5)
    first.run(limit=5)
    assert len(captures(first)) == 10
    assert len(captures(second)) == 5
