"""The workspace: a folder with the ledger, the archive, bundles and reports."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import orjson

from contentkit import __version__
from contentkit.errors import (
    NotAWorkspace,
    WorkspaceDamaged,
    WorkspaceError,
    WorkspaceLocked,
)
from contentkit.models import Json
from contentkit.workspace.lock import Lock
from contentkit.workspace.settings import (
    NAME,
    Settings,
    read_settings,
    write_settings,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

# by primary result code, https://www.sqlite.org/rescode.html
_NOT_WRITTEN = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
)
_FOLDERS = ("archive", "bundles", "reports")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Workspace:
    """An open workspace; the one type of contentkit that is state.

    Opened for reading by default; `writing` takes the lock for one command. `db` is
    the sqlite-utils database, `conn` its connection for the hot paths.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / NAME).is_file():
            raise NotAWorkspace(
                f"{folder}: no workspace here: make one with 'contentkit init "
                f"{folder} --profile auto --recipe auto --base-url URL', or name one "
                "with -w DIR"
            )
        self.settings: Settings = read_settings(folder)
        self.db = _open(folder / "workspace.db")
        self.conn: sqlite3.Connection = self.db.conn
        self._lock = Lock(folder)

    @classmethod
    def create(cls, folder: Path, settings: Settings) -> Self:
        """Make a workspace in a new or empty folder and open it."""
        if (folder / NAME).exists():
            raise WorkspaceError(
                f"{folder}: there is a workspace already: choose another folder"
            )
        try:
            if not _is_vacant(folder):
                raise WorkspaceError(
                    f"{folder}: holds files and is no workspace: name a new folder, or an "
                    "empty one"
                )
            for name in _FOLDERS:
                (folder / name).mkdir(parents=True, exist_ok=True)
            write_settings(folder, settings)
        except OSError as error:
            raise WorkspaceError(
                f"{folder}: cannot be written ({error.strerror}): choose a folder "
                "that you may write to"
            ) from error
        return cls(folder)

    @property
    def archive_dir(self) -> Path:
        """The folder of the WARC files."""
        return self.folder / "archive"

    def resource(self, name: str) -> str:
        """Return a profile or recipe as named, a path relative to the workspace."""
        path = self.folder / name
        return str(path) if path.is_file() else name

    @contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the write lock for a command; raises `WorkspaceLocked`."""
        self._lock.acquire(command)
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block in one immediate transaction, rolled back on any error."""
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            yield self.conn
        except BaseException:
            self.conn.rollback()
            raise
        self.conn.commit()

    def start_run(self, command: str, started_at: str, config: Json) -> int:
        """Record the beginning of a command that changes something; return its id."""
        with self.transaction():
            cursor = self.conn.execute(
                "INSERT INTO runs (command, version, started_at, config)"
                " VALUES (?, ?, ?, ?)",
                [command, __version__, started_at, dump(config)],
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_run(self, run_id: int, ended_at: str, outcome: str, counts: Json) -> None:
        """Record the end of a run."""
        with self.transaction():
            self.conn.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, counts = ? WHERE id = ?",
                [ended_at, outcome, dump(counts), run_id],
            )

    def close(self) -> None:
        """Close the ledger and free the lock."""
        self._lock.release()
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close; an error of SQLite becomes the `WorkspaceError` that it means."""
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            told = ledger_error(self.folder / "workspace.db", error)
            if told is not None:
                raise told from error


def dump(value: Json) -> str:
    """Return canonical JSON text: sorted keys, no spaces, characters as they are."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def open_reader(path: str) -> sqlite3.Connection:
    """Open a ledger for reading only, as workers do."""
    return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)


def ledger_error(path: Path, error: sqlite3.DatabaseError) -> WorkspaceError | None:
    """Return what an error of SQLite means for the user, or None if it is our defect."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _NOT_WRITTEN:
        return WorkspaceError(
            f"{path}: cannot be written ({error}): everything committed is kept; make "
            "room or allow writing, then run the command again"
        )
    if code in _BUSY:
        return WorkspaceLocked(
            f"{path}: stays locked by another program ({error}): close it there, and "
            "run the command again"
        )
    if code in _DAMAGED or "no such" in str(error):
        return _damaged(path, str(error))
    return None


def _is_vacant(folder: Path) -> bool:
    """Tell whether a workspace may be made here: nothing, or what a killed `init` left."""
    return not folder.is_dir() or all(
        entry.name in _FOLDERS and entry.is_dir() and not any(entry.iterdir())
        for entry in folder.iterdir()
    )


def _is_closed(path: Path) -> bool:
    """Tell whether a ledger may only be read, and nobody has it open for writing.

    SQLite reads a WAL database by writing beside it, unless it is told not to.
    """
    wal = path.with_name(path.name + "-wal")
    return path.exists() and not os.access(path, os.W_OK) and not wal.exists()


def _damaged(path: Path, cause: str) -> WorkspaceDamaged:
    return WorkspaceDamaged(
        f"{path}: not a readable ledger ({cause}): move it away with its -wal and -shm "
        "files and run 'contentkit rebuild' to make it anew from the archive"
    )


def _open(path: Path) -> "Database":
    # workers only read: they start a fifth sooner without these
    from sqlite_utils import Database  # noqa: PLC0415

    from contentkit.workspace.ledger import upgrade  # noqa: PLC0415

    try:
        is_closed = _is_closed(path)
        where = f"{path.absolute().as_uri()}{'?immutable=1' if is_closed else ''}"
        # autocommit: transactions are begun and ended by `Workspace.transaction`
        conn = sqlite3.connect(where, timeout=30, isolation_level=None, uri=True)
        db = Database(conn)
        if not is_closed:
            db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cache_size = -16384")
        # 16 MB: after every shard, the disk would be waited for
        db.execute("PRAGMA wal_autocheckpoint = 4096")
        upgrade(db, str(path))
    except sqlite3.DatabaseError as error:
        told = ledger_error(path, error)
        if told is None:
            raise
        raise told from error
    except UnicodeDecodeError as error:  # SQLite quotes what is damaged
        raise _damaged(path, "the schema is not text") from error
    return db
