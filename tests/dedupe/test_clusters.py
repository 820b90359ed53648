"""Clusters hold no contradiction, whatever the order; the best copy leads."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.authority import authority_class, choose, classify
from contentkit.dedupe.clusters import (
    Cluster,
    JudgedPair,
    PairDecision,
    build_clusters,
)
from contentkit.dedupe.facts import Copy, CopyFile

TITLE = "清溪区古桥保护办法"


def page(key: int, **facts: object) -> Copy:
    made = Copy(key=key, id=f"id-{key:03}", kind="policy", title=TITLE)
    return replace(made, **facts)  # type: ignore[arg-type]


def members(clusters: list[Cluster]) -> list[set[int]]:
    return [set(cluster.members) for cluster in clusters]


def near(a: int, b: int) -> JudgedPair:
    return JudgedPair(a=a, b=b, is_same=True)


def equal(a: int, b: int) -> JudgedPair:
    return JudgedPair(a=a, b=b, is_same=True, is_exact=True)


def blocked(a: int, b: int) -> JudgedPair:
    return JudgedPair(a=a, b=b, is_blocked=True)


COPIES = {n: page(n) for n in range(5)}


def test_similarity_is_not_passed_on():
    assert members(build_clusters(COPIES, [near(0, 1), near(1, 2)])) == [{0, 1}]


def test_equal_texts_pass_membership_on():
    pairs = [equal(1, 0), equal(1, 2), near(1, 3)]
    assert members(build_clusters(COPIES, pairs)) == [{0, 1, 2, 3}]


def test_a_copy_verified_against_the_text_of_the_best_copy_joins():
    best = COPIES | {4: page(4, doc_number="清政发〔2021〕6号", doc_number_key="x")}
    pairs = [equal(0, 4), near(0, 1), equal(1, 2)]
    (cluster,) = build_clusters(best, pairs)
    assert cluster.canonical == 4
    assert set(cluster.members) == {0, 1, 2, 4}


def test_a_blocked_pair_splits_for_the_better_copy():
    pairs = [near(0, 1), near(0, 2), blocked(1, 2)]
    assert members(build_clusters(COPIES, pairs)) == [{0, 1}]


def test_a_pair_that_is_blocked_and_same_is_blocked():
    assert build_clusters(COPIES, [near(0, 1), blocked(0, 1)]) == []


def test_copies_that_were_never_compared_may_not_contradict_each_other():
    copies = {
        0: page(0, published_at="2020-01-01", files=(CopyFile(name="a", sha256="a"),)),
        1: page(1, doc_number_key="a"),
        2: page(2, doc_number_key="b"),
        3: page(3, written_on="2021-01-01"),
        4: page(4, written_on="2022-01-01"),
    }
    pairs = [equal(0, n) for n in (1, 2, 3, 4)]
    assert members(build_clusters(copies, pairs)) == [{0, 1, 3}]


@pytest.mark.parametrize(
    "other",
    [
        {"title": TITLE + "（试行）"},
        {"title": TITLE + "（征求意见稿）"},
        {"registry_number": "B"},
        {"effective_on": "2022-01-01"},
        {"issuer": "清溪区交通运输局"},
    ],
    ids=str,
)
def test_what_members_may_not_contradict(other: dict[str, str]):
    stated = {
        "registry_number": "A",
        "effective_on": "2021-01-01",
        "issuer": "清溪区文化和旅游局",
    }
    copies = {
        0: page(0, title="", files=(CopyFile(name="a", sha256="a"),)),
        1: page(1, **stated),
        2: page(2, **other),
    }
    assert members(build_clusters(copies, [equal(0, 1), equal(0, 2)])) == [{0, 1}]


def test_editors_overrule_the_judgement_of_a_pair():
    pairs = [near(0, 1), blocked(0, 2)]
    rejected = PairDecision(a=1, b=0, is_accepted=False)
    accepted = PairDecision(a=2, b=0, is_accepted=True)
    gone = PairDecision(a=2, b=99, is_accepted=True)
    clusters = build_clusters(COPIES, pairs, [rejected, accepted, gone])
    assert members(clusters) == [{0, 2}]


def test_an_accepted_pair_may_contradict_itself_but_no_one_else():
    copies = {n: page(n, doc_number_key=str(n)) for n in range(3)}
    pairs = [equal(0, 2)]
    accepted = [PairDecision(a=0, b=1, is_accepted=True)]
    assert members(build_clusters(copies, pairs, accepted)) == [{0, 1}]


KEYS = st.integers(0, 7)
PAIRS = st.lists(
    st.builds(
        JudgedPair,
        a=KEYS,
        b=KEYS,
        is_same=st.booleans(),
        is_exact=st.booleans(),
        is_blocked=st.booleans(),
    ).filter(lambda pair: pair.a != pair.b),
    max_size=24,
)
FACTS = st.fixed_dictionaries(
    {
        "doc_number_key": st.sampled_from([None, None, "a", "b"]),
        "written_on": st.sampled_from([None, None, "2021-01-01", "2022-01-01"]),
        "kind": st.sampled_from(["policy", "article"]),
        "published_at": st.sampled_from([None, "2021-01-01", "2021-02-02"]),
    }
)


@given(PAIRS, st.lists(FACTS, min_size=8, max_size=8), st.randoms())
def test_no_cluster_holds_a_forbidden_pair_and_order_is_nothing(
    pairs: list[JudgedPair], facts: list[dict[str, str | None]], random
):
    copies = {n: page(n, **values) for n, values in enumerate(facts)}
    clusters = build_clusters(copies, pairs)
    forbidden = {frozenset((x.a, x.b)) for x in pairs if x.is_blocked}
    joined = {frozenset((x.a, x.b)) for x in pairs if x.is_same and not x.is_blocked}
    seen: set[int] = set()
    for cluster in clusters:
        assert len(cluster.members) > 1
        assert not seen & set(cluster.members)
        seen |= set(cluster.members)
        assert cluster.members[0] == cluster.canonical
        for a, b in combinations(cluster.members, 2):
            assert frozenset((a, b)) not in forbidden
            for name in ("doc_number_key", "written_on"):
                values = {getattr(copies[x], name) for x in (a, b)} - {None}
                assert len(values) < 2
        for key in cluster.members:
            assert any(key in pair for pair in joined)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    turned = [replace(x, a=x.b, b=x.a) for x in shuffled]
    backwards = dict(sorted(copies.items(), reverse=True))
    assert build_clusters(backwards, turned) == clusters


def test_fifty_thousand_equal_pages_are_one_cluster():
    copies = {n: page(n, published_at="2021-01-01") for n in range(50_000)}
    pairs = [equal(0, n) for n in range(1, 50_000)]
    (cluster,) = build_clusters(copies, pairs)
    assert len(cluster.members) == 50_000
    assert cluster.choice.is_tie


OWN = {"issuer": "清溪区文化和旅游局", "column_class": "disclosure"}


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        (OWN, {"column_class": "gazette"}, "the maker's own column"),
        ({"column_class": "gazette"}, {"column_class": "superior"}, "the gazette"),
        ({"column_class": "superior"}, {"column_class": "news"}, "the platform"),
        (
            {"column_class": "gazette"},
            OWN | {"title": f"（转载）{TITLE}"},
            "a repost counts as one wherever it stands",
        ),
        (
            OWN | {"source": "本站"},
            OWN | {"source": "清溪区交通运输局"},
            "another body's text",
        ),
        (
            OWN | {"source": "清溪区文化和旅游局"},
            {"column_class": "news"},
            "own source",
        ),
        (
            OWN,
            {"column_class": "news", "doc_number": "x"},
            "the column before the rest",
        ),
        (OWN | {"doc_number": "x"}, OWN, "the number"),
        (OWN | {"written_on": "2021-01-01"}, OWN, "the day of writing"),
        (OWN | {"files": (CopyFile(name="a", sha256="a"),)}, OWN, "the files"),
        (OWN, OWN | {"files": (CopyFile(name="a"),), "origin": "attachment"}, "a page"),
        (
            OWN | {"published_at": "2021-01-01"},
            OWN | {"published_at": "2021-01-02"},
            "the earlier one",
        ),
        (OWN | {"published_at": "2021-01-01"}, OWN, "a stated day"),
        (
            OWN | {"published_at": "2021-01-01"},
            OWN | {"files": (CopyFile(name="a", sha256="a", is_image=True),)},
            "a picture in the text weighs nothing",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_order_of_authority(better: dict, worse: dict, why: str):
    assert choose([page(0, **worse), page(1, **better)]).canonical == 1, why
    assert not choose([page(0, **worse), page(1, **better)]).is_tie


def test_what_only_the_id_decides_is_a_tie():
    choice = choose([page(2), page(1)])
    assert (choice.canonical, choice.is_tie) == (1, True)
    assert not choose([page(1)]).is_tie


def test_what_the_best_copy_lacks_is_told_once():
    files = (CopyFile(name="附件.pdf", sha256="f"), CopyFile(name="图.png", sha256="g"))
    best = page(0, column_class="disclosure", files=files[1:])
    others = [
        page(n, column_class="news", doc_number="清政发〔2021〕6号", files=files)
        for n in (1, 2)
    ]
    found = [x.to_json() for x in choose([*others, best]).missing]
    assert found == [
        {"field": "doc_number", "value": "清政发〔2021〕6号", "held_by": 1},
        {"field": "files", "value": "附件.pdf", "held_by": 1},
    ]


@pytest.mark.parametrize(
    ("kind", "column", "name"),
    [
        ("article", {"name": "政务要闻", "update_class": "news", "block": ""}, "news"),
        ("policy", {"name": "政府公报", "block": "statutory"}, "gazette"),
        ("policy", {"name": "上级文件", "block": "statutory"}, "superior"),
        ("article", {"name": "教育", "block": "statutory"}, "disclosure"),
        ("media", {"name": "视频", "block": "statutory"}, "news"),
        ("notice", {"name": "公告", "update_class": "notices"}, "notices"),
        ("policy", None, "disclosure"),
        ("notice", None, "notices"),
        ("article", None, "news"),
    ],
)
def test_columns_have_classes(kind: str, column: dict[str, str] | None, name: str):
    assert classify(kind=kind, column=column) == name
    assert authority_class(page(0, kind=kind, column_class=name)) == name
