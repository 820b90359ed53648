"""Catalogues of documents as lines, as flattened cells, as rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.policy.list_rows import split_line
from contentkit.policy.tables import find_lists, heading_type, read_list, rows_text

LINES = """甲县人民政府关于公布规范性文件清理结果的通知
各街道办事处：
经清理，决定废止规范性文件3件，现将目录予以公布。
附件1：废止的规范性文件目录（3件）
序号  文件名称   文号   说明
1  甲县人民政府关于印发城区养犬管理办法的通知  甲政发〔2010〕5号  已被替代
2 关于加强河道保洁的通知 甲政办〔2011〕12号
3  关于规范早市管理的意见（试行）
附件2：继续有效的规范性文件目录
序号
文件名称
文号
1
关于印发甲县
停车收费管理办法的通知
甲政办〔2015〕7号
2
《甲县绿化条例实施细则》
甲政令第3号
附件3：拟修改的规范性文件目录
1 关于鼓励投资的若干规定 甲政发〔2012〕1号
甲县人民政府
2020年1月2日
"""


def brief(effects):
    return [f"{e.type}|{e.title}|{e.doc_number}" for e in effects]


def test_lines_wide_spaces_and_flattened_cells():
    lists = find_lists(LINES)
    assert brief(lists.effects) == [
        "repeal|甲县人民政府关于印发城区养犬管理办法的通知|甲政发〔2010〕5号",
        "repeal|关于加强河道保洁的通知|甲政办〔2011〕12号",
        "repeal|关于规范早市管理的意见（试行）|None",
        "keep|关于印发甲县停车收费管理办法的通知|甲政办〔2015〕7号",
        "keep|甲县绿化条例实施细则|甲政令第3号",
    ]
    for effect in lists.effects:
        assert LINES[effect.start : effect.end] == effect.quote
        assert lists.covers(effect.start)
    assert not lists.covers(LINES.index("经清理"))
    assert lists.covers(LINES.index("关于鼓励投资"))  # a plan is a list too


def test_rows_with_a_column_of_results():
    rows = [
        ["序号", "文件名称", "文号", "清理结果"],
        ["1", "关于集市事项的通知", "甲发〔2010〕5号", "废止"],
        ["2", "关于渡口的办法", "", "拟修改"],
        ["3", "甲县公园管理办法", "甲发〔2012〕8号", "继续有效"],
        ["4", "甲县城墙保护规定", "甲发〔2013〕2号", "宣布失效"],
    ]
    effects = read_list(rows, "规范性文件清理结果目录")
    assert brief(effects) == [
        "repeal|关于集市事项的通知|甲发〔2010〕5号",
        "keep|甲县公园管理办法|甲发〔2012〕8号",
        "lapse|甲县城墙保护规定|甲发〔2013〕2号",
    ]
    text = rows_text(rows)
    assert all(text[e.start : e.end] == e.quote for e in effects)


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("附件1：继续有效的规范性文件目录", "keep"),
        ("保留的规章目录", "keep"),
        ("宣布失效的文件清单", "lapse"),
        ("决定停止执行的文件名单", "stop"),
        ("废止文件目录", "repeal"),
        ("拟废止的规范性文件目录", "None"),
        ("拟修改的文件目录", "None"),
        ("修改的规范性文件目录", "None"),
        ("行政审批事项目录", "None"),
    ],
)
def test_headings(heading, wanted):
    assert str(heading_type(heading)) == wanted


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("a sentence ends the list", "废止的文件目录\n特此通知。\n关于甲的通知"),
        ("a new section ends it", "废止的文件目录\n三、工作要求\n1 关于甲的通知"),
        ("the signature is no row", "废止的文件目录\n甲县人民政府办公室\n2020年1月1日"),
        ("no heading, no list", "序号 文件名称\n1 关于甲的通知 甲发〔2010〕5号"),
        ("a list of other things", "行政许可事项目录\n1 关于甲的通知 甲发〔2010〕5号"),
    ],
)
def test_what_is_no_row(why, text):
    assert find_lists(text).effects == (), why


def test_a_row_says_which_part():
    rows = [["1", "甲县水利办法", "甲发〔2010〕5号", "第三条"]]
    (effect,) = read_list(rows, "废止的文件目录")
    assert (effect.scope, effect.detail) == ("partial", "第三条")


@pytest.mark.parametrize("as_lines", [True, False])
def test_five_thousand_rows(as_lines):
    rows = [
        [str(n), f"关于第{n}号水库管理办法的通知", f"甲发〔2010〕{n}号", "已被替代"]
        for n in range(1, 5001)
    ]
    content = rows_text(rows).replace("\t", "\n") if as_lines else rows
    effects = read_list(content, "废止的规范性文件目录")
    assert len(effects) == 5000
    assert effects[-1].doc_number == "甲发〔2010〕5000号"
    assert max(len(effect.quote) for effect in effects) < 100


CELLS = st.sampled_from(
    [
        "1",
        "２",
        "关于甲的通知",
        "《乙办法》",
        "甲发〔2010〕5号",
        "废止",
        "说明",
        "",
        " ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=8))
def test_offsets_of_rows(rows):
    text = rows_text(rows)
    for effect in read_list(rows, "废止的文件目录"):
        assert text[effect.start : effect.end] == effect.quote


@given(st.text(alphabet="甲 \t|　｜1", max_size=40))
def test_cells_stand_where_they_say(line):
    for cell in split_line(line, 0):
        assert line[cell.start : cell.end] == cell.text
