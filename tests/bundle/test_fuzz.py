"""Any byte of a bundle changed is found; any nonsense below true hashes is survived."""

import shutil

import bagit
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentkit.bundle.verify import verify_bundle

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def copy_of(bundle, place):
    root = place / "copy"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root)
    return root


def files_of(root):
    return sorted(p for p in root.rglob("*") if p.is_file() and p.stat().st_size)


@quick
@given(data=st.data())
def test_one_changed_byte_anywhere_is_found(bundle, place, data):
    root = copy_of(bundle, place)
    path = data.draw(st.sampled_from(files_of(root)), label="file")
    content = bytearray(path.read_bytes())
    index = data.draw(st.integers(0, len(content) - 1), label="byte")
    content[index] ^= data.draw(st.integers(1, 255), label="bits")
    path.write_bytes(content)
    assert verify_bundle(root).faults


@quick
@given(data=st.data())
def test_what_bagit_python_refuses_is_refused(bundle, place, data):
    root = copy_of(bundle, place)
    path = data.draw(st.sampled_from(files_of(root)), label="file")
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)), label="start")
    end = data.draw(st.integers(start, len(content)), label="end")
    path.write_bytes(content[:start] + content[end:])
    try:
        accepted = bagit.Bag(str(root)).is_valid()
    except (bagit.BagError, ValueError, IndexError):
        accepted = False
    assert accepted or verify_bundle(root).faults


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "from", "to", "code", "sha256", "document"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def replaced(value, path, new):
    """Return a JSON value with one place in it replaced."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    keys = sorted(value) if isinstance(value, dict) else range(len(value))
    key = list(keys)[path[0] % len(value)]
    changed = value.copy()
    changed[key] = replaced(value[key], path[1:], new)
    return changed


JSON_FILES = [
    "data/bundle.json",
    "data/columns.jsonl",
    "data/documents/00000.jsonl",
    "data/redirects.jsonl",
    "data/relations.jsonl",
    "data/reports/reconciliation.json",
    "data/schemas/document.json",
]


@settings(quick, max_examples=80)
@given(
    name=st.sampled_from(JSON_FILES),
    line=st.integers(0, 9),
    path=st.lists(st.integers(0, 40), max_size=5),
    new=values,
)
def test_no_value_anywhere_raises(bundle, place, reseal, name, line, path, new):
    root = copy_of(bundle, place)
    lines = (root / name).read_bytes().split(b"\n")
    lines = (
        [text for text in lines if text] if name.endswith("l") else [b"".join(lines)]
    )
    index = line % len(lines)
    lines[index] = orjson.dumps(replaced(orjson.loads(lines[index]), path, new))
    (root / name).write_bytes(b"".join(text + b"\n" for text in lines))
    reseal(root)
    for fault in verify_bundle(root).faults:
        assert str(fault).isprintable()
