"""Keys of one text: equal where they must be, absent where they prove nothing."""

from hashlib import sha256

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contentkit.dedupe.fingerprint import fingerprint
from contentkit.dedupe.minhash import ROWS, sign
from contentkit.dedupe.shingles import grams

LONG = "现将《区级财政专项资金管理办法》印发给你们，请结合实际，认真贯彻执行。" * 3


def test_a_copy_with_other_signs_has_other_bytes_and_the_same_text():
    one, copy = fingerprint(LONG), fingerprint(LONG.replace("，", ", "))
    assert one.text_sha256 != copy.text_sha256
    assert (one.folded, one.signature) == (copy.folded, copy.signature)


def test_the_signature_is_that_of_the_grams():
    found = fingerprint(LONG)
    rows = np.frombuffer(found.signature, dtype="<u2")
    assert rows.shape == (ROWS,)
    assert np.array_equal(rows, sign(grams(LONG)))
    assert found.grams == grams(LONG).size < found.characters


def test_a_short_text_has_no_signature_and_an_empty_one_no_key():
    short, empty = fingerprint("会议通知"), fingerprint("\n　。")
    assert (short.characters, short.grams, short.signature) == (4, 0, b"")
    assert short.folded
    assert (empty.characters, empty.folded) == (0, "")


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_has_a_fingerprint(text):
    found = fingerprint(text)
    assert found == fingerprint(text)
    assert bool(found.folded) is bool(found.characters)


def test_stored_fingerprints_stay_comparable():
    # a change here means that everything stored must be computed anew
    found = fingerprint(LONG)
    assert found.folded == "4f51f3aa91af6f6bcb0a1eb0ee9e55d7"
    assert sha256(found.signature).hexdigest()[:16] == "55435efa2d506498"
