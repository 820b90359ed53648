"""Workspaces over the sample site for the benchmarks of the whole way."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from contentkit.models import StageReport
from contentkit.progress import Silent
from contentkit.samplesite import write_site
from contentkit.stages import pipeline
from contentkit.stages.runner import Options
from contentkit.stages.setup import init_workspace
from contentkit.workspace import Workspace

STARTED = "2026-01-01T00:00:00+08:00"
STAGES = ("extract", "normalize", "validate")
"""The stages that read one page at a time."""

CORPUS_STAGES = ("dedupe", "cleanup")
"""The stages that read the whole site, without which no bundle is written."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder of its own for one benchmark and delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix="contentkit-bench-") as name:
        yield Path(name)


def harvested(folder: Path, documents: int) -> Path:
    """Write the sample site and return a workspace that harvested it as a mirror."""
    site, space = folder / "site", folder / "space"
    write_site(site, documents=documents)
    workspace = init_workspace(space, profile="sample", recipe="sample", base_url=None)
    with workspace, workspace.writing("harvest"):
        run_id = workspace.start_run("harvest", STARTED, {})
        source = pipeline.Source(mirror=site / "site")
        pipeline.harvest(workspace, source, run_id=run_id, progress=Silent())
    return space


def copy_of(space: Path, name: str) -> Path:
    """Return a copy of a workspace beside it, made anew."""
    copy = space.with_name(name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(space, copy)
    return copy


def do_stage(workspace: Workspace, name: str, *, workers: int = 1) -> StageReport:
    """Run one stage over all that is pending."""
    run_id = workspace.start_run(name, STARTED, {})
    options = Options(run_id=run_id, workers=workers)
    report: StageReport = getattr(pipeline, name)(workspace, options)
    return report


def contentkit(*words: str | Path) -> str:
    """Run the command line as a user would; return what it prints on stdout."""
    command = [sys.executable, "-m", "contentkit", "-q", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def versions(*names: str) -> str:
    """Return one line naming Python, the machine and the versions of packages."""
    parts = [f"Python {python_version()}", f"{os.cpu_count()} cores"]
    parts.append(f"load {os.getloadavg()[0]:.1f}")
    parts += [f"{name} {version(name)}" for name in names]
    return ", ".join(parts)


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows as a Markdown table; the first column is text, the others numbers."""
    names = list(header)
    print("| " + " | ".join(names) + " |")
    print("| --- |" + " ---: |" * (len(names) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
