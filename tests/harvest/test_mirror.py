"""Mirror folders become captures with the addresses of the site."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from contentkit.errors import HarvestError
from contentkit.harvest.mirror import MirrorSite, plan_mirror
from contentkit.harvest.mirror_plan import MirrorPlan
from contentkit.harvest.scope import Scope
from contentkit.profile import load_profile
from contentkit.progress import Silent
from contentkit.stages.harvest_offline import harvest_mirror
from contentkit.workspace import Settings, Workspace
from contentkit.workspace.archive import warc_files

BASE = "http://www.e.cn/"
SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
FOOTER = (
    "<html>\n<!-- Mirrored from {} by HTTrack Website Copier/3.x [XR&CO'2014],"
    " Fri, 27 Jul 2018 23:50:02 GMT -->\n<body>{}</body></html>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a mirror."""
    (tmp_path / "mirror").mkdir()
    return tmp_path / "mirror"


def put(
    folder: Path, name: str | bytes, content: str | bytes = "<html>x</html>"
) -> None:
    """Write one file of a mirror, with a fixed time."""
    path = os.path.join(os.fsencode(folder), os.fsencode(name))  # noqa: PTH118
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (1_500_000_000, 1_500_000_000))


class Found:
    """A plan, read and closed."""

    def __init__(self, made: MirrorPlan) -> None:
        self.files = list(made.files())
        self.skipped = list(made.skipped())
        made.close()


def plan(folder: Path, base: str = BASE):
    profile = load_profile("auto", base_url=base)
    site = MirrorSite(folder=folder, base_url=base, scope=Scope.from_profile(profile))
    return Found(plan_mirror(site))


def addresses(folder: Path, base: str = BASE) -> dict[str, str]:
    """Return address by file."""
    return {file.path: file.url for file in plan(folder, base).files}


def harvest(tmp_path: Path, folder: Path, *, limit: int | None = None, name="space"):
    """Harvest a mirror into a workspace; return report, rows and findings."""
    path = tmp_path / name
    settings = Settings(profile="auto", recipe="auto", base_url=BASE)
    space = Workspace(path) if path.exists() else Workspace.create(path, settings)
    with space:
        run = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        report = harvest_mirror(
            space, folder, run_id=run, progress=Silent(), limit=limit
        )
        urls = dict(space.conn.execute("SELECT url, state FROM urls").fetchall())
        findings = space.conn.execute(
            "SELECT f.code, u.url, f.data FROM findings f"
            " JOIN urls u ON u.id = f.url_id ORDER BY 1, 2, 3"
        ).fetchall()
    return report, urls, findings


def test_plain_copy(folder):
    for name in ("index.html", "a/index.html", "a/1.html", "a/index_2.html", "b/x.jpg"):
        put(folder, name)
    assert addresses(folder) == {
        "index.html": "http://www.e.cn/",
        "a/index.html": "http://www.e.cn/a/",
        "a/1.html": "http://www.e.cn/a/1.html",
        "a/index_2.html": "http://www.e.cn/a/index_2.html",
        "b/x.jpg": "http://www.e.cn/b/x.jpg",
    }


def test_base_below_the_root(folder):
    put(folder, "1.html")
    assert addresses(folder, "http://e.cn/old/") == {"1.html": "http://e.cn/old/1.html"}


def test_httrack_comment_is_the_true_address_and_time(folder):
    put(folder, "show.html", FOOTER.format("e.cn/show.asp?id=3", ""))
    file = plan(folder).files[0]
    assert file.url == "http://www.e.cn/show.asp?id=3"
    assert file.captured_at == "2018-07-28T07:50:02+08:00"
    # other pages of the mirror link to the file
    assert file.aliases == ("http://www.e.cn/show.html",)


def test_without_comment_the_time_is_the_file_s(folder):
    put(folder, "1.html")
    assert plan(folder).files[0].captured_at == "2017-07-14T10:40:00+08:00"


def test_comment_of_another_site_is_not_believed(tmp_path, folder):
    put(folder, "1.html", FOOTER.format("www.other.cn/x.html", ""))
    assert addresses(folder) == {"1.html": "http://www.e.cn/1.html"}
    _, _, findings = harvest(tmp_path, folder)
    assert [f[:2] for f in findings] == [
        ("mirror-host-differs", "http://www.e.cn/1.html")
    ]


def test_httrack_project_with_a_folder_for_each_host(folder):
    put(folder, "index.html", "HTTrack's own page")
    put(folder, "hts-cache/new.zip", b"PK")
    put(folder, "hts-log.txt")
    put(folder, "backblue.gif", b"GIF89a")
    put(folder, "www.e.cn/index.html")
    put(folder, "www.e.cn/backblue.gif", b"GIF89a of the site")
    put(folder, "cdn.other.com/x.js")
    found = plan(folder)
    assert {f.path: f.url for f in found.files} == {
        "cdn.other.com/x.js": "http://cdn.other.com/x.js",
        "www.e.cn/backblue.gif": "http://www.e.cn/backblue.gif",
        "www.e.cn/index.html": "http://www.e.cn/",
    }
    assert {s.path: s.reason for s in found.skipped} == {
        "backblue.gif": "mirror-tool-file",
        "hts-cache": "mirror-tool-file",
        "hts-log.txt": "mirror-tool-file",
        "index.html": "mirror-outside-site",
    }


@pytest.mark.parametrize("name", ["e.cn:8080", "e.cn+8080", "e.cn_8080"])
def test_host_folder_with_port(folder, name):
    put(folder, f"{name}/a.html")
    assert addresses(folder, "http://e.cn:8080/") == {
        f"{name}/a.html": "http://e.cn:8080/a.html"
    }


def test_query_is_restored_where_its_hash_proves_it(tmp_path, folder):
    # the names carry the first four digits of the MD5 of the query
    put(folder, "index.html", '<script src="e/index7980.html?link=ywdt"></script>')
    put(folder, "a/1.html", '<a href="../e/index14da.html?link=hdjl">never saved</a>')
    put(folder, "e/index7980.html", "document.write('17')")
    put(folder, "e/index2522.html", "document.write('18')")
    assert addresses(folder)["e/index7980.html"] == "http://www.e.cn/e/?link=ywdt"
    # nothing proves this one
    assert addresses(folder)["e/index2522.html"] == "http://www.e.cn/e/index2522.html"
    _, urls, _ = harvest(tmp_path, folder)
    assert urls["http://www.e.cn/e/index7980.html?link=ywdt"] == "alias"
    assert urls["http://www.e.cn/e/index7980.html"] == "alias"
    # what a changed link to a missing file meant
    assert urls["http://www.e.cn/e/index14da.html?link=hdjl"] == "alias"
    assert urls["http://www.e.cn/e/?link=hdjl"] == "seen"


def test_wget_names_and_originals(folder):
    put(folder, "a/list.jsp?page=2.html", "<html>links changed</html>")
    put(folder, "a/list.jsp?page=2.html.orig", "<html>links as served</html>")
    put(folder, "lonely.orig", "text")
    found = plan(folder)
    assert {f.path: (f.url, f.content) for f in found.files} == {
        "a/list.jsp?page=2.html": (
            "http://www.e.cn/a/list.jsp?page=2",
            "a/list.jsp?page=2.html.orig",
        ),
        "lonely.orig": ("http://www.e.cn/lonely.orig", "lonely.orig"),
    }
    assert found.files[0].aliases == ("http://www.e.cn/a/list.jsp%3Fpage=2.html",)
    assert [s.reason for s in found.skipped] == ["mirror-original"]


def test_names_of_any_bytes(folder):
    put(folder, "公告/附件 1#.doc")
    put(folder, "附件.doc".encode("gb18030"))
    put(folder, "%E5%85%AC.html")
    put(folder, b"ctl\x01\n.html")
    assert sorted(addresses(folder).values()) == [
        "http://www.e.cn/%B8%BD%BC%FE.doc",
        "http://www.e.cn/%E5%85%AC%E5%91%8A/%E9%99%84%E4%BB%B6%201%23.doc",
        "http://www.e.cn/%E5%85%AC.html",
        "http://www.e.cn/ctl%01%0A.html",
    ]


def test_two_files_of_one_address_keep_the_richer(tmp_path, folder):
    put(folder, "news.html", FOOTER.format("www.e.cn/news/", "long text " * 9))
    put(folder, "news/index.html", FOOTER.format("www.e.cn/news/", "short"))
    _, urls, findings = harvest(tmp_path, folder)
    assert urls["http://www.e.cn/news/"] == "captured"
    assert findings == [
        (
            "mirror-url-collision",
            "http://www.e.cn/news/",
            '{"file":"news/index.html","kept":"news.html"}',
        )
    ]


def test_capitals(tmp_path, folder):
    put(folder, "News/1.html", "<html>same</html>")
    put(folder, "news/1.html", "<html>same</html>")
    put(folder, "News/2.html", "<html>one</html>")
    put(folder, "news/2.html", "<html>other</html>")
    report, urls, findings = harvest(tmp_path, folder)
    assert urls == {
        "http://www.e.cn/News/1.html": "captured",
        "http://www.e.cn/news/1.html": "alias",
        "http://www.e.cn/News/2.html": "captured",
        "http://www.e.cn/news/2.html": "captured",
    }
    assert [f[:2] for f in findings] == [
        ("mirror-case-collision", "http://www.e.cn/news/2.html")
    ]
    assert report.dropped == {"mirror-same": 1}


def test_nothing_outside_the_folder_is_read(tmp_path, folder):
    secret = tmp_path / "secret"
    put(secret, "pw.html", "secret")
    put(folder, "1.html")
    (folder / "out.html").symlink_to(secret / "pw.html")
    (folder / "outside").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    put(folder, "..\\..\\up.html")
    put(folder, "%2e%2e/x.html")
    report, urls, findings = harvest(tmp_path, folder)
    assert report.done == 1
    assert {u for u, state in urls.items() if state == "captured"} == {
        "http://www.e.cn/1.html"
    }
    assert sorted(f[0] for f in findings) == [
        *["mirror-name-refused"] * 2,
        *["mirror-symlink"] * 3,
    ]
    assert all(f[1] == BASE for f in findings)


def test_empty_and_binary_files_are_captured(tmp_path, folder):
    put(folder, "empty.html", b"")
    put(folder, "binary.html", bytes(range(256)) * 4)
    put(folder, "pdf.html", b"%PDF-1.4")
    report, _, _ = harvest(tmp_path, folder)
    assert report.done == 3
    with Workspace(tmp_path / "space") as space:
        kinds = dict(
            space.conn.execute(
                "SELECT u.url, c.media_type FROM captures c JOIN urls u"
                " ON u.id = c.url_id"
            ).fetchall()
        )
    assert kinds["http://www.e.cn/pdf.html"] == "application/pdf"
    assert kinds["http://www.e.cn/empty.html"] == "text/html"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_by_permission(tmp_path, folder):
    put(folder, "1.html")
    (folder / "1.html").chmod(0)
    report, _, findings = harvest(tmp_path, folder)
    assert (report.failed, findings[0][0]) == (1, "mirror-unreadable")


def test_file_that_vanishes_between_the_passes(tmp_path, folder):
    put(folder, "1.html")
    put(folder, "2.html")
    os.mkfifo(folder / "3.html")  # not a file to read: would block
    found = plan(folder)
    assert [s.reason for s in found.skipped] == ["mirror-unreadable"]
    report, _, findings = harvest(tmp_path, folder)
    assert report.done == 2
    assert findings == [("mirror-unreadable", BASE, '{"file":"3.html"}')]


def test_too_large_files_are_told(tmp_path, folder):
    put(folder, "1.html", b"x" * 100)
    (folder / "2.mp4").touch()
    os.truncate(folder / "2.mp4", 51 * 2**20)  # a hole, larger than the limit
    report, urls, findings = harvest(tmp_path, folder)
    assert (report.done, report.failed) == (1, 1)
    assert urls["http://www.e.cn/2.mp4"] == "failed"
    assert findings == [("too-large", "http://www.e.cn/2.mp4", '{"file":"2.mp4"}')]


def test_second_harvest_does_nothing_and_a_change_is_seen(tmp_path, folder):
    for number in range(5):
        put(folder, f"{number}.html", f"<html>{number}</html>")
    put(folder, "index.html", "<html>home</html>")
    assert harvest(tmp_path, folder)[0].done == 6
    archive = warc_files(tmp_path / "space" / "archive")[0]
    size = archive.stat().st_size
    assert harvest(tmp_path, folder)[0].done == 0
    assert archive.stat().st_size == size
    put(folder, "3.html", "<html>changed</html>")
    assert harvest(tmp_path, folder)[0].done == 1


def test_limit_takes_the_next_ones(tmp_path, folder):
    for number in range(5):
        put(folder, f"{number}.html", f"<html>{number}</html>")
    assert harvest(tmp_path, folder, limit=2)[0].done == 2
    report, urls, _ = harvest(tmp_path, folder, limit=2)
    assert report.done == 2
    assert len(urls) == 4


def test_wrong_folders_are_one_line(tmp_path, folder):
    with pytest.raises(HarvestError, match="holds no file"):
        harvest(tmp_path, folder)
    with pytest.raises(HarvestError, match="cannot be read"):
        harvest(tmp_path, tmp_path / "missing")
    settings = Settings(profile="auto", recipe="auto")
    with (
        Workspace.create(tmp_path / "other", settings) as space,
        pytest.raises(HarvestError, match="base_url is missing"),
    ):
        harvest_mirror(space, folder, run_id=1, progress=Silent())


CHILD = """
    import os, signal, sys
    from pathlib import Path
    from contentkit.progress import Silent
    from contentkit.stages import harvest_offline
    from contentkit.workspace import Workspace
    from contentkit.workspace.archive import ArchiveWriter

    harvest_offline._BATCH_BYTES = 5000
    kill_at, append, count = int(sys.argv[3]), ArchiveWriter._append, 0

    def dying_append(self, data):
        global count
        count += 1
        if count == kill_at:
            append(self, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        append(self, data)

    ArchiveWriter._append = dying_append
    with Workspace(Path(sys.argv[1])) as space, space.writing("test"):
        run = space.start_run("harvest", f"2026-01-02T03:04:{10 + kill_at % 50}+08:00", {})
        harvest_offline.harvest_mirror(
            space, Path(sys.argv[2]), run_id=run, progress=Silent()
        )
"""


def run_child(script: Path, space: Path, folder: Path, kill_at: int) -> int:
    command = [sys.executable, script, space, folder, str(kill_at)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode


@pytest.fixture
def busy(folder):
    """Return a mirror with everything that is written to the archive."""
    for number in range(30):
        page = FOOTER.format(f"www.e.cn/{number}/", f"page {number // 2} " * 60)
        put(folder, f"{number}/index.html", page)
        put(folder, f"{number}/x.pdf", b"%PDF-1.4" + os.urandom(9))
    put(folder, "same.html", FOOTER.format("www.e.cn/3/", ""))
    (folder / "link.html").symlink_to(folder / "same.html")
    put(folder, "e/index7980.html", '<a href="index14da.html?link=hdjl">x</a>')
    return folder


@pytest.mark.parametrize("kills", [[1], [40, 40], [90, 3, 1], [66]], ids=str)
def test_killed_and_resumed_it_writes_the_same_archive(tmp_path, busy, kills):
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(CHILD))
    archives, ledgers = [], []
    for name, plan_of_kills in (("killed", kills), ("calm", [])):
        space = tmp_path / name
        settings = Settings(profile="auto", recipe="auto", base_url=BASE)
        Workspace.create(space, settings).close()
        for kill_at in plan_of_kills:
            assert run_child(script, space, busy, kill_at) == -signal.SIGKILL
        assert run_child(script, space, busy, 0) == 0
        archives.append([p.read_bytes() for p in warc_files(space / "archive")])
        with Workspace(space) as opened:
            ledgers.append(
                opened.conn.execute(
                    "SELECT url, state, reason, alias_of FROM urls ORDER BY id"
                ).fetchall()
            )
    assert archives[0] == archives[1]
    assert ledgers[0] == ledgers[1]


def test_real_county_portal(tmp_path):
    site = SHARED / "zhecheng" / "site"
    if not site.exists():
        pytest.skip("../shared/data/zhecheng is absent: real-data test skipped")
    found = plan(site, "http://www.zhecheng.gov.cn/")
    assert len(found.files) == 767
    assert not found.skipped
    # the true URL of the README's example, and the time of the visit
    by_path = {file.path: file for file in found.files}
    assert by_path["hdjl/index.html"].url == "http://www.zhecheng.gov.cn/hdjl/"
    assert by_path["hdjl/index.html"].captured_at == "2018-07-28T07:50:02+08:00"
    assert len({file.url for file in found.files}) == 767
