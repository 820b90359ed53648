"""Classification of documents: topics, genres, directories, disclosure, kinds."""

import tomllib
from pathlib import Path

import pytest

from contentkit.models import CaptureRef, Record
from contentkit.normalize import normalize_record
from contentkit.recipe import load_recipe

TABLE = Path(__file__).parents[1] / "tables" / "classes.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["class"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_classes(row, normalize):
    made = normalize(**{row["field"]: row["text"]})
    assert made.document[row["field"]] == row.get("code")
    told = [x for x in made.findings if x.field == row["field"]]
    assert [x.code for x in told] == ([row["finding"]] if "finding" in row else [])
    assert all(x.quote == row["text"] for x in told)
    if "code" in row:
        origin = next(x for x in made.provenance if x.field == row["field"])
        assert origin.original == row["text"]


@pytest.mark.parametrize(
    ("url", "path", "values", "kind"),
    [
        ("/yw/2020/1.html", (), {}, "article"),
        ("/yw/2020/1.html", (), {"title": "关于开展检查的通知"}, "article"),
        ("/zc/2020/1.html", (), {"title": "关于开展检查的通知"}, "policy"),
        ("/zc/2020/1.html", (), {"title": "《管理办法》政策解读"}, "interpretation"),
        ("/zc/2020/1.html", (), {"title": "关于做好政策解读的通知"}, "policy"),
        ("/zc/jd/1.html", (), {"title": "关于管理办法的说明"}, "interpretation"),
        ("/gg/2020/1.html", (), {}, "notice"),
        ("/mt/2020/1.html", (), {}, "media"),
        ("/xxgk/2020/1.html", (), {}, "article"),
        ("/xxgk/1.html", (), {"title": "2019年政府信息公开工作年度报告"}, "disclosure"),
        ("/xxgk/1.html", (), {"doc_number": "江政〔2020〕1号"}, "policy"),
        ("/xxgk/1.html", (), {"title": "招聘公告"}, "notice"),
        ("/xxgk/1.html", (), {"title": "一图读懂管理办法"}, "interpretation"),
        ("/other/1.html", ("首页", "政务公开", "年报"), {}, "disclosure"),
        ("/other/1.html", (), {"title": "招聘公告"}, "article"),
    ],
)
def test_kinds(url, path, values, kind, normalize):
    made = normalize(
        url="http://www.jianglan.example" + url, column_path=path, **values
    )
    assert made.document["kind"] == kind
    assert (made.document["policy"] is not None) == (kind == "policy")


def test_the_recipe_may_fix_the_kind_of_a_column(recipe_folder):
    file = recipe_folder / "recipe.toml"
    file.write_text(
        file.read_text("utf-8") + '[kinds]\n"zwdt-yw" = "notice"\n', "utf-8"
    )
    capture = CaptureRef(
        url="http://a.example/yw/1.html",
        captured_at="2020-11-01T08:00:00+08:00",
        sha256="5" * 64,
        warc="a",
        offset=0,
    )
    made = normalize_record(
        Record(title="要闻"),
        capture=capture,
        recipe=load_recipe(str(file)),
        files={},
    )
    assert made.document["kind"] == "notice"
