"""The documentation says what is true: generated pages are current, commands work."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from contentkit.cli import commands

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def walk(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from walk(child, (*path, name))


def examples(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


ALL = list(walk(commands, ()))
EXAMPLES = [(page, text) for page in PAGES for text in examples(page)]


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_and_option_has_help(name: str, command: click.Command):
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help


def test_generated_pages_are_current():
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_named_in_the_pages_exist(page: Path):
    known = {name for name, _ in ALL}
    blocks = re.findall(
        r"^```.*?\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for line in re.findall(
        r"^(?:\$ )?contentkit (.+)$", "\n".join(blocks), re.MULTILINE
    ):
        words = re.sub(r"^-w \S+ ", "", line).split()
        assert words[0] in known or words[0].startswith("-"), line
        if words[0] == "bundle":
            assert " ".join(words[:2]) in known, line


@pytest.mark.parametrize(
    ("page", "code"), EXAMPLES, ids=[str(p.relative_to(ROOT)) for p, _ in EXAMPLES]
)
def test_python_examples_run_as_written(page: Path, code: str):
    assert "assert " in code  # an example that claims nothing proves nothing
    exec(compile(code, str(page), "exec"), {})


def test_there_are_python_examples_in_both_languages():
    named = {str(page.relative_to(ROOT)) for page, _ in EXAMPLES}
    assert {"README.md", "README.zh-CN.md", "docs/how-to/read-policy.md"} <= named
