"""A live site that misbehaves, met through the command line."""

import gzip
import ssl
import subprocess

import pytest

from contentkit.harvest.pace import Pace
from contentkit.harvest.retry import Retries
from contentkit.harvest.wire import Timeouts
from contentkit.stages.harvest_live import harvest_live

QUICK = Pace(
    timeouts=Timeouts(connect=2.0, silence=2.0, total=9.0),
    retries=Retries(tries=3, first=0.05),
)
PROFILE = 'name = "own"\n[politeness]\ndelay = 0\nconcurrency = 4\n'


@pytest.fixture
def quick(inside, monkeypatch):
    """Return a function that runs the job on a workspace with little patience."""
    monkeypatch.setitem(harvest_live.__kwdefaults__, "pace", QUICK)
    return lambda space: inside("-w", space.folder, "run")


@pytest.fixture
def live(server, make_space, tmp_path):
    """Return a workspace for the server, in no hurry and with no wait."""
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE)
    return make_space(profile=profile, base=server.url)


def test_one_crawl_with_every_fault_keeps_the_good_pages(
    live, server, quick, is_accounted, good_pages
):
    page = good_pages["zwgk/1.html"]
    routes = server.routes
    routes["/half.html"] = server.response(page)[:-300]
    routes["/loop-a"] = server.response(
        b"", status="302 Found", head="Location: /loop-b\r\n"
    )
    routes["/loop-b"] = server.response(
        b"", status="302 Found", head="Location: /loop-a\r\n"
    )
    for n in range(12):
        routes[f"/chain{n}"] = server.response(
            b"", status="302 Found", head=f"Location: /chain{n + 1}\r\n"
        )
    routes["/busy.html"] = lambda hit: (
        server.response(b"", status="429 Too Many", head="Retry-After: 1\r\n")
        if hit == 1
        else server.response(page.replace("第1号".encode(), "第9号".encode()))
    )
    cut = gzip.compress(page)[:-60]
    routes["/cut.html"] = server.response(cut, head="Content-Encoding: gzip\r\n")
    links = ["/half.html", "/loop-a", "/chain0", "/busy.html", "/cut.html"]
    links += ["/a&#10;b&#27;[2Jc.html", "/%00.html", "http://a b/x", "http://[::1/"]
    anchors = "".join(f'<a href="{link}">链接</a>' for link in links)
    home = good_pages["index.html"].replace(b"<ul>", anchors.encode() + b"<ul>")
    routes["/"] = server.response(home)
    done = quick(live)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stderr
    told = dict(
        live.rows("SELECT url, fate || ' ' || ifnull(fate_reason, '') FROM urls")
    )
    at = {url.removeprefix(server.url): fate for url, fate in told.items()}
    assert at["half.html"] == "not-fetched incomplete"
    assert at["loop-a"].startswith("not-fetched redirect-")
    assert at["chain0"].startswith("not-fetched redirect-")
    assert at["busy.html"].startswith("migrated")
    assert server.hits["/busy.html"] == 2
    assert {"payload-not-decoded", "redirect-loop", "redirect-endless"} <= live.codes()
    assert {f"zwgk/{n}.html" for n in (1, 2, 3)} <= {
        url.removeprefix(server.url) for url in live.migrated()
    }
    assert sum(server.hits[f"/chain{n}"] for n in range(13)) <= 6
    assert not [url for url in told if any(ord(c) < 33 for c in url)]
    is_accounted(live)


def test_a_site_that_is_not_there(live, server, quick, is_one_line):
    server.close()
    line = is_one_line(quick(live), 2, server.url, "does not answer")
    assert "run" in line
    assert live.rows("SELECT count(*) FROM captures") == [(0,)]


def test_a_wrong_certificate_is_told_and_not_overridden(
    make_server, make_space, quick, tmp_path, is_one_line
):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run(
        [*words.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = make_server(context)
    live = make_space(base=server.url)
    is_one_line(quick(live), 2, server.url, "CERTIFICATE")
    assert not server.hits
