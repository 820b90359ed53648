"""Work for the engine tests, importable by spawned workers."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contentkit.engine import Process
from contentkit.models import Json


@dataclass(frozen=True)
class Square:
    """Squares numbers; kills its process on `poison`, once if `flag` is a file name."""

    poison: int | None = None
    flag: str | None = None
    log: str | None = None

    @property
    def config(self) -> str:
        return "square-1"

    def open(self) -> Process:
        return self._run

    def died(self, ref: Json) -> Json:
        return {"died": ref}

    def _run(self, refs: Sequence[Json]) -> list[Json]:
        results: list[Json] = []
        for ref in refs:
            if ref == self.poison and not (self.flag and Path(self.flag).exists()):
                if self.flag:
                    Path(self.flag).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            results.append(ref * ref)
        if self.log:
            with Path(self.log).open("a") as log:
                log.write(f"{refs[0]}\n")
        return results
