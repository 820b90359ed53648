"""Pairs of copies: one document, an edition, a series, a conflict or nothing."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.exact import jaccard
from contentkit.dedupe.facts import Copy, attachment_copy, copy_of
from contentkit.dedupe.fingerprint import fingerprint
from contentkit.dedupe.judge import judge, least_told
from contentkit.dedupe.words import threshold
from contentkit.findings import codes

TABLE = tomllib.loads(
    (Path(__file__).parents[1] / "tables" / "dedupe-pairs.toml").read_text("utf-8")
)
TEXTS: dict[str, str] = {name: text.strip() for name, text in TABLE["texts"].items()}
POLICY = TEXTS["policy"]


def make(key: int, facts: dict[str, Any]) -> Copy:
    """Build a copy as a document of the ledger gives it."""
    text = TEXTS.get(facts.pop("text", ""), "")
    for old, new in facts.pop("replace", ()):
        assert old in text
        text = text.replace(old, new)
    parts = [facts.pop("before", ""), text, facts.pop("after", "")]
    issuer = facts.pop("issuer", None)
    document = {
        "id": f"id-{key}",
        "kind": "article",
        "body_text": "\n".join(part for part in parts if part),
        "attachments": [
            {"name": f"{x}.pdf", "sha256": x} for x in facts.pop("files", ())
        ],
        "issuer": {"name": issuer, "code": None} if issuer else None,
        "policy": {"expires_on": facts.pop("expires_on", None)},
        **facts,
    }
    return copy_of(document, key=key)


@pytest.mark.parametrize("row", TABLE["pair"], ids=lambda row: row["why"])
def test_a_pair_is_what_it_is(row: dict[str, Any]):
    both = {"text": row.get("text", ""), **row.get("both", {})}
    a = make(0, both | row.get("a", {}))
    b = make(1, both | row.get("b", {}))
    for first, second in ((a, b), (b, a)):
        verdict = judge(first, second, jaccard(first.text, second.text))
        kinds = {blocker.kind for blocker in verdict.blockers}
        assert (verdict.code or "") == row["code"], (verdict.relation, kinds)
        assert verdict.is_same is row["same"], kinds
        assert set(row.get("blockers", ())) <= kinds
        assert verdict.relation == row.get("relation", verdict.relation)
        assert verdict.code is None or verdict.code in codes()
        assert verdict.is_same is (verdict.proposal == "merge")


def test_evidence_quotes_the_differing_places_exactly():
    a = make(0, {"text": "policy", "kind": "policy", "title": "清溪区古桥保护办法"})
    b = make(
        1,
        {
            "text": "policy",
            "kind": "policy",
            "title": "清溪区古桥保护办法",
            "replace": [["3600元", "3 800元"], ["第六条", "第 六 条"]],
        },
    )
    verdict = judge(a, b, jaccard(a.text, b.text))
    (place,) = verdict.evidence["differences"]
    assert (place["kind"], place["here"], place["there"]) == (
        "amount",
        "3600",
        "3 800",
    )
    assert a.text[slice(*place["here_span"])] == "3600"
    assert b.text[slice(*place["there_span"])] == "3 800"
    (blocker,) = verdict.blockers
    assert blocker.to_json() == {
        "kind": "amount",
        "here": "3600",
        "there": "3 800",
        "here_span": place["here_span"],
        "there_span": place["there_span"],
    }


PAGE = {"kind": "policy", "title": "关于印发《清溪区古桥保护办法》的通知"}


@pytest.mark.parametrize(
    ("file_text", "code"),
    [
        pytest.param(POLICY, "DUP-FORMAT", id="the text of the page"),
        pytest.param(
            POLICY.replace("\n", "\n\n").replace("，", ","), "DUP-FORMAT", id="layout"
        ),
        pytest.param(POLICY.split("\n", 2)[2], "DUP-FORMAT", id="without the letter"),
        pytest.param(POLICY.replace("3600", "3800"), "ATT-DIFF", id="another amount"),
        pytest.param(
            f"清政发〔2022〕9号\n{POLICY}", "ATT-DIFF", id="another number above it"
        ),
        pytest.param(
            "古桥名录\n" + "\n".join(f"第{n}座桥" for n in range(90)),
            None,
            id="an annex",
        ),
        pytest.param("见正文。", None, id="nothing of its own"),
        pytest.param("", None, id="empty, as a scan is"),
    ],
)
def test_a_file_against_its_page(file_text: str, code: str | None):
    page = make(0, {"text": "policy", "doc_number": "清政发〔2021〕6号", **PAGE})
    file = attachment_copy(page, key=1, name="办法.docx", text=file_text)
    verdict = judge(page, file, jaccard(page.text, file_text))
    assert verdict.code == code
    assert verdict.is_same is (code == "DUP-FORMAT")
    assert judge(file, page, jaccard(page.text, file_text)).code == code


def test_one_form_attached_to_two_pages_joins_neither():
    pages = [make(n, {"text": "policy", **PAGE}) for n in (0, 1)]
    files = [attachment_copy(x, key=9, name="表.docx", text=POLICY) for x in pages]
    assert judge(files[0], files[1], 1.0).code is None


words = st.text(alphabet="古桥保护办法第一二三条年月日0123456789，。\n ", max_size=300)


@given(words, words, st.floats(0, 1))
def test_any_pair_gets_one_verdict_both_ways(a: str, b: str, similarity: float):
    first = Copy(key=0, id="a", kind="policy", title="清溪区古桥保护办法", text=a)
    second = Copy(key=1, id="b", kind="policy", title="清溪区古桥保护办法", text=b)
    one = judge(first, second, similarity)
    other = judge(second, first, similarity)
    assert (one.code, one.is_same) == (other.code, other.is_same)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_differing_figure_always_blocks(a: int, b: int):
    texts = [POLICY.replace("3600", str(n)) for n in (a, b)]
    copies = [
        Copy(key=n, id=str(n), kind="policy", title="清溪区古桥保护办法", text=text)
        for n, text in enumerate(texts)
    ]
    assert judge(copies[0], copies[1], 0.95).is_same is (a == b)


def test_five_million_equal_signs_and_their_like_end_soon():
    copies = [
        Copy(key=n, id=str(n), title="清溪区古桥保护办法", text=text)
        for n, text in enumerate(("桥" * 5_000_000, "桥" * 4_999_999, "1、" * 400_000))
    ]
    assert judge(copies[0], copies[1], 1.0).is_same
    assert not judge(copies[0], copies[2], 0.9).is_same


@pytest.mark.parametrize("row", TABLE["pair"], ids=lambda row: row["why"])
def test_below_the_least_similarity_nothing_is_told(row: dict[str, Any]):
    both = {"text": row.get("text", ""), **row.get("both", {})}
    a, b = (make(n, both | row.get(name, {})) for n, name in enumerate("ab"))
    for text in (b.text, *TEXTS.values(), f"{a.text[: len(a.text) // 2]}{POLICY}"):
        other = replace(b, text=text)
        if not (fingerprint(a.text).signature and fingerprint(text).signature):
            continue  # without a signature their texts are read
        similarity = jaccard(a.text, text)
        if similarity < least_told(a, other):
            assert least_told(other, a) == least_told(a, other)
            verdict = judge(a, other, similarity)
            assert verdict.code is None
            assert similarity < threshold("near")


def test_least_similarity_is_that_of_what_titles_can_say():
    page = make(0, {"text": "policy", "title": "清溪区古桥保护办法"})
    titles = ("清溪区古桥保护办法", "清溪区古桥保护办法（试行）", "关于表彰先进的通报")
    least = [least_told(page, replace(page, title=title)) for title in titles]
    assert least == [threshold("near"), threshold("edition"), threshold("near")]
    legal = replace(page, kind="policy")
    assert least_told(legal, legal) == 0.0
    assert least_told(page, replace(page, origin="attachment")) == 0.0
