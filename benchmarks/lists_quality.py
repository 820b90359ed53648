"""Print how well list pages and kinds of pages are read on the real sites.

Run from the project root: `python benchmarks/lists_quality.py`. Reads ../shared/data.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from contentkit.extract.lists import read_items
from contentkit.html import parse_html
from contentkit.text import fold_spaces

DATA = Path(__file__).resolve().parents[1] / "../shared/data"


def main() -> None:
    """Print the tables; a set that is absent is said to be so."""
    if not (DATA / "zhecheng").is_dir():
        print("../shared/data/zhecheng is absent: nothing measured")
        return
    wrong = items_table("-v" in sys.argv)
    print()
    for line in wrong[:60]:
        print(line)


def gold_lists() -> Iterator[tuple[Path, str, list[tuple[str, str, str | None]]]]:
    """Yield file, URL and (address, title, date) of each list page with gold."""
    with (DATA / "zhecheng/gold/lists.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            yield (
                DATA / "zhecheng/site" / page["file"],
                page["url"],
                [
                    (
                        urljoin(page["url"], item["href"]),
                        fold_spaces(item["title"]),
                        item["date"],
                    )
                    for item in page["items"]
                ],
            )


def items_table(verbose: bool) -> list[str]:
    """Print precision, recall and exact share of list items; return what is wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    seconds = 0.0
    for path, url, gold in gold_lists():
        tree = parse_html(path.read_text(encoding="utf-8"))
        start = time.perf_counter()
        items = read_items(tree, url)
        seconds += time.perf_counter() - start
        found = [(item.url, item.title, item.date) for item in items]
        exact = len(set(found) & set(gold))
        counts["pages"] += 1
        counts["whole pages"] += found == gold
        counts["gold"] += len(gold)
        counts["found"] += len(found)
        counts["exact"] += exact
        if found != gold:
            wrong.append(
                f"{path.parent.name} {url}: {len(gold)} gold, {len(found)} found, {exact} exact"
            )
            if verbose:
                wrong += [f"   - {x}" for x in gold if x not in found][:3]
                wrong += [f"   + {x}" for x in found if x not in gold][:3]
    print("| list items, zhecheng, generic | |\n| --- | ---: |")
    for name, number in counts.items():
        print(f"| {name} | {number:,} |")
    print(f"| precision | {counts['exact'] / max(1, counts['found']):.4f} |")
    print(f"| recall | {counts['exact'] / counts['gold']:.4f} |")
    print(f"| ms a page | {1000 * seconds / counts['pages']:.2f} |")
    return wrong


if __name__ == "__main__":
    main()
