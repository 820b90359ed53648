"""Telling content management systems by their marks."""

import csv
import re
from pathlib import Path

import pytest

from contentkit.extract.families import detect_family
from contentkit.html import parse_html
from contentkit.resources import packaged, read_codelist

ZHECHENG = Path(__file__).parents[2] / "../shared/data/zhecheng"


@pytest.mark.parametrize(
    ("family", "url", "html"),
    [
        ("jcms", "http://a.gov.cn/art/2016/3/4/art_12_345.html", '<meta name="ContentStart"/><p>x</p>'),
        ("jcms", "http://a.gov.cn/col/col1106/index.html", "<script src='/module/jslib/jquery/jpage/jpage.js'></script>"),
        ("jcms-new", "http://a.gov.cn/col/col1229/index.html", "<script src='/script/jpaas-publish-server/x.js'></script>"),
        ("trs", "http://a.gov.cn/zwgk/202001/t20200103_1.html", "<div class='x'></div>"),
        ("trs", "http://a.gov.cn/1.html", "<div class='TRS_Editor'><p>x</p></div>"),
        ("trs", "http://a.gov.cn/zwgk/", "<script>createPageHTML(3,0,'index','html')</script>"),
        ("empirecms", "http://a.gov.cn/x/2018-06-28/48.html", "<script src='/e/public/ViewClick/?id=48'></script>"),
        ("gkmlpt", "http://a.gov.cn/gkmlpt/content/2/3/post_3.html", "<div class='article-content'></div>"),
        ("ucap", "http://www.gov.cn/zhengce/content/2019-01/30/content_5.htm", "<div id='UCAP-CONTENT'></div>"),
        ("sitegroup", "http://a.gov.cn/info/1002/3.htm", "<div id='vsb_content_2'><div class='v_news_content'></div></div>"),
        ("pageadmin", "http://a.gov.cn/", "<meta name='generator' content='PageAdmin CMS'>"),
        ("dedecms", "http://a.gov.cn/a/1.html", "<meta name='Generator' content='DedeCMS V57'><link href='/templets/x.css'>"),
        ("wordpress", "http://a.gov.cn/?p=1", "<link href='/wp-content/themes/x.css'>"),
        (None, "http://a.gov.cn/news/051.htm", "<table><tr><td>手工页面</td></tr></table>"),
        (None, "http://a.gov.cn/news/051.htm", "<a href='/gkmlpt/index'>政府信息公开平台</a>"),
        (None, "http://a.gov.cn/news/051.htm", "<a href='http://b.gov.cn/zwgk/202001/t20200103_1.html'>转载</a>"),
        (None, "", ""),
    ],
)  # fmt: skip
def test_families(family, url, html):
    assert detect_family(parse_html(html), html, url) == family


def test_equal_evidence_names_none():
    html = "<script src='/sitefiles/x.js'></script>"
    url = "http://a.gov.cn/zwgk/202001/t20200103_1.html"
    assert detect_family(parse_html(html), html, url) is None


def test_the_table_is_sound():
    families = set()
    for row in read_codelist("families"):
        families.add(row["family"])
        assert row["sign"] in {"url", "source", "generator"}
        assert 1 <= int(row["weight"]) <= 4
        assert row["source"] and row["grade"] in {"V", "P", "I", "K"}
        if row["sign"] == "url":
            re.compile(row["pattern"])
    own = {"jcms", "jcms-new", "trs", "empirecms", "gkmlpt", "ucap", "sitegroup"}
    assert own <= families
    assert own <= set(packaged("profile"))


@pytest.mark.skipif(
    not ZHECHENG.is_dir(),
    reason="../shared/data/zhecheng is absent: real-data test skipped",
)
def test_the_articles_of_a_real_portal():
    with (ZHECHENG / "gold/kinds.tsv").open(encoding="utf-8") as lines:
        files = [
            r["file"]
            for r in csv.DictReader(lines, delimiter="\t")
            if r["kind"] == "article"
        ]
    found = set()
    for file in files:
        text = (ZHECHENG / "site" / file).read_text(encoding="utf-8")
        found.add(detect_family(parse_html(text), text, f"http://a.gov.cn/{file}"))
    assert found == {"empirecms"}
