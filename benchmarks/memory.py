"""Measure the peak memory of the writer and of its workers.

    python benchmarks/memory.py [--documents N ...]

Each size is one sample site, harvested as a mirror; then every stage runs with two
workers, each command in a process of its own. The writer is the command, a worker its
largest descendant. Resident memory as Linux counts it, by looking on.
"""

import argparse

from spaces import CORPUS_STAGES, STAGES, contentkit, scratch, table, versions
from watch import watch

from contentkit.samplesite import write_site

WORKERS = 2
LIMITS = {"writer": 400, "worker": 300}


def measure(documents: int) -> dict[str, tuple[float, float]]:
    """Return the peaks of every step for a site of so many documents."""
    with scratch() as folder:
        site, space = folder / "site", folder / "space"
        write_site(site, documents=documents)
        contentkit("init", space, "--profile", "sample", "--recipe", "sample")
        seen = {
            "harvest": watch("-w", space, "harvest", "--from-mirror", site / "site")
        }
        for name in STAGES + CORPUS_STAGES:
            seen[name] = watch("-w", space, name, "--workers", str(WORKERS))
        seen["export"] = watch("-w", space, "export")
    return {step: (found.writer_mb, found.worker_mb) for step, found in seen.items()}


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
