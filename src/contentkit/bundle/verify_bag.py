"""The bag as a bag: layout, names, manifests, bag-info (RFC 8493, our BagIt profile).

Nothing is followed out of the bag: links and special files are faults and never opened.
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from contentkit.bundle import layout
from contentkit.bundle.faults import Faults, shown
from contentkit.models import Json
from contentkit.resources import find

_ENTRY = re.compile(r"([0-9a-fA-F]{64})[ \t]+(\S.*)")
_ENCODED = re.compile(r"%(0[Aa]|0[Dd]|25)")
_TAG = re.compile(r"([^:\s][^:]*):[ \t](.*)")
_DRIVE = re.compile(r"[A-Za-z]:")
_PLAIN = re.compile(r"(?:[a-z0-9_-][a-z0-9_.-]*/)*[a-z0-9_-][a-z0-9_.-]*")
_LONGEST_LINE = 1 << 16  # bytes; a path has at most 4,096
_LARGEST_TAG_FILE = 1 << 16  # bytes of bag-info.txt; ours has some 500
_TAG_FILES = (layout.BAGIT, layout.BAG_INFO, layout.MANIFEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """What lies in the bag (path to size) and what its manifest says (path to hash)."""

    files: Mapping[str, int]
    manifest: Mapping[str, str]
    info: Mapping[str, str]


def check_bag(root: Path, faults: Faults) -> Bag:
    """Check everything of a bag but the hashes of its payload."""
    files = dict(_scan(root, faults))
    manifest = _read_manifest(root, layout.MANIFEST, files, faults)
    tags = _read_manifest(root, layout.TAG_MANIFEST, files, faults)
    _check_listed(files, manifest, faults)
    _check_tag_files(root, files, tags, faults)
    _check_names([*files, *(path for path in manifest if path not in files)], faults)
    if layout.BAGIT in files:
        text = _read(root, layout.BAGIT, faults)
        if text.replace(b"\r\n", b"\n") != layout.BAGIT_TEXT:
            faults.add(layout.BAGIT, "is not the declaration of BagIt 1.0 in UTF-8")
    info = _read_info(root, files, faults)
    _check_profile(info, files, faults)
    return Bag(
        files=files,
        manifest=manifest,
        info={label: values[0] for label, values in info.items()},
    )


def path_problem(path: str) -> str | None:
    """Return why a path of a manifest may not be used, or None.

    Refused is whatever could lead out of the bag, on any system.

    >>> path_problem("../bag-evil/x")
    'leads out of the bag'
    """
    if _PLAIN.fullmatch(path):
        return None
    if path.startswith(("/", "~", "\\")) or _DRIVE.match(path):
        return "is no path inside the bag"
    if "\\" in path or not path.isprintable():
        return "has a backslash or a character that is not printable"
    parts = path.split("/")
    if ".." in parts:
        return "leads out of the bag"
    if "" in parts or "." in parts:
        return "is not in its plain form"
    return None


def _scan(root: Path, faults: Faults) -> Iterator[tuple[str, int]]:
    """Yield every regular file with its size; links and devices are faults."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=_name)
        except OSError as error:
            faults.add(folder or ".", f"cannot be read ({error.strerror})")
            continue
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                faults.add(path, f"cannot be read ({error.strerror})")
                continue
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
            elif stat.S_ISREG(status.st_mode):
                yield path, status.st_size
            else:
                faults.add(path, "is a link or a special file: a bag has plain files")


def _read_manifest(
    root: Path, name: str, files: Mapping[str, int], faults: Faults
) -> dict[str, str]:
    if name not in files:
        faults.add(name, "is missing: this is no whole bundle")
        return {}
    entries: dict[str, str] = {}
    try:
        with (root / name).open("rb") as stream:
            number = 0
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                _add_entry(entries, line, f"line {number}", name, faults)
    except OSError as error:
        faults.add(name, f"cannot be read ({error.strerror})")
    return entries


def _add_entry(
    entries: dict[str, str], line: bytes, place: str, name: str, faults: Faults
) -> None:
    try:
        match = _ENTRY.fullmatch(line.decode().rstrip("\r\n"))
    except UnicodeDecodeError:
        match = None
    if match is None or not line.endswith(b"\n"):
        faults.add(name, "is not 'sha256  path' in UTF-8", place=place)
        return
    path = _ENCODED.sub(_decoded, match[2])
    problem = path_problem(path)
    is_payload = path.startswith("data/")
    if problem is None and is_payload != (name == layout.MANIFEST):
        problem = "does not belong in this manifest"
    if problem is None and path in entries:
        problem = "is listed twice"
    if problem is None:
        entries[path] = match[1].lower()
    else:
        faults.add(name, f"path {shown(path)} {problem}", place=place)


def _check_listed(
    files: Mapping[str, int], manifest: Mapping[str, str], faults: Faults
) -> None:
    for path in manifest:
        if path not in files:
            faults.add(path, "is in the manifest but not in the bag")
    for path in files:
        if path.startswith("data/") and path not in manifest:
            faults.add(path, "is in the bag but not in the manifest")


def _check_tag_files(
    root: Path, files: Mapping[str, int], tags: Mapping[str, str], faults: Faults
) -> None:
    for path in sorted({*_TAG_FILES, *tags} - {layout.TAG_MANIFEST}):
        if path not in files:
            if path != layout.MANIFEST:  # told already
                faults.add(path, "is missing")
        elif path not in tags:
            faults.add(path, f"is not in {layout.TAG_MANIFEST}")
        elif _sha256(root, path, faults) != tags[path]:
            faults.add(path, f"was changed: its hash is not in {layout.TAG_MANIFEST}")
    for path in files:
        if path.startswith("data/") or path in {*_TAG_FILES, layout.TAG_MANIFEST}:
            continue
        if path == layout.FETCH:
            faults.add(path, "is not allowed: a bundle is complete in itself")
        else:
            faults.add(path, "does not belong in a bundle")


def _check_names(paths: list[str], faults: Faults) -> None:
    """Find names that are one on a system that minds neither case nor composition."""
    plain = set(paths)
    folded: dict[str, str] = {}
    for path in paths:
        try:
            path.encode()
        except UnicodeEncodeError:
            faults.add(path, "has a name that is not UTF-8")
            continue
        if path.isascii() and path == path.lower():
            continue
        key = unicodedata.normalize(
            "NFC", unicodedata.normalize("NFC", path).casefold()
        )
        other = key if key in plain else folded.setdefault(key, path)
        if other != path:
            faults.add(path, f"has the same name as {shown(other)} on other systems")


def _read_info(
    root: Path, files: Mapping[str, int], faults: Faults
) -> dict[str, list[str]]:
    if layout.BAG_INFO not in files:
        return {}
    try:
        text = _read(root, layout.BAG_INFO, faults).decode()
    except UnicodeDecodeError:
        faults.add(layout.BAG_INFO, "is not UTF-8")
        return {}
    info: dict[str, list[str]] = {}
    label = ""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _TAG.fullmatch(line)
        if match:
            label = match[1]
            info.setdefault(label, []).append(match[2].strip())
        elif line[:1] in {" ", "\t"} and label:
            info[label][-1] += f" {line.strip()}"
        else:
            faults.add(layout.BAG_INFO, "is not 'Label: value'", place=f"line {number}")
    return info


def _check_profile(
    info: Mapping[str, list[str]], files: Mapping[str, int], faults: Faults
) -> None:
    profile = orjson.loads(find("format", "bagit-profile").read_bytes())
    for label, rule in profile["Bag-Info"].items():
        _check_tag(label, info.get(label, []), rule, faults)
    for path in profile["Payload-Files-Required"]:
        if path not in files:
            faults.add(path, "is missing: every bundle has it")
    payload = [size for path, size in files.items() if path.startswith("data/")]
    oxum = f"{sum(payload)}.{len(payload)}"
    for told in info.get("Payload-Oxum", []):
        if told != oxum:
            problem = f"Payload-Oxum says {shown(told)}, the bag holds {oxum}"
            faults.add(layout.BAG_INFO, problem)


def _check_tag(
    label: str, values: list[str], rule: Mapping[str, Json], faults: Faults
) -> None:
    if not values and rule["required"]:
        faults.add(layout.BAG_INFO, f"{label} is missing")
    if len(values) > 1 and not rule["repeatable"]:
        faults.add(layout.BAG_INFO, f"{label} is there {len(values)} times")
    for value in values:
        if value not in rule.get("values", [value]):
            expected = " or ".join(rule["values"])
            faults.add(layout.BAG_INFO, f"{label} is {shown(value)}, not {expected}")


def _read(root: Path, path: str, faults: Faults) -> bytes:
    try:
        with (root / path).open("rb") as stream:
            content = stream.read(_LARGEST_TAG_FILE + 1)
    except OSError as error:
        faults.add(path, f"cannot be read ({error.strerror})")
        return b""
    if len(content) > _LARGEST_TAG_FILE:
        faults.add(path, f"is larger than {_LARGEST_TAG_FILE} bytes")
    return content[:_LARGEST_TAG_FILE]


def _sha256(root: Path, path: str, faults: Faults) -> str:
    try:
        with (root / path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        faults.add(path, f"cannot be read ({error.strerror})")
        return ""


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _decoded(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
