"""The smaller tables of a bundle: columns, relations, redirects, tombstones, counts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import orjson

from contentkit.bundle import layout
from contentkit.bundle.faults import Faults, shown
from contentkit.bundle.keys import HashSet, KeySet
from contentkit.bundle.verify_documents import (
    LONGEST_LINE,
    Basis,
    path_hash,
    path_key,
    read_basis,
    read_line,
)
from contentkit.bundle.verify_schemas import Schemas, format_errors
from contentkit.models import Json

_LARGEST = 1 << 30  # bytes; a reconciliation lists every gap
_HASH_ID = 32  # hex digits of an id


@dataclass(slots=True, kw_only=True)
class Contents:
    """What the documents of a bundle were found to hold, and whether it is a delta.

    `files` are the regular files of the bag: nothing else is ever opened. `paths` and
    `other_paths` are the hashes of every path that the platform will know: of
    documents; of their files and, once the columns are read, of columns.
    """

    root: Path
    files: Mapping[str, int]
    schemas: Schemas
    is_delta: bool
    documents: KeySet
    kinds: Mapping[str, int]
    columns: Mapping[str, str]
    paths: HashSet
    other_paths: set[bytes]
    bases: list[Basis]
    statuses: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)

    def has_document(self, identity: Json) -> bool:
        """Tell whether an id is one of the bundle's documents."""
        if not isinstance(identity, str):
            return False
        digits = identity.replace("-", "")
        try:
            return len(digits) == _HASH_ID and bytes.fromhex(digits) in self.documents
        except ValueError:
            return False


def check_columns(contents: Contents, faults: Faults) -> None:
    """Check codes, parents, and that every document's column is there."""
    parents: dict[str, Json] = {}
    for place, column in _rows(contents, layout.COLUMNS, "column", faults):
        code = column.get("code")
        if not isinstance(code, str):
            faults.add(layout.COLUMNS, "has no code", place=place)
        elif code in parents:
            faults.add(
                layout.COLUMNS, f"code {shown(code)} is there twice", place=place
            )
        else:
            parent = column.get("parent")
            # what is no text is told by the schema
            parents[code] = parent if isinstance(parent, str) else None
        if isinstance(path := column.get("path"), str):
            contents.other_paths.add(path_key(path))
    circular = _circular(parents)
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            problem = f"its parent {shown(parent)} is not there"
            faults.add(layout.COLUMNS, problem, place=f"column {shown(code)}")
        elif code in circular:
            problem = "is among its own parents"
            faults.add(layout.COLUMNS, problem, place=f"column {shown(code)}")
    for code, place in contents.columns.items():
        if code not in parents:
            problem = f"column {shown(code)} is not in {layout.COLUMNS}"
            faults.add(layout.DOCUMENTS, problem, place=place)


def check_relations(contents: Contents, faults: Faults) -> None:
    """Check that both ends are documents; a merged duplicate is not there any more.

    The evidence is added to `contents.bases`.
    """
    for place, relation in _rows(contents, layout.RELATIONS, "relation", faults):
        basis = read_basis(relation.get("evidence"), f"{layout.RELATIONS} {place}")
        if basis is not None:
            contents.bases.append(basis)
        if contents.is_delta:
            continue  # an end may be in the parent bundle
        ends = ["target"]
        if relation.get("type") != "duplicate-of":
            ends.insert(0, "source")
        for end in ends:
            if not contents.has_document(relation.get(end)):
                told = shown(relation.get(end))
                problem = f"{end} {told} is no document of the bundle"
                faults.add(layout.RELATIONS, problem, place=place)


def check_redirects(contents: Contents, faults: Faults) -> None:
    """Check order, one answer an address, and that the new addresses exist."""
    last = ""
    for place, row in _rows(contents, layout.REDIRECTS, "redirect", faults):
        address, target, status = row.get("from"), row.get("to"), row.get("status")
        contents.statuses[str(status)] += 1
        if not isinstance(address, str):
            faults.add(layout.REDIRECTS, "has no address", place=place)
            continue
        if address <= last:
            problem = f"{shown(address)} does not come after the address before it"
            faults.add(layout.REDIRECTS, problem, place=place)
        last = address
        is_path = isinstance(target, str) and target.startswith("/")
        if status == "301" and not isinstance(target, str):
            faults.add(layout.REDIRECTS, f"{shown(address)} leads nowhere", place=place)
        elif is_path and not _is_known(str(target), contents):
            problem = f"{shown(address)} leads to {shown(target)}, which is not there"
            faults.add(layout.REDIRECTS, problem, place=place)


def check_tombstones(contents: Contents, faults: Faults) -> None:
    """Check that only a delta has them, and none for a document that is there."""
    for place, tombstone in _rows(contents, layout.TOMBSTONES, "tombstone", faults):
        if not contents.is_delta:
            problem = "is not allowed: the bundle has no parent"
            faults.add(layout.TOMBSTONES, problem, place=place)
        if contents.has_document(tombstone.get("id")):
            problem = f"document {shown(tombstone.get('id'))} is in the bundle"
            faults.add(layout.TOMBSTONES, problem, place=place)


def check_counts(
    contents: Contents, bundle: Mapping[str, Json], sizes: list[int], faults: Faults
) -> None:
    """Compare the counts of bundle.json with what was counted; `sizes` of the files."""
    tombstones = contents.lines[layout.TOMBSTONES]
    found: dict[str, Json] = {
        "documents/total": len(contents.documents),
        "documents/by_kind": dict(contents.kinds),
        "columns": contents.lines[layout.COLUMNS],
        "relations": contents.lines[layout.RELATIONS],
        "redirects/total": contents.lines[layout.REDIRECTS],
        "redirects/by_status": dict(contents.statuses),
        "tombstones": tombstones,
        "files": len(sizes),
        "bytes": sum(sizes),
    }
    for place, count in found.items():
        told = _at(bundle.get("counts"), place)
        if isinstance(count, dict) and isinstance(told, dict):
            told = {key: value for key, value in told.items() if value != 0}
        if told != count:
            problem = f"says {shown(told)}, the bundle holds {shown(count)}"
            faults.add(layout.BUNDLE, problem, place=f"counts/{place}")
    operations = _at(bundle.get("counts"), "documents/by_operation")
    if isinstance(operations, dict) and all(map(_is_count, operations.values())):
        deleted = operations.get("delete", 0)
        if (sum(operations.values()) - deleted, deleted) != (
            len(contents.documents),
            tombstones,
        ):
            problem = "do not add up to documents and tombstones"
            faults.add(layout.BUNDLE, problem, place="counts/documents/by_operation")


def check_reconciliation(contents: Contents, files: int, faults: Faults) -> None:
    """Check that the proof adds up and speaks of this bundle."""
    path = layout.RECONCILIATION
    proof = read_json(contents.root, path, contents.files, faults)
    if proof is None:
        return
    if proof["gaps"] or not proof["is_whole"]:
        faults.add(
            path, f"has {len(proof['gaps'])} gaps: not every URL is accounted for"
        )
    if proof["discovered"] != sum(proof["fates"].values()):
        faults.add(path, "the fates do not add up to the discovered URLs")
    totals: Counter[str] = Counter()
    for column in proof["columns"]:
        totals.update(column["fates"])
        if column["discovered"] != sum(column["fates"].values()):
            place = f"column {shown(column['column'])}"
            faults.add(path, "the fates do not add up", place=place)
    if totals != Counter(proof["fates"]):
        faults.add(path, "the columns do not add up to the fates")
    if contents.is_delta:
        return
    columns = contents.lines[layout.COLUMNS]
    found = {"columns": columns, "documents": len(contents.documents), "files": files}
    if proof["bundle"] != found:
        problem = f"says {shown(proof['bundle'])}, the bundle holds {shown(found)}"
        faults.add(path, problem, place="bundle")
    if proof["fates"]["migrated"] != len(contents.documents):
        problem = "the migrated URLs are not as many as the documents"
        faults.add(path, problem, place="fates/migrated")


def read_json(
    root: Path, path: str, files: Mapping[str, int], faults: Faults
) -> Json | None:
    """Return a JSON file that satisfies our format of its name, else None and faults."""
    if path not in files:
        return None  # told by verify_bag
    try:
        with (root / path).open("rb") as stream:
            value = orjson.loads(stream.read(_LARGEST))
    except OSError as error:
        faults.add(path, f"cannot be read ({error.strerror})")
        return None
    except orjson.JSONDecodeError as error:
        faults.add(path, f"is not JSON in UTF-8 ({shown(error)})")
        return None
    errors = list(format_errors(PurePosixPath(path).stem, value))
    for place, problem in errors:
        faults.add(path, problem, place=place)
    return None if errors else value


def _rows(
    contents: Contents, path: str, schema: str, faults: Faults
) -> Iterator[tuple[str, dict[str, Json]]]:
    if path not in contents.files:
        return  # told by verify_bag
    try:
        with (contents.root / path).open("rb") as stream:
            while line := stream.readline(LONGEST_LINE):
                contents.lines[path] += 1
                place = f"line {contents.lines[path]}"
                row, problem = read_line(line)
                if problem:
                    faults.add(path, problem, place=place)
                if row is None:
                    continue
                for where, error in contents.schemas.errors(schema, row):
                    faults.add(path, error, place=f"{place} {where}".strip())
                yield place, row
    except OSError as error:
        faults.add(path, f"cannot be read ({error.strerror})")


def _is_known(target: str, contents: Contents) -> bool:
    if contents.is_delta:
        return True
    key = path_key(target.partition("#")[0])
    return key in contents.other_paths or path_hash(key) in contents.paths


def _circular(parents: Mapping[str, Json]) -> set[str]:
    """Return the codes that are among their own parents; every code is seen once."""
    settled: set[str] = set()
    circular: set[str] = set()
    for code in parents:
        trail: dict[str, int] = {}
        place: Json = code
        while isinstance(place, str) and place in parents and place not in settled:
            if place in trail:
                circular.update(list(trail)[trail[place] :])
                break
            trail[place] = len(trail)
            place = parents[place]
        settled.update(trail)
    return circular


def _at(value: Json, place: str) -> Json:
    for key in place.split("/"):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _is_count(value: Json) -> bool:
    return type(value) is int
