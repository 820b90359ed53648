"""The text of notices: plain ones, name lists with personal data, plot notices."""

from contentkit.samplesite.body import Cell
from contentkit.samplesite.content import (
    Content,
    File,
    Personal,
    add_attachments,
    make_file,
    sign,
    text_index,
)
from contentkit.samplesite.files import (
    make_docx,
    make_ofd,
    make_pdf,
    make_xlsx,
    make_zip,
)
from contentkit.samplesite.numbers import (
    make_bank_card,
    make_id_number,
    make_mobile,
)
from contentkit.samplesite.plan import Planner

HEADS = ("序号", "姓名", "身份证号码", "联系电话", "银行卡号")
ODD_FILES = {
    1: ("missing", "attachment-missing"),
    4: ("html", "attachment-html"),
    8: ("empty", "attachment-empty"),
    10: ("gbk-name", "attachment-header-name"),
}
"""Places modulo 12 of the bulletins whose attachment is odd, and how."""

GBK_URL = 2
"""Place modulo 9 of the old notices whose attachment has a GBK address."""


def write_notice(content: Content, planner: Planner) -> None:
    """Write a notice of the form that its plan says."""
    del planner  # this kind refers to no other document
    match content.plan.form:
        case "names":
            _write_names(content)
        case "plot":
            _write_plot(content)
        case _:
            _write_plain(content)
    sign(content)
    _add_files(content)


def _write_plain(content: Content) -> None:
    dice, body = content.dice, content.body
    opening = content.bank("notice", "opening")
    body.paragraph(opening[0])
    body.paragraph(content.fill(opening[dice.between(1, 3)]))
    texts = [
        content.fill(text) + "；"
        for text in dice.sample(content.bank("notice", "items"), dice.between(4, 8))
    ]
    if dice.below(3) == 0:
        body.items(texts)
    else:
        for number, text in enumerate(texts, 1):
            body.paragraph(f"{number}.{text}")
    if dice.below(4) == 0:
        _add_table(content)
    body.paragraph(str(content.words.data["notice"]["closing"]))


def _add_table(content: Content) -> None:
    dice = content.dice
    villages = dice.sample(content.words.data["villages"], 4)
    rows: list[list[Cell]] = [
        [("受理点", 2, 1), ("办理时间", 1, 2), ("备注", 2, 1)],
        ["上午", "下午"],
    ]
    for number, village in enumerate(villages):
        hours = [f"8:{dice.between(10, 50)}", f"1{dice.between(3, 5)}:30"]
        rows.append([village, *hours, "" if number else "周末轮值"])
    content.body.table(rows)
    content.planted.append("table-spans")


def _write_names(content: Content) -> None:
    dice = content.dice
    count = dice.between(3, 6)
    intro = str(content.words.data["notice"]["names_intro"])
    content.body.paragraph(content.fill(intro, m=str(count)))
    content.body.table([HEADS, *_make_people(content, count, "table")])
    mobile = make_mobile(dice)
    content.personal.append(Personal(kind="mobile", value=mobile, where="body"))
    data = content.words.data["notice"]
    content.body.paragraph(content.fill(data["names_contact"], mobile=mobile))
    content.body.paragraph(content.fill(data["names_trap"]))
    file_name = content.fill("{subject}补助对象名册.xlsx")
    people = _make_people(content, 3, f"attachment:{file_name}")
    add_attachments(content, [(file_name, make_xlsx([HEADS, *people]))])


def _make_people(content: Content, count: int, where: str) -> list[list[str]]:
    dice = content.dice
    rows = []
    kinds = ("id-card", "mobile", "bank-card")
    for number in range(1, count + 1):
        values = [make_id_number(dice), make_mobile(dice), make_bank_card(dice)]
        for kind, value in zip(kinds, values, strict=True):
            content.personal.append(Personal(kind=kind, value=value, where=where))
        rows.append([str(number), content.words.person(dice), *values])
    content.planted.extend(f"pii-{kind}" for kind in kinds)
    return rows


def _write_plot(content: Content) -> None:
    # The number is in the title; everything else is the same on every such page.
    number = content.plan.title.partition("号地块")[0].rpartition("-")[2]
    year = content.plan.title.partition("JL")[2][:4]
    for text in content.bank("notice", "plot_body"):
        content.body.paragraph(content.fill(text, n=number, year=year))
    content.planted.append("template-notice")


def _add_files(content: Content) -> None:
    plan = content.plan
    dice = content.dice
    if plan.original is None and plan.column.key == "bulletins":
        odd = ODD_FILES.get(plan.place % 12)
        if odd is not None:
            _add_odd_file(content, *odd)
            return
    if plan.column.key == "old-notices" and plan.place % 9 == GBK_URL:
        _add_odd_file(content, "gbk-url", "attachment-gbk-url")
        return
    if plan.form != "plain" or dice.below(3):
        return
    subject = plan.subject.text
    lines = [subject, f"编号{text_index(plan)}", content.fill("{street}{village}")]
    files: list[tuple[str, bytes | None]] = [
        (f"{subject}申报表.xlsx", make_xlsx([["单位", "金额"], lines[:2]])),
        (f"{subject}申报指南.pdf", make_pdf(lines)),
        (f"{subject}方案.ofd", make_ofd(lines)),
        (f"{subject}附表.zip", _make_archive(lines)),
    ]
    add_attachments(content, dice.sample(files, dice.between(1, 3)))


def _make_archive(lines: list[str]) -> bytes:
    entries = [("附表一.docx", make_docx(lines)), ("说明.txt", lines[0].encode("gbk"))]
    return make_zip(entries, encoding="gbk")


def _add_odd_file(content: Content, how: str, plant: str) -> None:
    plan = content.plan
    name = content.fill("{subject}汇总表") + (".doc" if how == "missing" else ".docx")
    page = "<html><head><title>登录超时</title></head><body>请重新登录。</body></html>"
    data = {
        "missing": None,
        "html": page.encode("utf-8"),
        "empty": b"",
    }.get(how, make_docx([name, str(plan.index)]))
    file = make_file(plan, 1, name, data)
    path = file.path
    if how == "gbk-url":
        # 附件 and its number in GBK, percent-encoded, as browsers of the time sent it
        path = f"/jlwz/files/%B8%BD%BC%FE{plan.index}.docx"
    file = File(name=name, path=path, data=data, sha256=file.sha256, route=how)
    content.attachments.append(file)
    content.body.link("附件：", name, path)
    content.planted.extend(["attachment", plant])
