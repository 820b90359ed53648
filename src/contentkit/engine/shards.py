"""The shard contract: references in, results out, done by content and configuration.

A shard is a list of references (ids, paths and offsets), never payloads. Work on a
shard is a pure function of what the references point at and of the configuration; its
results come back in the order of the references. An engine may run shards anywhere, in
any order and more than once: the caller sees them in order and exactly once.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from contentkit.models import Json

Process = Callable[[Sequence[Json]], Iterable[Json]]
"""Work that is set up: references to one result each, in the same order, one by one.

Results are best made as they are asked for: then no process holds more than one.
"""


class Work(Protocol):
    """A picklable, hashable description of work; `open` sets it up once a process.

    `died` says what becomes of one reference whose processing kills its process.
    """

    @property
    def config(self) -> str:
        """Digest of everything but the references that the results depend on."""

    def open(self) -> Process:
        """Load configuration and open files; return the function that works."""

    def died(self, ref: Json) -> Json:
        """Return the result for a reference that killed its worker repeatedly."""


@dataclass(frozen=True, slots=True)
class Shard:
    """References that one worker takes at a time."""

    refs: tuple[Json, ...]

    def key(self, config: str) -> str:
        """Return the completion key: the digest of the references and of `config`."""
        digest = hashlib.sha256(config.encode())
        digest.update(orjson.dumps(list(self.refs)))
        return digest.hexdigest()
