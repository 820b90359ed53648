"""A stage that is done again for the same pages loses none of them."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def states(space: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(space / "workspace.db")) as conn:
        sql = "SELECT state, count(*) FROM documents GROUP BY state ORDER BY state"
        return conn.execute(sql).fetchall()


def test_documents_stay_valid_when_they_are_normalized_again(
    workspace: Path, mirror: Path, cli: Cli
):
    done = cli("-w", workspace, "run", "--from-mirror", mirror)
    assert done.returncode == 0, done.stderr
    before = states(workspace)
    assert dict(before)["valid"] > 40
    # what another version of contentkit would do
    with closing(sqlite3.connect(workspace / "workspace.db")) as conn, conn:
        conn.execute("UPDATE marks SET config = 'old' WHERE stage = 'normalize'")
    done = cli("-w", workspace, "run")
    assert done.returncode == 0, done.stderr
    assert states(workspace) == before
