"""The map is read by a real nginx, and every address gets its answer."""

import http.client
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.bundle.nginx import nginx_map
from contentkit.bundle.redirects import Redirect, Status, request_key

NGINX = shutil.which("nginx")
needs_nginx = pytest.mark.skipif(
    NGINX is None, reason="nginx is not installed: the map is not tried"
)
PLATFORM = "https://www.new.example"
HOST = "www.old.example"
CONFIG = """\
daemon off;
error_log stderr;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    large_client_header_buffers 4 16k;
    include {folder}/redirects.nginx.conf;
    server {{
        listen 127.0.0.1:{port};
        set $contentkit_platform "{platform}";
        if ($contentkit_redirect = "410") {{ return 410; }}
        if ($contentkit_redirect) {{ return 301 $contentkit_redirect; }}
        location / {{ return 404; }}
    }}
}}
"""


def write_config(folder: Path, redirects: list[Redirect], port: int = 1) -> Path:
    text = b"".join(nginx_map(lambda: redirects))
    (folder / "redirects.nginx.conf").write_bytes(text)
    config = folder / "nginx.conf"
    values = {"folder": folder, "port": port, "platform": PLATFORM}
    config.write_text(CONFIG.format(**values), encoding="utf-8")
    return config


def assert_accepted(folder: Path, redirects: list[Redirect]) -> None:
    config = write_config(folder, redirects)
    done = subprocess.run(
        [str(NGINX), "-t", "-q", "-p", str(folder), "-c", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # no warning either, such as of a hash that is too small


class Server:
    """A running nginx; `ask` sends a request line byte for byte."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, target: str, host: str = HOST) -> tuple[int, str | None]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest("GET", target, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader("Location")


@pytest.fixture
def serve(tmp_path):
    processes = []

    def start(redirects: list[Redirect]) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        config = write_config(tmp_path, redirects, port)
        command = [str(NGINX), "-p", str(tmp_path), "-c", str(config)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        wait_for(port, process)
        return Server(port)

    yield start
    for process in processes:
        process.terminate()
        process.communicate(timeout=20)


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(200):
        assert process.poll() is None, process.communicate()[1]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


def moved(path: str, to: str, host: str = HOST) -> Redirect:
    return Redirect(from_url=f"http://{host}{path}", to=to, status=Status.MOVED)


TARGETS = {
    "/art/2019/1/1/art_1_1.html": "/zwgk/1.html",
    "/": "/",
    "/show.jsp?id=3&type=2": "/zwgk/3.html",
    "/show.jsp?id=3": "/zwgk/4.html",
    "/%E6%94%BF%E7%AD%96/1.html": "/zwgk/%E6%94%BF/5.html",
    "/%D6%D0%CE%C4.html": "/zwgk/6.html",
    '/quote"and\\backslash': "/zwgk/7.html",
    "/a'b;c{d}e$f#x": "/zwgk/8.html",
    "/re.*(x)+[y]^$|?q=~^": "/zwgk/9.html",
    "/plus+and%20space": "/zwgk/a b.html",
    "/default": "/zwgk/$host.html",
    "/Art/Case.html": "/zwgk/upper.html",
    "/art/case.html": "/zwgk/lower.html",
    "/Art/%e4%b8%ad.html": "/zwgk/upper-zh.html",
    "/art/%E4%B8%AD.html": "/zwgk/lower-zh.html",
    "/CASE/same.html": "/zwgk/same.html",
    "/case/same.html": "/zwgk/same.html",
    "/away": "https://archive.example/x?y=1&z=$2",
    "/" + "l" * 1000: "/zwgk/long.html",
}


@needs_nginx
def test_every_address_gets_its_answer(serve):
    redirects = [moved(path, to) for path, to in TARGETS.items()]
    redirects += [
        Redirect(from_url=f"http://{HOST}/gone", to=None, status=Status.GONE),
        Redirect(from_url=f"http://{HOST}/kept", to=None, status=Status.ARCHIVE),
        Redirect(
            from_url=f"http://{HOST}/kept-there",
            to="https://archive.example/",
            status=Status.ARCHIVE,
        ),
        Redirect(from_url=f"http://{HOST}/later", to=None, status=Status.UNRESOLVED),
        moved("/other", "/zwgk/port.html", host="www.old.example:8080"),
        moved("/gone", "/zwgk/other-host.html", host="sub.old.example"),
    ]
    server = serve(sorted(redirects, key=lambda redirect: redirect.from_url))
    for path, to in TARGETS.items():
        expected = to.replace(" ", "%20").replace("$", "%24")
        if expected.startswith("/"):
            expected = PLATFORM + expected
        assert server.ask(path.partition("#")[0]) == (301, expected), path
    assert server.ask("/gone") == (410, None)
    assert server.ask("/kept") == (410, None)
    assert server.ask("/kept-there") == (301, "https://archive.example/")
    assert server.ask("/later") == (404, None)
    assert server.ask("/no-such-page") == (404, None)
    assert server.ask("/show.jsp?id=33") == (404, None)
    assert server.ask("/GONE", host=HOST.upper()) == (410, None)
    assert server.ask("/%d6%d0%ce%c4.html") == (301, f"{PLATFORM}/zwgk/6.html")
    assert server.ask("/gone", host="sub.old.example")[0] == 301
    assert server.ask("/other", host="www.old.example:8080")[0] == 301
    assert server.ask("/other") == (404, None)


paths = st.text(st.characters(codec="utf-8", exclude_characters="#"), max_size=30)


@needs_nginx
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(paths, paths, st.sampled_from(Status)), max_size=12))
def test_nginx_accepts_any_redirects(tmp_path_factory, rows):
    redirects = [
        Redirect(from_url=f"http://{HOST}/{a}", to=f"/{b}", status=status)
        for a, b, status in rows
    ]
    assert_accepted(tmp_path_factory.mktemp("map"), redirects)


@needs_nginx
def test_nginx_accepts_many_redirects_without_a_warning(tmp_path):
    redirects = [moved(f"/art/{n}/art_{n}_{n}.html", f"/z/{n}") for n in range(100_000)]
    assert_accepted(tmp_path, redirects)


@needs_nginx
def test_nginx_accepts_an_empty_map(tmp_path):
    assert_accepted(tmp_path, [])


@needs_nginx
def test_what_nginx_cannot_read_is_left_out_and_counted(tmp_path):
    redirects = [
        moved("/" + "x" * 3900, "/a"),
        moved("/" + "y" * 5000, "/b"),
        moved("/c", "/" + "z" * 5000),
        Redirect(from_url="ftp://x/", to="/d", status=Status.MOVED),
    ]
    assert_accepted(tmp_path, redirects)
    text = (tmp_path / "redirects.nginx.conf").read_text(encoding="utf-8")
    assert "written: 1; 未收录 left out: 3" in text


def entries(*redirects: Redirect) -> list[str]:
    text = b"".join(nginx_map(lambda: redirects)).decode()
    return [line.strip() for line in text.splitlines() if line.startswith('    "')]


def test_two_answers_to_one_address_are_written_once():
    (entry,) = entries(moved("/x", "/a"), moved("/x", "/b"))
    assert entry.endswith('"${contentkit_platform}/a";')


def test_unresolved_addresses_are_left_to_the_old_server():
    redirect = Redirect(from_url="http://x/", to=None, status=Status.UNRESOLVED)
    assert entries(redirect) == []


@given(st.lists(paths, max_size=12, unique=True))
def test_every_address_is_written_once(rows):
    redirects = [moved(f"/{a}", f"/{n}") for n, a in enumerate(rows)]
    keys = {request_key(redirect.from_url) for redirect in redirects}
    assert len(entries(*redirects)) == len(keys)
