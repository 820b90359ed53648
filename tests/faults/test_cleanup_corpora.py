"""Sites of one page many times, texts that hold nothing, lists and circles of repeals."""

import io
import zipfile

import pytest

from contentkit.samplesite.files import make_xlsx

BASE = "http://www.example.gov.cn/zwgk/"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MANY = 400  # what is n² shows at this size as well: pairs are counted, not seconds
RULES = "".join(
    f"<p>第{n}条 为规范行政审批事项管理，明确各部门职责，结合本区实际制定第{n}项措施。</p>"
    for n in range(1, 9)
)


@pytest.fixture
def policy_of(article_of):
    """Return a function that makes a page of a policy document."""

    def make(title, more, day="2020-03-04"):
        page = article_of(title, more).replace("政务公开", "政策文件")
        return page.replace("2020-03-04", day)

    return make


@pytest.fixture
def write(site_folder):
    """Return a function that adds a page to the mirror."""

    def put(name, page):
        (site_folder / "zwgk" / f"{name}.html").write_text(page, encoding="utf-8")

    return put


def run_twice(space, site_folder, is_accounted):
    """Do the whole job, then again: the second time nothing is left to do."""
    words = ["run", "--from-mirror", site_folder]
    done = space(*words)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "internal-error" not in space.codes()
    is_accounted(space)
    marks = "SELECT stage, item, input FROM marks ORDER BY stage, item"
    before = space.rows(marks)
    again = space(*words)
    assert again.returncode == 0, again.stderr
    assert "cleanup: 0 done, 0 failed" in again.stderr
    assert space.rows(marks) == before


def test_one_page_many_times_is_one_cluster_with_few_pairs(
    space, site_folder, policy_of, write, is_accounted
):
    """Each page repeals an act of its own title: no page may look at all others."""
    more = RULES + "<p>《江澜区审批管理办法》同时废止。</p>"
    for number in range(MANY):
        write(f"same{number}", policy_of("江澜区审批管理办法", more))
    run_twice(space, site_folder, is_accounted)
    ((pairs,),) = space.rows("SELECT count(*) FROM pairs")
    assert MANY - 1 <= pairs <= 2 * MANY
    assert space.rows("SELECT count(DISTINCT canonical), count(*) FROM clusters") == [
        (1, MANY)
    ]
    states = dict(space.rows("SELECT state, count(*) FROM effects GROUP BY state"))
    assert states == {"self": MANY}
    ((longest,),) = space.rows("SELECT max(length(targets)) FROM effects")
    assert longest < 100, "an effect lists every copy"
    assert len(space.migrated()) == MANY + 3


def test_form_letters_that_differ_in_one_number_are_never_one(
    space, site_folder, policy_of, write, is_accounted
):
    for number in range(MANY):
        paid = f"<p>经审核，拨付第{number}号项目补助资金{number * 13 + 7}元。</p>"
        write(f"form{number}", policy_of("江澜区审批管理办法", RULES + paid))
    run_twice(space, site_folder, is_accounted)
    assert space.rows("SELECT count(*) FROM clusters") == [(0,)]
    assert space.rows("SELECT count(*) FROM pairs WHERE state = 'duplicate'") == [(0,)]
    ((pairs,),) = space.rows("SELECT count(*) FROM candidates")
    assert 0 < pairs <= 70 * MANY
    assert len(space.migrated()) == MANY + 3


TEXTS = {
    "nothing": "",
    "one-word": "无",
    "one-sign": "。",
    "marks": "a" + "\u0301" * 200_000,
    "brackets": "《" * 100_000,
    "numbers": "〔" * 100_000,
    "pairs": "《办法》、" * 20_000,
    "one-letter": "a" * 300_000,
    "one-character": "的" * 300_000,
    "digits": "1" * 100_000,
    "clauses": "有效期5年。" * 10_000,
    "repeals": "《办法》同时废止。" * 2_000,
    "directions": "\u202e" * 50_000,
}


def test_texts_of_one_unit_and_of_none_go_through(
    space, site_folder, article_of, policy_of, write, is_accounted
):
    for number, (name, text) in enumerate(TEXTS.items()):
        write(name, policy_of(f"江澜区第{number}类办法", f"<p>{text}</p>"))
        write(f"twin-{name}", article_of("通知", f"<p>{text}</p>"))
    run_twice(space, site_folder, is_accounted)
    urls = {f"{BASE}{x}{name}.html" for name in TEXTS for x in ("", "twin-")}
    fates = dict(space.rows("SELECT url, fate FROM urls"))
    assert {fates[url] for url in urls} <= {"migrated", "quarantined", "dropped"}


ROWS = 5_000
HEAD = ["序号", "文件名称", "文号"]
LIST = [
    [str(n), f"江澜区第{n}号事项管理办法", f"江政发〔2010〕{n}号"]
    for n in range(1, ROWS + 1)
]
SAY = "<p>经研究，决定废止下列规范性文件（见附件），自印发之日起不再执行。</p>"


def table(row: str, cell: str) -> str:
    lines = ("".join(cell.format(text) for text in line) for line in [HEAD, *LIST])
    return "".join(row.format(line) for line in lines)


def word_list() -> bytes:
    rows = table("<w:tr>{}</w:tr>", "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>")
    xml = f'<w:document xmlns:w="{WORD}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", xml)
    return out.getvalue()


def test_lists_of_thousands_circles_and_days_that_are_none(
    space, site_folder, policy_of, write, is_accounted
):
    files = {"xlsx": make_xlsx([HEAD, *LIST]), "docx": word_list()}
    (site_folder / "files").mkdir()
    for kind, data in files.items():
        (site_folder / "files" / f"list.{kind}").write_bytes(data)
        link = f'<p>附件：<a href="/files/list.{kind}">废止文件目录.{kind}</a></p>'
        write(kind, policy_of(f"江澜区关于废止{kind}所列文件的通知", SAY + link))
    body = (
        f"<p>附件：废止文件目录</p><table>{table('<tr>{}</tr>', '<td>{}</td>')}</table>"
    )
    write("body", policy_of("江澜区关于废止一批文件的通知", SAY + body))
    for number in (1, 2, 3):
        title = f"江澜区第{number}号事项管理办法"
        write(f"old{number}", policy_of(title, RULES, day="2010-05-06"))
    for number in range(3):
        other = f"《江澜区第{'甲乙丙'[(number + 1) % 3]}类管理办法》同时废止。"
        title = f"江澜区第{'甲乙丙'[number]}类管理办法"
        write(f"circle{number}", policy_of(title, f"{RULES}<p>{other}</p>"))
    for number, day in enumerate(
        ["2020年2月30日", "二〇二〇年十三月一日", "0000年0月0日"]
    ):
        clause = f"<p>本办法自{day}起施行，有效期至{day}。</p>"
        write(f"day{number}", policy_of(f"江澜区第{number}种管理办法", RULES + clause))
    run_twice(space, site_folder, is_accounted)
    counts = space.rows(
        "SELECT u.url, count(*), sum(e.state = 'resolved') FROM effects e"
        " JOIN urls u ON u.id = e.source WHERE e.scope = 'whole' GROUP BY u.url"
    )
    found = {url.removeprefix(BASE): rest for url, *rest in counts}
    for name in ("xlsx", "docx", "body"):
        assert found[f"{name}.html"] == [ROWS, 3], name
    for number in range(3):
        assert found[f"circle{number}.html"] == [1, 0]
        dates = "SELECT effective_on, expires_on FROM readings r JOIN urls u ON u.id = r.url_id WHERE u.url = ?"
        assert space.rows(dates, f"{BASE}day{number}.html") == [(None, None)]
    states = space.rows(
        "SELECT u.url FROM validity v JOIN urls u ON u.id = v.url_id"
        " WHERE v.validity = 'repealed' ORDER BY u.url"
    )
    assert states == [(f"{BASE}old{n}.html",) for n in (1, 2, 3)]
