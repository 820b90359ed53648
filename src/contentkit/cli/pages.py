"""Commands that need no workspace: demo, extract-page, read-policy, sample-site."""

import codecs
import sys
from dataclasses import asdict
from pathlib import Path

import click

from contentkit.cli.session import Session, print_json
from contentkit.errors import ContentkitError
from contentkit.terminal import printable


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path), metavar="[DIR]", required=False
)
@click.option(
    "--documents",
    type=click.IntRange(50),
    default=300,
    show_default=True,
    help="How many documents the sample site has.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the summary and the report.",
)
@click.pass_obj
def demo(session: Session, folder: Path | None, documents: int, lang: str) -> None:
    """Serve the sample legacy site on loopback and do the whole main job on it."""
    from contentkit.stages.demo import run_demo

    summary = run_demo(
        folder or Path("demo"), documents=documents, lang=lang, talk=session
    )
    click.echo(summary)


@click.command("extract-page")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--url", required=True, metavar="URL", help="Where the page came from.")
@click.option(
    "--profile",
    default="auto",
    show_default=True,
    metavar="P",
    help="Name or path of a profile.",
)
def extract_page(file: Path, url: str, profile: str) -> None:
    """Read one saved page and print what it says as JSON; FILE may be - for stdin."""
    from contentkit.extract import extract_page_json, extract_record
    from contentkit.profile import load_profile

    chosen = load_profile(profile)
    data = _read(file)
    print_json(extract_page_json(extract_record(data, url=url, profile=chosen)))


@click.command("read-policy")
@click.pass_context
def read_policy(context: click.Context) -> None:
    """Read policy texts and print what they say of their validity and of others.

    \b
    One JSON object a line on stdin:
      {"id": …, "text": "…", "title": "…", "doc_number": "…",
       "written_on": "2020-01-31", "published_on": "…", "as_of": "…"}
    One answer a line on stdout, in their order; all keys but text may be missing.
    A line that cannot be read is named on stderr, the others are answered; then the
    exit code is 1.
    """
    import orjson

    from contentkit.errors import ParseError
    from contentkit.policy import answer_request

    failed = 0
    out = sys.stdout.buffer
    option = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    for number, line in enumerate(sys.stdin.buffer, 1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - as editors write
        if not line.strip():
            continue
        try:
            answer = answer_request(orjson.loads(line))
            out.write(orjson.dumps(answer, option=option))
            out.flush()  # who writes line by line may wait for each answer
        except (orjson.JSONDecodeError, ParseError) as error:
            failed += 1
            kind = "" if isinstance(error, ParseError) else "no JSON: "
            fault = (
                f"{kind}{error}: write one JSON object a line, see 'read-policy --help'"
            )
            click.echo(f"contentkit: stdin line {number}: {printable(fault)}", err=True)
    if failed:
        context.exit(1)


@click.command("sample-site")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--documents",
    type=click.IntRange(50, 1_000_000),
    default=300,
    show_default=True,
    help="How many documents.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Another site for another seed.",
)
def sample_site(folder: Path, documents: int, seed: int) -> None:
    """Write the synthetic legacy site with its truth to DIR."""
    from contentkit.samplesite import write_site

    summary = write_site(folder, documents=documents, seed=seed)
    print_json(asdict(summary))


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise ContentkitError(
            f"{file}: cannot be read ({error.strerror}): name a saved page, or - for "
            "stdin"
        ) from error
