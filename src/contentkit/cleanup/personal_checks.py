"""Validators of personal numbers: check digits, dates of birth, first digits.

GB 11643-1999 (18 digits, ISO 7064 MOD 11-2), its predecessor with 15 digits and no check
digit, ISO/IEC 7812 (Luhn). A credit code (GB 32100) needs no test of its own: of those
that are all digits one in 10^5 has a province, a date and the check digit of an identity
number, while one identity number in 31 passes the check of credit codes.
"""

from datetime import date
from operator import mul

from contentkit.cleanup.personal_words import prefixes, scores

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def has_check_digit(number: str) -> bool:
    """Check the last sign of 18 digits, `X` for ten (GB 11643-1999).

    >>> has_check_digit("11010519491231002X"), has_check_digit("110105194912310021")
    (True, False)
    """
    return _SIGNS[sum(map(mul, _WEIGHTS, map(int, number[:17]))) % 11] == number[17]


def has_id_shape(number: str, as_of: date | None = None) -> bool:
    """Tell whether 18 or 15 digits begin with a province and a date of birth.

    The date is one of the calendar, from 1900 to `as_of`, or to the end of the century.
    """
    if number[:2] not in prefixes("province"):
        return False
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    years = scores("all")
    is_known = years["earliest-birth"] <= born.year <= years["latest-birth"]
    return is_known and (as_of is None or born <= as_of)


def passes_luhn(number: str) -> bool:
    """Check the last digit of a card number (ISO/IEC 7812-1).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    digits = [int(sign) for sign in reversed(number)]
    return (sum(digits[::2]) + sum(_DOUBLED[d] for d in digits[1::2])) % 10 == 0


def is_mobile(number: str) -> bool:
    """Tell whether 11 digits begin with a segment in use.

    >>> is_mobile("14600001234"), is_mobile("12345678901")
    (True, False)
    """
    return len(number) == 11 and number[:3] in prefixes("mobile")
