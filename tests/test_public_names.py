"""What `contentkit` re-exports is there, and importing it is cheap."""

import subprocess
import sys

import contentkit


def test_every_public_name_can_be_had():
    for name in contentkit.__all__:
        assert getattr(contentkit, name) is not None


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, contentkit; print([m for m in ('lxml', 'scrapy', 'sqlite_utils') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
