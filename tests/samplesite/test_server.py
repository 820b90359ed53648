"""The loopback server: a small crawl with the standard library, then each bad habit."""

import http.client
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest

from contentkit.samplesite import ORIGIN, Server, serve, write_site

Rows = list[dict[str, Any]]


class Links(HTMLParser):
    """Collects href and src, also of records that stand inside scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.found += re.findall(r'<li><a href="([^"]+)"', text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v for k, v in attrs if k in {"href", "src"} and v]


class Client:
    """Fetches from one server over one connection; follows nothing."""

    def __init__(self, server: Server) -> None:
        host = urlsplit(server.base_url)
        self.connection = http.client.HTTPConnection(
            host.hostname or "", host.port, timeout=10
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def get(
        self, target: str, *, method: str = "GET", body: str | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self.connection.request(method, target, body)
        response = self.connection.getresponse()
        return response, response.read()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server) as client:
        yield client


def content_type(client: Client, row: dict[str, Any]) -> str | None:
    return client.get(urlsplit(row["url"]).path)[0].getheader("Content-Type")


def location(client: Client, target: str) -> str | None:
    return client.get(target)[0].getheader("Location")


def path_of(truth: Rows, plant: str) -> str:
    (row,) = [row for row in truth if plant in row["planted"]]
    return urlsplit(row["url"]).path


def decode(response: http.client.HTTPResponse, data: bytes) -> str:
    declared = re.search(rb"charset=\"?([\w-]+)", data[:3000])
    name = declared.group(1).decode() if declared else "gb18030"
    return data.decode("utf-8" if name == "utf-8" else "gb18030", "replace")


def more_pages(client: Client, target: str, text: str) -> list[str]:
    """Return what the list scripts of a browser would load."""
    found = re.search(r'createPageHTML\((\d+), 0, "index", "html"\)', text)
    if found:
        return [f"index_{n}.html" for n in range(1, int(found.group(1)))]
    found = re.search(r'count="(\d+)" rows="(\d+)".*unitUrl="([^"]+)".*\'pageId\':\'(\d+)\'', text)  # fmt: skip
    if found:
        pages = -(-int(found.group(1)) // int(found.group(2)))
        links = []
        for page in range(2, pages + 1):
            query = f"?pageId={found.group(4)}&pageNo={page}"
            _, data = client.get(found.group(3) + query)
            links += Links(json.loads(data)["data"]["html"]).found
        return links
    found = re.search(r"totalRecord:(\d+).*perPage:(\d+).*columnid:(\d+)", text)
    if found and int(found.group(1)) > 3 * int(found.group(2)):
        start = 3 * int(found.group(2)) + 1
        query = f"?startrecord={start}&endrecord={found.group(1)}&perpage=6"
        form = f"columnid={found.group(3)}"
        proxy = "/module/web/jpage/dataproxy.jsp"
        _, data = client.get(proxy + query, method="POST", body=form)
        return Links(data.decode()).found
    return []


def crawl(server: Server, client: Client) -> dict[str, int]:
    """Return every URL of the site that can be reached, with its last status."""
    seen = {server.base_url: 0}
    queue = deque(seen)
    while queue:
        url = queue.popleft()
        if not url.startswith(server.base_url) or "/calendar/" in url:
            continue
        if any(part in url for part in ("/tags/", "/bbs.jsp", "/chain/", ".mp4", "half.html")):  # fmt: skip
            continue
        target = quote(url[len(server.origin) :], safe="/:?=&%;,+@!$'()*~")
        for _ in range(3):
            try:
                response, data = client.get(target)
            except (http.client.IncompleteRead, http.client.RemoteDisconnected):
                client.connection.close()
                continue
            seen[url] = response.status
            if response.status < 429:
                break
        links = []
        if response.getheader("Location"):
            links.append(response.getheader("Location") or "")
        if (response.getheader("Content-Type") or "").startswith("text/html"):
            text = decode(response, data)
            links += Links(text).found + more_pages(client, target, text)
        for link in links:
            found = urldefrag(urljoin(url, link.strip()))[0]
            if found.startswith("http") and found not in seen:
                seen[found] = 0
                queue.append(found)
    return seen


def test_everything_is_reachable_and_in_the_truth(
    site: Path,
    server: Server,
    client: Client,
    truth: Rows,
    rows: Callable[[str], Rows],
) -> None:
    reached = {server.to_nominal(url): s for url, s in crawl(server, client).items()}
    assert len(truth) == 300
    assert any("dataproxy" in target for target in server.hits)
    assert any("front/page/build/unit" in target for target in server.hits)
    assert "/zwgk/tzgg/index_1.html" in server.hits
    missing = [row["url"] for row in truth if reached.get(row["url"]) != 200]
    assert missing == []
    urls = {row["url"]: row for row in rows("truth_urls") if "url" in row}
    prefixes = tuple(row["prefix"] for row in rows("truth_urls") if "prefix" in row)
    unknown = [u for u in reached if quote(u, safe="/:?=&%;") not in urls and not u.startswith(prefixes)]  # fmt: skip
    assert unknown == []
    never = [
        url
        for url, row in urls.items()
        if not row.get("optional")
        and not {url, url.replace("%01", "\x01")} & {*reached}
    ]
    assert never == []
    dead = [u for u, row in urls.items() if row.get("reason") == "http-404"]
    assert {reached[u] for u in dead if u in reached} == {404}


def test_second_pages_come_from_the_services(server: Server, client: Client) -> None:
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    _, first = client.get(f"{unit}?pageId=1229410011&pageNo=1&rows=15")
    response, second = client.get(f"{unit}?pageId=1229410011&pageNo=2&rows=15")
    assert response.getheader("Content-Type") == "application/json;charset=utf-8"
    one, two = (Links(json.loads(x)["data"]["html"]).found for x in (first, second))
    assert not {*one} & {*two}
    _, beyond = client.get(f"{unit}?pageId=1229410011&pageNo=99")
    assert json.loads(beyond)["data"]["html"] == ""


def test_records_come_by_number_from_1(client: Client) -> None:
    proxy = "/module/web/jpage/dataproxy.jsp"
    _, data = client.get(f"{proxy}?columnid=1107&startrecord=3&endrecord=7")
    _, whole = client.get(f"{proxy}?columnid=1107&page=1")
    assert data.count(b"<record>") == 5
    records = re.findall(rb"<record>.*?</record>", whole, re.DOTALL)
    assert records[2] in data
    assert records[7] not in data
    response, _ = client.get(f"{proxy}?columnid=../..&startrecord=1&endrecord=2")
    assert response.status == 404


def test_groups_of_a_long_column_join_without_gap(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("long")
    write_site(directory, documents=1000)
    proxy = "/module/web/jpage/dataproxy.jsp?columnid=1106"
    with serve(directory) as server, Client(server) as client:
        _, first = client.get(f"{proxy}&page=1")
        _, second = client.get(f"{proxy}&page=2")
        _, third = client.get(f"{proxy}&page=3")
        _, slice_ = client.get(f"{proxy}&startrecord=17&endrecord=41")
    groups = [re.findall(rb"<record>.*?</record>", x, re.DOTALL) for x in (first, second, third)]  # fmt: skip
    assert [len(x) for x in groups][:2] == [18, 18]
    assert b"page=2" in first
    joined = [record for group in groups for record in group]
    assert re.findall(rb"<record>.*?</record>", slice_, re.DOTALL) == joined[16:41]


def test_odd_charset_headers_are_sent(client: Client, truth: Rows) -> None:
    odd = [r for r in truth if "charset-header-contradicts" in r["planted"]]
    kinds = {content_type(client, row) for row in odd}
    assert kinds == {"text/html; charset=GBK", "text/html; charset=ISO-8859-1"}
    usual = {r["family"]: content_type(client, r) for r in truth if not r["planted"]}
    assert usual["jcms"] == "text/html;charset=UTF-8"
    assert usual["trs"] == "text/html"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/nothing/here.html", 404),
        ("/zt/2019jgb/index.html", 404),
        ("/wsbs/old/index.html", 410),
        ("/ztzl/error/index.html", 500),
        ("/zt/2017/xjc_1024.html", 200),
        ("/go/metadata", 302),
        ("/../site.json", 404),
        ("/..%2fsite.json", 404),
    ],
)
def test_statuses(client: Client, target: str, status: int) -> None:
    assert client.get(target)[0].status == status


def test_redirects_lead_where_they_should_not(client: Client, server: Server) -> None:
    assert location(client, "/go/loop-a") == "/go/loop-b"
    assert location(client, "/go/loop-b") == "/go/loop-a"
    assert location(client, "/go/chain/41") == "/go/chain/42"
    assert (
        location(client, "/go/metadata") == "http://169.254.169.254/latest/meta-data/"
    )
    assert location(client, "/go/inside") == "http://127.0.0.2/admin/"
    moved = location(client, "/zwgk/moved.html")
    assert moved is not None
    assert client.get(moved)[0].status == 200


def test_traps_have_no_end(client: Client) -> None:
    for start in ("/calendar/?y=2024&m=12", "/tags/?tag=1&page=9", "/jlwz/bbs.jsp"):
        target = start
        seen = {target}
        for _ in range(20):
            response, data = client.get(target)
            assert response.status == 200
            target = Links(data.decode()).found[0]
            assert target not in seen
            seen.add(target)


def test_pages_that_misbehave_once(client: Client, truth: Rows) -> None:
    assert [client.get(path_of(truth, "http-error-once"))[0].status for _ in "ab"] == [
        500,
        200,
    ]
    first, _ = client.get(path_of(truth, "http-retry-after"))
    assert (first.status, first.getheader("Retry-After")) == (429, "1")
    assert client.get(path_of(truth, "http-retry-after"))[0].status == 200
    with pytest.raises(http.client.IncompleteRead):
        client.get(path_of(truth, "http-cut-once"))
    client.connection.close()
    assert client.get(path_of(truth, "http-cut-once"))[0].status == 200


def test_closing_does_not_wait_for_a_slow_page(tmp_path: Path) -> None:
    write_site(tmp_path, documents=60)
    routes = tmp_path / "routes.jsonl"
    lines = [json.loads(line) for line in routes.read_text("utf-8").splitlines()]
    (slow,) = [line for line in lines if line["do"] == "slow"]
    routes.write_text(json.dumps(slow | {"seconds": 900}), "utf-8")
    server = serve(tmp_path)
    with Client(server) as client:
        client.connection.request("GET", slow["path"])
        while not server.hits:
            time.sleep(0.01)
        server.close()  # hangs for 15 minutes if it waits


def test_a_half_page_never_comes_whole(client: Client) -> None:
    for _ in range(2):
        with pytest.raises(http.client.IncompleteRead):
            client.get("/zt/half.html")
        client.connection.close()


def test_a_big_file_is_promised_and_streamed(client: Client) -> None:
    client.connection.request("GET", "/d/video/promotion.mp4")
    response = client.connection.getresponse()
    assert response.getheader("Content-Length") == "400000000"
    assert response.read(1000) == bytes(1000)
    client.connection.close()


def test_downloads_carry_their_names_in_gbk(client: Client, truth: Rows) -> None:
    (row,) = [r for r in truth if "attachment-header-name" in r["planted"]]
    (file,) = row["attachments"]
    response, _ = client.get(urlsplit(file["origin_url"]).path)
    header = response.getheader("Content-Disposition") or ""
    assert header.encode("latin-1").decode("gbk") == f'attachment; filename="{file["name"]}"'  # fmt: skip


def test_an_address_in_gbk_is_served(client: Client, truth: Rows) -> None:
    (row,) = [r for r in truth if "attachment-gbk-url" in r["planted"]]
    (file,) = row["attachments"]
    path = urlsplit(file["origin_url"]).path
    assert path.startswith("/jlwz/files/%B8%BD%BC%FE")
    response, data = client.get(path)
    assert response.status == 200
    assert len(data) == file["bytes"]


def test_the_origin_is_rewritten_unless_asked_otherwise(site: Path) -> None:
    with serve(site) as server, Client(server) as client:
        _, data = client.get("/")
        assert ORIGIN.encode() not in data
        assert server.origin.encode() in data
    with serve(site, rewrite_host=False) as server, Client(server) as client:
        _, data = client.get("/")
        assert ORIGIN.encode() in data


def test_it_can_be_used_as_a_proxy(client: Client) -> None:
    response, data = client.get(f"{ORIGIN}/")
    assert response.status == 200
    assert ORIGIN.encode() in data
    assert client.get("http://www.shili.example/")[0].status == 502


def test_urls_map_to_and_fro(server: Server) -> None:
    url = f"{ORIGIN}/art/1.html?a=1"
    assert server.to_nominal(server.to_served(url)) == url
    assert server.to_served(url) == f"{server.base_url}art/1.html?a=1"
    other = f"{ORIGIN}.evil.example/x"
    assert server.to_served(other) == other


def test_hits_are_counted_by_path_and_query(server: Server, client: Client) -> None:
    for _ in range(3):
        client.get("/robots.txt")
    client.get("/tags/?tag=1&page=2")
    assert server.hits["/robots.txt"] == 3
    assert server.hits["/tags/?tag=1&page=2"] == 1
