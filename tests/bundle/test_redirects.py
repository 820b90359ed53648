"""Redirects: what is wrong with them, and the spreadsheet form."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.bundle.redirects import (
    Redirect,
    Status,
    check_redirects,
    csv_lines,
    request_key,
)
from contentkit.findings import codes, explain

OLD = "http://www.old.example"
PATHS = {"/a.html", "/b.html", "/c.html"}


def moved(path: str, to: str | None) -> Redirect:
    return Redirect(from_url=f"{OLD}{path}", to=to, status=Status.MOVED)


def problems(*redirects: Redirect, platform: str | None = None) -> list[str]:
    found = check_redirects(
        lambda: redirects, is_target=PATHS.__contains__, platform=platform
    )
    return [f"{finding.data['problem']} {finding.data['from']}" for finding in found]


def test_good_redirects_have_no_finding():
    redirects = [
        moved("/1.html", "/a.html"),
        moved("/2.html", "/a.html"),
        moved("/3.html", "https://archive.example/3"),
        Redirect(from_url=f"{OLD}/4", to=None, status=Status.GONE),
        Redirect(from_url=f"{OLD}/5", to="https://a.example/5", status=Status.ARCHIVE),
        Redirect(from_url=f"{OLD}/6", to=None, status=Status.ARCHIVE),
        Redirect(from_url=f"{OLD}/7", to=None, status=Status.UNRESOLVED),
    ]
    assert problems(*redirects) == []
    assert problems(*redirects, platform="https://www.new.example/") == []


def test_targets_must_be_in_the_bundle():
    assert problems(moved("/1", "/no.html")) == [f"missing-target {OLD}/1"]
    assert problems(moved("/1", None)) == [f"no-target {OLD}/1"]


@pytest.mark.parametrize("status", [Status.GONE, Status.UNRESOLVED])
def test_what_leads_nowhere_has_no_target(status):
    redirect = Redirect(from_url=f"{OLD}/1", to="/a.html", status=status)
    assert problems(redirect) == [f"needless-target {OLD}/1"]


def test_two_answers_to_one_address_collide():
    assert problems(moved("/1", "/a.html"), moved("/1", "/b.html")) == [
        f"collision {OLD}/1"
    ]
    assert problems(moved("/1", "/a.html"), moved("/1", "/a.html")) == []


def test_the_scheme_makes_no_other_address():
    secure = Redirect(
        from_url="https://www.old.example/1", to="/b.html", status=Status.MOVED
    )
    assert problems(moved("/1", "/a.html"), secure) == [
        "collision https://www.old.example/1"
    ]


def test_chains_are_found():
    found = problems(
        moved("/1", f"{OLD}/2"), moved("/2", f"{OLD}/3"), moved("/3", "/a.html")
    )
    assert found == [f"chain {OLD}/1", f"chain {OLD}/2"]


def test_loops_are_found():
    found = problems(
        moved("/1", f"{OLD}/2"), moved("/2", f"{OLD}/1"), moved("/3", f"{OLD}/1")
    )
    assert found == [f"loop {OLD}/1", f"loop {OLD}/2", f"loop {OLD}/3"]


def test_a_redirect_to_itself_is_a_loop():
    assert problems(moved("/1", f"{OLD}/1")) == [f"loop {OLD}/1"]


def test_the_platform_may_keep_the_old_host():
    same = moved("/a.html", "/a.html")
    assert problems(same) == []
    assert problems(same, platform=OLD) == [f"loop {OLD}/a.html"]
    assert problems(same, platform="https://www.new.example") == []


def test_what_is_no_http_address_is_told():
    redirect = Redirect(from_url="ftp://x/", to="/a.html", status=Status.MOVED)
    assert problems(redirect) == ["not-http ftp://x/"]


def test_findings_are_explained_in_both_languages():
    finding = next(
        iter(check_redirects(lambda: [moved("/1", None)], is_target=PATHS.__contains__))
    )
    assert explain(finding) == f"旧网址跳转有误（没有写明新网址）：{OLD}/1"
    assert "it has no new address" in explain(finding, "en")
    assert codes()["LNK-04"].severity == "error"


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 7)),
        max_size=8,
        unique_by=lambda pair: pair[0],
    )
)
def test_whatever_passes_answers_in_one_step(pairs):
    """Of redirects without a finding, none leads to an address that redirects."""
    redirects = [moved(f"/{a}", f"{OLD}/{b}") for a, b in sorted(pairs)]
    bad = {p.split()[1] for p in problems(*redirects)}
    sources = {redirect.from_url for redirect in redirects}
    for redirect in redirects:
        assert (redirect.to in sources) == (redirect.from_url in bad)


urls = st.text(st.characters(codec="utf-8"), max_size=60)


@given(urls)
def test_keys_are_visible_ascii(url):
    key = request_key(f"http://{url}")
    assert key is None or (key.isascii() and key.isprintable() and " " not in key)


def test_keys_of_hostile_addresses():
    assert request_key("http://[::1/x") == "[::1/x"
    assert request_key("javascript:alert(1)") is None
    assert request_key("http://h?x=1#y") == "h/?x=1"
    assert request_key("http://h/%D6%D0.html") == "h/%D6%D0.html"


@given(st.lists(st.tuples(urls, urls | st.none(), st.sampled_from(Status)), max_size=5))
def test_no_cell_is_a_formula_and_every_row_is_there(rows):
    redirects = [Redirect(from_url=a, to=b, status=c) for a, b, c in rows]
    text = b"".join(csv_lines(redirects)).decode()
    read = list(csv.reader(io.StringIO(text)))
    assert read[0] == ["from", "to", "status"]
    assert len(read) == len(rows) + 1
    for row in read:
        assert len(row) == 3
        for cell in row:
            assert cell[:1] not in set("=+-@\t\r\n")
            assert cell.isascii()


@given(urls, urls | st.none(), st.sampled_from(Status))
def test_json_round_trip(from_url, to, status):
    redirect = Redirect(from_url=from_url, to=to, status=status)
    assert Redirect.from_json(redirect.to_json()) == redirect
