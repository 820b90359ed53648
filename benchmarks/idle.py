"""Measure `run` on a workspace in which nothing has changed.

    python benchmarks/idle.py [--documents N] [--rounds N]

The first run harvests the sample site as a mirror and goes on to the bundle; the next
ones find nothing to do. All are the command line, in CPU seconds with its children.
"""

import argparse
import resource
import statistics
from itertools import pairwise

from spaces import contentkit, scratch, table, versions

from contentkit.samplesite import write_site


def children_seconds() -> float:
    """Return the CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with scratch() as folder:
        site, space = folder / "site", folder / "space"
        write_site(site, documents=options.documents)
        contentkit("init", space, "--profile", "sample", "--recipe", "sample")
        marks = [children_seconds()]
        contentkit("-w", space, "run", "--from-mirror", site / "site")
        marks.append(children_seconds())
        for _ in range(options.rounds):
            contentkit("-w", space, "run")
            marks.append(children_seconds())
    first, *later = [after - before for before, after in pairwise(marks)]
    idle = statistics.median(later)
    print(f"{options.documents:,} documents; {versions()}; target ≤ 2 %\n")
    table(
        ("run", "CPU s", "of the first"),
        (
            ("first: harvest to verified bundle", f"{first:.1f}", "100 %"),
            ("nothing to do", f"{idle:.2f}", f"{idle / first:.1%}"),
        ),
    )


if __name__ == "__main__":
    main()
