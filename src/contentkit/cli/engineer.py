"""Commands of the migration engineer: from `init` to `export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from contentkit.cli.options import (
    as_json,
    as_of_option,
    check_sources,
    source_options,
    stage_options,
)
from contentkit.cli.session import Run, Session, print_json

if TYPE_CHECKING:
    from contentkit.stages.export import Exported
    from contentkit.stages.runner import Options
    from contentkit.workspace import Workspace


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--profile", required=True, metavar="P", help="Name or path; or auto.")
@click.option("--recipe", required=True, metavar="R", help="Name or path; or auto.")
@click.option("--base-url", metavar="URL", help="Address of the legacy home page.")
@click.pass_obj
def init(
    session: Session, folder: Path, profile: str, recipe: str, base_url: str | None
) -> None:
    """Make a workspace in DIR.

    \b
    contentkit init site --profile zhecheng --recipe zhecheng
    contentkit init site --profile auto --recipe auto --base-url http://…/
    """
    from contentkit.stages.setup import init_workspace

    init_workspace(folder, profile=profile, recipe=recipe, base_url=base_url).close()
    session.say(f"workspace made: next, contentkit -w {folder} run --from-mirror DIR")
    click.echo(str(folder))


@click.command()
@as_json
@click.pass_obj
def check(session: Session, /, as_json: bool) -> None:
    """Prove profile, recipe, schemas and code lists before any run.

    Outside a workspace, every packaged file is checked. Inside one that holds documents,
    rows of the recipe's tables that matched nothing are listed too.
    """
    from contentkit.stages.setup import check_all
    from contentkit.stages.unused import unused_rows

    faults = check_all(session.folder)
    unused = [] if faults else unused_rows(session.folder)
    if as_json:
        print_json({"ok": not faults, "faults": faults, "unused": unused})
    else:
        for line in unused:
            session.say(line)
        for fault in faults:
            click.echo(fault)
        if not faults:
            click.echo("all files are good")
    if faults:
        click.get_current_context().exit(2)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write the draft there.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    metavar="N",
    help="Look at no more than N pages.",
)
@click.pass_obj
def probe(session: Session, /, out: Path | None, limit: int) -> None:
    """Draft a profile from what was harvested, with the coverage of each selector."""
    from contentkit.stages.probing import probe_workspace

    report = probe_workspace(session.open(), limit=limit)
    session.say(report.to_table())
    if out is None:
        click.echo(report.to_toml())
        return
    if out.exists():
        raise click.UsageError(f"{out} exists: name a new file")
    out.write_text(report.to_toml(), encoding="utf-8")
    click.echo(str(out))


@click.command()
@source_options
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N pages.")
@click.option(
    "--retry-failed",
    is_flag=True,
    help="Ask the live site again for what failed before.",
)
@as_json
@click.pass_obj
def harvest(
    session: Session,
    /,
    mirror: Path | None,
    warcs: tuple[Path, ...],
    limit: int | None,
    retry_failed: bool,
    as_json: bool,
) -> None:
    """Fetch the legacy site into the archive: live, from a mirror, or from WARC files."""
    from contentkit.stages import pipeline

    check_sources(mirror, warcs)
    source = pipeline.Source(mirror=mirror, warcs=warcs, retry_failed=retry_failed)
    if retry_failed and not source.is_live:
        raise click.UsageError(
            "--retry-failed asks the live site again: leave it out with --from-mirror "
            "and --from-warc, which are read whole each time"
        )
    workspace = session.open()
    with session.changing(workspace, "harvest") as run:
        run.add(
            pipeline.harvest(
                workspace,
                source,
                run_id=run.run_id,
                progress=session.progress(),
                limit=limit,
            )
        )
    run.finish(as_json)


@click.command()
@stage_options
@click.pass_obj
def extract(session: Session, /, as_json: bool, **options: object) -> None:
    """Read what the captured pages say: records."""
    _stage(session, "extract", as_json, options)


@click.command()
@stage_options
@click.pass_obj
def normalize(session: Session, /, as_json: bool, **options: object) -> None:
    """Turn records into documents in the platform's terms."""
    _stage(session, "normalize", as_json, options)


@click.command()
@stage_options
@click.pass_obj
def validate(session: Session, /, as_json: bool, **options: object) -> None:
    """Check documents against the platform's schema and rules."""
    _stage(session, "validate", as_json, options)


@click.command()
@stage_options
@click.pass_obj
def dedupe(session: Session, /, as_json: bool, **options: object) -> None:
    """Find copies of one document; propose merges, with the evidence."""
    _stage(session, "dedupe", as_json, options)


@click.command()
@stage_options
@as_of_option
@click.pass_obj
def cleanup(
    session: Session, /, as_of: str | None, as_json: bool, **options: object
) -> None:
    """Read policy documents, settle their validity on a day, tell what to clean up."""
    from contentkit.stages import pipeline

    workspace = session.open()
    with session.changing(workspace, "cleanup") as run:
        stage_run = _options(session, run, options)
        run.add(pipeline.cleanup(workspace, stage_run, as_of=as_of))
    run.finish(as_json)


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The bundle."
)
@click.option(
    "--reproducible",
    is_flag=True,
    help="Fix run id and date: same content, same bytes.",
)
@as_json
@click.pass_obj
def export(
    session: Session, out: Path | None, reproducible: bool, as_json: bool
) -> None:
    """Write the import bundle, unless a gate fails."""
    workspace = session.open()
    with session.changing(workspace, "export") as run:
        made = _export(workspace, run, out=out, reproducible=reproducible)
    _tell_bundle(session, made, as_json=as_json)
    run.finish(as_json, {"bundle": str(made.summary.path)})


@click.command()
@source_options
@stage_options
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The bundle."
)
@click.option(
    "--reproducible",
    is_flag=True,
    help="Fix run id and date: same content, same bytes.",
)
@as_of_option
@click.pass_obj
def run(
    session: Session,
    /,
    mirror: Path | None,
    warcs: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    reproducible: bool,
    **options: object,
) -> None:
    """Do every pending stage, from harvest to a verified bundle, and reconcile.

    Without --from-mirror or --from-warc the live site is harvested, unless the
    workspace was filled from a mirror or WARC files before: then work goes on from there.
    """
    from contentkit.bundle.sink import require_new
    from contentkit.stages import pipeline
    from contentkit.stages.export import find_standing

    check_sources(mirror, warcs)
    if out is not None:
        require_new(out)  # before hours of work, not after them
    source = pipeline.Source(
        mirror=mirror, warcs=warcs, retry_failed=bool(options["retry_failed"])
    )
    workspace = session.open()
    with session.changing(workspace, "run") as work:
        if not (source.is_live and pipeline.is_harvested_offline(workspace)):
            limit = options["limit"]
            assert limit is None or isinstance(limit, int)
            work.add(
                pipeline.harvest(
                    workspace,
                    source,
                    run_id=work.run_id,
                    progress=session.progress(),
                    limit=limit,
                )
            )
        for name in ("extract", "normalize", "validate", "dedupe"):
            stage_run = _options(session, work, options)
            work.add(getattr(pipeline, name)(workspace, stage_run))
        as_of = options["as_of"]
        assert as_of is None or isinstance(as_of, str)
        stage_run = _options(session, work, options)
        work.add(pipeline.cleanup(workspace, stage_run, as_of=as_of))
        standing = None if out or reproducible else find_standing(workspace)
        if standing is None:
            made = _export(workspace, work, out=out, reproducible=reproducible)
    if standing is None:
        _tell_bundle(session, made, as_json=as_json)
        work.finish(as_json, {"bundle": str(made.summary.path)})
        return
    session.say("nothing changed since the last bundle, which stands")
    if not as_json:
        click.echo(str(standing))
    work.finish(as_json, {"bundle": str(standing)})


@click.command()
@as_json
@click.pass_obj
def rebuild(session: Session, /, as_json: bool) -> None:
    """Make the ledger anew from the archive alone (after it was lost or damaged)."""
    from contentkit.stages.rebuild import rebuild as rebuild_ledger

    workspace = session.open()
    with session.changing(workspace, "rebuild") as run:
        run.add(rebuild_ledger(workspace))
    run.finish(as_json)


def _stage(
    session: Session, name: str, as_json: bool, options: dict[str, object]
) -> None:
    from contentkit.stages import pipeline

    workspace = session.open()
    with session.changing(workspace, name) as run:
        stage_run = _options(session, run, options)
        run.add(getattr(pipeline, name)(workspace, stage_run))
    run.finish(as_json)


def _options(session: Session, /, run: Run, given: dict[str, object]) -> "Options":
    from contentkit.stages.runner import Options

    values = {key: given[key] for key in ("workers", "limit", "retry_failed")}
    return Options(run_id=run.run_id, progress=session.progress(), **values)  # type: ignore[arg-type]


def _export(
    workspace: "Workspace", run: Run, *, out: Path | None, reproducible: bool
) -> "Exported":
    from contentkit.stages.export import ExportOptions, export

    options = ExportOptions(
        run_id=run.run_id,
        now=run.started_at,
        out=out,
        reproducible=reproducible,
        progress=run.session.progress(),
    )
    return export(workspace, options)


def _tell_bundle(session: Session, /, made: "Exported", *, as_json: bool) -> None:
    counts = made.summary.counts
    fates = {str(k): v for k, v in sorted(made.reconciliation.fates.items()) if v}
    documents = counts["documents"]
    kinds = ", ".join(
        f"{n:,} {kind}" for kind, n in sorted(documents["by_kind"].items())
    )
    session.say(f"export: {documents['total']:,} documents ({kinds})")
    session.say(
        f"reconciled: {made.reconciliation.discovered:,} URLs discovered = "
        + " + ".join(f"{value:,} {key}" for key, value in fates.items())
    )
    session.say(f"report: {made.report}")
    if not as_json:
        click.echo(str(made.summary.path))
