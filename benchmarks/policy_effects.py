"""Effects on other documents: score on the labelled clauses, beside two public patterns.

    python benchmarks/policy_effects.py [--data ../shared/data/gold]

The peers are written anew from their published description: one window around a word of
abolition that does not cross a full stop and leaves out titles after 根据; one that takes
every 《…》 of a clause with such a word. The gold labels ends and amendments; `keep` and
`republish` it does not label, they are counted apart.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from platform import python_version
from typing import Any

from contentkit.policy.effects import read_effects
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import Context, Effect
from contentkit.policy.numbers import find_doc_numbers

DATA = Path(__file__).parents[1] / "../shared/data/gold"
_UNLABELED = {"keep", "republish"}
_FAMILY = {"repeal": "end", "lapse": "end", "stop": "end"}
_WORD = re.compile("废止|失效|停止执行|不再执行")
_TITLE = re.compile("《((?:[^《》]|《[^《》]*》)*)》")
_BASIS = re.compile("(?:根据|依据|按照)《[^》]*》")

Reader = Callable[[dict[str, Any]], set[tuple[str, str | None]]]


def load_clauses(data: Path = DATA) -> list[dict[str, Any]]:
    """Return the labelled clauses."""
    with (data / "clauses.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def gold_targets(row: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Return what a clause acts on, as family of effect and title."""
    wanted = {("end", item.get("title")) for item in row["gold"].get("repeals", ())}
    for item in row["gold"].get("amends", ()):
        is_extension = item.get("scope") == "validity_extension"
        wanted.add(("extend" if is_extension else "amend", item.get("title")))
    return wanted


def effects_of(row: dict[str, Any]) -> tuple[Effect, ...]:
    """Return what contentkit reads of a clause."""
    folded = fold_policy(row["clause"])
    context = Context(title=row.get("doc_title"), doc_number=row.get("doc_number"))
    return read_effects(folded, context, find_doc_numbers(folded), ())


def read_here(row: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Return family and title of the effects that contentkit reads."""
    return {
        (_FAMILY.get(e.type, str(e.type)), e.title)
        for e in effects_of(row)
        if e.type not in _UNLABELED
    }


def read_window(row: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Return the titles 180 signs before and 120 after a word, within its sentence."""
    found: set[tuple[str, str | None]] = set()
    for sentence in row["clause"].split("。"):
        bare = _BASIS.sub("", sentence)
        for word in _WORD.finditer(bare):
            near = bare[max(0, word.start() - 180) : word.end() + 120]
            found |= {("end", title) for title in _TITLE.findall(near)}
    return found


def read_every_title(row: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Return every title of a clause that has a word of abolition."""
    if not _WORD.search(row["clause"]):
        return set()
    return {("end", title) for title in _TITLE.findall(row["clause"])}


def score(rows: list[dict[str, Any]], read: Reader) -> tuple[int, int, int, int]:
    """Return hits, found, wanted and hard negatives that were read."""
    hits = found = wanted = negatives = 0
    for row in rows:
        gold, got = gold_targets(row), read(row)
        hits += len(gold & got)
        found += len(got)
        wanted += len(gold)
        hint = row["gold"]["status_hint"]
        negatives += bool(got) and hint in {"not_a_validity_clause", "override_only"}
    return hits, found, wanted, negatives


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| reader | P | R | hard negatives read | clauses/s |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    readers: tuple[tuple[str, Reader], ...] = (
        ("contentkit", read_here),
        ("window of a tax rule engine", read_window),
        ("every title of the clause", read_every_title),
    )
    for name, read in readers:
        score(rows, read)  # patterns are compiled once
        began = time.process_time()
        hits, found, wanted, negatives = score(rows, read)
        speed = len(rows) / (time.process_time() - began)
        yield (
            f"| {name} | {hits / found:.3f} | {hits / wanted:.3f} "
            f"| {negatives} | {speed:,.0f} |"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    rows = load_clauses(parser.parse_args().data)
    print("\n".join(table(rows)))
    others = sum(e.type in _UNLABELED for row in rows for e in effects_of(row))
    print(
        f"\n{len(rows)} clauses, {sum(len(gold_targets(r)) for r in rows)} targets; "
        f"{others} effects of kinds without label; Python {python_version()}"
    )


if __name__ == "__main__":
    main()
