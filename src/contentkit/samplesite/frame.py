"""The pages around the columns: home, the old site's home, robots.txt, styles, site.json."""

import json
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlsplit

from contentkit.resources import sample_data
from contentkit.samplesite.addresses import ORIGIN, list_path
from contentkit.samplesite.layout import AS_OF, Column, Layout
from contentkit.samplesite.lists import STRAYS, count_pages
from contentkit.samplesite.plan import Planner
from contentkit.samplesite.quirks import CONTENT_TYPES
from contentkit.samplesite.routes import load_odd_urls
from contentkit.samplesite.templates import Template, load_template
from contentkit.samplesite.words import load_words

COLORS = {
    "jcms": "#1a5fa8",
    "jpage": "#20639b",
    "trs": "#a8281f",
    "empirecms": "#2f7d5b",
    "gkmlpt": "#355c8c",
    "static": "#1f5f9f",
}
PAGERS = {
    "jcms": "query-data",
    "jpage": "jpage",
    "trs": "create-page",
    "empirecms": "numbered",
    "gkmlpt": "next",
    "static": "next",
}
_ON_HOME = 6  # newest documents shown of each column
_ROBOTS = f"""User-agent: *
Disallow: /admin/
Disallow: /e/member/
Sitemap: {ORIGIN}/sitemap.xml
"""
_PATTERNS = {"jcms": "^/(art/.*/art_1229|col/col1229)", "gkmlpt": "^/gkmlpt/"}

Put = Callable[[str, bytes], None]


def write_frame(planner: Planner, put: Put) -> None:
    """Write everything that belongs to no column."""
    layout = planner.layout
    put("site/index.html", _make_home(planner).encode())
    put("site/jlwz/index.htm", _make_old_home(layout).encode("gbk"))
    put("site/robots.txt", _ROBOTS.encode())
    put("site/script/jpage.js", b"/* the list script of the sample site */\n")
    css = Template(sample_data("site.css").read_text(encoding="utf-8"))
    for family, color in COLORS.items():
        put(f"site/css/{family}.css", css.render(color=color).encode())
    for name, title, text in (
        (
            "soft-404",
            "错误页",
            "抱歉，您访问的页面不存在或已被删除，系统将在5秒后返回首页。",
        ),
        ("half", "专题页面", "本页面内容较多，请耐心等待。" * 400),
    ):
        body = f"<p>{text}</p>"
        page = load_template("plain.html").render(title=title, body=body)
        put(f"service/{name}.html", page.encode())
    put("README.md", sample_data("README.md").read_bytes())
    text = json.dumps(_describe_site(layout), ensure_ascii=False, indent=1)
    put("site.json", text.encode())


def _make_home(planner: Planner) -> str:
    blocks = []
    for column in planner.layout.columns:
        rows = []
        for place in range(min(_ON_HOME, column.documents)):
            plan = planner.plan(column.first + place)
            title = escape(plan.title, quote=False)
            # Editors pasted some links with the host, some without.
            path = ORIGIN + plan.path if place % 2 else plan.path
            day = f"{plan.published:%m-%d}"
            rows.append(f'<li><a href="{path}">{title}</a><span>{day}</span></li>')
        more = f'<a href="{list_path(column)}">更多</a>'
        head = f"<h2>{escape(column.names[-1])}</h2>"
        entries = "\n".join(rows)
        blocks.append(
            f'<div class="block">{head}<ul class="list">\n{entries}\n</ul>{more}</div>'
        )
    links = "\n".join(_make_link(row) for row in load_odd_urls())
    return load_template("home.html").render(blocks="\n".join(blocks), links=links)


def _make_link(row: dict[str, str]) -> str:
    path = row["path"]
    # The control character stands in the page as such, as an editor pasted it.
    path = path.replace("%01", "\x01")
    return f'<a href="{escape(path)}">{escape(row["label"])}</a>'


def _make_old_home(layout: Layout) -> str:
    rows = "".join(
        f"<TR><TD><A HREF={list_path(column)}>{column.names[-1]}</A></TD></TR>\n"
        for column in layout.columns
        if column.family == "static"
    )
    return load_template("static-list.html").render(
        charset='<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312">',
        name="首页",
        crumb='<A HREF="/">新版首页</A>',
        items=f"<TABLE WIDTH=96% ALIGN=center CELLPADDING=4>\n{rows}</TABLE>",
        pager="",
    )


def _describe_site(layout: Layout) -> dict[str, Any]:
    words = load_words()
    return {
        "base_url": ORIGIN + "/",
        "site_name": "江澜区人民政府",
        "site_id_code": words.data["site_id_code"],
        "site_domain": urlsplit(ORIGIN).netloc,
        "as_of": AS_OF.isoformat(),
        "documents": layout.documents,
        "seed": layout.seed,
        "columns": [_describe_column(column) for column in layout.columns],
        "agencies": [
            {"name": a.name, "short": a.short, "code": a.credit_code, "number": a.code}
            for a in words.agencies.values()
        ],
        "content_types": [
            [_PATTERNS[family], kind] for family, kind in CONTENT_TYPES.items()
        ],
        "strays": {key: stray[0] for key, stray in STRAYS.items()},
    }


def _describe_column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key,
        "path": ["首页", *column.names],
        "url": ORIGIN + list_path(column),
        "family": column.family,
        "kind": column.kind,
        "documents": column.documents,
        "pages": count_pages(column),
        "pager": PAGERS[column.family],
    }
