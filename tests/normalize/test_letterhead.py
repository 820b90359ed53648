"""Number and date that only the text of a policy document states."""

import pytest

from contentkit.columns import ColumnRule
from contentkit.models import CaptureRef, Record
from contentkit.normalize.letterhead import read_letterhead
from contentkit.normalize.state import State, start_state
from contentkit.recipe import load_recipe

CAPTURE = CaptureRef(
    url="http://a.example/1.html",
    captured_at="2024-06-01T00:00:00+08:00",
    sha256="0" * 64,
    warc="a.warc.gz",
    offset=0,
)
TEXT = """仑海区民政局文件
仑民[2024]2号
各街道办事处：
现将有关事项通知如下，自2024年4月1日起施行。
仑海区民政局
2024年2月22日
附件
仑海区财政局
2023年1月1日"""


def state_of(text: str, *, kind: str = "policy", **stated: str) -> State:
    record = Record(title="关于有关事项的通知", body_text=text, **stated)
    state = start_state(record, CAPTURE, load_recipe("auto"), {})
    state.rule = ColumnRule(
        url_prefix="/a/", name_path="", action="map", column="x", kind=kind
    )
    read_letterhead(state)
    return state


def test_number_and_date_are_read_with_their_origin():
    state = state_of(TEXT)
    assert state.document["doc_number"] == "仑民〔2024〕2号"
    assert state.document["written_on"] == "2024-02-22"
    assert state.provenance["written_on"].origin == "body:signature"
    assert state.provenance["doc_number"].original == "仑民[2024]2号"


def test_what_the_page_states_is_not_overwritten():
    state = state_of(TEXT, written_on="2024-02-20", doc_number="仑民〔2024〕1号")
    assert "written_on" not in state.provenance
    assert "doc_number" not in state.provenance


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2024年2月22日", "no organization above it"),
        ("活动时间\n2024年2月22日", "a heading, no organization"),
        ("仑海区民政局\n2024年2月30日", "no day of the calendar"),
        ("仑海区民政局\n自2024年4月1日起施行", "a clause, no signature"),
    ],
)
def test_no_date_is_invented(text: str, why: str):
    assert state_of(text).document["written_on"] is None, why


def test_a_number_in_the_middle_of_a_text_is_not_its_own():
    text = "各有关单位：\n根据上级要求\n现通知如下\n仑政办〔2020〕1号"
    assert state_of(text).document["doc_number"] is None


def test_news_have_no_letterhead():
    assert state_of(TEXT, kind="article").document["written_on"] is None
