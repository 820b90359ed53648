"""The lists of a clean-up round, the counts of the years, and their files."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from contentkit.cleanup.annual import NORMATIVE, RULE, count_years
from contentkit.cleanup.list_files import write_html, write_xlsx
from contentkit.cleanup.lists import ListRow, Part, make_lists
from contentkit.policy.models import Validity

DAY = "2024-06-30"


def row(name: str = "a", **more: Any) -> ListRow:
    facts: dict[str, Any] = {
        "title": f"江澜区{name}办法",
        "url": f"http://x.example/{name}.html",
        "issuer": "江澜区人民政府",
        "written_on": "2020-05-01",
        "validity": "in-force",
    }
    return ListRow(id=name, **{**facts, **more})


def parts_of(*rows: ListRow, **more: Any) -> dict[str, list[str]]:
    lists = make_lists(rows, as_of=DAY, **more)
    return {part: [x.id for x in found] for part, found in lists.parts.items() if found}


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({}, Part.KEEP),
        ({"validity": "amended"}, Part.KEEP),
        ({"validity": "partly-repealed"}, Part.KEEP),
        ({"validity": "not-yet"}, Part.KEEP),
        ({"validity": "repealed"}, Part.REPEAL),
        ({"validity": "lapsed"}, Part.LAPSE),
        ({"validity": "unknown"}, Part.UNDECIDED),
        ({"decision": "amend"}, Part.AMEND),
        ({"decision": "amend", "validity": "repealed"}, Part.REPEAL),
        ({"open_question": "有效期已届满"}, Part.UNDECIDED),
        ({"open_question": "被废止", "decision": "amend"}, Part.UNDECIDED),
        ({"written_on": None}, Part.KEEP),
    ],
)
def test_each_document_has_its_part(facts: dict[str, Any], part: Part):
    assert parts_of(row(**facts)) == {part: ["a"]}


@pytest.mark.parametrize(
    "facts",
    [
        {"validity": "draft"},
        {"issuer": "江澜区教育局"},
        {"written_on": "2024-07-01"},
        {"written_on": None, "published_at": "2024-07-01 08:00"},
        {"is_normative": False},
    ],
)
def test_what_is_out_of_scope_is_counted_and_in_no_list(facts: dict[str, Any]):
    lists = make_lists([row(**facts)], as_of=DAY, issuer="江澜区人民政府")
    assert (lists.total, sum(lists.excluded.values())) == (0, 1)


ROWS = st.builds(
    row,
    st.sampled_from("abcdefgh"),
    validity=st.sampled_from([str(x) for x in Validity]),
    decision=st.sampled_from(["", "amend"]),
    open_question=st.sampled_from(["", "待核"]),
    written_on=st.sampled_from([None, "2019-01-01", "2024-07-01"]),
    repealed_on=st.sampled_from([None, "2021-03-01"]),
    expires_on=st.sampled_from([None, "2022-12-31"]),
    is_normative=st.sampled_from([None, True, False]),
)


@given(st.lists(ROWS, max_size=12, unique_by=lambda x: x.id))
def test_the_lists_are_a_partition_of_what_is_in_scope(rows: list[ListRow]):
    lists = make_lists(rows, as_of=DAY)
    listed = [x.id for found in lists.parts.values() for x in found]
    assert len(listed) == len(set(listed))
    assert len(listed) + sum(lists.excluded.values()) == len(rows)
    assert lists.is_complete == (not lists.parts[Part.UNDECIDED])
    for count in count_years(rows, as_of=DAY).years:
        assert min(count.issued, count.in_force, count.unknown, count.lapsed) >= 0


@given(st.permutations([row(x) for x in "abcde"]))
def test_the_order_of_the_rows_does_not_matter(rows: list[ListRow]):
    assert parts_of(*rows) == {Part.KEEP: list("abcde")}


def test_years_count_what_was_issued_ended_and_is_in_force():
    rows = [
        row("a", written_on="2019-03-01"),
        row(
            "b", written_on="2019-05-01", validity="repealed", repealed_on="2021-02-01"
        ),
        row("c", written_on="2020-01-01", validity="lapsed", expires_on="2020-12-31"),
        row("d", written_on="2020-11-01", effective_on="2021-01-01"),
        row("e", written_on="2021-01-01", validity="unknown"),
        row("f", written_on=None, published_at=None),
        row("g", written_on="2020-02-02", validity="repealed"),
        row("h", written_on="2020-02-02", doc_number="江澜区人民政府令第3号"),
    ]
    counts = count_years(rows, as_of="2021-06-30")
    found = {
        (x.year, x.kind): (x.issued, x.repealed, x.lapsed, x.in_force, x.unknown)
        for x in counts.years
    }
    assert found == {
        (2021, NORMATIVE): (1, 1, 1, 2, 1),
        (2020, NORMATIVE): (3, 0, 0, 3, 0),
        (2019, NORMATIVE): (2, 0, 0, 2, 0),
        (2021, RULE): (0, 0, 0, 1, 0),
        (2020, RULE): (1, 0, 0, 1, 0),
        (2019, RULE): (0, 0, 0, 0, 0),
    }
    assert (counts.undated, counts.endless) == (1, 1)


def test_nothing_gives_empty_lists_and_no_years():
    lists, annual = make_lists([], as_of=DAY), count_years([], as_of=DAY)
    assert (lists.total, annual.years) == (0, ())
    assert sheets(write_xlsx(lists, annual))["废止"][1:] == []


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {x: book.get_sheet_by_name(x).to_python() for x in book.sheet_names}


def files(*rows: ListRow) -> tuple[bytes, str]:
    lists, annual = make_lists(rows, as_of=DAY), count_years(rows, as_of=DAY)
    return write_xlsx(lists, annual), write_html(lists, annual)


def test_the_workbook_has_a_sheet_a_list_and_the_counts():
    book = sheets(
        files(
            row("a", doc_number="仑政办〔2020〕12号", expires_on="2025-04-30"),
            row("b", validity="repealed", repealed_on="2021-02-01", basis="“同时废止”"),
        )[0]
    )
    assert list(book) == [
        "汇总",
        "继续有效",
        "拟修改",
        "废止",
        "失效",
        "待核实",
        "年度统计",
    ]
    assert book["继续有效"][1][:7] == [
        1.0,
        "江澜区a办法",
        "仑政办〔2020〕12号",
        "江澜区人民政府",
        "2020-05-01",
        "",
        "2025-04-30",
    ]
    assert book["废止"][0][6] == "废止日期"
    assert book["废止"][1][6:8] == ["2021-02-01", "“同时废止”"]
    assert ["清理范围内合计", 2.0] in book["汇总"]


HOSTILE = [
    '=HYPERLINK("http://x.example","点")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "https://x.example/",
    "12345678901234567890",
    "<script>alert(1)</script>",
    "\x00\x0b\ud800甲",
    "长" * 40_000,
    "\u202e反向",
]


@pytest.mark.parametrize("title", HOSTILE, ids=lambda x: ascii(x[:12]))
def test_hostile_texts_stay_texts_in_both_files(title: str):
    bad = row("a", title=title, doc_number=title, issuer=title, basis=title)
    data, page = files(bad)
    cells = sheets(data)["继续有效"][1]
    shown = re.sub("[\x00\x0b\ud800\u202e]", "\ufffd", title)
    assert cells[1] == (shown if len(shown) < 32_000 else shown[:32_000] + "……")
    with zipfile.ZipFile(BytesIO(data)) as book:
        made = [book.read(x).decode() for x in book.namelist() if "worksheets" in x]
    assert made
    assert not any("<f>" in text or "<hyperlink" in text for text in made)
    assert "<script" not in page
    page.encode()


def test_an_address_that_is_none_is_no_link():
    page = files(row("a", url="javascript:alert(1)"))[1]
    assert not re.search('href="javascript', page)


def test_the_same_lists_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    first = files(row("a"), row("b"))
    monkeypatch.setenv("TZ", "America/New_York")
    assert files(row("b"), row("a")) == first
    with zipfile.ZipFile(BytesIO(first[0])) as book:
        assert {x.date_time[:3] for x in book.infolist()} == {(1980, 1, 1)}
        core = book.read("docProps/core.xml").decode()
    assert set(re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", core)) == {DAY}


def test_the_page_says_whether_the_lists_are_fit_to_be_published():
    assert "互不重复" in files(row("a"))[1]
    assert "尚有 1 件待核实" in files(row("a"), row("b", validity="unknown"))[1]
    assert 'http-equiv="Content-Security-Policy"' in files(row("a"))[1]
