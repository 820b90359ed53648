"""The report as one HTML file: it loads nothing, and its own script reads only itself."""

import base64
import hashlib

from contentkit.bundle.report_html import STYLE, isolated, link, swatch, text
from contentkit.resources import read_codelist, review_template
from contentkit.review.report_appendix import draw_engineer
from contentkit.review.report_charts import draw_validity, draw_years, matrix
from contentkit.review.report_facts import Facts
from contentkit.review.report_flow import draw_flow
from contentkit.review.report_island import island
from contentkit.review.report_parts import figure, number, section
from contentkit.review.report_worklists import draw_worklists
from contentkit.review.words import Words

_COLUMNS = 12  # columns of a matrix that fit on a page
_ITEM_YEARS = 10  # years of the matrix of statutory items


def render_report(facts: Facts, words: Words) -> str:
    """Return the file; the same facts give the same bytes."""
    body = (
        _heading(facts, words),
        "<main>",
        _summary(facts, words),
        _charts(facts, words),
        draw_worklists(facts, words),
        draw_engineer(facts, words),
        "</main>",
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
        discovered=number(facts.discovered),
        migrated=number(facts.fates.get("migrated", 0)),
        merged=number(facts.fates.get("merged", 0)),
        dropped=number(facts.fates.get("dropped", 0)),
        quarantined=number(facts.fates.get("quarantined", 0)),
        missing=number(facts.fates.get("not-fetched", 0)),
        open=number(facts.to_decide),
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
        f"<li>{text(label)}<b>{number(count)}</b></li>" for label, count in cards
    )
    hint = ""
    if facts.fates.get(""):
        told = words("report-undetermined-hint", count=number(facts.fates[""]))
        hint = f'<p class="bad">{text(told)}</p>'
    flow = draw_flow(facts.flows, words)
    legend = "".join(
        f"<li>{swatch(row['code'])}{text(words.of('fates', row['code']))}</li>"
        for row in read_codelist("fates")
    )
    drawn = f'<div class="wide">{flow}</div><ul class="legend">{legend}</ul>'
    body = (
        f'<p class="lead">{text(lead)}</p>{hint}<ul class="cards">{items}</ul>'
        + figure("report-flow", "report-flow-note", drawn if flow else "", words)
    )
    return section("summary", body, words)


def _charts(facts: Facts, words: Words) -> str:
    years = draw_years(facts.years, words)
    validity = draw_validity(facts.validity, words)
    undated = words("report-validity-note", undated=number(facts.undated))
    return section(
        "charts",
        figure("report-years", "report-years-note", years, words)
        + figure(
            "report-article20", "report-article20-note", _items(facts, words), words
        )
        + figure("report-validity", "", validity, words, note=undated)
        + figure("report-pairs", "report-pairs-note", _pairs(facts, words), words)
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
    corner = words("report-item")
    return matrix([early, *map(str, years)], rows, corner=corner, note=missing)


def _pairs(facts: Facts, words: Words) -> str:
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
    heads = [name.split(" > ")[-1] for name in names]
    return matrix(heads, rows, corner=words("report-legacy"), note={})


def _graph(facts: Facts, words: Words) -> str:
    if not facts.edges:
        return figure("report-graph", "", "", words)
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
    return figure("report-graph", "report-graph-note", parts, words)


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
