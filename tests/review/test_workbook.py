"""Worklists as a spreadsheet: what an editor may do to it, and what comes back."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from contentkit.errors import ContentkitError
from contentkit.findings import codes
from contentkit.models import Finding
from contentkit.review.decisions import Answer, decide, find_targets, undo
from contentkit.review.words import LANGS, Words
from contentkit.review.workbook_import import Imported, import_workbook
from contentkit.review.workbook_layout import COLUMNS, answer_words, headers
from contentkit.review.workbook_write import write_workbook
from contentkit.stages.finding_rows import replace_findings
from contentkit.workspace import Workspace

NOW = "2026-01-02T03:04:05+08:00"
NUMBERS, VALIDITY, PAIRS = "发文字号写法", "有效性", "重复"


def take(worklists: Workspace, path: Path, now: str | None = NOW) -> Imported:
    return import_workbook(worklists, path, author="王编辑", lang="zh", now=now)


def states(worklists: Workspace, code: str = "NUM-BRACKET") -> dict[int, str]:
    rows = worklists.conn.execute(
        "SELECT url_id, v.decision FROM v_findings v JOIN findings f ON f.id = v.id"
        " WHERE v.code = ? AND v.decision <> 'open'",
        [code],
    )
    return dict(rows.fetchall())


def whys(result: Imported) -> list[str | None]:
    return [row.why for row in result.refused]


def test_a_filled_sheet_becomes_one_batch_that_one_undo_takes_back(
    worklists, book, editor
):
    editor.fill(book, NUMBERS, 1, answer="通过", reason="已核对原件")
    editor.fill(book, NUMBERS, 2, answer="驳回")
    editor.fill(book, NUMBERS, 3, answer="改为", value="江政办〔2020〕3号")
    editor.fill(book, PAIRS, 1, answer="待定")
    result = take(worklists, book)
    assert (len(result.taken), result.unchanged, result.refused) == (4, 0, [])
    assert result.blank == 2 * len(editor.hostile) + 1 - 4
    assert states(worklists) == {1: "accept", 2: "reject", 3: "change"}
    assert states(worklists, "DUP-NEAR") == {1: "unsure"}
    assert result.batch is not None
    kept = worklists.conn.execute(
        "SELECT author, reason, value, decided_at FROM decisions WHERE answer IN"
        " ('accept', 'change') ORDER BY answer"
    ).fetchall()
    assert kept == [
        ("王编辑", "已核对原件", None, NOW),
        ("王编辑", None, "江政办〔2020〕3号", NOW),
    ]
    assert undo(worklists, result.batch, author="李", now=NOW) == 4
    assert states(worklists) == {}


def test_the_same_file_twice_changes_nothing_and_after_an_undo_counts_again(
    worklists, book, editor
):
    editor.fill(book, NUMBERS, 1, answer="通过", reason="第一行\n第二行 ")
    batch = take(worklists, book).batch
    again = take(worklists, book)
    assert (again.taken, again.unchanged, again.batch) == ([], 1, None)
    undo(worklists, batch, author="李", now=NOW)
    assert len(take(worklists, book).taken) == 1, "an undone import can be made again"


def test_a_dry_run_tells_the_same_and_decides_nothing(worklists, book, editor):
    editor.fill(book, NUMBERS, 1, answer="通过")
    editor.fill(book, NUMBERS, 2, answer="好的")
    result = take(worklists, book, now=None)
    assert [row.answer for row in result.taken] == ["accept"]
    assert whys(result) == ["unknown-answer"]
    assert result.batch is None
    assert states(worklists) == {}


def test_an_editor_sorts_colors_moves_and_inserts_columns_and_deletes_rows(
    worklists, book, editor
):
    editor.fill(book, NUMBERS, 5, answer=" 通过 ")
    editor.fill(book, NUMBERS, 3, answer="reject", reason="不改")
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[NUMBERS]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    rows.sort(key=lambda row: str(row[4]), reverse=True)
    for number, row in enumerate(rows[3:], 2):  # three rows deleted
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    sheet.delete_rows(len(rows) - 1, 3)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet.insert_cols(1)  # the editor's own
    sheet.insert_cols(9)
    sheet["A1"], sheet["I1"] = "备注", "核对人"
    sheet["A3"] = "问过办公室"
    sheet.insert_rows(1)  # a title above the header
    sheet["A1"] = "二季度待办"
    sheet.auto_filter.ref = None
    sheet.title = "我的清单"
    mine = workbook.create_sheet("记录")
    mine["A1"] = "决定"
    workbook.save(book)
    result = take(worklists, book)
    assert result.refused == []
    assert {row.sheet for row in result.taken} == {"我的清单"}
    assert states(worklists) == {3: "reject", 5: "accept"}
    assert result.skipped_sheets == ["记录"]


def test_cells_that_begin_like_formulas_are_words_and_come_back_as_they_were(
    worklists, book, editor
):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[VALIDITY]
    column = editor.heads(sheet)
    seen = set()
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type in ("s", "inlineStr", "n"), cell.value
            assert cell.data_type != "n" or cell.value is None
            assert cell.number_format == "@"
        quote = row[column["quote"] - 1]
        seen.add(quote.value)
        assert quote.hyperlink is None
        assert len(quote.value) <= 32_767
    assert {editor.hostile[0], "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "1E5"} <= seen
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column["answer"]).value = "通过"
    workbook.save(book)
    assert len(take(worklists, book).taken) == len(editor.hostile)


def test_a_link_leads_to_plain_web_addresses_only(worklists, tmp_path, editor):
    hostile = (
        "javascript:alert(1)",
        "file:///etc/passwd",
        'http://e.cn/"x',
        "\\\\h\\s",
    )
    for number, url in enumerate(hostile, 1):
        worklists.conn.execute("UPDATE urls SET url = ? WHERE id = ?", [url, number])
    path = tmp_path / "a.xlsx"
    write_workbook(worklists, path, wanted={"codes": ["NUM-BRACKET"]}, lang="zh")
    sheet = openpyxl.load_workbook(path)[NUMBERS]
    column = editor.heads(sheet)["url"]
    links = {c.value: c.hyperlink for (c,) in sheet.iter_rows(2, None, column, column)}
    assert set(hostile) <= links.keys()
    assert {url for url, link in links.items() if link} == {
        editor.url(n) for n in range(len(hostile) + 1, len(editor.hostile) + 1)
    }


def test_links_do_not_grow_with_the_rows(worklists, editor, tmp_path, monkeypatch):
    monkeypatch.setattr("contentkit.review.workbook_sheets.MOST_LINKS", 20)
    path = tmp_path / "a.xlsx"
    write_workbook(worklists, path, wanted={}, lang="zh")
    links = 0
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        column = editor.heads(sheet)["url"]
        cells = [c for (c,) in sheet.iter_rows(2, None, column, column)]
        assert all(cell.value.startswith("http://e.cn/") for cell in cells)
        links += sum(cell.hyperlink is not None for cell in cells)
    assert links == 20


def test_each_sheet_is_ready_to_work_in(book, editor):
    workbook = openpyxl.load_workbook(book)
    assert workbook.sheetnames == ["填写说明", NUMBERS, PAIRS, VALIDITY]
    sheet = workbook[NUMBERS]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"通过,驳回,改为,待定,撤销"'
    answer = sheet.cell(1, editor.heads(sheet)["answer"]).column_letter
    assert str(choice.sqref) == f"{answer}2:{answer}{len(editor.hostile) + 1}"
    hidden = {k for k, v in sheet.column_dimensions.items() if v.hidden}
    keys = ("subject", "evidence", "version", "check")
    first = sheet.cell(1, editor.heads(sheet)["subject"]).column_letter
    assert first in hidden
    assert sheet.column_dimensions[first].max == editor.heads(sheet)["check"]
    assert [editor.heads(sheet)[key] for key in keys] == list(range(14, 18))


def test_the_same_ledger_gives_the_same_bytes(worklists, book, tmp_path):
    write_workbook(worklists, tmp_path / "b.xlsx", wanted={}, lang="zh")
    assert (tmp_path / "b.xlsx").read_bytes() == book.read_bytes()


def test_what_was_decided_is_shown_and_can_be_taken_back(worklists, tmp_path, editor):
    code = {"code": "NUM-BRACKET", "url": editor.url(2)}
    change = Answer(
        answer="change", author="李", value="江政〔2020〕2号", reason="原件"
    )
    decide(worklists, find_targets(worklists, code), change, now=NOW)
    path = tmp_path / "d.xlsx"
    wanted = {"codes": ["NUM-BRACKET"], "decisions": ["change"]}
    assert write_workbook(worklists, path, wanted=wanted, lang="zh").findings == 1
    assert take(worklists, path).unchanged == 1
    editor.fill(path, NUMBERS, 2, answer="撤销", value="", reason="")
    assert len(take(worklists, path).taken) == 1
    assert states(worklists) == {}
    assert take(worklists, path).unchanged == 1


def test_an_english_sheet_reads_back_whatever_the_language_of_the_import(
    worklists, tmp_path, editor
):
    path = tmp_path / "e.xlsx"
    write_workbook(worklists, path, wanted={}, lang="en")
    editor.fill(path, "Writing of numbers", 1, answer="Accept")
    editor.fill(path, "Writing of numbers", 2, answer="通过")
    assert len(take(worklists, path).taken) == 2


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"answer": "同意"}, "unknown-answer"),
        ({"answer": "改为", "value": "#REF!"}, "no-value"),
        ({"reason": "看过了"}, "no-answer"),
        ({"value": "江政〔2020〕1号"}, "no-answer"),
        ({"answer": "改为"}, "no-value"),
        ({"answer": "通过", "value": "江政〔2020〕1号"}, "value-unasked"),
        ({"answer": "通过", "reason": "长" * 2001}, "too-long"),
        ({"answer": "改为", "value": "长" * 32_500}, "too-long"),
        ({"answer": "改为", "value": 2.1}, "unclear"),
        ({"answer": True}, "unclear"),
        ({"answer": "通过", "subject": None}, "no-key"),
        ({"answer": "通过", "subject": "f" * 32}, "edited"),
        ({"answer": "通过", "evidence": "f" * 64}, "edited"),
        ({"answer": "通过", "version": "1"}, "edited"),
        ({"answer": "通过", "check": "f" * 16}, "edited"),
        ({"answer": "通过", "proposal": "江政发〔2020〕1号"}, "edited"),
        ({"answer": "通过", "quote": "[2021]1号"}, "edited"),
        ({"answer": "通过", "url": "http://e.cn/2.html"}, "edited"),
        ({"answer": "通过", "code": "NUM-TRAD"}, "edited"),
    ],
)
def test_a_row_that_is_not_certain_is_refused_and_the_others_are_taken(
    worklists, book, editor, cells, why
):
    editor.fill(book, NUMBERS, 3, answer="通过")
    editor.fill(book, NUMBERS, 1, **cells)
    result = take(worklists, book)
    assert whys(result) == [why]
    assert result.refused[0].told
    assert result.refused[0].row == 2
    assert states(worklists) == {3: "accept"}


def test_whole_numbers_and_days_that_a_spreadsheet_made_of_words_are_taken(
    worklists, book, editor
):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[NUMBERS]
    column = editor.heads(sheet)
    for number, value in ((1, 2020), (2, date(2020, 1, 31))):
        row = editor.row(sheet, number)
        sheet.cell(row, column["answer"]).value = "改为"
        cell = sheet.cell(row, column["value"])
        cell.value = value
        cell.number_format = "General" if number == 1 else "yyyy-mm-dd"
    workbook.save(book)
    take(worklists, book)
    rows = worklists.conn.execute("SELECT value FROM decisions ORDER BY value")
    assert [row[0] for row in rows] == ["2020", "2020-01-31"]


def test_only_some_columns_sorted_is_told_row_by_row(worklists, book, editor):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[NUMBERS]
    hidden = editor.heads(sheet)["subject"]
    shown = [[c.value for c in row[: hidden - 1]] for row in sheet.iter_rows(2)]
    for number, row in enumerate(reversed(shown), 2):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
        sheet.cell(number, editor.heads(sheet)["answer"]).value = "通过"
    workbook.save(book)
    result = take(worklists, book)
    assert result.taken == []
    assert set(whys(result)) == {"edited"}
    assert len(result.refused) == len(editor.hostile)


def test_merged_cells_are_refused_where_they_touch_what_is_read(
    worklists, book, editor
):
    editor.fill(book, NUMBERS, 1, answer="通过")
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[NUMBERS]
    row = editor.row(sheet, 1)
    answer = sheet.cell(row, editor.heads(sheet)["answer"]).column_letter
    title = sheet.cell(row, editor.heads(sheet)["title"]).column_letter
    sheet.merge_cells(f"{answer}{row}:{answer}{row + 2}")
    sheet.merge_cells(f"{title}{row + 6}:{title}{row + 9}")
    sheet.cell(row + 7, editor.heads(sheet)["answer"]).value = "驳回"
    workbook.save(book)
    result = take(worklists, book)
    assert whys(result) == ["merged"]
    assert list(states(worklists).values()) == ["reject"]


def test_evidence_that_changed_and_findings_that_are_gone_are_told(
    worklists, book, editor
):
    for number in (1, 2, 3):
        editor.fill(book, NUMBERS, number, answer="通过")
    editor.find_again(worklists, 1, raw="江政[2020]01号")
    worklists.conn.execute("DELETE FROM findings WHERE url_id = 2")
    result = take(worklists, book)
    assert sorted(map(str, whys(result))) == ["gone", "stale"]
    assert states(worklists) == {3: "accept"}


def test_a_proposal_that_changed_is_not_accepted_unseen(worklists, book, editor):
    editor.fill(book, NUMBERS, 1, answer="通过")
    worklists.conn.execute("UPDATE findings SET proposal = '别的' WHERE url_id = 1")
    assert whys(take(worklists, book)) == ["stale"]


def test_what_another_editor_decided_meanwhile_is_not_lost(worklists, book, editor):
    editor.fill(book, NUMBERS, 1, answer="通过")
    editor.fill(book, NUMBERS, 2, answer="驳回")
    wanted = {"code": "NUM-BRACKET", "url": editor.url(1)}
    no = Answer(answer="reject", author="李编辑")
    decide(worklists, find_targets(worklists, wanted), no, now=NOW)
    result = take(worklists, book)
    assert whys(result) == ["decided"]
    assert "李编辑" in result.refused[0].told
    assert states(worklists) == {1: "reject", 2: "reject"}


def test_one_finding_answered_twice_counts_if_both_say_the_same(
    worklists, book, editor
):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[NUMBERS]
    for number, answers in ((1, ("通过", "通过")), (2, ("通过", "驳回"))):
        row = editor.row(sheet, number)
        values = [cell.value for cell in sheet[row]]
        values[editor.heads(sheet)["answer"] - 1] = answers[1]
        sheet.cell(row, editor.heads(sheet)["answer"]).value = answers[0]
        sheet.append(values)
    workbook.save(book)
    result = take(worklists, book)
    assert (len(result.taken), result.unchanged) == (1, 1)
    assert whys(result) == ["twice", "twice"]
    assert states(worklists) == {1: "accept"}


@pytest.mark.parametrize("lang", LANGS)
def test_states_of_a_document_are_named_not_coded(worklists, editor, tmp_path, lang):
    finding = Finding(
        code="VAL-REPEALED", field="policy.validity", proposal="repealed", data={}
    )
    for number in (1, 2, 3):
        replace_findings(worklists.conn, "validity", number, [finding.to_json()])
    path = tmp_path / "v.xlsx"
    wanted = {"codes": ["VAL-REPEALED"]}
    write_workbook(worklists, path, wanted=wanted, lang=lang)
    (name,) = openpyxl.load_workbook(path).sheetnames[1:]
    sheet = openpyxl.load_workbook(path)[name]
    proposal = sheet.cell(2, editor.heads(sheet)["proposal"]).value
    assert proposal == Words(lang).of("validity", "repealed") != "repealed"
    editor.fill(path, name, 1, answer="通过")
    editor.fill(path, name, 2, answer="改为", value=" 失效")
    editor.fill(path, name, 3, answer="改为", value="作废")
    result = take(worklists, path)
    assert whys(result) == ["unknown-value"]
    assert "部分失效" in result.refused[0].told
    assert [row.answer for row in result.taken] == ["accept", "change"]
    rows = worklists.conn.execute("SELECT value FROM decisions WHERE value <> ''")
    assert [row[0] for row in rows] == ["lapsed"]
    assert take(worklists, path).unchanged == 2


def test_what_to_do_names_the_values_of_the_finding(worklists, editor, tmp_path):
    data = {"value": "x", "cause": "IDX-02"}
    finding = Finding(code="value-dropped", field="index_number", data=data)
    replace_findings(worklists.conn, "validate", 1, [finding.to_json()])
    path = tmp_path / "r.xlsx"
    write_workbook(worklists, path, wanted={"codes": ["value-dropped"]}, lang="zh")
    sheet = openpyxl.load_workbook(path).worksheets[1]
    row = {key: sheet.cell(2, n).value for key, n in editor.heads(sheet).items()}
    assert "IDX-02" in row["remedy"] and "{" not in row["remedy"]
    assert (row["field"], row["severity"]) == ("索引号", "提示")


def test_copies_cannot_be_changed(worklists, book, editor):
    editor.fill(book, PAIRS, 1, answer="改为", value="x")
    assert whys(take(worklists, book)) == ["pair-change"]


def test_nothing_is_decided_where_the_ledger_cannot_be_written(
    worklists, book, editor, monkeypatch
):
    editor.fill(book, NUMBERS, 1, answer="通过")
    editor.fill(book, NUMBERS, 2, answer="通过")
    (worklists.folder / "decisions.jsonl").mkdir()
    with pytest.raises((ContentkitError, OSError)):
        take(worklists, book)
    assert states(worklists) == {}


def test_an_own_row_without_a_key_and_without_an_answer_is_no_fault(worklists, book):
    workbook = openpyxl.load_workbook(book)
    workbook[NUMBERS].append(["合计", "16"])
    workbook.save(book)
    assert take(worklists, book).refused == []


def test_every_code_has_a_sheet_and_every_word_both_languages():
    for lang in LANGS:
        words = Words(lang)
        names = {words(f"family-{code.family}") for code in codes().values()}
        assert len(names) == len({code.family for code in codes().values()})
        assert all(len(n) <= 31 and not set(n) & set("[]:*?/\\") for n in names)
        told = ",".join(words(f"answer-{a}") for a in set(answer_words().values()))
        assert len(told) <= 255, "a drop-down holds no more"
    assert len(headers()) == 2 * len(COLUMNS)


def test_a_file_is_never_replaced_and_never_left_half(worklists, book, tmp_path):
    before = book.read_bytes()
    with pytest.raises(ContentkitError, match="may hold decisions"):
        write_workbook(worklists, book, wanted={}, lang="zh")
    assert book.read_bytes() == before
    with pytest.raises(ContentkitError, match="cannot be written"):
        write_workbook(worklists, tmp_path / "no" / "a.xlsx", wanted={}, lang="zh")
    with pytest.raises(ContentkitError, match="nothing to decide"):
        write_workbook(
            worklists, tmp_path / "c.xlsx", wanted={"codes": ["DUP-EXACT"]}, lang=""
        )
    with pytest.raises(ContentkitError, match="no such code"):
        write_workbook(
            worklists, tmp_path / "c.xlsx", wanted={"codes": ["X"]}, lang="zh"
        )
    with pytest.raises(ContentkitError, match=r"ends with \.xlsx"):
        write_workbook(worklists, tmp_path / "c.csv", wanted={}, lang="zh")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["space", "待办.xlsx"]


def test_a_worklist_longer_than_a_sheet_goes_on_on_the_next(
    worklists, tmp_path, monkeypatch, editor
):
    monkeypatch.setattr("contentkit.review.workbook_sheets.MOST_ROWS", 6)
    path = tmp_path / "l.xlsx"
    written = write_workbook(
        worklists, path, wanted={"codes": ["VAL-APPROX"]}, lang="zh"
    )
    assert dict(written.sheets) == {VALIDITY: 6, f"{VALIDITY} 2": 6, f"{VALIDITY} 3": 4}
    editor.fill(
        path,
        f"{VALIDITY} 3",
        row_numbers(editor, path, f"{VALIDITY} 3")[0],
        answer="驳回",
    )
    assert len(take(worklists, path).taken) == 1


def row_numbers(editor, path: Path, name: str) -> list[int]:
    sheet = openpyxl.load_workbook(path)[name]
    column = editor.heads(sheet)["url"]
    urls = [cell.value for (cell,) in sheet.iter_rows(2, None, column, column)]
    return [int(url.split("/")[-1].removesuffix(".html")) for url in urls]
