"""The part of verification that reads every byte, in this process or in several."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from contentkit.bundle import layout
from contentkit.bundle.faults import Faults
from contentkit.bundle.verify_documents import DocumentsFacts, read_documents
from contentkit.bundle.verify_schemas import Schemas, load_schemas
from contentkit.engine import worker_context
from contentkit.errors import ContentkitError

_TASK_BYTES = 64 << 20
_TASK_FILES = 500
_BLOCK = 1 << 18  # bytes read at a time
_WORTH_PROCESSES = 32 << 20  # bytes; below that, starting a process takes longer


@dataclass(frozen=True, slots=True)
class FileHash:
    """The hash of one file, or why it could not be read."""

    path: str
    sha256: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every process needs to know to read a bundle."""

    root: Path
    schemas: tuple[str, ...]
    edition: str


Result = DocumentsFacts | list[FileHash]


def read_payload(
    setup: Setup, schemas: Schemas, files: Iterable[tuple[str, int]], *, workers: int
) -> Iterator[Result]:
    """Yield facts for each file of documents, then hashes of all other files.

    `files` are path and size, sorted by path; results come in their order.
    """
    files = list(files)
    tasks = list(_tasks(files))
    if workers <= 1 or sum(size for _, size in files) < _WORTH_PROCESSES:
        yield from (_read(setup.root, task, schemas) for task in tasks)
        return
    pool = ProcessPoolExecutor(
        max_workers=workers,
        mp_context=worker_context(__name__),
        initializer=_Process.start,
        initargs=(setup,),
    )
    try:
        yield from pool.map(_Process.run, tasks)
    except BrokenProcessPool as error:
        raise ContentkitError(
            f"{setup.root}: a process that was reading it was killed (out of memory?): "
            "verify again with --workers 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """The state of a worker process: set once, when it starts."""

    setup: Setup
    schemas: Schemas

    @classmethod
    def start(cls, setup: Setup) -> None:
        cls.setup = setup
        # faults of the schemas were told by the parent process
        cls.schemas = load_schemas(setup.root, setup.schemas, setup.edition, Faults())

    @classmethod
    def run(cls, task: Sequence[str]) -> Result:
        return _read(cls.setup.root, task, cls.schemas)


def _tasks(files: Iterable[tuple[str, int]]) -> Iterator[tuple[str, ...]]:
    """Yield each file of documents alone, other files in batches."""
    batch: list[str] = []
    total = 0
    for path, size in files:
        if path.startswith(f"{layout.DOCUMENTS}/"):
            yield (path,)
            continue
        batch.append(path)
        total += size
        if total >= _TASK_BYTES or len(batch) >= _TASK_FILES:
            yield tuple(batch)
            batch, total = [], 0
    if batch:
        yield tuple(batch)


def _read(root: Path, task: Sequence[str], schemas: Schemas) -> Result:
    if task[0].startswith(f"{layout.DOCUMENTS}/"):
        return read_documents(root, task[0], schemas)
    block = memoryview(bytearray(_BLOCK))
    return [_hash(root, path, block) for path in task]


def _hash(root: Path, path: str, block: memoryview) -> FileHash:
    # hashlib.file_digest makes a new block for each file: a third of the time of a
    # small one
    sha256 = hashlib.sha256()
    try:
        with io.FileIO(f"{root}/{path}") as stream:
            while size := stream.readinto(block):
                sha256.update(block[:size])
    except OSError as error:
        return FileHash(path, "", f"cannot be read ({error.strerror})")
    return FileHash(path, sha256.hexdigest())
