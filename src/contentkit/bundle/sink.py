"""Files that are hashed while they are written, and one clear line when they cannot be."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contentkit.errors import ContentkitError

_BUFFER = 1 << 16  # bytes gathered before the system is asked to write


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finished file of a bag: its path in the bag, its size, its sha256."""

    path: str
    bytes: int
    sha256: str


class Sink:
    """One new file below `root`, hashed while it is written.

    Every failure to write is one `ContentkitError` that names the file and the cause.
    """

    def __init__(self, root: Path, path: str) -> None:
        self._target = root / path
        self._path = path
        self._sha256 = hashlib.sha256()
        self._bytes = 0
        try:
            self._file = self._target.open("xb", buffering=_BUFFER)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def write(self, data: bytes) -> None:
        """Append bytes."""
        try:
            self._file.write(data)
        except OSError as error:
            raise unwritable(self._target, error) from error
        self._sha256.update(data)
        self._bytes += len(data)

    def close(self, *, sync: bool = True) -> Entry:
        """Finish the file, by default on the disk itself, and return what it is."""
        try:
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise unwritable(self._target, error) from error
        return Entry(
            path=self._path, bytes=self._bytes, sha256=self._sha256.hexdigest()
        )

    def discard(self) -> None:
        """Close the file without a word; its folder is about to be removed."""
        with suppress(OSError):
            self._file.close()


def write_whole(root: Path, path: str, content: bytes | Iterable[bytes]) -> Entry:
    """Write one file of a bag from bytes or from pieces."""
    sink = Sink(root, path)
    try:
        for piece in (content,) if isinstance(content, bytes) else content:
            sink.write(piece)
        return sink.close()
    finally:
        sink.discard()


def replace_file(place: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, in the place of an older one."""
    part = place.with_name(f"{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(place)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise unwritable(place, error) from error


def require_new(out: Path) -> None:
    """Raise `ContentkitError` where a bundle would take the place of something."""
    if out.exists():
        raise ContentkitError(
            f"{out}: already exists: move it away or give another place with --out"
        )


def unwritable(path: Path, error: OSError) -> ContentkitError:
    """Return the error that tells that a file of a bundle cannot be written."""
    return ContentkitError(
        f"{path}: cannot be written ({error.strerror}): make room or give another "
        "place with --out, and export again; nothing was left under the bundle's name"
    )
