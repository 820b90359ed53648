"""Reading one HTTP/1.1 response off a connection, byte for byte, within bounds."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

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


class ClosedIdle(Exception):
    """The connection was closed before the first byte of an answer."""


class Connection(asyncio.Protocol):
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


class ResponseReader:
    """Reads one response off a connection."""

    def __init__(self, connection: Connection, max_bytes: int) -> None:
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
                    raise ClosedIdle("closed without an answer")
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


def _last(headers: Headers, name: str) -> str:
    return next((v for k, v in reversed(headers) if k == name), "")
