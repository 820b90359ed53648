"""Judge a bundle without trusting it: fixity, profile, schemas, references, proof.

Nothing here knows how bundles are written. A damaged or hostile bundle gives faults,
never a traceback; nothing of it is executed, followed out of its folder or fetched.
"""

import re
import uuid
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from contentkit.bundle import layout
from contentkit.bundle.faults import Faults, VerifyFault, shown
from contentkit.bundle.keys import HashSet, KeySet
from contentkit.bundle.verify_bag import Bag, check_bag
from contentkit.bundle.verify_documents import (
    ID_BYTES,
    Basis,
    DocumentsFacts,
    check_quotes,
)
from contentkit.bundle.verify_schemas import Schemas, load_schemas
from contentkit.bundle.verify_tables import (
    Contents,
    check_columns,
    check_counts,
    check_reconciliation,
    check_redirects,
    check_relations,
    check_tombstones,
    read_json,
)
from contentkit.bundle.verify_work import FileHash, Setup, read_payload
from contentkit.errors import BundleError
from contentkit.models import Json

_STORED = re.compile(r"data/files/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_OTHER = re.compile(r"data/(schemas/[\w.-]+\.json|reports/[\w.-]+)")
_SINGLE = frozenset(
    {
        layout.BUNDLE,
        layout.COLUMNS,
        layout.REDIRECTS,
        layout.REDIRECTS_CSV,
        layout.REDIRECTS_NGINX,
        layout.RELATIONS,
        layout.TOMBSTONES,
    }
)
_TOLD_TWICE = {
    "contentkit-Format": "format_version",
    "contentkit-Parent": "parent",
    "contentkit-Run": "run",
    "contentkit-Schema-Edition": "schema_edition",
    "contentkit-Site": "site",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a bundle holds and everything that is wrong with it."""

    path: Path
    identifier: str
    documents: int
    files: int
    bytes: int
    faults: tuple[VerifyFault, ...]

    @property
    def is_whole(self) -> bool:
        """True if nothing is wrong."""
        return not self.faults

    def summary(self) -> str:
        """Return in a few words what the bundle holds."""
        return (
            f"bundle {shown(self.identifier)}: {self.documents} documents, "
            f"{self.files} files, {self.bytes} bytes"
        )

    def to_json(self) -> dict[str, Json]:
        """Return the report as JSON."""
        return {
            "path": str(self.path),
            "identifier": self.identifier,
            "is_whole": self.is_whole,
            "documents": self.documents,
            "files": self.files,
            "bytes": self.bytes,
            "faults": [
                {"path": shown(f.path), "place": f.place, "problem": f.problem}
                for f in self.faults
            ],
        }


def verify_bundle(path: Path, *, workers: int = 1) -> VerifyReport:
    """Check a bundle completely; `workers` processes read its payload."""
    faults = Faults()
    if not path.is_dir():
        faults.add(str(path), "is no folder: give the folder of a bundle")
        return _report(path, None, 0, faults)
    bag = check_bag(path, faults)
    if layout.BAGIT not in bag.files and layout.MANIFEST not in bag.files:
        return _report(path, bag, 0, faults)
    documents = _check_content(path, bag, workers, faults)
    return _report(path, bag, documents, faults)


def require_valid(path: Path, *, workers: int = 1) -> VerifyReport:
    """Verify a bundle; raise `BundleError` with every fault unless it is whole."""
    report = verify_bundle(path, workers=workers)
    if report.faults:
        raise BundleError(shown(path), [str(fault) for fault in report.faults])
    return report


def _report(
    path: Path, bag: Bag | None, documents: int, faults: Faults
) -> VerifyReport:
    files = bag.files if bag else {}
    payload = [size for name, size in files.items() if name.startswith("data/")]
    return VerifyReport(
        path=path,
        identifier=bag.info.get("External-Identifier", "") if bag else "",
        documents=documents,
        files=sum(1 for name in files if name.startswith(f"{layout.FILES}/")),
        bytes=sum(payload),
        faults=faults.listed(),
    )


def _check_content(root: Path, bag: Bag, workers: int, faults: Faults) -> int:
    """Check everything below data/ and return the number of documents."""
    _check_layout(bag, faults)
    bundle = read_json(root, layout.BUNDLE, bag.files, faults) or {}
    _check_told_twice(bag.info, bundle, faults)
    setup = Setup(
        root=root,
        schemas=tuple(_below(bag, layout.SCHEMAS)),
        edition=str(bundle.get("schema_edition", "")),
    )
    schemas = load_schemas(root, setup.schemas, setup.edition, faults)
    parts: list[DocumentsFacts] = []
    payload = sorted(item for item in bag.files.items() if item[0] in bag.manifest)
    for result in read_payload(setup, schemas, payload, workers=workers):
        if isinstance(result, DocumentsFacts):
            _check_hash(bag, FileHash(result.path, result.sha256), faults)
            faults.extend(result.faults)
            parts.append(result)
        else:
            for found in result:
                _check_hash(bag, found, faults)
    contents = _contents(root, bag, schemas, parts, bundle)
    _check_ids(parts, contents, faults)
    _check_files(bag, parts, faults)
    check_columns(contents, faults)
    check_relations(contents, faults)
    check_redirects(contents, faults)
    check_tombstones(contents, faults)
    _check_bases(root, parts, contents, faults)
    sizes = [bag.files[path] for path in _below(bag, layout.FILES)]
    if bundle:
        check_counts(contents, bundle, sizes, faults)
    check_reconciliation(contents, len(sizes), faults)
    return sum(len(part.ids) for part in parts) // ID_BYTES


def _check_layout(bag: Bag, faults: Faults) -> None:
    documents = _below(bag, layout.DOCUMENTS)
    for number, path in enumerate(documents):
        if path != layout.documents_path(number):
            problem = f"is not the next file of documents, {number:05d}.jsonl"
            faults.add(path, problem)
            break
    for path in bag.files:
        if not path.startswith("data/") or path.startswith(f"{layout.DOCUMENTS}/"):
            continue
        stored = _STORED.fullmatch(path)
        if stored is None and path not in _SINGLE and not _OTHER.fullmatch(path):
            faults.add(path, "does not belong in a bundle")
        elif stored and bag.manifest.get(path, stored[2]) != stored[2]:
            faults.add(path, "is not named by the hash that the manifest has for it")


def _check_told_twice(
    info: Mapping[str, str], bundle: Mapping[str, Json], faults: Faults
) -> None:
    for label, key in _TOLD_TWICE.items():
        if bundle and (info.get(label) or None) != bundle.get(key):
            told = f"{shown(info.get(label))} and {shown(bundle.get(key))}"
            faults.add(layout.BAG_INFO, f"{label} and bundle.json differ: {told}")


def _check_hash(bag: Bag, found: FileHash, faults: Faults) -> None:
    if found.problem:
        faults.add(found.path, found.problem)
    elif found.sha256 != bag.manifest[found.path]:
        faults.add(found.path, "was changed: its hash is not the one in the manifest")


def _contents(
    root: Path,
    bag: Bag,
    schemas: Schemas,
    parts: list[DocumentsFacts],
    bundle: Mapping[str, Json],
) -> Contents:
    kinds: Counter[str] = Counter()
    columns: dict[str, str] = {}
    files: set[bytes] = set()
    for part in parts:
        kinds.update(part.kinds)
        for code, place in part.columns.items():
            columns.setdefault(code, place)
        files |= part.file_paths
    return Contents(
        root=root,
        files=bag.files,
        schemas=schemas,
        is_delta=bundle.get("parent") is not None,
        documents=_document_ids(parts),
        kinds=kinds,
        columns=columns,
        paths=HashSet(chain.from_iterable(map(_path_hashes, parts))),
        other_paths=files,
        bases=[basis for part in parts for basis in part.basis],
    )


def _document_ids(parts: list[DocumentsFacts]) -> KeySet:
    keys = (key for part in parts for key in _chunks(part.ids, ID_BYTES))
    try:
        return KeySet.of(keys, width=ID_BYTES)
    except ValueError:  # out of order, or twice: a fault, told by others
        ids = {key for part in parts for key in _chunks(part.ids, ID_BYTES)}
        return KeySet.of(sorted(ids), width=ID_BYTES)


def _path_hashes(part: DocumentsFacts) -> Sequence[int]:
    return array("Q", bytes(part.paths))


def _check_ids(parts: list[DocumentsFacts], contents: Contents, faults: Faults) -> None:
    """Check that ids rise from file to file and that no two documents share a path."""
    for before, after in pairwise(part for part in parts if part.ids):
        if bytes(after.ids[:ID_BYTES]) <= bytes(before.ids[-ID_BYTES:]):
            faults.add(after.path, "its ids do not come after those of the file before")
    twice = contents.paths.repeated()
    if not twice:
        return
    first: dict[int, bytes] = {}
    hashes = chain.from_iterable(map(_path_hashes, parts))
    keys = (key for part in parts for key in _chunks(part.ids, ID_BYTES))
    for key, hashed in zip(keys, hashes, strict=True):
        other = first.setdefault(hashed, key) if hashed in twice else key
        if other != key:
            problem = f"has the path of document {_id(other)}"
            faults.add(layout.DOCUMENTS, problem, place=f"document {_id(key)}")


def _check_files(bag: Bag, parts: list[DocumentsFacts], faults: Faults) -> None:
    referenced: set[bytes] = set()
    for part in parts:
        referenced |= part.files
    for path in _below(bag, layout.FILES):
        stored = _STORED.fullmatch(path)
        if stored and bytes.fromhex(stored[2]) not in referenced:
            faults.add(path, "belongs to no document")


def _check_bases(
    root: Path, parts: list[DocumentsFacts], contents: Contents, faults: Faults
) -> None:
    """Check every quoted piece of evidence in the document that it was taken from."""
    wanted: dict[str, list[Basis]] = {}
    for basis in contents.bases:
        if contents.has_document(basis.document):
            wanted.setdefault(basis.document, []).append(basis)
    keys = {uuid.UUID(document).bytes for document in wanted}
    for part in parts:
        if keys.isdisjoint(_chunks(part.ids, ID_BYTES)):
            continue
        for place, problem in check_quotes(root, part.path, wanted):
            faults.add(layout.DOCUMENTS, problem, place=place)


def _below(bag: Bag, folder: str) -> list[str]:
    return sorted(path for path in bag.files if path.startswith(f"{folder}/"))


def _chunks(block: bytes | bytearray, width: int) -> Iterator[bytes]:
    return (bytes(block[i : i + width]) for i in range(0, len(block), width))


def _id(key: bytes) -> str:
    return str(uuid.UUID(bytes=key))
