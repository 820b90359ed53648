"""The column path of a page, from its breadcrumb."""

import re

from contentkit.extract.outline import Outline
from contentkit.text import fold, fold_spaces, squeeze, strip

_LABEL = re.compile(
    r"^[\[【]?(您|你)?(现在|当前)?(所在)?(的)?(位置|所在位置|当前位置|当前所在|当前栏目|所处位置)"
    r"[\]】]?(是)?[:：>＞\s]*"
)
_HOME = re.compile(r"^(网站|本站|返回|门户)?(首页|主页|首頁|home)$", re.IGNORECASE)
_SPLIT = re.compile(r"[>＞»›→⇒≫]+|\s*[/／\\|｜·•]\s*|》+|\s+[-–—]+\s+|-->?|::|&gt;")
_LEAVES = frozenset(
    ("正文", "内容", "详情", "详细内容", "信息内容", "文章", "浏览", "查看", "详细信息", "信息详情")
)
_LONGEST = 200


def read_crumbs(outline: Outline, before: int) -> tuple[tuple[str, ...], int] | None:
    """Return the names from the home page down and the line, None without breadcrumb."""
    found: tuple[tuple[str, ...], int] | None = None
    for number, line in enumerate(outline.lines[: before + 1]):
        text = line.text
        if not text or len(text) > _LONGEST:
            continue
        bare = strip(text)
        label = _LABEL.match(squeeze(bare)) if "位置" in squeeze(bare)[:12] else None
        names = _names(outline, number)
        if label and names:
            return names, number
        if found is None and len(names) > 1 and _HOME.match(names[0]):
            found = names, number
    return found


def _names(outline: Outline, number: int) -> tuple[str, ...]:
    text = outline.lines[number].text
    if "位置" in text or "位 置" in text:
        text = re.sub(r"^.*?位\s*置\s*[\]】]?\s*(?:是)?\s*[:：>＞]?\s*", "", text, count=1)
    parts = [fold_spaces(part.strip("[]【】 :：")) for part in _SPLIT.split(text)]
    return tuple(part for part in parts if part)


def column_path(names: tuple[str, ...], title: str | None) -> tuple[str, ...]:
    """Return the names without the page's own title and words like 正文."""
    own = fold(title) if title else ""
    path = list(names)
    while path:
        last = fold(path[-1])
        if path[-1] in _LEAVES or (own and last and (last == own or _is_cut(last, own))):
            path.pop()
        else:
            break
    return tuple(path)


def _is_cut(name: str, title: str) -> bool:
    bare = name.rstrip(".…")
    return len(bare) >= 8 and title.startswith(bare)
