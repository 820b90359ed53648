"""Recipes: loading, all faults at once, digests, and the code lists behind them."""

import json

import pytest

from contentkit import codelists
from contentkit.codelists import CodeList, check_codelists, load_codelist
from contentkit.errors import RecipeError
from contentkit.normalize.steps import STEPS
from contentkit.recipe import DEFAULT_STEPS, load_recipe
from contentkit.resources import find, packaged, read_codelist


def test_packaged_recipes_load():
    assert {"auto", "zhecheng"} <= set(packaged("recipe"))
    for name in packaged("recipe"):
        assert load_recipe(name).site == name


def test_a_recipe_by_path_finds_its_tables_beside_it(recipe):
    assert recipe.site == "jianglan"
    assert recipe.steps == DEFAULT_STEPS
    assert recipe.patches == {
        ("source", "区政俯办"): "区府办",
        ("author", "管理员"): "",
    }
    assert [x.reason for x in recipe.drops] == ["test-content"]


def test_steps_are_the_closed_registry():
    schema = json.loads(find("format", "recipe").read_text(encoding="utf-8"))
    assert schema["properties"]["steps"]["items"]["enum"] == list(STEPS)
    assert list(STEPS) == list(DEFAULT_STEPS)


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ("sit = 1", "'sit' was unexpected"),
        ("steps = ['clean-text', 'guess']", "steps[1]: 'guess' is not one of"),
        ("path_pattern = '/{slug}/{id}.html'", "may stand in braces"),
        ("path_pattern = '/{id}/{'", "may stand in braces"),
        ("path_pattern = '/{year}.html'", "two documents share one path"),
        ("[modes]\nNOPE-01 = 'block'", "modes.NOPE-01: there is no finding"),
        ("[modes]\n'IDX-02' = 'ignore'", "'ignore' is not one of"),
        ("[kinds]\nnowhere = 'notice'", "'nowhere' is not a column"),
        ("[kinds]\nzwdt = 'news'", "'news' is not one of"),
        ("[defaults]\npublished_at = '2020-01-01'", "'published_at' was unexpected"),
        ("[assert.min]\nfill.title = 2", "assert.min.fill.title: 2 is greater"),
        ("[assert.min]\ndocuments = -1", "assert.min.documents"),
        ("[assert.max.column.nowhere]\ndocuments = 1", "'nowhere' is not a column"),
        ("[[drop]]\nurl = '('\nreason = 'stub'", "'(' is not a 'regex'"),
        ("[[drop]]\nurl = 'x'\nreason = 'because'", "'because' is not in drop-reasons"),
    ],
)
def test_faults_of_a_recipe(extra, fault, tmp_path):
    file = tmp_path / "r.toml"
    head = "site = 'a'\nedition = 'zj-2020'\ncolumns = 'auto'\n"
    file.write_text(head + extra, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_recipe(str(file))
    assert fault in str(caught.value)
    assert str(caught.value).startswith(str(file))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"site = \n", "is no valid TOML"),
        (b"site = '\xc4\xe3'", "byte 8 is not UTF-8; save the file as UTF-8"),
        (b"", "'columns' is a required property"),
    ],
)
def test_a_file_that_cannot_be_read(data, fault, tmp_path):
    file = tmp_path / "r.toml"
    file.write_bytes(data)
    with pytest.raises(RecipeError, match=fault):
        load_recipe(str(file))


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(RecipeError, match="give a path or one of auto"):
        load_recipe("no-such-recipe")


def test_faults_of_all_tables_are_told_at_once(recipe_folder):
    (recipe_folder / "columns.csv").write_bytes("栏目".encode("gb18030"))
    issuers = recipe_folder / "issuers.csv"
    issuers.write_text(
        "name,alias,code,doc_code,valid_from,valid_to,source\n"
        "甲局,,11330206002954449B,,,,x\n甲局,甲,,,,,x\n,乙,,,,,x\n丙局,,\n"
        "丁局,,123,,2019/1/1,,x\n",
        encoding="utf-8",
    )
    patches = recipe_folder / "patches.csv"
    patches.write_text(
        "field,value,replacement,reason,source\n"
        "title,b,c,,x\ntitle,b,d,why,x\ntitel,b,d,why,x\n",
        "utf-8",
    )
    with pytest.raises(RecipeError) as caught:
        load_recipe(str(recipe_folder / "recipe.toml"))
    assert list(caught.value.faults) == [
        "columns.csv: byte 0 is not UTF-8; save the file as UTF-8",
        "issuers.csv: row 2: 甲局 has two codes; keep one",
        "issuers.csv: row 3 has no name",
        "issuers.csv: row 4 has more or fewer cells than the header",
        "issuers.csv: row 5 has the code '123': 18 characters (USCC) or 9, or leave it out",
        "issuers.csv: row 5 has valid_from '2019/1/1': write YYYY-MM-DD",
        "patches.csv: row 1 gives no reason",
        "patches.csv: row 2: title 'b' stands twice",
        "patches.csv: row 3: no record has a field 'titel'",
    ]


def test_a_table_that_is_not_there(recipe_folder):
    (recipe_folder / "patches.csv").unlink()
    with pytest.raises(RecipeError, match=r"patches\.csv: no such file"):
        load_recipe(str(recipe_folder / "recipe.toml"))


@pytest.mark.parametrize(
    ("name", "old", "new", "changes"),
    [
        ("recipe.toml", "test-content", "stub", True),
        ("recipe.toml", "[lookups]", "# a comment\n[lookups]", False),
        ("recipe.toml", "[labels]", "[assert.min]\ndocuments = 3\n[labels]", False),
        ("recipe.toml", "[labels]", "[modes]\n'IDX-02' = 'block'\n[labels]", True),
        ("columns.csv", "zwdt-yw", "zwdt-bm", True),
        ("issuers.csv", "区政府,", "区人民政府,", True),
        ("patches.csv", ",区府办,", ",区政府办,", True),
    ],
)
def test_the_digest_changes_with_what_may_change_a_document(
    name, old, new, changes, recipe_folder
):
    file = str(recipe_folder / "recipe.toml")
    before = load_recipe(file).digest
    assert load_recipe(file).digest == before
    text = (recipe_folder / name).read_text("utf-8")
    assert old in text
    (recipe_folder / name).write_text(text.replace(old, new), "utf-8")
    assert (load_recipe(file).digest != before) == changes


def test_assertions_overall_and_by_column(recipe_folder):
    file = recipe_folder / "recipe.toml"
    extra = (
        '[assert.min]\ndocuments = 5\nfill.issuer = 0.5\n[assert.min.column."zwdt-yw"]\n'
        "documents = 2\nfill.source = 1.0\n[assert.max]\ndocuments = 9\n"
    )
    file.write_text(file.read_text("utf-8") + extra, "utf-8")
    found = {
        (x.bound, x.column, x.measure, x.value)
        for x in load_recipe(str(file)).assertions
    }
    assert found == {
        ("min", None, "documents", 5),
        ("min", None, "fill.issuer", 0.5),
        ("min", "zwdt-yw", "documents", 2),
        ("min", "zwdt-yw", "fill.source", 1.0),
        ("max", None, "documents", 9),
    }


def test_packaged_code_lists_are_sound():
    assert check_codelists() == []


@pytest.mark.parametrize(
    ("name", "top", "count"),
    [("topics", 22, 143), ("article20", 29, 29), ("disclosure", 3, 3)],
)
def test_code_lists_are_complete(name, top, count):
    terms = load_codelist(name).terms.values()
    assert len(terms) == count
    assert sum(term.parent is None for term in terms) == top


def test_items_and_kinds_of_the_platform_tree_exist():
    items = load_codelist("article20")
    for row in read_codelist("platform-columns"):
        assert all(code in items for code in row["article20"].split())
        assert row["grade"] in {"V", "P", "I", "K"}
    covered = {
        code
        for row in read_codelist("platform-columns")
        for code in row["article20"].split()
    }
    expected = {code for code in items.terms if not code.startswith("A21-T")}
    assert covered == expected


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([{"code": "a", "name": "甲"}, {"code": "a", "name": "乙"}], ["stands twice"]),
        ([{"code": "a", "name": ""}], ["lacks code or name"]),
        ([{"code": "a", "name": "甲", "parent": "b"}], ["there is no parent 'b'"]),
        (
            [
                {"code": "a", "name": "甲", "parent": "b"},
                {"code": "b", "name": "乙", "parent": "a"},
            ],
            ["'a' is among its own", "'b' is among its own"],
        ),
        ([{"code": "a", "name": "甲", "parent": "a"}], ["'a' is among its own"]),
    ],
)
def test_faults_of_a_vocabulary(rows, faults):
    found = codelists._vocabulary_faults(rows)
    assert len(found) == len(faults)
    assert all(part in text for part, text in zip(faults, found, strict=True))


def test_names_are_found_within_a_parent():
    topics = load_codelist("topics")
    assert isinstance(topics, CodeList)
    assert [x.code for x in topics.named("其它", parent="11")] == ["11-04"]
    assert [x.code for x in topics.named("财政")] == ["04-01"]
    assert topics.named("没有") == ()
