"""The files of a mirror folder in sorted order, without what tools left there.

Names are bytes on disk; here they are text in which a byte that is not UTF-8 is a
surrogate, whatever the locale.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from contentkit.harvest.mirror_names import is_traversal
from contentkit.resources import read_codelist

_KEPT_ORIGINAL = ".orig"  # wget -K: the page as served, before its links were changed


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """One file; `content` is where its bytes as served are."""

    path: str
    content: str
    size: int
    mtime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that gives no capture, and why.

    Counted only: `mirror-tool-file`, `mirror-original`, `mirror-outside-site`,
    `mirror-same` (its address differs only in capitals). Worth a finding: `mirror-symlink`, `mirror-name-refused`, `mirror-unreadable`,
    `mirror-url-collision` (with the file that is kept).
    """

    path: str
    reason: str
    url: str | None = None
    kept: str | None = None


def walk(folder: Path, path: str = "") -> Iterator[LocalFile | Skipped]:
    """Yield the files below a folder, skipped ones with their reason.

    Links are never followed: a mirror has no need of them, and they may lead out of the
    folder.
    """
    try:
        with os.scandir(local_path(folder, path)) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        yield Skipped(path=path, reason="mirror-unreadable")
        return
    names = {text_name(entry.name) for entry in entries}
    for entry in entries:
        name = text_name(entry.name)
        here = f"{path}/{name}" if path else name
        reason = _reason(entry, name, is_top=not path)
        is_kept = name.endswith(_KEPT_ORIGINAL)
        if reason is None and is_kept and name.removesuffix(_KEPT_ORIGINAL) in names:
            reason = "mirror-original"
        if reason is not None:
            yield Skipped(path=here, reason=reason)
        elif entry.is_dir():
            yield from walk(folder, here)
        else:
            is_changed = name + _KEPT_ORIGINAL in names
            info = entry.stat()
            yield LocalFile(
                path=here,
                content=here + _KEPT_ORIGINAL if is_changed else here,
                size=info.st_size,
                mtime=info.st_mtime,
            )


def local_path(folder: Path, path: str) -> bytes:
    """Return the name on disk of a path in a mirror."""
    return os.path.join(  # noqa: PTH118  (pathlib has no paths of bytes)
        os.fsencode(folder), path.encode("utf-8", errors="surrogateescape")
    )


def text_name(raw: bytes) -> str:
    """Return a name on disk as text, the same in every locale."""
    return raw.decode("utf-8", errors="surrogateescape")


def _reason(entry: "os.DirEntry[bytes]", name: str, *, is_top: bool) -> str | None:
    if _is_tool_file(name.lower(), is_top=is_top):
        return "mirror-tool-file"
    if entry.is_symlink():
        return "mirror-symlink"
    if is_traversal(name):
        return "mirror-name-refused"
    if not entry.is_dir() and not entry.is_file():
        return "mirror-unreadable"
    return None


def _is_tool_file(name: str, *, is_top: bool) -> bool:
    return any(
        fnmatchcase(name, pattern)
        for pattern, anywhere in _tool_files()
        if is_top or anywhere
    )


@cache
def _tool_files() -> tuple[tuple[str, bool], ...]:
    rows = read_codelist("mirror-tool-files")
    return tuple((row["pattern"], row["where"] == "any") for row in rows)
