"""Options that several commands share."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

Decorated = Callable[..., Any]

as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter(
            f"'{value}' is no day of the calendar: write a day as 2024-06-30"
        ) from error


def readable(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse a word that a terminal of another encoding garbled."""
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter(
            f"'{value}' is no UTF-8 text: set the terminal to UTF-8 and type it again"
        ) from error
    return value


as_of_option = click.option(
    "--as-of",
    metavar="DATE",
    callback=_day,
    help="The day of which to tell the validity; else that of the newest capture.",
)


def stage_options(command: Decorated) -> Decorated:
    """Add the options of a per-document stage."""
    for option in (
        as_json,
        click.option(
            "--retry-failed", is_flag=True, help="Also do again what failed before."
        ),
        click.option(
            "--limit", type=click.IntRange(1), metavar="N", help="At most N items."
        ),
        click.option(
            "--workers",
            type=click.IntRange(1),
            default=1,
            show_default=True,
            metavar="N",
            help="Worker processes; the result is the same for any number.",
        ),
        click.option(
            "--engine",
            type=click.Choice(["local"]),
            default="local",
            show_default=True,
            help="What runs the shards.",
        ),
    ):
        command = option(command)
    return command


def check_sources(mirror: Path | None, warcs: tuple[Path, ...]) -> None:
    """Refuse a mirror and WARC files at once."""
    if mirror is not None and warcs:
        raise click.UsageError(
            "--from-mirror and --from-warc contradict each other: harvest from one, "
            "then from the other"
        )


def source_options(command: Decorated) -> Decorated:
    """Add the options that say where a harvest reads from."""
    for option in (
        click.option(
            "--from-warc",
            "warcs",
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="FILE",
            help="A WARC or WACZ file; may be given several times.",
        ),
        click.option(
            "--from-mirror",
            "mirror",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="A mirror folder (HTTrack, wget, plain copy).",
        ),
    ):
        command = option(command)
    return command
