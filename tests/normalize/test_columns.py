"""The column map: which row wins, merges followed, every fault of a file told."""

import pytest

from contentkit.columns import load_columns

HEADER = "url_prefix,name_path,action,column,article20,directory,kind,reason,source\n"


@pytest.fixture
def columns(tmp_path):
    """Load a column map from its rows; returns map and faults."""

    def load(rows):
        file = tmp_path / "map.csv"
        file.write_text(HEADER + rows, encoding="utf-8")
        return load_columns(file)

    return load


MAP = """\
/a/,,map,zwdt,,,,,x
/a/b/,,map,zwdt-yw,,,,,x
/a/b,,map,zwdt-bm,,,,,x
//other.example/a/,,map,zwdt-zj,,,,,x
/art/*/*/*/art_1229_,,map,zwdt-gg,,,,,x
/c/,政务公开 > 年报,map,xxgk-nb,,,,,x
/c/,,map,xxgk,,,,,x
,政务公开,map,xxgk,,,,,x
,政务公开 > 文件,map,xxgk-fd-zc,,,,,x
,文件,map,xxgk-fd-zc-zf,,,,,x
,*解读*,map,xxgk-fd-jd,,,,,x
,栏目 > *,map,zsyz,,,,,x
"""


@pytest.mark.parametrize(
    ("url", "path", "code"),
    [
        ("http://h.example/a/1.html", (), "zwdt"),
        ("http://h.example/a/b/1.html", (), "zwdt-yw"),
        ("http://h.example/a/b/c/d/1.html", (), "zwdt-yw"),
        ("http://h.example/a/b?x=/a/b/", (), "zwdt-bm"),
        ("http://h.example/a/bc/1.html", (), "zwdt"),
        ("http://h.example/a", (), None),
        ("http://other.example/a/1.html", (), "zwdt-zj"),
        ("http://h.example/art/2021/1/15/art_1229_43.html", (), "zwdt-gg"),
        ("http://h.example/art/2021/1/15/art_12290_43.html", (), None),
        ("http://h.example/art/2021/1/art_1229_43.html", (), None),
        ("http://h.example/c/1.html", ("首页", "政务公开", "年报"), "xxgk-nb"),
        ("http://h.example/c/1.html", ("首页", "政务公开"), "xxgk"),
        ("http://h.example/z/1.html", ("首页", "政务公开"), "xxgk"),
        ("http://h.example/z/1.html", ("首页", "政务公开", "其他"), "xxgk"),
        ("http://h.example/z/1.html", ("首页", "政务公开", "文件"), "xxgk-fd-zc"),
        ("http://h.example/z/1.html", ("首页", "部门", "文件"), "xxgk-fd-zc-zf"),
        ("http://h.example/z/1.html", ("政务公开", "部门", "文件"), "xxgk-fd-zc-zf"),
        ("http://h.example/z/1.html", ("首页", "政策 解读"), "xxgk-fd-jd"),
        ("http://h.example/z/1.html", ("文件", "文件解读库"), "xxgk-fd-jd"),
        ("http://h.example/z/1.html", ("文件解读", "文件"), "xxgk-fd-zc-zf"),
        ("http://h.example/z/1.html", ("栏目", "甲"), "zsyz"),
        ("http://h.example/z/1.html", ("栏目",), None),
        ("http://h.example/a/1.html", ("文件",), "zwdt"),
        ("http://h.example/z/1.html", (), None),
    ],
)
def test_the_most_specific_row_wins(url, path, code, columns):
    column_map, faults = columns(MAP)
    assert faults == []
    rule = column_map.find(url, path)
    assert (rule.column if rule else None) == code


def test_a_column_page_without_a_slash_is_in_its_column(columns):
    column_map, _ = columns("/a/,,map,zwdt,,,,,x\n/a/b/,,map,zwdt-yw,,,,,x\n")
    for url, code in (("/a", "zwdt"), ("/a/b", "zwdt-yw"), ("/a/b.html", "zwdt")):
        assert column_map.find("http://h.example" + url).column == code
    assert column_map.find("http://h.example") is None


def test_a_merge_takes_over_what_its_target_says(columns):
    column_map, faults = columns(
        "/a/,,merge,/b/,,,,old folder,x\n"
        "/b/,,merge,文件,,,notice,,x\n"
        ",文件,map,xxgk-fd-zc,A20-01,xxgk-fd,,,x\n"
    )
    assert faults == []
    rule = column_map.find("http://h.example/a/1.html")
    assert rule.action == "merge"
    assert (rule.column, rule.article20, rule.directory, rule.kind) == (
        "xxgk-fd-zc",
        ("A20-01",),
        "xxgk-fd",
        "",
    )


def test_a_dropped_column_has_a_reason_and_no_platform_column(columns):
    column_map, faults = columns("/a/,,drop,zwdt,,,,test-content,x\n")
    assert faults == []
    rule = column_map.find("http://h.example/a/1.html")
    assert (rule.action, rule.reason, rule.column) == ("drop", "test-content", "")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("", "holds no rows"),
        ("/a/,,map,nowhere,,,,,x\n", "'nowhere' is not a code of platform-columns"),
        ("/a/,,map,,,,,,x\n", "action map needs a column"),
        ("/a/,,merge,,,,,,x\n", "action merge needs a column"),
        ("/a/,,merge,/b/,,,,,x\n", "merges into '/b/', which has no row"),
        ("/a/,,merge,/a/,,,,,x\n", "merge cycle: /a/ > /a/"),
        (
            "/a/,,merge,/b/,,,,,x\n/b/,,merge,/a/,,,,,x\n",
            "merge cycle: /a/ > /b/ > /a/",
        ),
        (
            "/a/,,merge,/b/,,,,,x\n/b/,,drop,,,,,stub,x\n",
            "/a/ merges into /b/, which is dropped",
        ),
        ("/a/,,drop,,,,,,x\n", "'' is not a code of drop-reasons"),
        ("/a/,,move,zwdt,,,,,x\n", "action is 'move', not one of map, merge, drop"),
        (",,map,zwdt,,,,,x\n", "needs a url_prefix or a name_path"),
        ("/a/,,map,zwdt,A20-16,,,,x\n", "'A20-16' is not a code of article20"),
        ("/a/,,map,zwdt,,nowhere,,,x\n", "'nowhere' is not a code of platform-columns"),
        ("/a/,,map,zwdt,,,news,,x\n", "kind is 'news'"),
        ("/a/,,map,zwdt,,,,,x\n/a/,,map,zwdt,,,,,x\n", "/a/ stands twice"),
        ("/a/,,map,zwdt\n", "row 1 has more or fewer cells"),
        ("/a/,,map,zwdt,,,,,x,y\n", "row 1 has more or fewer cells"),
    ],
)
def test_faults_of_a_map(rows, fault, columns):
    _, faults = columns(rows)
    assert any(fault in text for text in faults), faults


def test_missing_fields_of_the_header_are_told(tmp_path):
    file = tmp_path / "map.csv"
    file.write_text("url_prefix,action\n/a/,map\n", encoding="utf-8")
    assert load_columns(file)[1] == [
        "lacks the fields name_path, column, article20, directory, kind, reason, source"
    ]


def test_all_faults_are_told_at_once(columns):
    _, faults = columns("/a/,,map,nowhere,A20-99,,news,,x\n/b/,,move,,,,,,x\n")
    assert len(faults) == 5
