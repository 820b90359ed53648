"""Every rule on one document, by a table; offsets and words of its findings."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.findings import codes, explain
from contentkit.resources import read_codelist
from contentkit.validate import validate_document
from contentkit.validate.attachments import count_stated
from contentkit.validate.dates import working_days_between

CASES = tomllib.loads((Path(__file__).parents[1] / "tables/rules.toml").read_text())[
    "case"
]


def findings_of(document, edition, **options):
    validated = validate_document(document, edition=edition, modes={}, **options)
    return [f for f in validated.findings if f.code != "schema-violation"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_rules(case, make_document, edition):
    changes = case.get("set", {}) | dict.fromkeys(case.get("null", ()))
    document = make_document(changes)
    findings = findings_of(document, edition)
    assert sorted(f.code for f in findings) == sorted(case["codes"])
    for finding in findings:
        for lang in ("zh", "en"):
            assert "…" not in explain(finding, lang)
        if finding.start is not None:
            text = document[finding.field]
            assert text[finding.start : finding.end] == finding.quote


def test_every_rule_has_a_case():
    told = {code for case in CASES for code in case["codes"]}
    elsewhere = {"schema-violation", "value-dropped", "IDX-06", "CLS-03"}
    elsewhere |= {"COL-01", "COL-02", "columns-veto"}  # test_site.py
    elsewhere |= {"DATE-03", "META-05", "pubdate-12-hours"}  # test_across.py
    listed = {row["code"] for row in read_codelist("findings-validate")}
    assert listed <= set(codes())
    assert listed - elsewhere - told == set()


def test_the_day_of_the_run_bounds_dates_where_it_is_given(make_document, edition):
    document = make_document({"published_at": "2020-06-03"})
    assert findings_of(document, edition, today="2026-11-24") == []
    (finding,) = findings_of(make_document(), edition, today="2020-05-31")
    assert finding.data == {"date": "2020-06-01", "today": "2020-05-31"}


@pytest.mark.parametrize(
    ("first", "rest", "count"),
    [
        ("值班表", "", 1),
        ("1．值班表", "\n2．名单\n3、清单\n示例区政府", 3),
        (" 1.值班表", "\n　2.名单", 2),
        ("", "\n1.值班表\n2.名单", 1),
        ("1.5倍标准表", "", 1),
        ("2．名单", "\n1．值班表", 1),
        ("", "", 0),
    ],
)
def test_attachments_that_a_text_names(first, rest, count):
    assert count_stated(first, rest) == count


HOLIDAYS = read_codelist("public-holidays")


def is_worked(day):
    """Look a day up in the list of holidays, the slow way."""
    for row in HOLIDAYS:
        if row["first"] <= day.isoformat() <= row["last"]:
            return row["kind"] == "work"
    return day.weekday() < 5


@given(st.dates(date(2005, 1, 1), date(2028, 1, 1)), st.integers(-5, 80))
def test_working_days_are_counted_one_by_one(start, days):
    end = start + timedelta(days=days)
    slow = sum(is_worked(start + timedelta(days=n)) for n in range(1, days + 1))
    assert working_days_between(start, end) == slow


def test_the_list_of_holidays_is_sound():
    days = []
    for row in HOLIDAYS:
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert 1 <= len(span) <= 10, row
        assert row["kind"] in {"off", "work"}
        if row["kind"] == "work":
            assert [day.weekday() > 4 for day in span] == [True]
        assert "通知" in row["source"]
        days += span
    assert days == sorted(set(days)), "in order, and no day twice"
    assert {day.year for day in days} == {*range(2008, 2027)}, (
        "the years that are known"
    )
