"""Measure export and verification of bundles, beside plain work on the same bytes.

    python benchmarks/bundle.py [--documents N] [--files N] [--rounds N]

Export is compared with writing the very same files plainly (and syncing once), verify
with hashing them plainly, both by the same number of processes; bagit-python makes and
validates a bag of the same payload. Everything runs in turn, several rounds; the table
shows medians of wall time. Verify does more than hash: it parses every document, holds
it against the JSON Schema and follows every reference.
"""

import argparse
import hashlib
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bagit
import orjson

from contentkit.bundle.info import BundleInfo
from contentkit.bundle.reconcile import UrlFate, reconcile
from contentkit.bundle.redirects import Redirect, Status
from contentkit.bundle.verify import verify_bundle
from contentkit.bundle.write import BundleWriter
from contentkit.ids import document_id
from contentkit.resources import schema_file, schema_names

HOST = "http://www.old.example"
FILE_BYTES = 95_000  # the mean of the 139 pictures of one county portal
SENTENCE = "各镇（街道）、各部门要按照职责分工抓好落实，并于每季度末报送进展情况。"
INFO = BundleInfo(
    site="benchmark",
    run="1",
    schema_edition="zj-2020",
    bagging_date="2026-01-01",
    software="benchmark",
)


def attachment(name: str, ordinal: int, sha256: str) -> dict[str, Any]:
    """Return a file as a document names it."""
    return {
        "ordinal": ordinal,
        "name": "附件.pdf",
        "media_type": "application/pdf",
        "bytes": FILE_BYTES,
        "sha256": sha256,
        "origin_url": f"{HOST}/f/{name}.pdf",
        "path": f"files/{sha256[:2]}/{sha256}",
    }


def make_documents(count: int, hashes: list[str]) -> list[dict[str, Any]]:
    """Return valid documents of some 12 KB, the files dealt out among them in turn."""
    documents = []
    for number in range(count):
        url = f"{HOST}/art/{number}.html"
        text = "\n".join(f"{number}.{n} {SENTENCE}" for n in range(45))
        document: dict[str, Any] = {
            "id": document_id(url),
            "kind": "article",
            "url": url,
            "path": f"/zwyw/{number}.html",
            "title": f"关于第{number}号事项的通知",
            "issuer": {"name": "示例区人民政府办公室", "code": None},
            "published_at": "2020-03-04T09:30+08:00",
            "source": "示例日报",
            "column": "zwyw",
            "body_html": "".join(f"<p>{line}</p>" for line in text.split("\n")),
            "body_text": text,
            "attachments": [],
            "images": [],
            "provenance": {
                "captured_at": "2026-01-01T00:00:00+08:00",
                "capture_sha256": hashlib.sha256(url.encode()).hexdigest(),
                "warc": "archive/00000.warc.gz",
                "offset": number,
            },
        }
        document["attachments"] = [
            attachment(f"{number}_{ordinal}", ordinal, sha256)
            for ordinal, sha256 in enumerate(hashes[number::count], 1)
        ]
        documents.append(document)
    return sorted(documents, key=lambda document: document["id"])


def export(out: Path, documents: list[dict[str, Any]], files: dict[str, bytes]) -> None:
    """Write the bundle."""
    fates = [UrlFate(url=d["url"], fate="migrated", target=d["id"]) for d in documents]
    fates += [UrlFate(url=f"{HOST}/f/{h}", fate="asset", target=h) for h in files]
    with BundleWriter(out, info=INFO) as writer:
        for document in documents:
            writer.add_document(document)
        column = {"code": "zwyw", "name": "政务要闻", "parent": None, "path": "/zwyw/"}
        writer.add_column({**column, "article20": [], "legacy": []})
        for sha256, content in files.items():
            writer.add_file(sha256, [content])
        for document in sorted(documents, key=lambda document: document["url"]):
            writer.add_redirect(
                Redirect(
                    from_url=document["url"], to=document["path"], status=Status.MOVED
                )
            )
        for name in schema_names("zj-2020"):
            writer.add_schema(name, schema_file("zj-2020", name).read_bytes())
        proof = reconcile(sorted(fates, key=lambda fate: fate.url), writer.view())
        writer.add_report("reconciliation.json", orjson.dumps(proof.to_json()))
        writer.close()


def write_plainly(out: Path, contents: dict[str, bytes]) -> None:
    """Write the same files, and sync as an export does."""
    for folder in {str(Path(name).parent) for name in contents}:
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        with (out / name).open("wb") as stream:
            stream.write(content)
    os.sync()


def hash_plainly(paths: list[Path]) -> int:
    """Hash files one after the other."""
    for path in paths:
        with path.open("rb", buffering=0) as stream:
            hashlib.file_digest(stream, "sha256").hexdigest()
    return len(paths)


def hash_by_two(paths: list[Path]) -> None:
    """Hash files in two processes, in batches as verify takes them."""
    batches = [paths[i : i + 250] for i in range(0, len(paths), 250)]
    with ProcessPoolExecutor(2) as pool:
        assert sum(pool.map(hash_plainly, batches)) == len(paths)


def make_bag(out: Path, payload: Path) -> None:
    """Copy the payload and let bagit-python make a bag of it."""
    shutil.copytree(payload, out)
    bagit.make_bag(str(out), checksums=["sha256"])
    os.sync()


def timed(work: Callable[[], object]) -> float:
    """Return seconds of wall time."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def verified(bundle: Path, workers: int) -> None:
    """Verify, and be sure that it found the bundle whole."""
    report = verify_bundle(bundle, workers=workers)
    assert report.is_whole, report.faults[:3]


def measure(place: Path, arguments: argparse.Namespace) -> Iterator[tuple[str, float]]:
    """Yield name and seconds of everything, once."""
    draw = random.Random(1)
    contents = [draw.randbytes(FILE_BYTES) for _ in range(arguments.files)]
    files = {hashlib.sha256(content).hexdigest(): content for content in contents}
    documents = make_documents(arguments.documents, list(files))
    for number in range(arguments.rounds):
        bundle = place / f"bundle{number}"
        yield "export", timed(lambda: export(bundle, documents, files))  # noqa: B023
        plain = {
            path.relative_to(bundle).as_posix(): path.read_bytes()
            for path in bundle.rglob("*")
            if path.is_file()
        }
        copy = place / "plain"
        yield "write plainly", timed(lambda: write_plainly(copy, plain))  # noqa: B023
        bag = place / "bag"
        yield "bagit make", timed(lambda: make_bag(bag, bundle / "data"))  # noqa: B023
        paths = [bundle / name for name in plain]
        yield "hash, 1", timed(lambda: hash_plainly(paths))  # noqa: B023
        yield "verify, 1", timed(lambda: verified(bundle, 1))  # noqa: B023
        yield "hash, 2", timed(lambda: hash_by_two(paths))  # noqa: B023
        yield "verify, 2", timed(lambda: verified(bundle, 2))  # noqa: B023
        yield "bagit, 1", timed(bagit.Bag(str(bundle)).validate)
        yield "bagit, 2", timed(lambda: bagit.Bag(str(bundle)).validate(processes=2))  # noqa: B023
        yield "bytes", float(sum(map(len, plain.values())))
        for folder in (bundle, copy, bag):
            shutil.rmtree(folder)


def table(found: dict[str, float]) -> Iterator[str]:
    """Yield the lines of the Markdown table."""
    size = found["bytes"]
    rows = [
        ("export", "write plainly"),
        ("write plainly", "write plainly"),
        ("bagit make", "write plainly"),
        ("verify, 1", "hash, 1"),
        ("verify, 2", "hash, 2"),
        ("hash, 1", "hash, 1"),
        ("hash, 2", "hash, 1"),
        ("bagit, 1", "hash, 1"),
        ("bagit, 2", "hash, 2"),
    ]
    yield "| what | s | MB/s | speed against | |"
    yield "| --- | ---: | ---: | --- | ---: |"
    for name, other in rows:
        ratio = found[other] / found[name]
        speed = size / found[name] / 1e6
        yield f"| {name} | {found[name]:.2f} | {speed:.0f} | {other} | {ratio:.0%} |"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--place", type=Path, help="folder to work in")
    arguments = parser.parse_args()
    results: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(dir=arguments.place) as place:
        for name, seconds in measure(Path(place), arguments):
            results.setdefault(name, []).append(seconds)
    found = {name: statistics.median(values) for name, values in results.items()}
    print(f"{arguments.documents} documents, {arguments.files} files, ", end="")
    print(
        f"{found['bytes'] / 1e6:.0f} MB; contentkit {version('contentkit')}, ", end=""
    )
    print(f"bagit {version('bagit')}, Python {sys.version.split()[0]}\n")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
