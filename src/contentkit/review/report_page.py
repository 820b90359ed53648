"""The report as one HTML file: it loads nothing, and its own script reads only itself."""

import base64
import hashlib

from contentkit.bundle.report_html import STYLE, isolated, link, swatch, table, text
from contentkit.findings import codes, explain
from contentkit.models import Finding
from contentkit.resources import read_codelist, review_template
from contentkit.review.report_charts import draw_validity, draw_years, matrix
from contentkit.review.report_facts import Facts, Group
from contentkit.review.report_flow import draw_flow
from contentkit.review.report_island import ROWS, island
from contentkit.review.words import Words

_UNFETCHED = 50  # URLs that a reader skims; the XLSX holds them all
_COLUMNS = 12  # columns of a matrix that fit on a page
_ITEM_YEARS = 10  # years of the matrix of statutory items
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


def render_report(facts: Facts, words: Words) -> str:
    """Return the file; the same facts give the same bytes."""
    body = (
        _heading(facts, words),
        _summary(facts, words),
        _charts(facts, words),
        _worklists(facts, words),
        _engineer(facts, words),
        f'<footer class="soft">{text(words("report-footer"))}</footer>',
    )
    return _file(facts, "\n".join(body), words)


def _file(facts: Facts, body: str, words: Words) -> str:
    style = STYLE + review_template("report.css")
    script = review_template("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    title = f"{facts.site} {words('report-title')}"
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if words.lang == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="data">{island(facts, words)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _digest(part: str) -> str:
    value = hashlib.sha256(part.encode()).digest()
    return f"sha256-{base64.b64encode(value).decode()}"


def _heading(facts: Facts, words: Words) -> str:
    named = {
        "report-site": link(facts.base_url) if facts.base_url else isolated(facts.site),
        "report-captured": text(facts.captured[:16].replace("T", " ")),
        "report-as-of": text(facts.as_of or "–"),
        "report-software": text(facts.software),
    }
    terms = "".join(
        f"<dt>{text(words(key))}</dt><dd>{value}</dd>" for key, value in named.items()
    )
    places = "".join(
        f'<a href="#{name}">{text(words(f"report-nav-{name}"))}</a>'
        for name in ("summary", "charts", "worklists", "engineer")
    )
    return (
        f"<header><h1>{isolated(facts.site)} {text(words('report-title'))}</h1>"
        f'<dl>{terms}</dl></header><nav class="top noprint">{places}</nav>'
    )


def _summary(facts: Facts, words: Words) -> str:
    lead = words(
        "report-lead",
        discovered=_number(facts.discovered),
        migrated=_number(facts.fates.get("migrated", 0)),
        merged=_number(facts.fates.get("merged", 0)),
        dropped=_number(facts.fates.get("dropped", 0)),
        open=_number(facts.to_decide),
    )
    cards = [(words("report-discovered"), facts.discovered)]
    cards += [
        (words.of("fates", row["code"]), facts.fates.get(row["code"], 0))
        for row in read_codelist("fates")
    ]
    cards += [
        (words("report-documents"), facts.documents),
        (words("report-to-decide"), facts.to_decide),
        (words("report-decided"), facts.decided),
    ]
    items = "".join(
        f"<li>{text(label)}<b>{_number(count)}</b></li>" for label, count in cards
    )
    hint = ""
    if facts.fates.get(""):
        told = words("report-undetermined-hint", count=_number(facts.fates[""]))
        hint = f'<p class="bad">{text(told)}</p>'
    flow = draw_flow(facts.flows, words)
    legend = "".join(
        f"<li>{swatch(row['code'])}{text(words.of('fates', row['code']))}</li>"
        for row in read_codelist("fates")
    )
    drawn = f'<div class="wide">{flow}</div><ul class="legend">{legend}</ul>'
    body = (
        f'<p class="lead">{text(lead)}</p>{hint}<ul class="cards">{items}</ul>'
        + _figure("report-flow", "report-flow-note", drawn if flow else "", words)
    )
    return _section("summary", body, words)


def _charts(facts: Facts, words: Words) -> str:
    years = draw_years(facts.years, words)
    validity = draw_validity(facts.validity, words)
    undated = words("report-validity-note", undated=_number(facts.undated))
    return _section(
        "charts",
        _figure("report-years", "report-years-note", years, words)
        + _figure(
            "report-article20", "report-article20-note", _items(facts, words), words
        )
        + _figure("report-validity", "", validity, words, note=undated)
        + _figure("report-pairs", "report-pairs-note", _pairs(facts), words)
        + _graph(facts, words),
        words,
    )


def _items(facts: Facts, words: Words) -> str:
    """Return the matrix of statutory items by year; what is wholly missing is marked."""
    years = sorted({year for _, year in facts.items if year})[-_ITEM_YEARS:]
    early = words("report-earlier", year=years[0] - 1) if years else ""
    rows, missing = [], {}
    for place, item in enumerate(read_codelist("article20")):
        code, level = item["code"], item["level"]
        counts = {year: n for (held, year), n in facts.items.items() if held == code}
        shown = [counts.pop(year, 0) for year in years]
        name = (
            f'{text(code)} <span class="soft">'
            f"{text(words(f'report-level-{level}'))}</span> {text(item['name'])}"
        )
        rows.append((name, [sum(counts.values()), *shown]))
        if not sum(rows[-1][1]):
            missing[place] = words("report-missing")
    return matrix([early, *map(str, years)], rows, note=missing)


def _pairs(facts: Facts) -> str:
    if not facts.pairs:
        return ""
    sizes: dict[str, int] = {}
    for (a, b), count in facts.pairs.items():
        for name in {a, b}:
            sizes[name] = sizes.get(name, 0) + count
    names = sorted(sizes, key=lambda name: (-sizes[name], name))[:_COLUMNS]
    rows = [
        (isolated(a), [facts.pairs.get((min(a, b), max(a, b)), 0) for b in names])
        for a in names
    ]
    return matrix([name.split(" > ")[-1] for name in names], rows, note={})


def _graph(facts: Facts, words: Words) -> str:
    if not facts.edges:
        return _figure("report-graph", "", "", words)
    buttons = "".join(
        f'<button type="button" id="{name}">{text(words(f"report-{name}"))}</button>'
        for name in ("zoom-in", "zoom-out", "reset")
    )
    controls = (
        f'<div class="controls noprint"><label>{text(words("report-issuer"))}'
        f'<select id="graph-issuer"><option value="">{text(words("report-all"))}</option>'
        f"</select></label><label>{text(words('report-search'))}"
        f'<input id="graph-q" type="search"></label>{buttons}</div>'
    )
    drawing = (
        f'<svg id="graph" tabindex="0" role="group" aria-label="{text(words("report-graph"))}">'
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" class="f-none"/></marker>'
        '</defs><g id="graph-all"></g></svg><div id="evidence" aria-live="polite"></div>'
    )
    parts = controls + _graph_legend(words) + drawing
    return _figure("report-graph", "report-graph-note", parts, words)


def _graph_legend(words: Words) -> str:
    """Return what the colors of dots (states) and lines (acts) mean."""
    states = ("in-force", "repealed", "lapsed", "unknown")
    items = [(f"v-{state}", words.of("validity", state)) for state in states]
    items.append(("k0", words("report-other-state")))
    dots = "".join(
        '<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><circle '
        f'class="{kind}" cx="5" cy="5" r="5"/></svg>{text(name)}</li>'
        for kind, name in items
    )
    lines = "".join(
        '<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect '
        f'class="{kind}" y="4" width="10" height="3"/></svg>{text(words(key))}</li>'
        for kind, key in (
            ("k7", "report-edge-ends"),
            ("k4", "report-edge-amend"),
            ("k2", "report-edge-extend"),
        )
    )
    return f'<ul class="legend">{dots}{lines}</ul>'


def _worklists(facts: Facts, words: Words) -> str:
    heads = [
        words("report-weight"),
        words("report-finding"),
        f"n:{words('report-count')}",
        f"n:{words('report-open')}",
        words("report-remedy"),
    ]
    groups = table(heads, (_group(group, words) for group in facts.groups))
    return _section(
        "worklists",
        _figure("report-worklists", "report-worklists-note", groups, words)
        + _rows(facts, words),
        words,
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
        _number(group.count),
        _number(group.to_decide),
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
        numbers = {"shown": _number(ROWS), "total": _number(len(facts.rows))}
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


def _engineer(facts: Facts, words: Words) -> str:
    reasons = [
        [
            text(words.of("fates", fate)),
            f'{text(words.reason(reason))} <span class="soft">{text(reason)}</span>',
            _number(count),
            f'<span class="wrap">{link(example)}</span>',
        ]
        for fate, reason, count, example in facts.reasons
    ]
    heads = [words("report-fate"), words("report-reason"), f"n:{words('report-urls')}"]
    body = _figure(
        "report-reasons",
        "",
        table([*heads, words("report-example")], reasons) if reasons else "",
        words,
    )
    body += _figure(
        "report-coverage", "report-coverage-note", _filled(facts, words), words
    )
    body += _figure("report-hosts", "report-hosts-note", _hosts(facts, words), words)
    body += _figure("report-failed", "", _unfetched(facts, words), words)
    return _section("engineer", body, words)


def _filled(facts: Facts, words: Words) -> str:
    rows = [
        [text(name), _number(count), f"{100 * count / facts.documents:.1f}%"]
        for name, count in facts.filled.items()
    ]
    heads = [words("report-field"), f"n:{words('report-filled')}"]
    return table([*heads, f"n:{words('report-share')}"], rows) if rows else ""


def _hosts(facts: Facts, words: Words) -> str:
    rows = [
        [
            isolated(host.host),
            *map(_number, (host.urls, host.captured, host.failed, host.bytes)),
            "–" if host.interval is None else f"{host.interval:.2f}",
        ]
        for host in facts.hosts[:_UNFETCHED]
    ]
    keys = ("urls", "captured-urls", "failed-urls", "bytes", "interval")
    heads = [words("report-host"), *(f"n:{words(f'report-{key}')}" for key in keys)]
    return table(heads, rows) if rows else ""


def _unfetched(facts: Facts, words: Words) -> str:
    rows = [
        [
            f'<span class="wrap">{link(item.url)}</span>',
            text(words.reason(item.reason)),
            f'<span class="wrap">{link(item.found_on)}</span>',
        ]
        for item in facts.unfetched[:_UNFETCHED]
    ]
    if not rows:
        return ""
    keys = ("report-url", "report-reason", "report-found-on")
    body = table([words(key) for key in keys], rows)
    more = len(facts.unfetched) - _UNFETCHED
    if more > 0:
        told = words("report-failed-cut", count=_number(more))
        body += f'<p class="soft">{text(told)}</p>'
    return body


def _section(name: str, body: str, words: Words) -> str:
    title = text(words(f"report-nav-{name}"))
    return f'<section id="{name}"><h2>{title}</h2>{body}</section>'


def _figure(title: str, about: str, body: str, words: Words, *, note: str = "") -> str:
    told = note or (words(about) if about else "")
    soft = f'<p class="soft">{text(told)}</p>' if told and body else ""
    none = "report-no-graph" if title == "report-graph" else "report-none"
    shown = body or f'<p class="soft">{text(words(none))}</p>'
    return f'<div class="figure"><h3>{text(words(title))}</h3>{soft}{shown}</div>'


def _number(count: int) -> str:
    return f"{count:,}"
