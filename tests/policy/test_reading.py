"""Readings as a whole: offsets, dirt that changes nothing, states on a day, findings."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contentkit.errors import ParseError
from contentkit.findings import codes, explain
from contentkit.policy import answer_request, read_policy

GOLD = Path(__file__).parents[2] / "../shared/data/gold/clauses.jsonl"
VALUES = ("effective_on", "effective_rule", "expires_on", "validity_years")

PIECES = st.sampled_from(
    [
        "本办法",
        "第十条 ",
        "自2021年5月1日",
        "自印发之日",
        "起施行",
        "，",
        "。",
        "有效期5年",
        "有效期至2025年12月31日",
        "《甲区停车办法》",
        "（甲政发〔2015〕1号）",
        "同时废止",
        "现予公布",
        "“",
        "”",
        "\n",
        "　",
        "2月30日",
        "二〇二〇年十三月",
        "如上级另有规定，本办法自动失效",
        "至",
        "其中第五条",
        "㈱",
        "①",
        "\u200b",
    ]
)
WHOLE = (
    "第十条　本办法自2021年5月1日起施行，有效期5年。",
    "现将《甲区停车办法》印发给你们，自印发之日起执行，有效期至2025年12月31日。",
    "本通知自2021年5月1日起至2025年12月31日止执行。",
    "本办法自公布之日起30日后施行，试行期为两年。",
    "取水许可证有效期5年。",
    "本通知规定的补贴标准从2021年1月1日起执行。",
)


def places(found):
    yield from found.doc_numbers
    yield from found.clauses
    yield from found.effects
    yield from (finding for finding in found.findings if finding.quote is not None)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("①㈱本办法自2021年5月1日起施行")
def test_every_quote_stands_where_it_says(text):
    found = read_policy(text, as_of="2022-01-01")
    for item in places(found):
        raw = item.raw if hasattr(item, "raw") else item.quote
        assert text[item.start : item.end] == raw
    assert json.dumps(found.to_json(), ensure_ascii=False)
    for finding in found.findings:
        assert finding.code in codes()
        assert explain(finding)


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_has_a_reading(text, title):
    read_policy(text, title=title)


def widened(text):
    return re.sub(
        "[!-~]", lambda sign: chr(ord(sign[0]) + 0xFEE0), text.replace("，", ",")
    )


@pytest.mark.parametrize("text", WHOLE)
@given(data=st.data())
@settings(max_examples=40)
def test_widths_spaces_and_wraps_change_no_reading(text, data):
    plain = read_policy(text)
    dirty = widened(text) if data.draw(st.booleans()) else text
    cuts = data.draw(st.sets(st.integers(1, len(dirty) - 1), max_size=6))
    sign = data.draw(st.sampled_from(["\n", "\r\n", " ", "\u200b", "\xa0"]))
    # an article and an item begin a line of their own: no break before them is added
    cuts = {cut for cut in cuts if dirty[cut] not in "第一二三四五六七八九十"}
    for cut in sorted(cuts, reverse=True):
        dirty = dirty[:cut] + sign + dirty[cut:]
    found = read_policy(dirty)
    for name in VALUES:
        assert getattr(found, name) == getattr(plain, name), dirty
    assert [x.kind for x in found.clauses] == [x.kind for x in plain.clauses]
    for item in places(found):
        assert dirty[item.start : item.end] == getattr(item, "raw", None) or item.quote


STATES = [
    # text, days known, day, state, why
    ("自2021年5月1日起施行，有效期5年", {}, "2021-04-30", "not-yet", "a day before"),
    ("自2021年5月1日起施行，有效期5年", {}, "2021-05-01", "in-force", "the first day"),
    ("自2021年5月1日起施行，有效期5年", {}, "2026-04-30", "in-force", "the last day"),
    ("自2021年5月1日起施行，有效期5年", {}, "2026-05-01", "lapsed", "the day after"),
    ("自2021年5月1日起施行", {}, "2021-06-01", "in-force", "without term"),
    ("自2021年5月1日起施行", {}, None, "unknown", "no day to judge on"),
    ("有效期5年", {}, "2021-06-01", "unknown", "a term from no day"),
    ("由区府办解释", {}, "2021-06-01", "unknown", "no clause"),
    (
        "自印发之日起施行，有效期5年",
        {"written_on": "2021-05-01"},
        "2021-04-30",
        "not-yet",
        "printed on the day of writing at the earliest",
    ),
    (
        "自印发之日起施行，有效期5年",
        {"written_on": "2021-05-01"},
        "2021-05-02",
        "unknown",
        "printed by then or not",
    ),
    (
        "自印发之日起施行，有效期5年",
        {"written_on": "2021-05-01", "published_on": "2021-05-10T08:00+08:00"},
        "2021-05-10",
        "in-force",
        "published, hence printed",
    ),
    (
        "自印发之日起施行，有效期5年",
        {"written_on": "2021-05-01", "published_on": "2021-05-10"},
        "2026-05-05",
        "unknown",
        "between the earliest and the latest end",
    ),
    (
        "自印发之日起施行，有效期5年",
        {"written_on": "2021-05-01", "published_on": "2021-05-10"},
        "2026-05-10",
        "lapsed",
        "past the latest end",
    ),
    (
        "自公布之日起30日后施行",
        {"published_on": "2021-05-10"},
        "2021-05-20",
        "unknown",
        "published perhaps before the page was",
    ),
    (
        "自2021年5月1日起施行，有效期至2025年12月31日，至2026年6月30日止",
        {},
        "2022-01-01",
        "unknown",
        "two ends: no state is told",
    ),
]


@pytest.mark.parametrize(("text", "days", "at", "state", "why"), STATES)
def test_the_state_on_a_day_is_what_the_text_proves(text, days, at, state, why):
    assert read_policy(f"本办法{text}。", as_of=at, **days).validity == state, why


def test_a_draft_is_one_on_any_day():
    found = read_policy("本办法自2021年5月1日起施行。", title="甲办法（送审稿）")
    assert (found.is_draft, found.validity) == (True, "draft")


def test_a_term_from_an_event_is_about():
    text = "本办法自印发之日起施行，有效期3年。"
    found = read_policy(text, written_on="2021-05-01")
    assert found.expires_on is None
    assert [(x.code, x.proposal) for x in found.findings] == [
        ("VAL-APPROX", "2024-04-30")
    ]
    assert "约至 2024-04-30" in explain(found.findings[0])


def test_dates_in_the_wrong_order_are_told():
    found = read_policy(
        "本办法自2015年5月1日起施行。",
        title="甲办法",
        written_on="2021-05-01",
        published_on="2021-04-01",
    )
    assert [(x.code, x.data["first_name"]) for x in found.findings] == [
        ("DAT-ORDER", "成文日期"),
        ("DAT-ORDER", "施行日期"),
    ]


def test_a_consolidated_text_keeps_the_day_of_its_first_edition():
    text = "（2021年5月1日修订）\n本办法自2015年5月1日起施行。"
    assert read_policy(text, written_on="2021-05-01").findings == ()


def test_a_whole_document_without_a_clause_is_told():
    body = "各街道要高度重视停车管理，落实责任，加强巡查。" * 20
    found = read_policy(body, title="甲区关于加强停车管理的意见")
    assert [x.code for x in found.findings] == ["VAL-NO-CLAUSE"]
    assert read_policy(body[:100], title="甲区停车管理办法").findings == ()
    assert read_policy(body, title="甲区停车管理办法解读").findings == ()
    assert read_policy(body, title="甲区公开招聘公告").findings == ()
    period = "上述政策适用于所有停车场，执行期限为2021年1月1日至2023年12月31日。"
    found = read_policy(body + period, title="甲区关于加强停车管理的意见")
    assert (found.findings, found.expires_on) == ((), None)


@pytest.mark.parametrize("key", ["written_on", "published_on", "as_of"])
def test_a_day_that_is_none_is_refused(key):
    with pytest.raises(ParseError, match=key):
        read_policy("本办法自2021年5月1日起施行。", **{key: "昨天"})


def test_an_answer_has_the_keys_of_the_contract():
    answer = answer_request({"id": 7, "text": "本办法自印发之日起施行。", "more": 1})
    assert answer["id"] == 7
    assert answer["effective_rule"] == {"anchor": "印发之日", "offset_days": 0}
    assert set(answer) == {
        "id",
        "doc_numbers",
        "effective_on",
        "effective_rule",
        "expires_on",
        "validity_years",
        "clauses",
        "effects",
        "is_draft",
        "validity",
        "findings",
    }


@pytest.mark.parametrize(
    "request_", [[], "x", None, {}, {"text": 1}, {"text": "", "title": 1}]
)
def test_a_request_that_is_none_is_refused(request_):
    with pytest.raises(ParseError):
        answer_request(request_)


@pytest.mark.parametrize(
    "unit",
    [
        "本",
        "自2021年5月1日",
        "有效期",
        "有效期5年",
        "本办法自动失效",
        "(",
        "“",
        "1",
        "至",
    ],
)
def test_a_text_of_one_word_is_read_in_time(unit):
    read_policy(unit * (60_000 // len(unit)), title="甲办法")


def gold_rows():
    with GOLD.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(
    not GOLD.exists(), reason="../shared/data/gold is absent: real-data test skipped"
)
def test_the_gold_is_read_as_well_as_promised():
    dated = ended = years = 0
    total = {"effective": 0, "ended": 0, "years": 0}
    for row in gold_rows():
        gold = row["gold"]
        found = read_policy(
            row["clause"], title=row.get("doc_title"), doc_number=row.get("doc_number")
        )
        for item in places(found):
            raw = item.raw if hasattr(item, "raw") else item.quote
            assert row["clause"][item.start : item.end] == raw
        rule = found.effective_rule and found.effective_rule.to_json()
        total["effective"] += "effective_date" in gold or "effective_rule" in gold
        total["ended"] += "expiry_date" in gold
        total["years"] += "validity_years" in gold
        start = (found.effective_on, rule)
        wanted = (gold.get("effective_date"), gold.get("effective_rule"))
        dated += start == wanted != (None, None)
        ended += found.expires_on == gold.get("expiry_date") is not None
        years += found.validity_years == gold.get("validity_years") is not None
        assert found.is_draft == (gold["status_hint"] == "draft_not_in_force")
        if gold["status_hint"] in {"not_a_validity_clause", "override_only"}:
            assert found.clauses == (), row["id"]
            assert found.effects == (), row["id"]
        if wanted == (None, None):
            assert start == (None, None), row["id"]
    assert dated >= 0.99 * total["effective"]
    assert ended >= 0.99 * total["ended"]
    assert years == total["years"]
