"""An HTTP/1.1 client that keeps every byte as it came.

Scrapy's own handlers give header names in another case and order, bodies without their
chunks, and errors without a cause that could be told to an engineer. An archive needs
the message as received, so the crawl fetches through this client: status line, headers
and body untouched, chunked and compressed as they were; sizes, silence and total time
bounded while reading; the address checked before connecting.
"""

import asyncio
import socket
import ssl
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from contentkit.harvest.guard import AddressGuard, PrivateAddress
from contentkit.harvest.wire_reader import (
    ClosedIdle,
    Connection,
    FetchFailed,
    Headers,
    Reply,
    ResponseReader,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds a server may take: to connect, between two bytes, for a whole response."""

    connect: float = 15.0
    silence: float = 30.0
    total: float = 600.0  # 50 MB at 85 KB/s


class Client:
    """Fetches through a pool of connections, one request at a time on each."""

    def __init__(
        self, guard: AddressGuard, *, max_bytes: int, timeouts: Timeouts
    ) -> None:
        self._guard = guard
        self._max_bytes = max_bytes
        self._timeouts = timeouts
        self._idle: dict[tuple[str, str, int], list[Connection]] = defaultdict(list)
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
            except ClosedIdle:
                # the server gave the connection up while it was idle: take another
                continue
        connection = await self._connect(place)
        try:
            return await self._exchange(connection, place, request)
        except ClosedIdle as error:
            raise FetchFailed("connection", str(error)) from error

    async def _connect(self, place: tuple[str, str, int]) -> Connection:
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

    async def _open(self, address: str, port: int, tls_name: str) -> Connection:
        async with asyncio.timeout(self._timeouts.connect):
            _, protocol = await asyncio.get_running_loop().create_connection(
                lambda: Connection(address, self._timeouts.silence),
                address,
                port,
                ssl=self._tls if tls_name else None,
                server_hostname=tls_name or None,
            )
        return protocol

    async def _exchange(
        self, connection: Connection, place: tuple[str, str, int], request: bytes
    ) -> Reply:
        is_reusable = False
        try:
            connection.send(request)
            reader = ResponseReader(connection, self._max_bytes)
            reply = await reader.read(request)
            is_reusable = reader.is_reusable
        finally:
            if is_reusable and not connection.is_closed:
                self._idle[place].append(connection)
            else:
                connection.close()
        return reply


def _tls_context() -> ssl.SSLContext:
    """Return a context that checks certificates but talks to servers of old."""
    context = ssl.create_default_context()
    context.set_ciphers("DEFAULT:@SECLEVEL=1")  # keys of 1,024 bits, SHA-1 in the chain
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT; we never renegotiate
    return context


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
