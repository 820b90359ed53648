"""The further pages of lists: requests made, answers read, traps left alone."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.extract.page_request import ListAnswer, PageRequest
from contentkit.extract.paging import next_requests, next_urls, read_list_response
from contentkit.html import parse_html

TABLE = Path(__file__).parents[1] / "tables/paging.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
URL = "http://a.gov.cn/zwgk/index.html"
UNIT = "http://a.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit"
PROXY = "http://a.gov.cn/module/web/jpage/dataproxy.jsp"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_requests_for_further_pages(case):
    url = case.get("url", URL)
    requests = next_requests(parse_html(case["html"]), case["html"], url)
    plain = [x.url for x in requests if x.kind == "page" and x.method == "GET"]
    assert plain == case.get("urls", []), case["why"]
    services = [
        [x.kind, x.method, x.url, x.body or ""]
        for x in requests
        if x.kind != "page" or x.method != "GET"
    ]
    assert services == case.get("services", []), case["why"]
    assert list(next_urls(parse_html(case["html"]), case["html"], url)) == plain


def test_a_count_is_bounded():
    html = '<script>createPageHTML(99999999, 0, "index", "html");</script>'
    assert len(next_requests(parse_html(html), html, URL)) == 2000 - 1
    assert len(next_requests(parse_html(html), html, URL, limit=10)) == 9


def records(*numbers, total=None, following=None):
    inner = "".join(
        f"<record><![CDATA[<li><a href='/art/{n}.html' title='第{n}号通知'>第{n}号…</a>"
        f"<span>2020-01-0{n}</span></li>]]></record>"
        for n in numbers
    )
    head = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    if following:
        head += f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>'
    return f"<datastore>{head}<recordset>{inner}</recordset></datastore>"


def test_windows_of_jpage_follow_each_other_to_the_total():
    request = PageRequest(
        url=f"{PROXY}?startrecord=1&endrecord=6&perpage=2",
        kind="jpage",
        method="POST",
        form=(("columnid", "9"),),
    )
    answer = read_list_response(records(1, 2, 3, total=8), request)
    first = answer.items[0]
    assert (first.url, first.title, first.date) == (
        "http://a.gov.cn/art/1.html",
        "第1号通知",
        "2020-01-01",
    )
    (following,) = answer.requests
    assert following.url == f"{PROXY}?startrecord=7&endrecord=12&perpage=2"
    assert following.form == request.form
    assert read_list_response(records(7, 8, total=8), following).requests == ()
    assert read_list_response(records(total=8), request) == ListAnswer()


def test_groups_of_jpage_follow_each_other_to_an_empty_one():
    request = PageRequest(url=f"{PROXY}?page=1&columnid=9", kind="jpage")
    answer = read_list_response(
        records(1, following="./dataproxy.jsp?page=2&amp;columnid=9"), request
    )
    (following,) = answer.requests
    assert following == PageRequest(url=f"{PROXY}?page=2&columnid=9", kind="jpage")
    assert read_list_response(records(following="?page=3"), following) == ListAnswer()
    same = read_list_response(records(1, following=request.url), request)
    assert same.requests == ()  # a group that names itself ends the walk
    last = records(2, following="?page=3").replace(
        "<recordset>", "<totalpage>2</totalpage><recordset>"
    )
    assert read_list_response(last, following).requests == ()


def unit_answer(numbers, pager=""):
    rows = "".join(
        f'<li><a href="/art/{n}.html">第{n}号通知</a><span>2020-01-02</span></li>'
        for n in numbers
    )
    return json.dumps({"success": True, "data": {"html": f"<ul>{rows}</ul>{pager}"}})


@pytest.mark.parametrize(
    ("page", "numbers", "pager", "following"),
    [
        (1, range(15), '<div count="40" rows="15" pageNo="1"></div>', 2),
        (2, range(15), '<div count="40" rows="15" pageNo="2"></div>', 3),
        (3, range(10), '<div count="40" rows="15" pageNo="3"></div>', None),
        (1, range(15), "", 2),  # no count: go on while pages are full
        (2, range(3), "", None),
        (1, range(15), '<div count="3" rows="15" pageNo="1"></div>', 2),  # count of pages
        (3, range(15), '<div count="3" rows="15" pageNo="3"></div>', None),
        (4, range(15), '<div count="40" rows="15" pageNo="3"></div>', None),  # last page again
        (1, [], '<div count="40" rows="15" pageNo="1"></div>', None),
    ],
)  # fmt: skip
def test_the_unit_service_is_asked_page_after_page(page, numbers, pager, following):
    request = PageRequest(
        url=f"{UNIT}?webId=1&pageId=2&tagId=%E5%88%97&rows=15&pageNo={page}",
        kind="query-data",
    )
    answer = read_list_response(unit_answer(numbers, pager), request)
    assert len(answer.items) == len(list(numbers))
    expected = [f"{UNIT}?webId=1&pageId=2&tagId=%E5%88%97&rows=15&pageNo={following}"]
    assert [x.url for x in answer.requests] == (expected if following else [])


def test_the_unit_service_with_packed_parameters():
    first = PageRequest(
        url=f"{UNIT}?webId=1&paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A2%7D",
        kind="query-data",
    )
    (second,) = read_list_response(unit_answer(range(2)), first).requests
    assert "%22pageNo%22%3A+2" in second.url
    assert "%22pageSize%22%3A+2" in second.url
    (third,) = read_list_response(unit_answer(range(2)), second).requests
    assert "%22pageNo%22%3A+3" in third.url


def test_gkmlpt_answers():
    request = PageRequest(
        url="http://a.gov.cn/gkmlpt/api/all/0?page=1&sid=7", kind="gkmlpt"
    )
    articles = [
        {
            "title": "关于<br/>放假的通知",
            "url": "http://a.gov.cn/gkmlpt/content/1/2/post_2.html",
            "display_publish_time": 1577980800,
        },
        {
            "title": "公示",
            "post_url": "/gkmlpt/content/1/2/post_3.html",
            "date": "2020-01-05 08:00",
        },
        {"title": "只有创建时间", "url": "/x.html", "create_time": 1577980800},
        {"title": "没有地址"},
        "garbage",
    ]
    answer = read_list_response(json.dumps({"total": 9, "articles": articles}), request)
    assert [(x.url, x.title, x.date) for x in answer.items] == [
        (
            "http://a.gov.cn/gkmlpt/content/1/2/post_2.html",
            "关于 放假的通知",
            "2020-01-03",
        ),
        (
            "http://a.gov.cn/gkmlpt/content/1/2/post_3.html",
            "公示",
            "2020-01-05T08:00+08:00",
        ),
        ("http://a.gov.cn/x.html", "只有创建时间", None),
    ]
    (following,) = answer.requests
    assert following.url == "http://a.gov.cn/gkmlpt/api/all/0?page=2&sid=7"
    done = json.dumps({"total": 3, "articles": articles[:3]})
    assert read_list_response(done, request).requests == ()


@pytest.mark.parametrize("kind", ["jpage", "query-data", "gkmlpt"])
@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"data": 3}', '{"data": {"html": 3}}', '{"articles": 3}', '{"articles": [{"title": 3}]}', "<html>502</html>", "<datastore>"],
)  # fmt: skip
def test_garbage_is_an_empty_answer(kind, text):
    request = PageRequest(url=f"{UNIT}?pageNo=1&rows=2", kind=kind)
    assert read_list_response(text, request) == ListAnswer()


@given(st.text(), st.sampled_from(["jpage", "query-data", "gkmlpt"]))
def test_any_answer_is_read(text, kind):
    read_list_response(text, PageRequest(url="http://a.cn/x?page=2", kind=kind))


@given(
    st.text(
        alphabet="createPageHTML(),'\"index0123<a href=>下一页;{}:dataproxy.jsp",
        max_size=300,
    )
)
def test_any_page_gives_requests_of_its_own_host(html):
    for request in next_requests(parse_html(html), html, URL):
        assert request.url.startswith("http://a.gov.cn")


@pytest.mark.parametrize(
    "html",
    [
        "<nextgroup>" * 20_000 + "dataproxy.jsp",
        "dataproxy.jsp proxyUrl:'/x' ajaxParam:{" + "a" * 100_000,
        "<div queryData='" + "a" * 200_000 + "'>",
        "createPageHTML(" * 20_000,
        "countPage = 3; '" + "index_'+" * 20_000,
        "<a href='index_2.html'>2</a>" * 20_000,
    ],
    ids=["nextgroup", "parameters", "query-data", "calls", "names", "links"],
)
def test_hostile_sizes_are_searched_in_one_go(html):
    """Each of these takes minutes where one step is quadratic."""
    assert len(next_requests(parse_html(html), html, URL)) <= 2_000
