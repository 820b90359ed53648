"""Every URL one fate, every promise kept, every item explained; or a gap with a name."""

import random

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.bundle.keys import KeySet
from contentkit.bundle.reconcile import Fate, UrlFate, reconcile
from contentkit.bundle.view import BundleView, read_view
from contentkit.errors import BundleError
from contentkit.ids import document_id
from contentkit.resources import find

IDS = sorted(document_id(f"http://x/{n}") for n in range(3))
HASHES = [f"{n:064x}" for n in range(2)]


def view(ids=IDS, columns=("zwyw",), hashes=HASHES) -> BundleView:
    keys = (bytes.fromhex(i.replace("-", "")) for i in ids)
    return BundleView(
        documents=KeySet.of(keys, width=16),
        columns=frozenset(columns),
        files=KeySet.of(map(bytes.fromhex, hashes), width=32),
    )


def whole() -> list[UrlFate]:
    return [
        UrlFate(url="http://x/0", fate="migrated", column="c1", target=IDS[0]),
        UrlFate(url="http://x/1", fate="migrated", column="c1", target=IDS[1]),
        UrlFate(url="http://x/2", fate="migrated", column="c2", target=IDS[2]),
        UrlFate(url="http://x/3", fate="merged", column="c2", target=IDS[2]),
        UrlFate(url="http://x/4", fate="column", column="c1", target="zwyw"),
        UrlFate(url="http://x/5", fate="asset", target=HASHES[0]),
        UrlFate(url="http://x/6", fate="asset", column="c1", target=HASHES[1]),
        UrlFate(url="http://x/7", fate="dropped", column="c2", reason="stub"),
        UrlFate(url="http://x/8", fate="quarantined", reason="COL-03"),
        UrlFate(url="http://x/9", fate="not-fetched", reason="http-404"),
    ]


def test_a_whole_site_has_no_gap():
    proof = reconcile(whole(), view())
    assert proof.is_whole
    assert proof.discovered == 10
    assert proof.fates == {
        "migrated": 3, "merged": 1, "column": 1, "asset": 2, "dropped": 1,
        "quarantined": 1, "not-fetched": 1,
    }  # fmt: skip
    assert sum(proof.fates.values()) == proof.discovered


def test_the_columns_add_up_to_the_whole():
    proof = reconcile(whole(), view()).to_json()
    assert [column["column"] for column in proof["columns"]] == [None, "c1", "c2"]
    assert [column["discovered"] for column in proof["columns"]] == [3, 4, 3]
    for fate in Fate:
        total = sum(column["fates"][fate] for column in proof["columns"])
        assert total == proof["fates"][fate]


def test_the_proof_fits_its_format():
    schema = orjson.loads(find("format", "reconciliation").read_bytes())
    for items in (whole(), whole()[1:], []):
        jsonschema.Draft202012Validator(schema).validate(
            reconcile(items, view()).to_json()
        )


def gaps(items, bundle) -> list[tuple[str, str | None, str | None]]:
    return [(g.problem, g.url, g.target) for g in reconcile(items, bundle).gaps]


@pytest.mark.parametrize(
    ("number", "change", "gap"),
    [
        (7, {"fate": None}, ("no-fate", "http://x/7", None)),
        (7, {"fate": "lost"}, ("unknown-fate", "http://x/7", "lost")),
        (7, {"reason": None}, ("no-reason", "http://x/7", None)),
        (8, {"reason": ""}, ("no-reason", "http://x/8", None)),
        (9, {"reason": None}, ("no-reason", "http://x/9", None)),
        (3, {"target": None}, ("no-target", "http://x/3", None)),
        (3, {"target": "f" * 32}, ("document-missing", "http://x/3", "f" * 32)),
        (3, {"target": "not hex"}, ("document-missing", "http://x/3", "not hex")),
        (4, {"target": "nowhere"}, ("column-missing", "http://x/4", "nowhere")),
        (3, {"fate": "asset"}, ("file-missing", "http://x/3", IDS[2])),
        (3, {"fate": "migrated"}, ("document-twice", "http://x/3", IDS[2])),
        (7, {"url": "http://x/6"}, ("url-twice", "http://x/6", None)),
    ],
)
def test_every_kind_of_gap_names_its_url(number, change, gap):
    items = whole()
    old = items[number]
    values = {name: getattr(old, name) for name in UrlFate.__slots__} | change
    items[number] = UrlFate(**values)
    assert gaps(items, view()) == [gap]


def test_what_is_in_the_bundle_must_be_explained():
    extra = document_id("http://x/unknown")
    ids = sorted([*IDS, extra])
    assert gaps(whole(), view(ids=ids)) == [("document-unexplained", None, extra)]
    hashes = [*HASHES, "f" * 64]
    assert gaps(whole(), view(hashes=hashes)) == [("file-unexplained", None, "f" * 64)]


def test_what_was_promised_must_be_in_the_bundle():
    assert gaps(whole(), view(ids=IDS[1:])) == [
        ("document-missing", "http://x/0", IDS[0])
    ]
    assert gaps(whole(), view(hashes=HASHES[1:])) == [
        ("file-missing", "http://x/5", HASHES[0])
    ]


def test_urls_must_come_sorted():
    with pytest.raises(ValueError, match="does not come after"):
        reconcile(whole()[::-1], view())


@given(
    st.sets(st.integers(0, 9)), st.sets(st.integers(0, 2)), st.sets(st.integers(0, 1))
)
def test_nothing_can_vanish_unseen(urls, documents, files):
    """Leave out any URLs, documents and files: without a gap nothing was left out."""
    items = [item for n, item in enumerate(whole()) if n not in urls]
    bundle = view(
        ids=[i for n, i in enumerate(IDS) if n not in documents],
        hashes=[h for n, h in enumerate(HASHES) if n not in files],
    )
    proof = reconcile(items, bundle)
    promised = {i.target for i in items if i.fate in {"migrated", "merged"}}
    kept = {i for n, i in enumerate(IDS) if n not in documents}
    migrated = {i.target for i in items if i.fate == "migrated"}
    assets = {i.target for i in items if i.fate == "asset"}
    held = {h for n, h in enumerate(HASHES) if n not in files}
    expected = promised <= kept and migrated == kept and assets == held
    assert proof.is_whole == expected
    assert proof.discovered == len(items)


@given(st.sets(st.binary(min_size=3, max_size=3)), st.binary(min_size=3, max_size=3))
def test_key_sets_are_sets(keys, other):
    found = KeySet.of(sorted(keys), width=3)
    assert list(found) == sorted(keys)
    assert len(found) == len(keys)
    assert (other in found) == (other in keys)
    for index, key in enumerate(sorted(keys)):
        assert found.index(key) == index
    assert b"" not in found
    assert b"longer" not in found


@pytest.mark.parametrize("keys", [[b"b", b"a"], [b"a", b"a"], [b"aa"]])
def test_key_sets_want_sorted_keys_of_one_width(keys):
    with pytest.raises(ValueError, match="key"):
        KeySet.of(keys, width=1)


def test_the_view_of_a_bundle_on_disk(builder, bundle):
    found = read_view(bundle)
    assert (len(found.documents), len(found.files)) == (5, 2)
    fates = builder.fates(builder.documents())
    assert reconcile(fates, found).is_whole


def damage_documents(root):
    (root / "data/documents/00000.jsonl").write_bytes(b"{")


def damage_ids(root):
    (root / "data/documents/00000.jsonl").write_bytes(b'{"id": 7}\n')


def damage_columns(root):
    (root / "data/columns.jsonl").unlink()


@pytest.mark.parametrize("damage", [damage_documents, damage_ids, damage_columns])
def test_the_view_of_a_damaged_bundle_is_one_line(bundle, damage):
    damage(bundle)
    with pytest.raises(BundleError) as caught:
        read_view(bundle)
    assert "bundle verify" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_large_view_is_small_in_memory():
    draw = random.Random(1)
    keys = sorted({draw.randbytes(16) for _ in range(10_000)})
    found = KeySet.of(keys, width=16)
    assert len(found) * 16 == 160_000
    assert all(key in found for key in keys[::100])
