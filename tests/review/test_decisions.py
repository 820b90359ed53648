"""Decisions: kept, attributed, undone, and never lost between ledger and file."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from contentkit.cli import commands
from contentkit.errors import ContentkitError, WorkspaceDamaged, WorkspaceError
from contentkit.models import Finding
from contentkit.resources import find
from contentkit.review.decisions import (
    Answer,
    Target,
    decide,
    decide_each,
    find_targets,
    iter_decisions,
    sync_decisions,
    undo,
)
from contentkit.stages.finding_rows import replace_findings
from contentkit.workspace import Settings, Workspace

NOW = "2026-01-02T03:04:05+08:00"
YES = Answer(answer="accept", author="王编辑", reason="已核对原件")


@pytest.fixture
def space(tmp_path: Path):
    settings = Settings(profile="auto", recipe="auto", base_url="http://e.cn/")
    with Workspace.create(tmp_path / "space", settings) as workspace:
        for item in (1, 2):
            workspace.conn.execute(
                "INSERT INTO urls (id, url, host, found_as) VALUES (?, ?, 'e.cn', 'seed')",
                [item, f"http://e.cn/{item}.html"],
            )
            find_again(workspace, item)
        yield workspace


def find_again(workspace: Workspace, item: int, raw: str = "江政[2020]1号") -> None:
    finding = Finding(
        code="NUM-BRACKET", field="doc_number", quote="[2020]", data={"raw": raw}
    )
    replace_findings(workspace.conn, "cleanup", item, [finding.to_json()])


def targets(workspace: Workspace, **wanted: str) -> list[Target]:
    return find_targets(workspace, {"code": "NUM-BRACKET", **wanted})


def states(workspace: Workspace) -> list[str]:
    rows = workspace.conn.execute("SELECT decision FROM v_findings ORDER BY url")
    return [row[0] for row in rows]


def test_a_decision_survives_a_rerun_and_reopens_when_its_evidence_changes(space):
    decide(space, targets(space, url="http://e.cn/1.html"), YES, now=NOW)
    assert states(space) == ["accept", "open"]
    find_again(space, 1)
    assert states(space) == ["accept", "open"]
    find_again(space, 1, raw="江政[2020]01号")
    assert states(space) == ["reopened", "open"]


def test_a_batch_is_undone_to_what_was_said_before(space):
    first = decide(space, targets(space, url="http://e.cn/1.html"), YES, now=NOW)
    no = Answer(answer="reject", author="李编辑")
    second = decide(space, targets(space), no, now=NOW)
    assert states(space) == ["reject", "reject"]
    assert undo(space, second, author="王编辑", now=NOW) == 2
    assert states(space) == ["accept", "open"]
    undo(space, first, author="王编辑", now=NOW)
    assert states(space) == ["open", "open"]
    assert len(list(iter_decisions(space))) == 6, "the log only grows"


def test_nothing_is_decided_on_evidence_that_moved(space):
    shown = targets(space)
    find_again(space, 2, raw="江政[2020]2号")
    with pytest.raises(ContentkitError, match="changed since"):
        decide(space, shown, YES, now=NOW)
    assert states(space) == ["open", "open"]
    assert not (space.folder / "decisions.jsonl").exists()


def test_a_batch_may_answer_each_target_differently_all_or_none(space):
    one, two = targets(space)
    no = Answer(answer="reject", author="李编辑")
    batch = decide_each(space, [(one, YES), (two, no)], now=NOW)
    assert states(space) == ["accept", "reject"]
    assert undo(space, batch, author="王编辑", now=NOW) == 2
    assert states(space) == ["open", "open"]
    find_again(space, 2, raw="江政[2020]2号")
    with pytest.raises(ContentkitError, match="changed since"):
        decide_each(space, [(one, YES), (two, no)], now=NOW)
    assert states(space) == ["open", "open"]


def test_every_line_of_the_file_fits_the_published_schema(space):
    decide(space, targets(space), YES, now=NOW)
    change = Answer(answer="change", author="王", value="江政〔2020〕1号")
    decide(space, targets(space, url="http://e.cn/2.html"), change, now=NOW)
    schema = json.loads(
        (
            find("codelist", "fates").parent.parent / "formats" / "decision.json"
        ).read_text(encoding="utf-8")
    )
    lines = (space.folder / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    for line in lines:
        jsonschema.validate(json.loads(line), schema)


def test_a_lost_ledger_takes_the_decisions_from_the_file(space):
    decide(space, targets(space), YES, now=NOW)
    before = list(iter_decisions(space))
    space.conn.execute("DELETE FROM decisions")
    sync_decisions(space)
    assert list(iter_decisions(space)) == before


def test_a_crash_between_file_and_ledger_loses_and_repeats_nothing(space):
    place = space.folder / "decisions.jsonl"
    decide(space, targets(space, url="http://e.cn/1.html"), YES, now=NOW)
    space.conn.execute("DELETE FROM decisions")  # as if the commit had not come
    decide(space, targets(space, url="http://e.cn/2.html"), YES, now=NOW)
    assert states(space) == ["accept", "accept"]
    with place.open("ab") as file:
        file.write(b'{"answer": "rej')  # as if the power went while it was written
    decide(space, targets(space), Answer(answer="unsure", author="王"), now=NOW)
    assert states(space) == ["unsure", "unsure"]
    assert len(place.read_bytes().splitlines()) == 4


def test_a_damaged_file_is_named_with_its_line(space):
    decide(space, targets(space), YES, now=NOW)
    place = space.folder / "decisions.jsonl"
    place.write_bytes(b"nonsense\n" + place.read_bytes())
    with pytest.raises(WorkspaceDamaged, match=r"decisions\.jsonl:1: not a decision"):
        sync_decisions(space)


def test_a_file_that_cannot_be_written_means_no_decision(space):
    (space.folder / "decisions.jsonl").mkdir()
    with pytest.raises((WorkspaceError, OSError)):
        decide(space, targets(space), YES, now=NOW)
    assert states(space) == ["open", "open"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"answer": "maybe", "author": "王"}, "no such answer"),
        ({"answer": "accept", "author": " "}, "needs its author"),
        ({"answer": "change", "author": "王"}, "belong together"),
        ({"answer": "accept", "author": "王", "value": "x"}, "belong together"),
        (
            {"answer": "accept", "author": "王", "reason": "x" * 2001},
            "2,001 characters",
        ),
    ],
)
def test_an_answer_that_says_nothing_is_refused(values, told):
    with pytest.raises(ContentkitError, match=told):
        Answer(**values)


def test_the_command_decides_lists_and_undoes(space):
    folder = str(space.folder)
    subject = targets(space)[0].subject

    def command(*args: str):
        return CliRunner().invoke(commands, ["-w", folder, "-q", *args])

    shown = command("decide", subject[:8], "--answer", "accept", "--dry-run")
    assert shown.output.startswith(subject[:8])
    made = command(
        "decide", subject[:8], "--answer", "accept", "--author", "王", "--json"
    )
    assert json.loads(made.output) == {"batch": "b1", "decided": 1}
    listed = command("findings", "--decision", "accept", "--json").output
    assert [json.loads(x)["subject"] for x in listed.splitlines()] == [subject]
    assert command("findings", "--code", "DOC-01", "--json").output.count("\n") == 2
    undone = command("decide", "--undo", "b1", "--author", "王")
    assert undone.output == "undone 1\n"
    log = command("decide", "--list").output
    assert [json.loads(x)["answer"] for x in log.splitlines()] == ["accept", "undo"]
