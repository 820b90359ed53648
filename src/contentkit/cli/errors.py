"""Errors as the user sees them: one line each on stderr, and the exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from contentkit.errors import ContentkitError
from contentkit.terminal import printable

INTERRUPTED = 130  # 128 + SIGINT, as shells count


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors of a command into what its user reads; see the contract."""
    try:
        yield
    except ContentkitError as error:
        _stop(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        _stop(_usage(error), error.exit_code)
    except click.ClickException as error:
        _stop(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _stop("interrupted: everything finished so far is kept", INTERRUPTED)
    except OSError as error:
        if error.errno is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"{where}{error.strerror}", 2)


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "contentkit"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message}: see '{path} --help'"


def _stop(message: str, code: int) -> NoReturn:
    for line in message.splitlines() or [""]:
        click.echo(f"contentkit: {printable(line)}", err=True)
    sys.exit(code)
