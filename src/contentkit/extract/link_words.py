"""What the text of a link says about its use (`link-words.csv`)."""

from functools import cache, lru_cache

from contentkit.resources import read_codelist
from contentkit.text import fold

_MARKS = "[]()【】<>«»‹›"


@cache
def _words() -> dict[str, str]:
    return {fold(row["word"]): row["role"] for row in read_codelist("link-words")}


@lru_cache(maxsize=4096)
def link_role(text: str) -> str | None:
    """Return the role of a link by its text; None where the text is content.

    A page number is `number`, a text without any letter or digit `control`.

    >>> link_role("下一页 »"), link_role("12"), link_role("关于印发办法的通知")
    ('next', 'number', None)
    """
    if len(text) > 12:
        return None
    folded = fold(text)
    role = _words().get(folded) or _words().get(folded.strip(_MARKS))
    if role:
        return role
    if folded.strip("[]()第页-").isdigit() and len(folded) <= 6:
        return "number"
    return None if any(c.isalnum() for c in folded) else "control"
