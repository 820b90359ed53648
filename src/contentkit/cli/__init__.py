"""The command line: parse, call one library function, print.

stdout is the answer, stderr is the talk. Heavy modules are imported inside the
commands, so that `--help` answers at once.
"""

import sys

import click

from contentkit import __version__
from contentkit.cli.admin import bundle
from contentkit.cli.editor import decide, lists, report, review
from contentkit.cli.engineer import (
    check,
    cleanup,
    dedupe,
    export,
    extract,
    harvest,
    init,
    normalize,
    probe,
    rebuild,
    run,
    validate,
)
from contentkit.cli.errors import told
from contentkit.cli.look import findings, reconcile, show, status
from contentkit.cli.pages import demo, extract_page, read_policy, sample_site
from contentkit.cli.session import Session


@click.group(
    name="contentkit", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "-w",
    "--workspace",
    metavar="DIR",
    envvar="CONTENTKIT_WORKSPACE",
    default=".",
    show_default="the current folder",
    help="The workspace folder; also from CONTENTKIT_WORKSPACE.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.version_option(__version__, prog_name="contentkit")
@click.pass_context
def commands(
    context: click.Context, workspace: str, verbose: bool, quiet: bool
) -> None:
    """Move a legacy government site to its province's platform, losing nothing.

    \b
    First look:       contentkit demo
    A site of yours:  contentkit init site --profile auto --recipe auto \\
                          --base-url http://www.example.gov.cn/
                      contentkit -w site run --from-mirror mirror/
                      contentkit bundle verify site/bundles/NAME
    """
    if verbose and quiet:
        raise click.UsageError("-v and -q contradict each other: give one of them")
    context.obj = Session.make(workspace, verbose=verbose, quiet=quiet)


for command in (
    demo,
    init,
    check,
    probe,
    harvest,
    extract,
    normalize,
    validate,
    dedupe,
    cleanup,
    export,
    run,
    rebuild,
    status,
    findings,
    decide,
    lists,
    report,
    review,
    show,
    reconcile,
    extract_page,
    read_policy,
    sample_site,
    bundle,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line; every known error is one line and an exit code."""
    with told():
        code = commands.main(prog_name="contentkit", standalone_mode=False)
    sys.exit(code if isinstance(code, int) else 0)
