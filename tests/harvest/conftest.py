"""A small web server with a free hand in what it sends, and a harvest of it."""

import socketserver
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contentkit.harvest.pace import Pace
from contentkit.harvest.retry import Retries
from contentkit.harvest.wire import Timeouts
from contentkit.models import StageReport
from contentkit.progress import Silent
from contentkit.stages.harvest_live import Extent, harvest_live
from contentkit.workspace import Settings, Workspace

QUICK = Pace(
    timeouts=Timeouts(connect=2.0, silence=0.6, total=5.0),
    retries=Retries(tries=3, first=0.05),
)


class Asked:
    """One request as the server read it."""

    def __init__(self, head: bytes, body: bytes, number: int) -> None:
        self.line, _, rest = head.decode("latin-1").partition("\r\n")
        self.method, self.target, _ = self.line.split(" ", 2)
        self.headers = dict(
            line.split(": ", 1) for line in rest.split("\r\n") if ": " in line
        )
        self.body = body
        self.number = number  # how often this target was asked for, this time included


Answer = bytes | Callable[[Asked], bytes | Iterator[bytes]]


def answer(
    body: bytes | str = b"",
    *,
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    **headers: str,
) -> bytes:
    """Return a whole response with its length."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    lines.append(f"Content-Length: {len(data)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + data


def page(*links: str, text: str = "") -> str:
    """Return a page with a title, some text and links."""
    anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
    return f"<html><head><title>{text}</title></head><body><p>{text}</p>{anchors}</body></html>"


class Site:
    """A loopback server: paths to answers, hits by path, connections kept alive.

    An answer is the bytes of a response, or a function that returns them, all at once
    or piece by piece; after an iterator, or after what has no length, it closes.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Answer] = {}
        self.otherwise: Answer = answer("not here", status="404 Not Found")
        self.hits: Counter[str] = Counter()
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        site = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while site._one(self.rfile, self.wfile):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 128

            def get_request(self):
                connection, address = super().get_request()
                if context is not None:
                    connection = context.wrap_socket(
                        connection, server_side=True, do_handshake_on_connect=False
                    )
                return connection, address

            def handle_error(self, request, client_address):
                pass  # clients that hang up are the point of many tests

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self._thread.start()

    def _one(self, rfile, wfile) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = rfile.readline()
            if not line:
                return False
            head += line
        length = [
            int(x.split(b":")[1])
            for x in head.split(b"\r\n")
            if x.lower().startswith(b"content-length:")
        ]
        body = rfile.read(length[0]) if length else b""
        target = head.split(b" ", 2)[1].decode("latin-1")
        with self.lock:
            self.hits[target] += 1
            asked = Asked(head, body, self.hits[target])
            self.asked.append(asked)
        route = self.routes.get(target, self.otherwise)
        sent = route(asked) if callable(route) else route
        if isinstance(sent, bytes):
            wfile.write(sent)
            return b"Content-Length: " in sent.partition(b"\r\n\r\n")[0]
        for piece in sent:
            wfile.write(piece)
            wfile.flush()
        return False

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Harvest:
    """A workspace for a site, and harvests into it."""

    def __init__(self, folder: Path, url: str, profile: str) -> None:
        text = f'name = "test"\n{profile}\n'
        if "[politeness]" not in text:
            text += "[politeness]\ndelay = 0\nconcurrency = 4\n"
        folder.mkdir()
        (folder / "test.toml").write_text(text, encoding="utf-8")
        settings = Settings(
            profile=str(folder / "test.toml"), recipe="auto", base_url=url
        )
        self.folder = folder / "ws"
        self.workspace = Workspace.create(self.folder, settings)
        self.report: StageReport | None = None

    def run(
        self,
        *,
        limit: int | None = None,
        pace: Pace = QUICK,
        retry_failed: bool = False,
    ) -> StageReport:
        run_id = self.workspace.start_run("harvest", "2026-11-24T08:00:00+08:00", {})
        with self.workspace.writing("harvest"):
            self.report = harvest_live(
                self.workspace,
                run_id=run_id,
                progress=Silent(),
                extent=Extent(limit=limit, retry_failed=retry_failed),
                pace=pace,
            )
        return self.report

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.workspace.conn.execute(sql, values).fetchall()

    def state(self, url: str) -> tuple[str, str | None]:
        """Return state and reason of a URL."""
        (row,) = self.rows("SELECT state, reason FROM urls WHERE url = ?", url)
        return row

    def codes(self) -> set[str]:
        """Return the codes of all findings."""
        return {code for (code,) in self.rows("SELECT DISTINCT code FROM findings")}


@pytest.fixture
def make_site() -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make(context: ssl.SSLContext | None = None) -> Site:
        sites.append(Site(context))
        return sites[-1]

    yield make
    for site in sites:
        site.close()


@pytest.fixture
def site(make_site) -> Site:
    return make_site()


@pytest.fixture
def make_harvest(tmp_path: Path) -> Iterator[Callable[..., Harvest]]:
    made: list[Harvest] = []

    def make(url: str, profile: str = "") -> Harvest:
        made.append(Harvest(tmp_path / f"h{len(made)}", url, profile))
        return made[-1]

    yield make
    for harvest in made:
        harvest.workspace.close()


@pytest.fixture
def harvest(site: Site, make_harvest) -> Harvest:
    return make_harvest(site.url + "/")


@pytest.fixture
def build():
    """The two builders of responses: `build.answer` and `build.page`."""

    class Build:
        pass

    Build.answer = staticmethod(answer)
    Build.page = staticmethod(page)
    return Build
