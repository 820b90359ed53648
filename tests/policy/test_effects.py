"""What documents do to others: tables of wordings, the real gold, hostile texts."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.policy.effects import read_effects
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import Clause, Context, Effect
from contentkit.policy.numbers import find_doc_numbers

TESTS = Path(__file__).parents[1]
GOLD = TESTS.parent / "../shared/data/gold/clauses.jsonl"
CASES = tomllib.loads(
    (TESTS / "tables" / "policy-effects.toml").read_text(encoding="utf-8")
)["case"]
WIDE = str.maketrans("0123456789,()", "０１２３４５６７８９，（）")


def read(
    text: str,
    *,
    title: str | None = None,
    doc_number: str | None = None,
    starts_on: str | None = None,
) -> tuple[Effect, ...]:
    folded = fold_policy(text)
    clauses = []
    if starts_on:
        clauses = [Clause(kind="effective", quote="", start=0, end=0, date=starts_on)]
    context = Context(title=title, doc_number=doc_number)
    return read_effects(folded, context, find_doc_numbers(folded), clauses)


def brief(effects: tuple[Effect, ...]) -> list[str]:
    return [f"{e.type}|{e.title}|{e.doc_number}|{e.scope}|{e.date}" for e in effects]


def context_of(case: dict[str, str]) -> dict[str, str]:
    return {k: case[k] for k in ("title", "doc_number", "starts_on") if k in case}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_wordings(case):
    effects = read(case["text"], **context_of(case))
    assert brief(effects) == case["effects"]
    for effect in effects:
        assert case["text"][effect.start : effect.end] == effect.quote


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_width_and_wraps_change_neither_reading_nor_evidence(case):
    text = case["text"]
    wanted = read(text, **context_of(case))
    if any("\t" in e.quote or " " in e.quote for e in wanted):
        pytest.skip("spaces set off the cells of this case")
    for other in (text.translate(WIDE), text.replace("年", " 年\u200b")):
        got = read(other, **context_of(case))
        assert [(e.type, e.scope, e.date) for e in got] == [
            (e.type, e.scope, e.date) for e in wanted
        ]
        for effect, same in zip(got, wanted, strict=True):
            assert other[effect.start : effect.end] == effect.quote
            assert fold_policy(effect.quote).text == fold_policy(same.quote).text


def test_a_break_within_title_number_or_verb_is_no_break_of_the_reading():
    text = "《甲县停车\n管理办法》（甲政发〔20\n10〕5\n号）同时废\n止。"
    (effect,) = read(text)
    assert (effect.title, effect.doc_number) == (
        "甲县停车管理办法",
        "甲政发〔2010〕5号",
    )
    assert effect.quote == text[:-1]


def test_the_quote_is_the_shortest_stretch_with_target_and_verb():
    text = "根据《法》，《甲办法》、《乙办法》（甲政发〔2010〕5号）同时废止，特此公告。"
    first, second = read(text)
    assert first.quote == "《甲办法》、《乙办法》（甲政发〔2010〕5号）同时废止"
    assert second.quote == "《乙办法》（甲政发〔2010〕5号）同时废止"


def test_part_class_and_day_of_a_target_are_told():
    (part,) = read("《甲办法》第三条、第四条同时废止。")
    assert part.detail == "第三条、第四条"
    (described,) = read("第九条 此前印发的有关殡葬的文件同时废止。")
    assert described.detail == "此前印发的有关殡葬的文件"
    (dated,) = read("1999年8月6日县政府发布的《甲办法》同时废止。")
    assert (dated.date, dated.target_date) == (None, "1999-08-06")


def test_a_document_named_twice_is_one_effect():
    assert len(read("《甲办法》同时废止。特此通知：《甲办法》同时废止。")) == 1


def load_gold() -> list[dict]:
    if not GOLD.exists():
        pytest.skip("../shared/data/gold is absent: real-data test skipped")
    with GOLD.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


FAMILY = {"repeal": "end", "lapse": "end", "stop": "end"}


def gold_effects(row: dict) -> set[tuple]:
    """Return what a gold row labels: ends and amendments; keep and republish it does not."""
    wanted = set()
    for family, key in (("end", "repeals"), ("amend", "amends")):
        for item in row["gold"].get(key, ()):
            scope = item.get("scope", "whole").split(":")[0].replace("_", "-")
            is_extension = scope == "validity-extension"
            wanted.add(
                (
                    "extend" if is_extension else family,
                    item.get("title"),
                    item.get("doc_number"),
                    "whole" if is_extension else scope,
                )
            )
    return wanted


def test_the_gold_is_read():
    hits = wanted = found = right_scope = 0
    for row in load_gold():
        effects = read(row["clause"], title=row.get("doc_title"))
        for effect in effects:
            assert row["clause"][effect.start : effect.end] == effect.quote
        got = {
            (FAMILY.get(e.type, str(e.type)), e.title, e.doc_number, str(e.scope))
            for e in effects
            if e.type not in {"keep", "republish"}
        }
        gold = gold_effects(row)
        if row["gold"]["status_hint"] in {"not_a_validity_clause", "override_only"}:
            assert not effects, row["id"]
        common = {x[:3] for x in gold} & {x[:3] for x in got}
        hits += len(common)
        wanted += len(gold)
        found += len(got)
        right_scope += len(gold & got)
    assert wanted > 80
    assert hits / wanted >= 0.98
    assert hits / found >= 0.98
    assert right_scope / hits >= 0.95


HOSTILE = {
    "one sign": "废" * 400_000,
    "verbs": "废止" * 400_000,
    "verbs and stops": "予以废止。" * 20_000,
    "open marks": "《" * 100_000 + "同时废止",
    "marks in turn": "》《" * 50_000 + "同时废止",
    "brackets": "《甲办法》" + "(" * 100_000 + "同时废止",
    "titles": "《甲办法》、" * 30_000 + "同时废止。",
    "titles and verbs": "《甲办法》废止，" * 8_000,
    "commas": "，" * 200_000 + "同时废止",
    "lists": "下列文件予以废止：\n" * 8_000,
    "short names": "《甲》（以下简称《乙》）" * 15_000 + "废止",
    "conflicts": "与本办法不一致的，" * 20_000 + "同时废止",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_to_their_end(name):
    text = HOSTILE[name]
    for effect in read(text)[:50]:
        assert text[effect.start : effect.end] == effect.quote


PIECES = st.sampled_from(
    [
        "《甲办法》",
        "《关于〈乙〉的通知》",
        "（甲政发〔2010〕5号）",
        "同时废止",
        "予以废止",
        "宣布失效",
        "停止执行",
        "继续有效",
        "有效期延长至",
        "2026年12月31日",
        "自2020年1月1日起",
        "根据",
        "第三条",
        "附件1",
        "目录",
        "《",
        "》",
        "(",
        "、",
        "，",
        "。",
        "\n",
        " ",
        "与本办法不一致的",
        "此前印发的",
        "规定",
        "等3件文件",
        "１",
        "以下简称《丙》",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_evidence_is_always_where_it_is_said_to_be(text):
    for effect in read(text):
        assert text[effect.start : effect.end] == effect.quote
        assert effect.quote == effect.quote.strip()
        assert effect.quote


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    for effect in read(text + "《甲办法》同时废止" + text):
        assert (text + "《甲办法》同时废止" + text)[
            effect.start : effect.end
        ] == effect.quote
