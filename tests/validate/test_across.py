"""Rules that compare pages: what they tell, and what they leave in peace."""

import pytest

from contentkit.findings import explain
from contentkit.resources import read_codelist
from contentkit.validate import check_bulk_dates, check_clock, check_site_codes
from contentkit.validate.across import CodedPages, Dated, Timed


def told(pairs):
    pairs = list(pairs)
    for _, finding in pairs:
        assert "…" not in explain(finding) + explain(finding, "en")
    return [(where, finding.code) for where, finding in pairs]


def loaded(count, *, days, published="2020-06-01T10:00+08:00", year=2019):
    """Documents of one time, written on so many days from May of a year on."""
    return [
        Dated(published, f"{year}-05-{1 + n % days:02}", f"d{n:02}")
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("why", "rows", "count"),
    [
        (
            "ten documents of five days in one minute, a year late",
            loaded(10, days=5),
            10,
        ),
        ("nine are not many", loaded(9, days=5), 0),
        ("four days are one batch of a meeting", loaded(10, days=4), 0),
        ("written in the same month", loaded(10, days=5, year=2020)[:9], 0),
        (
            "published within a month of writing",
            loaded(20, days=10, published="2020-05-20", year=2020),
            0,
        ),
        (
            "two times, each with few",
            [
                *loaded(6, days=6),
                *loaded(6, days=6, published="2020-06-01T10:01+08:00"),
            ],
            0,
        ),
        ("a date that is none", [Dated("2020-06-01", "x", "d")] * 12, 0),
        ("no documents", [], 0),
    ],
)
def test_documents_loaded_in_bulk(why, rows, count):
    found = told(check_bulk_dates(rows))
    assert found == [(row.document, "DATE-03") for row in rows][:count], why


def test_only_the_late_ones_of_a_time_are_told():
    fresh = [Dated("2020-06-01", "2020-05-30", f"e{n}") for n in range(5)]
    rows = [*fresh, *loaded(12, days=6, published="2020-06-01")]
    found = dict(check_bulk_dates(rows))
    assert sorted(found) == [f"d{n:02}" for n in range(12)]
    assert found["d00"].data == {
        "published": "2020-06-01",
        "count": 12,
        "first": "2019-05-01",
        "last": "2019-05-06",
    }


def at(*hours, template="jcms"):
    return [
        Timed(template, f"2020-06-01T{hour:02}:15+08:00", f"{template}{n}")
        for n, hour in enumerate(hours)
    ]


WORK = (8, 9, 10, 11, 12, 1, 2, 3, 4, 5)  # a working day in times of twelve hours


@pytest.mark.parametrize(
    ("why", "rows", "count"),
    [
        ("no afternoon in twenty times", at(*WORK, *WORK), 10),
        ("one time in the afternoon", at(*WORK, *WORK, 14), 0),
        ("nineteen times are a chance", at(*WORK, *WORK[:9]), 0),
        ("an office that publishes in the morning", at(*(8, 9, 10, 11) * 6), 0),
        ("midnight is no time", at(*(0,) * 30), 0),
        ("few at night", at(*(9,) * 25, 3, 4), 0),
        ("another template prints all hours", at(*WORK, *WORK, template="a"), 10),
        ("no documents", [], 0),
    ],
)
def test_templates_without_afternoons(why, rows, count):
    assert len(told(check_clock(rows))) == count, why


def test_each_template_is_judged_alone_and_names_the_other_time():
    whole = at(*range(8, 20), *range(8, 20), template="a")
    found = list(check_clock([*whole, *at(*WORK, *WORK, template="b")]))
    assert {document[0] for document, _ in found} == {"b"}
    assert (found[0][1].quote, found[0][1].data["other"]) == ("01:15", "13:15")


GOOD = CodedPages("3302060001", 90, "http://a.gov.cn/")


@pytest.mark.parametrize(
    ("why", "codes", "pages"),
    [
        ("one code", [GOOD], []),
        ("a department of the state council", [CodedPages("bm12000001", 3, "u")], []),
        ("no code at all", [], []),
        ("too short", [CodedPages("330206", 3, "u")], ["u"]),
        (
            "digits of another width",
            [CodedPages("３３０２０６０００１", 3, "u")],
            ["u"],
        ),
        ("one page differs", [GOOD, CodedPages("3302060002", 1, "u")], ["u"]),
        (
            "nobody knows which is right",
            [CodedPages("3302060002", 9, "u"), CodedPages("3302060001", 9, "v")],
            ["u", "v"],
        ),
    ],
)
def test_codes_of_the_site(why, codes, pages):
    assert told(check_site_codes(codes)) == [(x, "META-05") for x in pages], why


def test_the_other_code_is_named():
    ((_, finding),) = check_site_codes([GOOD, CodedPages("3302060002", 1, "u")])
    assert "3302060001" in explain(finding)


def test_every_threshold_says_what_it_means():
    for row in read_codelist("rule-thresholds"):
        assert int(row["value"]) > 0
        assert row["means"]
        assert row["source"]
