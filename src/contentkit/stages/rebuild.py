"""The ledger made anew from the archive alone, after it was lost or damaged."""

from contentkit.models import StageReport
from contentkit.progress import Progress, Silent
from contentkit.review.decisions import sync_decisions
from contentkit.stages.captures import adopt
from contentkit.workspace import Workspace

# everything that a stage derives; runs and exports are history, decisions have their file
_DERIVED = (
    "corrections",
    "relations",
    "validity",
    "effect_targets",
    "effects",
    "citation_keys",
    "readings",
    "clusters",
    "pairs",
    "candidates",
    "dedupe_keys",
    "fingerprints",
    "file_texts",
    "findings",
    "marks",
    "provenance",
    "documents",
    "refs",
    "records",
    "columns",
    "gates",
    "files",
    "captures",
    "frontier",
    "urls",
)


def rebuild(
    workspace: Workspace, *, run_id: int | None = None, progress: Progress | None = None
) -> StageReport:
    """Empty the ledger and enter the whole archive; the stages then run as at first.

    Raises `WorkspaceDamaged` naming file and place if the archive is not whole.
    """
    bar = progress or Silent()
    bar.start("rebuild", None)
    try:
        with workspace.transaction() as conn:
            for table in _DERIVED:
                conn.execute(f"DELETE FROM {table}")
        count = adopt(workspace, run_id, advance=bar.advance)
        sync_decisions(workspace)
    finally:
        bar.close()
    captures = workspace.conn.execute("SELECT count(*) FROM captures").fetchone()[0]
    return StageReport(
        stage="rebuild",
        seen=count,
        done=captures,
        notes=("run 'contentkit run' to make records and documents anew",),
    )
