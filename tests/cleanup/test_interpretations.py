"""Which document an interpretation is about, and what is wrong with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.cleanup.figures import contradicting_figures
from contentkit.cleanup.interpretation_checks import (
    Interpreted,
    check_interpretation,
    check_interpreted,
)
from contentkit.cleanup.interpretations import Candidate, link_interpretation
from contentkit.cleanup.mentions import find_mentions, title_subjects
from contentkit.policy.targets import Held

ACT = "江澜区古树名木保护办法"
NOTICE = f"江澜区人民政府关于印发《{ACT}》的通知"
CONTACT = "解读机关：区园林局；联系电话：0999-86120000。"
BODY = (
    f"一、制定背景\n近年来，我区起草了《{ACT}》（仑政办〔2020〕12号）。\n二、主要内容\n"
    "《办法》明确了古树的认定程序、养护责任和补助标准，把日常巡查写进责任书，并规定每年复核一次。"
    "对擅自移栽的行为，由主管部门责令改正；情节严重的，依法处理。鼓励单位和个人认养古树，认养人可以"
    f"在树旁立牌。\n三、施行时间\n《办法》自2020年7月1日起施行。\n{CONTACT}\n"
)


def interpretation(**more: Any) -> dict[str, Any]:
    return {
        "id": "i",
        "title": f"《{ACT}》政策解读",
        "body_text": BODY,
        "body_html": "",
        "published_at": "2020-06-05",
        **more,
    }


def candidate(name: str, title: str = NOTICE, **more: Any) -> Candidate:
    addresses = frozenset(more.pop("addresses", ()))
    kind = more.pop("kind", "policy")
    facts = {"published_on": "2020-06-01", "issuer": "江澜区人民政府", **more}
    held = Held(id=ord(name), title=title, **facts)
    return Candidate(id=name, held=held, addresses=addresses, kind=kind)


def document(**more: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "title": NOTICE,
        "doc_number": "仑政办〔2020〕12号",
        "body_text": "第一条　为了保护古树名木，制定本办法。",
        "written_on": "2020-06-01",
        "published_at": "2020-06-02",
        "registry_number": None,
        "policy": {"is_normative": True},
        **more,
    }


def codes(found: Iterator[Any]) -> list[str]:
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        (f"《{ACT}》政策解读", ACT),
        (f"一图读懂《{ACT}》", ACT),
        (f"一图读懂：{ACT}", ACT),
        (f"{ACT}解读", ACT),
        (f"关于{ACT}的政策解读", ACT),
        (f"{ACT}起草说明", ACT),
        (f"区园林局负责人解读《{ACT}》", ACT),
    ],
)
def test_the_title_of_an_interpretation_names_its_document(title: str, subject: str):
    assert subject in title_subjects(title)


@pytest.mark.parametrize(
    "title", ["", "政策解读", "关于做好冬季防火工作的通知", "一图读懂", "解读《》"]
)
def test_a_title_that_names_nothing_gives_no_subject(title: str):
    assert all(len(x) == 0 for x in title_subjects(title))


def test_the_linked_original_is_the_document_whatever_else_is_named():
    body = BODY + "政策原文：看这里"
    page = interpretation(
        body_text=body,
        body_html='<p>政策原文：<a href="http://x.example/b.html">看这里</a></p>',
    )
    held = [
        candidate("a"),
        candidate("b", "关于修改有关文件的通知", addresses={"http://x.example/b.html"}),
    ]
    found = link_interpretation(page, held)
    assert (found.target, found.why) == ("b", "link")
    assert found.evidence is not None
    assert body[found.evidence.start : found.evidence.end] == "看这里"


def test_a_link_to_the_ground_of_a_document_is_not_the_document():
    page = interpretation(
        title="政策解读",
        body_text="根据上级办法，我区作了规定。",
        body_html='<p>根据<a href="http://x.example/b.html">上级办法</a>，我区作了规定。</p>',
    )
    held = [candidate("b", "上级办法", addresses={"http://x.example/b.html"})]
    assert link_interpretation(page, held).target is None


def test_two_documents_of_one_title_are_told_apart_by_number_edition_and_day():
    old = candidate("o", doc_number="仑政办〔2010〕3号", published_on="2010-02-01")
    new = candidate("n", doc_number="仑政办〔2020〕12号")
    assert link_interpretation(interpretation(), [old, new]).why == "subject-number"
    plain = interpretation(body_text="")
    assert link_interpretation(plain, [old, new]).target == "n"
    twin = candidate("t", published_on="2020-05-20")
    found = link_interpretation(plain, [new, twin])
    assert (found.target, found.why) == (None, "candidates")
    assert found.candidates == ("n", "t")
    revised = candidate("r", NOTICE.replace(ACT, f"{ACT}（2020年修订）"))
    edition = interpretation(title=f"《{ACT}（2020年修订）》解读", body_text="")
    assert link_interpretation(edition, [twin, revised]).target == "r"


def test_an_interpretation_of_years_later_is_not_about_the_first_text():
    late = interpretation(body_text="", published_at="2024-06-05")
    assert link_interpretation(late, [candidate("a")]).target is None


def test_copies_of_one_document_count_as_one_and_the_authoritative_one_stands():
    copies = [candidate("a", group=ord("b")), candidate("b", group=ord("b"))]
    assert link_interpretation(interpretation(), copies).target == "b"


def test_the_sentence_that_presents_a_document_names_it():
    page = interpretation(
        title="惠民新政来了", body_text=f"近日，区政府印发了《{ACT}》。"
    )
    assert link_interpretation(page, [candidate("a")]).why == "title"
    page = interpretation(
        title="惠民新政来了", body_text=f"根据《{ACT}》，区里印发了细则。"
    )
    assert link_interpretation(page, [candidate("a")]).target is None


@given(
    st.text(
        alphabet="《》〈〉（）关于印发的通知解读一图读懂办法〔2020〕12号，。\n ",
        max_size=80,
    )
)
def test_every_mention_is_quoted_where_it_stands(text: str):
    page = interpretation(title=text, body_text=text, body_html=f"<p>{text}</p>")
    for mention in find_mentions(page):
        if mention.quote is not None:
            assert text[mention.start : mention.end] == mention.quote


@pytest.mark.parametrize(
    "text", ["《" * 200_000, "a" * 2_000_000, "一" * 500_000, "<a " * 200_000]
)
def test_hostile_texts_end(text: str):
    page = interpretation(title=text, body_text=text, body_html=text + 'href="x"')
    assert link_interpretation(page, [candidate("a")]).target is None


def test_a_good_interpretation_is_left_alone():
    target = Interpreted(
        document=document(), validity="in-force", effective_on="2020-07-01"
    )
    assert codes(check_interpretation(interpretation(), target)) == []


def test_missing_elements_are_listed():
    body = (
        BODY.replace("制定背景", "概况").replace("近年来，", "").replace("起草", "印发")
    )
    body = body.replace(CONTACT, "").replace("施行", "开始")
    target = Interpreted(document=document(), effective_on="2020-07-01")
    (found,) = check_interpretation(interpretation(body_text=body), target)
    assert found.code == "INT-ELEMENT"
    assert found.data["elements"] == "制定背景或依据、施行日期、解读机关、联系电话"
    undated = Interpreted(document=document())
    (found,) = check_interpretation(interpretation(body_text=body), undated)
    assert "施行日期" not in found.data["elements"]


def test_a_picture_is_not_judged_by_its_words():
    picture = interpretation(title=f"一图读懂《{ACT}》", body_text="")
    assert codes(check_interpretation(picture, Interpreted(document=document()))) == []


def test_an_interpretation_of_a_dead_document_must_say_so():
    target = Interpreted(document=document(), validity="repealed")
    (found,) = check_interpretation(interpretation(), target)
    assert (found.code, found.data["state"]) == ("INT-STALE", "废止")
    labeled = interpretation(title=f"《{ACT}》政策解读（已废止）")
    assert codes(check_interpretation(labeled, target)) == []


def test_a_copied_text_is_no_interpretation():
    other = document(body_text="序言。" + BODY + "附则。")
    assert "INT-COPIED" in codes(
        check_interpretation(interpretation(), Interpreted(document=other))
    )
    half = document(body_text=BODY[: len(BODY) // 2])
    assert "INT-COPIED" not in codes(
        check_interpretation(interpretation(), Interpreted(document=half))
    )


def test_another_number_day_or_term_contradicts_the_document():
    other = document(doc_number="仑政办〔2020〕21号")
    target = Interpreted(document=other, effective_on="2020-08-01")
    found = list(check_interpretation(interpretation(), target))
    assert codes(iter(found)) == ["INT-NUMERIC-MISMATCH"] * 2
    for finding in found:
        assert BODY[finding.start : finding.end] == finding.quote
    assert found[0].quote == "仑政办〔2020〕12号"


@pytest.mark.parametrize(
    ("here", "there", "why"),
    [
        ("补助标准每人300元", "补助标准每人300元", "the same"),
        ("补助标准每人1,000元", "补助标准每人1000.00元", "two notations"),
        ("补助标准每人300元", "补助标准每户200元", "other words before it"),
        ("补助标准每人3万元", "补助标准每人200元", "another unit"),
        ("补助标准每人由200元提高到300元", "补助标准每人300元", "an older figure"),
        ("补助标准每人3元。补助标准每人5元", "补助标准每人4元", "said twice"),
        ("依据实施办法第3条", "依据实施办法第5条", "an article"),
        ("3元", "5元", "no words before it"),
        ("", "补助标准每人200元", "nothing"),
    ],
)
def test_figures_that_do_not_contradict(here: str, there: str, why: str):
    assert list(contradicting_figures(here, there)) == [], why


def test_a_contradicting_figure_is_told_with_both_places():
    here, there = "其中继续有效288件。", "清理结果：继续有效 270件。"
    (pair,) = contradicting_figures(here, there)
    assert pair.here.quote == "其中继续有效288件"
    assert here[pair.here.start : pair.here.end] == pair.here.quote
    assert there[pair.there.start : pair.there.end] == pair.there.quote


def test_an_interpretation_without_document_is_an_orphan_with_its_candidates():
    (found,) = check_interpretation(interpretation(), None, ("a", "b"))
    assert (found.code, found.data["candidates"]) == ("INT-ORPHAN", ["a", "b"])


@pytest.mark.parametrize(
    ("facts", "validity", "is_told"),
    [
        ({}, "in-force", True),
        ({"policy": {"is_normative": None}}, "in-force", False),
        (
            {"policy": {"is_normative": None}, "registry_number": "Z1"},
            "in-force",
            True,
        ),
        (
            {"policy": {"is_normative": False}, "registry_number": "Z1"},
            "unknown",
            False,
        ),
        ({}, "repealed", False),
        ({}, "draft", False),
        ({"written_on": "2015-01-01"}, "in-force", False),
        ({"written_on": None, "published_at": None}, "in-force", False),
    ],
)
def test_normative_documents_since_2016_need_an_interpretation(
    facts: dict[str, Any], validity: str, is_told: bool
):
    found = codes(check_interpreted(document(**facts), validity=validity))
    assert bool(found) is is_told
