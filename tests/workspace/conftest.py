"""Empty workspaces and fetches with defaults, so that a test names what matters."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contentkit.workspace import Settings, Workspace
from contentkit.workspace.archive import Exchange
from contentkit.workspace.archive_records import http_head

STARTED = "2026-01-02T03:04:05+08:00"


@pytest.fixture
def space(tmp_path: Path):
    """Return an empty workspace, open."""
    settings = Settings(profile="auto", recipe="auto", base_url="http://e.cn/")
    with Workspace.create(tmp_path / "space", settings) as workspace:
        yield workspace


@pytest.fixture
def run(space: Workspace) -> int:
    """Return the id of a run in the workspace."""
    return space.start_run("harvest", STARTED, {})


@pytest.fixture
def fetch() -> Callable[..., Exchange]:
    """Return a maker of fetches."""
    return make_fetch


def make_fetch(
    url: str = "http://e.cn/a.html",
    body: bytes = b"<html><p>text</p></html>",
    *,
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
    captured_at: str = "2026-01-02T03:04:05+08:00",
    **more: object,
) -> Exchange:
    """Return a fetch over HTTP."""
    return Exchange(
        url=url,
        captured_at=captured_at,
        body=body,
        response_head=http_head(f"HTTP/1.1 {status}", list(headers)),
        request_head=http_head("GET / HTTP/1.1", [("Host", "e.cn")]),
        **more,  # type: ignore[arg-type]
    )
