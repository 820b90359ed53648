"""Write the generated reference pages, or check that they are current.

python docs/generate.py            writes docs/reference/*.md
python docs/generate.py --check    exits 1 and names the pages that are old
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from contentkit.cli import commands
from contentkit.findings import Code, codes
from contentkit.resources import editions, find, packaged, schema_file, schema_names

PAGES = Path(__file__).parent / "reference"


def cli_page() -> Iterator[str]:
    """Yield the reference of every command from its own help."""
    yield "# Commands\n\nGenerated from `contentkit COMMAND --help`.\n"
    for path, command in _walk(commands, ("contentkit",)):
        context = click.Context(command, info_name=" ".join(path), terminal_width=78)
        yield f"\n## {' '.join(path)}\n\n```\n{command.get_help(context)}\n```\n"


def findings_page() -> Iterator[str]:
    """Yield one table a family of finding codes."""
    yield "# Findings\n\nGenerated from `schemas/codelists/findings-*.csv`. "
    yield "`mode` is what validation does unless the recipe says otherwise. Rules of the "
    yield "clean-up carry a weight, A (may fail the whole site in an inspection) to D "
    yield "(hint), and what the machine may do by itself: Y safe, Y-field safe in a "
    yield "metadata field and a proposal in the text, P propose, N never; and the code "
    yield "of the same rule among the platform's own.\n"
    families: dict[str, list[str]] = {}
    for code in codes().values():
        row = (
            f"| `{code.code}` | {code.severity} | {code.mode} | {_cell(code.title_zh)}<br>"
            f"{_cell(code.title_en)} | {_cell(code.remedy_zh)}<br>{_cell(code.remedy_en)} "
            f"| {_cell(code.rule)} ({code.grade}) | {_cleanup_cell(code)} |"
        )
        families.setdefault(code.family, []).append(row)
    for family, rows in sorted(families.items()):
        yield f"\n## {family}\n\n| code | severity | mode | means | what to do | rule | clean-up |\n"
        yield "| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def _cleanup_cell(code: Code) -> str:
    parts = (code.weight, code.weight and code.auto, code.same_as)
    return " · ".join(part for part in parts if part)


def schema_page() -> Iterator[str]:
    """Yield the fields of every schema of every edition with source and grade."""
    yield "# Schemas of the platform\n\nGenerated from `schemas/platform/`.\n"
    for edition in editions():
        for name in schema_names(edition):
            schema = json.loads(schema_file(edition, name).read_text(encoding="utf-8"))
            yield f"\n## {edition}: {name} {schema.get('title', '')}\n\n"
            yield "| key | 名称 | means | source | grade |\n| --- | --- | --- | --- | --- |\n"
            required = set(schema.get("required", ()))
            for key, part in schema.get("properties", {}).items():
                mark = " *" if key in required else ""
                yield (
                    f"| `{key}`{mark} | {_cell(part.get('title', ''))} | "
                    f"{_cell(part.get('description', ''))} | "
                    f"{_cell(part.get('x-source', ''))} | {part.get('x-grade', '')} |\n"
                )
    yield "\n`*` required.\n"


def codelist_page() -> Iterator[str]:
    """Yield what every code list is for and how long it is."""
    yield "# Code lists\n\nGenerated from `schemas/codelists/`.\n\n"
    yield "| list | rows | fields | about |\n| --- | ---: | --- | --- |\n"
    for name in packaged("codelist"):
        text = find("codelist", name).read_text(encoding="utf-8-sig")
        notes = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        rows = list(csv.reader(lines))
        about = _cell(" ".join(notes))
        yield f"| `{name}` | {len(rows) - 1} | {', '.join(rows[0])} | {about} |\n"


GENERATED = {
    "commands.md": cli_page,
    "findings.md": findings_page,
    "schemas.md": schema_page,
    "codelists.md": codelist_page,
}


def main() -> int:
    """Write or check the pages; return the exit code."""
    old = []
    for name, page in GENERATED.items():
        text = "".join(page())
        path = PAGES / name
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            old.append(name)
    for name in old:
        print(f"docs/reference/{name} is old: run python docs/generate.py")
    return 1 if old else 0


def _walk(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _walk(command.commands[name], (*path, name))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
