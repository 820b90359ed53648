"""Real pages and values: every column of the county portal, tables of gov.cn, numbers."""

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest

from contentkit.errors import ParseError
from contentkit.extract import extract_record
from contentkit.models import CaptureRef, Record
from contentkit.normalize import normalize_record
from contentkit.normalize.dates import parse_date
from contentkit.normalize.doc_numbers import parse_doc_number
from contentkit.normalize.index_numbers import parse_index_number
from contentkit.recipe import load_recipe

DATA = Path(__file__).parents[2] / "../shared/data"
HOST = "http://www.zhecheng.gov.cn/"


def rows(name):
    """Return the JSON lines of a set, or skip where the set is absent."""
    file = DATA / name
    if not file.is_file():
        folder = name.partition("/")[0]
        pytest.skip(f"../shared/data/{folder} is absent: real-data test skipped")
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_column_of_the_county_portal_has_its_place():
    columns = load_recipe("zhecheng").columns
    urls = {row["url"] for row in rows("zhecheng/gold/articles.jsonl")}
    for page in rows("zhecheng/gold/lists.jsonl"):
        urls.add(page["url"])
        urls |= {urljoin(page["url"], item["href"]) for item in page["items"]}
    inside = sorted(url for url in urls if url.startswith(HOST) and url != HOST)
    assert len(inside) > 2000
    assert [url for url in inside if columns.find(url) is None] == []


def test_articles_of_the_county_portal_become_documents():
    recipe = load_recipe("zhecheng")
    gold = rows("zhecheng/gold/articles.jsonl")[::4]
    told = []
    for row in gold:
        page = (DATA / "zhecheng/site" / row["file"]).read_bytes()
        capture = CaptureRef(
            url=row["url"],
            captured_at="2018-07-27T00:00:00+08:00",
            sha256="5" * 64,
            warc="a",
            offset=0,
        )
        record = extract_record(page, url=row["url"])
        made = normalize_record(record, capture=capture, recipe=recipe, files={})
        assert made.document is not None
        assert made.document["column"] and made.document["path"]
        assert made.document["published_at"][:10] == row["pub_time"][:10]
        told += [x for x in made.findings if x.code in {"sanitize-loss", "COL-03"}]
    assert told == []


def test_header_tables_of_the_state_council_are_understood(recipe):
    for row in rows("statecouncil/gold/articles.jsonl"):
        table = row["table"]
        number = parse_index_number(table["索引号"])
        assert (number.form, number.org_code_ok) == ("A", True)
        assert parse_doc_number(table["发文字号"]).canonical
        for label in ("成文日期", "发布日期"):
            assert parse_date(table[label])
        capture = CaptureRef(
            url=row["url"],
            captured_at="2019-02-17T00:00:00+08:00",
            sha256="5" * 64,
            warc="a",
            offset=0,
        )
        record = Record(topic=table["主题分类"])
        made = normalize_record(record, capture=capture, recipe=recipe, files={})
        assert made.document["topic"], table["主题分类"]


def test_printed_document_numbers_are_read_or_refused():
    gold = rows("gold/docnumbers.jsonl")
    exact = wrong = 0
    for row in gold:
        try:
            found = parse_doc_number(row["raw"]).canonical
        except ParseError:
            found = None
        exact += found == row["canonical"]
        wrong += found is not None and row["canonical"] is None
    assert wrong == 0
    assert exact >= 205  # the rest needs the sentence or the page around the number
