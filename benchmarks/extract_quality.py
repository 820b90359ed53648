"""Measure what the generic reader finds on real pages, with trafilatura beside it.

    python benchmarks/extract_quality.py [set …]

Sets: zhecheng, statecouncil, guangdong (from ../shared/data, skipped if absent). Every
set is read three times: as it is; with all `<meta>` tags (but the charset) stripped; and
with every id and class replaced by a meaningless word too, which is what a template
looks like that nobody has described.
Exact means equal after stripping white space at the ends; body is the F1 of character
3-grams on text without white space. Prints one Markdown table.
"""

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from contentkit.extract import extract_record
from contentkit.models import Record
from contentkit.text import squeeze, strip

DATA = Path(__file__).parents[1] / "../shared/data"
LEAST_TEXT = 50
_NAMES = re.compile(rb"""\b(id|class)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_META = re.compile(rb"<meta\b(?![^>]*charset)[^>]*>", re.IGNORECASE)
_TABLE = {
    "index_number": "索引号",
    "topic": "主题分类",
    "issuer": "发文机关",
    "written_on": "成文日期",
    "title": "标题",
    "doc_number": "发文字号",
    "published_at": "发布日期",
}


@dataclass
class Case:
    """One page with its gold values; a value None means: not to be found."""

    url: str
    data: bytes
    exact: dict[str, str | None]
    body: str
    names: list[str] | None = None


def zhecheng() -> Iterator[Case]:
    """Yield the articles of the county portal."""
    for row in _rows("zhecheng"):
        yield Case(
            row["url"],
            (DATA / "zhecheng/site" / row["file"]).read_bytes(),
            {
                "title": row["title"],
                "published_at": row["pub_time"].replace(" ", "T"),
                "source": row["source"],
                "author": row["author"],
                "column_path": " > ".join(row["crumbs"]),
            },
            row["body_text"],
            [x["text"] for x in row["attachments"]],
        )


def statecouncil() -> Iterator[Case]:
    """Yield the disclosure pages with their metadata table."""
    for row in _rows("statecouncil"):
        exact = {field: row["table"][label] for field, label in _TABLE.items()}
        for field in ("written_on", "published_at"):
            year, month, day = re.findall(r"\d+", exact[field])
            exact[field] = f"{year}-{int(month):02}-{int(day):02}"
        data = (DATA / "statecouncil" / row["file"]).read_bytes()
        yield Case(row["url"], data, exact, row["body_text"])


def guangdong() -> Iterator[Case]:
    """Yield the articles of the two provincial sites."""
    for row in _rows("guangdong"):
        yield Case(
            "http://www.example.gov.cn/" + row["file"],
            (DATA / "guangdong/site" / row["file"]).read_bytes(),
            {
                "title": row["title"],
                "published_at": row["pub_time"],
                "source": row["source"],
            },
            row["body_text"],
            [x["text"] for x in row["attachments"]],
        )


def _rows(name: str) -> Iterator[dict]:
    with (DATA / name / "gold/articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def f1(found: str, gold: str) -> float:
    """Return the F1 of character 3-grams, white space ignored."""
    one, two = _grams(found), _grams(gold)
    if not one and not two:
        return 1.0
    common = sum((one & two).values())
    return 2 * common / (sum(one.values()) + sum(two.values()))


def _grams(text: str) -> Counter[str]:
    text = squeeze(text)
    return Counter(text[i : i + 3] for i in range(max(1, len(text) - 2)) if text)


def value_of(record: Record, field: str, gold: str | None) -> str | None:
    """Return the record's value as far as the gold value states it."""
    if field == "column_path":
        return " > ".join(record.column_path)
    value = getattr(record, field)
    if field in {"published_at", "written_on"} and value and gold:
        return value[: len(gold)]
    return value


def without_meta(data: bytes) -> bytes:
    """Return the page without meta tags but that of the charset."""
    return _META.sub(b"", data)


def anonymous(data: bytes) -> bytes:
    """Return the page without meta tags and with ids and classes that say nothing."""
    return _NAMES.sub(
        lambda m: m[1] + b'="q%08x"' % zlib.crc32(m[2].strip(b"'\"")),
        without_meta(data),
    )


def run(
    cases: list[Case], change: Callable[[bytes], bytes], wrong: Callable[..., None]
) -> dict:
    """Return share of exact fields, mean body F1 and attachment names."""
    hits: Counter[str] = Counter()
    bodies = []
    names_right = names_all = 0
    for case in cases:
        record = extract_record(change(case.data), url=case.url)
        for field, gold in case.exact.items():
            value = value_of(record, field, gold)
            if strip(value or "") == strip(gold or ""):
                hits[field] += 1
            else:
                wrong(case, field, value, gold)
        bodies.append((f1(record.body_text, case.body), case.body))
        if bodies[-1][0] < 0.97:
            wrong(
                case,
                "body",
                f"{bodies[-1][0]:.3f}",
                f"{len(record.body_text)}/{len(case.body)}",
            )
        if case.names is not None:
            found = Counter(squeeze(x.name) for x in record.attachments)
            gold_names = Counter(squeeze(x) for x in case.names)
            names_right += 2 * sum((found & gold_names).values())
            names_all += sum(found.values()) + sum(gold_names.values())
            if found != gold_names:
                wrong(case, "attachments", sorted(found), sorted(gold_names))
    result = {field: hits[field] / len(cases) for field in cases[0].exact}
    result["body F1"], result["body F1, text of 50 or more"] = means(bodies)
    if names_all:
        result["attachment names F1"] = names_right / names_all
    return result


def peer(cases: list[Case]) -> tuple[float, float]:
    """Return the mean body F1 of trafilatura on all pages, and on those with text."""
    scores = []
    for case in cases:
        text = trafilatura.extract(case.data, include_comments=False) or ""
        scores.append((f1(text, case.body), case.body))
    return means(scores)


def means(scores: list[tuple[float, str]]) -> tuple[float, float]:
    """Return the mean of all scores, and of those whose gold text is no mere line."""
    long = [score for score, body in scores if len(squeeze(body)) >= LEAST_TEXT]
    return sum(score for score, _ in scores) / len(scores), sum(long) / len(long)


def main() -> None:
    """Print the table; `-v` lists every wrong value on stderr."""
    verbose = "-v" in sys.argv
    fast = "--no-peer" in sys.argv
    wanted = [x for x in sys.argv[1:] if not x.startswith("-")]

    def wrong(case: Case, field: str, value: object, gold: object) -> None:
        if verbose:
            print(f"{case.url} {field}: {value!r} != {gold!r}", file=sys.stderr)

    print(
        "| set | pages | value | as it is | no meta | no meta, class, id | trafilatura |"
    )
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: |")
    for load in (zhecheng, statecouncil, guangdong):
        name = load.__name__
        if wanted and name not in wanted:
            continue
        if not (DATA / name).is_dir():
            print(f"| {name} | 0 | ../shared/data/{name} is absent | | | | |")
            continue
        cases = list(load())
        plain = run(cases, bytes, wrong)
        stripped = run(cases, without_meta, lambda *_: None)
        if verbose:
            print(f"--- {name} anonymous", file=sys.stderr)
        bare = run(cases, anonymous, wrong)
        rival = () if fast else peer(cases)
        others = dict(zip([f for f in plain if "body" in f], rival, strict=not fast))
        for field in plain:
            other = f"{others[field]:.4f}" if field in others else ""
            print(
                f"| {name} | {len(cases)} | {field} | {plain[field]:.4f}"
                f" | {stripped[field]:.4f} | {bare[field]:.4f} | {other} |"
            )


if __name__ == "__main__":
    main()
