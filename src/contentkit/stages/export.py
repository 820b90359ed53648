"""Export: settle fates, pass the gates, write the bundle, reconcile, verify, register.

Reads the whole ledger and the archive; writes the bundle, `columns`, `gates`, fates
and one row of `exports`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from contentkit import __version__
from contentkit.bundle.info import BundleInfo
from contentkit.bundle.reconcile import Reconciliation
from contentkit.bundle.sink import replace_file, require_new, unwritable
from contentkit.bundle.verify import require_valid
from contentkit.bundle.write import BundleSummary, BundleWriter, discard_partials
from contentkit.errors import GateFailed
from contentkit.harvest.scope import Scope
from contentkit.profile import load_profile
from contentkit.progress import Progress, Silent
from contentkit.recipe import Recipe, load_recipe
from contentkit.stages.cleanup import is_cleanup_pending
from contentkit.stages.columns import map_columns
from contentkit.stages.contents import BundleContents
from contentkit.stages.duplicates import is_dedupe_pending
from contentkit.stages.extract import ExtractStage
from contentkit.stages.fates import settle_fates
from contentkit.stages.gates import check_gates
from contentkit.stages.normalize import NormalizeStage
from contentkit.stages.runner import count_pending
from contentkit.stages.setup import require_captures
from contentkit.stages.validate import ValidateStage
from contentkit.workspace import Workspace, dump

# whatever adds to these, or takes from them, raises one of the numbers
_STATE = """
SELECT (SELECT ifnull(max(id), 0) FROM captures),
  (SELECT ifnull(max(run_id), 0) FROM marks),
  (SELECT count(*) FROM marks), (SELECT count(*) FROM urls),
  (SELECT count(*) FROM urls WHERE state IN ('failed', 'skipped'))
"""


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """Where the bundle goes, and whether its date and run id are fixed."""

    run_id: int
    now: str
    out: Path | None = None
    reproducible: bool = False
    progress: Progress = field(default_factory=Silent)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A bundle that was written and verified, with its reconciliation."""

    summary: BundleSummary
    reconciliation: Reconciliation
    report: Path
    unresolved_links: int


def export(workspace: Workspace, options: ExportOptions) -> Exported:
    """Write the bundle of a workspace; raises `GateFailed` before anything is written.

    Other code than wrote the bundle verifies it before it gets its name.
    """
    require_captures(workspace)
    if options.out is not None:
        require_new(options.out)
    _require_stages(workspace)
    recipe = load_recipe(workspace.resource(workspace.settings.recipe))
    prepare(workspace, recipe)
    failures = [
        f"{gate.name}: expected {gate.expected}, found {gate.found}: {gate.remedy}"
        for gate in check_gates(workspace, recipe)
        if not gate.ok
    ]
    if failures:
        raise GateFailed(failures)
    info = _info(workspace, recipe, options)
    out = options.out or workspace.folder / "bundles" / info.identifier
    place = workspace.folder / "reports" / f"{info.identifier}.html"
    _make_parent(out)
    discard_partials(out)
    for last in _interrupted(workspace):  # its name had another run number
        discard_partials(last)
    work = BundleContents(workspace, recipe, info, options.progress)
    with BundleWriter(out, info=info) as writer:
        proof, report = work.write(writer)
        if not proof.is_whole:
            raise GateFailed(gap_lines(proof))
        replace_file(place, report.encode())
        check = partial(require_valid, workers=os.cpu_count() or 1)
        summary = writer.close(check=check)
    _register(workspace, options, info, summary)
    return Exported(
        summary=summary,
        reconciliation=proof,
        report=place,
        unresolved_links=work.unresolved,
    )


def _require_stages(workspace: Workspace) -> None:
    """Refuse to export what was not looked at, or changed since it was.

    Pages would look dropped; copies, states and decisions would be missing or old.
    """
    for make in (ExtractStage, NormalizeStage, ValidateStage):
        stage = make(workspace)
        waiting = count_pending(workspace, stage)
        if waiting:
            raise GateFailed([_waits(workspace, stage.name, f"{waiting:,} pages wait")])
    for name, is_pending in (
        ("dedupe", is_dedupe_pending),
        ("cleanup", is_cleanup_pending),
    ):
        if is_pending(workspace):
            raise GateFailed([_waits(workspace, name, "the documents wait")])


def _waits(workspace: Workspace, name: str, who: str) -> str:
    command = f"contentkit -w {workspace.folder} {name}"
    return f"stages: {who} for the stage {name}: first '{command}', or 'run' for all stages"


def _interrupted(workspace: Workspace) -> Iterator[Path]:
    """Yield the names of bundles of this workspace that a killed export left partial."""
    for folder in sorted((workspace.folder / "bundles").glob("*.partial-*")):
        yield folder.with_name(folder.name.rpartition(".partial-")[0])


def _make_parent(out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out.parent, error) from error


def find_standing(workspace: Workspace) -> Path | None:
    """Return the last bundle if nothing that it was made of has changed since."""
    last = workspace.conn.execute(
        "SELECT path, state FROM exports ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if last is None or last[1] != _state(workspace):
        return None
    path = workspace.folder / last[0]
    return path if path.is_dir() else None


def _state(workspace: Workspace) -> str:
    recipe = load_recipe(workspace.resource(workspace.settings.recipe))
    row = workspace.conn.execute(_STATE).fetchone()
    return " ".join(map(str, [__version__, recipe.digest, *row]))


def prepare(workspace: Workspace, recipe: Recipe) -> None:
    """Compute columns and fates anew, as every look at the whole needs them."""
    map_columns(workspace, recipe)
    profile = load_profile(
        workspace.resource(workspace.settings.profile),
        base_url=workspace.settings.base_url,
    )
    settle_fates(workspace, Scope.from_profile(profile))


def gap_lines(proof: Reconciliation) -> list[str]:
    """Return one line for each gap of a reconciliation, naming the URL."""
    return [
        f"reconcile: {gap.problem}: {gap.url or gap.target}: run the stages again, and "
        "report it if it stays"
        for gap in proof.gaps
    ]


def _info(workspace: Workspace, recipe: Recipe, options: ExportOptions) -> BundleInfo:
    info = BundleInfo(
        site=recipe.site,
        run=f"{options.now[:10].replace('-', '')}-{options.run_id:04d}",
        schema_edition=recipe.edition,
        bagging_date=options.now[:10],
        software=f"contentkit {__version__}",
    )
    if not options.reproducible:
        return info
    newest = workspace.conn.execute("SELECT max(captured_at) FROM captures").fetchone()
    date = (newest[0] or options.now)[:10]
    return replace(info, run="reproducible", bagging_date=date)


def _register(
    workspace: Workspace,
    options: ExportOptions,
    info: BundleInfo,
    summary: BundleSummary,
) -> None:
    with workspace.transaction() as conn:
        conn.execute(
            "INSERT INTO exports (name, path, parent, manifest_sha256, counts, state,"
            " run_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                info.identifier,
                _kept_path(workspace, summary.path),
                info.parent,
                summary.manifest_sha256,
                dump(dict(summary.counts)),
                _state(workspace),
                options.run_id,
            ],
        )


def _kept_path(workspace: Workspace, path: Path) -> str:
    """Return a bundle's path, relative if it is in the workspace, which may be moved."""
    folder, bundle = workspace.folder.resolve(), path.resolve()
    inside = bundle.is_relative_to(folder)
    return str(bundle.relative_to(folder) if inside else bundle)
