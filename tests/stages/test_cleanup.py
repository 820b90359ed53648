"""Duplicates, validity and decisions over the whole job, on the sample site."""

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contentkit.samplesite import write_site

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
DAY = "2024-06-30"  # the last day of the sample site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample site with every kind of copy and effect."""
    folder = tmp_path_factory.mktemp("cleanup") / "site"
    write_site(folder, documents=400, seed=5)
    return folder


@pytest.fixture
def space(workspace: Path, site: Path, cli: Cli) -> Path:
    """Return a workspace after the whole job, its validity told of the site's last day."""
    done = cli("-w", workspace, "run", "--from-mirror", site / "site")
    assert done.returncode == 0, done.stderr
    done = cli("-w", workspace, "cleanup", "--as-of", DAY)
    assert done.returncode == 0, done.stderr
    return workspace


def lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def ask(space: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(space / "workspace.db")) as conn:
        return conn.execute(sql, values).fetchall()


def last_bundle(space: Path) -> Path:
    (path,) = ask(space, "SELECT path FROM exports ORDER BY id DESC LIMIT 1")[0]
    return space / path


def held_effects(space: Path, site: Path) -> tuple[list[Any], set[str]]:
    """Return the true effects between valid documents, and the targets of the others.

    A document that is held back (it has no date) acts on nothing.
    """
    valid = {
        row[0] for row in ask(space, "SELECT id FROM documents WHERE state = 'valid'")
    }
    rows = [row for row in lines(site / "truth_effects.jsonl") if row["target"]]
    held = [row for row in rows if {row["source"], row["target"]} <= valid]
    return held, {row["target"] for row in rows if row["source"] not in valid}


def documents(bundle: Path) -> dict[str, Any]:
    found = {}
    for file in sorted((bundle / "data" / "documents").glob("*.jsonl")):
        found |= {row["id"]: row for row in lines(file)}
    return found


def test_copies_are_told_apart_from_editions_series_and_interpretations(
    space: Path, site: Path
):
    cluster = dict(
        ask(
            space,
            "SELECT d.id, k.id FROM clusters c JOIN documents d ON d.url_id = c.url_id"
            " JOIN documents k ON k.url_id = c.canonical",
        )
    )
    for pair in lines(site / "truth_pairs.jsonl"):
        a, b = pair["a"], pair["b"]
        is_one = a in cluster and cluster[a] == cluster.get(b)
        assert is_one == (pair["relation"] == "must-link"), pair


def is_same_span(a: str, b: str) -> bool:
    """Tell whether one of two quotes holds the other and little more (POLICY 7)."""
    short, long = sorted((a, b), key=len)
    return short in long and len(short) >= 0.9 * len(long)


def test_effects_are_resolved_to_the_documents_they_name(space: Path, site: Path):
    rows = ask(
        space,
        "SELECT e.type, e.scope, s.id, d.id, e.quote FROM effects e"
        " JOIN effect_targets t ON t.source = e.source AND t.ordinal = e.ordinal"
        " JOIN documents s ON s.url_id = e.source"
        " JOIN documents d ON d.url_id = t.target",
    )
    found = {tuple(row[:4]): row[4] for row in rows}
    wanted = {
        (row["type"], row["scope"], row["source"], row["target"]): row["quote"]
        for row in held_effects(space, site)[0]
    }
    assert len(wanted) >= 20
    assert not wanted.keys() - found.keys()
    for edge, quote in wanted.items():
        assert is_same_span(found[edge], quote), edge
    copies = {
        row["id"]
        for row in lines(site / "truth.jsonl")
        if "duplicate-exact" in row["planted"]
    }
    assert all({x[2], x[3]} & copies for x in found.keys() - wanted.keys())


def test_every_state_is_that_of_the_truth_and_has_its_evidence(space: Path, site: Path):
    texts = {row["id"]: row for row in lines(site / "truth.jsonl")}
    rows = ask(
        space,
        "SELECT d.id, v.validity, v.basis, d.data FROM validity v"
        " JOIN documents d ON d.url_id = v.url_id",
    )
    bodies = {
        name: json.loads(data)["body_text"]
        for name, data in ask(space, "SELECT id, data FROM documents")
    }
    assert rows
    _, beyond = held_effects(space, site)
    for name, validity, basis, _ in rows:
        if "duplicate-exact" not in texts[name]["planted"] and name not in beyond:
            assert validity == texts[name]["policy"]["validity"], texts[name]["title"]
        evidence = json.loads(basis)
        assert bool(evidence) == (validity != "unknown")
        for piece in evidence:
            body = bodies[piece["document"]]
            assert body[piece["start"] : piece["end"]] == piece["quote"]


def test_an_accepted_pair_becomes_one_document_and_can_be_taken_back(
    space: Path, cli: Cli
):
    before = documents(last_bundle(space))
    found = cli("-w", space, "findings", "--code", "DUP-EXACT", "--json").stdout
    finding = json.loads(found.splitlines()[0])
    answer = ("--answer", "accept", "--author", "王编辑")
    done = cli("-w", space, "decide", finding["subject"], *answer, "--json")
    assert done.returncode == 0, done.stderr
    batch = json.loads(done.stdout)["batch"]

    assert cli("-w", space, "run").returncode == 0
    bundle = last_bundle(space)
    assert cli("bundle", "verify", bundle).returncode == 0
    after = documents(bundle)
    assert set(before) - set(after) == {finding["document"]}
    canonical = after[finding["data"]["subject"]]
    answered = {
        row["source"]: row["evidence"]["accepted"]
        for row in lines(bundle / "data" / "relations.jsonl")
        if row["type"] == "duplicate-of"
    }
    assert answered.pop(finding["document"]) is True
    assert answered, "there are proposals, too"
    assert not any(answered.values())
    assert answered.keys() <= after.keys()
    moved = {row["from"]: row for row in lines(bundle / "data" / "redirects.jsonl")}
    assert moved[finding["url"]] == {
        "from": finding["url"],
        "to": canonical["path"],
        "status": "301",
    }
    fates = json.loads((bundle / "data/reports/reconciliation.json").read_text("utf-8"))
    assert fates["fates"]["merged"] == 1
    assert fates["is_whole"] is True

    assert (
        cli("-w", space, "decide", "--undo", batch, "--author", "王编辑").returncode
        == 0
    )
    assert cli("-w", space, "run").returncode == 0
    assert set(documents(last_bundle(space))) == set(before)


def test_a_rejected_pair_stays_two_and_is_not_asked_about_again(space: Path, cli: Cli):
    found = cli("-w", space, "findings", "--code", "DUP-NEAR", "--json").stdout
    found += cli("-w", space, "findings", "--code", "DUP-REPOST", "--json").stdout
    subject = json.loads(found.splitlines()[0])["subject"]
    answer = ("--answer", "reject", "--author", "王编辑")
    assert cli("-w", space, "decide", subject, *answer).returncode == 0
    assert cli("-w", space, "run").returncode == 0
    a, b = subject.split(" ")
    rows = ask(
        space,
        "SELECT c.canonical FROM clusters c JOIN documents d ON d.url_id = c.url_id"
        " WHERE d.id IN (?, ?)",
        a,
        b,
    )
    assert len({row[0] for row in rows}) in (0, 2) or not rows
    left = cli("-w", space, "findings", "--decision", "open", "--json").stdout
    assert subject not in left


def test_an_accepted_repeal_is_in_the_bundle_with_its_evidence(space: Path, cli: Cli):
    found = cli("-w", space, "findings", "--code", "VAL-REPEALED", "--json").stdout
    told = [json.loads(line) for line in found.splitlines()]
    before = documents(last_bundle(space))
    labels = {before[x["document"]]["policy"]["validity"] for x in told}
    assert "in-force" in labels  # pages that still say so
    answer = ("--answer", "accept", "--author", "王编辑", "--reason", "已核对")
    decided = cli("-w", space, "decide", "--code", "VAL-REPEALED", *answer)
    assert decided.returncode == 0
    assert cli("-w", space, "run").returncode == 0
    after = documents(last_bundle(space))
    for finding in told:
        policy = after[finding["document"]]["policy"]
        assert policy["validity"] == finding["proposal"]
        assert policy["repealed_on"] == finding["data"]["date"]
        basis = policy["validity_basis"][0]
        text = after[basis["document"]]["body_text"]
        assert text[basis["start"] : basis["end"]] == basis["quote"]


def test_a_wrong_day_is_refused_with_a_line(space: Path, cli: Cli):
    done = cli("-w", space, "cleanup", "--as-of", "2024年6月")
    assert done.returncode == 2
    assert "write a day as 2024-06-30" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_merely_looks_alike_is_told_once_a_document_and_code(space: Path):
    rows = ask(
        space,
        "SELECT url_id, code, count(*), min(json_extract(data, '$.count')) FROM findings"
        " WHERE code IN ('DUP-SERIES', 'DUP-TITLE-ONLY', 'DUP-EDITION')"
        " GROUP BY url_id, code",
    )
    (pairs,) = ask(
        space,
        "SELECT count(*) FROM pairs"
        " WHERE code IN ('DUP-SERIES', 'DUP-TITLE-ONLY', 'DUP-EDITION')",
    )[0]
    assert rows
    assert {row[2] for row in rows} == {1}
    assert sum(row[3] for row in rows) == pairs > len(rows)
