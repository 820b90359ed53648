"""Saved pages, each with the record it must give, field by field.

`tests/sites/<site>/<case>/` holds `page.html` (our own writing), `meta.json` (address,
what the page shows) and `record.json`. Where the last is missing it is written, and the
test fails so that somebody looks at it.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from contentkit.extract.page import PAGE_KEYS, extract_page_json, extract_record
from contentkit.html import parse_fragment, visible_text
from contentkit.models import Record

SITES = Path(__file__).parents[1] / "sites"
CASES = sorted(
    str(path.parent.relative_to(SITES)) for path in SITES.glob("*/*/page.html")
)
FIELDS = ("kind", *PAGE_KEYS, "items", "next_urls")


@cache
def record_of(case: str) -> Record:
    meta = json.loads((SITES / case / "meta.json").read_text(encoding="utf-8"))
    data = (SITES / case / "page.html").read_bytes()
    return extract_record(data, url=meta["url"], http_charset=meta.get("http_charset"))


@cache
def found(case: str) -> dict[str, object]:
    record = record_of(case)
    data = record.to_json()
    shown = {key: data[key] for key in ("kind", "items", "next_urls")}
    return {**shown, **extract_page_json(record)}


@cache
def expected(case: str) -> dict[str, object]:
    path = SITES / case / "record.json"
    if not path.exists():
        text = json.dumps(found(case), ensure_ascii=False, indent=2) + "\n"
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path} was missing and has been written: review this file")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_there_are_pages_of_many_families() -> None:
    assert len(CASES) >= 15
    assert len({case.split("/")[0] for case in CASES}) >= 8


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("case", CASES)
def test_field(case: str, field: str) -> None:
    assert found(case)[field] == expected(case)[field]


@pytest.mark.parametrize("case", CASES)
def test_no_extra_fields(case: str) -> None:
    assert set(found(case)) == set(expected(case)) == set(FIELDS)


@pytest.mark.parametrize("case", CASES)
def test_text_is_what_the_markup_shows(case: str) -> None:
    record = record_of(case)
    assert visible_text(parse_fragment(record.body_html)) == record.body_text


@pytest.mark.parametrize("case", CASES)
def test_every_value_has_its_original_and_origin(case: str) -> None:
    record = record_of(case)
    assert record.originals.keys() == record.origins.keys()
    for field in record.originals:
        assert getattr(record, field)
