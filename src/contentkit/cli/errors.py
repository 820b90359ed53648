"""Errors as the user sees them: one line each on stderr, and the exit code."""

import sqlite3
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
    except KeyboardInterrupt:
        _stop("interrupted: everything finished so far is kept", INTERRUPTED)
    except sqlite3.OperationalError as error:
        _stop(f"the ledger cannot be written: {error}", 2)
    except OSError as error:
        if error.errno is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"{where}{error.strerror}", 2)


def _stop(message: str, code: int) -> NoReturn:
    for line in message.splitlines() or [""]:
        click.echo(f"contentkit: {printable(line)}", err=True)
    sys.exit(code)
