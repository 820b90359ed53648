"""Measure which copies are taken for one document, and which never may be.

    python benchmarks/instruments.py [--documents N] [--seed S]

The sample site with its truth, and the real sets below ../shared/data where they are
there: successive editions of statutes and copies of them in two collections, the articles
of a county portal. Candidates are near texts (`near_duplicates`), equal title keys and
equal document numbers; every judged pair goes into the clusters. Times are CPU seconds of
one process.
"""

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from platform import python_version
from typing import Any

from spaces import scratch

from contentkit.dedupe import near_duplicates
from contentkit.dedupe.clusters import Cluster, JudgedPair, build_clusters
from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.facts import Copy, copy_of
from contentkit.dedupe.judge import Verdict, judge
from contentkit.dedupe.titles import title_keys
from contentkit.samplesite import write_site

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
_NOT_TEXT = re.compile(r"\A---\n.*?\n---\n|<!--.*?-->", re.DOTALL)
_DATED = re.compile(r"(?P<title>.*)\((?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\)")
_LARGEST_GROUP = 50  # copies under one title key that are compared with each other

Pair = tuple[int, int]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def judge_corpus(copies: Mapping[int, Copy]) -> dict[Pair, tuple[Verdict, float]]:
    """Judge all candidate pairs of a corpus."""
    found: dict[Pair, tuple[Verdict, float]] = {}
    texts = ((str(key), copy.text) for key, copy in copies.items())
    for a, b, similarity in near_duplicates(texts):
        pair = (int(a), int(b))
        found[pair] = judge(copies[pair[0]], copies[pair[1]], similarity), similarity
    for pair in _pairs_by_key(copies):
        if pair not in found:
            a, b = copies[pair[0]], copies[pair[1]]
            similarity = jaccard(a.text, b.text)
            found[pair] = judge(a, b, similarity), similarity
    return found


def _pairs_by_key(copies: Mapping[int, Copy]) -> Iterator[Pair]:
    groups: dict[str, list[int]] = defaultdict(list)
    for key, copy in copies.items():
        for word in {*title_keys(copy.title), copy.doc_number_key or ""} - {""}:
            groups[word].append(key)
    for group in groups.values():
        if len(group) <= _LARGEST_GROUP:
            yield from combinations(group, 2)


def clusters_of(
    copies: Mapping[int, Copy], judged: Mapping[Pair, tuple[Verdict, float]]
) -> list[Cluster]:
    """Build the clusters of judged pairs."""
    pairs = (
        JudgedPair(
            a=pair[0],
            b=pair[1],
            is_same=verdict.is_same,
            is_exact=similarity == 1.0,
            is_blocked=bool(verdict.blockers),
        )
        for pair, (verdict, similarity) in judged.items()
    )
    return build_clusters(copies, pairs)


def sample_copies(folder: Path) -> tuple[dict[int, Copy], dict[str, int], set[int]]:
    """Return the copies of a sample site, their keys by id, and which are later copies."""
    copies, keys, later = {}, {}, set()
    for key, row in enumerate(rows(folder / "truth.jsonl")):
        copy = copy_of(row, key=key)
        copies[key] = copy
        keys[copy.id] = key
        if any(x.startswith("duplicate-") for x in row["planted"]):
            later.add(key)
    return copies, keys, later


def measure_sample(documents: int, seed: int) -> None:
    """Print recall and violations on the sample site."""
    with scratch() as folder:
        write_site(folder, documents=documents, seed=seed)
        copies, keys, later = sample_copies(folder)
        truth = {
            frozenset((keys[row["a"]], keys[row["b"]])): row
            for row in rows(folder / "truth_pairs.jsonl")
        }
    start = time.process_time()
    judged = judge_corpus(copies)
    clusters = clusters_of(copies, judged)
    spent = time.process_time() - start
    joined = {frozenset(x) for c in clusters for x in combinations(c.members, 2)}
    must = {x for x, row in truth.items() if row["relation"] == "must-link"}
    cannot = truth.keys() - must
    right = sum(1 for c in clusters if not {c.canonical} & later)
    print(f"\nSample site, {len(copies):,} documents, {len(judged):,} pairs judged\n")
    print("| figure | value |\n| --- | --- |")
    print(
        f"| must-link pairs in one cluster | {_share(len(must & joined), len(must))} |"
    )
    print(
        f"| cannot-link pairs in one cluster | {len(cannot & joined)} of {len(cannot)} |"
    )
    print(f"| pairs in clusters that no truth names | {_unnamed(joined, must)} |")
    print(f"| clusters led by the first publication | {_share(right, len(clusters))} |")
    print(f"| candidates, judgement, clusters | {spent:.1f} s |")
    codes = Counter(str(verdict.code) for verdict, _ in judged.values())
    print(f"| codes | {_counts(codes)} |")


def _unnamed(joined: set[frozenset[int]], must: set[frozenset[int]]) -> str:
    """Count joined pairs outside the truth, and those that two must-links imply."""
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in (tuple(x) for x in must):
        near[a].add(b)
        near[b].add(a)
    extra = [tuple(x) for x in joined - must]
    implied = sum(1 for a, b in extra if near[a] & near[b])
    return f"{len(extra)}, of these {implied} by two must-links"


def statute(path: Path, key: int) -> Copy:
    """Return a statute as a reader files it: title and day from the file's name."""
    text = _NOT_TEXT.sub("", path.read_text(encoding="utf-8"))
    match = _DATED.fullmatch(path.stem)
    return Copy(
        key=key,
        id=str(path),
        kind="policy",
        title=match["title"] if match else path.stem,
        written_on=match["day"] if match else None,
        text=text,
    )


def measure_statutes(folder: Path) -> None:
    """Print what becomes of editions and copies of statutes, with and without days."""
    named: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(folder / "pairs.jsonl"):
        named[row["relation"]].append((row["a"], row["b"]))
    for row in rows(folder / "families.jsonl"):
        if row["relation"] == "versions":
            files = [x["file"] for x in row["files"]]
            named["successive editions"] += combinations(files, 2)
    print("\nStatutes (laws), pairs taken for one document\n")
    print("| relation | pairs | with the day | without any day | codes |")
    print("| --- | --- | --- | --- | --- |")
    for relation, pairs in named.items():
        counts, codes = [0, 0], Counter[str]()
        for a, b in pairs:
            copies = [statute(folder / x, key) for key, x in enumerate((a, b))]
            similarity = jaccard(copies[0].text, copies[1].text)
            verdict = judge(copies[0], copies[1], similarity)
            codes[str(verdict.code)] += 1
            counts[0] += verdict.is_same
            bare = [replace(x, written_on=None) for x in copies]
            counts[1] += judge(bare[0], bare[1], similarity).is_same
        print(
            f"| {relation} | {len(pairs)} | {counts[0]} | {counts[1]} | {_counts(codes)} |"
        )


def measure_portal(folder: Path) -> None:
    """Print what becomes of equal texts of a county portal."""
    copies = {}
    for key, row in enumerate(rows(folder / "gold" / "articles.jsonl")):
        document = {
            "id": row["file"],
            "url": row["url"],
            "kind": _kind(row["title"], row["file"]),
            "title": row["title"],
            "published_at": row["pub_time"],
            "source": row["source"],
            "column": row["file"].rsplit("/", 2)[0],
            "body_text": row["body_text"],
        }
        copies[key] = copy_of(document, key=key)
    judged = judge_corpus(copies)
    clusters = clusters_of(copies, judged)
    codes = Counter(
        f"{verdict.code or 'none'} ({verdict.relation})"
        for verdict, _ in judged.values()
    )
    print(f"\nCounty portal (zhecheng), {len(copies)} articles\n")
    print("| figure | value |\n| --- | --- |")
    print(f"| clusters proposed | {len(clusters)} |")
    print(f"| pages in them | {sum(len(c.members) for c in clusters)} |")
    print(f"| judged pairs | {_counts(codes)} |")


def _kind(title: str, path: str) -> str:
    if "zfwj" in path or "印发" in title:
        return "policy"
    return "notice" if re.search("通知|公告|公示|通告", title) else "article"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.4f})" if whole else "none"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def main(arguments: Iterable[str] | None = None) -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(list(arguments) if arguments else None)
    print(f"Python {python_version()}")
    measure_sample(options.documents, options.seed)
    for name, measure in (("laws", measure_statutes), ("zhecheng", measure_portal)):
        if (SHARED / name).is_dir():
            measure(SHARED / name)
        else:
            print(f"\n../shared/data/{name} is absent: left out")


if __name__ == "__main__":
    main()
