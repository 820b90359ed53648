"""Serve a written sample site on loopback, with all its bad habits.

Links in the pages name the nominal host; with `rewrite_host` (the default) the server
puts its own origin in its place. A client may also use the server as an HTTP proxy and
ask for the nominal host by name: then nothing is rewritten.
"""

import socket
import sys
import threading
from collections import Counter
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from contentkit.samplesite.addresses import ORIGIN
from contentkit.samplesite.respond import Response, Site, make_page

_REWRITTEN = ("text/", "application/json")
_NOMINAL = ORIGIN.encode()
_BLOCK = bytes(1 << 16)


class Server:
    """A running server; close it, or use it in a `with` statement."""

    def __init__(self, directory: Path, *, rewrite_host: bool = True) -> None:
        self._site = Site(directory)
        self._http = _Listener(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.02,), daemon=True
        )
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.base_url = self.origin + "/"
        self._rewrite = rewrite_host
        self._thread.start()

    @property
    def hits(self) -> Counter[str]:
        """Return how often each path with query was asked for."""
        return self._site.hits

    def to_served(self, url: str) -> str:
        """Return a nominal URL as this server serves it; others are unchanged."""
        return _swap_origin(url, ORIGIN, self.origin)

    def to_nominal(self, url: str) -> str:
        """Return a URL of this server as the truth writes it; others are unchanged."""
        return _swap_origin(url, self.origin, ORIGIN)

    def answer(self, target: str, form: str) -> Response:
        """Return the response to a request target, a path or a whole URL."""
        if target.startswith("http://"):
            if not f"{target}/".startswith(ORIGIN + "/"):
                return make_page("502 Bad Gateway", status=502)
            return self._site.respond(target[len(ORIGIN) :] or "/", form)
        response = self._site.respond(target, form)
        if self._rewrite and response.headers["Content-Type"].startswith(_REWRITTEN):
            response.body = response.body.replace(_NOMINAL, self.origin.encode())
        return response

    def close(self) -> None:
        """Stop serving; connections that are still open break."""
        self._site.pause.set()
        self._http.shutdown()
        self._http.break_connections()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(directory: Path, *, rewrite_host: bool = True) -> Server:
    """Serve a site that `write_site` wrote, on a free port of 127.0.0.1."""
    return Server(directory, rewrite_host=rewrite_host)


class _Listener(ThreadingHTTPServer):
    """A listener that knows its open connections, so that none outlives it."""

    daemon_threads = False  # server_close waits for them

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection and serve it in a thread."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection and close it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def break_connections(self) -> None:
        """Wake every thread that waits for its client."""
        for request in list(self._open):
            with suppress(OSError):  # closed in the meantime
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client is gone; report anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 for a `Server`."""

    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet

    def __init__(self, owner: Server, *args: Any) -> None:
        self._owner = owner
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(self._owner.answer(self.path, ""))

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._send(self._owner.answer(self.path, ""), with_body=False)

    def do_POST(self) -> None:
        """Answer a POST of at most 64 KiB."""
        length = min(int(self.headers.get("Content-Length") or 0), 1 << 16)
        form = self.rfile.read(length).decode("utf-8", "replace")
        self._send(self._owner.answer(self.path, form))

    def log_message(self, *args: Any) -> None:
        """Stay silent."""

    def _send(self, response: Response, *, with_body: bool = True) -> None:
        body = response.body
        length = len(body) if response.promised is None else response.promised
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if not with_body:
            return
        if response.cut:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self.wfile.write(body)
        for _ in range(0, length - len(body), len(_BLOCK)):
            self.wfile.write(_BLOCK)


def _swap_origin(url: str, old: str, new: str) -> str:
    parts = urlsplit(url)
    same = f"{parts.scheme}://{parts.netloc}" == old
    return new + url[len(old) :] if same else url
