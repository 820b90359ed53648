"""Rules on the whole site, and the gates before an export."""

from contentkit.findings import codes, explain
from contentkit.recipe import Assertion, load_recipe
from contentkit.validate import (
    ColumnFacts,
    SiteFacts,
    UnmappedColumn,
    article20_matrix,
    blocking_codes,
    check_article20,
    check_assertions,
    check_columns,
    check_repeated_numbers,
    fields_asserted,
)
from contentkit.validate.gates import _assertion_gate

FACTS = SiteFacts(
    as_of="2020-07-01T12:00:00+08:00",
    documents=100,
    filled={"title": 100, "doc_number": 40},
    columns={
        "zwdt-yw": ColumnFacts(documents=60, last_published="2020-06-29T08:00+08:00"),
        "zwdt-mt": ColumnFacts(documents=5, last_published="2020-06-10"),
        "xxgk-fd-zc-zf": ColumnFacts(
            documents=35, last_published="2019-12-31", filled={"doc_number": 35}
        ),
        "zjgk": ColumnFacts(documents=1, last_published="1999-01-01"),
    },
    article20={"A20-01": 35},
)


def columns_by_code(facts, code):
    return [f.data["column"] for f in check_columns(facts) if f.code == code]


def test_stale_columns_by_the_window_of_their_class():
    stale = {
        f.data["column"]: f.data for f in check_columns(FACTS) if f.code == "COL-02"
    }
    assert sorted(stale) == ["xxgk-fd-zc", "xxgk-fd-zc-zf", "zwdt-mt"]
    assert stale["zwdt-mt"]["last"] == "2020-06-10"
    assert stale["zwdt-mt"]["days"] == 14
    # static columns never go stale; 政务动态 is as fresh as its freshest column
    assert "zjgk" not in stale
    assert "zwdt" not in stale


def test_the_last_day_of_a_window_is_in_time():
    column = ColumnFacts(documents=1, last_published="2020-06-17")
    facts = SiteFacts(as_of="2020-07-01", documents=1, columns={"zwdt-yw": column})
    assert "zwdt-yw" not in columns_by_code(facts, "COL-02")
    facts = SiteFacts(as_of="2020-07-02", documents=1, columns={"zwdt-yw": column})
    assert "zwdt-yw" in columns_by_code(facts, "COL-02")


def test_empty_columns_are_those_with_nothing_below_them():
    empty = columns_by_code(FACTS, "COL-01")
    assert "xxgk-zn" in empty
    assert not {"xxgk", "xxgk-fd", "xxgk-fd-zc", "zwdt", "zjgk"} & set(empty)


def test_vetoes():
    vetoes = [f.data for f in check_columns(FACTS) if f.code == "columns-veto"]
    assert [(v["kind_en"], v["limit"]) for v in vetoes] == [("empty", 5)]
    names = ["zwdt-yw", "zwdt-sj", "zwdt-bm", "zwdt-zj", "zwdt-mt"]
    old = ColumnFacts(documents=1, last_published="2001-01-01")
    facts = SiteFacts(
        as_of="2020-07-01", documents=5, columns=dict.fromkeys(names, old)
    )
    vetoes = [f.data for f in check_columns(facts) if f.code == "columns-veto"]
    # five columns and the one above them
    assert vetoes[0] == {
        "kind": "逾期未更新栏目",
        "kind_en": "stale",
        "count": 6,
        "limit": 5,
    }
    assert [v["kind_en"] for v in vetoes] == ["stale", "empty"]


def test_the_matrix_of_statutory_items():
    matrix = {row.code: row for row in article20_matrix(FACTS)}
    assert list(matrix)[:2] == ["A20-01", "A20-02"]
    assert matrix["A20-01"].documents == 35
    assert "xxgk-fd-zc-zf" in matrix["A20-01"].columns
    assert "A21-T01" not in matrix
    assert "A21-T01" in {r.code for r in article20_matrix(FACTS, levels=["township"])}
    gaps = [f.data["item"] for f in check_article20(FACTS)]
    assert gaps == [code for code in matrix if code != "A20-01"]


def test_site_findings_explain_themselves():
    for finding in (*check_columns(FACTS), *check_article20(FACTS)):
        assert finding.code in codes()
        assert "…" not in explain(finding) + explain(finding, "en")


def test_repeated_index_numbers():
    numbers = [
        ("A/1", "d1"),
        ("A/2", "d2"),
        ("A/2", "d3"),
        ("A/3", "d4"),
        ("A/3", "d5"),
    ]
    found = list(check_repeated_numbers(numbers))
    assert [document for document, _ in found] == ["d2", "d3", "d4", "d5"]
    assert found[0][1].data == {"number": "A/2", "count": 2, "others": ["d3"]}
    assert "…" not in explain(found[0][1])
    assert list(check_repeated_numbers([])) == []


def test_unmapped_columns_refuse_the_export(tmp_path):
    recipe = make_recipe(tmp_path)
    unmapped = tuple(
        UnmappedColumn(name=f"栏目{n}", documents=n, sample_url=f"http://a/{n}")
        for n in range(1, 8)
    )
    facts = SiteFacts(as_of="2020-07-01", documents=1, unmapped=unmapped)
    gate = check_assertions(facts, recipe)[0]
    assert (gate.name, gate.ok) == ("columns-mapped", False)
    assert gate.found == (
        "7 unmapped with 28 documents: 栏目7 (7, such as http://a/7); "
        "栏目6 (6, such as http://a/6); 栏目5 (5, such as http://a/5); "
        "栏目4 (4, such as http://a/4); 栏目3 (3, such as http://a/3); and 2 more"
    )
    assert check_assertions(FACTS, recipe)[0].ok
    lenient = make_recipe(tmp_path, '[modes]\nCOL-03 = "quarantine"\n')
    assert check_assertions(facts, lenient)[0].ok


def test_blocking_findings_refuse_the_export(tmp_path):
    recipe = make_recipe(tmp_path, '[modes]\nCOL-01 = "block"\nDATE-01 = "block"\n')
    assert {"COL-01", "COL-03", "DATE-01"} <= set(blocking_codes(recipe))
    assert "COL-02" not in blocking_codes(recipe)
    facts = SiteFacts(as_of="2020-07-01", documents=1, findings={"DATE-01": 2})
    gates = {gate.name: gate for gate in check_assertions(facts, recipe)}
    assert not gates["no-DATE-01"].ok
    assert gates["no-DATE-01"].found == "2 findings"
    assert gates["no-DATE-01"].remedy == codes()["DATE-01"].remedy_en
    assert not gates["no-COL-01"].ok


def test_bounds_of_the_recipe(tmp_path):
    recipe = make_recipe(
        tmp_path,
        "[assert.min]\ndocuments = 101\nfill.doc_number = 0.4\n"
        "[assert.min.column.xxgk-fd-zc-zf]\nfill.doc_number = 1.0\n"
        "[assert.max]\ndocuments = 100\n",
    )
    assert fields_asserted(recipe) == ["doc_number"]
    gates = {g.name: g for g in check_assertions(FACTS, recipe)}
    assert not gates["assert.min.documents"].ok
    assert gates["assert.min.documents"].expected == "documents at least 101"
    assert gates["assert.min.documents"].found == "100"
    assert gates["assert.max.documents"].ok
    assert gates["assert.min.fill.doc_number"].ok
    column = gates["assert.min.fill.doc_number in column xxgk-fd-zc-zf"]
    assert column.ok
    assert column.found == "1.0000 (35 of 35 documents)"


def test_a_rate_over_no_document_is_zero():
    assertion = Assertion(bound="min", measure="fill.title", value=0.5, column="zwfw")
    gate = _assertion_gate(FACTS, assertion)
    assert not gate.ok
    assert gate.found == "0.0000 (0 of 0 documents)"


def make_recipe(folder, more=""):
    columns = folder / "columns.csv"
    columns.write_text(
        "url_prefix,name_path,action,column,article20,directory,kind,reason,source\n"
        "/news/,,map,zwdt-yw,,,,,test\n"
    )
    path = folder / "recipe.toml"
    path.write_text(
        f'site = "example"\nedition = "zj-2020"\ncolumns = "{columns}"\n{more}'
    )
    return load_recipe(str(path))
