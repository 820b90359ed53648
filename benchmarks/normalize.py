"""Cost of normalizing beside plain parsing and beside another sanitizer, in one run.

    python benchmarks/normalize.py [--pages 200] [--rounds 5]

Bodies are synthetic: a Word-pasted notice with a table, about 5 KB. Each row is the
median CPU time of the rounds, taken in alternation; only the ratios carry over to
another machine. lxml_html_clean removes scripts and styles and compares nothing.
"""

import argparse
import platform
import statistics
import time
from functools import partial
from importlib.metadata import version

import nh3
from lxml import html as lxml_html
from lxml_html_clean import Cleaner

from contentkit.models import CaptureRef, Record
from contentkit.normalize import normalize_record
from contentkit.normalize.sanitize import sanitize_body
from contentkit.recipe import load_recipe

PARAGRAPH = (
    '<p class="MsoNormal" style="text-indent:32pt;line-height:28pt">'
    '<span style="font-family:仿宋_GB2312;font-size:16pt">'
    "为做好{n}号项目的防汛抗旱工作，各镇（街道）、区级有关部门要压实责任，"
    "完善预案，备足物资，加强值守，确保安全度汛。<o:p></o:p></span></p>"
)
ROW = '<tr><td style="border:1px solid">{n}</td><td>防汛物资</td><td>{n}0件</td></tr>'


def body(number: int) -> str:
    """Return a Word-pasted body of about 5 KB."""
    text = "".join(PARAGRAPH.format(n=number + i) for i in range(14))
    rows = "".join(ROW.format(n=number + i) for i in range(12))
    return (
        '<p align="center"><b><font size="5">通知</font></b></p>'
        f'{text}<table border="1">{rows}</table>'
        '<p style="text-align:right">2020年5月6日</p>'
    )


def record(number: int) -> tuple[CaptureRef, Record]:
    """Return a policy document with a full header."""
    capture = CaptureRef(
        url=f"http://www.zhecheng.gov.cn/xxgk/xxgkml/zfwj/{number}.html",
        captured_at="2020-11-01T08:00:00+08:00",
        sha256="5" * 64,
        warc="archive/00000.warc.gz",
        offset=0,
    )
    stated = {
        "title": f"关于做好第{number}号防汛工作的通知",
        "published_at": "2020-05-06T09:08:07+08:00",
        "written_on": "2020-05-06",
        "source": "县政府办",
        "issuer": "县政府办",
        "index_number": "11330206002954449B/2020-00012",
        "doc_number": f"柘政办〔2020〕{number + 1}号",
        "topic": "综合政务\\应急管理",
        "genre": "通知",
        "disclosure": "主动公开",
    }
    return capture, Record(body_html=body(number), **stated)


def run(task, items) -> float:
    """Return the CPU milliseconds that a task takes for one item."""
    begin = time.process_time()
    for item in items:
        task(item)
    return (time.process_time() - begin) * 1000 / len(items)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    recipe = load_recipe("zhecheng")
    cleaner = Cleaner(style=True, safe_attrs_only=True)
    bodies = [body(number) for number in range(options.pages)]
    records = [record(number) for number in range(options.pages)]
    tasks = {
        "lxml.html parse": (
            partial(lxml_html.fragment_fromstring, create_parent="div"),
            bodies,
        ),
        "nh3.clean, default list": (nh3.clean, bodies),
        "lxml_html_clean": (cleaner.clean_html, bodies),
        "sanitize_body with comparison and text": (sanitize_body, bodies),
        "normalize_record, all steps": (partial(_normalize, recipe), records),
    }
    times = {name: [] for name in tasks}
    for _ in range(options.rounds):
        for name, (task, items) in tasks.items():
            times[name].append(run(task, items))
    base = statistics.median(times["lxml.html parse"])
    size = sum(len(x.encode()) for x in bodies) / len(bodies) / 1024
    names = ("contentkit", "nh3", "lxml", "lxml_html_clean")
    print(
        f"{options.pages} bodies of {size:.1f} KB (UTF-8), median of {options.rounds};"
    )
    print(f"Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in names))
    print("\n| task | ms a body | lxml parse = 1 |\n| --- | ---: | ---: |")
    for name, values in times.items():
        value = statistics.median(values)
        print(f"| {name} | {value:.3f} | {value / base:.1f} |")


def _normalize(recipe, item) -> None:
    capture, page = item
    normalize_record(page, capture=capture, recipe=recipe, files={})


if __name__ == "__main__":
    main()
