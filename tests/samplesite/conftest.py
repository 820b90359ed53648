"""A sample site of 300 documents, written once, and its truth."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contentkit.samplesite import Server, SiteSummary, serve, write_site

Rows = list[dict[str, Any]]


def read_rows(site: Path, name: str) -> Rows:
    with (site / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteSummary]:
    directory = tmp_path_factory.mktemp("sample")
    return directory, write_site(directory, documents=300)


@pytest.fixture(scope="session")
def site(written: tuple[Path, SiteSummary]) -> Path:
    return written[0]


@pytest.fixture(scope="session")
def rows(site: Path) -> Callable[[str], Rows]:
    """Return a reader of the JSON Lines files by name."""
    return partial(read_rows, site)


@pytest.fixture(scope="session")
def truth(rows: Callable[[str], Rows]) -> Rows:
    return rows("truth")


@pytest.fixture
def server(site: Path) -> Iterator[Server]:
    with serve(site) as running:
        yield running
