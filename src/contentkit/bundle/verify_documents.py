"""One file of documents, read once: its hash, what it holds, what is wrong in it.

This runs in worker processes, so it answers with plain values: ids and hashes side by
side in blocks of bytes, text only where there is a fault or a quote.
"""

import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from contentkit.bundle import layout
from contentkit.bundle.faults import VerifyFault, shown
from contentkit.bundle.verify_schemas import Schemas
from contentkit.models import Json

ID_BYTES = 16
PATH_BYTES = 8
SHA256_BYTES = 32
LONGEST_LINE = 256 << 20
"""Bytes of the longest line that is read: a 50 MB page takes some 150 MB here."""

_BUFFER = 1 << 20  # bytes read at a time: many lines, as documents have some 10 KB
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Basis:
    """A quoted place in a document, claimed by the policy of another (or the same)."""

    place: str
    document: str
    quote: Json
    start: Json
    end: Json


@dataclass(slots=True, kw_only=True)
class DocumentsFacts:
    """What one file of documents holds.

    `ids` (16 bytes each) and `paths` (8 bytes of a hash each) run in parallel;
    `file_paths` and `files` are sets in blocks; `columns` names for each column code
    the first document that uses it.
    """

    path: str
    sha256: str = ""
    ids: bytearray = field(default_factory=bytearray)
    paths: bytearray = field(default_factory=bytearray)
    kinds: Counter[str] = field(default_factory=Counter)
    columns: dict[str, str] = field(default_factory=dict)
    files: set[bytes] = field(default_factory=set)
    file_paths: set[bytes] = field(default_factory=set)
    basis: list[Basis] = field(default_factory=list)
    faults: list[VerifyFault] = field(default_factory=list)


def path_key(path: str) -> bytes:
    """Return 8 bytes that stand for a path of the platform."""
    return hashlib.blake2b(path.encode(), digest_size=PATH_BYTES).digest()


def path_hash(key: bytes) -> int:
    """Return the number that `array("Q")` makes of a path's 8 bytes."""
    return int.from_bytes(key, sys.byteorder)


def read_documents(root: Path, path: str, schemas: Schemas) -> DocumentsFacts:
    """Read one file of documents; never raises, whatever the file holds."""
    reader = _Reader(root, path, schemas)
    sha256 = hashlib.sha256()
    number = 0
    try:
        with (root / path).open("rb", buffering=_BUFFER) as stream:
            while line := stream.readline(LONGEST_LINE):
                sha256.update(line)
                number += 1
                reader.read(line, number)
    except OSError as error:
        reader.fault("", f"cannot be read ({error.strerror})")
    if number > layout.DOCUMENTS_PER_FILE:
        limit = layout.DOCUMENTS_PER_FILE
        reader.fault("", f"has {number} lines: at most {limit} are allowed")
    reader.facts.sha256 = sha256.hexdigest()
    return reader.facts


def read_line(line: bytes) -> tuple[dict[str, Json] | None, str]:
    """Return the object of one line and what is wrong with the line, if anything."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return None, f"is not JSON in UTF-8 ({shown(error)})"
    if not isinstance(value, dict):
        return None, "is not a JSON object"
    return value, "" if line.endswith(b"\n") else "has no end: was the file cut short?"


def check_quotes(
    root: Path, path: str, wanted: Mapping[str, list[Basis]]
) -> Iterator[tuple[str, str]]:
    """Yield place and problem of the quotes that a file's documents do not bear out."""
    with (root / path).open("rb") as stream:
        while line := stream.readline(LONGEST_LINE):
            document, _ = read_line(line)
            if document is None:
                continue
            text = document.get("body_text")
            for basis in wanted.get(str(document.get("id")), ()):
                if not _is_quoted(text, basis):
                    where = f"body_text[{shown(basis.start)}:{shown(basis.end)}]"
                    told = f"{where} of {basis.document} is not {shown(basis.quote)}"
                    yield basis.place, told


class _Reader:
    """The reading of one file, line by line."""

    def __init__(self, root: Path, path: str, schemas: Schemas) -> None:
        self._root = root
        self._schemas = schemas
        self._last = ""
        self.facts = DocumentsFacts(path=path)

    def fault(self, place: str, problem: str) -> None:
        path = self.facts.path
        self.facts.faults.append(VerifyFault(path=path, place=place, problem=problem))

    def read(self, line: bytes, number: int) -> None:
        document, problem = read_line(line)
        if problem:
            self.fault(f"line {number}", problem)
        if document is None:
            return
        identity = document.get("id")
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            problem = f"id {shown(identity)} is no UUID in lower case"
            self.fault(f"line {number}", problem)
            return
        place = f"document {identity}"
        for where, error in self._schemas.errors("document", document):
            self.fault(f"{place} {where}".strip(), error)
        if identity <= self._last:
            self.fault(place, "does not come after the id before it")
        self._last = identity
        self._keep(document, place)

    def _keep(self, document: dict[str, Json], place: str) -> None:
        facts = self.facts
        identity, path = document["id"], document.get("path")
        facts.ids += bytes.fromhex(identity.replace("-", ""))
        facts.paths += path_key(path if isinstance(path, str) else identity)
        facts.kinds[str(document.get("kind"))] += 1
        column = document.get("column")
        if isinstance(column, str):
            facts.columns.setdefault(column, place)
        for key in ("attachments", "images"):
            files = document.get(key)
            for ordinal, item in enumerate(files if isinstance(files, list) else ()):
                if isinstance(item, dict):
                    self._check_file(item, f"{place} {key}/{ordinal}")
        policy = document.get("policy")
        if isinstance(policy, dict):
            facts.basis.extend(_bases(policy.get("validity_basis"), place))

    def _check_file(self, item: dict[str, Json], place: str) -> None:
        sha256, path = item.get("sha256"), item.get("path")
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            self.fault(place, f"sha256 {shown(sha256)} is no hash")
            return
        self.facts.files.add(bytes.fromhex(sha256))
        stored = layout.file_path(sha256)
        if isinstance(path, str):
            self.facts.file_paths.add(path_key(f"/{path.removeprefix('/')}"))
            if path.startswith("files/") and f"data/{path}" != stored:
                self.fault(place, f"path {shown(path)} is not that of file {sha256}")
        try:
            size = os.lstat(f"{self._root}/{stored}").st_size
        except OSError:
            self.fault(place, f"file {sha256} is not in the bundle")
            return
        if item.get("bytes") != size:
            told = shown(item.get("bytes"))
            self.fault(place, f"has {told} bytes, file {sha256} has {size}")


def read_basis(value: Json, place: str) -> Basis | None:
    """Return the quoted place that an entry of evidence claims, if it claims one."""
    if not isinstance(value, dict) or "quote" not in value:
        return None
    if not isinstance(value.get("document"), str):
        return None
    return Basis(
        place,
        value["document"],
        value.get("quote"),
        value.get("start"),
        value.get("end"),
    )


def _bases(value: Json, place: str) -> Iterator[Basis]:
    for ordinal, item in enumerate(value if isinstance(value, list) else ()):
        basis = read_basis(item, f"{place} policy/validity_basis/{ordinal}")
        if basis is not None:
            yield basis


def _is_quoted(text: Json, basis: Basis) -> bool:
    start, end = basis.start, basis.end
    if not isinstance(text, str) or type(start) is not int or type(end) is not int:
        return False
    return 0 <= start <= end <= len(text) and text[start:end] == basis.quote
