"""The main job on the sample site: whole, repeatable, killable, accounted for."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Digest = Callable[[Path], str]


def run(
    cli: Cli, space: Path, mirror: Path, *more: str, **extra: Any
) -> dict[str, Any]:
    done = cli("-w", space, "run", "--from-mirror", mirror, "--json", *more, **extra)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def by_stage(answer: dict[str, Any]) -> dict[str, int]:
    return {stage["stage"]: stage["seen"] for stage in answer["stages"]}


def test_a_run_ends_with_a_bundle_that_others_accept(
    cli: Cli, workspace: Path, mirror: Path
):
    answer = run(cli, workspace, mirror)
    bundle = Path(answer["bundle"])
    assert bagit.Bag(str(bundle)).is_valid()
    assert cli("bundle", "verify", bundle).returncode == 0
    proof = json.loads((bundle / "data/reports/reconciliation.json").read_text("utf-8"))
    assert proof["is_whole"] is True
    assert proof["discovered"] == sum(proof["fates"].values())
    assert proof["fates"]["migrated"] >= 45
    reconciled = cli("-w", workspace, "reconcile", "--json")
    assert reconciled.returncode == 0, reconciled.stdout


def test_a_second_run_does_nothing_and_keeps_the_bundle(
    cli: Cli, workspace: Path, mirror: Path
):
    first = run(cli, workspace, mirror)
    second = run(cli, workspace, mirror)
    assert {k: v for k, v in by_stage(second).items() if k != "harvest"} == {
        "extract": 0,
        "normalize": 0,
        "validate": 0,
        "dedupe": 0,
        "cleanup": 0,
    }
    assert second["bundle"] == first["bundle"]


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["--workers", "2"], {}),
        (["--workers", "3"], {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"}),
        ([], {"TZ": "Pacific/Niue", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}),
    ],
    ids=["two-workers", "three-workers-far-east", "far-west"],
)
def test_the_same_content_gives_the_same_bytes(
    cli: Cli,
    workspace: Path,
    mirror: Path,
    tree_digest: Digest,
    words: list[str],
    env: dict[str, str],
):
    plain = run(cli, workspace, mirror, "--reproducible")
    other = workspace.with_name("other")
    cli("init", other, "--profile", "sample", "--recipe", "sample")
    second = run(cli, other, mirror, "--reproducible", *words, env=env)
    assert tree_digest(Path(plain["bundle"])) == tree_digest(Path(second["bundle"]))


def test_killed_at_any_moment_it_ends_with_the_same_bundle(
    cli: Cli, workspace: Path, mirror: Path, tree_digest: Digest
):
    plain = run(cli, workspace, mirror, "--reproducible")
    other = workspace.with_name("killed")
    cli("init", other, "--profile", "sample", "--recipe", "sample")
    command = [sys.executable, "-m", "contentkit", "-q", "-w", str(other), "run"]
    command += ["--from-mirror", str(mirror), "--reproducible", "--workers", "2"]
    rng = random.Random(11)
    for _ in range(6):
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(rng.uniform(0.3, 3.0))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = shutil.rmtree(other / "bundles", ignore_errors=True)
    assert done is None
    after = run(cli, other, mirror, "--reproducible")
    assert tree_digest(Path(plain["bundle"])) == tree_digest(Path(after["bundle"]))


def test_one_changed_page_is_all_that_is_done_again(
    cli: Cli, workspace: Path, mirror: Path, tmp_path: Path
):
    copy = tmp_path / "mirror"
    shutil.copytree(mirror, copy)
    run(cli, workspace, copy)
    page = next((copy / "zwgk" / "tzgg").rglob("t2*.html"))
    data = page.read_bytes()
    page.write_bytes(data.replace(b"</p>", b" 1</p>", 1))
    assert page.read_bytes() != data
    again = by_stage(run(cli, workspace, copy))
    assert again["extract"] == 1
    assert again["normalize"] <= 1
    assert again["validate"] <= 1


def test_a_changed_recipe_runs_its_stages_only(cli: Cli, workspace: Path, mirror: Path):
    run(cli, workspace, mirror)
    recipe = workspace / "own.toml"
    recipe.write_text(
        'site = "sample"\nedition = "zj-2020"\ncolumns = "sample"\n'
        '[lookups]\nissuers = "sample-issuers"\n'
        '[defaults]\nissuer = "江澜区人民政府"\ndisclosure = "主动公开"\n',
        encoding="utf-8",
    )
    settings = workspace / "workspace.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('recipe = "sample"', 'recipe = "own.toml"'),
        encoding="utf-8",
    )
    again = by_stage(run(cli, workspace, mirror))
    assert again["extract"] == 0
    assert again["normalize"] >= 45


def test_a_failing_assertion_leaves_no_bundle(cli: Cli, workspace: Path, mirror: Path):
    recipe = workspace / "strict.toml"
    recipe.write_text(
        'site = "sample"\nedition = "zj-2020"\ncolumns = "sample"\n'
        "[assert.min]\ndocuments = 100000\n",
        encoding="utf-8",
    )
    settings = workspace / "workspace.toml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace('"sample"', '"strict.toml"', 2).replace(
            'profile = "strict.toml"', 'profile = "sample"'
        )
    )
    done = cli("-w", workspace, "run", "--from-mirror", mirror)
    assert done.returncode == 1
    assert "documents at least 100000" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((workspace / "bundles").iterdir())


TORN = {
    "urls": "DELETE FROM urls WHERE id = (SELECT url_id FROM documents"
    " WHERE state = 'valid' ORDER BY id LIMIT 1)",
    "captures": "DELETE FROM captures WHERE url_id = (SELECT url_id FROM documents"
    " WHERE state = 'valid' ORDER BY id LIMIT 1)",
    "records": "DELETE FROM records WHERE url_id = (SELECT url_id FROM documents"
    " WHERE state = 'valid' ORDER BY id LIMIT 1)",
    "documents": "DELETE FROM documents WHERE id = (SELECT id FROM documents"
    " WHERE state = 'valid' ORDER BY id LIMIT 1)",
}


@pytest.mark.parametrize("table", TORN)
def test_a_row_lost_anywhere_is_named_by_reconcile(
    cli: Cli, workspace: Path, mirror: Path, table: str
):
    run(cli, workspace, mirror)
    conn = sqlite3.connect(workspace / "workspace.db")
    url = conn.execute(
        "SELECT url FROM urls WHERE id = (SELECT url_id FROM documents"
        " WHERE state = 'valid' ORDER BY id LIMIT 1)"
    ).fetchone()[0]
    with conn:
        conn.execute(TORN[table])
    conn.close()
    done = cli("-w", workspace, "reconcile")
    assert done.returncode == 1, done.stdout
    assert url in done.stdout


def test_a_ledger_rebuilt_from_the_archive_gives_the_same_bundle(
    cli: Cli, workspace: Path, mirror: Path, tree_digest: Digest
):
    plain = run(cli, workspace, mirror, "--reproducible")
    kept = workspace.with_name("kept")
    Path(plain["bundle"]).rename(kept)
    for path in workspace.glob("workspace.db*"):
        path.unlink()
    done = cli("-w", workspace, "rebuild")
    assert done.returncode == 0, done.stderr
    for stage in ("extract", "normalize", "validate", "dedupe", "cleanup"):
        assert cli("-w", workspace, stage).returncode == 0
    done = cli("-w", workspace, "export", "--reproducible")
    assert done.returncode == 0, done.stderr
    assert tree_digest(kept) == tree_digest(Path(plain["bundle"]))


def test_a_failed_item_does_not_stop_the_run_and_is_done_again_on_request(
    cli: Cli, workspace: Path, mirror: Path
):
    run(cli, workspace, mirror)
    conn = sqlite3.connect(workspace / "workspace.db")
    with conn:
        conn.execute(
            "UPDATE marks SET outcome = 'failed', reason = 'internal-error'"
            " WHERE stage = 'extract' AND item ="
            " (SELECT min(item) FROM marks WHERE stage = 'extract')"
        )
    conn.close()
    plain = cli("-w", workspace, "extract", "--json")
    assert json.loads(plain.stdout)["stages"][0]["seen"] == 0
    again = cli("-w", workspace, "extract", "--retry-failed", "--json")
    assert json.loads(again.stdout)["stages"][0]["done"] == 1
