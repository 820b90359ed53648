"""The written site against its own truth."""

import json
import re
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest

from contentkit.errors import ContentkitError
from contentkit.ids import document_id
from contentkit.resources import read_csv, sample_data
from contentkit.samplesite import SiteSummary, write_site

Rows = list[dict[str, Any]]
CONTAINERS = {
    "jcms": '//*[@id="zoom"]',
    "jpage": '//*[@id="zoom"]',
    "trs": '//*[@class="TRS_Editor"]',
    "empirecms": '//*[@id="text"]',
    "gkmlpt": '//*[@class="article-content"]',
    "static": "//td[font[@size='3'] and not(.//table[.//hr])]",
}


def digest(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def page_path(site: Path, url: str) -> Path:
    return site / "site" / urlsplit(url).path.lstrip("/")


def page_text(site: Path, row: dict[str, Any]) -> str:
    data = page_path(site, row["url"]).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return data.decode(row["encoding"], "replace")


def test_same_arguments_give_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_site(tmp_path / name, documents=60, seed=seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


@pytest.mark.parametrize("documents", [50, 51, 77, 1000])
def test_any_size_has_exactly_its_documents(tmp_path: Path, documents: int) -> None:
    summary = write_site(tmp_path, documents=documents)
    assert summary.lines["truth"] == documents
    assert sum(summary.kinds.values()) == documents
    assert len(list((tmp_path / "site").rglob("*"))) > documents


@pytest.mark.parametrize("documents", [-1, 0, 49, 1_000_001])
def test_other_sizes_are_refused(tmp_path: Path, documents: int) -> None:
    with pytest.raises(ContentkitError, match=str(documents)):
        write_site(tmp_path / "site", documents=documents)
    assert not (tmp_path / "site").exists()


def test_every_document_is_a_file_under_its_own_id(site: Path, truth: Rows) -> None:
    assert len({row["id"] for row in truth}) == len({row["url"] for row in truth})
    for row in truth:
        assert row["id"] == document_id(row["url"])
        assert page_path(site, row["url"]).is_file()


def test_every_url_has_one_row(rows: Callable[[str], Rows]) -> None:
    counts = Counter(row["url"] for row in rows("truth_urls") if "url" in row)
    assert [url for url, count in counts.items() if count > 1] == []


def test_body_text_is_what_the_page_shows(site: Path, truth: Rows) -> None:
    for row in truth:
        if "charset-damaged" in row["planted"]:
            continue
        tree = lxml.html.document_fromstring(page_text(site, row))
        lxml.etree.strip_elements(
            tree, "script", "style", lxml.etree.Comment, with_tail=False
        )
        (container,) = tree.xpath(CONTAINERS[row["family"]])
        shown = container.text_content()
        if "charset-double-encoded" in row["planted"]:
            shown = shown.encode("latin-1").decode("utf-8")
        assert "".join(shown.split()) == "".join(row["body_text"].split()), row["url"]


def test_lines_of_body_text_are_clean(truth: Rows) -> None:
    for row in truth:
        for line in row["body_text"].split("\n") if row["body_text"] else ():
            assert line
            assert line == line.strip()


def test_titles_and_sources_stand_on_the_page(site: Path, truth: Rows) -> None:
    for row in truth:
        page = page_text(site, row)
        if "charset-double-encoded" in row["planted"]:
            assert row["title"] not in page
            page = page.encode("latin-1", "ignore").decode("utf-8", "ignore")
        if row["encoding"] == "big5":
            page = lxml.html.document_fromstring(page).text_content()
        assert row["title"] in page, row["url"]
        assert (row["source"] or "") in page, row["url"]


def test_declared_charset_is_declared(site: Path, truth: Rows) -> None:
    for row in truth:
        data = page_path(site, row["url"]).read_bytes()
        found = re.search(rb"charset=\"?([\w-]+)", data[:3000])
        declared = found.group(1).decode() if found else None
        assert declared == row["declared"], row["url"]


def test_files_have_the_bytes_that_the_truth_says(site: Path, truth: Rows) -> None:
    kinds: Counter[str] = Counter()
    for row in truth:
        for file in (*row["attachments"], *row["images"]):
            path = urlsplit(file["origin_url"]).path.replace("%", "_")
            disk = site / "site" / path.lstrip("/")
            if file["sha256"] is None:
                assert not disk.exists()
                kinds["missing"] += 1
                continue
            data = disk.read_bytes()
            assert len(data) == file["bytes"]
            assert sha256(data).hexdigest() == file["sha256"]
            kinds[disk.suffix] += 1
    assert {".png", ".docx", ".xlsx", ".pdf", ".zip", ".ofd", "missing"} <= set(kinds)


def test_every_planted_thing_is_described_and_occurs(
    written: tuple[Path, SiteSummary],
) -> None:
    described = {row["code"] for row in read_csv(sample_data("plants.csv"))}
    assert set(written[1].planted) == described


def test_effects_quote_their_source_and_reach_older_documents(
    rows: Callable[[str], Rows], truth: Rows
) -> None:
    documents = {row["id"]: row for row in truth}
    effects = rows("truth_effects")
    assert {row["type"] for row in effects} == {
        "repeal", "lapse", "stop", "amend", "extend",
    }  # fmt: skip
    for row in effects:
        source = documents[row["source"]]
        assert row["quote"] in source["body_text"]
        assert row["doc_number"] in row["quote"]
        if row["target"] is None:
            assert "effect-unresolved" in source["planted"]
            continue
        target = documents[row["target"]]
        assert target["doc_number"] == row["doc_number"]
        assert f"《{row['title']}》" in target["title"]
        assert target["written_on"] < source["written_on"]


def test_validity_follows_from_the_effects(
    rows: Callable[[str], Rows], truth: Rows
) -> None:
    documents = {row["id"]: row for row in truth}
    wanted = {"repeal": "repealed", "lapse": "lapsed", "stop": "lapsed"}
    checked = 0
    for effect in rows("truth_effects"):
        if effect["target"] is None or effect["type"] not in wanted:
            continue
        policy = documents[effect["target"]]["policy"]
        if effect["scope"] == "whole" and effect["date"] <= policy["validity_as_of"]:
            assert policy["validity"] == wanted[effect["type"]]
            checked += 1
    assert checked >= 10


def test_no_document_has_ended_without_one_that_ends_it(tmp_path: Path) -> None:
    # large enough that a copy stands where a document would act
    write_site(tmp_path, documents=400, seed=5)
    lines = (tmp_path / "truth_effects.jsonl").read_text("utf-8").splitlines()
    ended = {
        row["target"]
        for row in map(json.loads, lines)
        if row["type"] in {"repeal", "lapse", "stop"} and row["scope"] == "whole"
    }
    lines = (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()
    told = {
        row["id"]
        for row in map(json.loads, lines)
        if row["policy"]
        and row["policy"]["repealed_on"]
        and "duplicate-exact" not in row["planted"]
    }
    assert len(told) >= 10
    assert told <= ended


def test_pairs_hold_what_they_say(rows: Callable[[str], Rows], truth: Rows) -> None:
    documents = {row["id"]: row for row in truth}
    reasons = Counter()
    for row in rows("truth_pairs"):
        a, b = documents[row["a"]], documents[row["b"]]
        same = a["body_text"] == b["body_text"]
        assert a is not b
        assert same == (row["why"] in {"exact", "repost", "empty"}), row
        must = {"exact", "repost", "near"}
        assert (row["relation"] == "must-link") == (row["why"] in must)
        reasons[row["why"]] += 1
    assert set(reasons) == {
        "exact", "repost", "near", "interpretation", "edition", "successor",
        "template", "empty", "series",
    }  # fmt: skip


def test_thirty_three_videos_have_no_text(truth: Rows) -> None:
    assert sum("body-empty" in row["planted"] for row in truth) == 33


def test_personal_data_stands_where_the_truth_says(site: Path, truth: Rows) -> None:
    places: Counter[str] = Counter()
    for row in truth:
        for item in row["pii"]:
            where, _, name = item["where"].partition(":")
            places[where] += 1
            if where != "attachment":
                assert item["value"] in row["body_text"]
                continue
            (file,) = [f for f in row["attachments"] if f["name"] == name]
            data = page_path(site, file["origin_url"]).read_bytes()
            assert item["value"].encode() in data
    assert set(places) == {"table", "body", "attachment"}


def test_quarantined_documents_lack_what_the_platform_requires(truth: Rows) -> None:
    for row in truth:
        lacks = row["published_at"] is None or row["source"] is None
        assert (row["fate"] == "quarantined") == lacks
    assert sum(row["fate"] == "quarantined" for row in truth) == 3
