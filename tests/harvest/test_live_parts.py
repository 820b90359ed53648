"""The parts of a live harvest: traps, links, guard, wire, retries."""

import asyncio
import re
import socket
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.errors import HarvestError
from contentkit.harvest.guard import (
    AddressGuard,
    PrivateAddress,
    is_private_address,
    own_hosts,
)
from contentkit.harvest.links import iter_links, open_page, read_sitemap
from contentkit.harvest.pace import DEFAULT_PACE
from contentkit.harvest.retry import retry_after
from contentkit.harvest.traps import Traps, trap_rules, url_pattern
from contentkit.harvest.wire_reader import parse_headers
from contentkit.profile import load_profile

TABLES = Path(__file__).parents[1] / "tables"


def table(name: str, key: str):
    rows = tomllib.loads((TABLES / name).read_text(encoding="utf-8"))[key]
    return [pytest.param(row, id=row["why"]) for row in rows]


@pytest.mark.parametrize("row", table("links.toml", "page"))
def test_links_are_found_where_pages_name_them(row):
    page = open_page(
        row["html"].encode(),
        url="http://www.a.gov.cn/zwgk/index.html",
        media_type="text/html",
        charset="utf-8",
    )
    assert page is not None
    assert [list(x) for x in iter_links(page)] == row["links"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "text/html"),
        (b"%PDF-1.4 <a href=x>", "text/html"),
        (b"\x00\x01\x02", None),
        (b"no tag at all", "text/html"),
        (b"<a href=x>" + b" " * (17 * 2**20), "text/html"),
    ],
    ids=["empty", "a PDF that is called HTML", "binary", "no tag", "too large"],
)
def test_what_is_no_page_has_no_links(data, kind):
    assert open_page(data, url="http://a.cn/", media_type=kind, charset=None) is None


@pytest.mark.parametrize("row", table("traps.toml", "address"))
def test_a_rule_keeps_an_address_out(row):
    url = row["url"] + row.get("repeat", "") * row.get("times", 0)
    assert Traps().admit(url, None) == row.get("rule")


def test_a_counted_rule_admits_as_many_as_it_says():
    traps = Traps()
    rule = next(x for x in trap_rules() if x.name == "calendar")
    urls = [f"http://a.cn/rl?y={i // 12}&m={i % 12}" for i in range(rule.limit + 2)]
    assert [traps.admit(url, None) for url in urls] == [None] * rule.limit + [
        "calendar"
    ] * 2
    again = Traps()
    for url in urls[: rule.limit]:
        again.recount(url)
    assert again.admit("http://a.cn/rl?y=9999&m=1", None) == "calendar"


def chain(count: int, text: str) -> Traps:
    traps = Traps()
    for number in range(count):
        url, before = f"http://a.cn/t?s={number}", f"http://a.cn/t?s={number - 1}"
        assert traps.in_chain(url, before)
        traps.watch(url, text.format(number))
    return traps


def test_pages_of_a_chain_that_say_the_same_end_it():
    assert chain(30, "same").admit("http://a.cn/t?s=x", "http://a.cn/t?s=1") is None
    traps = chain(31, "same")
    assert traps.admit("http://a.cn/t?s=x", "http://a.cn/t?s=1") == "same-page"
    assert traps.admit("http://a.cn/t?s=x", "http://a.cn/list") is None
    assert traps.admit("http://a.cn/u?s=x", "http://a.cn/u?s=1") is None


def test_numbers_alone_need_more_pages_and_other_text_never_ends_a_chain():
    assert not chain(250, "no. {}").is_ended("http://a.cn/t?s=x", "http://a.cn/t?s=1")
    assert chain(301, "no. {}").is_ended("http://a.cn/t?s=x", "http://a.cn/t?s=1")
    words = [f"第{chr(0x4E00 + i)}号" for i in range(400)]
    traps = Traps()
    for i, word in enumerate(words):
        traps.watch(f"http://a.cn/t?s={i}", word)
    assert not traps.is_ended("http://a.cn/t?s=x", "http://a.cn/t?s=1")


def test_pages_without_parameters_are_never_a_chain():
    assert not Traps().in_chain("http://a.cn/p/2.html", "http://a.cn/p/1.html")


@given(st.text(alphabet="abc123/?&=", max_size=40))
def test_numbers_do_not_tell_patterns_apart(text):
    pattern = url_pattern("http://a.cn/" + text)
    assert url_pattern("http://a.cn/" + re.sub(r"\d+", "77", text)) == pattern or (
        "?" in text  # names of parameters keep their numbers
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "ff02::1", "198.18.0.1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert is_private_address(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "202.106.0.20", "2400:da00::6666"])
def test_addresses_that_are_public(address):
    assert not is_private_address(address)


def resolve(guard: AddressGuard, host: str, port: int) -> list[str]:
    return asyncio.run(guard.resolve(host, port))


def test_the_guard_checks_what_a_name_resolves_to():
    with pytest.raises(PrivateAddress, match="localhost is"):
        resolve(AddressGuard(()), "localhost", 80)
    assert "127.0.0.1" in resolve(AddressGuard({("localhost", 80)}), "localhost", 80)
    with pytest.raises(PrivateAddress):
        resolve(AddressGuard({("localhost", 80)}), "localhost", 8080)


@pytest.mark.parametrize("host", ["127.1", "0x7f.0.0.1", "2130706433", "017700000001"])
def test_old_spellings_of_loopback_are_seen_through(host):
    with pytest.raises(PrivateAddress):
        resolve(AddressGuard(()), host, 80)


def test_only_hosts_written_as_private_or_listed_may_be_private(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        'name = "p"\nbase_url = "http://127.0.0.1:8080/"\n'
        'hosts = ["www.a.gov.cn", "10.0.0.5"]\nallow_private_hosts = ["oa.a.gov.cn"]\n',
        encoding="utf-8",
    )
    assert own_hosts(load_profile(str(path))) == {
        ("127.0.0.1", 8080),
        ("10.0.0.5", 80),
        ("10.0.0.5", 443),
        ("oa.a.gov.cn", 80),
        ("oa.a.gov.cn", 443),
    }


def test_a_public_name_with_a_private_address_is_refused(site, make_harvest, build):
    name = socket.gethostname().lower()
    try:
        private = is_private_address(socket.gethostbyname(name))
    except OSError:
        private = False
    if not private:
        pytest.skip("the name of this machine does not resolve to a private address")
    site.routes = {"/": build.answer("inside")}
    harvest = make_harvest(f"http://{name}:{site.port}/")
    with pytest.raises(HarvestError, match="private-address"):
        harvest.run()
    assert not site.hits


@given(st.binary(max_size=300))
def test_any_bytes_give_header_pairs(data):
    for name, text in parse_headers(data):
        assert name == name.strip().lower()
        assert "\n" not in name + text


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("0", None, 0.0),
        (" 30 ", None, 30.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", "Tue, 24 Nov 2026 09:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", None, None),
        ("Tue, 24 Nov 2026 08:00:00", "Tue, 24 Nov 2026 08:00:00 GMT", None),
        ("-5", None, None),
        ("٣", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_read_or_ignored(value, date, seconds):
    assert retry_after(value, date) == seconds


def test_waits_grow_and_end():
    retries = DEFAULT_PACE.retries
    assert [retries.wait(n) for n in range(1, 6)] == [1.0, 4.0, 16.0, None, None]
    assert retries.wait(1, asked=7.0) == 7.0
    assert retries.wait(2, asked=2.0) == 4.0
    assert retries.wait(1, asked=901.0) is None


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        (b"<urlset><url><loc> http://a.cn/1 </loc></url></urlset>", ["http://a.cn/1"]),
        (
            b"<urlset><loc><![CDATA[http://a.cn/?a=1&b=2]]></loc>",
            ["http://a.cn/?a=1&b=2"],
        ),
        (b"http://a.cn/1\nhttp://a.cn/2\nnoise\n", ["http://a.cn/1", "http://a.cn/2"]),
        (b"\x1f\x8bbroken", []),
        (b"", []),
    ],
)
def test_sitemaps_in_their_forms(data, urls):
    assert read_sitemap(data) == urls
