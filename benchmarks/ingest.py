"""Measure the way from archive to ledger: records, documents, findings, fingerprints.

    python benchmarks/ingest.py [--documents N] [--sample N] [--rounds N]

The sample site is written and harvested first, which is not measured. One worker is
compared in CPU seconds with the usual stack (`peers.py`) on a sample of the same pages,
half of it before and half after, and with bare lxml parsing of every page. The same is
done on the pages of ../shared/data/zhecheng, which are five times as large, if they are
there. Two workers are compared with one in wall time, in turn. The last table says where
the time goes.
"""

import argparse
import cProfile
import hashlib
import pstats
import statistics
import time
from pathlib import Path

import peers
from spaces import (
    CORPUS_STAGES,
    STAGES,
    STARTED,
    contentkit,
    copy_of,
    do_stage,
    harvested,
    scratch,
    table,
    versions,
)

from contentkit.progress import Silent
from contentkit.stages import pipeline
from contentkit.stages.extract import ExtractStage
from contentkit.stages.setup import init_workspace
from contentkit.workspace import Workspace
from contentkit.workspace.archive import ArchiveReader

# stage, what is done, file and function whose cumulative time it is, what is inside it
_PARTS = (
    ("extract", "read the archive", "archive_reader.py", "payload", ()),
    ("extract", "decode", "encoding.py", "decode_page", ()),
    ("extract", "parse", "html.py", "_parse", ()),
    ("extract", "read the page", "page.py", "extract_record", ("decode", "parse")),
    ("extract", "canonical links", "extract.py", "_links", ()),
    ("extract", "store", "runner.py", "_commit", ()),
    ("normalize", "link records", "link.py", "link_records", ()),
    ("normalize", "sanitize bodies", "content.py", "sanitize", ()),
    ("normalize", "fields", "record.py", "normalize_record", ("sanitize bodies",)),
    ("normalize", "store", "runner.py", "_commit", ()),
    ("validate", "rules and schema", "document.py", "validate_document", ()),
    ("validate", "store", "runner.py", "_commit", ()),
)


MIRROR = Path(__file__).parents[1] / "../shared/data/zhecheng/site"


def mirrored(space: Path) -> Path:
    """Return a workspace that harvested the real mirror."""
    workspace = init_workspace(
        space, profile="zhecheng", recipe="zhecheng", base_url=None
    )
    with workspace, workspace.writing("harvest"):
        run_id = workspace.start_run("harvest", STARTED, {})
        source = pipeline.Source(mirror=MIRROR)
        pipeline.harvest(workspace, source, run_id=run_id, progress=Silent())
    return space


def pages_of(space: Path) -> list[tuple[str, bytes]]:
    """Return addresses and bytes of all pages that extract would read."""
    with Workspace(space) as workspace:
        source = ExtractStage(workspace).source_sql
        reader = ArchiveReader(workspace.archive_dir)
        return [
            (url, reader.payload(warc, offset).data)
            for _, _, url, warc, offset, _ in workspace.conn.execute(source)
        ]


def ingest(space: Path) -> dict[str, float]:
    """Run the stages with one worker; return the CPU seconds of each."""
    spent = {}
    with Workspace(space) as workspace, workspace.writing("benchmark"):
        for name in STAGES:
            start = time.process_time()
            do_stage(workspace, name)
            spent[name] = time.process_time() - start
    return spent


def compare(space: Path, sample: int, name: str) -> None:
    """Print the table of one worker beside the peers."""
    pages = pages_of(space)
    chosen = pages[:: max(1, len(pages) // sample)][:sample]
    halves = [chosen[::2], chosen[1::2]]
    stack = signing = 0.0
    parsing = []
    for number, half in enumerate(halves):
        warc = space.with_name(f"peer-{number}.warc.gz")
        peers.write_warc(warc, half)
        spent, texts = peers.ingest(warc, space.with_name(f"peer-{number}.db"))
        stack += spent
        signing += peers.sign(texts)
        parsing.append(peers.parse(pages))
        if number == 0:
            stages = ingest(copy_of(space, "one"))
    bare = len(pages) / statistics.mean(parsing)
    usual, with_sign = len(chosen) / stack, len(chosen) / (stack + signing)
    ours = len(pages) / sum(stages.values())
    size = sum(len(data) for _, data in pages) / len(pages) / 1024
    print(
        f"{len(pages):,} {name} pages of {size:.1f} KB, the usual stack on"
        f" {len(chosen):,}\n"
    )
    rows = [
        ("lxml, parse only", bare),
        ("usual stack without near-duplicates", usual),
        ("usual stack with datasketch signatures", with_sign),
        ("contentkit extract + normalize + validate", ours),
        *((f"contentkit {n}", len(pages) / s) for n, s in stages.items()),
    ]
    table(
        ("one core", "pages/s", "ms a page", "× usual", "× usual with MinHash", "of parsing"),
        (
            (name, f"{rate:,.0f}", f"{1000 / rate:.2f}", f"{rate / usual:.1f}",
             f"{rate / with_sign:.1f}", f"{rate / bare:.0%}")
            for name, rate in rows
        ),
    )  # fmt: skip
    print()


def compare_workers(space: Path, rounds: int) -> None:
    """Print the table of one and two workers, and whether their bundles agree."""
    spent: dict[int, list[float]] = {1: [], 2: []}
    digests = set()
    for _ in range(rounds):
        for workers, times in spent.items():
            copy = copy_of(space, f"workers-{workers}")
            start = time.perf_counter()
            for name in STAGES:
                contentkit("-w", copy, name, "--workers", str(workers))
            times.append(time.perf_counter() - start)
            for name in CORPUS_STAGES:
                contentkit("-w", copy, name)
            out = copy / "bundle"
            contentkit("-w", copy, "export", "--out", out, "--reproducible")
            digests.add(bundle_digest(out))
    medians = {workers: statistics.median(times) for workers, times in spent.items()}
    table(
        ("workers", "wall s (rounds)", "median s", "× one worker", "bundles"),
        (
            (workers, ", ".join(f"{x:.1f}" for x in spent[workers]), f"{seconds:.1f}",
             f"{medians[1] / seconds:.2f}", "same" if len(digests) == 1 else "DIFFER")
            for workers, seconds in medians.items()
        ),
    )  # fmt: skip
    print()


def bundle_digest(out: Path) -> str:
    """Return the digest of all manifests of a bundle, hence of its every byte."""
    digest = hashlib.sha256()
    for path in sorted(out.glob("*manifest-sha256.txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def profile(space: Path) -> None:
    """Print where the time goes, by a profiler (which slows small functions down)."""
    copy = copy_of(space, "profiled")
    rows = []
    for stage in STAGES:
        profiler = cProfile.Profile()
        with Workspace(copy) as workspace, workspace.writing("benchmark"):
            profiler.runcall(do_stage, workspace, stage)
        rows += [(stage, *row) for row in shares(stage, profiler)]
    total = sum(seconds for _, _, seconds in rows)
    table(
        ("stage", "what", "share"),
        ((stage, what, f"{s / total:.0%}") for stage, what, s in rows),
    )


def shares(stage: str, profiler: cProfile.Profile) -> list[tuple[str, float]]:
    """Return what a stage did and the seconds for it, without what is inside it."""
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    spent = {
        what: sum(
            row[3]
            for (path, _, name), row in stats.items()
            if name == function and path.endswith(f"/{file}")
        )
        for of, what, file, function, _ in _PARTS
        if of == stage
    }
    own = {
        what: spent[what] - sum(spent[name] for name in inside)
        for of, what, _, _, inside in _PARTS
        if of == stage
    }
    total = sum(row[2] for row in stats.values())
    own["the rest: starting, references, JSON"] = total - sum(own.values())
    return sorted(own.items(), key=lambda pair: -pair[1])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    peer_names = ("warcio", "trafilatura", "jsonschema", "sqlite-utils", "datasketch")
    print(versions("lxml", *peer_names) + "\n")
    with scratch() as folder:
        space = harvested(folder, options.documents)
        compare(space, options.sample, "sample")
        if MIRROR.is_dir():
            (folder / "real").mkdir()
            compare(mirrored(folder / "real" / "space"), options.sample, "zhecheng")
        compare_workers(space, options.rounds)
        profile(space)


if __name__ == "__main__":
    main()
