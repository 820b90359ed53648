"""Measure the peak memory of the writer and of its workers.

    python benchmarks/memory.py [--documents N ...]

Each size is one sample site, harvested as a mirror; then every stage runs with two
workers, each command in a process of its own. The writer is the command, a worker its
largest child. Resident memory as Linux counts it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from spaces import STAGES, contentkit, scratch, table, versions

from contentkit.samplesite import write_site

WORKERS = 2
LIMITS = {"writer": 400, "worker": 300}
# runs one command in this process and tells its own peak and that of its children
_PROBE = """
import json, resource, sys
from contentkit.cli import commands
try:
    commands(sys.argv[1:], standalone_mode=False)
finally:
    peak = [resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps(peak), file=sys.stderr)
"""


def peaks(*words: str | Path) -> tuple[float, float]:
    """Run a command; return the peaks of the process and of its children, in MB."""
    command = [sys.executable, "-c", _PROBE, "-q", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    writer, worker = json.loads(done.stderr.splitlines()[-1])
    return writer, worker


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
