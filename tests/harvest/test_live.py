"""The live harvest against a real server on loopback: what is fetched, kept and told."""

import gzip
import json
import subprocess
import sys
import time

import pytest

from contentkit.errors import HarvestError
from contentkit.stages.captures import CaptureStore
from contentkit.workspace.archive_reader import ArchiveReader
from contentkit.workspace.archive_records import Exchange


def test_pages_files_and_images_become_captures(site, harvest, build):
    site.routes = {
        "/": build.answer(
            '<a href="a.html">a</a><img src="/i.png"><a href="/f.pdf">f</a>'
            '<iframe src="inc.html"></iframe><area href="/map.html">'
        ),
        "/a.html": build.answer(build.page("/", text="文章")),
        "/i.png": build.answer(b"\x89PNG\r\n\x1a\nx", kind="image/png"),
        "/f.pdf": build.answer(b"%PDF-1.4 x", kind="application/pdf"),
        "/inc.html": build.answer("<p>part</p>"),
        "/map.html": build.answer("<p>map</p>"),
    }
    report = harvest.run()
    assert report.done == 6
    found = dict(harvest.rows("SELECT url, found_as FROM urls"))
    assert found == {
        site.url + "/": "seed",
        site.url + "/a.html": "link",
        site.url + "/i.png": "image",
        site.url + "/f.pdf": "attachment",
        site.url + "/inc.html": "frame",
        site.url + "/map.html": "link",
    }
    assert harvest.rows("SELECT count(*) FROM files") == [(2,)]
    assert harvest.rows("SELECT DISTINCT state FROM frontier") == [("done",)]


def test_the_archive_holds_the_bytes_as_they_came(site, harvest, build):
    body = gzip.compress("<p>中文</p>".encode(), mtime=0)
    chunks = b"".join(
        b"%x;x=1\r\n%s\r\n" % (len(body[i : i + 9]), body[i : i + 9])
        for i in range(0, len(body), 9)
    )
    sent = (
        b"HTTP/1.1 200 Fine\r\nsErVer: odd\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
        b"content-encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks
        + b"0\r\nX-Trailer: t\r\n\r\n"
    )
    site.routes = {"/": lambda _: iter([sent])}
    harvest.run()
    ((warc, offset),) = harvest.rows("SELECT warc, offset FROM captures")
    with ArchiveReader(harvest.workspace.archive_dir) as archive:
        assert archive.record(warc, offset).block == sent
        assert archive.payload(warc, offset).data == "<p>中文</p>".encode()


def test_a_second_harvest_asks_for_nothing(site, harvest, build):
    site.routes = {
        "/": build.answer(build.page("/a.html")),
        "/a.html": build.answer("a"),
    }
    harvest.run()
    before = dict(site.hits)
    report = harvest.run()
    assert dict(site.hits) == before
    assert report.done == 0
    assert report.notes == ("nothing left to fetch",)


def test_a_limit_leaves_the_rest_for_the_next_run(site, harvest, build):
    links = [f"/{i}.html" for i in range(9)]
    site.routes = {"/": build.answer(build.page(*links))}
    site.routes |= {link: build.answer(link) for link in links}
    report = harvest.run(limit=4)
    assert report.done == 4
    assert report.notes == ("6 addresses left in the queue",)
    harvest.run()
    assert harvest.rows("SELECT count(*) FROM captures") == [(10,)]
    assert all(site.hits[link] == 1 for link in links)


def test_links_out_of_the_site_are_recorded_with_the_reason(site, make_harvest, build):
    harvest = make_harvest(site.url + "/", profile='deny = ["/secret/"]')
    site.routes = {
        "/": build.answer(
            build.page(
                "http://other.example.gov.cn/x",
                "/secret/1.html",
                "http://10.1.2.3/",
                "mailto:a@b.cn",
                "javascript:void(0)",
            )
        )
    }
    report = harvest.run()
    assert harvest.state("http://other.example.gov.cn/x") == ("skipped", "out-of-scope")
    assert harvest.state(site.url + "/secret/1.html") == ("skipped", "denied")
    assert harvest.state("http://10.1.2.3/") == ("skipped", "out-of-scope")
    assert report.dropped == {"out-of-scope": 2, "denied": 1}
    assert harvest.rows("SELECT count(*) FROM urls") == [(4,)]


def test_depth_is_bounded_but_paging_costs_none(site, make_harvest, build):
    harvest = make_harvest(site.url + "/", profile="[limits]\nmax_depth = 2")
    site.routes = {
        "/": build.answer(build.page("/list/")),
        "/deep3.html": build.answer("too deep"),
    }
    for i in range(1, 6):
        name = "/list/" if i == 1 else f"/list/index_{i}.html"
        body = (
            f'<a href="/list/index_{i + 1}.html">下一页</a><a href="/art{i}.html">x</a>'
        )
        site.routes[name] = build.answer(body)
        site.routes[f"/art{i}.html"] = build.answer(build.page(f"/deep{i}.html"))
    harvest.run()
    assert all(site.hits[f"/art{i}.html"] == 1 for i in range(1, 6))
    assert harvest.state(site.url + "/deep3.html") == ("skipped", "too-deep")


def test_pages_beyond_the_most_of_a_harvest_are_recorded(site, make_harvest, build):
    harvest = make_harvest(site.url + "/", profile="[limits]\nmax_pages = 3")
    site.routes = {"/": build.answer(build.page(*[f"/{i}.html" for i in range(6)]))}
    harvest.run()
    assert harvest.report.dropped["page-limit"] == 4


def test_robots_txt_is_obeyed_and_kept(site, harvest, build):
    site.routes = {
        "/robots.txt": build.answer(
            "User-agent: *\nDisallow: /no/\nSitemap: /more.xml\n", kind="text/plain"
        ),
        "/more.xml": build.answer(
            f"<urlset><url><loc>{site.url}/map.html</loc></url></urlset>",
            kind="text/xml",
        ),
        "/map.html": build.answer("from the map"),
        "/": build.answer(build.page("/no/1.html", "/yes.html")),
        "/yes.html": build.answer("yes"),
        "/no/1.html": build.answer("no"),
    }
    harvest.run()
    assert site.hits["/no/1.html"] == 0
    assert harvest.state(site.url + "/no/1.html") == ("skipped", "robots")
    assert harvest.state(site.url + "/map.html") == ("captured", None)
    assert harvest.state(site.url + "/robots.txt") == ("captured", None)


def test_robots_txt_that_cannot_be_read_forbids_everything(site, harvest, build):
    site.routes = {
        "/robots.txt": build.answer("x", status="503 Busy"),
        "/": build.answer("home"),
    }
    harvest.run()
    assert site.hits["/"] == 0
    assert harvest.state(site.url + "/") == ("skipped", "robots")
    assert "robots-unreachable" in harvest.codes()


def test_robots_txt_is_not_asked_for_when_the_profile_says_so(
    site, make_harvest, build
):
    harvest = make_harvest(
        site.url + "/", profile="[politeness]\ndelay = 0\nobey_robots = false"
    )
    site.routes = {"/": build.answer("home"), "/robots.txt": build.answer("x")}
    harvest.run()
    assert site.hits["/robots.txt"] == 0
    assert harvest.state(site.url + "/") == ("captured", None)


def test_the_crawl_delay_of_robots_txt_is_kept(site, harvest, build):
    site.routes = {
        "/robots.txt": build.answer("User-agent: *\nCrawl-delay: 0.2\n"),
        "/": build.answer(build.page(*[f"/{i}.html" for i in range(6)])),
    }
    times = []

    def otherwise(asked):
        times.append(time.monotonic())
        return build.answer("x")

    site.otherwise = otherwise
    harvest.run()
    # the probe, the sitemap and the first page come before the delay is known
    assert len(times) == 8
    assert times[-1] - times[3] >= 4 * 0.2


def test_sitemaps_are_read_through_their_index(site, harvest, build):
    packed = gzip.compress(
        f"<urlset><url><loc>{site.url}/hidden.html</loc></url></urlset>".encode()
    )
    site.routes = {
        "/": build.answer("home"),
        "/sitemap.xml": build.answer(
            f"<sitemapindex><sitemap><loc>{site.url}/s1.xml.gz</loc></sitemap></sitemapindex>",
            kind="text/xml",
        ),
        "/s1.xml.gz": build.answer(packed, kind="application/gzip"),
        "/hidden.html": build.answer("hidden"),
    }
    harvest.run()
    assert harvest.state(site.url + "/hidden.html") == ("captured", None)


def test_a_site_without_404_is_told(site, harvest, build):
    site.routes = {"/": build.answer("home")}
    site.otherwise = build.answer("出错了")
    harvest.run()
    assert "soft-404-site" in harvest.codes()


def test_list_services_are_asked_page_after_page(site, harvest, build):
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def service(asked):
        number = int(asked.target.rpartition("pageNo=")[2])
        items = "".join(
            f'<li><a href="/art/{number}{i}.html">关于第{number}{i}号事项的通知</a>'
            f"<span>2024-01-0{i + 1}</span></li>"
            for i in range(3 if number < 4 else 0)
        )
        html = f"<ul>{items}</ul><div count='9' pageno='{number}'></div>".replace(
            '"', "'"
        )
        data = {"success": True, "data": {"html": html}}
        return build.answer(json.dumps(data), kind="application/json")

    site.routes = {
        "/": build.answer(
            "<div count='9' rows='3' pageNo='1' queryData=\"{'webId':'1','pageId':'2',"
            "'tagId':'3','tplSetId':'4'}\"></div>"
        )
    }
    site.otherwise = lambda asked: (
        service(asked)
        if asked.target.startswith(unit)
        else build.answer("x", status="404 Not Found")
        if asked.target.endswith((".xml", ".txt")) or "contentkit" in asked.target
        else build.answer(build.page(text=asked.target))
    )
    harvest.run()
    arts = harvest.rows(
        "SELECT count(*) FROM urls WHERE found_as = 'item' AND state = 'captured'"
    )
    assert arts == [(9,)]
    # the fourth answer is empty and ends the list
    assert harvest.rows("SELECT count(*) FROM urls WHERE found_as = 'next'") == [(4,)]


def test_a_form_of_a_list_service_is_part_of_the_identity(site, harvest, build):
    def proxy(asked):
        first = int(asked.target.partition("startrecord=")[2].partition("&")[0])
        records = "".join(
            f'<record><![CDATA[<li><a href="/art/{i}.html">第{i}号通知公告的标题</a><span>2024-01-02</span></li>]]></record>'
            for i in range(first, min(first + 6, 12))
        )
        assert asked.method == "POST"
        assert b"columnid=7" in asked.body
        return build.answer(
            f"<datastore><totalrecord>11</totalrecord><recordset>{records}</recordset></datastore>",
            kind="text/xml",
        )

    site.routes = {
        "/": build.answer(
            "<script>$('#x').jpage({ajaxParam:{columnid:7,unitid:9},perPage:2,totalRecord:11,"
            "proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>"
        )
    }
    site.otherwise = lambda asked: (
        proxy(asked)
        if "dataproxy" in asked.target
        else build.answer("x", status="404 Not Found")
        if asked.target.endswith((".xml", ".txt")) or "contentkit" in asked.target
        else build.answer(build.page(text=asked.target))
    )
    harvest.run()
    assert harvest.rows(
        "SELECT count(*) FROM urls WHERE found_as = 'item' AND state = 'captured'"
    ) == [(11,)]
    posts = harvest.rows(
        "SELECT url FROM urls WHERE url LIKE '%__wb_method=POST%columnid=7%'"
    )
    assert len(posts) == 2


@pytest.mark.parametrize(
    ("href", "asked"),
    [
        pytest.param(
            "/%CD%A8%D6%AA.html", "/%CD%A8%D6%AA.html", id="escaped GBK stays"
        ),
        pytest.param("/list.asp?c=通知", "/list.asp?c=%CD%A8%D6%AA", id="query in GBK"),
        pytest.param("/通知.html", "/%E9%80%9A%E7%9F%A5.html", id="path in UTF-8"),
    ],
)
def test_addresses_of_gbk_pages_are_asked_as_browsers_do(
    site, harvest, build, href, asked
):
    body = f'<meta charset="gbk"><p>{"政府信息公开" * 4}</p><a href="{href}">x</a>'
    site.routes = {
        "/": build.answer(body.encode("gbk"), kind="text/html"),
        asked: build.answer("here"),
    }
    harvest.run()
    assert site.hits[asked] == 1


def test_an_empty_profile_address_is_one_clear_line(make_harvest):
    harvest = make_harvest(None)
    with pytest.raises(HarvestError, match="no base_url"):
        harvest.run()


def test_the_delay_of_the_profile_is_kept(site, make_harvest, build):
    harvest = make_harvest(
        site.url + "/", profile="[politeness]\ndelay = 0.1\nconcurrency = 3"
    )
    times = []

    def route(_):
        times.append(time.monotonic())
        return build.answer("x")

    links = [f"/{i}.html" for i in range(6)]
    site.routes = {"/": build.answer(build.page(*links))}
    site.routes |= dict.fromkeys(links, route)
    harvest.run()
    assert len(times) == 6
    # 10 % for the way of a request to the server
    assert times[-1] - times[0] >= 5 * 0.1 * 0.9


def test_what_the_archive_has_is_read_there(site, harvest, build):
    site.routes = {"/": build.answer("never"), "/new.html": build.answer("new")}
    run_id = harvest.workspace.start_run("harvest", "2026-11-24T08:00:00+08:00", {})
    with (
        harvest.workspace.writing("harvest"),
        CaptureStore(harvest.workspace, run_id) as store,
    ):
        store.add(
            Exchange(
                url=site.url + "/",
                captured_at="2020-01-02T03:04:05+08:00",
                body=build.page("/new.html").encode(),
                media_type="text/html",
            ),
            found_as="mirror",
        )
    harvest.run()
    assert site.hits["/"] == 0
    assert site.hits["/new.html"] == 1
    assert harvest.rows("SELECT count(*) FROM captures") == [(2,)]


def test_a_nothing_to_do_harvest_does_not_import_scrapy():
    code = (
        "import sys, contentkit.stages.harvest_live;"
        "sys.exit(any(m in sys.modules for m in ('scrapy', 'twisted')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
