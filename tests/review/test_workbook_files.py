"""The files that come back: saved by LibreOffice, damaged, locked, something else."""

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from contentkit.errors import ContentkitError
from contentkit.review.workbook_import import Imported, import_workbook
from contentkit.review.workbook_layout import COLUMNS, check_of, plain
from contentkit.review.workbook_read import Reading, read_rows
from contentkit.review.workbook_sheets import Sheets
from contentkit.review.workbook_write import write_workbook

NOW = "2026-01-02T03:04:05+08:00"
NUMBERS, VALIDITY = "发文字号写法", "有效性"
AUTHOR = ("--author", "王编辑")


def take(worklists, path: Path) -> Imported:
    return import_workbook(worklists, path, author="王编辑", lang="zh", now=NOW)


def states(worklists) -> list[tuple[int, str]]:
    return worklists.conn.execute(
        "SELECT f.url_id, v.decision FROM v_findings v JOIN findings f ON f.id = v.id"
        " WHERE v.decision <> 'open' ORDER BY f.url_id, v.decision"
    ).fetchall()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory):
    """Return a function that has LibreOffice save a file as another kind."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is absent: its round trip is not tested")
    profile = tmp_path_factory.mktemp("office")

    def save_as(path: Path, kind: str) -> Path:
        folder = path.parent / f"as-{kind}"
        subprocess.run(
            [
                program,
                "--headless",
                f"-env:UserInstallation={profile.as_uri()}",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return folder / f"{path.stem}.{kind}"

    return save_as


@pytest.fixture
def filled(worklists, book, editor) -> Path:
    """The worklists with answers on each hostile row and two others, then edited."""
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[VALIDITY]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, editor.heads(sheet)["answer"]).value = "通过"
    sheet.insert_cols(3)
    sheet["C1"] = "核对人"
    workbook.save(book)
    reason = "=1+1\n第二行"
    editor.fill(book, NUMBERS, 2, answer="改为", value="江政〔2020〕2号", reason=reason)
    editor.fill(book, NUMBERS, 3, answer="好")
    return book


@pytest.mark.parametrize("kinds", [["xlsx"], ["ods", "xlsx"], ["xls"]])
def test_what_libreoffice_saved_is_what_the_editor_said(
    worklists, filled, editor, office, kinds
):
    path = filled
    for kind in kinds:
        path = office(path, kind)
    if kinds == ["xlsx"]:
        sheet = openpyxl.load_workbook(path)[NUMBERS]
        (choice,) = sheet.data_validations.dataValidation
        assert "通过" in choice.formula1
        column = sheet.cell(1, editor.heads(sheet)["subject"]).column_letter
        assert sheet.column_dimensions[column].hidden
    result = take(worklists, path)
    assert [(row.sheet, row.why) for row in result.refused] == [
        (NUMBERS, "unknown-answer")
    ]
    assert len(result.taken) == len(editor.hostile) + 1
    assert result.skipped_sheets == []
    said = worklists.conn.execute(
        "SELECT answer, value, reason FROM decisions WHERE code = 'NUM-BRACKET'"
    ).fetchall()
    assert said == [("change", "江政〔2020〕2号", "=1+1\n第二行")]
    assert take(worklists, filled).taken == [], "the file before it says the same"


def csv_renamed(path: Path, book: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(["级别", "规则", "决定"])


def cut_off(path: Path, book: Path) -> None:
    data = book.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flipped(path: Path, book: Path) -> None:
    data = bytearray(book.read_bytes())
    place = data.index(b"xl/worksheets/sheet2.xml") + 400
    data[place : place + 8] = b"\xff" * 8
    path.write_bytes(data)


def empty(path: Path, book: Path) -> None:
    path.write_bytes(b"")


def another_zip(path: Path, book: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "x")


def locked(path: Path, book: Path) -> None:
    # as MS-OFFCRYPTO packs a workbook with a password: an OLE file
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096)


def of_somebody_else(path: Path, book: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["级别", "规则", "决定", "理由"])
    workbook.save(path)


def without_keys(path: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[NUMBERS].delete_cols(14, 4)
    workbook[VALIDITY].delete_cols(14, 1)
    workbook.save(path)


def without_quotes(path: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[VALIDITY].delete_cols(7)
    workbook.save(path)


def with_two_answers(path: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[VALIDITY]
    sheet.cell(1, 30).value = "决 定"
    workbook.save(path)


def with_a_cell_far_outside(path: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[VALIDITY]["XFD1048576"] = "x"
    workbook.save(path)


def with_many_columns(path: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[VALIDITY]["ZZ1"] = "x"
    workbook[VALIDITY]["A1048576"] = "x"
    workbook.save(path)


BAD_FILES = (
    (with_a_cell_far_outside, "过大"),
    (with_many_columns, "过大"),
    (csv_renamed, "CSV"),
    (empty, "不是 Excel 工作簿"),
    (cut_off, "已损坏"),
    (flipped, "已损坏"),
    (another_zip, "不是 Excel 工作簿"),
    (locked, "已损坏"),
    (of_somebody_else, "没有找到待办工作表"),
    (without_keys, "缺少列：编号（勿改）"),
    (without_quotes, "缺少列：原文"),
    (with_two_answers, "重复的列：决定"),
)


@pytest.mark.parametrize(("make", "told"), BAD_FILES, ids=str)
def test_a_file_that_cannot_be_read_whole_decides_nothing_in_one_line(
    worklists, book, editor, tmp_path, make, told
):
    editor.fill(book, NUMBERS, 1, answer="通过")
    path = tmp_path / "回来.xlsx"
    make(path, book)
    with pytest.raises(ContentkitError, match=told) as caught:
        take(worklists, path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert states(worklists) == []


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(
    worklists, book, editor, monkeypatch
):
    editor.fill(book, NUMBERS, 1, answer="通过")
    monkeypatch.setattr("contentkit.review.workbook_read.MOST_BYTES", 50_000)
    with pytest.raises(ContentkitError, match="过大"):
        take(worklists, book)


def test_macros_are_told_and_not_run(worklists, book, editor, tmp_path):
    editor.fill(book, NUMBERS, 1, answer="通过")
    path = tmp_path / "a.xlsm"
    shutil.copy(book, path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0" * 100)
    result = take(worklists, path)
    assert result.has_macros
    assert states(worklists) == [(1, "accept")]


def test_the_commands_tell_what_became_of_each_row(
    worklists, editor, cli, tmp_path: Path
):
    folder, path = worklists.folder, tmp_path / "待办.xlsx"
    done = cli("-w", folder, "review", "export", path, "--code", "NUM-BRACKET")
    assert (done.returncode, done.stdout.strip()) == (0, str(path))
    again = cli("-w", folder, "review", "export", path)
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    editor.fill(path, NUMBERS, 1, answer="通过", reason="已核对")
    editor.fill(path, NUMBERS, 2, answer="照办")
    words = ("-w", folder, "review", "import", path, *AUTHOR)
    dry = cli(*words, "--dry-run")
    assert dry.returncode == 1
    assert "未作任何决定" in dry.stderr
    assert states(worklists) == []
    done = cli(*words, "--json")
    assert done.returncode == 1
    taken, refused, counts = map(json.loads, done.stdout.splitlines())
    assert (taken["outcome"], taken["answer"]) == ("taken", "accept")
    assert (refused["outcome"], refused["why"]) == ("refused", "unknown-answer")
    assert (counts["taken"], counts["refused"]) == (1, 1)
    again = cli(*words)
    assert "采纳 0 条，与现有决定相同 1 条" in again.stdout
    assert "“照办”不是可用的决定" in again.stdout
    undone = cli("-w", folder, "decide", "--undo", counts["batch"], *AUTHOR)
    assert undone.returncode == 0
    assert states(worklists) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "missing.xlsx", *AUTHOR), "无法读取"),
        (("import", "missing.xlsx", "--author", " "), "needs its author"),
        (("import", "missing.xlsx"), "--author"),
        (("export", "a.csv"), "ends with .xlsx"),
        (("export", "a.xlsx", "--code", "NOPE"), "no such code"),
    ],
)
def test_wrong_use_is_one_line(worklists, cli, tmp_path, words, told):
    done = cli("-w", worklists.folder, "review", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [worklists.folder]


def test_a_workspace_in_use_is_told_and_nothing_is_decided(
    worklists, book, editor, cli
):
    editor.fill(book, NUMBERS, 1, answer="通过")
    words = ("-w", worklists.folder, "review", "import", book, *AUTHOR)
    with worklists.writing("cleanup"):
        done = cli(*words)
        assert cli(*words, "--dry-run").returncode == 0
    assert done.returncode == 5
    assert states(worklists) == []


def test_export_tells_a_full_disk_in_one_line(worklists, tmp_path, monkeypatch):
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("/dev/full is absent: a full disk is not tested")
    (tmp_path / "a.xlsx.part").symlink_to(path)
    with pytest.raises(ContentkitError, match="cannot be written"):
        write_workbook(worklists, tmp_path / "a.xlsx", wanted={}, lang="zh")
    assert not (tmp_path / "a.xlsx").exists()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=40))
def test_any_text_comes_back_as_the_text_that_was_checked(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "a.xlsx"
    keys = [column.key for column in COLUMNS]
    written = []
    for number, text in enumerate([*texts, "\U0001f600" * 33_000]):
        cells = {**dict.fromkeys(keys, ""), "quote": plain(text), "url": plain(text)}
        cells["subject"] = f"{number:032x}"
        written.append({**cells, "check": check_of(cells)})
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        Sheets(book, "zh").add("清单", written)
    rows = list(read_rows(path, Reading(), lang="zh"))
    assert [row.cells["subject"] for row in rows] == [w["subject"] for w in written]
    for row in rows:
        assert check_of(row.cells) == row.cells["check"]
