"""Print how well list pages, kinds of pages and a shipped profile read the real sites.

Run from the project root: `python benchmarks/lists_quality.py [-v]`. Reads ../shared/data.
The generic reader knows nothing of the sites; only the last table uses a profile.
"""

import csv
import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from contentkit.extract.families import detect_family
from contentkit.extract.lists import read_items
from contentkit.extract.page import extract_record
from contentkit.extract.paging import next_requests
from contentkit.html import parse_html
from contentkit.profile import ListSelector, load_profile
from contentkit.text import fold_spaces, squeeze

DATA = Path(__file__).resolve().parents[1] / "../shared/data"
KINDS = {  # kind of the gold -> kinds that do it justice
    "article": "article",
    "leader-profile": "article",
    "list": "list",
    "index": "home or list",
    "home": "home or list",
    "counter-js": "stub",
    "fragment": "stub",
    "stub-404": "error",
    "error": "error",
}

Entry = tuple[str, str, str | None]


def main() -> None:
    """Print the tables; a set that is absent is said to be so."""
    print(f"Python {platform.python_version()}, lxml {etree.__version__}\n")
    for name in ("zhecheng", "guangdong"):
        if not (DATA / name).is_dir():
            print(f"../shared/data/{name} is absent: not measured\n")
            continue
        if name == "zhecheng":
            items_table(None, "generic")
            items_table(load_profile("zhecheng").list, "profile zhecheng")
        kinds_table(name)
        if name == "zhecheng":
            profile_table()
            speed_table()


def gold_lists() -> Iterator[tuple[Path, str, list[Entry]]]:
    """Yield file, URL and (address, title, date) of each list page with gold."""
    with (DATA / "zhecheng/gold/lists.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            url = page["url"]
            entries = [
                (urljoin(url, x["href"]), fold_spaces(x["title"]), x["date"])
                for x in page["items"]
            ]
            yield DATA / "zhecheng/site" / page["file"], url, entries


def items_table(selector: ListSelector | None, title: str) -> None:
    """Print how many list entries have the right address, title and date."""
    counts: Counter[str] = Counter()
    for path, url, gold in gold_lists():
        tree = parse_html(path.read_text(encoding="utf-8"))
        items = read_items(tree, url, selector=selector)
        found = [(item.url, item.title, item.date) for item in items]
        counts["pages"] += 1
        counts["whole"] += found == gold
        counts["gold"] += len(gold)
        counts["found"] += len(found)
        counts["exact"] += len(set(found) & set(gold))
        if "-v" in sys.argv and found != gold:
            print(path, set(found) ^ set(gold), file=sys.stderr)
    print(f"| list entries, zhecheng, {title} | |\n| --- | ---: |")
    print(
        f"| pages, of which exact as a whole | {counts['pages']}, {counts['whole']} |"
    )
    print(f"| entries in the gold, found | {counts['gold']:,}, {counts['found']:,} |")
    print(f"| precision | {counts['exact'] / max(1, counts['found']):.4f} |")
    print(f"| recall | {counts['exact'] / counts['gold']:.4f} |\n")


def kinds_table(name: str) -> None:
    """Print the confusion matrix of kinds, as `extract_record` decides them."""
    table: Counter[tuple[str, str]] = Counter()
    with (DATA / name / "gold/kinds.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            data = (DATA / name / "site" / row["file"]).read_bytes()
            url = f"http://www.{name}.gov.cn/{row['file']}"
            kind = str(extract_record(data, url=url).kind)
            table[row["kind"], kind] += 1
            if "-v" in sys.argv and kind not in KINDS[row["kind"]]:
                print(row["kind"], kind, row["file"], file=sys.stderr)
    right = sum(n for (gold, kind), n in table.items() if kind in KINDS[gold])
    columns = ("article", "list", "home", "stub", "error")
    print(f"| kinds, {name} | {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * len(columns)}")
    for gold in dict.fromkeys(gold for gold, _ in sorted(table)):
        cells = (str(table[gold, kind] or "") for kind in columns)
        print(f"| {gold} | {' | '.join(cells)} |")
    print(f"\nright: {right} of {table.total()} = {right / table.total():.4f}\n")


def profile_table() -> None:
    """Print how many articles the shipped profile reads exactly, field by field."""
    profile = load_profile("zhecheng")
    exact: Counter[str] = Counter()
    count = 0
    with (DATA / "zhecheng/gold/articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            data = (DATA / "zhecheng/site" / gold["file"]).read_bytes()
            record = extract_record(data, url=gold["url"], profile=profile)
            count += 1
            moment = (
                (record.published_at or "").replace("T", " ").removesuffix("+08:00")
            )
            exact["title"] += record.title == fold_spaces(gold["title"])
            exact["publish time"] += moment == gold["pub_time"]
            exact["source"] += (record.source or "") == fold_spaces(
                gold["source"] or ""
            )
            exact["author"] += (record.author or "") == fold_spaces(
                gold["author"] or ""
            )
            exact["column path"] += list(record.column_path) in (
                gold["crumbs"],
                gold["crumbs"][1:],
            )
            exact["body"] += squeeze(record.body_text) == squeeze(gold["body_text"])
            exact["attachment names"] += [x.name for x in record.attachments] == [
                x["text"] for x in gold["attachments"]
            ]
    print("| zhecheng with its profile, exact | |\n| --- | ---: |")
    for name, number in exact.items():
        print(f"| {name} | {number} of {count} |")
    print()


def speed_table() -> None:
    """Print what the list functions cost beside a bare parse of the same pages."""
    pages = [(path.read_text(encoding="utf-8"), url) for path, url, _ in gold_lists()]
    trees = [(parse_html(text), text, url) for text, url in pages]
    steps = {
        "parse": lambda: [parse_html(text) for text, _ in pages],
        "read_items": lambda: [read_items(tree, url) for tree, _, url in trees],
        "next_requests": lambda: [next_requests(*page) for page in trees],
        "detect_family": lambda: [detect_family(*page) for page in trees],
    }
    base = None
    print("| step on 208 list pages | ms a page | of a parse |\n| --- | ---: | ---: |")
    for name, step in steps.items():
        best = min(_seconds(step) for _ in range(5)) / len(pages)
        base = base or best
        print(f"| {name} | {1000 * best:.3f} | {best / base:.2f} |")
    print()


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
