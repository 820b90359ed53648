"""Statutes, a county portal and the sample site: what is merged, and what never is."""

import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from contentkit.dedupe import near_duplicates
from contentkit.dedupe.clusters import JudgedPair, build_clusters
from contentkit.dedupe.differences import own_text
from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.facts import Copy, copy_of
from contentkit.dedupe.judge import judge
from contentkit.samplesite import write_site

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
NOT_TEXT = re.compile(r"\A---\n.*?\n---\n|<!--.*?-->", re.DOTALL)
DATED = re.compile(r"(.*)\(([0-9-]{10})\)")


def rows(path: Path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def shared(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip(f"../shared/data/{name} is absent: real-data test skipped")
    return SHARED / name


def statute(path: Path) -> Copy:
    text = NOT_TEXT.sub("", path.read_text(encoding="utf-8"))
    match = DATED.fullmatch(path.stem)
    title, day = match.groups() if match else (path.stem, None)
    return Copy(
        key=0, id=str(path), kind="policy", title=title, written_on=day, text=text
    )


def is_same(a: Copy, b: Copy) -> bool:
    return judge(a, b, jaccard(a.text, b.text)).is_same


def test_successive_editions_are_never_merged_even_without_their_days():
    laws = shared("laws")
    seen = 0
    for row in rows(laws / "families.jsonl"):
        if row["relation"] != "versions":
            continue
        copies = [statute(laws / x["file"]) for x in row["files"]]
        for a, b in combinations(copies, 2):
            seen += 1
            assert not is_same(a, b), (a.id, b.id)
            bare = replace(a, written_on=None), replace(b, written_on=None)
            assert not is_same(*bare), (a.id, b.id)
    assert seen == 105


def test_copies_in_two_collections_are_found():
    laws = shared("laws")
    pairs = rows(laws / "pairs.jsonl")
    found = sum(is_same(statute(laws / x["a"]), statute(laws / x["b"])) for x in pairs)
    assert len(pairs) == 243
    assert found / len(pairs) >= 0.99


def build(copies: dict[int, Copy], extra=()):
    """Judge near texts and the extra pairs, build the clusters."""
    pairs = {}
    for a, b, similarity in near_duplicates(
        (str(k), c.text) for k, c in copies.items()
    ):
        pairs[int(a), int(b)] = similarity
    for a, b in extra:
        pairs.setdefault((a, b), jaccard(copies[a].text, copies[b].text))
    judged = []
    for (a, b), similarity in pairs.items():
        verdict = judge(copies[a], copies[b], similarity)
        judged.append(
            JudgedPair(
                a=a,
                b=b,
                is_same=verdict.is_same,
                is_exact=similarity == 1.0,
                is_blocked=bool(verdict.blockers),
            )
        )
    return build_clusters(copies, judged)


def test_thirteen_texts_of_a_county_portal_stand_twice_and_empty_pages_nowhere():
    portal = shared("zhecheng")
    copies = {}
    for key, row in enumerate(rows(portal / "gold" / "articles.jsonl")):
        is_policy = "zfwj" in row["file"]
        document = {
            "id": row["file"],
            "kind": "policy" if is_policy else "article",
            "title": row["title"],
            "published_at": row["pub_time"],
            "source": row["source"],
            "body_text": row["body_text"],
        }
        copies[key] = copy_of(document, key=key)
    clusters = build(copies)
    # twelve pairs have equal texts; one names another editor below the text
    assert [len(cluster.members) for cluster in clusters] == [2] * 13
    for cluster in clusters:
        texts = {re.sub(r"\s", "", own_text(copies[x].text)) for x in cluster.members}
        assert len(texts) == 1
        assert len(next(iter(texts))) > 100


def test_copies_of_the_sample_site_are_joined_and_nothing_else(tmp_path: Path):
    write_site(tmp_path, documents=1500, seed=11)
    documents = rows(tmp_path / "truth.jsonl")
    keys = {row["id"]: key for key, row in enumerate(documents)}
    copies = {key: copy_of(row, key=key) for key, row in enumerate(documents)}
    truth = {
        tuple(sorted((keys[x["a"]], keys[x["b"]]))): x["relation"]
        for x in rows(tmp_path / "truth_pairs.jsonl")
    }
    must = {pair for pair, relation in truth.items() if relation == "must-link"}
    clusters = build(copies, truth)
    joined = {pair for c in clusters for pair in combinations(sorted(c.members), 2)}
    assert must
    assert must <= joined
    assert not joined & (truth.keys() - must)
    linked = {key: {x for pair in must if key in pair for x in pair} for key in copies}
    for a, b in joined - must:
        assert linked[a] & linked[b], "two copies of one original"
    later = {
        keys[x["id"]]
        for x in documents
        if any(word.startswith("duplicate-") for word in x["planted"])
    }
    assert not later & {cluster.canonical for cluster in clusters}
