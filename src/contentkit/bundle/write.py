"""Write a bundle: streaming, hashed on the way, under its name only when it is whole.

The bundle grows in a folder beside its place, `<name>.partial-…`. Memory holds one
line and one block at a time, 16 bytes a document and an entry for each file that is no
attachment; attachments are found again by their names, which are their hashes.
"""

import glob
import heapq
import os
import re
import secrets
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from contentkit.bundle import layout
from contentkit.bundle.info import BundleInfo, bag_info, description
from contentkit.bundle.keys import KeySet
from contentkit.bundle.nginx import nginx_map
from contentkit.bundle.redirects import Redirect, csv_lines
from contentkit.bundle.sink import Entry, Sink, require_new, unwritable, write_whole
from contentkit.bundle.view import BundleView
from contentkit.errors import BundleError, ContentkitError
from contentkit.models import Document, Json

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20  # read 1 MiB of an attachment at a time
_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSummary:
    """A finished bundle; `counts` as in bundle.json, `bytes` of the whole payload."""

    path: Path
    identifier: str
    manifest_sha256: str
    counts: Mapping[str, Json]
    bytes: int


class BundleWriter:
    """Write one bundle to `out`; leave nothing there unless `close` was reached.

    Documents come sorted by id, redirects sorted by legacy URL; columns, relations,
    tombstones and reports are written in the order in which they come.
    """

    def __init__(self, out: Path, *, info: BundleInfo) -> None:
        self._out = out
        self._info = info
        self._root = out.with_name(f"{out.name}.partial-{secrets.token_hex(4)}")
        self._entries: list[Entry] = []
        self._lines: dict[str, Sink] = {}
        self._line_counts: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._operations: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._ids = bytearray()
        self._last_id = ""
        self._last_redirect = ""
        self._documents: Sink | None = None
        self._prefixes: set[str] = set()
        self._columns: set[str] = set()
        self._files = 0
        self._file_bytes = 0

    def __enter__(self) -> Self:
        """Make the folder beside the bundle's place."""
        require_new(self._out)
        try:
            self._make_folders()
            for path in _LINE_FILES:
                self._lines[path] = Sink(self._root, path)
        except BaseException:  # an interrupt too: nothing else would clean up
            self._clean()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what `close` did not finish."""
        self._clean()

    def _make_folders(self) -> None:
        try:
            for folder in (layout.DOCUMENTS, layout.FILES, layout.SCHEMAS):
                (self._root / folder).mkdir(parents=True)
            (self._root / layout.REPORTS).mkdir()
        except OSError as error:
            raise unwritable(self._root, error) from error

    def _clean(self) -> None:
        for sink in [*self._lines.values(), self._documents]:
            if sink is not None:
                sink.discard()
        shutil.rmtree(self._root, ignore_errors=True)

    def add_document(self, document: Document, *, operation: str = "create") -> None:
        """Write one document; `operation` is create or, in a delta, update."""
        identity = document["id"]
        if identity <= self._last_id:
            raise ValueError(f"document {identity} does not come after {self._last_id}")
        key = uuid.UUID(identity).bytes
        line = orjson.dumps(document, option=_JSON)
        number, rest = divmod(len(self._ids) // 16, layout.DOCUMENTS_PER_FILE)
        if rest == 0:
            self._finish_documents()
            self._documents = Sink(self._root, layout.documents_path(number))
        assert self._documents is not None
        self._documents.write(line)
        self._ids += key
        self._last_id = identity
        self._kinds[document["kind"]] += 1
        self._operations[operation] += 1

    def add_column(self, column: Mapping[str, Json]) -> None:
        """Write one platform column with the legacy columns that flow into it."""
        self._columns.add(column["code"])
        self._add_line(layout.COLUMNS, column)

    def add_relation(self, relation: Mapping[str, Json]) -> None:
        """Write one relation `{type, source, target, evidence}`."""
        self._add_line(layout.RELATIONS, relation)

    def add_redirect(self, redirect: Redirect) -> None:
        """Write one redirect; the CSV and nginx forms follow when the bundle closes."""
        if redirect.from_url <= self._last_redirect:
            raise ValueError(
                f"redirect of {redirect.from_url} does not come after "
                f"{self._last_redirect}"
            )
        self._last_redirect = redirect.from_url
        self._statuses[redirect.status] += 1
        self._add_line(layout.REDIRECTS, redirect.to_json())

    def add_tombstone(self, tombstone: Mapping[str, Json]) -> None:
        """Write that a document of the parent bundle is gone."""
        self._operations["delete"] += 1
        self._add_line(layout.TOMBSTONES, tombstone)

    def add_file(self, sha256: str, content: Path | Iterable[bytes]) -> bool:
        """Write an attachment or image once; return False if it is there already.

        Raises `BundleError` if the bytes are not what the hash says.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no sha256 in lower case")
        path = layout.file_path(sha256)
        prefix = sha256[:2]
        if prefix in self._prefixes:
            if (self._root / path).exists():
                return False
        else:
            self._make_folder(f"{layout.FILES}/{prefix}")
            self._prefixes.add(prefix)
        sink = Sink(self._root, path)
        try:
            for piece in _blocks(content) if isinstance(content, Path) else content:
                sink.write(piece)
            entry = sink.close(sync=False)  # `_publish` syncs them all at once
        finally:
            sink.discard()
        if entry.sha256 != sha256:
            fault = (
                f"file {sha256}: its stored bytes hash to {entry.sha256}: the archive "
                "is damaged; fetch the file again and repeat the export"
            )
            raise BundleError(str(self._out), [fault])
        self._files += 1
        self._file_bytes += entry.bytes
        return True

    def add_schema(self, name: str, content: bytes) -> None:
        """Write one JSON Schema of the platform edition, such as `document`."""
        self._add_whole(f"{layout.SCHEMAS}/{name}.json", content)

    def add_report(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Write one report under its file name, from bytes or from pieces."""
        self._add_whole(f"{layout.REPORTS}/{name}", content)

    def view(self) -> BundleView:
        """Return what the bundle holds so far, for `reconcile`."""
        return BundleView(
            documents=KeySet(bytes(self._ids), 16),
            columns=frozenset(self._columns),
            files=KeySet.of(map(bytes.fromhex, self._stored_files()), width=32),
        )

    def close(self, *, check: Callable[[Path], object] | None = None) -> BundleSummary:
        """Finish every file, write the manifests, and give the bundle its name.

        `check` sees the whole bundle before it has its name; if it raises, there is
        no bundle.
        """
        self._finish_documents()
        for sink in self._lines.values():
            self._entries.append(sink.close())
        self._write_redirects()
        counts = self._counts()
        self._add_whole(layout.BUNDLE, _pretty(description(self._info, counts)))
        payload = sum(entry.bytes for entry in self._entries) + self._file_bytes
        oxum = f"{payload}.{len(self._entries) + self._files}"
        manifest = write_whole(self._root, layout.MANIFEST, self._manifest())
        tags = [
            write_whole(self._root, layout.BAG_INFO, bag_info(self._info, oxum)),
            write_whole(self._root, layout.BAGIT, layout.BAGIT_TEXT),
            manifest,
        ]
        write_whole(self._root, layout.TAG_MANIFEST, map(_manifest_line, tags))
        if check is not None:
            check(self._root)
        self._publish()
        return BundleSummary(
            path=self._out,
            identifier=self._info.identifier,
            manifest_sha256=manifest.sha256,
            counts=counts,
            bytes=payload,
        )

    def _add_line(self, path: str, value: Mapping[str, Json]) -> None:
        self._lines[path].write(orjson.dumps(value, option=_JSON))
        self._line_counts[path] += 1

    def _add_whole(self, path: str, content: bytes | Iterable[bytes]) -> None:
        self._entries.append(write_whole(self._root, path, content))

    def _make_folder(self, path: str) -> None:
        try:
            (self._root / path).mkdir()
        except OSError as error:
            raise unwritable(self._root / path, error) from error

    def _finish_documents(self) -> None:
        if self._documents is not None:
            self._entries.append(self._documents.close())
            self._documents = None

    def _write_redirects(self) -> None:
        self._add_whole(layout.REDIRECTS_CSV, csv_lines(self._redirects()))
        self._add_whole(layout.REDIRECTS_NGINX, nginx_map(self._redirects))

    def _redirects(self) -> Iterator[Redirect]:
        with (self._root / layout.REDIRECTS).open("rb") as stream:
            for line in stream:
                yield Redirect.from_json(orjson.loads(line))

    def _stored_files(self) -> Iterator[str]:
        for prefix in sorted(self._prefixes):
            folder = self._root / layout.FILES / prefix
            yield from sorted(file.name for file in folder.iterdir())

    def _manifest(self) -> Iterator[bytes]:
        stored = (
            Entry(path=layout.file_path(sha256), bytes=0, sha256=sha256)
            for sha256 in self._stored_files()
        )
        entries = sorted(self._entries, key=_path)
        return map(_manifest_line, heapq.merge(entries, stored, key=_path))

    def _counts(self) -> dict[str, Json]:
        return {
            "documents": {
                "total": len(self._ids) // 16,
                "by_kind": dict(self._kinds),
                "by_operation": dict(self._operations),
            },
            "columns": self._line_counts[layout.COLUMNS],
            "relations": self._line_counts[layout.RELATIONS],
            "redirects": {
                "total": self._line_counts[layout.REDIRECTS],
                "by_status": {str(k): n for k, n in self._statuses.items()},
            },
            "tombstones": self._line_counts[layout.TOMBSTONES],
            "files": self._files,
            "bytes": self._file_bytes,
        }

    def _publish(self) -> None:
        try:
            os.sync()
            self._root.rename(self._out)
            _sync_folder(self._out.parent)
        except OSError as error:
            raise unwritable(self._out, error) from error


_LINE_FILES = (layout.COLUMNS, layout.RELATIONS, layout.REDIRECTS, layout.TOMBSTONES)


def discard_partials(out: Path) -> int:
    """Remove what killed exports to `out` left beside it; return how many there were.

    Only for the holder of the workspace lock: a running export is no leftover.
    """
    leftovers = sorted(out.parent.glob(f"{glob.escape(out.name)}.partial-*"))
    for folder in leftovers:
        shutil.rmtree(folder, ignore_errors=True)
    return len(leftovers)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise ContentkitError(
            f"{path}: cannot be read ({error.strerror}): the file belongs to the "
            "bundle; restore it and export again"
        ) from error


def _path(entry: Entry) -> str:
    return entry.path


def _manifest_line(entry: Entry) -> bytes:
    return f"{entry.sha256}  {entry.path}\n".encode()


def _pretty(value: Json) -> bytes:
    return orjson.dumps(value, option=_JSON | orjson.OPT_INDENT_2)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
