"""Watch a command and the processes below it: memory and CPU, as Linux counts them."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LOOK = 0.05  # seconds between two looks
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What one command took.

    The writer is the command itself, the workers are all processes below it. Peaks of
    resident memory in MB (of the workers, the largest one), CPU and wall in seconds.
    """

    writer_mb: float
    worker_mb: float
    writer_cpu: float
    workers_cpu: float
    wall: float

    def critical(self, workers: int) -> float:
        """Return the seconds that it would take with a core for every process."""
        return max(self.writer_cpu, self.workers_cpu / workers)


def watch(*words: str | Path) -> Watched:
    """Run a command of contentkit to its end and look on."""
    command = [sys.executable, "-m", "contentkit", "-q", *map(str, words)]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    spent: dict[int, float] = {}
    while process.poll() is None:
        for one in (process.pid, *_descendants(process.pid)):
            peaks[one] = max(peaks.get(one, 0), _peak_mb(one))
            spent[one] = max(spent.get(one, 0), _cpu_seconds(one))
        time.sleep(_LOOK)
    wall = time.perf_counter() - begin
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return Watched(
        writer_mb=peaks.pop(process.pid, 0),
        worker_mb=max(peaks.values(), default=0),
        writer_cpu=spent.pop(process.pid, 0),
        workers_cpu=sum(spent.values()),
        wall=wall,
    )


def _descendants(root: int) -> list[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(int(path.parent.name))
        if fields:
            parents[int(path.parent.name)] = int(fields[1])
    found = [root]
    for parent in found:
        found += [child for child, above in parents.items() if above == parent]
    return found[1:]


def _stat(process: int) -> list[str]:
    """Return the fields after the name of the program; none if it has ended."""
    with suppress(OSError):
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return text.rpartition(")")[2].split()
    return []


def _cpu_seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0


def _peak_mb(process: int) -> float:
    # the kernel keeps the peak, so that none is missed between two looks
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0
