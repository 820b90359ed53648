"""The report in a real browser, from the disk, with the network refused."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contentkit.review.report_facts import Edge, Facts, Flow, Group, Node, Row
from contentkit.review.report_page import render_report
from contentkit.review.words import Words

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is absent: browser test skipped"
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is absent: browser test skipped"
)

HOSTILE = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
CODES = ("VAL-REPEALED", "TXT-03", "META-01", "NUM-BRACKET")
Open = Callable[..., Any]


def make_row(n: int) -> Row:
    return Row(
        code=CODES[n % 4],
        decision="open" if n % 2 else "accept",
        url=f"http://e.cn/{n}.html" if n else "javascript:window.pwned=1",
        title=f"标题{n}" if n else HOSTILE,
        column=f"首页 > 栏目{n % 7}" if n % 7 else HOSTILE,
        issuer=f"机关{n % 5}" if n % 5 else HOSTILE,
        told="" if n % 3 else f"说明{n}" + HOSTILE,
        quote=f"原文{n}\u202e" if n else HOSTILE,
        proposal=f"建议{n}" if n % 2 else "",
        field="title",
        subject=f"{n:08x}",
    )


def make_facts(count: int) -> Facts:
    rows = tuple(sorted(map(make_row, range(count)), key=lambda r: CODES.index(r.code)))
    nodes = tuple(
        Node(
            id=f"d{n}",
            title=f"文件{n}" if n else HOSTILE,
            doc_number=f"江政发〔2020〕{n}号",
            issuer="江澜区人民政府" if n < 50 else "江澜区教育局",
            day=f"20{10 + n % 15}-03-01" if n else "",
            validity="repealed" if n % 2 else "in-force",
            url=f"http://e.cn/{n}.html",
        )
        for n in range(60)
    )
    edges = tuple(
        Edge(source=f"d{n}", target=f"d{n - 1}", type="repeal", day="", quote=HOSTILE)
        for n in range(1, 60, 2)
    )
    return Facts(
        site=HOSTILE,
        base_url="http://e.cn/",
        software="contentkit",
        captured="2026-01-01T00:00:00+08:00",
        as_of="2026-01-01",
        discovered=10,
        fates={"migrated": 10},
        documents=10,
        decided=1,
        flows=(Flow(legacy=HOSTILE, platform="政府文件", fate="migrated", urls=10),),
        years={(2020, HOSTILE): 10},
        pairs={(HOSTILE, "首页 > 栏目"): 3},
        nodes=nodes,
        edges=edges,
        groups=tuple(
            Group(code=code, count=count // 4, pages=1, to_decide=1) for code in CODES
        ),
        rows=rows,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tools:
        made = tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"]
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report of 10,000 findings with hostile texts everywhere."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(make_facts(10_000), Words("zh")), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Open]:
    """Return a function that opens the report; any request or console word fails."""
    faults: list[str] = []
    contexts: list[Any] = []

    def open_page(place: str = "", **options: Any) -> Any:
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        own = report.as_uri()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.split("#")[0] == own else faults.append(asked.url)
            ),
        )
        page.goto(own + place)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.pwned") is None
        context.close()
    assert faults == []


def shown(page: Any) -> int:
    return int(page.inner_text("#shown").split("共 ")[1].split(" ")[0].replace(",", ""))


def settled_on(page: Any, code: str) -> None:
    """Wait until the list follows the address, which a browser tells a moment later."""
    page.wait_for_function(
        "code => document.querySelector('#code').value === code", arg=code
    )


def codes_of(page: Any) -> set[str]:
    return set(page.locator("#rows tbody td:first-child .soft").all_inner_texts())


def test_it_opens_and_lists_the_findings(opened: Open):
    page = opened()
    assert shown(page) == 10_000
    assert page.locator("#rows tbody tr").count() == 50
    assert page.title().startswith("</script>")


def test_a_deep_link_filters_sorts_and_turns_pages(opened: Open):
    page = opened("#code=TXT-03&decision=open&sort=-title&page=2")
    assert shown(page) == 2500
    assert codes_of(page) == {"TXT-03"}
    assert "第 2 / 50 页" in page.inner_text("#shown")
    head = page.locator('th[data-sort="title"]')
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("#rows-title").bounding_box()["y"] < 200


def test_a_wrong_deep_link_shows_everything(opened: Open):
    page = opened("#code=%3Cscript%3E&page=-7&sort=nothing&severity=fatal")
    assert shown(page) == 10_000


def test_a_rule_of_the_table_opens_its_worklist(opened: Open):
    page = opened()
    page.click('#worklists a[href="#code=META-01"]')
    settled_on(page, "META-01")
    assert shown(page) == 2500
    page.go_back()
    page.click('#worklists a[href="#code=TXT-03"]')
    settled_on(page, "TXT-03")
    assert codes_of(page) == {"TXT-03"}


def test_filters_narrow_each_other_and_stand_in_the_address(opened: Open):
    page = opened()
    page.select_option("#severity", "error")
    page.select_option("#issuer", "机关3")
    errors = shown(page)
    page.fill("#q", "标题8")
    assert 0 < shown(page) < errors
    assert "severity=error" in page.url and "q=" in page.url
    page.click("#clear")
    assert shown(page) == 10_000
    assert "=" not in page.url


def test_the_keyboard_sorts_and_turns_pages(opened: Open):
    page = opened()
    page.focus('th[data-sort="title"] button')
    page.keyboard.press("Enter")
    first = page.inner_text("#rows tbody tr:first-child td:nth-child(3)")
    page.keyboard.press("Enter")
    assert page.inner_text("#rows tbody tr:first-child td:nth-child(3)") != first
    page.focus("#next")
    page.keyboard.press("Enter")
    assert "第 2 /" in page.inner_text("#shown")


def test_only_web_addresses_are_links(opened: Open):
    page = opened("#q=00000000")
    line = page.locator("#rows tbody tr").first
    assert line.locator("a").count() == 0
    assert HOSTILE in line.inner_text()


def test_the_graph_shows_an_issuer_and_finds_a_document(opened: Open):
    page = opened()
    nodes = page.locator("#graph .node")
    assert nodes.count() == 50
    page.select_option("#graph-issuer", "江澜区教育局")
    assert nodes.count() == 10
    page.select_option("#graph-issuer", "")
    assert nodes.count() == 60
    page.fill("#graph-q", "〔2020〕57号")
    assert page.locator("#graph .hit").count() == 1
    box = page.locator("#graph").bounding_box()
    spot = page.locator("#graph .hit circle").bounding_box()
    assert box["y"] < spot["y"] < box["y"] + box["height"]
    page.locator("#graph .hit").focus()
    page.keyboard.press("Enter")
    told = page.inner_text("#evidence")
    assert "文件56" in told and "废止" in told and HOSTILE in told


def test_the_graph_is_moved_and_zoomed(opened: Open):
    page = opened()
    graph = page.locator("#graph")
    graph.scroll_into_view_if_needed()
    before = graph.get_attribute("viewBox")
    box = graph.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100, steps=3)
    page.mouse.up()
    moved = graph.get_attribute("viewBox")
    assert moved != before
    page.click("#zoom-in")
    zoomed = graph.get_attribute("viewBox")
    assert float(zoomed.split()[2]) < float(moved.split()[2])
    page.click("#reset")
    assert graph.get_attribute("viewBox") == before


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(opened: Open, width: int, scheme: str):
    size = {"width": width, "height": 844}
    page = opened(viewport=size, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")


def test_it_prints_on_a4_without_its_controls(opened: Open):
    page = opened()
    page.emulate_media(media="print")
    assert not page.is_visible("#clear")
    assert not page.is_visible("nav.top")
    made = page.pdf(prefer_css_page_size=True)
    assert made.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in made or b"/MediaBox [0 0 595" in made


def test_without_scripts_it_still_tells_the_numbers(opened: Open):
    page = opened(java_script_enabled=False)
    assert page.locator("#worklists table").first.locator("tbody tr").count() == 4
    assert "XLSX" in page.inner_text("noscript")
