"""Damage to the bag itself: every case is found by us, and by bagit-python too."""

import os
import shutil

import bagit
import pytest

from contentkit.bundle.verify import require_valid, verify_bundle
from contentkit.bundle.verify_bag import path_problem
from contentkit.errors import BundleError

ZERO = "0" * 64


def append(path, text):
    path.write_bytes(path.read_bytes() + text.encode())


def change(root):
    append(root / "data/columns.jsonl", " ")


def flip_same_size(root):
    path = root / "data/documents/00000.jsonl"
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


def remove(root):
    (root / "data/relations.jsonl").unlink()


def remove_attachment(root):
    next((root / "data/files").glob("*/*")).unlink()


def add(root):
    (root / "data/reports/extra.html").write_text("x")


def truncate(root):
    path = root / "data/documents/00000.jsonl"
    os.truncate(path, path.stat().st_size // 2)


def unlist(root):
    path = root / "manifest-sha256.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


def list_what_is_not_there(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  data/nothing\n")


def change_hash(root):
    path = root / "manifest-sha256.txt"
    path.write_text(ZERO + path.read_text()[64:])


def change_bag_info(root):
    append(root / "bag-info.txt", "Extra: value\n")


def lie_about_size(root):
    path = root / "bag-info.txt"
    text = "".join(
        "Payload-Oxum: 1.1\n" if "Oxum" in line else line
        for line in path.read_text().splitlines(keepends=True)
    )
    path.write_text(text)


def no_declaration(root):
    (root / "bagit.txt").unlink()


def other_declaration(root):
    (root / "bagit.txt").write_text("BagIt-Version: 1.0\n")


def no_manifest(root):
    (root / "manifest-sha256.txt").unlink()


def empty_folder(root):
    shutil.rmtree(root)
    root.mkdir()


def escape(root):
    outside = root.parent / "outside"
    outside.write_text("x")
    append(root / "manifest-sha256.txt", f"{ZERO}  ../outside\n")


def absolute(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  /etc/passwd\n")


def home(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  ~/x\n")


def garbage_manifest(root):
    (root / "manifest-sha256.txt").write_bytes(b"\xff\xfe garbage \x00")


BOTH = [
    change,
    flip_same_size,
    remove,
    remove_attachment,
    add,
    truncate,
    unlist,
    list_what_is_not_there,
    change_hash,
    change_bag_info,
    lie_about_size,
    no_declaration,
    other_declaration,
    no_manifest,
    empty_folder,
    escape,
    absolute,
    home,
    garbage_manifest,
]


@pytest.mark.parametrize("damage", BOTH, ids=lambda damage: damage.__name__)
def test_both_verifiers_refuse(bundle, damage):
    damage(bundle)
    assert not bagit_accepts(bundle)
    report = verify_bundle(bundle)
    assert report.faults
    with pytest.raises(BundleError) as caught:
        require_valid(bundle)
    assert caught.value.exit_code == 3
    assert all(line.isprintable() for line in str(caught.value).splitlines())


def bagit_accepts(root) -> bool:
    try:
        bag = bagit.Bag(str(root))
        bag.validate()
    except (bagit.BagError, UnicodeError):
        return False
    return True


# what bagit-python lets pass and we do not


def sibling(root):
    """bagit-python 1.9.0 takes a sibling whose name begins with the bag's for inside."""
    other = root.parent / f"{root.name}-evil"
    other.mkdir()
    (other / "x").write_text("x")
    line = f"{ZERO}  ../{other.name}/x\n"
    append(root / "manifest-sha256.txt", line)


def symlink_out(root):
    path = root / "data/reports/report.html"
    content = path.read_bytes()
    path.unlink()
    (root.parent / "elsewhere").write_bytes(content)
    path.symlink_to(root.parent / "elsewhere")


def symlinked_folder(root):
    shutil.move(root / "data/reports", root.parent / "reports")
    (root / "data/reports").symlink_to(root.parent / "reports")


def fifo(root):
    os.mkfifo(root / "data/reports/pipe")


def fifo_for_a_file(root):
    (root / "data/columns.jsonl").unlink()
    os.mkfifo(root / "data/columns.jsonl")


def fetch(root):
    (root / "fetch.txt").write_text("http://127.0.0.1/x 1 data/x\n")


def stray_tag_file(root):
    (root / "README").write_text("x")


def listed_twice(root):
    path = root / "manifest-sha256.txt"
    path.write_text(path.read_text() + path.read_text().splitlines()[0] + "\n")


def backslash(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  data\\x\n")


def drive(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  C:/x\n")


def dot_segment(root):
    path = root / "manifest-sha256.txt"
    path.write_text(path.read_text().replace("data/bundle", "data/./bundle"))


def encoded_line_feed(root):
    append(root / "manifest-sha256.txt", f"{ZERO}  data/a%0Ab\n")


def case_collision(root):
    (root / "data/reports/REPORT.html").write_text("x")


def composition_collision(root):
    (root / "data/reports/\u00e9.html").write_text("x")
    (root / "data/reports/e\u0301.html").write_text("x")


def not_utf8_name(root):
    (root / os.fsdecode(b"data/reports/\xff.html")).touch()


def cut_manifest(root):
    path = root / "manifest-sha256.txt"
    path.write_text(path.read_text().rstrip("\n"))


def endless_line(root):
    (root / "manifest-sha256.txt").write_bytes(b"a" * (1 << 20))


OURS = {
    sibling: "leads out of the bag",
    symlink_out: "link or a special file",
    symlinked_folder: "link or a special file",
    fifo: "link or a special file",
    fifo_for_a_file: "link or a special file",
    fetch: "complete in itself",
    stray_tag_file: "does not belong",
    listed_twice: "is listed twice",
    backslash: "backslash",
    drive: "no path inside the bag",
    dot_segment: "not in its plain form",
    encoded_line_feed: "not printable",
    case_collision: "same name",
    composition_collision: "same name",
    not_utf8_name: "not UTF-8",
    cut_manifest: "is not 'sha256  path'",
    endless_line: "is not 'sha256  path'",
}


@pytest.mark.parametrize(("damage", "words"), OURS.items(), ids=lambda x: str(x)[:30])
def test_what_else_is_refused(bundle, damage, words):
    damage(bundle)
    lines = [str(fault) for fault in verify_bundle(bundle).faults]
    assert any(words in line for line in lines), lines
    assert all(line.isprintable() for line in lines)


def test_bag_info_must_fit_the_profile(bundle, reseal):
    path = bundle / "bag-info.txt"
    text = path.read_text().replace("contentkit-Format: 1", "contentkit-Format: 99")
    text = text.replace("contentkit-Site: old-district\n", "")
    path.write_text(text + "contentkit-Run: 7\nno colon here\n")
    reseal(bundle)
    lines = [str(fault) for fault in verify_bundle(bundle).faults]
    assert "bag-info.txt: contentkit-Format is 99, not 1" in lines
    assert "bag-info.txt: contentkit-Site is missing" in lines
    assert "bag-info.txt: contentkit-Run is there 2 times" in lines
    assert "bag-info.txt: line 11 is not 'Label: value'" in lines


def test_an_endless_bag_info_is_not_read(bundle, reseal):
    append(bundle / "bag-info.txt", "Filler: x\n" * 10_000)
    reseal(bundle)
    lines = [str(fault) for fault in verify_bundle(bundle).faults]
    assert "bag-info.txt: is larger than 65536 bytes" in lines


def test_a_folded_tag_is_one_value(bundle, reseal):
    path = bundle / "bag-info.txt"
    path.write_text(path.read_text().replace("示例区人民政府", "示例区\n  人民政府"))
    reseal(bundle)
    assert verify_bundle(bundle).is_whole
    assert bagit_accepts(bundle)


def test_windows_line_ends_in_the_manifest_are_allowed(bundle):
    path = bundle / "manifest-sha256.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    lines = [str(fault) for fault in verify_bundle(bundle).faults]
    assert lines == [
        "manifest-sha256.txt: was changed: its hash is not in tagmanifest-sha256.txt"
    ]


@pytest.mark.parametrize("place", ["missing", "file"])
def test_what_is_no_folder_is_one_fault(tmp_path, place):
    (tmp_path / "file").write_text("x")
    report = verify_bundle(tmp_path / place)
    assert [f.problem for f in report.faults] == [
        "is no folder: give the folder of a bundle"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "~x",
        "\\x",
        "C:x",
        "data/../x",
        "..",
        "data//x",
        "data/./x",
        "a\rb",
        "a\\b",
    ],
)
def test_paths_that_could_lead_out_are_refused(path):
    assert path_problem(path)


@pytest.mark.parametrize("path", ["data/x", "data/..x", "data/x..", "data/政策/~a"])
def test_plain_paths_are_not(path):
    assert path_problem(path) is None
