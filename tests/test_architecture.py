"""Who may know whom (docs/explanation/architecture.md), read from the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentkit import errors
from contentkit.findings import codes

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "contentkit"
PURE = (
    "extract",
    "normalize",
    "validate",
    "bundle",
    "filetext",
    "policy",
    "dedupe",
    "cleanup",
)
PURE_FORBIDDEN = (
    "contentkit.workspace",
    "contentkit.stages",
    "contentkit.harvest",
    "contentkit.cli",
    "scrapy",
    "twisted",
    "click",
    "sqlite3",
    "sqlite_utils",
    "logging",
    "socket",
)
MODULES = sorted(PACKAGE.rglob("*.py")) + sorted((ROOT / "spiders").glob("*.py"))


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield each imported module and whether it is imported at the top of the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(ast.walk(ast.Module(body=tree.body, type_ignores=[]))) - {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in top
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node in top


def is_in(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in names)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_imports_respect_the_rooms(path: Path):
    room = path.relative_to(ROOT).parts
    names = {name for name, _ in imports_of(path)}
    where = room[2] if room[0] == "src" else room[0]
    if where in PURE:
        wrong = {name for name in names if is_in(name, PURE_FORBIDDEN)}
        assert not wrong, (
            "the pure core knows neither ledger, Scrapy, click nor sockets"
        )
    if where not in {"harvest", "spiders"}:
        assert not {n for n in names if is_in(n, ("scrapy", "twisted"))}
    if where not in {"cli", "__main__.py"}:
        assert not {n for n in names if is_in(n, ("click", "contentkit.cli"))}
    assert not {
        n for n in names if is_in(n, ("contentkit.spiders", "contentkit.migrate"))
    }


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=label)
def test_the_command_line_imports_heavy_modules_inside_commands(path: Path):
    light = ("click", "contentkit.cli", "contentkit.errors", "contentkit.models")
    light += ("contentkit.terminal", "contentkit", "sqlite3", "collections", "typing")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:  # the body alone: not under TYPE_CHECKING, not in functions
        if isinstance(node, ast.ImportFrom) and node.module:
            known = (
                is_in(node.module, light[:4])
                or node.module.split(".")[0] != "contentkit"
            )
            assert known or node.module in light, f"{node.module} is imported at once"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_packaged_data_is_read_in_one_place(path: Path):
    if path.name != "resources.py":
        assert "importlib.resources" not in {
            name for name, _ in imports_of(path)
        } or "import files" not in path.read_text(encoding="utf-8")
    assert 'files("contentkit")' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_module_or_function_outgrows_its_reader(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "two rooms would be easier to live in"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno <= 60, node.name


def test_the_exception_tree_in_the_docstring_is_the_tree_of_the_classes():

    assert errors.__doc__
    drawn: list[tuple[str, str]] = []
    above: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        name = line.strip().split(" ")[0]
        if not line.startswith("    ") or not hasattr(errors, name):
            continue
        depth = len(line) - len(line.lstrip())
        above = [(d, n) for d, n in above if d < depth]
        drawn.append((name, above[-1][1] if above else ""))
        above.append((depth, name))
    classes = {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert {name for name, _ in drawn} | {"Drop"} == set(classes)
    for name, parent in drawn:
        if parent:
            assert classes[name].__bases__[0].__name__ == parent


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_every_finding_has_its_row_in_the_code_list(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            for word in node.keywords:
                if word.arg == "code" and isinstance(word.value, ast.Constant):
                    assert word.value.value in codes()
