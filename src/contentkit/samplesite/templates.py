"""The page templates of the sample site: HTML files with `${name}` holes."""

import re
from functools import cache

from contentkit.resources import sample_data

_HOLE = re.compile(r"\$\{(\w+)\}")


class Template:
    """A template cut once into literals and holes."""

    def __init__(self, text: str) -> None:
        self._parts = _HOLE.split(text)

    def render(self, **values: str) -> str:
        """Return the text with every hole filled; values are HTML already.

        >>> Template("<b>${name}</b>").render(name="x")
        '<b>x</b>'
        """
        parts = list(self._parts)
        for place in range(1, len(parts), 2):
            parts[place] = values[parts[place]]
        return "".join(parts)


@cache
def load_template(name: str) -> Template:
    """Return a template of the packaged data, with the site's frame filled in."""
    text = sample_data(name).read_text(encoding="utf-8")
    for part in ("chrome", "footer"):
        if f"${{{part}}}" in text:
            frame = sample_data(f"{part}.html").read_text(encoding="utf-8")
            text = text.replace(f"${{{part}}}", frame)
    return Template(text)
