"""Decisions and questions about policy that are wrong, and files of theirs that broke."""

import json
import resource
import shutil
import signal
import sqlite3

import pytest

from contentkit.review import decisions

ACCEPT = ["--answer", "accept", "--author", "王编辑"]


def decided(space):
    return space.rows("SELECT count(*) FROM decisions")[0][0]


WRONG = {
    "nothing named": ([*ACCEPT], ["name what to decide on"]),
    # an unset variable of a script must never decide on the whole site
    "an empty subject": (["", *ACCEPT], ["'' is too short", "8 characters"]),
    "a short subject": (["ab", *ACCEPT], ["'ab' is too short", "8 characters"]),
    "an unknown subject": (["zzzzzzzz", *ACCEPT], ["zzzzzzzz", "no such finding"]),
    "an unknown code": (["--code", "NOPE", *ACCEPT], ["NOPE", "no such finding"]),
    "an unknown page": (["--url", "http://a.cn/", *ACCEPT], ["http://a.cn/"]),
    "no author": (["--code", "META-01", "--answer", "accept"], ["--author NAME"]),
    "no value": (
        ["--code", "META-01", "--answer", "change", "--author", "王"],
        ["--value TEXT"],
    ),
    "a needless value": (["--code", "META-01", "--value", "x", *ACCEPT], ["--value"]),
    "an unknown answer": (["--code", "META-01", "--answer", "maybe"], ["'maybe'"]),
    "an unknown batch": (["--undo", "b99", "--author", "王"], ["b99", "--list"]),
    "a garbled author": (
        ["--code", "META-01", "--answer", "accept", "--author", "a\udcff"],
        ["is no UTF-8 text"],
    ),
    "a long reason": (
        ["--code", "META-01", *ACCEPT, "--reason", "长" * 5000],
        ["5,000 characters"],
    ),
}


@pytest.mark.parametrize(("words", "parts"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_decision_is_one_line_and_decides_nothing(
    full, is_one_line, words, parts
):
    is_one_line(full("decide", *words), 2, *parts)
    assert decided(full) == 0
    assert not (full.folder / decisions.FILE).exists()


def test_a_subject_that_fits_two_is_not_decided(full, is_one_line):
    code = "UPDATE findings SET subject = 'abcdefgh' || id"
    conn = sqlite3.connect(full.folder / "workspace.db")
    with conn:
        conn.execute(code)
    conn.close()
    done = full("decide", "abcdefgh", *ACCEPT)
    (first, code), *_ = full.rows("SELECT subject, code FROM findings ORDER BY subject")
    is_one_line(done, 2, "abcdefgh", "give more characters", f"{first} {code} http://")
    assert decided(full) == 0


@pytest.mark.parametrize(
    "words", [["findings", "--url", "a\udcff"], ["show", "a\udcff"]]
)
def test_garbled_words_are_told(full, is_one_line, words):
    is_one_line(full(*words), 2, "is no UTF-8 text")


@pytest.mark.parametrize(
    "line",
    [b"no json", b"[]", b"{}", b'{"key": 1}', b"\x00" * 40, b"\xff\xfe", b"[" * 9000],
)
def test_a_damaged_file_of_decisions_is_named_with_its_line(full, is_one_line, line):
    assert full("decide", "--code", "META-01", *ACCEPT).returncode == 0
    place = full.folder / decisions.FILE
    whole = place.read_bytes()
    place.write_bytes(line + b"\n" + whole)
    for words in (["decide", "--code", "META-01", *ACCEPT],):
        done = full(*words)
        is_one_line(done, 3, f"{place}:1", "not a decision", "backup")
    place.write_bytes(whole)
    assert full("decide", "--code", "META-01", *ACCEPT).returncode == 0


def test_a_full_disk_while_deciding_decides_nothing(full, is_one_line):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, resource.RLIM_INFINITY))

    words = ["decide", "--code", "META-01", *ACCEPT]
    done = full(*words, preexec_fn=no_room)
    assert done.returncode == 2, done.stderr
    is_one_line(done, 2, full.folder)
    assert decided(full) == 0
    assert full(*words).returncode == 0
    lines = (full.folder / decisions.FILE).read_bytes().splitlines()
    assert decided(full) == len(lines) > 0


def test_nobody_decides_while_another_process_writes(
    server, make_space, is_one_line, stop_at
):
    space = make_space(base=server.url)
    server.gate.clear()
    writer = space.start("run")
    try:
        stop_at(writer, lambda: server.hits, signal.SIGCONT)
        for words in (["decide", "--undo", "b1"], ["dedupe"], ["cleanup"]):
            is_one_line(space(*words), 5, space.folder, "in use")
        assert space("findings").returncode == 0
    finally:
        server.gate.set()
        _, told = writer.communicate(timeout=60)
    assert writer.returncode == 0, told


@pytest.mark.parametrize(
    "day",
    ["nonsense", "2020-02-30", "2020-13-01", "２０２０-01-01", "", "0000-00-00", "-1"],
)
def test_a_day_that_is_none_is_told(full, is_one_line, day):
    before = full.rows("SELECT * FROM marks WHERE stage = 'cleanup'")
    for words in (["cleanup"], ["run"]):
        done = full(*words, "--as-of", day)
        is_one_line(done, 2, f"'{day}' is no day", "2024-06-30")
    assert full.rows("SELECT * FROM marks WHERE stage = 'cleanup'") == before


GOOD = json.dumps({"id": 1, "text": "本办法自2020年1月1日起施行。"}).encode()
BAD = {
    "no JSON": b"not json",
    "a list": b"[]",
    "null": b"null",
    "no text": b"{}",
    "a number for a text": b'{"text": 5}',
    "a list for a title": b'{"text": "a", "title": [1]}',
    "a day that is none": b'{"text": "a", "written_on": "2020-02-30"}',
    "half a character": b'{"text": "\\ud800"}',
    "half a character as id": b'{"text": "a", "id": "\\udfff"}',
    "zeros": b"\x00\x00\x00",
    "no UTF-8": b"\xff\xfe",
    "an infinite number": b'{"text": "", "id": 1e400}',
    "a depth without end": b"[" * 100_000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_named_and_the_others_are_answered(ask, name):
    done = ask(b"\n".join([GOOD, BAD[name], b"", GOOD, b""]))
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first == second
    assert json.loads(first)["effective_on"] == "2020-01-01"
    (line,) = done.stderr.splitlines()
    assert line.startswith("contentkit: stdin line 2: ")
    assert "one JSON object a line" in line
    assert len(line) < 300


def test_no_request_gets_no_answer_and_a_mark_of_editors_is_no_fault(ask):
    done = ask(b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = ask(b"\xef\xbb\xbf" + GOOD)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", ["a", "《", "́", "〔", "有效期5年", "《办法》、", "1"])
def test_a_long_request_of_one_unit_is_answered(ask, unit):
    text = "自2020年1月1日起施行。" + unit * (100_000 // len(unit))
    done = ask(json.dumps({"text": text}).encode())
    assert done.returncode == 0, done.stderr[:300]
    answer = json.loads(done.stdout)
    for clause in answer["clauses"]:
        assert text[clause["start"] : clause["end"]] == clause["quote"]


@pytest.fixture
def ask(inside, monkeypatch, tmp_path):
    """Return a function that gives bytes to `read-policy`."""

    def run(data):
        place = tmp_path / "requests.jsonl"
        place.write_bytes(data)
        with place.open() as file:
            monkeypatch.setattr("sys.stdin", file)
            return inside("read-policy")

    return run


def test_a_lost_ledger_keeps_what_was_decided(full, is_accounted):
    assert full("decide", "--code", "META-01", *ACCEPT).returncode == 0
    count = decided(full)
    shutil.copy(full.folder / decisions.FILE, full.folder / "kept")
    (full.folder / "workspace.db").unlink()
    assert full("rebuild").returncode == 0
    assert full("run").returncode == 0
    assert (full.folder / decisions.FILE).read_bytes() == (
        full.folder / "kept"
    ).read_bytes()
    assert full("decide", "--list").stdout.count("\n") == count
    is_accounted(full)
