"""Commands of the editor: decide on findings, write the lists of a clean-up round."""

from pathlib import Path

import click

from contentkit.cli.options import as_json, as_of_option
from contentkit.cli.session import Session, print_json


@click.command()
@click.argument("subject", required=False, metavar="[SUBJECT]")
@click.option("--code", metavar="CODE", help="Decide on every finding of this kind.")
@click.option("--url", metavar="URL", help="Only on those of this page.")
@click.option(
    "--answer",
    type=click.Choice(["accept", "reject", "change", "unsure", "undo"]),
    help="What the editor says.",
)
@click.option("--value", metavar="TEXT", help="What to put in, with --answer change.")
@click.option("--author", metavar="NAME", help="Who decides.")
@click.option("--reason", metavar="TEXT", help="Why, in the editor's words.")
@click.option(
    "--undo", "batch", metavar="BATCH", help="Take back a batch of decisions."
)
@click.option("--list", "as_list", is_flag=True, help="List every decision ever made.")
@click.option("--dry-run", is_flag=True, help="Show what would be decided, and stop.")
@as_json
@click.pass_obj
def decide(
    session: Session,
    /,
    subject: str | None,
    code: str | None,
    url: str | None,
    batch: str | None,
    as_list: bool,
    dry_run: bool,
    as_json: bool,
    **said: str | None,
) -> None:
    """Record an editor's answer to one finding, or to all that a filter selects.

    SUBJECT is what `contentkit findings --json` calls so; its first 8 characters will do.

    \b
    contentkit decide 3f9a01c2 --answer accept --author 王编辑 --reason 已核对原件
    contentkit decide --code NUM-BRACKET --answer reject --author 王编辑
    contentkit decide --undo b17 --author 王编辑
    """
    from contentkit.review import decisions
    from contentkit.stages.clock import now

    workspace = session.open()
    if as_list:
        for row in decisions.iter_decisions(workspace):
            print_json(row)
        return
    if batch is not None:
        with workspace.writing("decide"):
            count = decisions.undo(
                workspace, batch, author=said["author"] or "", now=now()
            )
        _tell(session, {"undone": count}, as_json=as_json)
        return
    if said["answer"] is None or (subject is None and code is None and url is None):
        raise click.UsageError(
            "name what to decide on (SUBJECT, --code or --url) and the --answer"
        )
    targets = decisions.find_targets(
        workspace, {"subject": subject, "code": code, "url": url}
    )
    if dry_run:
        for target in targets:
            click.echo(f"{target.subject[:8]}  {target.code}  {target.url}")
        return
    answer = decisions.Answer(
        answer=said["answer"],
        author=said["author"] or "",
        value=said["value"],
        reason=said["reason"],
    )
    with workspace.writing("decide"):
        made = decisions.decide(workspace, targets, answer, now=now())
    _tell(session, {"batch": made, "decided": len(targets)}, as_json=as_json)


@click.command()
@as_of_option
@click.option(
    "--issuer",
    metavar="NAME",
    default="",
    help="Only the documents of this issuer, by its full name.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder for the files; files of the same name are replaced.",
)
@as_json
@click.pass_obj
def lists(
    session: Session,
    /,
    as_of: str | None,
    issuer: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write the public lists of a clean-up round and the counts of the years.

    Every policy document stands in one of 继续有效, 拟修改, 废止, 失效, or in 待核实 as long as
    an editor has to decide. One XLSX and one HTML file, in Chinese. The day is that of
    the last 'contentkit cleanup'.

    \b
    contentkit lists --out lists
    contentkit lists --issuer 江澜区人民政府 --out lists
    """
    from contentkit.stages.lists import write_lists

    written = write_lists(session.open(), out, as_of=as_of, issuer=issuer)
    if as_json:
        print_json(written.to_json())
    else:
        for path in written.files:
            click.echo(str(path))
    counts = ", ".join(f"{n:,} {part}" for part, n in written.lists.counts.items())
    session.say(
        f"{written.lists.total:,} documents as of {written.lists.as_of}: {counts}"
    )
    if not written.lists.is_complete:
        session.say("decide on the rest first: contentkit findings --decision open")


@click.command()
@as_of_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for report.html and report.xlsx; else the workspace's reports/.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the report.",
)
@as_json
@click.pass_obj
def report(
    session: Session, /, as_of: str | None, out: Path | None, lang: str, as_json: bool
) -> None:
    """Write the report for leaders, editors and engineers as HTML and XLSX.

    The HTML is one file that loads nothing: it opens by a double click on a machine
    without a network, prints on A4, and links to a worklist as report.html#code=DUP-NEAR.

    \b
    contentkit report
    contentkit report --out handover --lang en
    """
    from contentkit.review.report import write_report

    workspace = session.open()
    folder = out if out is not None else workspace.folder / "reports"
    written = write_report(workspace, folder, lang=lang, as_of=as_of)
    if as_json:
        print_json(written.to_json())
    else:
        for path in written.files:
            click.echo(str(path))
    facts = written.facts
    session.say(
        f"{facts.discovered:,} URLs, {facts.documents:,} documents, "
        f"{len(facts.rows):,} findings, {facts.to_decide:,} to decide"
    )
    if facts.fates.get(""):
        session.say("some URLs have no fate yet: 'contentkit export' settles them")


def _tell(session: Session, /, answer: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(" ".join(f"{key} {value}" for key, value in answer.items()))
    session.say("the next 'contentkit run' follows it")
