"""Two processes on one workspace, and an interrupt in every stage."""

import signal
import time
from pathlib import Path

import pytest


@pytest.fixture
def slow(server, make_space, tmp_path):
    """Return a workspace whose live harvest goes page after page."""
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "own"\n[politeness]\ndelay = 0\nconcurrency = 1\n')
    return make_space(profile=profile, base=server.url)


def hold(server, answer):
    """Return a route that holds back every answer from its own first one on."""

    def route(hit):
        if hit == 1:
            server.gate.clear()
        return answer

    return route


def end(process, number=signal.SIGINT):
    """Signal a process and return what it said and its exit code."""
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    return process.returncode, told


def test_a_second_writer_is_told_and_readers_still_read(
    slow, server, is_one_line, stop_at
):
    server.gate.clear()
    writer = slow.start("run")
    try:
        stop_at(writer, lambda: server.hits, signal.SIGCONT)
        for words in (["run"], ["extract"], ["export"], ["rebuild"], ["harvest"]):
            line = is_one_line(slow(*words), 5, slow.folder, "in use")
            assert f"process {writer.pid} (contentkit run)" in line
        for words in (["status"], ["findings"], ["show", server.url], ["check"]):
            done = slow(*words)
            assert done.returncode in (0, 2), done.stderr
            assert "in use" not in done.stderr
            assert "Traceback" not in done.stderr
        assert slow("status").returncode == 0
        assert slow("findings", "--counts").returncode == 0
        assert writer.poll() is None, "the writer ended too early to show anything"
    finally:
        server.gate.set()
        _, told = writer.communicate(timeout=60)
    assert writer.returncode == 0, told
    assert slow("status").returncode == 0


def test_an_interrupt_while_harvesting(slow, server, good_pages, is_accounted, stop_at):
    server.routes["/zwgk/1.html"] = hold(server, server.routes["/zwgk/1.html"])
    writer = slow.start("run")
    stop_at(writer, lambda: not server.gate.is_set())
    time.sleep(0.2)  # the signal is there; now the answer under way comes
    server.gate.set()
    _, told = writer.communicate(timeout=30)
    assert writer.returncode == 130, told
    assert told.splitlines()[-1].startswith("contentkit: interrupted")
    assert "Traceback" not in told
    assert slow.bundles() == []
    assert slow.rows("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1") == [
        ("interrupted",)
    ]
    done = slow("run")
    assert done.returncode == 0, done.stderr
    assert len(slow.migrated()) == 3
    pages = [path for path in good_pages if path != "index.html"]
    assert [server.hits[f"/{path}"] for path in pages] == [1, 1, 1]
    is_accounted(slow)


@pytest.mark.parametrize(
    ("stage", "workers"),
    [
        ("extract", "1"),
        ("extract", "2"),
        ("normalize", "1"),
        ("validate", "2"),
        ("export", "1"),
    ],
)
def test_an_interrupt_in_a_stage(
    built_sample, stage, workers, is_accounted, tmp_path, stop_at
):
    space = built_sample(tmp_path / "space")
    words = ["run", "--workers", workers]
    process = space.start(*words)
    marks = "SELECT count(*) FROM marks WHERE stage = ?"

    def reached():
        if stage == "export":
            return any(".partial-" in x.name for x in space.bundles())
        before = {"extract": None, "normalize": "extract", "validate": "normalize"}
        if before[stage] is None:
            return space.rows("SELECT count(*) FROM runs")[0][0] > 1
        return space.rows(marks, before[stage])[0][0] > 0

    stop_at(process, reached)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, told)
    assert told.splitlines()[-1].startswith("contentkit: interrupted")
    assert "Traceback" not in told
    assert space.bundles() == []
    done = space("run")
    assert done.returncode == 0, done.stderr
    assert len(space.migrated()) == 60
    is_accounted(space)


def test_an_interrupt_at_the_very_start(full):
    process = full.start("run")
    time.sleep(0.15)  # Python itself is still starting, or its imports
    code, told = end(process)
    assert code in (130, -signal.SIGINT), told


def test_what_a_killed_export_left_is_removed_by_the_next(
    built_sample, tmp_path, is_accounted, stop_at
):
    space = built_sample(tmp_path / "space")
    process = space.start("run")
    stop_at(
        process,
        lambda: any(".partial-" in x.name for x in space.bundles()),
        signal.SIGKILL,
    )
    process.communicate(timeout=30)
    assert any(".partial-" in x.name for x in space.bundles())
    assert space("reconcile").returncode == 0
    done = space("run")
    assert done.returncode == 0, done.stderr
    assert [x.name for x in space.bundles()] == [Path(done.stdout.strip()).name]
    is_accounted(space)
