"""Sections and figures of the report, and how its numbers are written."""

from contentkit.bundle.report_html import text
from contentkit.review.words import Words


def section(name: str, body: str, words: Words) -> str:
    title = text(words(f"report-nav-{name}"))
    return f'<section id="{name}"><h2>{title}</h2>{body}</section>'


def figure(title: str, about: str, body: str, words: Words, *, note: str = "") -> str:
    told = note or (words(about) if about else "")
    soft = f'<p class="soft">{text(told)}</p>' if told and body else ""
    none = "report-no-graph" if title == "report-graph" else "report-none"
    shown = body or f'<p class="soft">{text(words(none))}</p>'
    return f'<div class="figure"><h3>{text(words(title))}</h3>{soft}{shown}</div>'


def number(count: int) -> str:
    return f"{count:,}"
