"""An HTTP/1.1 client that keeps every byte as it came.

Scrapy's own handlers give header names in another case and order, bodies without their
chunks, and errors without a cause that could be told to an engineer. An archive needs
the message as received, so the crawl fetches through this client: status line, headers
and body untouched, chunked and compressed as they were; sizes, silence and total time
bounded while reading; the address checked before connecting.
"""

import asyncio
import re
import socket
import ssl
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from contentkit.harvest.guard import AddressGuard, PrivateAddress

Headers = Sequence[tuple[str, str]]

_MAX_HEAD = 64 * 1024  # as large as the largest limit of the common servers
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d)(?:\.(\d))? +(\d{3})(?: |$)")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


class FetchFailed(Exception):
    """A request gave no whole response; `reason` is the reason code of its URL."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds a server may take: to connect, between two bytes, for a whole response."""

    connect: float = 15.0
    silence: float = 30.0
    total: float = 600.0  # 50 MB at 85 KB/s


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One exchange: `request` as sent, `head` and `body` as received.

    `headers` are the pairs of the head, names in lower case.
    """

    status: int
    request: bytes
    head: bytes
    body: bytes
    headers: Headers
    address: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next((v for k, v in self.headers if k == name), None)


class Client:
    """Fetches through a pool of connections, one request at a time on each."""

    def __init__(
        self, guard: AddressGuard, *, max_bytes: int, timeouts: Timeouts
    ) -> None:
        self._guard = guard
        self._max_bytes = max_bytes
        self._timeouts = timeouts
        self._idle: dict[tuple[str, str, int], list[_Connection]] = defaultdict(list)
        self._tls = _tls_context()

    async def fetch(
        self, method: str, url: str, *, headers: Headers, body: bytes = b""
    ) -> Reply:
        """Send a request and return the whole response, or raise `FetchFailed`."""
        parts = urlsplit(url)
        place = parts.scheme, parts.hostname or "", parts.port or _port(parts.scheme)
        request = _request(method, url, headers, body)
        try:
            async with asyncio.timeout(self._timeouts.total):
                return await self._try(place, request)
        except TimeoutError as error:
            raise FetchFailed(
                "timeout", f"no whole answer in time from {url}"
            ) from error

    async def close(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def _try(self, place: tuple[str, str, int], request: bytes) -> Reply:
        idle = self._idle[place]
        while idle:
            connection = idle.pop()
            if connection.is_closed:
                continue
            try:
                return await self._exchange(connection, place, request)
            except _ClosedIdle:
                # the server gave the connection up while it was idle: take another
                continue
        connection = await self._connect(place)
        try:
            return await self._exchange(connection, place, request)
        except _ClosedIdle as error:
            raise FetchFailed("connection", str(error)) from error

    async def _connect(self, place: tuple[str, str, int]) -> "_Connection":
        scheme, host, port = place
        try:
            addresses = await self._guard.resolve(host, port)
        except PrivateAddress as error:
            raise FetchFailed("private-address", str(error)) from error
        except (socket.gaierror, UnicodeError) as error:
            raise FetchFailed("dns", f"{host}: {error}") from error
        trouble = FetchFailed("connection", f"{host}: no address")
        for address in addresses:
            try:
                return await self._open(
                    address, port, host if scheme == "https" else ""
                )
            except TimeoutError:
                trouble = FetchFailed(
                    "timeout", f"{address} port {port}: no connection"
                )
            except ssl.SSLError as error:
                trouble = FetchFailed("tls", f"{host}: {error}")
            except OSError as error:
                trouble = FetchFailed("connection", f"{address} port {port}: {error}")
        raise trouble

    async def _open(self, address: str, port: int, tls_name: str) -> "_Connection":
        async with asyncio.timeout(self._timeouts.connect):
            _, protocol = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(address, self._timeouts.silence),
                address,
                port,
                ssl=self._tls if tls_name else None,
                server_hostname=tls_name or None,
            )
        return protocol

    async def _exchange(
        self, connection: "_Connection", place: tuple[str, str, int], request: bytes
    ) -> Reply:
        is_reusable = False
        try:
            connection.send(request)
            reader = _Reader(connection, self._max_bytes)
            reply = await reader.read(request)
            is_reusable = reader.is_reusable
        finally:
            if is_reusable and not connection.is_closed:
                self._idle[place].append(connection)
            else:
                connection.close()
        return reply


class _ClosedIdle(Exception):
    """The connection was closed before the first byte of an answer."""


class _Connection(asyncio.Protocol):
    """One connection: what has arrived so far, and a way to wait for more."""

    def __init__(self, address: str, silence: float) -> None:
        self.address = address
        self.data = bytearray()
        self.is_closed = False
        self._silence = silence
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.data += data
        self._wake()

    def eof_received(self) -> bool:
        self.is_closed = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio
        self.is_closed = True
        self._wake()

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def close(self) -> None:
        self.is_closed = True
        if self._transport is not None:
            self._transport.abort()

    async def more(self) -> bool:
        """Wait for more data; False says that there will be none."""
        if self.is_closed:
            return False
        size = len(self.data)
        self._waiter = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(self._silence):
            await self._waiter
        return len(self.data) > size

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class _Reader:
    """Reads one response off a connection."""

    def __init__(self, connection: _Connection, max_bytes: int) -> None:
        self._connection = connection
        self._data = connection.data
        self._max_bytes = max_bytes
        self._keeps_alive = False

    @property
    def is_reusable(self) -> bool:
        """Whether the next request may go over the connection; not if bytes are left."""
        return self._keeps_alive and not self._data

    async def read(self, request: bytes) -> Reply:
        self._data.clear()  # what came unasked belongs to no request
        status, minor = 100, 0
        while 100 <= status < 200:  # interim answers say nothing about the page
            head = await self._head()
            match = _STATUS.match(head)
            if match is None:
                start = head[:40].decode("latin-1")
                raise FetchFailed("bad-response", f"not HTTP: {start!r}")
            status, minor = int(match[3]), int(match[2] or 0)
        headers = parse_headers(head)
        body, is_framed = await self._body(request, status, dict(reversed(headers)))
        connection = _last(headers, "connection").lower()
        self._keeps_alive = is_framed and (
            "close" not in connection if minor else "keep-alive" in connection
        )
        return Reply(
            status=status,
            request=request,
            head=head,
            body=body,
            headers=headers,
            address=self._connection.address,
        )

    async def _head(self) -> bytes:
        while (end := _HEAD_END.search(self._data)) is None:
            if len(self._data) > _MAX_HEAD:
                raise FetchFailed("bad-response", "headers longer than 64 KB")
            if not await self._connection.more():
                if not self._data:
                    raise _ClosedIdle("closed without an answer")
                raise FetchFailed("incomplete", "closed within the headers")
        return self._take(end.end())

    async def _body(
        self, request: bytes, status: int, headers: dict[str, str]
    ) -> tuple[bytes, bool]:
        if status in (204, 304) or request.startswith(b"HEAD "):
            return b"", True
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return await self._chunked(), True
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            return await self._sized(int(length)), True
        return await self._until_closed(), False

    async def _sized(self, length: int) -> bytes:
        self._check_size(length)
        await self._fill(length)
        return self._take(length)

    async def _until_closed(self) -> bytes:
        while await self._connection.more():
            self._check_size(len(self._data))
        self._check_size(len(self._data))
        return self._take(len(self._data))

    async def _chunked(self) -> bytes:
        """Return the body with its chunk sizes and trailers, as it came."""
        at = 0
        while True:
            start, at = at, await self._line_end(at)
            match = _CHUNK.fullmatch(self._data[start:at].rstrip(b"\r\n"))
            if match is None:
                raise FetchFailed("bad-response", "a chunk without its size")
            size = int(match[1], 16)
            if size == 0:
                break
            self._check_size(at + size)
            at += size
            await self._fill(at)
            at = await self._line_end(at)
        while self._data[(start := at) : (at := await self._line_end(at))].strip():
            self._check_size(start)
        return self._take(at)

    async def _line_end(self, start: int) -> int:
        while (end := self._data.find(b"\n", start)) < 0:
            if len(self._data) - start > _MAX_HEAD:
                raise FetchFailed("bad-response", "a chunk header longer than 64 KB")
            await self._need_more()
        return end + 1

    async def _fill(self, length: int) -> None:
        while len(self._data) < length:
            await self._need_more()

    async def _need_more(self) -> None:
        if not await self._connection.more():
            raise FetchFailed("incomplete", "closed before the end of the body")

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise FetchFailed("too-large", f"larger than {self._max_bytes:,} bytes")

    def _take(self, length: int) -> bytes:
        taken = bytes(memoryview(self._data)[:length])
        del self._data[:length]
        return taken


def parse_headers(head: bytes) -> list[tuple[str, str]]:
    """Return the header pairs of a message head, names in lower case.

    Folded lines are joined, lines without a colon left out, as browsers do.

    >>> parse_headers(b"HTTP/1.1 200 OK\\r\\nX-A: 1\\r\\n  2\\r\\nnoise\\r\\n\\r\\n")
    [('x-a', '1 2')]
    """
    pairs: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\n")[1:]:
        if line[:1] in (" ", "\t") and pairs:
            name, old = pairs[-1]
            pairs[-1] = name, f"{old} {line.strip()}".strip()
        elif ":" in line:
            name, _, text = line.partition(":")
            pairs.append((name.strip().lower(), text.strip()))
    return pairs


def _tls_context() -> ssl.SSLContext:
    """Return a context that checks certificates but talks to servers of old."""
    context = ssl.create_default_context()
    context.set_ciphers("DEFAULT:@SECLEVEL=1")  # keys of 1,024 bits, SHA-1 in the chain
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT; we never renegotiate
    return context


def _last(headers: Headers, name: str) -> str:
    return next((v for k, v in reversed(headers) if k == name), "")


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _request(method: str, url: str, headers: Headers, body: bytes) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
    lines += [f"{name}: {text}" for name, text in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
