"""Measure the peak memory of the writer and of its workers.

    python benchmarks/memory.py [--documents N ...]

Each size is one sample site, harvested as a mirror; then every stage runs with two
workers, each command in a process of its own. The writer is the command, a worker its
largest descendant. Resident memory as Linux counts it, by looking on.
"""

import argparse
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from spaces import STAGES, contentkit, scratch, table, versions

from contentkit.samplesite import write_site

WORKERS = 2
LIMITS = {"writer": 400, "worker": 300}
_LOOK = 0.05  # seconds between two looks at the peaks, which the kernel keeps


def peaks(*words: str | Path) -> tuple[float, float]:
    """Run a command; return the peaks of it and of its largest descendant, in MB."""
    command = [sys.executable, "-m", "contentkit", "-q", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    writer = worker = 0.0
    while process.poll() is None:
        tree = descendants(process.pid)
        writer = max(writer, peak_mb(process.pid))
        worker = max([worker, *map(peak_mb, tree)])
        time.sleep(_LOOK)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return writer, worker


def descendants(root: int) -> list[int]:
    """Return the processes below another one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended in the meantime
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
    found = [root]
    for parent in found:
        found += [child for child, above in parents.items() if above == parent]
    return found[1:]


def peak_mb(process: int) -> float:
    """Return the peak resident memory of a running process, 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def measure(documents: int) -> dict[str, tuple[float, float]]:
    """Return the peaks of every step for a site of so many documents."""
    with scratch() as folder:
        site, space = folder / "site", folder / "space"
        write_site(site, documents=documents)
        contentkit("init", space, "--profile", "sample", "--recipe", "sample")
        steps = {
            "harvest": peaks("-w", space, "harvest", "--from-mirror", site / "site")
        }
        for name in STAGES:
            steps[name] = peaks("-w", space, name, "--workers", str(WORKERS))
        steps["export"] = peaks("-w", space, "export")
    return steps


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000])
    sizes = parser.parse_args().documents
    found = {size: measure(size) for size in sizes}
    limits = ", ".join(f"{who} ≤ {limit} MB" for who, limit in LIMITS.items())
    print(f"Peak MB, {WORKERS} workers; {versions()}; targets {limits}\n")
    header = ["step"]
    for size in sizes:
        header += [f"writer, {size:,}", f"worker, {size:,}"]
    table(
        header,
        (
            (step, *(f"{mb:.0f}" for size in sizes for mb in found[size][step]))
            for step in found[sizes[0]]
        ),
    )


if __name__ == "__main__":
    main()
