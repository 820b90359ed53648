"""Work for the engine tests, importable by spawned workers."""

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contentkit.engine import Process
from contentkit.models import Json


@dataclass(frozen=True)
class Square:
    """Squares numbers; kills its process on `poison`, once if `flag` is a file name.

    With `wide`, each result is a text of so many characters instead.
    """

    poison: int | None = None
    flag: str | None = None
    log: str | None = None
    wide: int = 0

    @property
    def config(self) -> str:
        return "square-1"

    def open(self) -> Process:
        return self._run

    def died(self, ref: Json) -> Json:
        return {"died": ref}

    def _run(self, refs: Sequence[Json]) -> Iterator[Json]:
        for ref in refs:
            if ref == self.poison and not (self.flag and Path(self.flag).exists()):
                if self.flag:
                    Path(self.flag).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield "x" * self.wide if self.wide else ref * ref
        if self.log:
            with Path(self.log).open("a") as log:
                log.write(f"{refs[0]}\n")
