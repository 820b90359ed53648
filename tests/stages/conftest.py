"""Workspaces filled from the sample site, read as a mirror folder."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def workspace(tmp_path: Path, cli: Cli) -> Path:
    """Return an empty workspace for the sample site."""
    folder = tmp_path / "space"
    done = cli("init", folder, "--profile", "sample", "--recipe", "sample")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def mirror(sample_site: Path) -> Path:
    """Return the sample site as a plain folder of files."""
    return sample_site / "site"


@pytest.fixture(scope="session")
def tree_digest() -> Callable[[Path], str]:
    """Return a function from a folder to a digest of every name and byte in it."""
    return digest_of


def digest_of(folder: Path) -> str:
    """Return the digest of all file names and contents below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
