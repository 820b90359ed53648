"""Interpretations, successors and the lists of a round over the whole job."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from contentkit.samplesite import write_site

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
DAY = "2024-06-30"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample site with interpretations, editions and trials."""
    folder = tmp_path_factory.mktemp("lists") / "site"
    write_site(folder, documents=160, seed=5)
    return folder


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, site: Path, cli: Cli) -> Path:
    """Return a workspace that is cleaned up as of the site's last day."""
    folder = tmp_path_factory.mktemp("lists") / "space"
    mirror = site / "site"
    for words in (
        ("init", folder, "--profile", "sample", "--recipe", "sample"),
        ("-w", folder, "harvest", "--from-mirror", mirror),
        ("-w", folder, "extract"),
        ("-w", folder, "normalize"),
        ("-w", folder, "validate"),
        ("-w", folder, "dedupe"),
        ("-w", folder, "cleanup", "--as-of", DAY),
    ):
        done = cli(*words)
        assert done.returncode == 0, done.stderr
    return folder


def ask(space: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(space / "workspace.db")) as conn:
        return conn.execute(sql).fetchall()


def truth(site: Path, name: str) -> list[Any]:
    with (site / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_every_interpretation_is_linked_to_its_document(settled: Path, site: Path):
    found = ask(
        settled,
        "SELECT s.id, t.id, r.evidence, json_extract(s.data, '$.body_text')"
        " FROM relations r JOIN documents s ON s.url_id = r.source"
        " JOIN documents t ON t.url_id = r.target WHERE r.type = 'interprets'",
    )
    wanted = {
        (pair["a"], pair["b"])
        for pair in truth(site, "truth_pairs.jsonl")
        if pair["why"] == "interpretation"
    }
    valid = {
        x for (x,) in ask(settled, "SELECT id FROM documents WHERE state = 'valid'")
    }
    assert {(a, b) for a, b, _, _ in found} == {x for x in wanted if set(x) <= valid}
    assert found
    for source, _, evidence, text in found:
        basis = json.loads(evidence)
        assert basis["document"] == source
        assert text[basis["start"] : basis["end"]] == basis["quote"]


def test_only_interpretations_of_dead_documents_are_stale(settled: Path, site: Path):
    gone = {
        row["id"]
        for row in truth(site, "truth.jsonl")
        if row["policy"] and row["policy"]["validity"] in {"repealed", "lapsed"}
    }
    rows = ask(
        settled,
        "SELECT json_extract(data, '$.document') FROM findings WHERE code = 'INT-STALE'",
    )
    assert {name for (name,) in rows} <= gone


def test_no_hint_names_a_document_as_its_own_successor(settled: Path):
    rows = ask(
        settled,
        "SELECT document, json_extract(data, '$.document') FROM v_findings"
        " WHERE code = 'REL-SUCCESSOR-HINT'",
    )
    assert all(older != younger for older, younger in rows)


def test_the_lists_hold_every_policy_document_once(
    settled: Path, cli: Cli, tmp_path: Path
):
    done = cli("-w", settled, "lists", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    book = CalamineWorkbook.from_path(tmp_path / "out" / "cleanup-lists.xlsx")
    listed = [
        line[8]
        for name in book.sheet_names[1:-1]
        for line in book.get_sheet_by_name(name).to_python()[1:]
    ]
    assert len(listed) == len(set(listed)) == answer["total"]
    held = ask(
        settled,
        "SELECT u.url FROM validity v JOIN urls u ON u.id = v.url_id LEFT JOIN clusters c"
        " ON c.url_id = v.url_id AND c.role = 'copy'"
        " WHERE c.url_id IS NULL AND v.validity <> 'draft'",
    )
    assert set(listed) == {url for (url,) in held}
    page = (tmp_path / "out" / "cleanup-lists.html").read_text(encoding="utf-8")
    assert all(url in page for url in listed)


def test_lists_that_are_there_are_replaced(settled: Path, cli: Cli, tmp_path: Path):
    for _ in range(2):
        done = cli("-w", settled, "lists", "--out", tmp_path / "again")
        assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "again").iterdir())) == 2


def test_a_state_that_only_the_machine_proposes_is_undecided(
    settled: Path, cli: Cli, tmp_path: Path
):
    done = cli("-w", settled, "lists", "--out", tmp_path, "--json")
    undecided = json.loads(done.stdout)["counts"]["undecided"]
    rows = ask(
        settled,
        "SELECT DISTINCT document FROM v_findings f JOIN documents d ON d.id = f.document"
        " JOIN validity v ON v.url_id = d.url_id"
        " WHERE code IN ('VAL-REPEALED', 'VAL-EXPIRED') AND v.stated IS NOT NULL",
    )
    assert rows
    assert undecided >= len(rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--as-of", "2020-01-01"), "as of 2024-06-30, not 2020-01-01"),
        (("--issuer", "无此机关"), "issued no policy document here"),
        (("--as-of", "2020-02-30"), "write a day as 2024-06-30"),
    ],
)
def test_what_cannot_be_listed_is_one_line(
    settled: Path, cli: Cli, tmp_path: Path, words: tuple[str, str], told: str
):
    done = cli("-w", settled, "lists", "--out", tmp_path / "out", *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_lists_before_a_cleanup_are_refused(workspace: Path, cli: Cli, tmp_path: Path):
    done = cli("-w", workspace, "lists", "--out", tmp_path)
    assert done.returncode == 2
    assert "run 'contentkit cleanup' first" in done.stderr
