"""WACZ files: the WARC files in them, taken out under guard.

A WACZ is a ZIP with `archive/*.warc.gz`, indexes and a `datapackage.json` that states
the digests (WACZ 1.1.1, https://specs.webrecorder.net/wacz/1.1.1/). It comes from
others, so nothing in it is believed before it is measured: number of members, sizes,
ratio, names. Only the WARC files are written, under names of our own.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from contentkit.errors import ArchiveDamaged

MAX_MEMBERS = 100_000
MAX_BYTES = 256 * 2**30  # of everything undone; the largest crawls split at 100 GB
MAX_RATIO = 100  # text compresses 10 times, a bomb 1,000 times
_RATIO_FROM = 2**20  # small members may be repetitive
_PACKAGE_MAX = 64 * 2**20
_PIECE = 1 << 20
_WARC = re.compile(r"archive/[^/]+\.warc(?:\.gz)?")
_READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


@dataclass(frozen=True, slots=True)
class Extracted:
    """One WARC of a WACZ: its name in the ZIP and where it was written."""

    name: str
    path: Path


def is_zip(path: Path) -> bool:
    """Tell whether a file is a ZIP by its first bytes."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False  # the reader of WARC files says what is wrong with it


def extract_warcs(path: Path, scratch: Path) -> Iterator[Extracted]:
    """Write the WARC files of a WACZ into `scratch`, one by one, in order of name.

    Raises `ArchiveDamaged` for a ZIP that is damaged, a bomb, encrypted, holds names
    that point elsewhere, no WARC, or content that its data package does not state.
    """
    try:
        with zipfile.ZipFile(path) as package:
            members = _check(path, package)
            stated = _stated_digests(path, package)
            for number, member in enumerate(members):
                target = scratch / f"{number:05d}.warc"
                _extract(path, package, member, target, stated.get(member.filename))
                yield Extracted(member.filename, target)
    except _READ_ERRORS as error:
        raise ArchiveDamaged(
            f"{path}: not a whole ZIP file ({error}): fetch the WACZ again"
        ) from error


def _check(path: Path, package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise _refused(path, f"{len(members)} members, at most {MAX_MEMBERS} are read")
    names: set[str] = set()
    for member in members:
        name = member.filename
        if _is_unsafe(name):
            raise _refused(path, f"member {name!r}: the name points outside the WACZ")
        if name in names:
            raise _refused(path, f"member {name!r}: stands there twice")
        names.add(name)
        if member.flag_bits & 0x1:
            raise _refused(path, f"member {name!r}: is encrypted")
        if member.file_size > _RATIO_FROM and member.file_size > MAX_RATIO * max(
            member.compress_size, 1
        ):
            raise _refused(
                path,
                f"member {name!r}: {member.file_size} bytes out of "
                f"{member.compress_size}, more than {MAX_RATIO} times: a ZIP bomb",
            )
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES:
        raise _refused(path, f"{total} bytes when unpacked, more than {MAX_BYTES}")
    if sum(member.compress_size for member in members) > path.stat().st_size:
        raise _refused(path, "its members overlap: a ZIP bomb")
    warcs = [member for member in members if _WARC.fullmatch(member.filename)]
    if not warcs:
        raise _refused(path, "holds no archive/*.warc.gz: not a WACZ")
    return sorted(warcs, key=lambda member: member.filename)


def _is_unsafe(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        not parts
        or name.startswith(("/", "\\"))
        or ".." in parts
        or ":" in parts[0]
        or any(ord(ch) < 0x20 for ch in name)
    )


def _stated_digests(path: Path, package: zipfile.ZipFile) -> dict[str, str]:
    """Return sha256 by member as the data package states it."""
    try:
        info = package.getinfo("datapackage.json")
    except KeyError:
        return {}
    if info.file_size > _PACKAGE_MAX:
        raise _refused(path, "member 'datapackage.json': larger than 64 MB")
    try:
        resources = json.loads(package.read(info))["resources"]
        pairs = [(str(x["path"]), str(x.get("hash", ""))) for x in resources]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(
            path, f"member 'datapackage.json': not a data package ({error})"
        ) from error
    return {
        name: digest.removeprefix("sha256:").lower()
        for name, digest in pairs
        if digest.startswith("sha256:")
    }


def _extract(
    path: Path,
    package: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    target: Path,
    stated: str | None,
) -> None:
    found = hashlib.sha256()
    with package.open(member) as source, target.open("wb") as sink:
        while piece := source.read(_PIECE):
            found.update(piece)
            sink.write(piece)
    if stated is not None and stated != found.hexdigest():
        raise _refused(
            path,
            f"member {member.filename!r}: its SHA-256 is {found.hexdigest()}, but "
            f"datapackage.json states {stated}",
        )


def _refused(path: Path, cause: str) -> ArchiveDamaged:
    return ArchiveDamaged(f"{path}: {cause}; nothing of it was kept")
