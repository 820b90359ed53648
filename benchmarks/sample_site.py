"""Do the whole job on the sample site and hold the ledger against the truth.

    python benchmarks/sample_site.py [--documents N] [--seed S] [--from-mirror] [--misses N]

The site is served on loopback and harvested over HTTP, or read as a mirror. Then every
document must be found, every URL have a fate that the truth allows, and every field of
every document be exactly what the page shows (fields that the truth calls uncertain are
left out). The last table lists the commonest misses by what is planted in the page.
"""

import argparse
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spaces import contentkit, scratch, table, versions

from contentkit.samplesite import serve, write_site
from contentkit.samplesite.addresses import ORIGIN

Row = dict[str, Any]
TARGET = 0.995
# what a recipe turns into codes or fills with its defaults is compared as it was read
_OF_RECORD = (
    "column_path",
    "topic",
    "genre",
    "directory",
    "disclosure",
    "disclosure_scope",
    "validity_label",
)
_OF_DOCUMENT = (
    "kind",
    "title",
    "subtitle",
    "summary",
    "index_number",
    "doc_number",
    "registry_number",
    "written_on",
    "source",
    "author",
    "keywords",
    "body_text",
)
_DOCUMENTS = """
SELECT u.url, r.data, d.data FROM records r JOIN urls u ON u.id = r.url_id
LEFT JOIN documents d ON d.url_id = r.url_id WHERE r.kind = 'article'
"""


def lines(path: Path) -> Iterator[Row]:
    """Yield the rows of a truth file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


class Judge:
    """Counts right and wrong answers of one run."""

    def __init__(self, truth: Path, origin: str) -> None:
        self._truth = truth
        self._origin = origin
        self.fields: dict[str, list[int]] = {}
        self.misses: Counter[tuple[str, str]] = Counter()
        self.plants: dict[tuple[str, str], Counter[str]] = {}
        self.examples: dict[tuple[str, str], tuple[str, object, object]] = {}
        self.counts: Counter[str] = Counter()
        self.fates: Counter[tuple[str, str, str]] = Counter()
        self.fate_examples: dict[tuple[str, str, str], str] = {}

    def documents(self, conn: sqlite3.Connection) -> None:
        """Compare every document of the truth with its record and document."""
        found = {self._nominal(row[0]): row[1:] for row in conn.execute(_DOCUMENTS)}
        for row in lines(self._truth / "truth.jsonl"):
            self.counts["documents"] += 1
            if row["url"] not in found:
                self._miss(row, "(the document)", "found", None)
                continue
            self.counts["found"] += 1
            texts = found[row["url"]]
            record, document = (
                json.loads(self._nominal(text)) if text else None for text in texts
            )
            self._compare(row, record, document)

    def urls(self, conn: sqlite3.Connection) -> None:
        """Compare the fate of every URL with those that the truth allows."""
        found = {
            self._nominal(url): (fate, reason)
            for url, fate, reason in conn.execute(
                "SELECT url, fate, fate_reason FROM urls"
            )
        }
        prefixes = []
        for row in lines(self._truth / "truth_urls.jsonl"):
            if "prefix" in row:
                prefixes.append(row)
                continue
            known = found.pop(row["url"], None)
            if known is None and row.get("optional"):
                continue
            self._fate(row, row["url"], known)
        for url, known in found.items():
            home = [row for row in prefixes if url.startswith(row["prefix"])]
            if home:
                self._fate(home[0], url, known)
            elif url.startswith(ORIGIN):
                self.counts["urls beyond the truth"] += 1
                self._wrong_fate(("beyond the truth", "", str(known)), url)

    def _compare(self, truth: Row, record: Row, document: Row | None) -> None:
        pairs: dict[str, tuple[object, object]] = {
            name: (truth[name], record[name]) for name in _OF_RECORD
        }
        if document is not None:
            pairs |= {n: (truth[n], document[n]) for n in _OF_DOCUMENT}
            minute = _to_minute(truth["published_at"])
            pairs["published_at"] = (minute, document["published_at"])
            if truth["issuer"] is not None:  # else it is a default of the recipe
                pairs["issuer"] = (truth["issuer"], document["issuer"])
            for name in ("attachments", "images"):
                pairs[name] = (_files(truth[name]), _files(document[name]))
        for name, (wanted, got) in pairs.items():
            if name in truth["uncertain"]:
                continue
            if name == "attachments" and _NO_FILES & set(truth["planted"]):
                continue  # what answers is no file: told as ATT-01, not carried
            score = self.fields.setdefault(name, [0, 0])
            score[1] += 1
            if wanted == got:
                score[0] += 1
            else:
                self._miss(truth, name, wanted, got)

    def _miss(self, truth: Row, name: str, wanted: object, got: object) -> None:
        key = (name, truth["family"])
        self.misses[key] += 1
        self.plants.setdefault(key, Counter()).update(truth["planted"])
        self.examples.setdefault(key, (truth["url"], wanted, got))

    def _fate(self, row: Row, url: str, known: tuple[str, str] | None) -> None:
        self.counts["urls"] += 1
        if known is not None and known[0] in {row["fate"], *row.get("also", ())}:
            self.counts["right fates"] += 1
            return
        what = f"{row['what']}: {row.get('reason', '')}"
        self._wrong_fate((what, row["fate"], str(known)), url)

    def _wrong_fate(self, key: tuple[str, str, str], url: str) -> None:
        self.fates[key] += 1
        self.fate_examples.setdefault(key, url)

    def _nominal(self, text: str) -> str:
        return text.replace(self._origin, ORIGIN)


_NO_FILES = {"attachment-html", "attachment-empty"}


def _to_minute(time: str | None) -> str | None:
    # the platform keeps minutes; the truth has the seconds that some pages show
    return time if time is None or len(time) <= 10 else f"{time[:16]}+08:00"


def _files(files: list[Row]) -> list[tuple[object, ...]]:
    return [(f["origin_url"], f["name"], f["sha256"]) for f in files if f["sha256"]]


def run(folder: Path, options: argparse.Namespace) -> tuple[Judge, float]:
    """Do the job in a folder; return the judgement and the seconds it took."""
    truth, space = folder / "site", folder / "space"
    write_site(truth, documents=options.documents, seed=options.seed)
    words = ["init", space, "--profile", "sample", "--recipe", "sample"]
    start = time.perf_counter()
    if options.from_mirror:
        contentkit(*words)
        contentkit("-w", space, "run", "--from-mirror", truth / "site")
        judge = Judge(truth, ORIGIN)
    else:
        with serve(truth) as server:
            contentkit(*words, "--base-url", server.base_url)
            contentkit("-w", space, "run")
            judge = Judge(truth, server.origin)
    seconds = time.perf_counter() - start
    conn = sqlite3.connect(space / "workspace.db")
    judge.documents(conn)
    judge.urls(conn)
    conn.close()
    return judge, seconds


def tell(judge: Judge, limit: int) -> None:
    """Print the tables."""
    counts = judge.counts
    header = ("what", "right", "of", "rate", f"≥ {TARGET}")
    rows = [("documents found", counts["found"], counts["documents"], 1.0)]
    rows.append(
        ("URLs with the right fate", counts["right fates"], counts["urls"], 1.0)
    )
    rows += [(f"field {n}", *score, TARGET) for n, score in judge.fields.items()]
    table(header, ([*row[:3], *_rate(*row[1:])] for row in rows))
    print(f"\n{counts['urls beyond the truth']} URLs of the site that the truth lacks.")
    print("\nCommonest misses, with an example each:\n")
    table(
        ("field, family", "misses", "commonest plants", "example: wanted, got"),
        (
            (
                ", ".join(key),
                count,
                ", ".join(f"{p} {n}" for p, n in judge.plants[key].most_common(4)),
                _example(judge.examples[key]),
            )
            for key, count in judge.misses.most_common(limit)
        ),
    )
    print()
    table(
        ("wrong fates: what, wanted, got", "URLs", "example"),
        (
            (", ".join(key), count, judge.fate_examples[key])
            for key, count in judge.fates.most_common(limit)
        ),
    )


def _rate(right: int, total: int, target: float) -> tuple[str, str]:
    rate = right / total if total else 1.0
    return f"{rate:.4f}", "yes" if rate >= target else "NO"


def _example(example: tuple[str, object, object]) -> str:
    url, wanted, got = example
    first, other = (str(part) for part in (wanted, got))
    # where long texts part
    place = next(
        (n for n, (a, b) in enumerate(zip(first, other, strict=False)) if a != b),
        min(len(first), len(other)),
    )
    place = max(0, place - 10)
    parts = [text[place : place + 50] for text in (first, other)]
    return f"{url}: {' / '.join(parts)}".replace("|", "\\|").replace("\n", "⏎")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from-mirror", action="store_true")
    parser.add_argument("--misses", type=int, default=20)
    options = parser.parse_args()
    with scratch() as folder:
        judge, seconds = run(folder, options)
    way = "read as a mirror" if options.from_mirror else "harvested over HTTP"
    print(f"{options.documents:,} documents, seed {options.seed}, {way}, whole job in")
    print(f"{seconds:.0f} s; {versions('scrapy', 'lxml')}\n")
    tell(judge, options.misses)


if __name__ == "__main__":
    main()
