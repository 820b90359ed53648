"""Names out of use, confusable words, the agency's own list."""

import pytest

from contentkit.cleanup.expressions import check_expressions
from contentkit.codelists import check_codelists
from contentkit.errors import RecipeError
from contentkit.expressions import Expression, load_expressions
from contentkit.findings import codes, explain
from contentkit.recipe import load_recipe
from contentkit.resources import read_codelist, read_lookup

DAY = "2024-05-06"


def told(text="", *, severe=(), **fields):
    document = {"title": "通知", "body_text": text, "written_on": DAY, **fields}
    found = list(check_expressions(document, severe))
    for finding in found:
        place = document[finding.field][finding.start : finding.end]
        assert place == finding.quote
        assert finding.code in codes()
        assert "…" not in explain(finding, "zh") + explain(finding, "en")
    return [(x.code, x.quote, x.proposal) for x in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请到区工商局办理。", [("EXP-OLDNAME", "工商局", "市场监督管理局")]),
        ("请到区国土资源局办理。", [("EXP-OLDNAME", "国土资源局", None)]),
        ("报国家卫生和计划生育委员会。", [("EXP-OLDNAME", "国家卫生和计划生育委员会", "国家卫生健康委员会")]),
        ("家住奉化市的村民。", [("EXP-OLDNAME", "奉化市", "奉化区")]),
        ("经银监会批准。", [("EXP-OLDNAME", "银监会", "国家金融监督管理总局")]),
    ],
)  # fmt: skip
def test_a_name_out_of_use_is_told(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "由原区工商局移交。",
        "原江澜市工商局移交。",
        "依据《区工商局办事规定》办理。",
        "牌匾上写着“区工商局”。",
        "2015年区工商局组织了检查。",
        "将区工商局的职责整合，组建区市场监督管理局。",
        "张某曾任区工商局局长。",
        "各农业部门、文化部门要配合。",
        "农贸市场由奉化市场公司经营。",
        "见农业部令第3号。",
        "区农业局部署春耕。",
        "公司被农业部评为示范企业。",
        "请到区市场监督管理局、农业农村部门办理。",
        "煤矿安监局负责。",
    ],
)
def test_an_account_of_the_past_and_other_words_are_not_told(text):
    assert told(text) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"written_on": "2016-02-03"},
        {"written_on": None, "published_at": "2016-02-03T10:00:00+08:00"},
        {"doc_number": "江政办〔2016〕3号"},
        {"written_on": None},
        {"written_on": None, "published_at": DAY, "title": "2015年要点（2015年）"},
    ],
)
def test_a_text_from_before_the_renaming_is_not_told(fields):
    assert told("请到区工商局办理。", **fields) == []
    assert told("请到区工商局办理。", title="通知") != []


def test_the_last_new_name_before_the_day_of_the_text_is_proposed():
    text = "经银监会批准。"
    assert told(text, written_on="2019-01-02")[0][2] == "银保监会"
    assert told(text, written_on="2024-01-02")[0][2] == "国家金融监督管理总局"
    assert told(text, written_on="2017-01-02") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("现将布署如下。", [("EXP-TYPO", "布署", "部署")]),
        ("布署一，布署二。", [("EXP-TYPO", "布署", "部署")] * 2),
        ("按装路灯，装机按装机容量计。", [("EXP-TYPO", "按装", "安装")]),
        ("由其发布署名文章。", []),
        ("预防犯罪，防犯罪。", []),
        ("开立帐户。", [("EXP-TYPO", "帐户", "账户")]),
        ("见《路灯按装办法》。", []),
        ("成份股大涨。", []),
        ("做为民服务的好干部。", []),
    ],
)
def test_confusable_words(text, expected):
    assert told(text) == expected


def test_older_forms_stay_in_acts_and_in_texts_from_before():
    assert told("开立帐户。", title="江澜区预算条例") == []
    assert told("开立帐户。", title="江澜区预算条例（修订）") == []
    assert told("开立帐户。", written_on="2001-05-06") == []
    assert told("布署工作。", title="江澜区预算条例") != []


def test_in_a_title_the_whole_title_is_proposed():
    assert told(title="关于布署春耕的通知（布署稿）") == [
        ("EXP-TYPO", "布署", "关于部署春耕的通知（部署稿）")
    ]


def test_places_are_bounded():
    assert len(told("布署" * 5000)) == 20


def test_the_lists_are_sound():
    assert check_codelists() == []
    for rows in (
        read_codelist("confusables"),
        read_lookup("renamed-agencies"),
        read_lookup("renamed-places"),
    ):
        for row in rows:
            assert None not in row.values() and None not in row
            assert row["source"] and row["grade"] in "VPIK", row
            for new in row["new"].split("|"):
                assert new and row["old"] != new
    olds = [row["old"] for row in read_codelist("confusables")]
    assert len(olds) == len(set(olds))
    wrong = [
        (row["new"], x) for row in read_codelist("confusables") for x in olds if x in row["new"]
    ]  # fmt: skip
    assert wrong == [], "a correction must not be a mistake of its own"


SEVERE = (
    Expression(text="江澜国", unless=("江澜国际", "江澜国土"), why="不是国家"),
    Expression(text="某某词", unless=(), why="不用"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江澜国际会展中心，江澜国土分局。", []),
        ("江澜国际与江澜国来往。", ["江澜国"]),
        ("某某词、某某词。", ["某某词"]),
    ],
)
def test_the_list_of_the_agency(text, expected):
    found = told(text, severe=SEVERE)
    assert [x[1] for x in found] == expected
    assert all(x[2] is None for x in found), "nothing is proposed for these"


def test_the_list_is_read_from_the_recipe(tmp_path):
    (tmp_path / "own.csv").write_text(
        "text,unless,why,source\n某某词,某某词典,不用,自订\n", encoding="utf-8"
    )
    recipe = tmp_path / "r.toml"
    head = 'site = "x"\nedition = "zj-2020"\ncolumns = "sample"\n'
    recipe.write_text(head + '[expressions]\nlist = "own.csv"\n', encoding="utf-8")
    loaded = load_recipe(str(recipe))
    assert loaded.expressions == (
        Expression(text="某某词", unless=("某某词典",), why="不用"),
    )
    (tmp_path / "own.csv").write_text(
        "text,unless,why,source\n某某词,,不用,自订\n", encoding="utf-8"
    )
    assert load_recipe(str(recipe)).digest != loaded.digest


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("text,why\n某某词,不用\n", "lacks the fields unless, source"),
        ("text,unless,why,source\n", "holds no rows"),
        ("text,unless,why,source\n词,,不用,自订\n", "row 1: text needs 2 characters"),
        (
            "text,unless,why,source\n某词,别的,不用,自订\n",
            "row 1: unless '别的' does not",
        ),
        ("text,unless,why,source\n某词,不用\n", "row 1 has more or fewer cells"),
    ],
)
def test_the_faults_of_a_list_are_told_with_the_recipe(tmp_path, content, fault):
    (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    recipe = tmp_path / "r.toml"
    head = 'site = "x"\nedition = "zj-2020"\ncolumns = "sample"\n'
    recipe.write_text(head + '[expressions]\nlist = "own.csv"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="own") as caught:
        load_recipe(str(recipe))
    assert any(fault in x for x in caught.value.faults)
    assert load_expressions(tmp_path / "own.csv")[0] == ()
