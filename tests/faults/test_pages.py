"""Pages that are none: each has a fate and a finding or a reason; the good ones migrate."""

import gzip
import json
import os

import pytest

NESTED = b"<div>" * 10_000 + "<p>正文在很深的地方。</p>".encode() + b"</div>" * 10_000
ODD = {
    "empty": b"",
    "binary": bytes(range(256)) * 400,
    "nested": b"<html><title>t</title><body>" + NESTED + b"</body></html>",
    "nuls": b"\x00" * 5000,
    "cut-in-a-tag": "<html><head><title>半截</title><body><p>正文".encode() + b"<a hre",
    "gzip-as-html": gzip.compress(b"<html>" * 1000),
    "cut-gzip": gzip.compress(os.urandom(5000))[:-100],
    "one-huge-line": b"<p>" + b"a" * 3_000_000,
    "half-character": "<html><title>区</title>".encode()[:-2],
}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_odd_pages_do_not_stop_the_good_ones(space, site_folder, is_accounted, workers):
    for name, data in ODD.items():
        (site_folder / "zwgk" / f"{name}.html").write_bytes(data)
    done = space("run", "--from-mirror", site_folder, "--workers", workers)
    assert done.returncode == 0, done.stderr
    good = [f"http://www.example.gov.cn/zwgk/{n}.html" for n in (1, 2, 3)]
    assert set(good) <= set(space.migrated())
    is_accounted(space)
    fates = dict(space.rows("SELECT url, fate FROM urls"))
    for name in ODD:
        assert fates[f"http://www.example.gov.cn/zwgk/{name}.html"] is not None
    assert space.rows(
        "SELECT count(*) FROM findings WHERE code = 'internal-error'"
    ) == [(0,)]


def test_pages_of_50_and_20_mb_are_told_not_read(space, site_folder, is_accounted):
    for size in (51, 20):
        with (site_folder / "zwgk" / f"{size}.html").open("wb") as file:
            file.write(b"<html><p>")
            file.truncate(size * 2**20)
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 1, done.stderr  # done, but an item failed
    url = "http://www.example.gov.cn/zwgk/{}.html".format
    fate = "SELECT fate, fate_reason FROM urls WHERE url = ?"
    assert space.rows(fate, url(51)) == [("not-fetched", "too-large")]
    assert space.rows(fate, url(20)) == [("quarantined", "page-too-large")]
    assert len(space.migrated()) == 3
    assert "too-large" in space("findings", "--url", url(51)).stdout
    is_accounted(space)


@pytest.mark.parametrize("name", ODD)
def test_extract_page_answers_for_anything(inside, tmp_path, name):
    page = tmp_path / "page.html"
    page.write_bytes(ODD[name])
    done = inside("extract-page", page, "--url", "http://www.example.gov.cn/1.html")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert {"title", "body_html", "body_text", "findings"} <= set(answer)
    if name == "empty":
        assert [x["code"] for x in answer["findings"]] == ["empty-page"]


def test_extract_page_of_50_mb_says_that_it_is_too_large(cli, tmp_path, good_pages):
    page = tmp_path / "page.html"
    text = good_pages["zwgk/1.html"].replace(b"<p>", b"<p>" + b"x " * 25 * 2**20, 1)
    page.write_bytes(text)
    done = cli("extract-page", page, "--url", "http://www.example.gov.cn/1.html")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [x["code"] for x in answer["findings"]] == ["page-too-large"]


def test_names_that_lead_out_of_a_mirror_are_not_followed(
    space, site_folder, tmp_path, is_accounted
):
    secret = tmp_path / "secret.html"
    secret.write_text("<html><title>机密</title><p>机密正文</p></html>", "utf-8")
    (site_folder / "zwgk" / "link.html").symlink_to(secret)
    (site_folder / "out").symlink_to(tmp_path)
    (site_folder / "zwgk" / "..%2f..%2fsecret.html").write_bytes(b"<p>a</p>")
    (site_folder / "zwgk" / "..\\..\\secret.html").write_bytes(b"<p>b</p>")
    done = space("run", "--from-mirror", site_folder)
    assert done.returncode == 0, done.stderr
    assert {"mirror-symlink", "mirror-name-refused"} <= space.codes()
    for bundle in space.bundles():
        for file in bundle.rglob("*"):
            assert not file.is_file() or "机密" not in file.read_text("utf-8", "ignore")
    assert len(space.migrated()) == 3
    is_accounted(space)


def test_names_with_control_characters_stay_off_the_terminal(space, site_folder):
    bad = os.fsencode(site_folder) + b"/zwgk/a\x1b[31m\nb.html"
    with open(bad, "wb") as file:  # noqa: PTH123  (pathlib has no paths of bytes)
        file.write(b"<p>x</p>")
    done = space("run", "--from-mirror", site_folder)
    shown = done.stdout + done.stderr + space("findings").stdout
    shown += space("reconcile").stdout
    assert "\x1b" not in shown
    urls = [url for (url,) in space.rows("SELECT url FROM urls")]
    assert not [url for url in urls if any(ord(c) < 33 for c in url)]
