"""What the writer writes, the verifier and bagit-python find whole."""

import bagit
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.bundle.verify import require_valid, verify_bundle
from contentkit.bundle.view import read_view
from contentkit.bundle.write import BundleWriter
from contentkit.ids import document_id


def test_a_written_bundle_is_whole(bundle):
    report = verify_bundle(bundle)
    assert [str(fault) for fault in report.faults] == []
    assert report.is_whole
    assert (report.documents, report.files) == (5, 2)
    assert report.identifier == "old-district-7"
    assert require_valid(bundle).to_json() == report.to_json()


def test_bagit_python_agrees(bundle):
    assert bagit.Bag(str(bundle)).validate()


def test_sha256sum_agrees(bundle):
    for line in (bundle / "manifest-sha256.txt").read_text().splitlines():
        sha256, path = line.split("  ")
        assert len(sha256) == 64
        assert (bundle / path).is_file()


def test_documents_roll_over_after_a_thousand(builder, tmp_path):
    summary = builder.write(tmp_path / "b", count=1999)
    names = sorted(p.name for p in (tmp_path / "b/data/documents").iterdir())
    lines = [
        (tmp_path / "b/data/documents" / name).read_bytes().count(b"\n")
        for name in names
    ]
    assert names == ["00000.jsonl", "00001.jsonl", "00002.jsonl"]
    assert lines == [1000, 1000, 1]
    assert summary.counts["documents"]["total"] == 2001
    assert verify_bundle(tmp_path / "b").is_whole


def test_workers_find_the_same(builder, tmp_path, monkeypatch):
    monkeypatch.setattr("contentkit.bundle.verify_work._WORTH_PROCESSES", 0)
    builder.write(tmp_path / "b", count=1500)
    with (tmp_path / "b/data/documents/00001.jsonl").open("ab") as stream:
        stream.write(b"{}\n")
    assert verify_bundle(tmp_path / "b", workers=2) == verify_bundle(tmp_path / "b")


def test_the_view_of_the_writer_is_the_view_of_the_bundle(builder, tmp_path):
    with BundleWriter(tmp_path / "b", info=builder.info) as writer:
        builder.fill(writer)
        during = writer.view()
        writer.close()
    after = read_view(tmp_path / "b")
    assert list(during.documents) == list(after.documents)
    assert list(during.files) == list(after.files)
    assert during.columns == after.columns == {"zwyw", "zwyw-sub"}


texts = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(titles=st.lists(texts.filter(bool), min_size=1, max_size=4), body=texts)
def test_any_text_survives_and_verifies(builder, tmp_path_factory, titles, body):
    out = tmp_path_factory.mktemp("any") / "b"
    documents = [
        builder.document(n, title=title, body_text=body, body_html=body)
        for n, title in enumerate(titles)
    ]
    builder.write_documents(out, documents)
    report = verify_bundle(out)
    assert report.is_whole, [str(fault) for fault in report.faults]
    read = {d["id"]: d for d in builder.read_documents(out)}
    assert read == {d["id"]: d for d in documents}


@pytest.mark.parametrize("changes", [{}, {"parent": "old-district-6"}])
def test_the_bag_names_site_run_format_and_parent(builder, tmp_path, changes):
    out = tmp_path / "b"
    builder.write_documents(out, [builder.document(1)], **changes)
    bag = bagit.Bag(str(out))
    assert bag.info["contentkit-Site"] == "old-district"
    assert bag.info["contentkit-Run"] == "7"
    assert bag.info["contentkit-Format"] == "1"
    assert bag.info.get("contentkit-Parent") == changes.get("parent")
    assert bag.info["Bagging-Date"] == "2026-01-31"
    assert verify_bundle(out).is_whole


def test_a_delta_may_point_into_its_parent(builder, tmp_path):
    tombstone = {
        "id": document_id("http://www.old-district.example/art/55.html"),
        "url": "http://www.old-district.example/art/55.html",
        "path": None,
        "reason": "withdrawn",
    }
    out = tmp_path / "b"
    builder.write_documents(
        out, [builder.document(1)], parent="old-district-6", tombstones=[tombstone]
    )
    assert verify_bundle(out).is_whole
