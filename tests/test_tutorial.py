"""Both tutorials are run, command by command, as a new user would."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[list[str], int]]:
    """Yield the words of each command and the exit code that the page announces."""
    for line in block.splitlines():
        command, _, note = line.removeprefix("$ ").partition("  # exits with ")
        words = shlex.split(command)
        assert words[0] == "contentkit", line
        yield words[1:], int(note or 0)


@pytest.mark.parametrize("page", ["tutorial.md", "tutorial.zh-CN.md"])
def test_the_tutorial_works_as_written(page: str, tmp_path: Path):
    done = 0
    for kind, name, text in BLOCK.findall((DOCS / page).read_text("utf-8")):
        if kind == "console":
            for words, code in commands(text):
                run(words, code, tmp_path)
                done += 1
        elif kind == "csv-more":
            with (tmp_path / name).open("a", encoding="utf-8") as file:
                file.write(text)
        elif name:
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert done >= 12


def run(words: list[str], code: int, folder: Path) -> None:
    expanded = [
        found
        for word in words
        for found in (sorted(map(str, folder.glob(word))) if "*" in word else [word])
    ]
    result = subprocess.run(
        [sys.executable, "-m", "contentkit", *expanded],
        cwd=folder,
        env={**os.environ, "CONTENTKIT_WORKSPACE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, (words, result.stderr)
    assert "Traceback" not in result.stderr


def test_both_tutorials_give_the_same_commands():
    pages = [
        (DOCS / name).read_text("utf-8")
        for name in ("tutorial.md", "tutorial.zh-CN.md")
    ]
    english, chinese = (
        [text for kind, _, text in BLOCK.findall(page) if kind == "console"]
        for page in pages
    )
    assert english == chinese
