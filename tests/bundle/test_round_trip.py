"""What the writer writes, the verifier and bagit-python find whole."""

import bagit
from contentkit.bundle.verify import require_valid, verify_bundle


def test_a_written_bundle_is_whole(bundle):
    report = verify_bundle(bundle)
    assert [str(fault) for fault in report.faults] == []
    require_valid(report)
    assert report.is_whole
    assert report.documents == 5
    assert report.files == 2
    assert report.identifier == "old-district-7"


def test_bagit_python_agrees(bundle):
    assert bagit.Bag(str(bundle)).is_valid()
