"""The generic reader on real pages of three sites, against hand-checked gold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentkit.extract import extract_record
from contentkit.models import PageKind, Record
from contentkit.text import squeeze

DATA = Path(__file__).parents[2] / "../shared/data"
META = re.compile(rb"<meta\b(?![^>]*charset)[^>]*>", re.IGNORECASE)
EVERY = 4
"""Every fourth page keeps the test short; the benchmark reads all."""


def cases(name: str, folder: str) -> Iterator[tuple[dict, Record]]:
    if not (DATA / name).is_dir():
        pytest.skip(f"../shared/data/{name} is absent: real-data test skipped")
    with (DATA / name / "gold/articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::EVERY]
    for row in rows:
        data = META.sub(b"", (DATA / name / folder / row["file"]).read_bytes())
        url = row.get("url") or f"http://www.example.gov.cn/{row['file']}"
        yield row, extract_record(data, url=url)


@pytest.mark.parametrize("name", ["zhecheng", "guangdong"])
def test_articles_without_meta_tags(name: str) -> None:
    for row, record in cases(name, "site"):
        day = row["pub_time"].replace(" ", "T")
        assert record.kind is PageKind.ARTICLE, row["file"]
        assert record.title == row["title"].strip(), row["file"]
        assert (record.published_at or "").startswith(day), row["file"]
        assert (record.source or "") == (row["source"] or "").strip("\u200b "), row[
            "file"
        ]
        assert abs(len(squeeze(record.body_text)) - row["body_chars"]) <= 60, row[
            "file"
        ]


def test_disclosure_pages() -> None:
    for row, record in cases("statecouncil", ""):
        table = row["table"]
        assert record.index_number == table["索引号"]
        assert record.topic == table["主题分类"]
        assert record.issuer == table["发文机关"]
        assert record.doc_number == table["发文字号"]
        assert record.title == table["标题"]
        assert squeeze(record.body_text) == squeeze(row["body_text"])
        for value, label in (
            (record.written_on, "成文日期"),
            (record.published_at, "发布日期"),
        ):
            digits = [int(part) for part in re.findall(r"\d+", table[label])]
            assert [int(part) for part in str(value).split("-")] == digits


def test_saved_firewall_pages_are_no_articles() -> None:
    folder = DATA / "guangdong/site/006940212"
    if not folder.is_dir():
        pytest.skip("../shared/data/guangdong is absent: real-data test skipped")
    pages = sorted(folder.rglob("*.html"))
    kinds = {
        extract_record(page.read_bytes(), url=f"http://www.a.gov.cn/{page.name}").kind
        for page in pages
    }
    assert len(pages) == 5
    assert kinds == {PageKind.ERROR}
