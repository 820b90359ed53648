"""Pairs of copies: an answer holds on the evidence it was given on; a fault stops nothing."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contentkit.dedupe.facts import Copy
from contentkit.dedupe.judge import Verdict, judge
from contentkit.samplesite import write_site
from contentkit.stages import pairs
from contentkit.stages.duplicates import dedupe
from contentkit.stages.runner import Options
from contentkit.workspace import Workspace

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
WHO = ("--author", "王编辑")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> Path:
    """Return a workspace whose documents were compared."""
    folder = tmp_path_factory.mktemp("pairs")
    write_site(folder / "sample", documents=150, seed=5)
    space = folder / "space"
    cli("init", space, "--profile", "sample", "--recipe", "sample")
    done = cli("-w", space, "harvest", "--from-mirror", folder / "sample" / "site")
    assert done.returncode == 0, done.stderr
    for stage in ("extract", "normalize", "validate", "dedupe"):
        assert cli("-w", space, stage).returncode == 0
    return space


@pytest.fixture
def space(judged: Path, tmp_path: Path) -> Path:
    """Return a copy of the compared workspace."""
    return Path(shutil.copytree(judged, tmp_path / "space"))


def ask(space: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(space / "workspace.db")) as conn, conn:
        return conn.execute(sql, values).fetchall()


def exact_pair(space: Path) -> str:
    """Return the subject of an open pair of one text."""
    sql = "SELECT subject FROM findings WHERE code = 'DUP-EXACT' ORDER BY id LIMIT 1"
    return str(ask(space, sql)[0][0])


def answer(space: Path, cli: Cli, subject: str, said: str) -> None:
    done = cli("-w", space, "decide", subject, "--answer", said, *WHO)
    assert done.returncode == 0, done.stderr
    assert cli("-w", space, "dedupe").returncode == 0


def change_evidence(space: Path, cli: Cli, subject: str) -> None:
    """Let the pair look as if one of its texts had changed a little."""
    a, b = subject.split(" ")
    changed = ask(
        space,
        "UPDATE pairs SET jaccard = 0.97 WHERE a IN (SELECT url_id FROM documents"
        " WHERE id IN (?, ?)) AND b IN (SELECT url_id FROM documents WHERE id IN (?, ?))"
        " RETURNING a",
        *(a, b, a, b),
    )
    assert len(changed) == 1
    ask(space, "DELETE FROM marks WHERE stage = 'dedupe' AND item = 0")
    assert cli("-w", space, "dedupe").returncode == 0


def state(space: Path, subject: str) -> str:
    sql = "SELECT decision FROM v_findings WHERE subject = ?"
    return str(ask(space, sql, subject)[0][0])


def merged(space: Path) -> int:
    sql = "SELECT count(*) FROM clusters WHERE role = 'copy' AND is_accepted = 1"
    return int(ask(space, sql)[0][0])


def cluster_of(space: Path, subject: str) -> list[int | None]:
    return [
        row[0]
        for row in ask(
            space,
            "SELECT c.canonical FROM documents d LEFT JOIN clusters c"
            " ON c.url_id = d.url_id WHERE d.id IN (?, ?)",
            *subject.split(" "),
        )
    ]


def test_an_accepted_pair_of_changed_texts_is_not_merged_until_asked_again(space, cli):
    subject = exact_pair(space)
    answer(space, cli, subject, "accept")
    assert (merged(space), state(space, subject)) == (1, "accept")
    change_evidence(space, cli, subject)
    assert (merged(space), state(space, subject)) == (0, "reopened")
    answer(space, cli, subject, "accept")
    assert (merged(space), state(space, subject)) == (1, "accept")


def test_an_accepted_pair_that_is_no_candidate_any_more_is_not_merged(space, cli):
    subject = exact_pair(space)
    answer(space, cli, subject, "accept")
    a, b = subject.split(" ")
    ask(
        space,
        "DELETE FROM pairs WHERE a IN (SELECT url_id FROM documents WHERE id IN (?, ?))"
        " AND b IN (SELECT url_id FROM documents WHERE id IN (?, ?))",
        *(a, b, a, b),
    )
    ask(space, "DELETE FROM marks WHERE stage = 'dedupe' AND item = 0")
    assert cli("-w", space, "dedupe").returncode == 0
    assert merged(space) == 0


def test_a_rejected_pair_of_changed_texts_stays_two_and_is_asked_again(space, cli):
    subject = exact_pair(space)
    answer(space, cli, subject, "reject")
    assert state(space, subject) == "reject"
    change_evidence(space, cli, subject)
    assert state(space, subject) == "reopened"
    first, second = cluster_of(space, subject)
    assert first is None or first != second


@pytest.mark.parametrize("said", ["accept", "reject"])
def test_no_answer_on_a_pair_reopens_itself(space, cli, said):
    """Which copy gives way turns round with some answers: the evidence does not."""
    subjects = [
        row[0]
        for row in ask(
            space,
            "SELECT min(subject) FROM findings WHERE subject LIKE '% %'"
            " GROUP BY code ORDER BY code",
        )
    ]
    assert len(subjects) > 2
    for subject in subjects:
        done = cli("-w", space, "decide", subject, "--answer", said, *WHO)
        assert done.returncode == 0, done.stderr
    assert cli("-w", space, "dedupe").returncode == 0
    assert [state(space, x) for x in subjects] == [said] * len(subjects)


def broken_judge(subject: str, first: Copy, second: Copy, similarity: float) -> Verdict:
    """Judge as always, but break on one pair."""
    if sorted((first.id, second.id)) == subject.split(" "):
        raise ZeroDivisionError("planted")
    return judge(first, second, similarity)


def test_a_fault_on_a_pair_leaves_it_open_and_stops_nothing(
    space, cli, monkeypatch: pytest.MonkeyPatch
):
    subject = exact_pair(space)
    before = ask(space, "SELECT a, b FROM pairs ORDER BY a, b")
    ask(space, "DELETE FROM marks WHERE stage IN ('pairs', 'dedupe') AND item = 0")
    monkeypatch.setattr(pairs, "judge", partial(broken_judge, subject))
    with Workspace(space) as workspace, workspace.writing("dedupe"):
        run_id = workspace.start_run("dedupe", "2026-01-02T03:04:05+08:00", {})
        report = dedupe(workspace, Options(run_id=run_id))
    assert report.failed == 1
    assert ask(space, "SELECT a, b FROM pairs ORDER BY a, b") == before
    rows = ask(
        space, "SELECT code, data, subject FROM findings WHERE severity = 'error'"
    )
    told = [(code, json.loads(data), key) for code, data, key in rows]
    (fault,) = [data for code, data, key in told if code == "internal-error"]
    assert fault["error"] == "ZeroDivisionError: planted"
    assert "broken_judge" in fault["trace"]
    first, second = cluster_of(space, subject)
    assert first is None or first != second
    monkeypatch.undo()
    assert cli("-w", space, "dedupe", "--retry-failed").returncode == 0
    assert not ask(space, "SELECT 1 FROM findings WHERE code = 'internal-error'")
    first, second = cluster_of(space, subject)
    assert first == second is not None
