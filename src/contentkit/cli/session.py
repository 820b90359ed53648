"""What every command shares: the workspace, the talk, the run around a change."""

import logging
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contentkit.models import Json, StageReport
from contentkit.terminal import printable

if TYPE_CHECKING:
    from contentkit.progress import Progress
    from contentkit.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The options that stand before the command."""

    folder: Path
    verbose: bool = False
    quiet: bool = False

    @classmethod
    def make(cls, folder: str, *, verbose: bool, quiet: bool) -> "Session":
        """Set up logging to stderr and return the session."""
        level = logging.WARNING
        if verbose or quiet:
            level = logging.DEBUG if verbose else logging.ERROR
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Escaped("%(levelname)s %(name)s: %(message)s"))
        logging.basicConfig(level=level, handlers=[handler], force=True)
        return cls(folder=Path(folder), verbose=verbose, quiet=quiet)

    def open(self) -> "Workspace":
        """Open the workspace; it closes with the command."""
        from contentkit.workspace import Workspace

        return click.get_current_context().with_resource(Workspace(self.folder))

    def progress(self) -> "Progress":
        """Return a bar on a terminal, silence elsewhere."""
        from contentkit.progress import Bar, Silent

        shown = sys.stderr.isatty() and not self.quiet
        return Bar() if shown and os.environ.get("TERM") != "dumb" else Silent()

    def say(self, line: str) -> None:
        """Tell the person at the terminal something that is no answer."""
        if not self.quiet:
            for part in line.splitlines() or [""]:
                click.echo(printable(part), err=True)

    @contextmanager
    def changing(self, workspace: "Workspace", command: str) -> Iterator["Run"]:
        """Hold the lock and record a run around a command that changes something."""
        from contentkit.stages.clock import now

        with workspace.writing(command):
            config: Json = {
                "profile": workspace.settings.profile,
                "recipe": workspace.settings.recipe,
            }
            run = Run(session=self, started_at=now())
            run.run_id = workspace.start_run(command, run.started_at, config)
            try:
                yield run
            except BaseException as error:
                is_stopped = isinstance(error, Exception)
                # the error is told, not that the ledger cannot take a note of it
                with suppress(sqlite3.DatabaseError):
                    run.end(workspace, "stopped" if is_stopped else "interrupted")
                raise
            run.end(workspace, "done" if run.code == 0 else "items-failed")


class Run:
    """One recorded run of a command: its reports and the exit code they add up to."""

    def __init__(self, *, session: Session, started_at: str) -> None:
        self.session = session
        self.started_at = started_at
        self.run_id = 0
        self.code = 0
        self.reports: list[StageReport] = []

    def add(self, report: StageReport) -> None:
        """Keep a report, print its summary on stderr, remember failures."""
        self.reports.append(report)
        self.session.say(report.summary())
        for note in report.notes:
            self.session.say(f"  {note}")
        if report.failed:
            self.code = 1

    def end(self, workspace: "Workspace", outcome: str) -> None:
        """Record how the run ended, with the counts of its stages."""
        from contentkit.stages.clock import now

        counts = {r.stage: r.to_json() for r in self.reports}
        workspace.end_run(self.run_id, now(), outcome, counts)

    def finish(self, as_json: bool, extra: Json = None) -> None:
        """Print the answer and leave with the exit code."""
        if as_json:
            answer: Json = {"stages": [r.to_json() for r in self.reports]}
            print_json({**answer, **(extra or {})})
        if self.code:
            click.get_current_context().exit(self.code)


def print_json(value: Json) -> None:
    """Print one JSON value with sorted keys on stdout."""
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())


def print_table(header: Iterable[str], rows: Iterable[Iterable[Json]]) -> None:
    """Print rows in columns on stdout, numbers to the right, text made harmless."""
    lines = [[str(cell) for cell in header]]
    lines += [[_cell(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in lines) for i in range(len(lines[0]))]
    for row in lines:
        cells = [
            " " * (width - _width(cell)) + cell
            if cell.replace(",", "").isdigit()
            else cell + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _cell(cell: Json) -> str:
    if cell is None:
        return "-"
    return f"{cell:,}" if isinstance(cell, int) else printable(str(cell))


def _width(text: str) -> int:
    # Chinese characters take two places on a terminal
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


class _Escaped(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))
