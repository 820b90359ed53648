"""Grounds that are dead, closed lists, classes and default terms, on a small ledger."""

import json
import sqlite3
from typing import Any

import pytest
from sqlite_utils import Database

from contentkit.policy.titles import cited_title
from contentkit.stages.successors import settle_successors
from contentkit.workspace.ledger import upgrade

DAY = "2024-06-30"
OFFICE = "江澜区人民政府"


class Shelf:
    """A ledger that holds policy documents and their effects."""

    def __init__(self) -> None:
        database = Database(memory=True)
        upgrade(database, "memory")
        self.conn: sqlite3.Connection = database.conn
        self.effects = 0

    def put(self, item: int, title: str, day: str, **more: Any) -> None:
        """Add a document of the district's government, in force unless said otherwise."""
        facts = {"validity": "in-force", "issuer": OFFICE, "body": "", **more}
        data = {"body_text": facts["body"], "title": title, "id": f"d{item}"}
        self.conn.execute(
            "INSERT INTO urls (id, url, host, found_as) VALUES (?, ?, 'x', 'link')",
            [item, f"http://x.example/{item}"],
        )
        self.conn.execute(
            "INSERT INTO documents (url_id, id, kind, title, written_on, issuer, state,"
            " digest, data) VALUES (?, ?, 'policy', ?, ?, ?, 'valid', '', ?)",
            [item, f"d{item}", title, day, facts["issuer"], json.dumps(data)],
        )
        self.conn.execute(
            "INSERT INTO readings VALUES (?, 1, 0, NULL, NULL, '{}')", [item]
        )
        self.conn.execute(
            "INSERT INTO validity (url_id, as_of, validity, policy) VALUES (?, ?, ?, '{}')",
            [item, DAY, facts["validity"]],
        )
        self.conn.execute(
            "INSERT INTO citation_keys VALUES ('title', ?, ?)",
            [cited_title(title).key, item],
        )

    def act(self, source: int, kind: str, scope: str, **more: Any) -> None:
        """Add an effect of a document."""
        self.effects += 1
        facts = {"title": None, "detail": None, "via": "body", "targets": [], **more}
        self.conn.execute(
            "INSERT INTO effects (source, ordinal, via, type, scope, title, detail, quote,"
            ' start, "end", targets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 2, ?)',
            [
                source,
                self.effects,
                facts["via"],
                kind,
                scope,
                facts["title"],
                facts["detail"],
                "引文",
                json.dumps(facts["targets"]),
            ],
        )

    def told(self, code: str, jurisdiction: str = "") -> list[tuple[int, Any]]:
        """Return the documents on which a code is told, with the finding."""
        found = settle_successors(self.conn, DAY, jurisdiction)
        return [(item, x) for item, x in found if x.code == code]


@pytest.fixture
def shelf() -> Shelf:
    """Return an empty ledger."""
    return Shelf()


BODY = "根据《江澜区古树保护办法》，制定本细则。"


def test_a_document_in_force_that_rests_on_a_dead_one_is_told(shelf: Shelf):
    shelf.put(1, "江澜区古树保护办法", "2010-01-01", validity="repealed")
    shelf.put(2, "江澜区古树认养细则", "2015-01-01", body=BODY)
    shelf.put(3, "江澜区古树巡查细则", "2015-01-01", body=BODY, validity="lapsed")
    ((item, finding),) = shelf.told("REL-CITES-DEAD")
    assert (item, finding.data["document"], finding.data["state"]) == (2, "d1", "废止")
    assert BODY[finding.start : finding.end] == finding.quote


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        ([(1, "2010-01-01", "in-force")], "the ground is in force"),
        ([(1, "2018-01-01", "repealed")], "only a younger one is dead"),
        ([], "it is not held"),
        ([(1, "2010-01-01", "repealed"), (4, "2018-01-01", "in-force")], "it lives on"),
    ],
)
def test_grounds_that_are_not_dead(
    shelf: Shelf, documents: list[tuple[int, str, str]], why: str
):
    for item, day, validity in documents:
        shelf.put(item, "江澜区古树保护办法", day, validity=validity)
    shelf.put(2, "江澜区古树认养细则", "2015-01-01", body=BODY)
    assert shelf.told("REL-CITES-DEAD") == [], why


def test_a_closed_list_leaves_out_what_is_older_and_of_its_issuer(shelf: Shelf):
    shelf.put(1, "江澜区古树保护办法", "2010-01-01")
    shelf.put(2, "江澜区停车管理办法", "2011-01-01")
    shelf.put(3, "江澜区渔港管理办法", "2012-01-01", validity="repealed")
    shelf.put(4, "江澜区校车管理办法", "2012-01-01", issuer="江澜区教育局")
    shelf.put(5, "江澜区河道管理办法", "2021-01-01")
    shelf.put(6, "江澜区献血奖励办法", "2013-01-01")
    shelf.put(9, "江澜区人民政府关于公布继续有效文件目录的通知", "2020-01-01")
    shelf.act(9, "lapse", "closed-list")
    assert shelf.told("VAL-CLOSEDLIST") == []  # the list itself is not there
    shelf.act(9, "keep", "whole", title="江澜区古树保护办法", via="目录.xlsx")
    shelf.act(9, "keep", "whole", title="某办法", via="目录.xlsx", targets=[6])
    ((item, finding),) = shelf.told("VAL-CLOSEDLIST")
    assert (item, finding.data["document"]) == (2, "d9")


def test_a_class_repeal_is_told_once_on_its_source(shelf: Shelf):
    shelf.put(1, "江澜区古树保护办法", "2010-01-01")
    shelf.act(1, "repeal", "class", detail="与本办法不一致的规定")
    shelf.act(1, "stop", "class", detail="此前的规定")
    ((item, finding),) = shelf.told("VAL-CLASS")
    assert (item, finding.data["detail"]) == (1, "与本办法不一致的规定")


def test_default_terms_apply_only_where_a_jurisdiction_is_named(shelf: Shelf):
    shelf.put(1, "江澜区古树保护办法", "2015-01-01")
    assert shelf.told("VAL-DEFAULT") == []
    assert [item for item, _ in shelf.told("VAL-DEFAULT", "上海")] == [1]
