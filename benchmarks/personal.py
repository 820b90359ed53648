"""Measure personal data: precision and recall, false alarms, numbers by chance, speed.

    python benchmarks/personal.py [--documents N] [--seed S] [--strings N]

The sample site says which numbers it planted; its attachments are read from the site's
folder. The real sets below ../shared/data hold 88 mobile numbers, counted by their README,
and nothing else: every other hit is a false alarm. The peers are patterns of the kind that
a quick check uses, run on the same texts. Times are CPU seconds of one process.
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any
from urllib.parse import unquote, urlsplit

from spaces import scratch

from contentkit.cleanup.personal import check_personal, check_personal_file
from contentkit.cleanup.personal_checks import (
    has_check_digit,
    has_id_shape,
    passes_luhn,
)
from contentkit.filetext import FileText, read_file
from contentkit.samplesite import write_site

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
KINDS = {"id-card": "PII-ID18", "mobile": "PII-MOBILE", "bank-card": "PII-BANK"}
PATTERNS = {
    "PII-ID18": re.compile("[1-9][0-9]{16}[0-9Xx]"),
    "PII-MOBILE": re.compile("1[3-9][0-9]{9}"),
    "PII-BANK": re.compile("[0-9]{16,19}"),
}
BOUNDED = {
    rule: re.compile(f"(?<![0-9A-Za-z]){pattern.pattern}(?![0-9A-Za-z])")
    for rule, pattern in PATTERNS.items()
}

Row = dict[str, Any]
Found = set[tuple[str, str]]
Reader = Callable[[Row, dict[str, FileText]], Found]


def rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def as_document(title: str, text: str, **more: Any) -> Row:
    """Return a document of a title and a text."""
    empty: Row = {"body_html": "", "attachments": [], "images": []}
    return {**empty, "title": title, "body_text": text, **more}


def ours(document: Row, files: dict[str, FileText]) -> Found:
    """Return rule and value of what contentkit tells."""
    found = set()
    for finding in check_personal(document):
        if finding.field == "body_text":
            found.add((finding.code, document["body_text"][_span(finding)]))
        else:
            found.add((finding.code, finding.quote or ""))
    for name, read in files.items():
        for finding in check_personal_file(name, read):
            found.add((finding.code, read.text[_span(finding)]))
    return found


def _span(finding: Any) -> slice:
    return slice(finding.start, finding.end)


def by(patterns: dict[str, re.Pattern[str]]) -> Reader:
    """Return a reader that takes what patterns match."""
    return lambda document, files: {
        (rule, match)
        for text in (document["body_text"], *(x.text for x in files.values()))
        for rule, pattern in patterns.items()
        for match in pattern.findall(text)
    }


READERS: dict[str, Reader] = {
    "contentkit": ours,
    "patterns": by(PATTERNS),
    "patterns with bounds": by(BOUNDED),
}


def sample(folder: Path) -> Iterator[tuple[Row, dict[str, FileText], Found]]:
    """Yield the documents of a sample site, the texts of their files, the truth."""
    for row in rows(folder / "truth.jsonl"):
        files = {}
        for file in row["attachments"]:
            path = folder / "site" / unquote(urlsplit(file["origin_url"]).path[1:])
            if path.is_file():
                files[file["name"]] = read_file(path.read_bytes())
        truth = {(KINDS[x["kind"]], x["value"]) for x in row["pii"]}
        yield as_document(row["title"], row["body_text"]), files, truth


def real() -> Iterator[tuple[str, Row]]:
    """Yield the texts of the real sets that are there, with the name of their set."""
    for name in ("zhecheng", "guangdong", "statecouncil"):
        path = SHARED / name / "gold" / "articles.jsonl"
        for row in rows(path) if path.is_file() else ():
            yield name, as_document(row.get("title") or "", row["body_text"] or "")
    for path in sorted((SHARED / "laws").rglob("*.md")):
        yield "laws", as_document(path.stem, path.read_text(encoding="utf-8"))


def print_sample(folder: Path) -> None:
    """Print precision and recall by rule, files included."""
    counts: dict[str, Counter[tuple[str, str]]] = {x: Counter() for x in READERS}
    seconds: Counter[str] = Counter()
    documents = characters = 0
    for document, files, truth in sample(folder):
        documents += 1
        characters += len(document["body_text"])
        for name, read in READERS.items():
            start = time.process_time()
            found = read(document, files)
            seconds[name] += time.process_time() - start
            for rule, _ in found & truth:
                counts[name][rule, "right"] += 1
            for rule, _ in found - truth:
                counts[name][rule, "wrong"] += 1
            for rule, _ in truth - found:
                counts[name][rule, "missed"] += 1
    print(f"Sample site: {documents:,} documents, {characters:,} characters.\n")
    print("| reader | rule | right | wrong | missed | P | R | ms a document |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, count in counts.items():
        pace = 1000 * seconds[name] / documents
        for rule in sorted(KINDS.values()):
            right = count[rule, "right"]
            wrong, missed = count[rule, "wrong"], count[rule, "missed"]
            shares = f"{_share(right, wrong)} | {_share(right, missed)}"
            numbers = f"{right:,} | {wrong:,} | {missed:,}"
            print(f"| {name} | {rule} | {numbers} | {shares} | {pace:.3f} |")
    others = {rule: n for (rule, _), n in counts["contentkit"].items()}
    lists = ", ".join(
        f"{k} {v}" for k, v in sorted(others.items()) if k not in PATTERNS
    )
    print(f"\nTold besides, with no number planted: {lists or 'nothing'}.")


def _share(right: int, others: int) -> str:
    return f"{right / (right + others):.4f}" if right + others else "-"


def print_real() -> None:
    """Print what is told of real pages, by set and rule."""
    counts: Counter[tuple[str, str, str]] = Counter()
    seconds: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for name, document in real():
        documents[name] += 1
        sizes[name] += len(document["body_text"])
        for reader, read in READERS.items():
            start = time.process_time()
            found = read(document, {})
            seconds[reader] += time.process_time() - start
            for rule, _ in found:
                counts[reader, name, rule] += 1
    print("\n| set | documents | characters | reader | told |")
    print("| --- | ---: | ---: | --- | --- |")
    for name, number in documents.items():
        for reader in READERS:
            told = ", ".join(
                f"{rule} {count:,}"
                for (by_reader, of_set, rule), count in sorted(counts.items())
                if (by_reader, of_set) == (reader, name)
            )
            row = f"| {name} | {number:,} | {sizes[name]:,} | {reader} "
            print(f"{row}| {told or 'nothing'} |")
    total = sum(sizes.values())
    paces = (f"{x}: {total / seconds[x] / 1e6:,.1f}" for x in READERS)
    print(f"\nMillion characters a second: {', '.join(paces) if total else '-'}.")


def print_chance(strings: int, dice: random.Random) -> None:
    """Print how many strings of random digits pass the checks."""
    numbers = [f"{dice.randrange(10**18):018}" for _ in range(strings)]
    checked = [x for x in numbers if has_check_digit(x)]
    shaped = [x for x in checked if has_id_shape(x)]
    cards = [f"{dice.randrange(10**19):019}" for _ in range(strings)]
    lucky = [x for x in cards if passes_luhn(x)]
    union = [x for x in lucky if x.startswith("62")]
    told = Counter(
        finding.code
        for number in (*numbers, *cards)
        for finding in check_personal(as_document("", number))
    )
    print(f"\nRandom digits: {strings:,} strings of 18 and of 19.\n")
    print("| passes | strings | share |")
    print("| --- | ---: | ---: |")
    results = {
        "18 digits: check digit": len(checked),
        "and date of birth, province": len(shaped),
        "told as PII-ID18 (a label missing)": told["PII-ID18"],
        "19 digits: Luhn": len(lucky),
        "and 62": len(union),
        "told as PII-BANK (a label missing)": told["PII-BANK"],
    }
    for what, number in results.items():
        print(f"| {what} | {number:,} | {number / strings:.4%} |")


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strings", type=int, default=200_000)
    options = parser.parse_args()
    print(f"contentkit {version('contentkit')}, Python {python_version()}\n")
    with scratch() as folder:
        site = folder / "site"
        write_site(site, documents=options.documents, seed=options.seed)
        print_sample(site)
    print_real()
    print_chance(options.strings, random.Random(options.seed))


if __name__ == "__main__":
    main()
