"""The report: every number in it, nothing from a page alive in it, nothing loaded."""

import base64
import hashlib
import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from contentkit.cli import commands
from contentkit.errors import ContentkitError, WorkspaceError
from contentkit.models import Finding
from contentkit.resources import read_codelist
from contentkit.review import report_queries as queries
from contentkit.review.decisions import Answer, decide, find_targets, undo
from contentkit.review.report import HTML, XLSX, write_report
from contentkit.review.report_charts import draw_validity, draw_years, matrix
from contentkit.review.report_facts import (
    Facts,
    Flow,
    Group,
    Node,
    Row,
    YearState,
)
from contentkit.review.report_flow import draw_flow
from contentkit.review.report_island import ROWS, island
from contentkit.review.report_page import render_report
from contentkit.review.report_queries import read_facts
from contentkit.review.words import Words
from contentkit.stages.finding_rows import replace_findings
from contentkit.workspace import Settings, Workspace

ZH, EN = Words("zh"), Words("en")
HOSTILE = (
    "<script>window.pwned=1</script>\"'><img src=x onerror=window.pwned=1></script>"
)
BASE = "http://e.cn/"


def add_document(workspace: Workspace, item: int, **values: Any) -> None:
    """Add a URL with its valid policy document; `values` are its columns."""
    conn = workspace.conn
    conn.execute(
        "INSERT INTO urls (id, url, host, found_as, state, fate, column_key)"
        " VALUES (?, ?, 'e.cn', 'seed', 'captured', 'migrated', ?)",
        [item, f"{BASE}{item}.html", values.pop("column_key", "a")],
    )
    data = {"article20": ["A20-01"], "source": "本站", "summary": None}
    row = {
        "url_id": item,
        "id": f"d{item}",
        "kind": "policy",
        "title": f"文件{item}",
        "issuer": "江澜区人民政府",
        "published_at": f"20{10 + item}-05-01",
        "column_code": "xxgk-fd-zc-zf",
        "state": "valid",
        "digest": "",
        "data": json.dumps(data),
        **values,
    }
    places = ", ".join("?" * len(row))
    conn.execute(
        f"INSERT INTO documents ({', '.join(row)}) VALUES ({places})", [*row.values()]
    )


def add_state(workspace: Workspace, item: int, validity: str, **days: str) -> None:
    row = {
        "url_id": item,
        "as_of": "2016-06-30",
        "validity": validity,
        "policy": "{}",
        **days,
    }
    workspace.conn.execute(
        f"INSERT INTO validity ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        [*row.values()],
    )


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    """Three policy documents, the second repealed by the third, the first hostile."""
    settings = Settings(profile="auto", recipe="auto", base_url=BASE)
    with Workspace.create(tmp_path / "space", settings) as workspace:
        conn = workspace.conn
        conn.execute("INSERT INTO columns (key, name) VALUES ('a', ?)", [HOSTILE])
        add_document(workspace, 1, title=HOSTILE, issuer=HOSTILE)
        add_document(workspace, 2, column_key=None)
        add_document(workspace, 3, published_at=None, written_on="2015-01-01")
        for item, state, url in ((4, "seen", "4"), (5, "failed", 'x"onclick=')):
            conn.execute(
                "INSERT INTO urls (id, url, host, found_as, state, fate, fate_reason)"
                " VALUES (?, ?, 'e.cn', 'link', ?, 'not-fetched', 'http-404')",
                [item, BASE + url, state],
            )
        add_state(workspace, 1, "in-force", effective_on="2012-01-01")
        add_state(
            workspace,
            2,
            "repealed",
            effective_on="2013-01-01",
            repealed_on="2015-02-01",
        )
        add_state(workspace, 3, "unknown")
        conn.execute(
            'INSERT INTO effects (source, ordinal, via, type, scope, quote, start, "end",'
            " state) VALUES (3, 0, 'body', 'repeal', 'whole', ?, 0, 4, 'resolved')",
            [HOSTILE],
        )
        conn.execute("INSERT INTO effect_targets VALUES (3, 0, 2)")
        conn.execute(
            "INSERT INTO pairs (a, b, code, relation, jaccard, state)"
            " VALUES (1, 2, 'DUP-EXACT', 'same', 1.0, 'duplicate')"
        )
        found = [
            Finding(code="NUM-BRACKET", quote=HOSTILE, data={"raw": HOSTILE}),
            Finding(code="TXT-03", proposal="=1+1", data={"chars": 0}),
        ]
        for item in (1, 2):
            replace_findings(conn, "cleanup", item, [x.to_json() for x in found])
        yield workspace


@pytest.fixture
def written(space: Workspace, tmp_path: Path) -> Path:
    write_report(space, tmp_path / "out")
    return tmp_path / "out"


def sheets(folder: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(folder / XLSX))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def island_of(page: str) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL
    )
    assert found
    return json.loads(found[1])


def test_the_facts_are_those_of_the_ledger(space: Workspace):
    facts = read_facts(space, ZH, as_of=None)
    assert facts.fates == {"migrated": 3, "not-fetched": 2}
    assert facts.discovered == sum(flow.urls for flow in facts.flows) == 5
    assert facts.documents == 3
    assert facts.years == {
        (0, "政府文件"): 1,
        (2011, "政府文件"): 1,
        (2012, "政府文件"): 1,
    }
    assert facts.items == {("A20-01", 0): 1, ("A20-01", 2011): 1, ("A20-01", 2012): 1}
    assert facts.pairs == {("", HOSTILE): 1}
    assert [(e.source, e.target, e.type) for e in facts.edges] == [
        ("d3", "d2", "repeal")
    ]
    assert {node.id for node in facts.nodes} == {"d2", "d3"}
    assert {group.code: group.count for group in facts.groups} == {
        "NUM-BRACKET": 2,
        "TXT-03": 2,
    }
    assert [u.url for u in facts.unfetched] == [f"{BASE}4", f'{BASE}x"onclick=']
    assert facts.filled["source"] == 3
    assert "summary" not in facts.filled, "null is no value"


def test_a_policy_counts_in_the_years_in_which_it_held_and_ended(space: Workspace):
    facts = read_facts(space, ZH, as_of="2016-06-30")
    told = {
        y.year: (y.in_force, y.unknown, y.repealed, y.lapsed) for y in facts.validity
    }
    assert told == {
        2012: (1, 0, 0, 0),
        2013: (2, 0, 0, 0),
        2014: (2, 0, 0, 0),
        2015: (1, 1, 1, 0),
        2016: (1, 1, 0, 0),
    }
    assert facts.undated == 0


def test_copies_and_drafts_are_in_no_year(space: Workspace):
    add_document(space, 6)
    add_document(space, 7)
    add_state(space, 6, "draft", effective_on="2012-01-01")
    add_state(space, 7, "in-force", effective_on="2012-01-01")
    space.conn.execute(
        "INSERT INTO clusters (url_id, canonical, role) VALUES (7, 1, 'copy')"
    )
    facts = read_facts(space, ZH, as_of=None)
    assert [y.in_force for y in facts.validity if y.year == 2012] == [1]


def test_pairs_of_two_columns_count_in_either_order(space: Workspace):
    conn = space.conn
    conn.execute(
        "INSERT INTO pairs (a, b, code, relation, jaccard, state) VALUES"
        " (2, 1, 'DUP-NEAR', 'same', 0.9, 'duplicate'),"
        " (2, 3, 'DUP-EDITION', 'edition', 0.9, 'distinct')"
    )
    assert read_facts(space, ZH, as_of=None).pairs == {("", HOSTILE): 2}


def test_what_ended_on_no_known_day_is_in_no_year(space: Workspace):
    space.conn.execute("UPDATE validity SET repealed_on = NULL WHERE url_id = 2")
    facts = read_facts(space, ZH, as_of=None)
    assert facts.undated == 1
    assert all(y.repealed == 0 for y in facts.validity)


def test_the_interval_of_a_host_counts_live_fetches_only(space: Workspace):
    conn = space.conn
    conn.execute(
        "INSERT INTO runs (id, command, version, started_at, ended_at) VALUES"
        " (1, 'harvest', '', '2026-01-01T10:00:00+08:00', '2026-01-01T11:00:00+08:00')"
    )
    for item, minute, host in (
        (1, 0, "e.cn"),
        (2, 1, "e.cn"),
        (3, 4, "e.cn"),
        (4, 0, "m.cn"),
    ):
        hour = 10 if host == "e.cn" else 3  # a mirror's files are older than its run
        conn.execute("UPDATE urls SET host = ? WHERE id = ?", [host, item])
        conn.execute(
            "INSERT INTO captures (url_id, status, bytes, sha256, captured_at, warc, offset,"
            " end_offset, payload_warc, payload_offset, run_id)"
            " VALUES (?, 200, 5, '', ?, 'w', ?, 0, 'w', 0, 1)",
            [item, f"2026-01-01T{hour:02}:{minute:02}:00+08:00", item],
        )
    hosts = {host.host: host for host in read_facts(space, ZH, as_of=None).hosts}
    assert hosts["e.cn"].interval == pytest.approx(120)
    assert (hosts["e.cn"].captured, hosts["e.cn"].bytes) == (3, 15)
    assert hosts["m.cn"].interval is None


def test_a_decision_leaves_the_list_of_what_is_to_do(space: Workspace):
    before = read_facts(space, ZH, as_of=None)
    targets = find_targets(space, {"code": "NUM-BRACKET"})
    answer = Answer(answer="accept", author="王编辑")
    decide(space, targets, answer, now="2026-01-02T03:04:05+08:00")
    after = read_facts(space, ZH, as_of=None)
    assert before.to_decide - after.to_decide == after.decided == 2
    assert {r.decision for r in after.rows if r.code == "NUM-BRACKET"} == {"accept"}


def test_what_was_undone_or_has_other_evidence_is_to_do_again(space: Workspace):
    before = read_facts(space, ZH, as_of=None).to_decide
    now = "2026-01-02T03:04:05+08:00"
    for code in ("NUM-BRACKET", "TXT-03"):
        targets = find_targets(space, {"code": code})
        batch = decide(space, targets, Answer(answer="reject", author="王"), now=now)
    assert read_facts(space, ZH, as_of=None).to_decide == 0 < before
    undo(space, batch, author="王", now=now)
    changed = Finding(code="NUM-BRACKET", quote=HOSTILE, data={"raw": "另一个"})
    replace_findings(space.conn, "cleanup", 1, [changed.to_json()])
    facts = read_facts(space, ZH, as_of=None)
    told = [(row.code, row.decision) for row in facts.rows]
    assert sorted(told) == [
        ("NUM-BRACKET", "reject"),
        ("NUM-BRACKET", "reopened"),
        ("TXT-03", "open"),
    ]
    assert facts.to_decide == 2


def test_another_day_than_that_of_the_clean_up_is_refused(space: Workspace):
    with pytest.raises(WorkspaceError, match=r"cleanup --as-of 2020-01-01"):
        read_facts(space, ZH, as_of="2020-01-01")
    assert not space.conn.in_transaction, "a refusal leaves no snapshot open"


def test_the_most_valuable_finding_comes_first(space: Workspace):
    found = Finding(code="VAL-REPEALED", data={})
    replace_findings(space.conn, "validity", 3, [found.to_json()])
    facts = read_facts(space, ZH, as_of=None)
    assert facts.groups[0].code == facts.rows[0].code == "VAL-REPEALED"


def test_the_page_runs_its_own_script_and_styles_only(written: Path):
    page = (written / HTML).read_text(encoding="utf-8")
    found = Elements(page).found
    assert {tag for tag, _ in found} & {
        "img",
        "iframe",
        "object",
        "link",
        "base",
    } == set()
    for tag, values in found:
        assert not [name for name in values if name.startswith("on") or name == "style"]
        assert "src" not in values, tag
        href = values.get("href")
        assert href is None or href.startswith(("#", "http://e.cn/")), href
    policy = next(v["content"] for t, v in found if v.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(body) == 1
        digest = base64.b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_the_page_has_landmarks_and_every_head_a_name(written: Path):
    page = (written / HTML).read_text(encoding="utf-8")
    tags = [tag for tag, _ in Elements(page).found]
    assert [tags.count(name) for name in ("header", "nav", "main", "footer", "h1")] == [
        1
    ] * 5
    assert not re.findall(r"<th[^>]*></th>", page)


def test_hostile_texts_are_text(written: Path):
    page = (written / HTML).read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert page.count("<script") == page.count("</script>") == 2
    data = island_of(page)
    assert HOSTILE in data["columns"]
    assert any(HOSTILE in page for page in data["pages"])


def test_cells_are_never_formulas_or_links(written: Path):
    with zipfile.ZipFile(written / XLSX) as book:
        for name in book.namelist():
            content = book.read(name)
            assert b"<f>" not in content, name
            assert b"hyperlink" not in content, name
    rows = sheets(written)[ZH("report-rows")]
    assert "=1+1" in {cell for row in rows for cell in row}


def test_the_workbook_holds_what_the_page_holds(space: Workspace, tmp_path: Path):
    facts = write_report(space, tmp_path / "out").facts
    book = sheets(tmp_path / "out")
    assert len(book[ZH("report-rows")]) == 1 + len(facts.rows)
    assert len(book[ZH("report-worklists")]) == 1 + len(facts.groups)
    summary = {row[0]: row[1] for row in book[ZH("report-nav-summary")][1:]}
    assert summary[ZH("report-discovered")] == 5
    flow = book[ZH("report-flow-sheet")][1:]
    assert sum(row[3] for row in flow) == 5
    items = {row[0]: row[2] for row in book[ZH("report-article20-sheet")][1:]}
    assert set(items) == {row["code"] for row in read_codelist("article20")}
    assert items["A20-02"] == ZH("report-missing")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_ledger_gives_the_same_bytes(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
):
    made = []
    for number, zone in enumerate(("Asia/Shanghai", "America/New_York")):
        monkeypatch.setenv("TZ", zone)
        out = tmp_path / str(number)
        made.append(
            [path.read_bytes() for path in write_report(space, out, lang=lang).files]
        )
    assert made[0] == made[1]


def test_an_older_report_is_replaced_and_a_failure_keeps_it(
    written: Path, space: Workspace, monkeypatch: pytest.MonkeyPatch
):
    before = (written / HTML).read_bytes()
    write_report(space, written)
    assert (written / HTML).read_bytes() == before
    space.conn.execute("UPDATE documents SET title = '新题'")

    def refuse(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(ContentkitError, match="report"):
        write_report(space, written)
    assert (written / HTML).read_bytes() == before
    assert sorted(path.name for path in written.iterdir()) == [HTML, XLSX]


def test_an_empty_workspace_has_a_report(tmp_path: Path):
    settings = Settings(profile="auto", recipe="auto", base_url=BASE)
    with Workspace.create(tmp_path / "space", settings) as workspace:
        made = write_report(workspace, tmp_path / "out")
    page = (tmp_path / "out" / HTML).read_text(encoding="utf-8")
    assert made.to_json()["discovered"] == 0
    assert ZH("report-none") in page
    assert sheets(tmp_path / "out")[ZH("report-rows")][0][0] == ZH("report-severity")


def test_urls_without_a_fate_are_told(space: Workspace, tmp_path: Path):
    space.conn.execute("UPDATE urls SET fate = NULL WHERE id = 1")
    made = write_report(space, tmp_path / "out")
    assert made.to_json()["undetermined"] == 1
    page = (tmp_path / "out" / HTML).read_text(encoding="utf-8")
    assert ZH("report-undetermined-hint", count="1") in page


def test_a_writer_that_goes_on_does_not_mix_into_the_report(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
):
    other = sqlite3.connect(space.folder / "workspace.db")
    read = queries.read_graph

    def meanwhile(conn: sqlite3.Connection) -> Any:
        with other:
            other.execute("DELETE FROM findings")
        return read(conn)

    monkeypatch.setattr(queries, "read_graph", meanwhile)
    conn_rows = read_facts(space, ZH, as_of=None).rows
    other.close()
    assert len(conn_rows) == 4
    assert space.conn.execute("SELECT count(*) FROM findings").fetchone() == (0,)


def test_the_command_prints_the_files(space: Workspace, tmp_path: Path):
    out = tmp_path / "made"
    words = ["-w", str(space.folder), "report", "--out", str(out), "--json"]
    done = CliRunner().invoke(commands, words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["files"] == [str(out / HTML), str(out / XLSX)]
    assert told["to_decide"] == 4
    plain = CliRunner().invoke(
        commands, ["-w", str(space.folder), "report", "--lang", "en"]
    )
    assert str(space.folder / "reports" / HTML) in plain.stdout
    page = (space.folder / "reports" / HTML).read_text(encoding="utf-8")
    assert EN("report-title") in page


def test_the_report_of_a_whole_run_adds_up(
    tmp_path: Path, sample_site: Path, cli: Callable[..., Any]
):
    folder = tmp_path / "space"
    cli("init", folder, "--profile", "sample", "--recipe", "sample")
    cli("-w", folder, "run", "--from-mirror", sample_site / "site")
    done = cli("-w", folder, "report", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    proof = json.loads(cli("-w", folder, "reconcile", "--json").stdout)
    assert told["discovered"] == proof["discovered"]
    assert told["undetermined"] == 0
    assert {k: n for k, n in proof["fates"].items() if n} == told["fates"]


def make_facts(count: int) -> Facts:
    """Return facts with so many findings, a third of them errors."""
    codes = ("VAL-REPEALED", "TXT-03", "META-01")
    rows = tuple(
        Row(
            code=codes[n % 3],
            decision="open",
            url=f"{BASE}{n}.html",
            title=f"标题{n}",
            column=f"栏目{n % 7}",
            issuer=f"机关{n % 5}",
            told="",
            quote=f"原文{n}",
            proposal="",
            field="",
            subject=f"{n:08x}",
        )
        for n in range(count)
    )
    groups = tuple(
        Group(code=code, count=sum(r.code == code for r in rows), pages=1, to_decide=0)
        for code in codes
    )
    return Facts(
        site="江澜区",
        base_url=BASE,
        software="contentkit",
        captured="2026-01-01T00:00:00+08:00",
        as_of="",
        discovered=count,
        fates={"migrated": count},
        documents=count,
        decided=0,
        rows=rows,
        groups=groups,
    )


def test_more_findings_than_a_page_holds_are_cut_and_told():
    facts = make_facts(ROWS + 1)
    page = render_report(facts, ZH)
    assert len(island_of(page)["rows"]) == ROWS
    assert ZH("report-rows-cut", shown=f"{ROWS:,}", total=f"{ROWS + 1:,}") in page
    assert len(page.encode()) < 6_000_000


@given(st.text(), st.text())
def test_the_island_is_json_that_no_text_can_leave(title: str, quote: str):
    base = make_facts(1)
    row = Row(
        **{
            **{name: getattr(base.rows[0], name) for name in Row.__slots__},
            "title": title,
            "quote": quote,
        }
    )
    made = {name: getattr(base, name) for name in Facts.__slots__}
    data = island(Facts(**{**made, "rows": (row,)}), ZH)
    assert not set("<>&") & set(data)
    assert json.loads(data)["rows"][0][2] == 0


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(max_size=8)),
            st.one_of(st.none(), st.sampled_from("abcdefghijklmnopqrs")),
            st.sampled_from(["migrated", "dropped", ""]),
            st.integers(1, 10**6),
        ),
        max_size=40,
    )
)
def test_the_flow_is_a_drawing_that_keeps_every_url(flows: list[tuple[Any, ...]]):
    made = [Flow(legacy=a, platform=b, fate=c, urls=n) for a, b, c, n in flows]
    drawn = draw_flow(made, EN)
    assert bool(drawn) == bool(made)
    told = re.findall(r"<title>.*?→.*?: ([0-9,]+)</title>", drawn, re.DOTALL)
    assert sum(int(n.replace(",", "")) for n in told) == 2 * sum(f.urls for f in made)
    assert "<script" not in drawn
    for path in re.findall(r' d="([^"]*)"', drawn):
        assert re.fullmatch(r"[MCVZ0-9. -]+", path)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 2100), st.text(max_size=5)), st.integers(1, 99)
    )
)
def test_the_bars_of_the_years_add_up(counts: dict[tuple[int, str], int]):
    drawn = draw_years(counts, EN)
    told = re.findall(r'class="num"[^>]*>([0-9,]+)<', drawn)
    assert sum(int(n.replace(",", "")) for n in told) == sum(counts.values())


@pytest.mark.parametrize(
    ("columns", "bars", "rest"), [(13, 13, ""), (14, 13, "2 others")]
)
def test_the_smaller_columns_of_a_flow_are_put_together(
    columns: int, bars: int, rest: str
):
    flows = [
        Flow(legacy=f"L{n}", platform="P", fate="migrated", urls=100 - n)
        for n in range(columns)
    ]
    drawn = draw_flow(flows, EN)
    assert drawn.count('<rect class="b"') == bars + 1
    assert rest in drawn
    assert (">L12 " in drawn) is (not rest)


def test_ribbons_of_one_column_lie_side_by_side():
    flows = [
        Flow(legacy="L", platform=name, fate="migrated", urls=50) for name in ("P", "Q")
    ]
    starts = re.findall(r' d="M224 ([0-9.]+)C', draw_flow(flows, EN))
    assert [float(y) for y in starts] == [34.0, 34.0 + 210.0]


def test_characters_that_reorder_text_are_made_visible_in_the_island():
    base = make_facts(1)
    made = {name: getattr(base, name) for name in Facts.__slots__}
    node = Node(
        id="d", title="a\u202eb", doc_number="", issuer="", day="", validity="", url=""
    )
    data = json.loads(island(Facts(**{**made, "nodes": (node,)}), ZH))
    assert data["nodes"][0]["title"] == "a\ufffdb"


def test_bars_stay_within_their_drawing():
    years = [
        YearState(year=2000 + n, in_force=n, unknown=1, repealed=n, lapsed=2)
        for n in range(30)
    ]
    drawn = draw_validity(years, ZH)
    assert drawn.count("20") >= 20
    assert "2009" not in drawn, "the last twenty years are drawn"
    height = int(re.search(r'viewBox="0 0 1000 (\d+)"', drawn)[1])  # type: ignore[index]
    for y, tall in re.findall(r'y="([-\d.]+)" width="[\d.]+" height="([\d.]+)"', drawn):
        assert 0 <= float(y) <= float(y) + float(tall) <= height


def test_a_matrix_marks_what_is_missing():
    drawn = matrix(["2024"], [("一", [3]), ("二", [0])], corner="项", note={1: "缺"})
    assert '<td class="n h5">3</td>' in drawn
    assert '<b class="bad">缺</b>' in drawn
