"""Attachments are read in a process of their own, within bounds of time and memory.

The readers of PDF, Excel and XML are native code, and a file of a kilobyte may make them
loop, take all memory or end their process. That must cost the one file: it is told as
unread, and the next is read by a new process. One process serves many files; their bytes
go to it and results come back through pipes, one at a time.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import partial
from typing import Self

import orjson

from contentkit.errors import ContentkitError
from contentkit.models import Json
from contentkit.stages.file_results import read_result, unread_result
from contentkit.stages.runner import died, guarded

SECONDS = 60  # of processor time for one file; 2,000 pages of print take some ten
MEGABYTES = 2048  # of address space; a sheet of a million cells takes a third

_READY = b"ready\n"


class FileReader:
    """Reads files in another process, which starts with the first of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return itself; the process starts later."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end(at_once=True)

    def read(self, data: bytes, ref: Json) -> Json:
        """Return the result of the stage for a file, whatever it does to its reader."""
        if self._process is None:
            self._process = _start()
        asked = orjson.dumps(
            [len(data), SECONDS, ref], option=orjson.OPT_APPEND_NEWLINE
        )
        answer = _exchange(self._process, asked + data)
        if answer.endswith(b"\n"):
            return orjson.loads(answer)
        code = self._end()
        if code == -signal.SIGKILL:  # by another hand, not by what the file holds
            return died(ref)
        why = "time" if code == -signal.SIGXCPU else "crash"
        return guarded(partial(unread_result, data, why), ref)

    def _end(self, *, at_once: bool = False) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if at_once:  # it may be in the middle of a file after an interrupt
            process.kill()
        with suppress(BrokenPipeError), process:
            pass  # closes its pipes, at which it ends, and waits
        return process.wait()


def _start() -> "subprocess.Popen[bytes]":
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 - this interpreter and this module
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            process_group=0,  # an interrupt is the caller's business
        )
        assert process.stdout is not None
        if process.stdout.readline() == _READY:
            return process
        with process:
            pass
        told.seek(0)
        lines = told.read().decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "no reason given")
    raise ContentkitError(
        f"the process that reads attachments cannot start ({last.strip()}): free some "
        "memory, then run the command again"
    )


def _exchange(process: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
    """Send a file and return the line that answers it; what a dead process wrote."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):  # it died: the missing answer says so
        process.stdin.write(asked)
        process.stdin.flush()
    return process.stdout.readline()


def serve() -> None:
    """Answer files from stdin, one after the other, until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # no library talks in between
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # where the system knows no such limit
        _limit(resource.RLIMIT_AS, MEGABYTES << 20)
    answers.write(_READY)
    answers.flush()
    while asked := sys.stdin.buffer.readline():
        size, seconds, ref = orjson.loads(asked)
        data = sys.stdin.buffer.read(size)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)
        result = guarded(partial(read_result, data), ref)
        answers.write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))
        answers.flush()


def _limit(what: int, wanted: int) -> None:
    _, hard = resource.getrlimit(what)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    serve()
