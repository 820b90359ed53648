"""One writer a workspace: an advisory lock that dies with its process."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from contentkit.errors import WorkspaceError, WorkspaceLocked


class Lock:
    """The write lock of a workspace; `flock` frees it however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "workspace.lock"
        self._stream: IO[str] | None = None

    def acquire(self, command: str) -> None:
        """Take the lock or raise `WorkspaceLocked` naming who holds it."""
        try:
            stream = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise WorkspaceError(
                f"{self._path}: cannot be written ({error.strerror}): check the "
                "permissions of the workspace folder"
            ) from error
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            stream.close()
            raise WorkspaceLocked(
                f"{self._path.parent}: the workspace is in use by {holder}: wait for "
                "it to end, or stop it, and run the command again"
            ) from error
        try:
            stream.seek(0)
            stream.truncate()
            stream.write(f"process {os.getpid()} (contentkit {command})\n")
            stream.flush()
        except OSError as error:
            with suppress(OSError):  # what could not be written is tried once more
                stream.close()
            raise WorkspaceError(
                f"{self._path}: cannot be written ({error.strerror}): make room, and run "
                "the command again"
            ) from error
        self._stream = stream

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
