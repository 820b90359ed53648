"""Small sites with something wrong in them, and what a fault must look like."""

import json
import logging
import os
import shutil
import signal
import socketserver
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contentkit.cli import main

BASE = "http://www.example.gov.cn/"
Done = "subprocess.CompletedProcess[str]"


def article(title: str, more: str = "") -> str:
    """Return a whole article as the generic reader finds it."""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="ArticleTitle" content="{title}">'
        '<meta name="PubDate" content="2020-03-04 09:30">'
        '<meta name="ContentSource" content="区政府办公室"></head><body>'
        '<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>'
        f"<h1>{title}</h1><p>发布时间：2020-03-04 09:30 来源：区政府办公室</p>"
        f'<div id="zoom"><p>各镇人民政府，区政府各部门：现将{title}印发给你们，请认真贯彻执行。</p>{more}</div></body></html>'
    )


@pytest.fixture(scope="session")
def article_of() -> Callable[..., str]:
    """Return the function that makes an article of a title and more HTML."""
    return article


@pytest.fixture(scope="session")
def good_pages() -> dict[str, bytes]:
    """Return three articles of a site by path, and the home page that names them."""
    pages = {
        f"zwgk/{n}.html": article(f"关于第{n}号通知的公告").encode() for n in (1, 2, 3)
    }
    links = "".join(
        f'<li><a href="/{path}">关于通知的公告</a> 2020-03-04</li>' for path in pages
    )
    home = f'<html><meta charset="utf-8"><title>首页</title><ul>{links}</ul></html>'
    return {"index.html": home.encode(), **pages}


@pytest.fixture
def site_folder(tmp_path: Path, good_pages: dict[str, bytes]) -> Path:
    """Return a mirror folder with the good pages."""
    write_pages(tmp_path / "mirror", good_pages)
    return tmp_path / "mirror"


def write_pages(folder: Path, pages: dict[str, bytes]) -> None:
    for path, data in pages.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (1_600_000_000, 1_600_000_000))


class Space:
    """A workspace and the command line on it."""

    def __init__(self, folder: Path, cli: Callable[..., Done], inside) -> None:
        self.folder = folder
        self._cli = cli
        self._inside = inside

    def __call__(self, *words: str | Path, **more: object) -> Done:
        """Run a command here, or as a process of its own if `more` asks for it."""
        run = self._cli if more else self._inside
        return run("-w", self.folder, *words, **more)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        conn = sqlite3.connect(self.folder / "workspace.db")
        try:
            return conn.execute(sql, values).fetchall()
        finally:
            conn.close()

    def migrated(self) -> list[str]:
        """Return the URLs that became documents of the bundle."""
        return [
            url
            for (url,) in self.rows(
                "SELECT url FROM urls WHERE fate = 'migrated' ORDER BY url"
            )
        ]

    def codes(self) -> set[str]:
        return {code for (code,) in self.rows("SELECT DISTINCT code FROM findings")}

    def bundles(self) -> list[Path]:
        return sorted((self.folder / "bundles").iterdir())

    def start(self, *words: str | Path) -> "subprocess.Popen[str]":
        """Start a command and do not wait for it."""
        command = [sys.executable, "-m", "contentkit", "-w", str(self.folder)]
        return subprocess.Popen(
            [*command, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def make_space(
    tmp_path: Path, cli: Callable[..., Done], inside: Callable[..., Done]
) -> Callable[..., Space]:
    """Return a function that makes workspaces."""

    def make(
        name: str = "space",
        *,
        profile: str | Path = "auto",
        recipe: str | Path = "auto",
        base: str | None = BASE,
    ) -> Space:
        words = ["--profile", profile, "--recipe", recipe]
        words += ["--base-url", base] if base else []
        done = inside("init", tmp_path / name, *words)
        assert done.returncode == 0, done.stderr
        return Space(tmp_path / name, cli, inside)

    return make


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory,
    cli: Callable[..., Done],
    good_pages: dict[str, bytes],
) -> dict[str, Path]:
    """Make workspaces once, to be copied: `blank`, and `full` with a bundle."""
    folder = tmp_path_factory.mktemp("built")
    made = {name: folder / name for name in ("blank", "full")}
    words = ["--profile", "auto", "--recipe", "auto", "--base-url", BASE]
    assert cli("init", made["blank"], *words).returncode == 0
    shutil.copytree(made["blank"], made["full"])
    write_pages(folder / "mirror", good_pages)
    done = cli("-w", made["full"], "run", "--from-mirror", folder / "mirror")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def space(
    built: dict[str, Path],
    tmp_path: Path,
    cli: Callable[..., Done],
    inside: Callable[..., Done],
) -> Space:
    """Return an empty workspace for the small site."""
    shutil.copytree(built["blank"], tmp_path / "space")
    return Space(tmp_path / "space", cli, inside)


@pytest.fixture
def full(
    built: dict[str, Path],
    tmp_path: Path,
    cli: Callable[..., Done],
    inside: Callable[..., Done],
) -> Space:
    """Return a workspace with the small site and its bundle."""
    shutil.copytree(built["full"], tmp_path / "space")
    return Space(tmp_path / "space", cli, inside)


@pytest.fixture
def inside(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Done]]:
    """Return a function like `cli` that runs in `tmp_path` without a new process.

    The same code from the first word to the exit; a second of start-up is saved.
    """
    handlers = logging.root.handlers[:]

    def run(*words: str | Path) -> Done:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["contentkit", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        told = capfd.readouterr()
        return subprocess.CompletedProcess(words, left.value.code, told.out, told.err)

    yield run
    logging.root.handlers[:] = handlers


@pytest.fixture
def is_one_line() -> Callable[..., str]:
    """Return a check: a command stopped with one clear line, with these parts."""

    def check(done: Done, code: int, *parts: object) -> str:
        assert done.returncode == code, (done.returncode, done.stderr)
        assert "Traceback" not in done.stderr + done.stdout
        lines = [x for x in done.stderr.splitlines() if x.startswith("contentkit: ")]
        assert len(lines) == 1, done.stderr
        assert done.stderr.endswith(lines[0] + "\n")
        for part in parts:
            assert str(part) in lines[0]
        return lines[0]

    return check


@pytest.fixture
def is_accounted() -> Callable[[Space], None]:
    """Return a check: the last bundle is whole and reconcile finds no gap."""

    def check(space: Space) -> None:
        proof = space("reconcile", "--json")
        assert proof.returncode == 0, proof.stdout
        answer = json.loads(proof.stdout)
        assert answer["is_whole"] is True
        assert answer["discovered"] == sum(answer["fates"].values())
        verified = space("bundle", "verify", space.bundles()[-1])
        assert verified.returncode == 0, verified.stdout

    return check


class Server:
    """A loopback server: a path to the bytes of a whole response; then it closes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, bytes | Callable[[int], bytes]] = {}
        self.hits: Counter[str] = Counter()
        self.gate = threading.Event()  # nothing is answered while it is cleared
        self.gate.set()
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline().decode("latin-1").split(" ")
                while self.rfile.readline() not in (b"\r\n", b""):
                    pass
                if len(line) == 3:
                    answer = owner.answer(line[1])
                    owner.gate.wait(30)
                    self.wfile.write(answer)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self):
                connection, address = super().get_request()
                if context is not None:
                    connection = context.wrap_socket(
                        connection, server_side=True, do_handshake_on_connect=False
                    )
                return connection, address

            def handle_error(self, request, client_address):
                pass  # clients that are killed are the point of some tests

        self._lock = threading.Lock()
        self._listener = Listener(("127.0.0.1", 0), Handler)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.server_address[1]}/"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self._thread.start()

    def answer(self, path: str) -> bytes:
        with self._lock:
            self.hits[path] += 1
        route = self.routes.get(path)
        if route is None:
            return self.response(b"not here", status="404 Not Found")
        return route if isinstance(route, bytes) else route(self.hits[path])

    @staticmethod
    def response(body: bytes, *, status: str = "200 OK", head: str = "") -> bytes:
        lines = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{head}"
        lines += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return lines.encode("latin-1") + body

    def close(self) -> None:
        """Stop serving; a second call does nothing."""
        self.gate.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


@pytest.fixture
def make_server() -> Iterator[Callable[..., Server]]:
    """Return a function that starts servers."""
    made: list[Server] = []

    def make(context: ssl.SSLContext | None = None) -> Server:
        made.append(Server(context))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def server(make_server: Callable[..., Server], good_pages: dict[str, bytes]) -> Server:
    """Serve the good pages; `/` is the home page."""
    made = make_server()
    for path, data in good_pages.items():
        name = "" if path == "index.html" else path
        made.routes[f"/{name}"] = made.response(data)
    return made


@pytest.fixture(scope="session")
def harvested_sample(
    tmp_path_factory: pytest.TempPathFactory,
    cli: Callable[..., Done],
    sample_site: Path,
) -> Path:
    """Return a workspace in which the sample site is harvested and no more."""
    folder = tmp_path_factory.mktemp("harvested") / "space"
    cli("init", folder, "--profile", "sample", "--recipe", "sample")
    done = cli("-w", folder, "harvest", "--from-mirror", sample_site / "site")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def built_sample(
    harvested_sample: Path, cli: Callable[..., Done], inside: Callable[..., Done]
) -> Callable[[Path], Space]:
    """Return a function that copies that workspace."""

    def make(folder: Path) -> Space:
        shutil.copytree(harvested_sample, folder)
        return Space(folder, cli, inside)

    return make


@pytest.fixture
def stop_at() -> Callable[..., None]:
    """Return a function that signals a process as soon as a condition holds."""

    def stop(process, condition, number=signal.SIGINT, *, seconds=30.0):
        end = time.monotonic() + seconds
        while process.poll() is None and not condition():
            assert time.monotonic() < end, "the moment to stop at never came"
            time.sleep(0.002)
        if process.poll() is None:
            os.kill(process.pid, number)

    return stop
