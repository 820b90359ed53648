"""What is known of an attachment after it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self

from contentkit.models import Json

Row = tuple[str, ...]


class FileState(StrEnum):
    """How far a file could be read."""

    READ = "read"
    SCANNED = "scanned"  # pages are pictures: half of them or more hold no text
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"  # pictures, media, RAR and 7z
    UNREAD = "unread"  # reading it took too long, too much memory, or crashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of one file is read, against bombs and giants.

    `characters` of text, `pages` of a PDF or OFD, `rows` of sheets and tables, `members`
    and `unpacked` bytes of a container, `ratio` of unpacked to packed bytes of one
    member above a megabyte, `depth` of containers within containers.
    """

    characters: int = 2_000_000
    pages: int = 2_000
    rows: int = 50_000
    members: int = 10_000
    unpacked: int = 256 << 20
    ratio: int = 200
    depth: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """The text of a file, one paragraph a line, and its tables as rows of cells.

    `kind` is what the bytes are (pdf, docx, doc, xls, xlsx, ofd, zip, html, rtf, text,
    image, rar …). `scanned_pages` counts pages that are pictures. `hidden` names what a
    reader does not see: hidden sheets and columns. `properties` are names that the
    program left in the file (author …). `members` are the files of an archive.
    `limit` says how far a file too large was read; `error` why it could not be.
    """

    kind: str
    state: FileState
    text: str = ""
    tables: tuple[tuple[Row, ...], ...] = ()
    pages: int | None = None
    scanned_pages: int = 0
    hidden: tuple[str, ...] = ()
    properties: Mapping[str, str] | None = None
    members: tuple[str, ...] = ()
    limit: str | None = None
    error: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the result as JSON, without empty keys."""
        made: dict[str, Json] = {}
        for field in fields(self):
            part = getattr(self, field.name)
            if part in (None, "", (), 0) or part == {}:
                continue
            made[field.name] = dict(part) if field.name == "properties" else part
        return made

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Self:
        """Rebuild a result from `to_json`."""
        values = dict(data)
        values["state"] = FileState(values["state"])
        values["tables"] = tuple(
            tuple(tuple(row) for row in table) for table in values.get("tables", ())
        )
        for name in ("hidden", "members"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


class Unreadable(Exception):
    """A file cannot be read; `state` says in which way."""

    def __init__(self, state: FileState, why: str) -> None:
        super().__init__(why)
        self.state = state


class Collector:
    """Gathers text and rows up to the limits, and notes where it had to stop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lines: list[str] = []
        self._length = 0
        self._rows = 0
        self.tables: list[tuple[Row, ...]] = []
        self.limit: str | None = None

    @property
    def is_full(self) -> bool:
        """Tell whether no more is taken."""
        return self.limit is not None

    @property
    def text(self) -> str:
        """Return what was gathered."""
        return "\n".join(self._lines)

    def line(self, text: str) -> None:
        """Take one paragraph; empty ones are left out."""
        text = text.replace("\x00", "").strip()
        if not text or self.is_full:
            return
        room = self._limits.characters - self._length
        if len(text) > room:
            text = text[:room]
            self.stop(f"{self._limits.characters:,} characters")
        self._lines.append(text)
        self._length += len(text) + 1

    def table(self, rows: list[Row]) -> None:
        """Take a table, its text too: cells of a row are split by tabs."""
        kept = []
        for row in rows:
            if not any(row):
                continue
            if self._rows >= self._limits.rows:
                self.stop(f"{self._limits.rows:,} rows")
            if self.is_full:
                break
            self._rows += 1
            kept.append(row)
            self.line("\t".join(row))
        if kept:
            self.tables.append(tuple(kept))

    def stop(self, limit: str) -> None:
        """Note that the rest of the file is not read."""
        self.limit = self.limit or limit
