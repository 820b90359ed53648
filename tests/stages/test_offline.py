"""After harvest no stage opens a socket."""

from pathlib import Path

import pytest

from contentkit.progress import Silent
from contentkit.stages import pipeline
from contentkit.stages.export import ExportOptions, export
from contentkit.stages.runner import Options
from contentkit.workspace import Workspace

NOW = "2026-01-02T03:04:05+08:00"


@pytest.mark.usefixtures("no_sockets")
def test_no_stage_of_an_offline_job_opens_a_socket(workspace: Path, mirror: Path):
    with Workspace(workspace) as space, space.writing("run"):
        run_id = space.start_run("run", NOW, {})
        pipeline.harvest(
            space, pipeline.Source(mirror=mirror), run_id=run_id, progress=Silent()
        )
        options = Options(run_id=run_id)
        for name in pipeline.STAGES[1:-1]:
            assert getattr(pipeline, name)(space, options).failed == 0
        made = export(space, ExportOptions(run_id=run_id, now=NOW))
    assert made.reconciliation.is_whole
