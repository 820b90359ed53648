"""The column path of a page, from its breadcrumb."""

import re
from dataclasses import dataclass

from contentkit.extract.outline import Outline
from contentkit.text import fold, squeeze, strip

_LABEL = re.compile(
    r"^[\[【]?(您|你)?(现在|当前)?(所在)?(的)?(位置|所在位置|当前位置|当前所在|当前栏目|所处位置)"
    r"[\]】]?(是)?[:：>＞\s]*"
)
_HOME = re.compile(r"^(网站|本站|返回|门户)?(首页|主页|首頁|home)$", re.IGNORECASE)
_SPLIT = re.compile(r"[>＞»›→⇒≫]+|\s*[/／\\|｜·•]\s*|》+|\s+[-–—]+\s+|-->?|::|&gt;")
_LEAVES = frozenset(
    (
        "正文",
        "内容",
        "详情",
        "详细内容",
        "信息内容",
        "文章",
        "浏览",
        "查看",
        "详细信息",
        "信息详情",
    )
)
_ARROW = re.compile("[>＞»›→⇒≫》/／]|->|--")
_LABEL_WORDS = re.compile(r"^.{0,12}?位\s*置\s*[\]】]?\s*(?:是)?\s*[:：>＞]?\s*")
_LABEL_END = 16
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Crumbs:
    """The names of a breadcrumb from the home page down, and its line."""

    names: tuple[str, ...]
    line: int

    @property
    def end(self) -> int:
        """The line after it."""
        return self.line + 1


def read_crumbs(outline: Outline, before: int) -> Crumbs | None:
    """Return the breadcrumb above line `before`, None without one.

    当前位置 and its like mark it; without such words a line that begins with 首页 and
    has arrows between its names is one.
    """
    found: Crumbs | None = None
    for number, line in enumerate(outline.lines[: before + 1]):
        text = line.text
        if not text or len(text) > _LONGEST:
            continue
        if "位" in text[:_LABEL_END] and _LABEL.match(squeeze(text)):
            names = _names(text)
            if names:
                return Crumbs(names, number)
        if found is None and _ARROW.search(text):
            names = _names(text)
            if len(names) > 1 and _HOME.match(squeeze(names[0])):
                found = Crumbs(names, number)
    return found


def _names(text: str) -> tuple[str, ...]:
    text = _LABEL_WORDS.sub("", text, count=1)
    parts = [strip(part.strip("[]【】 :：")) for part in _SPLIT.split(text)]
    return tuple(part for part in parts if part)


def column_path(names: tuple[str, ...], title: str | None) -> tuple[str, ...]:
    """Return the names without the page's own title and words like 正文."""
    own = fold(title) if title else ""
    path = list(names)
    while path:
        last = fold(path[-1])
        if path[-1] in _LEAVES or (
            own and last and (last == own or _is_cut(last, own))
        ):
            path.pop()
        else:
            break
    return tuple(path)


def _is_cut(name: str, title: str) -> bool:
    bare = name.rstrip(".…")
    return len(bare) >= 8 and title.startswith(bare)
