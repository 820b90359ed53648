"""Repeals among statutes: edges recovered and resolved, against a silver list.

    python benchmarks/policy_laws.py [--data ../shared/data/laws] [--edges]

The silver was found by one pattern (《…》 before 同时废止) and holds faults; the corrections
below are counted apart, each with its reason. `--edges` prints what is missed or found
beyond the silver, by file and title.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import python_version
from typing import Any

from contentkit.policy.effects import read_effects
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import Context, Effect, EffectType
from contentkit.policy.numbers import find_doc_numbers
from contentkit.policy.targets import Held, Resolution, Shelf, State, resolve

CORRECTED = "silver corrected: "
_DATA = Path(__file__).parents[1] / "../shared/data/laws"
_DATED = re.compile(r"\((\d{4}-\d\d-\d\d)\)$")
_ADOPTED = re.compile("([12][0-9]{3})年([0-9]{1,2})月([0-9]{1,2})日")
_MARKUP = re.compile(r"^#+ |<!--.*?-->|\A---\n.*?\n---\n", re.MULTILINE | re.DOTALL)
_ENDINGS = {EffectType.REPEAL, EffectType.LAPSE, EffectType.STOP}


@dataclass
class Law:
    """One file: what a reader of it knows."""

    file: str
    held: Held
    text: str


def load_laws(data: Path) -> list[Law]:
    """Return the statutes of the folder; the stubs named _index.md are none."""
    laws = []
    for path in sorted((data / "lawrefbook").rglob("*.md")):
        if path.name == "_index.md":
            continue
        raw = path.read_text(encoding="utf-8")
        dated = _DATED.search(path.stem)
        title = raw.split("\n", 1)[0].lstrip("# ").strip() or _DATED.sub("", path.stem)
        held = Held(
            id=len(laws), title=title, written_on=dated[1] if dated else _last_day(raw)
        )
        laws.append(Law(str(path.relative_to(data)), held, _MARKUP.sub("", raw)))
    return laws


def _last_day(raw: str) -> str | None:
    """Return the latest day that the head of a text names: its last amendment."""
    head = raw.split("<!-- INFO END -->", maxsplit=1)[0]
    days = [f"{y}-{int(m):02}-{int(d):02}" for y, m, d in _ADOPTED.findall(head)]
    return max(days, default=None)


def read_repeals(law: Law) -> list[Effect]:
    """Return the effects of a statute that end others."""
    folded = fold_policy(law.text)
    effects = read_effects(
        folded, Context(title=law.held.title), find_doc_numbers(folded), ()
    )
    return [effect for effect in effects if effect.type in _ENDINGS]


def load_edges(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of the silver."""
    with (data / "repeal_edges.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def judge(
    edge: dict[str, Any], effect: Effect | None, found: Resolution | None, got: set[str]
) -> str:
    """Return what became of one row of the silver: ok, missed or a correction."""
    doubt = edge.get("doubt")
    if doubt == "amending-decision-not-repealed":
        return (
            f"{CORRECTED}cites a decision of the target's history, repeals it not"
            if effect is None
            else "wrong: a decision of the history read as repealed"
        )
    if effect is None or found is None:
        return "missed"
    if doubt == "later-text-of-the-same-name":
        return (
            f"{CORRECTED}the file of that name is younger than the repeal"
            if found.state is State.TIME
            else "wrong: resolved to a younger text"
        )
    if edge["targets"]:
        return "ok" if got == set(edge["targets"]) else "wrong target"
    if found.state is State.RESOLVED:
        return f"{CORRECTED}the target is held under a title without its issuer"
    if found.state is State.TIME:
        return f"{CORRECTED}only a younger text of that name is held"
    return "ok, not held"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--edges", action="store_true")
    options = parser.parse_args()
    laws = load_laws(options.data)
    by_file = {law.file: law for law in laws}
    began = time.process_time()
    repeals = {law.file: read_repeals(law) for law in laws}
    seconds = time.process_time() - began
    shelf = Shelf(law.held for law in laws)
    verdicts: Counter[str] = Counter()
    silver = set()
    for edge in load_edges(options.data):
        cited = edge["cited_title"]
        silver.add((edge["repealer"], cited))
        effect = next((x for x in repeals[edge["repealer"]] if x.title == cited), None)
        found = effect and resolve(effect, by_file[edge["repealer"]].held, shelf)
        got = {laws[held.id].file for held in found.targets} if found else set()
        verdict = judge(edge, effect, found, got)
        verdicts[verdict] += 1
        if options.edges and not verdict.startswith("ok"):
            print(f"{verdict}: {edge['repealer']} -> {cited}")
    beyond = _beyond(repeals, silver, show=options.edges)
    _print_table(verdicts, beyond)
    signs = sum(len(law.text) for law in laws)
    print(
        f"\n{len(laws)} statutes, {signs:,} signs in {seconds:.1f} CPU s, "
        f"Python {python_version()}"
    )


def _beyond(
    repeals: dict[str, list[Effect]], silver: set[tuple[str, str]], *, show: bool
) -> Counter[str]:
    """Count what is read and not in the silver, by scope."""
    counts: Counter[str] = Counter()
    for file, effects in repeals.items():
        for effect in effects:
            if (file, effect.title) not in silver:
                counts[f"beyond the silver: {effect.type} {effect.scope}"] += 1
                if show:
                    print(f"beyond: {file} {effect.type} {effect.title or '-'}")
    return counts


def _print_table(verdicts: Counter[str], beyond: Counter[str]) -> None:
    right = sum(n for v, n in verdicts.items() if v.startswith(("ok", CORRECTED)))
    print("| row of the silver | n |\n| --- | ---: |")
    for verdict, count in sorted((verdicts + beyond).items()):
        print(f"| {verdict} | {count} |")
    print(f"| **right after correction** | {right} of {verdicts.total()} |")


if __name__ == "__main__":
    main()
