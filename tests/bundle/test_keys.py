"""The set of hashes answers like a set of numbers, and knows what came twice."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from contentkit.bundle.keys import HashSet

HASHES = st.integers(0, 2**64 - 1) | st.integers(0, 130)


@given(st.lists(HASHES), HASHES)
def test_a_set_of_hashes_holds_what_was_put_in(numbers: list[int], other: int):
    found = HashSet(iter(numbers))
    assert all(number in found for number in numbers)
    assert (other in found) == (other in numbers)


@given(st.lists(HASHES))
def test_a_set_of_hashes_knows_what_came_twice(numbers: list[int]):
    twice = {number for number, times in Counter(numbers).items() if times > 1}
    assert HashSet(numbers).repeated() == twice
