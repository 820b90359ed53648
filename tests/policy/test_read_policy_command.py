"""`contentkit read-policy` as programs use it: lines in, lines out, one line a fault."""

import json
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "read-policy.md"
COMMAND = [sys.executable, "-m", "contentkit", "read-policy"]


def run(data):
    return subprocess.run(COMMAND, input=data, capture_output=True, check=False)


def test_answers_come_in_the_order_of_the_texts_and_faults_by_their_line():
    lines = [
        json.dumps({"id": 1, "text": "本办法自2021年5月1日起施行。"}).encode(),
        b"",
        b"nonsense",
        b"[1]",
        b'{"text": 3}',
        b'{"text": "x", "as_of": "2021-13-01"}',
        b"\xff\xfe",
        b'{"text": "\\ud800"}',
        json.dumps({"id": {"a": [None]}, "text": "", "title": None}).encode(),
    ]
    done = run(b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [answer["id"] for answer in answers] == [1, {"a": [None]}]
    assert answers[0]["effective_on"] == "2021-05-01"
    faults = done.stderr.decode().splitlines()
    assert [re.match(r"contentkit: stdin line (\d+): ", x)[1] for x in faults] == list(
        "345678"
    )
    assert "as_of as 2020-01-31" in faults[3]
    assert done.returncode == 1


def test_nothing_in_nothing_out():
    done = run(b"")
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


def test_the_example_of_the_page_is_what_the_command_answers():
    blocks = re.findall(
        r"^```(\w*)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    given, expected = (text for kind, text in blocks if kind == "json")
    done = run(given.encode())
    assert json.loads(done.stdout) == json.loads(expected)
    (code,) = (text for kind, text in blocks if kind == "python")
    exec(compile(code, PAGE.name, "exec"), {})
