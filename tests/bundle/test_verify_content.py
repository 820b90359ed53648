"""Damage below the manifests, hidden by new hashes: still found, and named."""

import hashlib
import os

import orjson
import pytest

from contentkit.bundle.verify import verify_bundle


def faults(root) -> list[str]:
    lines = [str(fault) for fault in verify_bundle(root).faults]
    assert all(line.isprintable() for line in lines)
    return lines


def rows(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def write_rows(path, values):
    path.write_bytes(b"".join(orjson.dumps(v) + b"\n" for v in values))


def edit_document(root, number, **changes):
    path = root / "data/documents/00000.jsonl"
    documents = rows(path)
    documents[number] |= changes
    write_rows(path, documents)


def edit_json(root, name, edit):
    path = root / name
    value = orjson.loads(path.read_bytes())
    edit(value)
    path.write_bytes(orjson.dumps(value))


def find(root, wanted):
    documents = rows(root / "data/documents/00000.jsonl")
    return next(n for n, d in enumerate(documents) if wanted(d))


def invalid_document(root):
    edit_document(root, 0, title="")


def unknown_key(root):
    edit_document(root, 0, surprise=1)


def unknown_column(root):
    edit_document(root, 0, column="nowhere")


def unsorted_ids(root):
    path = root / "data/documents/00000.jsonl"
    write_rows(path, rows(path)[::-1])


def same_id_twice(root):
    path = root / "data/documents/00000.jsonl"
    documents = rows(path)
    write_rows(path, [documents[0], *documents])


def unsorted_files(root):
    path = root / "data/documents/00000.jsonl"
    documents = rows(path)
    write_rows(path, documents[2:])
    write_rows(root / "data/documents/00001.jsonl", documents[:2])


def same_path_twice(root):
    documents = rows(root / "data/documents/00000.jsonl")
    edit_document(root, 1, path=documents[0]["path"])


def skipped_number(root):
    folder = root / "data/documents"
    (folder / "00000.jsonl").rename(folder / "00001.jsonl")


def too_many_lines(root):
    path = root / "data/documents/00000.jsonl"
    write_rows(path, rows(path)[:1] * 1001)


def no_json(root):
    path = root / "data/documents/00000.jsonl"
    path.write_bytes(path.read_bytes() + b"{\n")


def no_utf8(root):
    path = root / "data/documents/00000.jsonl"
    path.write_bytes(path.read_bytes().replace("正文".encode(), b"\xd5\xfd\xce"))


def no_object(root):
    path = root / "data/documents/00000.jsonl"
    path.write_bytes(path.read_bytes() + b"[]\n")


def no_line_end(root):
    path = root / "data/documents/00000.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))


def deep_json(root):
    path = root / "data/documents/00000.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id":' + b"[" * 99999 + b"\n")


def no_id(root):
    edit_document(root, 0, id="../../x")


def missing_attachment(root):
    for path in (root / "data/files").glob("*/*"):
        if path.read_bytes().startswith(b"%PDF"):
            path.unlink()


def wrong_size(root):
    number = find(root, lambda d: d["attachments"])
    documents = rows(root / "data/documents/00000.jsonl")
    attachments = documents[number]["attachments"]
    attachments[0]["bytes"] += 1
    edit_document(root, number, attachments=attachments)


def unreferenced_file(root):
    number = find(root, lambda d: d["images"])
    edit_document(root, number, images=[])


def wrong_name(root):
    for path in (root / "data/files").glob("*/*"):
        path.write_bytes(b"something else")


def loose_file(root):
    (root / "data/files/readme.txt").write_text("x")


def wrong_quote(root):
    number = find(root, lambda d: d["policy"])
    documents = rows(root / "data/documents/00000.jsonl")
    policy = documents[number]["policy"]
    policy["validity_basis"][0]["start"] += 1
    edit_document(root, number, policy=policy)


def wrong_relation_quote(root):
    path = root / "data/relations.jsonl"
    (relation,) = rows(path)
    relation["evidence"]["quote"] = "并无此文"
    write_rows(path, [relation])


def dangling_relation(root):
    path = root / "data/relations.jsonl"
    (relation,) = rows(path)
    relation["target"] = "00000000-0000-5000-8000-000000000000"
    write_rows(path, [relation])


def dangling_redirect(root):
    path = root / "data/redirects.jsonl"
    redirects = rows(path)
    redirects[0]["to"] = "/no/such/page.html"
    write_rows(path, redirects)


def unsorted_redirects(root):
    path = root / "data/redirects.jsonl"
    write_rows(path, rows(path)[::-1])


def same_redirect_twice(root):
    path = root / "data/redirects.jsonl"
    redirects = rows(path)
    write_rows(path, [redirects[0], *redirects])


def redirect_to_nowhere(root):
    path = root / "data/redirects.jsonl"
    redirects = rows(path)
    redirects[0]["to"] = None
    write_rows(path, redirects)


def missing_parent(root):
    path = root / "data/columns.jsonl"
    columns = rows(path)
    columns[1]["parent"] = "nowhere"
    write_rows(path, columns)


def circular_columns(root):
    path = root / "data/columns.jsonl"
    columns = rows(path)
    columns[0]["parent"] = columns[1]["code"]
    write_rows(path, columns)


def same_column_twice(root):
    path = root / "data/columns.jsonl"
    columns = rows(path)
    write_rows(path, [columns[0], *columns])


def tombstone_without_parent(root):
    document = rows(root / "data/documents/00000.jsonl")[0]
    row = {"id": document["id"], "url": document["url"], "reason": "withdrawn"}
    write_rows(root / "data/tombstones.jsonl", [row])


def wrong_counts(root):
    edit_json(root, "data/bundle.json", lambda b: b["counts"].update(columns=99))


def wrong_kinds(root):
    def edit(value):
        value["counts"]["documents"]["by_kind"] = {"media": 5}

    edit_json(root, "data/bundle.json", edit)


def wrong_operations(root):
    def edit(value):
        value["counts"]["documents"]["by_operation"] = {"create": 4}

    edit_json(root, "data/bundle.json", edit)


def other_run(root):
    edit_json(root, "data/bundle.json", lambda b: b.update(run="8"))


def newer_format(root):
    edit_json(root, "data/bundle.json", lambda b: b.update(format_version="2"))


def no_bundle_json(root):
    (root / "data/bundle.json").write_bytes(b"")


def gap(root):
    def edit(value):
        value["gaps"] = [{"problem": "no-fate", "url": "http://x/", "target": None}]

    edit_json(root, "data/reports/reconciliation.json", edit)


def wrong_sum(root):
    edit_json(
        root, "data/reports/reconciliation.json", lambda p: p.update(discovered=99)
    )


def wrong_column_sum(root):
    def edit(value):
        value["columns"][0]["fates"]["asset"] += 1

    edit_json(root, "data/reports/reconciliation.json", edit)


def other_bundle(root):
    def edit(value):
        value["bundle"]["documents"] += 1

    edit_json(root, "data/reports/reconciliation.json", edit)


def schema_that_does_not_compile(root):
    (root / "data/schemas/document.json").write_text('{"type": "nonsense"}')


def schema_that_is_no_json(root):
    (root / "data/schemas/document.json").write_text("{")


def schema_that_fetches(root):
    text = '{"$ref": "http://127.0.0.1:9/schema.json"}'
    (root / "data/schemas/document.json").write_text(text)


def schema_that_reads_files(root):
    text = '{"$ref": "file:///etc/passwd"}'
    (root / "data/schemas/document.json").write_text(text)


def permissive_schema(root):
    (root / "data/schemas/document.json").write_text("{}")
    edit_document(root, 0, title=None)


def no_schema(root):
    (root / "data/schemas/document.json").unlink()


def unexpected_file(root):
    (root / "data/program.exe").write_bytes(b"MZ")


EXPECTED = {
    invalid_document: 'title "" is shorter than 1 character',
    unknown_key: "'surprise' was unexpected",
    unknown_column: "column nowhere is not in data/columns.jsonl",
    unsorted_ids: "does not come after the id before it",
    same_id_twice: "does not come after the id before it",
    unsorted_files: "00001.jsonl: its ids do not come after those of the file before",
    same_path_twice: "has the path of document",
    skipped_number: "is not the next file of documents, 00000.jsonl",
    too_many_lines: "has 1001 lines: at most 1000 are allowed",
    no_json: "line 6 is not JSON",
    no_utf8: "is not JSON in UTF-8",
    no_object: "line 6 is not a JSON object",
    no_line_end: "line 5 has no end: was the file cut short?",
    deep_json: "line 6 is not JSON",
    no_id: "id ../../x is no UUID",
    missing_attachment: "is not in the bundle",
    wrong_size: "attachments/0 has 32 bytes, file",
    unreferenced_file: "belongs to no document",
    wrong_name: "is not named by the hash",
    loose_file: "data/files/readme.txt: does not belong in a bundle",
    wrong_quote: "policy/validity_basis/0 body_text[",
    wrong_relation_quote: "is not 并无此文",
    dangling_relation: "target 00000000-0000-5000-8000-000000000000 is no document",
    dangling_redirect: "leads to /no/such/page.html, which is not there",
    unsorted_redirects: "does not come after the address before it",
    same_redirect_twice: "does not come after the address before it",
    redirect_to_nowhere: "leads nowhere",
    missing_parent: "its parent nowhere is not there",
    circular_columns: "is among its own parents",
    same_column_twice: "code zwyw is there twice",
    tombstone_without_parent: "is not allowed: the bundle has no parent",
    wrong_counts: "counts/columns says 99, the bundle holds 2",
    wrong_kinds: "counts/documents/by_kind says {'media': 5}",
    wrong_operations: "by_operation do not add up",
    other_run: "contentkit-Run and bundle.json differ: 7 and 8",
    newer_format: "format_version",
    no_bundle_json: "data/bundle.json: is not JSON",
    gap: "has 1 gaps",
    wrong_sum: "the fates do not add up to the discovered URLs",
    wrong_column_sum: "the columns do not add up to the fates",
    other_bundle: "reconciliation.json: bundle says",
    schema_that_does_not_compile: "document.json: does not compile",
    schema_that_is_no_json: "document.json: is not JSON",
    schema_that_fetches: "document.json: does not compile",
    schema_that_reads_files: "document.json: does not compile",
    permissive_schema: 'title null is not of type "string"',
    no_schema: "data/schemas/document.json: is missing",
    unexpected_file: "data/program.exe: does not belong in a bundle",
}


@pytest.mark.parametrize(
    ("damage", "words"), EXPECTED.items(), ids=[f.__name__ for f in EXPECTED]
)
def test_every_damage_is_found_and_named(bundle, reseal, damage, words):
    damage(bundle)
    reseal(bundle)
    lines = faults(bundle)
    assert any(words in line for line in lines), lines


def test_resealing_alone_changes_nothing(bundle, reseal):
    reseal(bundle)
    assert faults(bundle) == []


HOSTILE = [
    b"",
    b"\n",
    b"{}",
    b"null\n",
    b"[[[[\n",
    b"\xff\xfe\x00\n",
    b"\x00" * 100,
    b'{"id": 1, "code": [], "from": {}, "type": null, "counts": "x"}\n',
    b'{"id": "\\u0000\\u202e", "code": "\\n", "from": "\\u001b[31m", "policy": {}}\n',
    b'{"policy": {"validity_basis": [1, {"quote": 1, "document": []}]}, "id": ""}\n',
    b'{"gaps": 1, "columns": [1], "fates": {"migrated": -1e999}}',
]
FILES = [
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "data/bundle.json",
    "data/columns.jsonl",
    "data/documents/00000.jsonl",
    "data/redirects.jsonl",
    "data/relations.jsonl",
    "data/tombstones.jsonl",
    "data/reports/reconciliation.json",
    "data/schemas/document.json",
    "data/schemas/redirect.json",
]


@pytest.mark.parametrize("name", FILES)
def test_no_content_of_any_file_raises(bundle, reseal, name):
    path = bundle / name
    for content in HOSTILE:
        path.write_bytes(content)
        if name.startswith("data/"):
            reseal(bundle)
        found = faults(bundle)
        # an empty table and a schema without demands are allowed
        allowed = (b"",) if "tombstones" in name else ()
        if "schemas" not in name and content not in allowed:
            assert found, content


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_a_fault(bundle):
    (bundle / "data/columns.jsonl").chmod(0)
    assert any("cannot be read" in line for line in faults(bundle))


def test_faults_beyond_ten_thousand_are_counted(bundle):
    manifest = bundle / "manifest-sha256.txt"
    zero = hashlib.sha256().hexdigest()
    lines = [f"{zero}  data/reports/{n}\n" for n in range(11_000)]
    manifest.write_text(manifest.read_text() + "".join(lines))
    found = verify_bundle(bundle).faults
    assert len(found) == 10_001
    assert "more faults, not listed" in found[-1].problem
