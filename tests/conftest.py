"""What all tests share: own folders, and no way out to the network."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contentkit.samplesite import write_site

# a shell that runs the tests in the background has interrupts ignored, and so would every
# process that a test starts and interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"


class NetworkTouched(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to this machine only."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if not str(host).startswith(("127.", "::1", "localhost")):
            raise NetworkTouched(f"connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to open any socket at all."""

    def refuse(*_: Any, **__: Any) -> None:
        raise NetworkTouched("a socket was opened")

    monkeypatch.setattr(socket.socket, "__init__", refuse)


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Write a small sample site once: 60 documents."""
    folder = tmp_path_factory.mktemp("sample")
    write_site(folder, documents=60, seed=7)
    yield folder


def contentkit(
    *words: str | Path, env: dict[str, str] | None = None, **more: Any
) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a user would; `more` goes to `subprocess.run`."""
    return subprocess.run(
        [sys.executable, "-m", "contentkit", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
        **more,
    )


@pytest.fixture(scope="session")
def cli() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Return a function that runs `contentkit` with words."""
    return contentkit


def shared_data(name: str) -> Path:
    """Return a folder of real data, or skip the test."""
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"../shared/data/{name} is absent: real-data test skipped")
    return path.resolve()


@pytest.fixture
def zhecheng() -> Path:
    """Return the mirror of a real county portal, or skip."""
    return shared_data("zhecheng") / "site"
