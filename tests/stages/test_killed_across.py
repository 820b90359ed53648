"""Dedupe and cleanup killed in the middle of what they write: the next run mends it."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contentkit.samplesite import write_site

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Digest = Callable[[Path], str]

# both stages with small shards; the process dies when it is about to write to a table for
# the Nth time
KILLED = r"""
import os, pathlib, re, signal, sys
from contentkit.stages import pairs, pipeline, runner
from contentkit.workspace import Workspace

folder, table, count, workers = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
runner.SHARD_ITEMS, pairs.SHARD_PAIRS = 20, 5
written = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b[^(]*?\b" + table + r"\b")
seen = 0

def watch(sql):
    global seen
    seen += bool(written.match(sql))
    if seen == count:
        os.kill(os.getpid(), signal.SIGKILL)

with Workspace(pathlib.Path(folder)) as space, space.writing("run"):
    run_id = space.start_run("run", "2026-01-02T03:04:05+08:00", {})
    space.conn.set_trace_callback(watch)
    options = runner.Options(run_id=run_id, workers=workers)
    pipeline.dedupe(space, options)
    pipeline.cleanup(space, options)
"""

MOMENTS = [
    ("file_texts", 8, 1),
    ("fingerprints", 90, 2),
    ("pairs", 8, 1),
    ("pairs", 8, 2),
    ("readings", 90, 2),
    ("validity", 20, 1),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample site with copies and effects."""
    folder = tmp_path_factory.mktemp("across")
    write_site(folder, documents=150, seed=5)
    return folder / "site"


@pytest.fixture(scope="module")
def validated(site: Path, cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace whose documents wait for dedupe."""
    space = tmp_path_factory.mktemp("validated") / "space"
    cli("init", space, "--profile", "sample", "--recipe", "sample")
    assert cli("-w", space, "harvest", "--from-mirror", site).returncode == 0
    for stage in ("extract", "normalize", "validate"):
        assert cli("-w", space, stage).returncode == 0
    return space


@pytest.fixture(scope="module")
def expected(
    validated: Path,
    cli: Cli,
    tree_digest: Digest,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Return the digest of the bundle of a job that nobody killed."""
    space = tmp_path_factory.mktemp("whole") / "space"
    shutil.copytree(validated, space)
    return tree_digest(bundle_of(cli, space))


def bundle_of(cli: Cli, space: Path) -> Path:
    done = cli("-w", space, "run", "--reproducible", "--json")
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["bundle"])


@pytest.mark.parametrize(("table", "count", "workers"), MOMENTS)
def test_killed_while_writing_a_table_the_next_run_ends_with_the_same_bundle(
    cli: Cli,
    validated: Path,
    expected: str,
    tree_digest: Digest,
    tmp_path: Path,
    table: str,
    count: int,
    workers: int,
):
    space = tmp_path / "space"
    shutil.copytree(validated, space)
    words = [sys.executable, "-c", KILLED, str(space), table, str(count), str(workers)]
    killed = subprocess.run(words, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert tree_digest(bundle_of(cli, space)) == expected
