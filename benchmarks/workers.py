"""Measure what two workers bring, stage by stage, and who is waited for.

    python benchmarks/workers.py [--documents N] [--rounds N]

The sample site is harvested once; every round runs the stages with one and with two
workers in turn, each on a copy of its own, as the command line does. CPU seconds are
counted for the writer and for all processes below it. The critical path is the longer
one of the writer and half of its workers: what free cores for all would need, whatever
else the machine was doing. Two cores for all three need half of all their seconds.
"""

import argparse
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from spaces import STAGES, copy_of, harvested, scratch, table, versions
from watch import Watched, watch

WORKERS = 2
Runs = Sequence[Watched]


def measure(space: Path, rounds: int) -> dict[tuple[int, str], list[Watched]]:
    """Return what every stage took in every round, by workers and stage."""
    found: dict[tuple[int, str], list[Watched]] = {}
    for _ in range(rounds):
        for workers in (1, WORKERS):
            copy = copy_of(space, f"workers-{workers}")
            for name in STAGES:
                seen = watch("-w", copy, name, "--workers", str(workers))
                found.setdefault((workers, name), []).append(seen)
    return found


def middle(runs: Runs, what: Callable[[Watched], float]) -> float:
    """Return the median over rounds."""
    return statistics.median(map(what, runs))


def row(name: str, ones: Sequence[Runs], twos: Sequence[Runs]) -> Iterable[object]:
    """Return the line of one stage or of several together."""
    one = sum(middle(runs, lambda x: x.wall) for runs in ones)
    two = sum(middle(runs, lambda x: x.wall) for runs in twos)
    cpu = sum(middle(runs, lambda x: x.writer_cpu) for runs in ones)
    writer = sum(middle(runs, lambda x: x.writer_cpu) for runs in twos)
    workers = sum(middle(runs, lambda x: x.workers_cpu) for runs in twos)
    path = sum(middle(runs, lambda x: x.critical(WORKERS)) for runs in twos)
    seconds = [f"{x:.1f}" for x in (cpu, writer, workers, path)]
    walls = [f"{one:.1f}", f"{two:.1f}"]
    halves = 2 * cpu / max(writer + workers, 2 * writer)
    times = [f"{cpu / path:.2f}", f"{halves:.2f}"]
    return (name, *seconds, *times, *walls, f"{one / two:.2f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    with scratch() as folder:
        space = harvested(folder, options.documents)
        found = measure(space, options.rounds)
    print(
        f"{options.documents:,} documents, {options.rounds} rounds; {versions()}; "
        "target 1.7 ×\n"
    )
    rows = [row(name, [found[1, name]], [found[WORKERS, name]]) for name in STAGES]
    ones = [found[1, name] for name in STAGES]
    twos = [found[WORKERS, name] for name in STAGES]
    table(
        ("stage", "one: CPU s", "two: writer CPU s", "two: workers CPU s",
         "critical path s", "× one", "× one, two cores", "one: wall s", "two: wall s", "× one, wall"),
        [*rows, row("all", ones, twos)],
    )  # fmt: skip


if __name__ == "__main__":
    main()
