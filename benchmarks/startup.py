"""Measure `contentkit --help` beside a bare click program.

    python benchmarks/startup.py [--rounds N]

Both run in turn as fresh processes; the table shows medians of wall time. The bare
program has one command and imports nothing but click.
"""

import argparse
import statistics
import subprocess
import sys
import time

from spaces import table, versions

BARE = """
import click

@click.group()
def main():
    "A bare program."

@main.command()
def hello():
    "Say hello."

main()
"""
PROGRAMS = {
    "python -c pass": ["-c", "pass"],
    "bare click program": ["-c", BARE, "--help"],
    "contentkit": ["-c", "from contentkit.cli import main; main()", "--help"],
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    spent: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, words in PROGRAMS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            spent[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in spent.items()}
    bare = medians["bare click program"]
    print(f"{versions('click')}; median of {rounds}; target ≤ 2\n")
    table(
        ("program", "ms", "× bare click program"),
        ((n, f"{s * 1000:.0f}", f"{s / bare:.2f}") for n, s in medians.items()),
    )


if __name__ == "__main__":
    main()
