"""Archive and ledger move together, whenever the process ends."""

import hashlib
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from contentkit.errors import WorkspaceDamaged, WorkspaceError
from contentkit.models import Finding
from contentkit.stages.captures import CaptureStore, adopt
from contentkit.stages.rebuild import rebuild
from contentkit.workspace import Settings, Workspace
from contentkit.workspace.archive import ArchiveReader, Exchange, warc_files

FULL = Path("/dev/full")
LATER = "2026-02-02T03:04:05+08:00"
EARLIER = "2025-02-02T03:04:05+08:00"
TOLD = Finding(code="too-large", data={"file": "a.mp4"})


def rows(space: Workspace, with_ids: bool = True) -> dict[str, list[tuple]]:
    """Return what harvest left in the ledger."""
    queries = {
        "urls": "SELECT url, host, found_on, found_as, depth, state, reason, alias_of"
        " FROM urls",
        "captures": "SELECT u.url, c.is_current, c.status, c.media_type, c.charset,"
        " c.location, c.filename, c.bytes, c.sha256, c.captured_at, c.warc, c.offset,"
        " c.end_offset, c.is_revisit, c.payload_warc, c.payload_offset"
        " FROM captures c JOIN urls u ON u.id = c.url_id",
        "files": "SELECT * FROM files",
        "findings": "SELECT u.url, f.code, f.severity, f.data, f.key FROM findings f"
        " JOIN urls u ON u.id = f.url_id",
    }
    return {k: sorted(space.conn.execute(q), key=repr) for k, q in queries.items()}


def state(space: Workspace, url: str) -> tuple:
    row = space.conn.execute("SELECT state, reason FROM urls WHERE url = ?", [url])
    return row.fetchone()


def current(space: Workspace, url: str = "http://e.cn/a.html") -> list[tuple]:
    return space.conn.execute(
        "SELECT c.status, c.bytes, c.captured_at FROM captures c JOIN urls u"
        " ON u.id = c.url_id WHERE u.url = ? AND c.is_current = 1",
        [url],
    ).fetchall()


def test_a_fetch_becomes_a_url_and_a_capture(space, run, fetch):
    with CaptureStore(space, run) as store:
        url_id = store.add(
            fetch(headers=(("Content-Type", "text/html; charset=GB2312"),)),
            found_as="link",
            found_on="http://e.cn/",
            depth=2,
        )
    found = rows(space)
    assert found["urls"] == [
        (
            "http://e.cn/a.html",
            "e.cn",
            "http://e.cn/",
            "link",
            2,
            "captured",
            None,
            None,
        )
    ]
    capture = space.conn.execute("SELECT * FROM captures").fetchone()
    assert capture[1:7] == (url_id, 1, 200, "text/html", "gb2312", None)
    with ArchiveReader(space.archive_dir) as reader:
        payload = reader.payload(capture[11], capture[12])
    assert payload.data == b"<html><p>text</p></html>"


def test_same_content_again_is_a_revisit_and_no_new_work(space, run, fetch):
    with CaptureStore(space, run) as store:
        store.add(fetch(), found_as="seed")
        store.add(fetch(captured_at=LATER), found_as="seed")
    captures = rows(space)["captures"]
    assert sorted((c[1], c[13]) for c in captures) == [(0, 1), (1, 0)]
    assert current(space) == [(200, 24, "2026-01-02T03:04:05+08:00")]


def test_changed_content_is_current(space, run, fetch):
    with CaptureStore(space, run) as store:
        store.add(fetch(), found_as="seed")
        store.add(fetch(body=b"<html>new</html>", captured_at=LATER), found_as="seed")
    assert current(space) == [(200, 16, LATER)]


def test_the_latest_is_current_in_whatever_order_they_come(space, run, fetch):
    with CaptureStore(space, run) as store:
        store.add(fetch(), found_as="warc")
        store.add(fetch(body=b"<html>old</html>", captured_at=EARLIER), found_as="warc")
    assert current(space) == [(200, 24, "2026-01-02T03:04:05+08:00")]


def test_content_seen_again_later_is_not_replaced_by_what_lay_between(
    space, run, fetch
):
    between = "2026-01-20T00:00:00+08:00"
    with CaptureStore(space, run) as store:
        store.add(fetch(), found_as="warc")
        store.add(fetch(captured_at=LATER), found_as="warc")
        store.add(fetch(body=b"between", captured_at=between), found_as="warc")
    assert current(space) == [(200, 24, "2026-01-02T03:04:05+08:00")]


def test_an_error_never_replaces_content_but_content_an_error(space, run, fetch):
    error = fetch(body=b"busy", status="503 Busy", captured_at=LATER)
    with CaptureStore(space, run) as store:
        store.add(fetch(), found_as="seed")
        store.add(error, found_as="seed")
    assert current(space) == [(200, 24, "2026-01-02T03:04:05+08:00")]
    assert state(space, "http://e.cn/a.html") == ("captured", None)
    with CaptureStore(space, run) as store:
        store.add(fetch("http://e.cn/b", b"busy", status="503 Busy"), found_as="seed")
        assert state(space, "http://e.cn/b") == ("failed", "http-5xx")
        store.add(fetch("http://e.cn/b", captured_at=EARLIER), found_as="seed")
    assert state(space, "http://e.cn/b") == ("captured", None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("404 Not Found", "http-404"), ("410 Gone", "http-410"), ("502 Bad", "http-5xx")],
)
def test_error_answers_are_kept_as_failures(space, run, fetch, status, expected):
    with CaptureStore(space, run) as store:
        store.add(fetch(status=status), found_as="seed")
    assert state(space, "http://e.cn/a.html") == ("failed", expected)
    assert len(rows(space)["captures"]) == 1


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "http://e.cn/b"),
        ("http://f.cn/c#x", "http://f.cn/c"),
        ("/公告".encode().decode("latin-1"), "http://e.cn/%E5%85%AC%E5%91%8A"),
        ("/公告".encode("gbk").decode("latin-1"), "http://e.cn/%B9%AB%B8%E6"),
        ("javascript:x", None),
    ],
)
def test_redirects_keep_where_they_lead(space, run, fetch, location, expected):
    moved = fetch(body=b"", status="302 Found", headers=(("Location", location),))
    with CaptureStore(space, run) as store:
        store.add(moved, found_as="seed")
    assert space.conn.execute("SELECT location FROM captures").fetchone()[0] == expected
    assert state(space, "http://e.cn/a.html") == ("captured", None)


def test_files_are_listed_once_pages_are_not(space, run, fetch):
    pdf = b"%PDF-1.4 x"
    with CaptureStore(space, run) as store:
        for name in ("1.pdf", "2.pdf"):
            headers = (("Content-Type", "application/octet-stream"),)
            store.add(
                fetch(f"http://e.cn/{name}", pdf, headers=headers), found_as="link"
            )
        store.add(fetch(), found_as="link")
        store.add(fetch("http://e.cn/a.css", b"a{}", headers=()), found_as="link")
        store.add(
            fetch("http://e.cn/e.pdf", b"%PDF error", status="500 No"), found_as="link"
        )
    files = rows(space)["files"]
    assert [(f[1], f[2], f[3]) for f in files] == [
        (10, "application/pdf", "http://e.cn/1.pdf")
    ]


def test_a_pdf_called_html_is_a_file_and_told(space, run, fetch):
    with CaptureStore(space, run) as store:
        store.add(fetch("http://e.cn/1", b"%PDF-1.4 x"), found_as="link")
        assert store.findings == {"info": 1}
    found = rows(space)
    assert found["findings"][0][1:3] == ("media-type-wrong", "info")
    assert found["captures"][0][3] == "application/pdf"


def test_posts_of_one_address_stay_apart(space, run, fetch):
    head = (
        b"POST /q HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with CaptureStore(space, run) as store:
        for form in (b"page=1", b"page=2"):
            post = Exchange(
                url="http://e.cn/q",
                captured_at=LATER,
                body=b"same answer",
                response_head=b"HTTP/1.1 200 OK\r\n\r\n",
                method="POST",
                request_head=head,
                request_body=form,
            )
            store.add(post, found_as="next")
    assert [row[0] for row in rows(space)["urls"]] == [
        "http://e.cn/q?__wb_method=POST&page=1",
        "http://e.cn/q?__wb_method=POST&page=2",
    ]


def note_everything(store: CaptureStore, fetch) -> None:
    url_id = store.add(fetch(), found_as="seed")
    links = ["http://e.cn/b", "http://e.cn/a.html", "http://e.cn/b", "http://f.cn/"]
    store.seen(links, found_on="http://e.cn/a.html", found_as="link", depth=1)
    store.fail("http://e.cn/b", "timeout", found_as="link")
    store.skip("http://f.cn/", "out-of-scope", found_as="link")
    store.skip("http://e.cn/trap", "trap", found_as="link", depth=3)
    store.alias("http://e.cn/index.html", "http://e.cn/", found_as="mirror")
    store.finding(url_id, TOLD)
    store.finding("http://e.cn/b", TOLD)


def test_notes_become_states(space, run, fetch):
    with CaptureStore(space, run) as store:
        note_everything(store, fetch)
        assert store.findings == {"warning": 2}
    assert {row[0]: row[3:] for row in rows(space)["urls"]} == {
        "http://e.cn/a.html": ("seed", 0, "captured", None, None),
        "http://e.cn/b": ("link", 1, "failed", "timeout", None),
        "http://f.cn/": ("link", 1, "skipped", "out-of-scope", None),
        "http://e.cn/trap": ("link", 3, "skipped", "trap", None),
        "http://e.cn/index.html": ("mirror", 0, "alias", None, "http://e.cn/"),
    }


def test_notes_are_written_once(space, run, fetch):
    with CaptureStore(space, run) as store:
        note_everything(store, fetch)
    size = warc_files(space.archive_dir)[0].stat().st_size
    before = rows(space)
    with CaptureStore(space, run) as store:
        store.seen(["http://e.cn/b"], found_on="http://e.cn/")
        store.fail("http://e.cn/b", "timeout", found_as="link")
        store.fail("http://e.cn/a.html", "timeout", found_as="link")
        store.skip("http://e.cn/a.html", "denied", found_as="link")
        store.skip("http://e.cn/b", "denied", found_as="link")
        store.alias("http://e.cn/index.html", "http://e.cn/", found_as="mirror")
        store.alias("http://e.cn/a.html", "http://e.cn/", found_as="mirror")
        store.finding("http://e.cn/b", TOLD)
    assert rows(space) == before
    assert warc_files(space.archive_dir)[0].stat().st_size == size


def test_a_failed_url_that_is_fetched_later_is_captured(space, run, fetch):
    with CaptureStore(space, run) as store:
        store.fail("http://e.cn/a.html", "timeout", found_as="link")
        store.alias("http://e.cn/b", "http://e.cn/a.html", found_as="mirror")
        store.add(fetch(), found_as="link")
        store.add(fetch("http://e.cn/b"), found_as="link")
    assert state(space, "http://e.cn/a.html") == ("captured", None)
    assert [row[5:] for row in rows(space)["urls"]] == [("captured", None, None)] * 2


def test_nothing_shows_before_commit_and_an_error_rolls_back(space, run, fetch):
    other = sqlite3.connect(space.folder / "workspace.db")
    with pytest.raises(KeyboardInterrupt), CaptureStore(space, run) as store:
        store.add(fetch(), found_as="seed")
        store.commit()
        store.add(fetch("http://e.cn/b", b"b"), found_as="seed")
        count = other.execute("SELECT count(*) FROM captures").fetchone()[0]
        assert count == 1
        raise KeyboardInterrupt
    other.close()
    assert len(rows(space)["captures"]) == 1
    # but the archive has it, and the next opening adopts it
    with CaptureStore(space, run) as store:
        assert store.has("http://e.cn/b", hashlib.sha256(b"b").hexdigest())
    assert len(rows(space)["captures"]) == 2


def test_the_ledger_is_rebuilt_from_the_archive_alone(tmp_path, space, run, fetch):
    with CaptureStore(space, run, max_file_bytes=900) as store:
        note_everything(store, fetch)
        store.add(fetch(captured_at=LATER), found_as="seed")
        store.add(fetch(body=b"%PDF-1", captured_at=LATER), found_as="seed")
        store.add(fetch("http://e.cn/c", status="404 No"), found_as="link")
        moved = fetch("http://e.cn/d", status="301 x", headers=(("Location", "/e"),))
        store.add(moved, found_as="link")
        store.finding("http://e.cn/zzz", TOLD)
    assert len(warc_files(space.archive_dir)) > 1
    before = rows(space)
    report = rebuild(space, run_id=run)
    assert rows(space) == before
    assert report.done == len(before["captures"])
    # also into a ledger that is new
    copy = Workspace.create(tmp_path / "copy", Settings(profile="auto", recipe="auto"))
    for path in warc_files(space.archive_dir):
        (copy.archive_dir / path.name).write_bytes(path.read_bytes())
    rebuild(copy)
    assert rows(copy) == before
    assert adopt(copy, None) == 0 or rows(copy) == before
    copy.close()


def test_rebuild_of_a_damaged_archive_says_where(space, run, fetch):
    with CaptureStore(space, run, max_file_bytes=1) as store:
        for number in range(3):
            store.add(fetch(f"http://e.cn/{number}"), found_as="seed")
    first = warc_files(space.archive_dir)[0]
    data = bytearray(first.read_bytes())
    data[-30] ^= 1
    first.write_bytes(data)
    with pytest.raises(WorkspaceDamaged, match=r"contentkit-00000.*at byte \d+"):
        rebuild(space, run_id=run)


def test_full_disk_leaves_ledger_and_archive_in_step(space, run, fetch):
    if not FULL.exists():
        pytest.skip("no /dev/full on this system")
    with CaptureStore(space, run, max_file_bytes=1) as store:
        store.add(fetch(), found_as="seed")
    before = rows(space)
    full = space.archive_dir / "contentkit-00001.warc.gz"
    full.symlink_to(FULL)
    with (
        pytest.raises(WorkspaceError, match="No space left") as caught,
        CaptureStore(space, run, max_file_bytes=1) as store,
    ):
        store.add(fetch("http://e.cn/b", b"b"), found_as="seed")
    assert "\n" not in str(caught.value)
    assert rows(space) == before
    full.unlink()
    with CaptureStore(space, run, max_file_bytes=1) as store:
        assert store.has("http://e.cn/a.html", before["captures"][0][8])
        store.add(fetch("http://e.cn/b", b"b"), found_as="seed")
    assert len(rows(space)["captures"]) == 2


def test_a_full_ledger_is_one_line(space, run, fetch):
    pages = space.conn.execute("PRAGMA page_count").fetchone()[0]
    space.conn.execute(f"PRAGMA max_page_count = {pages}")
    with (
        pytest.raises(WorkspaceError, match=r"workspace.db: cannot be wr") as caught,
        CaptureStore(space, run) as store,
    ):
        for number in range(2000):
            store.add(fetch(f"http://e.cn/{number}/{'x' * 500}"), found_as="seed")
    assert "\n" not in str(caught.value)
    space.conn.execute("PRAGMA max_page_count = 1000000")
    with CaptureStore(space, run) as store:
        assert store.digests(f"http://e.cn/0/{'x' * 500}", fetch().captured_at)


CHILD = """
    import os, signal, sys
    from pathlib import Path
    from contentkit.stages.captures import CaptureStore
    from contentkit.workspace import Workspace
    from contentkit.workspace.archive import ArchiveWriter, Exchange
    from contentkit.models import Finding

    kill_at, share = int(sys.argv[2]), float(sys.argv[3])
    append, sync, count = ArchiveWriter._append, ArchiveWriter.sync, 0

    def dying_append(self, data):
        global count
        count += 1
        if count == kill_at:
            append(self, data[: int(len(data) * share)])
            os.kill(os.getpid(), signal.SIGKILL)
        append(self, data)

    def dying_sync(self):
        sync(self)
        if share > 1 and count > kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    ArchiveWriter._append, ArchiveWriter.sync = dying_append, dying_sync
    with Workspace(Path(sys.argv[1])) as space, space.writing("test"):
        run = space.start_run("harvest", "2026-01-02T03:04:05+08:00", {})
        with CaptureStore(space, run, max_file_bytes=4000) as store:
            for number in range(40):
                url, body = f"http://e.cn/{number}", b"page %d" % (number // 2) * 20
                page = Exchange(
                    url=url,
                    captured_at="2026-01-02T03:04:05+08:00",
                    body=body,
                    media_type="text/html",
                )
                if not store.digests(url, page.captured_at):
                    store.add(page, found_as="seed")
                store.seen([url + "/next"], found_on=url)
                store.skip(url + "/trap", "trap", found_as="link")
                if number % 3 == 0:
                    store.finding(url, Finding(code="too-large", data={"file": url}))
                if number % 7 == 6:
                    store.commit()
                    print(number, flush=True)
"""


@pytest.fixture(scope="module")
def child(tmp_path_factory):
    path = tmp_path_factory.mktemp("child") / "child.py"
    path.write_text(textwrap.dedent(CHILD))
    return path


def run_child(child, folder, kill_at: int, share: float) -> subprocess.CompletedProcess:
    command = [sys.executable, child, folder, str(kill_at), str(share)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def harvested(child, folder, kills) -> tuple[dict, list[bytes]]:
    """Run the child with kills until it ends by itself."""
    Workspace.create(folder, Settings(profile="auto", recipe="auto")).close()
    for kill_at, share in kills:
        done = run_child(child, folder, kill_at, share)
        assert done.returncode == -9, done.stderr
        told = done.stdout.split()
        with Workspace(folder) as space:
            kept = {row[0] for row in rows(space)["captures"]}
        # what was committed before the kill is there
        promised = range(int(told[-1]) + 1) if told else []
        assert kept >= {f"http://e.cn/{number}" for number in promised}
    done = run_child(child, folder, 0, 0)
    assert done.returncode == 0, done.stderr
    with Workspace(folder) as space:
        return rows(space), [p.read_bytes() for p in warc_files(space.archive_dir)]


@pytest.mark.parametrize(
    "kills",
    [
        [(1, 0.0)],
        [(1, 0.6)],
        [(30, 0.5), (31, 0.99)],
        [(45, 1.0), (5, 0.1), (1, 1.0)],
        [(60, 2.0), (3, 2.0)],
        [(120, 0.3)],
    ],
    ids=str,
)
def test_killed_at_any_moment_it_ends_with_the_same_bytes(child, tmp_path, kills):
    assert harvested(child, tmp_path / "killed", kills) == harvested(
        child, tmp_path / "calm", []
    )
