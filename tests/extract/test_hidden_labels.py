"""Status words in comments of a page."""

import pytest

from contentkit.extract import extract_record
from contentkit.extract.hidden_labels import find_hidden_labels

PAGE = """<html><head><title>关于绿化的通知</title></head><body>{extra}
<h1>关于绿化的通知</h1><p>发布日期：2024-05-06</p>
<div id="zoom"><p>各镇人民政府、街道办事处：为了做好绿化工作，现将有关事项通知如下。</p>
<p>一、提高认识。各单位要提高认识，把绿化工作放在重要位置，认真组织实施。</p></div></body></html>"""


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<!-- 已废止 --><p>通知</p>", ["已废止"]),
        ("<!--\n<i>已失效</i>\n--><p>通知</p>", ["已失效"]),
        ("<!-- 样式 --><p>已废止</p>", []),
        ("<!-- 已废止 --><p>已废止</p>", []),
        ("<p>通知</p>", []),
        ("<!-- 通知 -->已废止", []),
        ("<!-- 已废止", ["已废止"]),
        ("<!-- 已废止 -->" * 50_000, []),
    ],
)
def test_a_status_word_in_comments_only(html, told):
    assert [x.quote for x in find_hidden_labels(html)] == told


def test_the_page_is_told_and_has_no_label_of_validity():
    page = PAGE.format(extra="<!-- <span>已废止</span> -->")
    record = extract_record(page.encode(), url="http://a.gov.cn/a.html")
    assert "FMT-CLASS-LABEL" in [x.code for x in record.findings]
    assert record.validity_label is None
    plain = extract_record(PAGE.format(extra="").encode(), url="http://a.gov.cn/a.html")
    assert "FMT-CLASS-LABEL" not in [x.code for x in plain.findings]
