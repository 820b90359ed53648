"""Duplicates and policy clean-up on the sample site, against its truth.

python benchmarks/cleanup.py --documents 20000

Makes the site, runs the job from its files, and prints: must-link recall, cannot-link
violations, authority, effects, false repeals, validity at three days (macro-F1), personal
data, and the CPU time of each stage. The truth of validity on other days than the site's
last is worked out here from the truth of terms and effects, not by contentkit.policy.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from contentkit.progress import Silent
from contentkit.samplesite import write_site
from contentkit.stages import pipeline
from contentkit.stages.runner import Options
from contentkit.stages.setup import init_workspace
from contentkit.workspace import Workspace

DAYS = ("2018-06-30", "2021-06-30", "2024-06-30")
STARTED = "2026-01-02T03:04:05+08:00"
_ENDS = {"repeal": "repealed", "lapse": "lapsed", "stop": "lapsed"}


def lines(path: Path) -> Iterator[Any]:
    """Yield the objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def run_job(
    folder: Path, site: Path, workers: int
) -> tuple[Workspace, dict[str, float]]:
    """Run every stage up to cleanup; return the workspace and CPU seconds a stage."""
    workspace = init_workspace(folder, profile="sample", recipe="sample", base_url=None)
    run_id = workspace.start_run("benchmark", STARTED, {})
    spent: dict[str, float] = {}
    start = time.process_time()
    pipeline.harvest(
        workspace,
        pipeline.Source(mirror=site / "site"),
        run_id=run_id,
        progress=Silent(),
    )
    spent["harvest"] = time.process_time() - start
    options = Options(run_id=run_id, workers=workers)
    for name in ("extract", "normalize", "validate", "dedupe", "cleanup"):
        start = time.process_time()
        getattr(pipeline, name)(workspace, options)
        spent[name] = time.process_time() - start
    return workspace, spent


def score_pairs(conn: sqlite3.Connection, site: Path) -> Iterator[tuple[str, int, int]]:
    """Yield (measure, right, of) for duplicates."""
    items = dict(conn.execute("SELECT id, url_id FROM documents WHERE state = 'valid'"))
    canonical = dict(conn.execute("SELECT url_id, canonical FROM clusters"))
    wanted = [
        (row, items[row["a"]], items[row["b"]])
        for row in lines(site / "truth_pairs.jsonl")
        if row["a"] in items and row["b"] in items
    ]
    must = [(a, b) for row, a, b in wanted if row["relation"] == "must-link"]
    never = [(a, b) for row, a, b in wanted if row["relation"] == "cannot-link"]

    def is_one(a: int, b: int) -> bool:
        return a in canonical and canonical[a] == canonical.get(b)

    yield "must-link pairs found", sum(is_one(*x) for x in must), len(must)
    kept = sum(not is_one(*x) for x in never)
    yield "cannot-link pairs kept apart", kept, len(never)
    true = {frozenset(x) for x in must}
    made = [(k, v) for k, v in canonical.items() if k != v]
    yield (
        "proposed merges that are right",
        sum(frozenset(x) in true for x in made),
        len(made),
    )
    chosen = [canonical[a] == b for a, b in must if is_one(a, b)]
    yield "authority", sum(chosen), len(chosen)


def score_effects(
    conn: sqlite3.Connection, site: Path
) -> Iterator[tuple[str, int, int]]:
    """Yield (measure, right, of) for effects on documents that are held."""
    found = {
        (kind, scope, source, target, day)
        for kind, scope, source, target, day in conn.execute(
            "SELECT e.type, e.scope, s.id, d.id, e.date FROM effects e"
            " JOIN effect_targets t ON t.source = e.source AND t.ordinal = e.ordinal"
            " JOIN documents s ON s.url_id = e.source"
            " JOIN documents d ON d.url_id = t.target"
        )
    }
    held = {
        row[0] for row in conn.execute("SELECT id FROM documents WHERE state = 'valid'")
    }
    true = {
        (row["type"], row["scope"], row["source"], row["target"])
        for row in lines(site / "truth_effects.jsonl")
        if row["target"] in held and row["source"] in held
    }
    edges = {x[:4] for x in found}
    copies = dict(
        conn.execute(
            "SELECT d.id, k.id FROM clusters c JOIN documents d ON d.url_id = c.url_id"
            " JOIN documents k ON k.url_id = c.canonical"
        )
    )

    def plain(edge: tuple[str, ...]) -> tuple[str, ...]:
        return (*edge[:2], *(copies.get(x, x) for x in edge[2:]))

    told, wanted = {plain(x) for x in edges}, {plain(x) for x in true}
    yield "effects found", len(told & wanted), len(wanted)
    yield "effects that are right", len(told & wanted), len(told)


def expected_states(site: Path, day: str) -> dict[str, str]:
    """Return the state of each policy document on a day by the truth of the site."""
    hits = defaultdict(list)
    for row in lines(site / "truth_effects.jsonl"):
        if row["target"]:
            hits[row["target"]].append(row)
    states = {}
    written = {}
    rows = list(lines(site / "truth.jsonl"))
    for row in rows:
        written[row["id"]] = (row["policy"] or {}).get("effective_on") or row[
            "written_on"
        ]
    for row in rows:
        if row["policy"] and "duplicate-exact" not in row["planted"]:
            states[row["id"]] = _state(row, hits[row["id"]], written, day)
    return states


def _state(row: Any, hits: Iterable[Any], written: dict[str, str], day: str) -> str:
    policy = row["policy"]
    expires, standing = policy["expires_on"], None
    for hit in sorted(hits, key=lambda x: x["date"] or ""):
        begins = written[hit["source"]] if hit["type"] == "extend" else hit["date"]
        if begins is None or begins > day:
            continue
        if hit["type"] == "extend":
            expires = hit["date"]
        elif hit["type"] in _ENDS and hit["scope"] == "whole":
            return _ENDS[hit["type"]]
        elif hit["type"] in _ENDS:
            standing = "partly-repealed"
        elif standing is None:
            standing = "amended"
    if expires and expires < day:
        return "lapsed"
    starts = policy["effective_on"]
    if starts and starts > day:
        return "not-yet"
    if policy["effective_rule"] and day < row["written_on"]:
        return "not-yet"
    if policy["effective_rule"] and day < row["published_at"][:10]:
        return "unknown"  # printed between the day of writing and that of publication
    if starts or policy["effective_rule"]:
        return standing or "in-force"
    return standing or "unknown"


def macro_f1(
    wanted: dict[str, str], found: dict[str, str]
) -> tuple[float, Counter[Any]]:
    """Return the macro-F1 over the states, and the confusions."""
    confusions = Counter((wanted[k], found.get(k)) for k in wanted)
    scores = []
    for state in sorted(set(wanted.values())):
        right = confusions[state, state]
        of = sum(n for (w, _), n in confusions.items() if w == state)
        told = sum(n for (_, f), n in confusions.items() if f == state)
        precision = right / told if told else 0.0
        recall = right / of
        total = precision + recall
        scores.append(2 * precision * recall / total if total else 0.0)
    wrong = Counter({k: n for k, n in confusions.items() if k[0] != k[1]})
    return sum(scores) / len(scores), wrong


def score_validity(
    workspace: Workspace, site: Path, run_id: int
) -> Iterator[tuple[str, float, Counter[Any], int]]:
    """Yield (day, macro-F1, confusions, documents) and count false repeals."""
    for day in DAYS:
        pipeline.cleanup(workspace, Options(run_id=run_id), as_of=day)
        found = dict(
            workspace.conn.execute(
                "SELECT d.id, v.validity FROM validity v"
                " JOIN documents d ON d.url_id = v.url_id"
            )
        )
        wanted = {k: v for k, v in expected_states(site, day).items() if k in found}
        score, wrong = macro_f1(wanted, found)
        yield day, score, wrong, len(wanted)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        site, folder = Path(name) / "sample", Path(name) / "space"
        write_site(site, documents=given.documents, seed=given.seed)
        workspace, spent = run_job(folder, site, given.workers)
        conn = workspace.conn
        print(f"{given.documents:,} documents, seed {given.seed}\n")
        print("| measure | right | of | rate |\n| --- | ---: | ---: | ---: |")
        for measure, right, of in (
            *score_pairs(conn, site),
            *score_effects(conn, site),
        ):
            print(f"| {measure} | {right:,} | {of:,} | {right / max(of, 1):.4f} |")
        print("\n| day | policy documents | macro-F1 | false repeals | confusions |")
        print("| --- | ---: | ---: | ---: | --- |")
        for day, score, wrong, of in score_validity(workspace, site, 1):
            false = sum(n for (_, f), n in wrong.items() if f in ("repealed", "lapsed"))
            told = ", ".join(f"{w} as {f}: {n}" for (w, f), n in wrong.most_common(6))
            print(f"| {day} | {of:,} | {score:.4f} | {false} | {told} |")
        print("\n| stage | CPU s |\n| --- | ---: |")
        for stage, seconds in spent.items():
            print(f"| {stage} | {seconds:.1f} |")
        workspace.close()


if __name__ == "__main__":
    main()
