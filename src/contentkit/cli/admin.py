"""Commands of the platform admin."""

import os
from pathlib import Path

import click

from contentkit.cli.options import as_json
from contentkit.cli.session import print_json
from contentkit.terminal import printable


@click.group()
def bundle() -> None:
    """Check an import bundle before it goes anywhere."""


@bundle.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=min(os.cpu_count() or 1, 8),
    show_default="the processors",
    metavar="N",
    help="Processes that hash.",
)
@as_json
def verify(path: Path, workers: int, as_json: bool) -> None:
    """Check fixity, layout, schemas and references of the bundle at PATH.

    Exit 0: whole. Exit 3: damaged; every fault is named with its place.
    """
    from contentkit.bundle.verify import verify_bundle

    report = verify_bundle(path, workers=workers)
    if as_json:
        print_json(report.to_json())
    else:
        for fault in report.faults:
            click.echo(str(fault))
        if not report.faults:
            click.echo(f"{path}: whole: {report.summary()}")
    if report.faults:
        # told beside the list, which may be long and names places inside the bundle
        number = f"{len(report.faults):,} fault{'s' * (len(report.faults) > 1)}"
        click.echo(
            f"contentkit: {printable(str(path))}: {number}: do not import it; fetch the "
            "bundle again, or export anew",
            err=True,
        )
        click.get_current_context().exit(3)
