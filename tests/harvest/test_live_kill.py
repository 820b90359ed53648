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


def endless(site, build):
    """A site whose only page names itself under a new session for ever."""

    def route(asked):
        number = int(asked.target.partition("?s=")[2] or 0)
        return build.answer(f'<p>日历</p><a href="/cal.php?s={number + 1}">下月</a>')

    site.otherwise = lambda asked: (
        route(asked)
        if asked.target.startswith("/cal.php")
        else build.answer("x", status="404 Not Found")
    )
    site.routes["/"] = build.answer(build.page("/cal.php?s=1"))


def test_a_trap_does_not_begin_anew_with_each_run(site, make_harvest, build):
    endless(site, build)
    harvest = make_harvest(site.url + "/", profile="[limits]\nmax_depth = 200\n")
    for _ in range(12):  # one run would end the chain; none of these is long enough
        harvest.run(limit=5)
    pages = [x for x in site.hits if x.startswith("/cal.php")]
    assert 30 < len(pages) <= 30 + CONCURRENCY, "the rule same-page ends it at 30"
    assert harvest.rows("SELECT count(*) FROM urls WHERE reason = 'trap'") > [(0,)]
    assert harvest.rows("SELECT count(*) FROM frontier WHERE state <> 'done'") == [(0,)]


def test_a_killed_run_counts_its_pages_once(site, make_harvest, build):
    endless(site, build)
    harvest = make_harvest(site.url + "/", profile="[limits]\nmax_depth = 200\n")
    for at in (6, 12, 18):
        process = start(harvest.folder)
        while process.poll() is None and len(site.hits) < at:
            time.sleep(0.002)
        process.kill()
        process.wait()
    assert start(harvest.folder).wait() == 0
    pages = [x for x in site.hits if x.startswith("/cal.php")]
    assert 30 < len(pages) <= 30 + CONCURRENCY


def test_the_most_pages_of_a_list_hold_over_all_runs(site, make_harvest, build):
    for number in range(1, 40):
        path = "/" if number == 1 else f"/index_{number}.html"
        more = f'<a href="/index_{number + 1}.html">下一页</a>'
        site.routes[path] = build.answer(f"<p>第{number}页</p>{more}")
    harvest = make_harvest(
        site.url + "/", profile="[limits]\nmax_list_pages = 8\nmax_depth = 3\n"
    )
    for _ in range(12):
        harvest.run(limit=3)
    assert len([x for x in site.hits if x.startswith("/index_")]) == 8
    assert harvest.state(site.url + "/index_10.html") == ("skipped", "list-limit")


def test_what_failed_is_asked_again_on_request(site, make_harvest, build):
    broken = {"/500.html", "/cut.html"}

    def route(asked):
        if asked.target == "/500.html" and broken:
            return build.answer("x", status="503 Service Unavailable")
        if asked.target == "/cut.html" and broken:
            return iter([b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\ncut"])
        return build.answer(build.page("/new.html", text=asked.target))

    for path in (*broken, "/good.html", "/new.html"):
        site.routes[path] = route
    site.routes["/"] = build.answer(
        build.page("/500.html", "/cut.html", "/good.html", "/gone.html")
    )
    harvest = make_harvest(site.url + "/")
    harvest.run()
    before = {path: site.hits[path] for path in ("/good.html", "/gone.html")}
    assert harvest.state(site.url + "/cut.html")[0] == "failed"
    asked = sum(site.hits.values())
    harvest.run()
    assert sum(site.hits.values()) == asked, "without the request nothing is asked"
    broken.clear()
    harvest.run(retry_failed=True)
    for path in ("/500.html", "/cut.html", "/new.html"):
        assert harvest.state(site.url + path) == ("captured", None)
        assert harvest.rows(
            "SELECT c.status FROM captures c JOIN urls u ON u.id = c.url_id"
            " WHERE u.url = ? AND c.is_current = 1",
            site.url + path,
        ) == [(200,)]
    # what is there, and what is gone for good, is not asked for again
    assert {path: site.hits[path] for path in before} == before


def test_what_fails_again_is_told_again(site, make_harvest, build):
    site.routes["/"] = build.answer(build.page("/500.html"))
    site.routes["/500.html"] = build.answer("x", status="503 Service Unavailable")
    harvest = make_harvest(site.url + "/")
    harvest.run()
    current = (
        "SELECT c.status FROM captures c JOIN urls u ON u.id = c.url_id"
        " WHERE u.url LIKE '%/500.html' AND c.is_current = 1"
    )
    for _ in range(2):
        harvest.run(retry_failed=True)
        assert harvest.rows(current) == [(503,)]
        assert harvest.state(site.url + "/500.html") == ("failed", "http-5xx")
