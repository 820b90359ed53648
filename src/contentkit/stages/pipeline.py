"""The job as its users name it: one function a stage, and `run` for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contentkit.engine import start_ahead
from contentkit.models import StageReport
from contentkit.progress import Progress
from contentkit.stages.cleanup import cleanup as cleanup_site
from contentkit.stages.duplicates import dedupe as dedupe_corpus
from contentkit.stages.extract import ExtractStage
from contentkit.stages.harvest_live import Extent, harvest_live
from contentkit.stages.harvest_offline import harvest_mirror, harvest_warcs
from contentkit.stages.link import link_records, needs_linking
from contentkit.stages.normalize import NormalizeStage
from contentkit.stages.runner import Options, run_stage
from contentkit.stages.validate import ValidateStage
from contentkit.workspace import Workspace

STAGES = ("harvest", "extract", "normalize", "validate", "dedupe", "cleanup", "export")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a harvest reads from: a mirror folder, WARC files, else the live site.

    `retry_failed` has the live site asked again for what failed before.
    """

    mirror: Path | None = None
    warcs: Sequence[Path] = ()
    retry_failed: bool = False

    @property
    def is_live(self) -> bool:
        """True if neither a mirror nor WARC files were named."""
        return self.mirror is None and not self.warcs


def harvest(
    workspace: Workspace,
    source: Source,
    *,
    run_id: int,
    progress: Progress,
    limit: int | None = None,
) -> StageReport:
    """Bring captures into the archive; the only stage that may use the network."""
    if source.mirror is not None:
        return harvest_mirror(
            workspace, source.mirror, run_id=run_id, progress=progress, limit=limit
        )
    if source.warcs:
        return harvest_warcs(
            workspace, source.warcs, run_id=run_id, progress=progress, limit=limit
        )
    return harvest_live(
        workspace,
        run_id=run_id,
        progress=progress,
        extent=Extent(limit=limit, retry_failed=source.retry_failed),
    )


def extract(workspace: Workspace, options: Options) -> StageReport:
    """Make records of the pages that are pending."""
    return run_stage(workspace, ExtractStage(workspace), options)


def normalize(workspace: Workspace, options: Options) -> StageReport:
    """Make documents of the records that are pending."""
    stage = NormalizeStage(workspace)
    if needs_linking(workspace):
        start_ahead(stage.work, workers=options.workers)
        link_records(workspace, options.run_id)
    return run_stage(workspace, stage, options)


def validate(workspace: Workspace, options: Options) -> StageReport:
    """Validate the documents that are pending."""
    return run_stage(workspace, ValidateStage(workspace), options)


def dedupe(workspace: Workspace, options: Options) -> StageReport:
    """Compare the documents and files of the whole site."""
    return dedupe_corpus(workspace, options)


def cleanup(
    workspace: Workspace, options: Options, *, as_of: str | None = None
) -> StageReport:
    """Read policy documents, settle their validity, and tell what to clean up."""
    return cleanup_site(workspace, options, as_of=as_of)


def is_harvested_offline(workspace: Workspace) -> bool:
    """Tell whether the captures came from a mirror or WARC files, not from a crawl."""
    conn = workspace.conn
    captures = conn.execute("SELECT 1 FROM captures LIMIT 1").fetchone()
    frontier = conn.execute("SELECT 1 FROM frontier LIMIT 1").fetchone()
    return captures is not None and frontier is None
