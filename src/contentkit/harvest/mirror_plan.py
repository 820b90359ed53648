"""What the first pass over a mirror found, kept on disk so that memory stays bounded.

A private temporary database of SQLite: it has no name, spills to disk by itself and is
gone when it is closed, however the process ends.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from contentkit.harvest.mirror_names import Footer
from contentkit.harvest.mirror_walk import LocalFile, Skipped
from contentkit.models import Finding

# paths are bytes: names on disk need not be text in any encoding
_TABLES = """
CREATE TABLE files (
  id INTEGER PRIMARY KEY, path BLOB UNIQUE, content BLOB, size INTEGER, mtime REAL,
  address BLOB, captured_at TEXT, url TEXT, aliases BLOB, findings BLOB
);
CREATE INDEX files_url ON files(url);
CREATE INDEX files_fold ON files(lower(url));
CREATE TABLE queries (path BLOB PRIMARY KEY, query BLOB) WITHOUT ROWID;
CREATE TABLE links (changed TEXT PRIMARY KEY, meant TEXT) WITHOUT ROWID;
CREATE TABLE skipped (path BLOB, reason TEXT, url TEXT, kept BLOB);
"""
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFile:
    """One file and the address it was saved from.

    `aliases` are the addresses by which other pages of the mirror link to it, once the
    mirroring tool had changed their links to file names.
    """

    path: str
    content: str
    url: str
    captured_at: str
    size: int
    aliases: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class MirrorPlan:
    """Files with their addresses, skipped files, and links that need an alias."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -8192"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Delete the plan."""
        self._db.close()

    def count(self) -> int:
        """Return the number of files that have an address."""
        row = self._db.execute("SELECT count(url) FROM files").fetchone()
        return int(row[0])

    def count_seen(self) -> int:
        """Return the number of files looked at, with or without an address."""
        row = self._db.execute("SELECT count(*) FROM skipped").fetchone()
        return self.count() + int(row[0])

    def files(self) -> Iterator[MirrorFile]:
        """Yield the files that have an address, in the order of the folder."""
        for row in self._pages(
            "SELECT id, path, content, url, captured_at, size, aliases, findings"
            " FROM files WHERE url IS NOT NULL"
        ):
            yield _file(row[1:])

    def skipped(self) -> Iterator[Skipped]:
        """Yield the files that give no capture."""
        for path, reason, url, kept in self._db.execute("SELECT * FROM skipped"):
            yield Skipped(
                path=_text(path),
                reason=reason,
                url=url,
                kept=_text(kept) if kept else None,
            )

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield changed links to files that were never saved, and what they meant."""
        yield from self._db.execute("SELECT changed, meant FROM links ORDER BY changed")

    def add_found(self, item: LocalFile, footer: Footer | None) -> None:
        """Note a file and what HTTrack's comment says of it."""
        self._db.execute(
            "INSERT INTO files (path, content, size, mtime, address, captured_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                _raw(item.path),
                _raw(item.content),
                item.size,
                item.mtime,
                _raw(footer.address) if footer else None,
                footer.captured_at if footer else None,
            ],
        )

    def add_query(self, path: str, query: str) -> None:
        """Note the query of a hashed file name, the first one that is found."""
        self._db.execute(
            "INSERT OR IGNORE INTO queries VALUES (?, ?)", [_raw(path), _raw(query)]
        )

    def add_link(self, changed: str, meant: str) -> None:
        """Note a link to a file that was never saved, and what it meant."""
        self._db.execute("INSERT OR REPLACE INTO links VALUES (?, ?)", [changed, meant])

    def skip(self, skipped: Skipped) -> None:
        """Note a file that gives no capture; if it had an address, it loses it."""
        self._db.execute(
            "UPDATE files SET url = NULL WHERE path = ?", [_raw(skipped.path)]
        )
        self._db.execute(
            "INSERT INTO skipped VALUES (?, ?, ?, ?)",
            [
                _raw(skipped.path),
                skipped.reason,
                skipped.url,
                _raw(skipped.kept) if skipped.kept else None,
            ],
        )

    def found(self) -> Iterator[tuple[LocalFile, Footer | None, str | None]]:
        """Yield every file with its comment and its restored query."""
        for row in self._pages(
            "SELECT f.id, f.path, content, size, mtime, address, captured_at, query"
            " FROM files f LEFT JOIN queries q ON q.path = f.path WHERE 1"
        ):
            _, path, content, size, mtime, address, captured_at, query = row
            yield (
                LocalFile(
                    path=_text(path), content=_text(content), size=size, mtime=mtime
                ),
                Footer(_text(address), captured_at) if address is not None else None,
                _text(query) if query is not None else None,
            )

    def unsaved_queries(self) -> Iterator[tuple[str, str]]:
        """Yield path and query of hashed names that no file has."""
        for path, query in self._db.execute(
            "SELECT path, query FROM queries WHERE path NOT IN (SELECT path FROM files)"
        ):
            yield _text(path), _text(query)

    def find(self, url: str) -> MirrorFile | None:
        """Return the file that has an address."""
        row = self._db.execute(
            "SELECT path, content, url, captured_at, size, aliases, findings"
            " FROM files WHERE url = ?",
            [url],
        ).fetchone()
        return _file(row) if row else None

    def place(self, file: MirrorFile) -> None:
        """Give a file its address."""
        self._db.execute(
            "UPDATE files SET url = ?, captured_at = ?, aliases = ?, findings = ?"
            " WHERE path = ?",
            [
                file.url,
                file.captured_at,
                orjson.dumps(list(file.aliases)),
                orjson.dumps([finding.to_json() for finding in file.findings]),
                _raw(file.path),
            ],
        )

    def same_but_capitals(self) -> Iterator[list[MirrorFile]]:
        """Yield the groups of files whose addresses differ only in capitals."""
        folds = self._db.execute(
            "SELECT lower(url) AS fold FROM files WHERE url IS NOT NULL"
            " GROUP BY fold HAVING count(*) > 1 ORDER BY min(id)"
        ).fetchall()
        for (fold,) in folds:
            rows = self._db.execute(
                "SELECT path, content, url, captured_at, size, aliases, findings"
                " FROM files WHERE lower(url) = ? ORDER BY id",
                [fold],
            ).fetchall()
            yield [_file(row) for row in rows]

    def _pages(self, select: str) -> Iterator[tuple[Any, ...]]:
        # in pages by id: rows may be changed while they are gone through
        after = 0
        while True:
            rows = self._db.execute(
                f"{select} AND id > ? ORDER BY id LIMIT {_BATCH}", [after]
            ).fetchall()
            if not rows:
                return
            yield from rows
            after = rows[-1][0]


def _file(row: tuple[Any, ...]) -> MirrorFile:
    path, content, url, captured_at, size, aliases, findings = row
    return MirrorFile(
        path=_text(path),
        content=_text(content),
        url=url,
        captured_at=captured_at,
        size=size,
        aliases=tuple(orjson.loads(aliases)),
        findings=tuple(Finding.from_json(x) for x in orjson.loads(findings)),
    )


def _raw(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogateescape")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="surrogateescape")
