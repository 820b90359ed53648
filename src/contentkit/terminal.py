"""Text from pages on its way to a terminal or a log."""

import unicodedata

# controls and formats move the cursor, hide text or reverse its order
_HARMFUL = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""Return text with control, format and direction characters made visible.

    >>> printable("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char == "\t" or unicodedata.category(char) not in _HARMFUL:
        return char
    return char.encode("unicode_escape").decode("ascii")
