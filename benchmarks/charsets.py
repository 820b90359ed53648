"""Measure how pages become text: right ones, told doubts, silent errors, speed.

    python benchmarks/charsets.py [--pages N]

Real input: the 46 feeds of ../shared/data/charsets, as they are and with their
declarations taken out (letters are compared; the codecs of a family differ in
punctuation). Derived input: synthetic pages in five encodings, under every wrong
declaration by meta tag and HTTP header, cut, damaged, mixed and double-encoded. A
silent error is wrong text without a finding that says so. The peer is
charset-normalizer, which sees the bytes alone.
"""

import argparse
import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from charset_normalizer import from_bytes

from contentkit.extract.encoding import decode_page

CHARSETS = Path(__file__).parents[1] / "../shared/data/charsets"
_TOLD = {"charset-ambiguous", "TXT-01"}
_SIMPLIFIED = (
    "各街道要落实防汛责任，加强值班值守，遇有险情立即报告。第{n}批物资已经下达，"
    "请有关单位于五月底前完成发放，并将名单报区应急管理局备案。"
)
_TRADITIONAL = (
    "各街道要落實防汛責任，加強值班值守，遇有險情立即報告。第{n}批物資已經下達，"
    "請有關單位於五月底前完成發放，並將名單報區公所備查。"
)
_ENCODINGS = {
    "utf-8": _SIMPLIFIED,
    "gb18030": _SIMPLIFIED,
    "big5hkscs": _TRADITIONAL,
    "utf-16-le": _SIMPLIFIED,
    "utf-16-be": _SIMPLIFIED,
}
_LABELS = ("utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "euc-kr", "windows-1251", "")
_HTTP = (None, "utf-8", "gb2312", "big5", "iso-8859-1")

Case = tuple[str, bytes, str | None, str]  # class, bytes, HTTP charset, true text


def feeds() -> Iterator[Case]:
    """Yield the real feeds, with and without their declarations."""
    if not (CHARSETS / "expected.tsv").exists():
        return
    with (CHARSETS / "expected.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            data = (CHARSETS / row["file"]).read_bytes()
            bare = re.sub(rb"(charset|encoding)=", b"x=", data)
            codec = row["decode_with"]
            yield f"{row['expected']} feed", data, None, data.decode(codec)
            yield f"{row['expected']} feed, undeclared", bare, None, bare.decode(codec)


def page(label: str, body: str) -> str:
    """Return a page of about 6 KB that declares an encoding, or none."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    menu = "".join(f'<li><a href="/c{i}/">目次</a></li>' for i in range(30))
    return (
        f"<html><head>{meta if label else ''}<title>通知</title></head><body>"
        f"<ul>{menu}</ul><div>{body}</div></body></html>"
    )


def derived(count: int) -> Iterator[Case]:
    """Yield pages under wrong declarations, and damaged in known ways."""
    for number in range(count):
        for encoding, words in _ENCODINGS.items():
            body = "</p><p>".join([words.format(n=number)] * (1 + number % 20))
            for label in _LABELS:
                for http in _HTTP:
                    text = page(label, body)
                    name = f"{encoding} under any declaration"
                    yield name, text.encode(encoding), http, text
        yield from _damaged(number)


def _damaged(number: int) -> Iterator[Case]:
    body = "</p><p>".join([_SIMPLIFIED.format(n=number)] * (2 + number % 20))
    for encoding in ("utf-8", "gb18030"):
        text = page(encoding, f"{body}<i>@</i>{body}")
        data = text.encode(encoding)
        hurt = data.replace(b"@", b"\xff")
        yield f"{encoding}, one bad byte", hurt, None, text.replace("@", "\ufffd")
        end = data.rindex("局".encode(encoding))
        cut = data[: end + 1].decode(encoding, "replace")
        yield f"{encoding}, cut in a character", data[: end + 1], None, cut
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        mixed = data.replace(b"@", "区应急管理局".encode(other))
        yield (
            f"{other} passage in {encoding}",
            mixed,
            None,
            text.replace("@", "区应急管理局"),
        )
    text = page("utf-8", f"<b>@</b>{body}")
    for read, wrong in (("utf-8", "latin-1"), ("utf-8", "gb18030"), ("gbk", "latin-1")):
        for title in ("区应急管理局关于防汛的通知", "政府信息公开年度报告"):
            once = title.encode(read).decode(wrong, "replace")
            lost = ", a byte lost" if "\ufffd" in once else ""
            twice = text.replace("@", once).encode()
            true = text.replace("@", title)
            yield f"{read} read as {wrong}{lost}", twice, None, true


def letters(text: str) -> str:
    """Return the letters alone."""
    return re.sub(r"\W", "", text)


def judge(cases: list[Case]) -> None:
    """Print how many cases of each class came out right, told or silently wrong."""
    rows: dict[str, Counter[str]] = {}
    for name, data, http, true in cases:
        decoded = decode_page(data, http_charset=http)
        codes = {finding.code for finding in decoded.findings}
        if letters(decoded.text) == letters(true):
            verdict = "right"
        else:
            verdict = "told" if codes & _TOLD else "silent"
        row = rows.setdefault(name, Counter())
        row[verdict] += 1
        row["doubted"] += verdict == "right" and "charset-ambiguous" in codes
    print("| input | n | right | of these doubted | wrong, told | wrong, silent |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    rows["all"] = sum(rows.values(), Counter())
    for name, row in rows.items():
        total = row["right"] + row["told"] + row["silent"]
        print(
            f"| {name} | {total:,} | {row['right']:,} | {row['doubted']} "
            f"| {row['told']} | {row['silent']} |"
        )


def race(rounds: int) -> None:
    """Print the time for a page of 15 KB, beside plain decoding and the peer."""
    body = "</p><p>".join([_SIMPLIFIED.format(n=7)] * 62)
    peers: dict[str, Callable[[bytes, str], object]] = {
        "bytes.decode": lambda data, codec: data.decode(codec),
        "contentkit decode_page": lambda data, _: decode_page(data),
        f"charset-normalizer {version('charset-normalizer')}": (
            lambda data, _: from_bytes(data).best()
        ),
    }
    pages = {
        "UTF-8": (page("utf-8", body).encode(), "utf-8"),
        "GBK": (page("gb2312", body).encode("gbk"), "gbk"),
        "GBK that declares UTF-8": (page("utf-8", body).encode("gbk"), "gbk"),
    }
    print(f"\nPython {python_version()}, µs a page\n")
    print("| page | bytes | " + " | ".join(peers) + " |")
    print("| --- " + "| ---: " * (len(peers) + 1) + "|")
    for name, (data, codec) in pages.items():
        spent = dict.fromkeys(peers, 0.0)
        for _ in range(rounds):
            for label, reader in peers.items():
                start = time.process_time()
                reader(data, codec)
                spent[label] += time.process_time() - start
        cells = " | ".join(f"{s / rounds * 1e6:,.0f}" for s in spent.values())
        print(f"| {name} | {len(data):,} | {cells} |")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20)
    judge([*feeds(), *derived(parser.parse_args().pages)])
    race(200)


if __name__ == "__main__":
    main()
