"""The local engine: same results for any number of workers, also when one is killed."""

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from contentkit.engine import Shard, run_shards
from contentkit.models import Json
from squares import Square

SHARDS = [Shard(tuple(range(i, i + 10))) for i in range(0, 100, 10)]
WANTED = [[n * n for n in shard.refs] for shard in SHARDS]


def results(
    work: Square, shards: Sequence[Shard], scratch: Path, *, workers: int = 2
) -> list[list[Json]]:
    found = run_shards(work, shards, workers=workers, scratch=scratch)
    return [list(shard) for shard in found]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order_for_any_number_of_workers(tmp_path: Path, workers: int):
    found = results(Square(), SHARDS, tmp_path, workers=workers)
    assert found == WANTED
    assert not list(tmp_path.iterdir())


def test_a_killed_worker_costs_its_shard_only(tmp_path: Path):
    work = Square(poison=42, flag=str(tmp_path / "killed"))
    found = results(work, SHARDS, tmp_path / "s")
    assert found == WANTED
    assert (tmp_path / "killed").exists()


def test_a_reference_that_always_kills_is_answered_and_the_rest_is_done(tmp_path: Path):
    found = results(Square(poison=42), SHARDS, tmp_path)
    wanted = [list(row) for row in WANTED]
    wanted[4][2] = {"died": 42}
    assert found == wanted


def test_finished_shards_of_a_killed_run_are_not_done_again(tmp_path: Path):
    log = tmp_path / "log"
    scratch = tmp_path / "s"
    work = Square(log=str(log))
    stopped = run_shards(work, SHARDS, workers=2, scratch=scratch)
    assert list(next(stopped)) == WANTED[0]
    stopped.close()
    done_before = set(log.read_text().split())
    found = results(work, SHARDS[1:], scratch)
    assert found == WANTED[1:]
    runs = log.read_text().split()
    assert sorted(set(runs), key=int) == [str(s.refs[0]) for s in SHARDS]
    kept = done_before - {"0"}
    assert all(runs.count(first) == 1 for first in kept)


def test_other_configuration_is_other_work():
    assert SHARDS[0].key("a") != SHARDS[0].key("b")
    assert SHARDS[0].key("a") != SHARDS[1].key("a")


@pytest.mark.parametrize("workers", [1, 2])
def test_one_result_is_in_hand_at_a_time(tmp_path: Path, workers: int):
    # a hundred results of 1 MB each
    tracemalloc.start()
    try:
        work = Square(wide=1 << 20)
        for shard in run_shards(
            work, [Shard(tuple(range(100)))], workers=workers, scratch=tmp_path
        ):
            assert sum(len(result) for result in shard) == 100 << 20
        assert tracemalloc.get_traced_memory()[1] < 25 << 20
    finally:
        tracemalloc.stop()


RUN = """
import pathlib, sys, time
from contentkit.engine import Shard, run_shards
from squares import Square

shards = (Shard(tuple(range(i, i + 10))) for i in range(0, 10_000_000, 10))
for results in run_shards(Square(), shards, workers=2, scratch=pathlib.Path(sys.argv[1])):
    print(*results, flush=True)
"""


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path):
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "support")}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, env=env
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.kill()
    # every worker holds the other end: it closes when the last of them is gone
    process.communicate(timeout=30)
