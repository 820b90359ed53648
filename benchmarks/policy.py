"""Measure validity clauses and the whole reading beside patterns, and texts a second.

    python benchmarks/policy.py [--data ../shared/data/gold] [--rounds N]

The peers are written anew from their published description: a one-line pattern for the
day of entry into force, and one for 有效期N年. Numbers and effects have tables of their
own (policy_numbers.py, policy_effects.py). Speed is that of `read_policy`, all of it, and
of `contentkit read-policy` with its process; the last table reads texts of one unit of
5 MB, which hang readers whose patterns are not linear.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from contentkit.policy import read_policy
from contentkit.policy.models import Reading

DATA = Path(__file__).parents[1] / "../shared/data/gold"
_NEGATIVE = {"not_a_validity_clause", "override_only"}
_DAY = re.compile(
    "自([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日起?(?:施行|实施|执行|生效)"
)
_YEARS = re.compile("有效期(?:为)?([0-9一二三四五六七八九十])年")
_HAN = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
_UNITS = ("本", "自2020年1月1日", "有效期", "有效期5年", "《", "（", "1", "。", "至")
_SIZE = 5_000_000

Value = tuple[str | None, Any]


def load(data: Path) -> list[dict[str, Any]]:
    """Return the labelled clauses."""
    with (data / "clauses.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read(row: dict[str, Any]) -> Reading:
    """Return what contentkit reads of a clause."""
    return read_policy(
        row["clause"], title=row.get("doc_title"), doc_number=row.get("doc_number")
    )


def start_here(row: dict[str, Any]) -> Value:
    """Return day or rule of entry into force."""
    found = read(row)
    rule = found.effective_rule
    return found.effective_on, rule.to_json() if rule else None


def start_by_pattern(row: dict[str, Any]) -> Value:
    """Return the first day that the one-line pattern finds."""
    match = _DAY.search(row["clause"])
    if match is None:
        return None, None
    year, month, day = (int(part) for part in match.groups())
    return f"{year}-{month:02}-{day:02}", None


def years_here(row: dict[str, Any]) -> Value:
    """Return the term in years."""
    return None, read(row).validity_years


def years_by_pattern(row: dict[str, Any]) -> Value:
    """Return the term in years by the one-line pattern."""
    match = _YEARS.search(row["clause"])
    if match is None:
        return None, None
    return None, _HAN.get(match[1]) or int(match[1])


def end_here(row: dict[str, Any]) -> Value:
    """Return the last day in force."""
    return None, read(row).expires_on


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table of scores."""
    fields: tuple[tuple[str, str, Callable[[dict[str, Any]], Value]], ...] = (
        ("effective day or rule", "contentkit", start_here),
        ("effective day or rule", "one-line pattern", start_by_pattern),
        ("last day in force", "contentkit", end_here),
        ("term in years", "contentkit", years_here),
        ("term in years", "有效期N年", years_by_pattern),
    )
    yield "| field | reader | labelled | right | read though not labelled | of these hard negatives |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for field, name, reader in fields:
        right = labelled = extra = negatives = 0
        for row in rows:
            wanted, got = _gold(row, field), reader(row)
            is_labelled = wanted != (None, None)
            labelled += is_labelled
            right += is_labelled and got == wanted
            is_extra = not is_labelled and got != (None, None)
            extra += is_extra
            negatives += is_extra and row["gold"]["status_hint"] in _NEGATIVE
        yield f"| {field} | {name} | {labelled} | {right} | {extra} | {negatives} |"


def speed(rows: list[dict[str, Any]], rounds: int) -> float:
    """Return clauses a CPU second."""
    for row in rows:
        read(row)  # patterns are compiled once
    began = time.process_time()
    for _ in range(rounds):
        for row in rows:
            read(row)
    return rounds * len(rows) / (time.process_time() - began)


def command_speed(rows: list[dict[str, Any]], rounds: int) -> float:
    """Return lines a second of wall time through the command, its start included."""
    lines = "".join(
        json.dumps({"text": row["clause"], "title": row.get("doc_title")}) + "\n"
        for row in rows
    )
    command = [sys.executable, "-m", "contentkit", "read-policy"]
    began = time.perf_counter()
    subprocess.run(
        command, input=lines * rounds, text=True, capture_output=True, check=True
    )
    return rounds * len(rows) / (time.perf_counter() - began)


def hostile() -> Iterator[str]:
    """Yield the lines of the table of texts of one unit."""
    yield f"| text of {_SIZE:,} characters, all | seconds |\n| --- | ---: |"
    for unit in _UNITS:
        text = unit * (_SIZE // len(unit))
        began = time.process_time()
        read_policy(text)
        yield f"| {unit} | {time.process_time() - began:.1f} |"


def _gold(row: dict[str, Any], field: str) -> Value:
    gold = row["gold"]
    if field.startswith("effective"):
        return gold.get("effective_date"), gold.get("effective_rule")
    return None, gold.get(
        "expiry_date" if field.startswith("last") else "validity_years"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    rows = load(given.data)
    print(f"contentkit {version('contentkit')}, Python {python_version()}\n")
    print("\n".join(table(rows)))
    print(
        f"\n{len(rows)} clauses; read_policy: {speed(rows, given.rounds):,.0f} a second"
    )
    print(
        f"contentkit read-policy: {command_speed(rows, given.rounds):,.0f} a second\n"
    )
    print("\n".join(hostile()))


if __name__ == "__main__":
    main()
