"""Measure how fast pages become records, beside trafilatura and a bare parse.

    python benchmarks/extract.py [--pages N]

The pages are the articles of ../shared/data/zhecheng, else synthetic ones. Every page is
read once by each reader in turn, so that load on the machine hits all alike; times are
CPU seconds of one process. trafilatura runs in its fast mode with metadata.
"""

import argparse
import json
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import trafilatura
from lxml import html

from contentkit.extract import extract_record

DATA = Path(__file__).parents[1] / "../shared/data/zhecheng"
_PARAGRAPH = "<p>　　各街道要明确责任，倒排时间，于三月底前完成整地，四月底前完成栽植，并按月报送进度。</p>"


def pages(count: int) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a name for the pages, and their addresses and bytes."""
    if not DATA.is_dir():
        return "synthetic", [(f"http://a.gov.cn/{n}.html", synthetic(n)) for n in range(count)]
    with (DATA / "gold/articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return "zhecheng", [
        (row["url"], (DATA / "site" / row["file"]).read_bytes()) for row in rows[:count]
    ]


def synthetic(number: int) -> bytes:
    """Return a page of about 15 KB."""
    menu = "".join(f'<li><a href="/c{i}/">栏目{i}</a></li>' for i in range(40))
    return (
        f"<html><head><meta charset='utf-8'><title>通知{number}</title></head><body>"
        f"<ul class='nav'>{menu}</ul><h1>关于第{number}批造林任务的通知</h1>"
        "<div>发布时间：2021-03-04 10:20 来源：区绿化办</div>"
        f"<div id='zoom'>{_PARAGRAPH * 70}</div><div class='footer'>版权所有</div></body></html>"
    ).encode()


def by_trafilatura(url: str, data: bytes) -> object:
    """Read a page with the peer."""
    return trafilatura.extract(
        data, url=url, fast=True, with_metadata=True, include_comments=False
    )


def by_contentkit(url: str, data: bytes) -> object:
    """Read a page with the generic reader."""
    return extract_record(data, url=url)


def by_lxml(_url: str, data: bytes) -> object:
    """Only parse the page."""
    return html.fromstring(data)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=263)
    name, batch = pages(parser.parse_args().pages)
    readers: dict[str, Callable[[str, bytes], object]] = {
        f"lxml.html {version('lxml')}, parse only": by_lxml,
        f"trafilatura {version('trafilatura')}, fast, with metadata": by_trafilatura,
        "contentkit extract_record": by_contentkit,
    }
    spent = dict.fromkeys(readers, 0.0)
    for reader in readers.values():
        reader(*batch[0])
    for url, data in batch:
        for label, reader in readers.items():
            start = time.process_time()
            reader(url, data)
            spent[label] += time.process_time() - start
    size = sum(len(data) for _, data in batch) / len(batch) / 1024
    print(f"{len(batch)} pages ({name}), {size:.1f} KB a page\n")
    print("| reader | ms a page | pages a second | against trafilatura | share of parsing |")
    print("| --- | ---: | ---: | ---: | ---: |")
    parse, peer, _ = spent.values()
    for label, seconds in spent.items():
        each = seconds / len(batch)
        print(
            f"| {label} | {each * 1000:.2f} | {1 / each:.0f} | {peer / seconds:.1f}"
            f" | {parse / seconds:.2f} |"
        )


if __name__ == "__main__":
    main()
