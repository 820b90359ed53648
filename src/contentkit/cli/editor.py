"""Commands of the editor: decide on findings, write the lists of a clean-up round."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from contentkit.cli.options import as_json, as_of_option
from contentkit.cli.session import Session, print_json, print_table

if TYPE_CHECKING:
    from contentkit.review.workbook_import import Imported


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


_FILE = click.Path(path_type=Path, dir_okay=False)
_LANG = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="The language of the words.",
)


@click.group()
def review() -> None:
    """Decide on findings: by spreadsheet."""


@review.command(name="export")
@click.argument("path", metavar="FILE.xlsx", type=_FILE)
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="CODE",
    help="Only findings of this kind; may be given several times.",
)
@click.option(
    "--decision",
    "decisions",
    type=click.Choice(["open", "reopened", "accept", "reject", "change", "unsure"]),
    multiple=True,
    help="Only those in this state; else open, reopened and unsure.",
)
@_LANG
@as_json
@click.pass_obj
def review_export(
    session: Session,
    path: Path,
    codes: tuple[str, ...],
    decisions: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Write the worklists as a spreadsheet that editors fill in.

    One sheet a kind of findings. The first sheet says how to fill in the others. A file
    of that name is never replaced.

    \b
    contentkit review export 待办.xlsx
    contentkit review export dates.xlsx --code DATE-RANGE --decision open --lang en
    """
    from contentkit.review.words import Words
    from contentkit.review.workbook_write import write_workbook

    wanted = {"codes": codes, "decisions": decisions}
    written = write_workbook(session.open(), path, wanted=wanted, lang=lang)
    if as_json:
        print_json(written.to_json())
        return
    click.echo(written.path)
    session.say(
        Words(lang)("export-done", count=written.findings, sheets=len(written.sheets))
    )


@review.command(name="import")
@click.argument("path", metavar="FILE.xlsx", type=_FILE)
@click.option("--author", required=True, metavar="NAME", help="Who decided.")
@click.option("--dry-run", is_flag=True, help="Tell what would be decided, and stop.")
@_LANG
@as_json
@click.pass_context
def review_import(
    context: click.Context,
    path: Path,
    author: str,
    dry_run: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Take the decisions of a spreadsheet that editors filled in.

    Rows without a decision stay as they are. All that is taken is one batch, which one
    undo takes back; rows that are refused are told with the reason (exit 1). With --json one
    object a row that was taken or refused, then the counts.

    \b
    contentkit review import 待办.xlsx --author 王编辑 --dry-run
    contentkit review import 待办.xlsx --author 王编辑
    """
    from contentkit.review.workbook_import import import_workbook
    from contentkit.stages.clock import now

    session: Session = context.obj
    workspace = session.open()
    if dry_run:
        result = import_workbook(workspace, path, author=author, lang=lang, now=None)
    else:
        with workspace.writing("review import"):
            result = import_workbook(
                workspace, path, author=author, lang=lang, now=now()
            )
    if as_json:
        for row in (*result.taken, *result.refused):
            print_json(row.to_json())
        print_json(result.to_json())
    else:
        _tell_import(session, result, lang=lang, is_dry=dry_run)
    context.exit(1 if result.refused else 0)


_MOST_TOLD = 50  # refused rows on a screen


def _tell_import(
    session: Session, result: "Imported", *, lang: str, is_dry: bool
) -> None:
    from contentkit.review.words import Words

    words = Words(lang)
    click.echo(words("import-summary", **result.counts()))
    if result.refused:
        heads = ("sheet-guide-list", "import-row", "sheet-code", "import-why")
        print_table(
            [words(key) for key in heads],
            [
                (row.sheet, row.row, row.code, row.told)
                for row in result.refused[:_MOST_TOLD]
            ],
        )
    if (more := len(result.refused) - _MOST_TOLD) > 0:
        session.say(words("import-more", count=more))
    if result.skipped_sheets:
        session.say(words("import-skipped", sheets="、".join(result.skipped_sheets)))
    if result.has_macros:
        session.say(words("import-macros"))
    if is_dry:
        session.say(words("import-dry"))
    if result.batch:
        session.say(words("import-batch", batch=result.batch))
        session.say("the next 'contentkit run' follows it")


def _tell(session: Session, /, answer: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(" ".join(f"{key} {value}" for key, value in answer.items()))
    session.say("the next 'contentkit run' follows it")
