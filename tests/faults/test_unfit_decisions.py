"""An editor's value that cannot be put in is told, with what would fit."""

import json

import pytest

from contentkit.models import Finding
from contentkit.stages.finding_rows import insert_findings
from contentkit.workspace import Workspace

UNFIT = "SELECT url_id, field, data FROM findings WHERE code = 'decision-unfit'"
LONG = "题" * 600
FOUND = {
    "title": Finding(code="NUM-BRACKET", field="title", quote="x", proposal="y"),
    "policy": Finding(code="VAL-EXPIRED", field="policy.validity", quote="x"),
    "pair": Finding(
        code="DUP-NEAR", field="body_text", data={"pair": ["a" * 36, "b" * 36]}
    ),
    "nothing": Finding(code="META-THEME"),
    "text": Finding(
        code="EXP-TYPO", field="body_text", quote="x", start=0, end=1, proposal="y"
    ),
}
# (kind of finding, value, what is told to be expected; None: nothing is told)
ANSWERS = [
    ("title", LONG, "at most 200"),
    ("title", "新的标题", None),
    ("policy", "有效", "policy"),
    ("pair", "http://e.cn/1.html", "accept or reject"),
    ("nothing", "财政", "accept or reject"),
    ("text", "z", None),
]


def plant(folder, finding: Finding) -> tuple[str, int]:
    """Add a finding to the first valid document; return its subject and the item."""
    with Workspace(folder) as workspace:
        conn = workspace.conn
        sql = "SELECT min(url_id) FROM documents WHERE state = 'valid'"
        (item,) = conn.execute(sql).fetchone()
        sql = "SELECT ifnull(max(id), 0) FROM findings"
        (last,) = conn.execute(sql).fetchone()
        insert_findings(conn, "read", item, [finding.to_json()])
        sql = "SELECT subject FROM findings WHERE id > ?"
        (subject,) = conn.execute(sql, [last]).fetchone()
    return subject, item


@pytest.mark.parametrize(("kind", "value", "expected"), ANSWERS)
def test_a_value_that_no_field_holds_is_told(full, kind, value, expected):
    subject, item = plant(full.folder, FOUND[kind])
    words = ("--answer", "change", "--value", value, "--author", "王编辑")
    done = full("decide", subject, *words)
    assert done.returncode == 0, done.stderr
    assert full("cleanup").returncode == 0
    told = [(at, field, json.loads(data)) for at, field, data in full.rows(UNFIT)]
    if expected is None:
        assert told == []
        return
    ((at, field, data),) = told
    assert (at, field) == (item, FOUND[kind].field)
    assert data["code"] == FOUND[kind].code
    assert expected in data["expected"]
    assert data["value"][:200] == value[:200]
    assert len(data["value"]) <= 201


def test_a_line_names_document_and_proposal_and_masks_numbers(full):
    """A title or a proposal may hold a number of a person: the terminal shows none."""
    code = Finding(
        code="NUM-BRACKET",
        field="doc_number",
        quote="[2020]",
        proposal="联系14600001234\n第二行",
        data={"raw": "[2020]"},
    )
    plant(full.folder, code)
    done = full("findings", "--code", "NUM-BRACKET")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert "《关于第1号通知的公告》 [doc_number]: " in line
    assert line.endswith(" 建议：联系146****1234 第二行")
