"""What an editor reads of a finding has every value that it names, in words of its language."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contentkit.findings import codes
from contentkit.resources import read_codelist
from contentkit.samplesite import write_site

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CODES = [row["code"] for row in read_codelist("validity")]
KINDS = [row["kind"] for row in read_codelist("dedupe-blockers")]
# codes of the machine that no editor should meet in a sentence
JARGON = re.compile(rf"(?<![\w./:-])(?:{'|'.join(CODES + KINDS)})(?![\w./:-])")


@pytest.fixture
def findings(workspace: Path, tmp_path: Path, cli: Cli) -> list[dict[str, Any]]:
    """Return the findings of the whole job on a sample site with every kind of copy."""
    write_site(tmp_path / "site", documents=200, seed=1)
    mirror = tmp_path / "site" / "site"
    done = cli("-w", workspace, "run", "--from-mirror", mirror)
    assert done.returncode == 0, done.stderr
    listed = cli("-w", workspace, "findings", "--json").stdout
    return [json.loads(line) for line in listed.splitlines()]


def test_explanations_lack_no_value_and_speak_no_code(findings: list[dict[str, Any]]):
    assert {"DUP-EXACT", "DUP-EDITION", "VAL-REPEALED"} <= {x["code"] for x in findings}
    for finding in findings:
        code = codes()[finding["code"]]
        for title in (code.title_zh, code.title_en):
            title.format_map(finding["data"])  # raises where a value is missing
        if finding["stage"] in {"dedupe", "read", "cleanup", "files"}:
            assert not JARGON.search(finding["explanation"]), finding["explanation"]
