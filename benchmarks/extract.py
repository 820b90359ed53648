"""Measure how fast pages become records, beside trafilatura and a bare parse.

    python benchmarks/extract.py [--pages N]

The pages are synthetic ones and, if there, the articles of ../shared/data/zhecheng. Every
page is read once by each reader in turn, so that load on the machine hits all alike; times are
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
_PARAGRAPH = (
    '<p style="text-indent: 2em; line-height: 28pt"><span style="font-family: 仿宋_GB2312;'
    ' font-size: 16pt">各街道要明确责任，倒排时间，于<span lang="EN-US">3</span>月底前完成整地，'
    '<span lang="EN-US">4</span>月底前完成栽植，并按月报送进度。</span></p>\n'
)


def pages(count: int) -> dict[str, list[tuple[str, bytes]]]:
    """Return addresses and bytes of pages, by the name of their set."""
    made = [(f"http://a.gov.cn/art/{n}.html", synthetic(n)) for n in range(count)]
    if not DATA.is_dir():
        return {"synthetic": made}
    with (DATA / "gold/articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    real = [(row["url"], (DATA / "site" / row["file"]).read_bytes()) for row in rows]
    return {"synthetic": made, "zhecheng articles": real[:count]}


def synthetic(number: int) -> bytes:
    """Return a page of about 15 KB: navigation, labels, text, a table, side column."""
    menu = "".join(
        f'<li><a href="/c{i}/index.html"><b>栏目{i}</b></a></li>' for i in range(30)
    )
    rows = "".join(
        f"<tr><td>{i}</td><td>东塘街道</td><td>{i}00亩</td></tr>" for i in range(12)
    )
    side = "".join(
        f'<li><a href="../a{i}.html" title="关于第{i}批绿化示范单位的公示">关于第{i}批绿化…</a></li>'
        for i in range(10)
    )
    return (
        f"<html><head><meta charset='utf-8'><title>关于第{number}批造林任务的通知_仑海区人民政府</title>"
        f"<script>{'var a=1;' * 60}</script></head><body><div class='top'><ul>{menu}</ul></div>"
        "<div class='place'>当前位置：<a href='/'>首页</a> &gt; <a href='/tz/'>通知</a></div>"
        f"<div class='wrap'><h1>关于第{number}批造林任务的通知</h1><div class='info'>"
        "<span>发布时间：2021-03-04 10:20:11</span> <span>来源：区绿化办</span></div>"
        f"<div class='text'>{_PARAGRAPH * 18}<table>{rows}</table>{_PARAGRAPH * 6}</div>"
        f"<div class='side'><h3>相关链接</h3><ul>{side}</ul></div></div>"
        "<div class='footer'><p>版权所有：仑海区人民政府</p></div></body></html>"
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
    readers: dict[str, Callable[[str, bytes], object]] = {
        f"lxml.html {version('lxml')}, parse only": by_lxml,
        f"trafilatura {version('trafilatura')}, fast, with metadata": by_trafilatura,
        "contentkit extract_record": by_contentkit,
    }
    print("| pages | reader | ms a page | pages a second | × trafilatura | × parsing |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, batch in pages(parser.parse_args().pages).items():
        size = sum(len(data) for _, data in batch) / len(batch) / 1024
        spent = measure(readers, batch)
        parse, peer, _ = spent.values()
        for label, seconds in spent.items():
            each = seconds / len(batch)
            print(
                f"| {len(batch)} {name}, {size:.1f} KB | {label} | {each * 1000:.2f}"
                f" | {1 / each:.0f} | {peer / seconds:.1f} | {parse / seconds:.2f} |"
            )


def measure(
    readers: dict[str, Callable[[str, bytes], object]], batch: list[tuple[str, bytes]]
) -> dict[str, float]:
    """Return the CPU seconds of every reader on all pages, read in turn."""
    spent = dict.fromkeys(readers, 0.0)
    for reader in readers.values():
        reader(*batch[0])
    for url, data in batch:
        for label, reader in readers.items():
            start = time.process_time()
            reader(url, data)
            spent[label] += time.process_time() - start
    return spent


if __name__ == "__main__":
    main()
