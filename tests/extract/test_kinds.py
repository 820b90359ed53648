"""Telling articles, lists, home pages, stubs and error pages apart."""

import csv
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.extract.kinds import page_kind, settle_kind
from contentkit.extract.page import extract_record
from contentkit.findings import codes, explain
from contentkit.html import parse_html, visible_text
from contentkit.models import Finding, PageKind
from contentkit.profile import UrlPatterns, load_profile
from contentkit.resources import read_codelist

TABLE = Path(__file__).parents[1] / "tables/kinds.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
DATA = Path(__file__).parents[2] / "../shared/data"
FITTING = {
    "article": {"article"},
    "leader-profile": {"article"},
    "list": {"list", "article"},  # a column may be a single page of text
    "index": {"home", "list", "article"},
    "home": {"home", "list"},
    "counter-js": {"stub"},
    "fragment": {"stub", "list", "article"},
    "stub-404": {"error"},
    "error": {"error"},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_kinds(case):
    tree = parse_html(case["html"])
    body = visible_text(tree) if case.get("body") == "*" else case.get("body")
    url = case.get("url", "http://a.gov.cn/zwgk/1.html")
    kind, finding = page_kind(
        tree, case["html"], url, body=body, n_items=case.get("items", 0)
    )
    assert kind == case["kind"], case["why"]
    expected = {"error": "error-page", "stub": "page-stub"}.get(case["kind"])
    expected = case.get("finding", expected)
    assert (finding.code if finding else None) == expected
    if finding:
        assert finding.code in codes()
        assert "…" not in explain(finding) or "…" in (finding.quote or "")


def test_the_quote_of_an_error_page_is_what_it_says():
    html = "<html><head><title>404 Not Found</title></head><body>x</body></html>"
    _, finding = page_kind(
        parse_html(html), html, "http://a.gov.cn/1.html", body=None, n_items=0
    )
    assert finding is not None
    assert finding.quote == "404notfound"


@pytest.mark.parametrize(
    "row", read_codelist("error-pages"), ids=lambda r: r["pattern"][:30]
)
def test_every_pattern_of_error_pages_is_sound(row):
    assert None not in row.values()
    assert set(row) == {"pattern", "where", "language", "source", "grade"}
    assert row["where"] in {"status", "title", "heading", "text"}
    pattern = re.compile(row["pattern"])
    assert not pattern.fullmatch("")
    assert not pattern.search("关于印发江澜区2020年重点工作任务分工的通知")


@given(st.text(max_size=300), st.sampled_from([None, "", "正文"]), st.integers(0, 20))
def test_any_text_has_a_kind(text, body, items):
    kind, _ = page_kind(
        parse_html(text), text, "http://a.cn/x", body=body, n_items=items
    )
    assert kind in PageKind


@pytest.mark.parametrize("url", ["", "::", "http://[", "x", "http://a.cn?x=1"])
def test_any_address_will_do(url):
    html = "<p>abc</p>"
    kind, _ = page_kind(parse_html(html), html, url, body="abc", n_items=0)
    assert kind in {PageKind.ARTICLE, PageKind.HOME}


@pytest.mark.parametrize(("name", "share"), [("zhecheng", 0.98), ("guangdong", 0.98)])
def test_kinds_of_real_pages(name, share):
    """No error page may pass as an article; nearly all kinds are as labelled."""
    if not (DATA / name).is_dir():
        pytest.skip(f"../shared/data/{name} is absent: real-data test skipped")
    right = count = 0
    with (DATA / name / "gold/kinds.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            data = (DATA / name / "site" / row["file"]).read_bytes()
            kind = extract_record(data, url=f"http://a.gov.cn/{row['file']}").kind
            count += 1
            right += kind in FITTING[row["kind"]]
            if row["kind"] in {"error", "stub-404"}:
                assert kind == "error", row["file"]
    assert right >= share * count


@pytest.mark.parametrize(
    "html",
    [
        "<p>发布" + " " * 200_000 + "x</p>",
        "<head><title>" + "404" * 100_000 + "</title></head>",
        "<p>" + "您的访问" * 50_000 + "</p>",
    ],
)
def test_hostile_sizes_have_a_kind(html):
    """Each of these takes minutes where one step is quadratic."""
    url = "http://a.cn" + "/art/" * 20_000
    kind, _ = page_kind(parse_html(html), html, url, body=None, n_items=0)
    assert kind in PageKind


@pytest.mark.parametrize(
    ("kind", "url", "items", "settled"),
    [
        ("list", "http://a.cn/d/7", 3, "article"),
        ("home", "http://a.cn/d/7", 0, "article"),
        ("article", "http://a.cn/c/7", 3, "list"),
        ("article", "http://a.cn/c/7", 0, "article"),  # a column of one page of text
        ("article", "http://a.cn/x/7", 3, "article"),
        ("list", "http://a.cn/c/d/7", 3, "article"),  # both patterns: an article
        ("error", "http://a.cn/d/7", 0, "error"),
        ("stub", "http://a.cn/d/7", 0, "stub"),
    ],
)
def test_a_profile_has_its_say_by_address(kind, url, items, settled):
    patterns = UrlPatterns(article=(re.compile("/d/"),), list=(re.compile("/c/"),))
    found = (PageKind(kind), Finding(code="kind-unclear"))
    result = settle_kind(found, url, patterns, n_items=items)
    assert result[0] == settled
    assert settle_kind(found, url, UrlPatterns(), n_items=items) == found


def test_extract_record_heeds_the_patterns_of_a_profile(tmp_path):
    html = "<html><body>" + "".join(
        f"<li><a href='/{n}.html'>第{n}号通知</a> 2020-01-0{n}</li>"
        for n in range(1, 6)
    )
    path = tmp_path / "a.toml"
    path.write_text("name = 'a'\n[urls]\narticle = ['/doc/']\n", encoding="utf-8")
    profile = load_profile(str(path))
    url = "http://a.cn/doc/x"
    assert extract_record(html.encode(), url=url).kind == "list"
    assert extract_record(html.encode(), url=url, profile=profile).kind == "article"


ROW = (
    "<tr><td>002992074-2021-00000{n}</td><td><a href='/c/post_{n}.html'>"
    "关于街道第{n}次停水的通知</a></td><td>2021-09-0{n}</td></tr>"
)
FRAME = (
    "<html><head><title>人事信息</title></head><body><div class='crumb'>当前位置："
    "<a href='/'>首页</a> &gt; 人事信息</div><div class='box'>{body}</div>"
    "<div>共47条 第24/24页 <a href='/list/3/index.html'>上一页</a></div></body></html>"
)
HEAD = "<tr><th>索引号</th><th>名称</th><th>发布日期</th></tr>"


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_last_page_of_a_column_may_have_few_entries(count):
    rows = "".join(ROW.format(n=n) for n in range(1, count + 1))
    page = FRAME.format(body=f"<table>{HEAD}{rows}</table>")
    record = extract_record(page.encode(), url="http://a.gov.cn/list/3/p24.html")
    assert (record.kind, len(record.items)) == (PageKind.LIST, count)


@pytest.mark.parametrize(
    ("why", "body", "url"),
    [
        (
            "an article that only links to the text",
            "<h1>关于停水的通知</h1><p>发布日期：2021-09-01</p><p><a href='/c/1.html'>关于停水的通知</a></p>",
            "http://a.gov.cn/list/3/9.html",
        ),
        (
            "the address of an article",
            f"<table>{HEAD}{ROW.format(n=1)}</table>",
            "http://a.gov.cn/art/2021/9/1/art_12_345.html",
        ),
        (
            "an article with one related document below",
            (
                "<h1>关于停水的通知</h1><p>发布日期：2021-09-01</p><p>因管网检修，城东片区将于"
                "九月三日上午八时至下午六时停水，请各用户提前储水，做好准备，不便之处敬请谅解。</p>"
                f"<table>{ROW.format(n=1)}</table>"
            ),
            "http://a.gov.cn/list/3/9.html",
        ),
    ],
)
def test_a_page_with_one_link_stays_an_article(why, body, url):
    record = extract_record(FRAME.format(body=body).encode(), url=url)
    assert record.kind is PageKind.ARTICLE, why
