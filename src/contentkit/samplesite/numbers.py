"""Numbers with check digits and a small random source, the same on every Python.

The generators are written from the constants of the standards, apart from the checkers
elsewhere in contentkit, so that the truth does not rest on the code it judges.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")

# GB 32100-2015: no I, O, S, V, Z
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_MASK = (1 << 64) - 1
_DIGITS = "〇一二三四五六七八九"


class Dice:
    """A seeded source of choices (64-bit linear congruential, high bits used).

    >>> Dice(1, 2).below(1000) == Dice(1, 2).below(1000)
    True
    """

    __slots__ = ("_state",)

    def __init__(self, *keys: int) -> None:
        state = 0x9E3779B97F4A7C15
        for key in keys:
            state = ((state ^ key) * 0xBF58476D1CE4E5B9) & _MASK
            state ^= state >> 31
        self._state = (state * 0x94D049BB133111EB) & _MASK

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1."""
        state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        self._state = state
        return (state >> 33) * limit >> 31

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return `count` different items (at most all of them) in their own order."""
        need = min(count, len(items))
        chosen = []
        for position, item in enumerate(items):
            if self.below(len(items) - position) < need:
                chosen.append(item)
                need -= 1
        return chosen

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        mixed = list(items)
        for place in range(len(mixed) - 1, 0, -1):
            other = self.below(place + 1)
            mixed[place], mixed[other] = mixed[other], mixed[place]
        return mixed


def make_org_code(digits: str) -> str:
    """Return the nine characters of an organization code (GB 11714).

    >>> make_org_code("00001434")
    '000014349'
    """
    total = sum(w * int(c) for w, c in zip(_ORG_WEIGHTS, digits, strict=True))
    check = 11 - total % 11
    return digits + {10: "X", 11: "0"}.get(check, str(check))


def make_credit_code(region: str, org_code: str) -> str:
    """Return the unified social credit code of a state organ (GB 32100).

    >>> make_credit_code("330206", "002954449")
    '11330206002954449B'
    """
    head = "11" + region + org_code
    weighted = zip(_USCC_WEIGHTS, head, strict=True)
    total = sum(w * _USCC.index(c) for w, c in weighted)
    return head + _USCC[(31 - total % 31) % 31]


def with_wrong_check(code: str) -> str:
    """Return the code with another last character, so that its check fails.

    >>> with_wrong_check("11330206002954449B")
    '11330206002954449C'
    """
    return code[:-1] + _USCC[(_USCC.index(code[-1]) + 1) % 31]


def make_id_number(dice: Dice) -> str:
    """Return a checksum-valid identity number of a person born from 1908 to 1910.

    The years keep it plausible for a checker with an age limit of 120 and away from
    anyone who could still hold it.
    """
    born = f"{dice.between(1908, 1910)}{dice.between(1, 12):02}{dice.between(1, 28):02}"
    head = "330206" + born + f"{dice.below(1000):03}"
    total = sum(w * int(c) for w, c in zip(_ID_WEIGHTS, head, strict=True))
    return head + "10X98765432"[total % 11]


def make_mobile(dice: Dice) -> str:
    """Return a number in the shape of a mobile one, from a series without persons.

    146 is a series of data cards and its 0000 block is not given out.
    """
    return f"1460000{dice.below(10000):04}"


def make_bank_card(dice: Dice) -> str:
    """Return a 19-digit card number that passes Luhn, under a prefix no bank holds."""
    head = "629999" + "".join(str(dice.below(10)) for _ in range(12))
    total = 0
    for place, digit in enumerate(reversed(head)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return head + str(-total % 10)


def chinese_year(year: int, zero: str = "〇") -> str:
    """Return a year in Chinese numerals, with the sign used for zero.

    >>> chinese_year(2006)
    '二〇〇六'
    """
    return "".join(zero if c == "0" else _DIGITS[int(c)] for c in str(year))


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals.

    >>> [chinese_number(n) for n in (3, 10, 17, 20, 31)]
    ['三', '十', '十七', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def chinese_date(day: date, zero: str = "〇") -> str:
    """Return a date in Chinese numerals.

    >>> chinese_date(date(2006, 3, 15))
    '二〇〇六年三月十五日'
    """
    month, number = chinese_number(day.month), chinese_number(day.day)
    return f"{chinese_year(day.year, zero)}年{month}月{number}日"


def full_width(text: str) -> str:
    """Return the text with its digits full-width.

    >>> full_width("2006年3月")
    '２００６年３月'
    """
    return text.translate({ord(str(d)): 0xFF10 + d for d in range(10)})
