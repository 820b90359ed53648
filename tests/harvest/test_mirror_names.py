"""Names of files in mirrors, turned back into addresses."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.harvest.mirror_names import (
    is_traversal,
    iter_hashed_links,
    printable,
    proves_query,
    read_footer,
    undo_hash,
    undo_wget,
)

TABLE = tomllib.loads(
    (Path(__file__).parents[1] / "tables" / "mirror_names.toml").read_text("utf-8")
)


@pytest.mark.parametrize("row", TABLE["wget"], ids=lambda row: row["why"])
def test_wget(row):
    assert undo_wget(row["name"]) == row["is"]


@pytest.mark.parametrize("row", TABLE["hash"], ids=lambda row: row["why"])
def test_hash(row):
    assert proves_query(row["name"].rpartition("/")[2], row["query"]) is row["proven"]
    if row["proven"]:
        assert undo_hash(row["name"], row["query"]) == row["is"]


@pytest.mark.parametrize("row", TABLE["footer"], ids=lambda row: row["why"])
def test_footer(row):
    footer = read_footer(row["html"].encode())
    found = (footer.address, footer.captured_at or "") if footer else ("", "")
    assert found == (row["address"], row["at"])


@pytest.mark.parametrize("row", TABLE["traversal"], ids=lambda row: row["why"])
def test_traversal(row):
    assert is_traversal(row["name"]) is row["is"]


def test_hashed_links_are_read_from_pages():
    page = (
        b'<a href="../a/index7980.html?link=ywdt">x</a>'
        b"<script src='b/index14da.html?link=hdjl'></script>"
        b'<a href="index7980.html?link=other">no proof</a>'
        b'<a href="list-2.html?x=1">no hash</a>'
        b'<a href="indexed04.html?a=1&amp;b=2">entities</a>'
    )
    assert list(iter_hashed_links(page)) == [
        ("../a/index7980.html", "link=ywdt"),
        ("b/index14da.html", "link=hdjl"),
        ("indexed04.html", "a=1&b=2"),
    ]


def test_a_long_word_before_a_query_costs_no_square():
    page = b"0123.html" * 50_000 + b"?" + b"x" * 5000
    assert list(iter_hashed_links(page)) == []


@given(st.binary(max_size=200))
def test_any_bytes_can_be_shown(raw):
    text = printable(raw.decode("utf-8", errors="surrogateescape"))
    assert text.isprintable()
    text.encode("utf-8")


@given(st.text(max_size=60))
def test_undoing_twice_changes_nothing_more(name):
    once = undo_wget(name)
    assert undo_wget(once).count("?") <= once.count("?") + 1
