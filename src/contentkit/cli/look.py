"""Commands that look without changing: status, findings, show, reconcile."""

import click

from contentkit.cli.options import as_json, readable
from contentkit.cli.session import Session, print_json, print_table


@click.command()
@as_json
@click.pass_obj
def status(session: Session, as_json: bool) -> None:
    """Tell where things stand: URLs, stages, findings, bundles."""
    from contentkit.workspace.queries import read_status

    answer = read_status(session.open())
    if as_json:
        print_json(answer)
        return
    for title, rows in answer.items():
        click.echo(click.style(title, bold=True))
        if rows:
            print_table(rows[0].keys(), (row.values() for row in rows))
        else:
            click.echo("  (none)")
        click.echo()


@click.command()
@click.option("--code", metavar="CODE", help="Only this kind of finding.")
@click.option(
    "--severity", type=click.Choice(["error", "warning", "info"]), help="Only these."
)
@click.option(
    "--url", metavar="URL", callback=readable, help="Only those of this page."
)
@click.option(
    "--decision",
    type=click.Choice(["open", "reopened", "accept", "reject", "change", "unsure"]),
    help="Only those with this answer.",
)
@click.option("--counts", is_flag=True, help="Count by code instead of listing.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the explanations.",
)
@as_json
@click.pass_obj
def findings(
    session: Session,
    code: str | None,
    severity: str | None,
    url: str | None,
    decision: str | None,
    counts: bool,
    lang: str,
    as_json: bool,
) -> None:
    """List what editors and engineers should know, with its evidence."""
    from contentkit.workspace.queries import count_findings, iter_findings

    workspace = session.open()
    wanted = {"code": code, "severity": severity, "url": url, "decision": decision}
    if counts:
        rows = count_findings(workspace, wanted, lang=lang)
        if as_json:
            for row in rows:
                print_json(row)
        else:
            header = ("code", "severity", "stage", "findings", "pages", "title")
            print_table(header, ([row[key] for key in header] for row in rows))
        return
    for row in iter_findings(workspace, wanted, lang=lang):
        if as_json:
            print_json(row)
        else:
            click.echo(row["line"])


@click.command()
@click.argument("item", metavar="ID|URL", callback=readable)
@as_json
@click.pass_obj
def show(session: Session, item: str, as_json: bool) -> None:
    """Show why one document looks as it does: fields, origins, findings, fate."""
    from contentkit.workspace.queries import read_item

    answer = read_item(session.open(), item)
    if as_json:
        print_json(answer)
        return
    click.echo(click.style(answer["url"], bold=True))
    for key in ("document", "fate", "fate_reason", "target", "found_on", "column"):
        click.echo(f"  {key}: {answer[key]}")
    for title, rows in answer.items():
        if rows and isinstance(rows, list):
            click.echo()
            click.echo(click.style(title, bold=True))
            print_table(rows[0].keys(), (row.values() for row in rows))


@click.command()
@as_json
@click.pass_obj
def reconcile(session: Session, as_json: bool) -> None:
    """Prove that nothing is unaccounted for, against the last bundle."""
    from contentkit.stages.reconcile import reconcile_workspace

    workspace = session.open()
    with workspace.writing("reconcile"):
        answer, lines = reconcile_workspace(workspace)
    if as_json:
        print_json(answer)
    else:
        print_table(("fate", "urls"), answer["fates"].items())
        click.echo(f"discovered: {answer['discovered']:,}")
        for line in lines:
            click.echo(line)
    if lines:
        click.get_current_context().exit(1)
