"""What belongs to the site, and what may never be asked."""

import re

import pytest

from contentkit.harvest.scope import Scope, is_private_host
from contentkit.profile import load_profile


def scope(base_url: str | None = "http://www.e.cn/") -> Scope:
    return Scope.from_profile(load_profile("auto", base_url=base_url))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "017700000001",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "",
    ],
)
def test_private_hosts(host):
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "www.e.gov.cn",
        "1.1.1.1",
        "[2606:4700::1]",
        "local.e.cn",
        "127.0.0.1.e.cn",
        "12.e",
    ],
)
def test_public_hosts(host):
    assert not is_private_host(host)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://www.e.cn/a", None),
        ("https://e.cn/a", None),
        ("http://sub.e.cn/a", "out-of-scope"),
        ("http://www.e.cn:8080/a", "out-of-scope"),
        ("http://e.cn.evil.com/", "out-of-scope"),
        ("http://127.0.0.1/", "out-of-scope"),
    ],
)
def test_hosts(url, reason):
    assert scope().reason(url) == reason


def test_without_hosts_every_public_host_is_in_scope():
    assert scope(None).reason("http://any.cn/") is None
    assert scope(None).reason("http://127.0.0.1/") == "private-address"


def test_own_private_host_is_allowed_with_its_port_only():
    own = scope("http://127.0.0.1:8080/")
    assert own.reason("http://127.0.0.1:8080/a") is None
    assert own.reason("http://127.0.0.1:8081/a") == "out-of-scope"


def test_patterns_and_depth():
    rules = Scope(
        allow=(re.compile("/art/"),), deny=(re.compile("print"),), max_depth=3
    )
    assert rules.reason("http://e.cn/art/1.html", depth=3) is None
    assert rules.reason("http://e.cn/art/1.html", depth=4) == "too-deep"
    assert rules.reason("http://e.cn/art/print/1.html") == "denied"
    assert rules.reason("http://e.cn/other/1.html") == "denied"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.cn/a?b=1", "http://www.e.cn/a?b=1"),
        ("http://www.e.cn/a", "http://www.e.cn/a"),
        ("http://sub.e.cn/a", "http://sub.e.cn/a"),
    ],
)
def test_canonical_host(url, expected):
    assert scope().canonical_host(url) == expected
    assert scope(None).canonical_host(url) == url
