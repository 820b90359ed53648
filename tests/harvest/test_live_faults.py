"""Servers that misbehave: every fault is one reason or finding, and the crawl goes on."""

import gzip
import ssl
import subprocess
import time

import pytest

from contentkit.errors import HarvestError
from contentkit.harvest.pace import Pace
from contentkit.harvest.retry import Retries
from contentkit.harvest.wire import Timeouts


@pytest.fixture
def home(site, build):
    """Make a home page that names one page, and one that is well."""

    def make(answer):
        site.routes = {
            "/": build.answer(build.page("/odd", "/well.html")),
            "/well.html": build.answer("well"),
            "/odd": answer,
        }
        return site.url + "/odd"

    return make


def head(text: str) -> bytes:
    return ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + text + "\r\n").encode()


FAULTS = {
    "closes at once": (lambda _: iter([]), "connection"),
    "closes within the headers": (
        lambda _: iter([b"HTTP/1.1 200 OK\r\nX"]),
        "incomplete",
    ),
    "closes half-way": (
        lambda _: iter([head("Content-Length: 100\r\n"), b"half"]),
        "incomplete",
    ),
    "closes within a chunk": (
        lambda _: iter([head("Transfer-Encoding: chunked\r\n"), b"50\r\nhalf"]),
        "incomplete",
    ),
    "no last chunk": (
        lambda _: iter([head("Transfer-Encoding: chunked\r\n"), b"4\r\nhalf\r\n"]),
        "incomplete",
    ),
    "chunk without size": (
        lambda _: iter([head("Transfer-Encoding: chunked\r\n"), b"what\r\n"]),
        "bad-response",
    ),
    "not HTTP": (lambda _: iter([b"SSH-2.0-OpenSSH_9\r\n\r\n"]), "bad-response"),
    "endless headers": (
        lambda _: iter([b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 70_000]),
        "bad-response",
    ),
    "promises too much": (
        lambda _: iter([head("Content-Length: 60000000\r\n")]),
        "too-large",
    ),
}


@pytest.mark.parametrize(("route", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_broken_answer_has_its_reason(site, harvest, home, route, reason):
    odd = home(route)
    report = harvest.run()
    assert harvest.state(odd) == ("failed", reason)
    assert harvest.state(site.url + "/well.html") == ("captured", None)
    assert report.failed == 0
    assert report.dropped == {reason: 1}


def test_a_body_that_grows_over_the_limit_is_cut(site, make_harvest, home):
    def grow(_):
        yield head("Transfer-Encoding: chunked\r\n")
        for _ in range(1000):
            yield b"1000\r\n" + b"x" * 0x1000 + b"\r\n"

    odd = home(grow)
    harvest = make_harvest(site.url + "/", profile="[limits]\nmax_bytes = 20000")
    harvest.run()
    assert harvest.state(odd) == ("failed", "too-large")
    assert site.hits["/odd"] == 1


def test_a_silent_server_is_not_waited_for(site, harvest, home):
    def silent(_):
        yield head("Content-Length: 100\r\n")
        time.sleep(1.0)

    odd = home(silent)
    harvest.run()
    assert harvest.state(odd) == ("failed", "timeout")
    assert site.hits["/odd"] == 3


def test_a_dripping_server_is_given_up(site, harvest, home):
    def drip(_):
        yield head("Content-Length: 100\r\n")
        for _ in range(100):
            time.sleep(0.05)
            yield b"x"

    odd = home(drip)
    pace = Pace(timeouts=Timeouts(silence=0.5, total=0.6), retries=Retries(tries=1))
    harvest.run(pace=pace)
    assert harvest.state(odd) == ("failed", "timeout")


@pytest.mark.parametrize(
    "status", ["408 T", "429 T", "500 T", "502 T", "503 T", "504 T"]
)
def test_a_passing_fault_is_tried_again(site, harvest, home, build, status):
    odd = home(
        lambda asked: (
            build.answer("no", status=status)
            if asked.number < 3
            else build.answer("yes")
        )
    )
    harvest.run()
    assert harvest.state(odd) == ("captured", None)
    assert site.hits["/odd"] == 3
    assert harvest.rows("SELECT count(*) FROM captures WHERE status <> 200") == [(0,)]


def test_a_lasting_fault_is_kept_with_its_answer(site, harvest, home, build):
    odd = home(build.answer("broken", status="500 Broken"))
    harvest.run()
    assert harvest.state(odd) == ("failed", "http-5xx")
    assert site.hits["/odd"] == 3
    assert harvest.rows("SELECT count(*) FROM captures WHERE status = 500") == [(1,)]


@pytest.mark.parametrize("status", ["404 Gone", "403 No", "410 Gone", "501 No"])
def test_a_final_status_is_not_tried_again(site, harvest, home, build, status):
    odd = home(build.answer("no", status=status))
    harvest.run()
    code = status.split()[0]
    assert harvest.state(odd) == (
        "failed",
        "http-5xx" if code == "501" else f"http-{code}",
    )
    assert site.hits["/odd"] == 1


def test_retry_after_holds_the_whole_crawl(site, harvest, home, build):
    odd = home(
        lambda asked: (
            build.answer("wait", status="429 Slow", Retry_After="1")
            if asked.number == 1
            else build.answer("yes")
        )
    )
    start = time.monotonic()
    harvest.run()
    assert time.monotonic() - start >= 1.0
    assert harvest.state(odd) == ("captured", None)


def test_retry_after_that_asks_too_much_is_not_waited_for(site, harvest, home, build):
    odd = home(build.answer("wait", status="429 Slow", Retry_After="90000"))
    harvest.run()
    assert harvest.state(odd) == ("failed", "http-429")
    assert site.hits["/odd"] == 1


def test_a_redirect_is_a_capture_and_its_target_too(site, harvest, home, build):
    odd = home(build.answer(status="302 Found", Location="/new.html"))
    site.routes["/new.html"] = build.answer("new")
    harvest.run()
    assert harvest.rows(
        "SELECT status, location FROM captures c JOIN urls u ON u.id = c.url_id"
        " WHERE u.url = ?",
        odd,
    ) == [(302, site.url + "/new.html")]
    assert harvest.rows(
        "SELECT found_as, found_on, depth FROM urls WHERE url = ?",
        site.url + "/new.html",
    ) == [("redirect", odd, 1)]


@pytest.mark.parametrize(
    ("target", "is_private"),
    [
        ("http://169.254.169.254/latest/meta-data/", True),
        ("http://127.0.0.2/admin", True),
        ("http://0x7f.1/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://other.example.gov.cn/", False),
    ],
)
def test_a_redirect_out_of_the_site_is_not_followed(
    site, harvest, home, build, target, is_private
):
    home(build.answer(status="301 Moved", Location=target))
    harvest.run()
    assert harvest.state(target) == ("skipped", "out-of-scope")
    assert ("redirect-private" in harvest.codes()) is is_private


def test_another_port_of_the_own_machine_is_not_the_site(
    site, make_site, harvest, home, build
):
    other = make_site()
    home(build.answer(status="301 Moved", Location=other.url + "/admin"))
    harvest.run()
    assert not other.hits
    assert harvest.state(other.url + "/admin")[0] == "skipped"


def test_a_name_that_resolves_to_the_own_machine_is_not_asked(
    site, make_harvest, build
):
    # localhost is a private address by name; `allow_private_hosts` would let it pass
    harvest = make_harvest(site.url + "/", profile=f'hosts = ["localhost:{site.port}"]')
    site.routes = {"/": build.answer(build.page("/a.html"))}
    site.routes["/a.html"] = build.answer("a")
    harvest.run()
    assert harvest.state(site.url + "/a.html") == ("captured", None)


def test_a_redirect_loop_ends_and_is_told(site, harvest, home, build):
    home(build.answer(status="302 Found", Location="/b"))
    site.routes["/b"] = build.answer(status="302 Found", Location="/c")
    site.routes["/c"] = build.answer(status="302 Found", Location="/odd")
    harvest.run()
    assert "redirect-loop" in harvest.codes()
    assert [site.hits[x] for x in ("/odd", "/b", "/c")] == [1, 1, 1]


def test_an_endless_redirect_ends_after_five(site, harvest, home, build):
    home(build.answer(status="302 Found", Location="/chain?1"))
    site.otherwise = lambda asked: (
        build.answer(
            status="302 Found", Location=f"/chain?{int(asked.target.split('?')[1]) + 1}"
        )
        if asked.target.startswith("/chain?")
        else build.answer("x", status="404 Not Found")
    )
    harvest.run()
    assert "redirect-endless" in harvest.codes()
    assert sum(site.hits[f"/chain?{i}"] for i in range(99)) == 5
    assert harvest.state(site.url + "/chain?6") == ("skipped", "redirect-limit")


def test_a_redirect_without_a_target_is_only_kept(site, harvest, home, build):
    odd = home(build.answer("nowhere", status="302 Found"))
    harvest.run()
    assert harvest.state(odd) == ("captured", None)


def test_a_site_that_moved_to_its_other_name_is_asked_there(site, make_harvest, build):
    # every address answers with the same address under the name of the profile's alias
    alias = f"localhost:{site.port}"
    harvest = make_harvest(
        site.url + "/",
        profile=f'hosts = ["{alias}"]\nallow_private_hosts = ["{alias}"]',
    )

    def route(asked):
        if asked.headers["Host"] == alias:
            return build.answer(build.page("/a.html", text=asked.target))
        return build.answer(
            status="301 Moved", Location=f"http://{alias}{asked.target}"
        )

    site.routes = {"/": route, "/a.html": route}
    harvest.run()
    current = "SELECT u.url, c.status FROM captures c JOIN urls u ON u.id = c.url_id WHERE c.is_current = 1 ORDER BY 1"
    assert harvest.rows(current) == [(site.url + "/", 200), (site.url + "/a.html", 200)]
    assert "redirect-same-url" in harvest.codes()


def test_a_certificate_error_is_told_and_not_overridden(
    tmp_path, make_site, make_harvest, build
):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    site = make_site(context)
    site.routes = {"/": build.answer("secret")}
    harvest = make_harvest(site.url + "/")
    with pytest.raises(HarvestError, match=r"does not answer \(tls: .*CERTIFICATE"):
        harvest.run()
    assert not site.hits


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", "", id="204"),
        pytest.param(head("Content-Length: 0\r\n"), "", id="empty"),
        pytest.param(
            b"HTTP/1.0 200 OK\nContent-Type: text/html\nno colon here\n\nold",
            "old",
            id="HTTP/1.0 with bare line feeds and a bad line",
        ),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\n" + head("Content-Length: 2\r\n") + b"ok",
            "ok",
            id="100 first",
        ),
        pytest.param(
            head("Content-Length: 2\r\n") + b"okay",
            "ok",
            id="more than it says",
        ),
        pytest.param(
            head("Content-Length: x\r\n") + b"to the end",
            "to the end",
            id="length is no number",
        ),
    ],
)
def test_odd_answers_that_can_be_read(site, harvest, home, answer, text):
    odd = home(lambda _: iter([answer]))
    harvest.run()
    assert harvest.state(odd) == ("captured", None)
    assert harvest.rows(
        "SELECT bytes FROM captures c JOIN urls u ON u.id = c.url_id WHERE url = ?", odd
    ) == [(len(text),)]


def test_a_cut_gzip_body_is_kept_with_a_finding(site, harvest, home, build):
    data = gzip.compress(build.page("/late.html", text="长" * 5000).encode())[:-30]
    odd = home(build.answer(data, Content_Encoding="gzip"))
    harvest.run()
    assert harvest.state(odd) == ("captured", None)
    assert "payload-not-decoded" in harvest.codes()


def test_an_address_with_control_characters_is_escaped(site, harvest, build):
    site.routes = {
        "/": build.answer('<a href="/a&#10;b&#7;c.html">x</a>'),
        "/ab%07c.html": build.answer("x"),
    }
    harvest.run()
    assert not [x for x in site.asked if any(ord(c) < 32 for c in x.line)]
    assert len(site.asked) > 1


def test_session_ids_in_addresses_do_not_multiply_pages(site, harvest, build):
    def route(asked):
        session = f"{asked.number:032X}"
        return build.answer(
            build.page(f"/a.jsp;jsessionid={session}", f"/?PHPSESSID={session}"),
            Set_Cookie=f"JSESSIONID={session}",
        )

    site.routes = {"/": route, "/a.jsp": route}
    harvest.run()
    assert site.hits["/"] == 1
    assert site.hits["/a.jsp"] == 1
    assert all("Cookie" not in x.headers for x in site.asked)


def test_an_endless_parameter_is_a_trap(site, harvest, build):
    def route(asked):
        token = f"{asked.number * 7919:x}"
        return build.answer(
            build.page("/t.jsp?s=" + token, text="same").replace(
                f">/t.jsp?s={token}<", ">next<"
            )
        )

    site.routes = {"/": build.answer(build.page("/t.jsp?s=0"))}
    site.otherwise = lambda asked: (
        build.answer(f'<p>same</p><a href="/t.jsp?s={len(site.asked)}x">next</a>')
        if asked.target.startswith("/t.jsp")
        else build.answer("x", status="404 Not Found")
    )
    harvest.run()
    reasons = dict(
        harvest.rows(
            "SELECT reason, count(*) FROM urls WHERE state = 'skipped' GROUP BY 1"
        )
    )
    assert set(reasons) <= {"trap", "too-deep"}
    assert (
        sum(hit for path, hit in site.hits.items() if path.startswith("/t.jsp")) <= 40
    )


def test_a_path_that_repeats_itself_is_a_trap(site, harvest, build):
    site.otherwise = lambda asked: (
        build.answer("x", status="404 Not Found")
        if asked.target.endswith((".xml", ".txt")) or "contentkit" in asked.target
        else build.answer('<a href="news/more/">more</a>')
    )
    harvest.run()
    assert "crawler-trap" in harvest.codes()
    assert sum(site.hits.values()) < 12


def test_a_dead_site_ends_the_crawl_and_loses_nothing(make_site, make_harvest, build):
    site = make_site()
    harvest = make_harvest(site.url + "/")
    links = [f"/{i}.html" for i in range(60)]
    alive = True

    def route(_):
        return build.answer("x") if alive else iter([])

    site.routes = {"/": build.answer(build.page(*links))}
    site.routes |= dict.fromkeys(links, route)
    harvest.run(limit=10)
    alive = False
    site.routes["/"] = lambda _: iter([])
    with pytest.raises(HarvestError, match="the site does not answer"):
        harvest.run()
    assert harvest.rows("SELECT count(*) FROM urls WHERE state = 'failed'") == [(0,)]
    alive = True
    harvest.run()
    assert harvest.rows("SELECT state, count(*) FROM urls GROUP BY 1") == [
        ("captured", 61)
    ]


def test_a_site_that_is_not_there_is_one_line(make_site, make_harvest):
    site = make_site()
    site.close()
    harvest = make_harvest(site.url + "/")
    with pytest.raises(HarvestError, match=r"does not answer \(connection"):
        harvest.run()
    with pytest.raises(HarvestError, match="does not answer"):
        harvest.run()  # and it is tried again next time


def test_a_host_without_an_address_is_one_line(make_harvest):
    harvest = make_harvest("http://no-such-host.invalid/")
    with pytest.raises(HarvestError, match=r"does not answer \(dns"):
        harvest.run()
