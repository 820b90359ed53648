"""Point the links of a sanitized body at the new platform.

The HTML must come from nh3: tags and attributes in lower case, values in double
quotes, `<` in text always escaped. Everything but the changed values stays as it is,
byte for byte.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

_TAG = re.compile(r'<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_LINK = re.compile(r' (href|src)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A body with new links, and the addresses for which there was none.

    `unresolved` are internal; `outside` are all others, as pairs of attribute (`href`,
    `src`) and address.
    """

    html: str
    unresolved: tuple[str, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()


def rewrite_links(
    body_html: str,
    *,
    resolve: Callable[[str], str | None],
    internal: Callable[[str], bool],
) -> Rewritten:
    """Replace the value of every `href` and `src` that `resolve` knows.

    Both callables get the address without its fragment, unescaped; the fragment is kept
    unless the new address has its own. Links within the page stay. Addresses that are
    unknown stay too and are listed once each, in the order of the page.
    """
    if 'href="' not in body_html and 'src="' not in body_html:
        return Rewritten(body_html)
    rewriter = _Rewriter(resolve, internal)
    rewritten = _TAG.sub(rewriter.tag, body_html)
    return Rewritten(rewritten, tuple(rewriter.unresolved), tuple(rewriter.outside))


class _Rewriter:
    def __init__(
        self, resolve: Callable[[str], str | None], internal: Callable[[str], bool]
    ) -> None:
        self._resolve = resolve
        self._internal = internal
        self.unresolved: dict[str, None] = {}
        self.outside: dict[tuple[str, str], None] = {}

    def tag(self, match: re.Match[str]) -> str:
        return _LINK.sub(self._link, match[0])

    def _link(self, match: re.Match[str]) -> str:
        address, mark, fragment = html.unescape(match[2]).partition("#")
        if not address:
            return match[0]
        target = self._resolve(address)
        if target is None:
            if self._internal(address):
                self.unresolved[address] = None
            else:
                self.outside[match[1], address] = None
            return match[0]
        if "#" not in target:
            target += mark + fragment
        return f' {match[1]}="{_escape(target)}"'


def _escape(value: str) -> str:
    # as nh3 writes attribute values, so that sanitizing again changes nothing
    value = value.replace("&", "&amp;").replace("\xa0", "&nbsp;")
    value = value.replace('"', "&quot;")
    return value.replace("<", "&lt;").replace(">", "&gt;")
