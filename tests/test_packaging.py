"""The wheel holds everything and works alone, outside the checkout."""

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_every_package_is_listed():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(config["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(ROOT / "src").parts)
        for path in (ROOT / "src").rglob("__init__.py")
    }
    found |= {f"contentkit.{name}" for name in ("spiders", "schemas", "migrate")}
    assert listed == found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel"]
    done = subprocess.run(
        [*command, "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_code_and_data(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("spiders", "schemas", "migrate", "src/contentkit"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml", ".csv", ".json"} and path.is_file():
                place = path.relative_to(ROOT / "src" if folder[:3] == "src" else ROOT)
                wanted = str(place) if folder[:3] == "src" else f"contentkit/{place}"
                assert wanted in names


def test_the_wheel_runs_alone(wheel: Path, tmp_path: Path):
    # the libraries are those of this environment; contentkit is the wheel's alone
    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=False, symlinks=True)
    site = next(fresh.glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    libraries = Path(sys.prefix) / site.relative_to(fresh)
    code = (
        "import sys; from contentkit.cli import main; import contentkit;"
        f"assert contentkit.__file__.startswith({str(fresh)!r}), contentkit.__file__;"
        "sys.argv = ['contentkit', 'check']; main()"
    )
    done = subprocess.run(
        [fresh / "bin" / "python", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{site}:{libraries}", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all files are good" in done.stdout
