"""Steps on plain text: titles, names, keywords, corrections from the patch table."""

import re

from contentkit.normalize.state import State
from contentkit.text import INVISIBLE

_WIDTHS = {
    **{c: c - 0xFEE0 for c in range(0xFF10, 0xFF1A)},  # ０-９
    **{c: c - 0xFEE0 for c in range(0xFF21, 0xFF3B)},  # Ａ-Ｚ
    **{c: c - 0xFEE0 for c in range(0xFF41, 0xFF5B)},  # ａ-ｚ
    ord("％"): "%",
    ord("\u3000"): " ",
    **dict.fromkeys(map(ord, INVISIBLE)),
}
_KEYWORD_SEPARATOR = re.compile(r"[,，;；、|\s\u3000]+")
_TEXTS = ("title", "subtitle", "summary", "source", "author")


def clean_text(text: str) -> str:
    """Return a line of text with half-width letters and digits and single spaces.

    Chinese punctuation stays full-width; nothing is cut off or joined.

    >>> clean_text("　关于２０１８年\\u200b  工作的通知（试行）")
    '关于2018年 工作的通知（试行）'
    """
    return " ".join(text.translate(_WIDTHS).split())


def clean_texts(state: State) -> None:
    """Set title, subtitle, summary, source and author as stated, cleaned."""
    for name in _TEXTS:
        text = clean_text(state.values.get(name, ""))
        if text:
            state.put(name, text)


def clean_keywords(state: State) -> None:
    """Set the keywords, split at commas and spaces, each of them once."""
    found: dict[str, None] = {}
    for text in state.record.keywords:
        for part in _KEYWORD_SEPARATOR.split(clean_text(text)):
            if part:
                found[part] = None
    if found:
        origin = state.record.origins.get("keywords", "page")
        state.put("keywords", list(found), origin)


def patch_values(state: State) -> None:
    """Replace stated texts that the recipe's table of patches corrects.

    The original text stays in the provenance; an empty replacement removes the value.
    """
    for name in list(state.values):
        replacement = state.recipe.patches.get((name, state.values[name].strip()))
        if replacement is None:
            continue
        state.origins[name] += " > lookup:patches"
        if replacement:
            state.values[name] = replacement
        else:
            del state.values[name]
