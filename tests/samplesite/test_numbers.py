"""Check digits and number shapes, recomputed here in another way."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contentkit.samplesite.numbers import (
    Dice,
    make_bank_card,
    make_id_number,
    make_mobile,
)

Rows = list[dict[str, Any]]

# The forms of STANDARDS 6.1; G is form A without its leading zeros.
FORMS = {
    "A": r"[0-9A-Z]{8}[0-9X]/[0-9]{4}-[0-9]{5,}",
    "B": r"[0-9A-HJ-NP-RTUWXY]{18}/[0-9]{4}-[0-9]{5,7}",
    "C": r"[0-9A-HJ-NP-RTUWXY]{18}/[0-9]{6}-[0-9]{5}",
    "D": r"[0-9]{10}/[0-9]{4}-[0-9]{6}",
    "E": r"[0-9A-Z]{9}-[0-9]{4}-[0-9]{6}",
    "F": r"[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{8}-[0-9]+",
    "G": r"[0-9]{6,7}[0-9X]/[0-9]{4}-[0-9]{5,}",
}
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mod_31_holds(code: str) -> bool:
    values = [ALPHABET.index(c) for c in code]
    return (sum(v * 3**i for i, v in enumerate(values[:17])) + values[17]) % 31 == 0


def luhn_holds(number: str) -> bool:
    digits = [int(c) for c in reversed(number)]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def mod_11_2_holds(number: str) -> bool:
    values = [10 if c == "X" else int(c) for c in number]
    return sum(v * pow(2, 17 - i) for i, v in enumerate(values)) % 11 == 1


def test_index_numbers_take_all_forms(truth: Rows) -> None:
    seen = set()
    for row in truth:
        number = row["index_number"]
        if number is None:
            continue
        forms = [k for k, v in FORMS.items() if re.fullmatch(v, number)]
        assert len(forms) == 1, number
        seen.update(forms)
        assert ("index-zeros-lost" in row["planted"]) == (forms == ["G"])
        if forms[0] in "BC":
            wrong = "index-check-wrong" in row["planted"]
            assert mod_31_holds(number[:18]) != wrong, number
    assert seen == set(FORMS)


def test_index_numbers_are_unique(truth: Rows) -> None:
    numbers = [row["index_number"] for row in truth if row["index_number"]]
    assert len(numbers) == len(set(numbers))


def test_document_numbers_are_unique_but_for_copies(truth: Rows) -> None:
    numbers = [
        row["doc_number"]
        for row in truth
        if row["doc_number"] and "duplicate-exact" not in row["planted"]
    ]
    assert len(numbers) == len(set(numbers))


@given(st.integers(0, 2**40))
def test_personal_numbers_pass_their_checks(seed: int) -> None:
    dice = Dice(seed)
    number, mobile, card = make_id_number(dice), make_mobile(dice), make_bank_card(dice)
    assert re.fullmatch(r"330206(1908|1909|1910)[0-9]{7}[0-9X]", number)
    assert mod_11_2_holds(number)
    assert re.fullmatch(r"1[3-9][0-9]{9}", mobile)
    assert re.fullmatch(r"62[0-9]{17}", card)
    assert luhn_holds(card)


@given(st.integers(0, 2**40), st.integers(1, 1000), st.integers(0, 40))
def test_dice_stay_in_range(seed: int, limit: int, count: int) -> None:
    dice = Dice(seed, limit)
    assert all(0 <= dice.below(limit) < limit for _ in range(20))
    sample = dice.sample(range(limit), count)
    assert len(sample) == min(count, limit)
    assert sorted(set(sample)) == sample
    assert sorted(dice.shuffle(range(limit))) == list(range(limit))
