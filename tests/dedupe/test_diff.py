"""Where two texts differ, and the way back to their offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.diff import differing, fold_copy
from contentkit.dedupe.differences import Kind, compare_texts, own_text

texts = st.text(alphabet="古桥保护0123", max_size=120)
pages = st.text(alphabet="古桥 0１２a　，、.％\n\u200b○𠮷", max_size=80)


@given(texts, texts)
def test_the_stretches_turn_one_text_into_the_other(a: str, b: str):
    made, at = "", 0
    for stretch in differing(a, b):
        assert a[at : stretch.a_start] == b[len(made) : stretch.b_start]
        made += a[at : stretch.a_start] + b[stretch.b_start : stretch.b_end]
        at = stretch.a_end
    assert made + a[at:] == b
    assert differing(a, a) == []


@given(texts, texts, texts)
def test_shared_ends_are_never_part_of_a_stretch(head: str, middle: str, tail: str):
    for stretch in differing(head + middle + tail, head + tail):
        assert stretch.a_end - stretch.a_start <= len(middle)
        assert stretch.b_start == stretch.b_end


@given(pages)
def test_every_folded_sign_leads_back_to_its_own(text: str):
    folded = fold_copy(text)
    for place, sign in enumerate(folded.text):
        start, end = folded.span(place, place + 1)
        assert end == start + 1
        assert fold_copy(text[start:end]).text in {sign, ""}
    assert folded.span(0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("a", "b", "kind", "here", "there"),
    [
        ("补助35万元。", "补助38万元。", Kind.AMOUNT, "35万", "38万"),
        ("补助三十五万元。", "补助38万元。", Kind.AMOUNT, "三十五万", "38万"),
        ("于5月12日停水", "于5月15日停水", Kind.DATE, "12", "15"),
        ("于5月12日停水", "于五月十二日停水", Kind.SPELLING, "5月12", "五月十二"),
        ("编号为0012的桥", "编号为12的桥", Kind.SPELLING, "0012", "12"),
        ("检查2次以上", "检查12次以上", Kind.NUMBER, "2", "12"),
        ("对3.5公里", "对35公里", Kind.NUMBER, "3.5", "35"),
        ("任命李一为馆员", "任命王二为馆员", Kind.NAME, "李一", "王二"),
        ("任命李明为馆员", "任命王新为馆员", Kind.NAME, "李明", "王新"),
        (
            "由区水利局负责各桥的日常巡查",
            "由区文旅局负责各桥的日常巡查",
            Kind.NAME,
            "水利",
            "文旅",
        ),
        (
            "应当及时上报险情并组织人员撤离",
            "应当立即上报险情并组织人员撤离",
            Kind.WORDING,
            "及时",
            "立即",
        ),
        ("桥头的树要修剪", "桥头树要修剪", Kind.PHRASE, "的", ""),
        ("桥头的树要修剪", "桥头的大树要修剪", Kind.ADDED, "", "大"),
        ("桥头的树要修剪", "今天桥头的树要修剪", Kind.EDGE, "", "今天"),
    ],
)
def test_what_a_differing_place_is(a: str, b: str, kind: Kind, here: str, there: str):
    (place,) = compare_texts(a, b).differences
    assert (place.kind, place.here, place.there) == (kind, here, there)
    assert a[slice(*place.a_span)] == here
    assert b[slice(*place.b_span)] == there


def test_lines_that_say_nothing_are_blanked_in_place():
    text = "来源：清溪发布\n会议时间：5月3日\n【打印本页】\n抄送：各镇"
    kept = own_text(text)
    assert len(kept) == len(text)
    assert kept.split() == ["会议时间：5月3日"]


def test_how_much_of_the_shorter_text_is_shared():
    compared = compare_texts("各镇要清理桥面排水沟", "通知如下各镇要清理桥面排水沟")
    assert (compared.contained, compared.shorter, compared.longer) == (1.0, 10, 14)
    assert compare_texts("", "各镇").contained == 0.0
    assert not compare_texts("", "").is_equal
