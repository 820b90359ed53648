"""Article pages: the values of a template, its disclosure header, meta tags and bytes."""

from dataclasses import dataclass
from datetime import timedelta
from html import escape

from contentkit.samplesite.addresses import list_path
from contentkit.samplesite.content import Content
from contentkit.samplesite.disclosure import header_rows, header_table
from contentkit.samplesite.layout import Column
from contentkit.samplesite.numbers import chinese_date, full_width
from contentkit.samplesite.plan import Plan, Planner
from contentkit.samplesite.quirks import Quirks
from contentkit.samplesite.templates import load_template
from contentkit.samplesite.words import load_words

_SITE = "江澜区人民政府"
_WITH_META = {"jcms", "jpage", "trs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article page with what it shows outside the body."""

    data: bytes
    header: dict[str, str]
    fields: dict[str, str]
    """Field -> shown text, for the fields of the disclosure header."""
    date: str
    author: str | None
    published_at: str | None


def make_page(planner: Planner, content: Content, quirks: Quirks) -> Page:
    """Return the page of a document."""
    plan = content.plan
    column = plan.column
    rows = header_rows(planner, content)
    shown, published_at = _show_date(plan, quirks)
    author = _author(plan)
    source = "" if quirks.has("source-blank") else plan.source
    # Only what comes out of the database is damaged, not the template around it.
    twist = _double_encode if quirks.has("charset-double-encoded") else str
    html = load_template(f"{column.family}-article.html").render(
        charset=charset_tag(quirks.charset.declared, column.family),
        title=twist(escape(plan.title, quote=False)),
        column=escape(column.names[-1]),
        meta=twist(_meta_tags(plan, quirks)) if column.family in _WITH_META else "",
        crumb=crumb(column),
        header=header_table(column, rows),
        subtitle=twist(_subtitle(content)),
        date=shown,
        source=twist(escape(source)),
        author=f"<span>作者：{escape(author)}</span>" if author else "",
        number=str(plan.index + 1),
        body=twist(_body(content, quirks)),
        files=_file_box(content),
        related=_related(planner, plan),
    )
    data = html.encode(quirks.charset.codec, "xmlcharrefreplace")
    if quirks.has("charset-damaged"):
        data = _damage(data, content)
    return Page(
        data=data,
        header={label: text for label, _, text in rows},
        fields={name: text for _, name, text in rows if text},
        date=shown,
        author=author,
        published_at=published_at,
    )


def charset_tag(declared: str | None, family: str) -> str:
    """Return the meta tag that declares a charset, in the manner of the family."""
    if declared is None:
        return ""
    if family in {"jcms", "empirecms"}:
        return f'<meta charset="{declared}" />'
    return f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'


def crumb(column: Column, *, with_list: bool = True) -> str:
    """Return the breadcrumb of a column as links from the home page down."""
    mark = " &gt; " if column.family != "trs" else "&nbsp;&gt;&nbsp;"
    last = escape(column.names[-1])
    if with_list:
        last = f'<a href="{list_path(column)}">{last}</a>'
    parts = ['<a href="/">首页</a>', *map(escape, column.names[:-1]), last]
    return mark.join(parts)


def meta_tag(name: str, content: str) -> str:
    """Return one meta tag."""
    return f'<meta name="{name}" content="{escape(content)}" />'


def column_meta(column: Column) -> list[str]:
    """Return the four column tags and the three site tags of 国办发〔2017〕47号."""
    name = column.names[-1]
    return [
        meta_tag("SiteName", _SITE),
        meta_tag("SiteDomain", "www.jianglan.example"),
        meta_tag("SiteIDCode", load_words().data["site_id_code"]),
        meta_tag("ColumnName", name),
        meta_tag("ColumnDescription", f"{_SITE}{name}栏目"),
        meta_tag("ColumnKeywords", f"江澜区，{name}"),
        meta_tag("ColumnType", column.names[0]),
    ]


def iso_minute(plan: Plan) -> str:
    """Return the time of publication to the minute, in Beijing time."""
    return f"{plan.published:%Y-%m-%dT%H:%M}+08:00"


def _meta_tags(plan: Plan, quirks: Quirks) -> str:
    at = plan.published
    title, source = plan.title, plan.source
    keywords, described = plan.subject.text, f"{plan.agency.short}发布"
    if quirks.has("source-blank"):
        source = ""
    match quirks.meta:
        case "meta-date-conflict":
            at += timedelta(days=1)
        case "meta-title-differs":
            title = title[:8] + "…"
        case "meta-null":
            source = keywords = "null"
        case "meta-empty":
            described = ""
    hours = "%I" if quirks.meta == "meta-twelve-hour" else "%H"
    tags = [
        *column_meta(plan.column),
        meta_tag("ArticleTitle", title),
        meta_tag("PubDate", at.strftime(f"%Y-%m-%d {hours}:%M")),
        meta_tag("ContentSource", source),
        meta_tag("Keywords", keywords),
        meta_tag("Description", described),
    ]
    return "\n".join(tags)


def _show_date(plan: Plan, quirks: Quirks) -> tuple[str, str | None]:
    """Return the visible date and what a careful reader learns from the page."""
    at = plan.published
    match plan.column.family:
        case "jpage" if plan.column.key == "departments":
            return f"{at:%Y-%m-%d}", iso_minute(plan)  # the meta tag has the minute
        case "trs":
            return f"{at:%Y年%m月%d日 %H:%M}", iso_minute(plan)
        case "gkmlpt":
            return f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y-%m-%dT%H:%M:%S}+08:00"
        case "static":
            return _show_old_date(plan, quirks)
    return f"{at:%Y-%m-%d %H:%M}", iso_minute(plan)


def _show_old_date(plan: Plan, quirks: Quirks) -> tuple[str, str | None]:
    day = plan.published.date()
    if quirks.has("date-impossible"):
        return f"{day.year}年2月30日", None
    if quirks.has("date-missing"):
        return "", None
    shape = (
        day.isoformat(),
        chinese_date(day),
        full_width(f"{day.year}年{day.month}月{day.day}日"),
        f"{day:%y}-{day.month}-{day.day}",
        f"{day:%Y.%m.%d}",
    )[plan.place % 5]
    return shape, day.isoformat()


def _author(plan: Plan) -> str | None:
    if plan.column.family == "empirecms" and plan.place % 3 == 0:
        words = load_words()
        surnames: list[str] = words.data["surnames"]
        given: list[str] = words.data["given"]
        return surnames[plan.index % len(surnames)] + given[plan.index % len(given)]
    return None


def _subtitle(content: Content) -> str:
    if content.subtitle is None:
        return ""
    return f'<div class="subtitle">{escape(content.subtitle)}</div>'


def _body(content: Content, quirks: Quirks) -> str:
    if not quirks.has("markup-script"):
        return content.body.html
    return (
        '<script type="text/javascript">var _hmt = _hmt || [];</script>\n'
        + content.body.html
        + '<img src="http://stat.tracker.example/t.gif?d=1" width="1" height="1" '
        'style="display:none" />\n'
    )


def _file_box(content: Content) -> str:
    if content.plan.column.family != "gkmlpt" or not content.attachments:
        return ""
    rows = "".join(
        f'<li><a href="{escape(f.path)}">{escape(f.name)}</a></li>'
        for f in content.attachments
    )
    return f'<div class="files">附件下载<ul>{rows}</ul></div>'


def _related(planner: Planner, plan: Plan) -> str:
    other = planner.interpretation_of(plan)
    if other is None:
        return ""
    link = f'<a href="{other.path}">{escape(other.title)}</a>'
    return f'<div class="related">相关解读：{link}</div>'


def _double_encode(text: str) -> str:
    """Return the text as a database shows it that took its UTF-8 for Latin-1."""
    return text.encode("utf-8").decode("latin-1")


def _damage(data: bytes, content: Content) -> bytes:
    """Return the page without the second byte of the body's last full stop."""
    stop = (content.body.lines[-1][-3:]).encode("gbk")
    place = data.rindex(stop) + len(stop)
    return data[: place - 1] + data[place:]
