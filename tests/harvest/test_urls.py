"""The canonical URL: spelling differences vanish, real differences stay."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.errors import ParseError
from contentkit.harvest.urls import (
    MAX_CHARS,
    canonical_url,
    escape_url,
    join_url,
    same_site,
    url_host,
)

TABLE = tomllib.loads(
    (Path(__file__).parents[1] / "tables" / "urls.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", TABLE["canonical"], ids=lambda row: row["why"])
def test_canonical(row):
    result = canonical_url(row["url"], significant_query=row.get("significant"))
    assert result == row["is"]
    again = canonical_url(result, significant_query=row.get("significant"))
    assert again == result


@pytest.mark.parametrize("row", TABLE["hopeless"], ids=lambda row: row["why"])
def test_hopeless(row):
    with pytest.raises(ParseError):
        canonical_url(row["url"])


@pytest.mark.parametrize("row", TABLE["join"], ids=lambda row: row["why"])
def test_join(row):
    assert join_url(row["base"], row["href"]) == row["is"]


@pytest.mark.parametrize("row", TABLE["no_link"], ids=lambda row: row["why"])
def test_no_link(row):
    with pytest.raises(ParseError):
        join_url("http://www.example.gov.cn/a/b.html", row["href"])


def test_byte_of_a_file_name_stays_that_byte():
    name = "中".encode("gb18030").decode("utf-8", errors="surrogateescape")
    assert canonical_url(f"http://e.cn/{name}.doc") == "http://e.cn/%D6%D0.doc"


def test_length_is_bounded():
    url = "http://e.cn/" + "a" * (MAX_CHARS - len("http://e.cn/"))
    assert canonical_url(url) == url
    with pytest.raises(ParseError):
        canonical_url(url + "a")
    with pytest.raises(ParseError, match="at most"):
        canonical_url("http://e.cn/" + "文" * (MAX_CHARS // 3))


def test_escape_keeps_the_scheme():
    assert escape_url("urn:a b") == "urn:a%20b"


def test_site():
    assert same_site("http://e.cn/", "https://www.e.cn/x")
    assert not same_site("http://e.cn:8080/", "http://e.cn/")
    assert url_host("https://e.cn/?a=http://x.cn/") == "e.cn"


URLS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "HTTPS:\\\\", "http:/", " https://"]),
    st.sampled_from(
        [
            "e.cn",
            "E.CN:80",
            "u:p@e.cn:443",
            "中文.政务",
            "[::1]:8080",
            "a_b.cn.",
            "%65.cn",
        ]
    ),
    st.one_of(st.just(""), st.text(max_size=40).map("/{}".format)),
    st.one_of(st.just(""), st.text(max_size=40).map("?{}".format)),
)


@given(URLS, st.one_of(st.none(), st.lists(st.sampled_from(["a", "id", "sid"]))))
def test_idempotent(url, significant):
    try:
        once = canonical_url(url, significant_query=significant)
    except ParseError:
        return
    assert canonical_url(once, significant_query=significant) == once
    assert once.isascii()
    assert "#" not in once


@given(st.text(max_size=60))
def test_any_text_gives_a_url_or_a_reason(text):
    try:
        url = join_url("http://www.example.gov.cn/a/", text)
    except ParseError as error:
        assert error.expected
    else:
        assert url.startswith(("http://", "https://"))
