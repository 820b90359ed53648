"""The editor's part of the report: what is to do by rule, column and issuer; the list."""

from collections import Counter
from urllib.parse import urlencode

from contentkit.bundle.report_html import isolated, table, text
from contentkit.findings import codes, explain
from contentkit.models import Finding, Severity
from contentkit.review.report_facts import OPEN, Facts, Group
from contentkit.review.report_island import ROWS
from contentkit.review.report_parts import figure, number, section
from contentkit.review.words import Words

_SHOWN = 15  # columns or issuers with the most to do
_HEADS = (
    ("rank", "report-severity"),
    ("words", "report-finding"),
    ("title", "report-document"),
    ("column", "report-legacy"),
    ("issuer", "report-issuer"),
    ("decision", "report-decision"),
)
_FILTERS = {
    "severity": "report-severity",
    "code": "report-rule",
    "column": "report-legacy",
    "issuer": "report-issuer",
    "decision": "report-decision",
}


def draw_worklists(facts: Facts, words: Words) -> str:
    heads = [
        words("report-weight"),
        words("report-finding"),
        f"n:{words('report-count')}",
        f"n:{words('report-open')}",
        words("report-remedy"),
    ]
    groups = table(heads, (_group(group, words) for group in facts.groups))
    return section(
        "worklists",
        figure("report-worklists", "report-worklists-note", groups, words)
        + _share(facts, "column", words)
        + _share(facts, "issuer", words)
        + _rows(facts, words),
        words,
    )


def _share(facts: Facts, name: str, words: Words) -> str:
    """Return how much is to do where, the most first; each leads to its worklist."""
    counts = Counter(
        getattr(row, name)
        for row in facts.rows
        if row.decision in OPEN and codes()[row.code].severity is not Severity.INFO
    )
    del counts[""]
    order = sorted(counts, key=lambda value: (-counts[value], value))[:_SHOWN]
    rows = (
        [
            f'<a href="#{text(urlencode({name: value}))}">{isolated(value)}</a>',
            number(counts[value]),
            _bar(counts[value], counts[order[0]]),
        ]
        for value in order
    )
    head = words("report-legacy" if name == "column" else "report-issuer")
    body = (
        table(
            [head, f"n:{words('report-to-decide')}", f"b:{words('report-share')}"], rows
        )
        if order
        else ""
    )
    return figure(f"report-by-{name}", "", body, words)


def _bar(count: int, most: int) -> str:
    width = 240 * count / most
    return (
        '<svg viewBox="0 0 240 10" height="10" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="k0" width="{width:.1f}" height="10"/></svg>'
    )


def _group(group: Group, words: Words) -> list[str]:
    code = codes()[group.code]
    told = explain(Finding(code=group.code), words.lang)
    return [
        f'<span class="weight">{text(code.weight or "–")}</span>',
        (
            f'<a href="#code={text(group.code)}">{text(told)}</a><br><span class="soft">'
            f"{text(group.code)} · {text(words(f'report-{code.severity}'))}</span>"
        ),
        number(group.count),
        number(group.to_decide),
        text(code.remedy_zh if words.lang == "zh" else code.remedy_en),
    ]


def _rows(facts: Facts, words: Words) -> str:
    all_of = f'<option value="">{text(words("report-all"))}</option>'
    selects = "".join(
        f'<label>{text(words(key))}<select id="{name}">{all_of}</select></label>'
        for name, key in _FILTERS.items()
    )
    heads = "".join(
        f'<th scope="col" data-sort="{name}"><button type="button">{text(words(key))}'
        "</button></th>"
        for name, key in _HEADS
    )
    cut = ""
    if len(facts.rows) > ROWS:
        numbers = {"shown": number(ROWS), "total": number(len(facts.rows))}
        cut = f'<p class="soft">{text(words("report-rows-cut", **numbers))}</p>'
    return (
        f'<h3 id="rows-title">{text(words("report-rows"))}</h3>{cut}'
        f'<noscript><p class="bad">{text(words("report-rows-noscript"))}</p></noscript>'
        f'<div class="controls noprint" role="search">{selects}'
        f'<label>{text(words("report-search"))}<input id="q" type="search"></label>'
        f'<button type="button" id="clear">{text(words("report-clear"))}</button></div>'
        '<div class="pager"><button type="button" class="noprint" id="previous">'
        f"{text(words('report-previous'))}</button>"
        '<span id="shown" aria-live="polite"></span>'
        '<button type="button" class="noprint" id="next">'
        f"{text(words('report-next'))}</button></div>"
        f'<div class="scroll"><table id="rows"><thead><tr>{heads}</tr></thead>'
        "<tbody></tbody></table></div>"
    )
