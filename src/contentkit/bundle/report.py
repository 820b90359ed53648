"""The migration report: one HTML file that loads nothing, Chinese first, fit for A4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contentkit.bundle.report_facts import (
    ColumnFact,
    FindingExample,
    FindingFact,
    ReasonFact,
    ReportFacts,
)
from contentkit.bundle.report_html import (
    bar,
    isolated,
    link,
    page,
    swatch,
    table,
    text,
)
from contentkit.findings import codes, explain
from contentkit.models import Finding, Severity
from contentkit.resources import read_codelist


def render_report(facts: ReportFacts, *, lang: str = "zh") -> str:
    """Return the report as HTML, in Chinese (`zh`) or English (`en`)."""
    words = _Words(lang)
    title = f"{facts.site_name} {words['title']}"
    sections = (
        _heading(facts, words),
        _summary(facts, words),
        _gates(facts, words),
        _fates(facts, words),
        _reasons(facts.reasons, words),
        _columns(facts.columns, words),
        _findings(facts.findings, words),
        _links(facts, words),
        f'<footer class="soft">{text(words["footer"])}</footer>',
    )
    return page(title, "\n".join(sections), lang="zh-CN" if lang == "zh" else "en")


@dataclass(frozen=True)
class _Words:
    """The words of one language, from the code lists."""

    lang: str

    def __getitem__(self, code: str) -> str:
        return self.of("report-words", code)

    def of(self, codelist: str, code: str, key: str = "name") -> str:
        """Return a word of a code list, or the code itself where it is unknown."""
        suffix = "" if self.lang == "zh" else "_en"
        for row in read_codelist(codelist):
            if row["code"] == code:
                return row[key + suffix]
        return code

    def fates(self) -> list[str]:
        return [row["code"] for row in read_codelist("fates")]

    def reason(self, code: str) -> str:
        """Return what a reason code means: a reason, or the finding of a quarantine."""
        for codelist in ("fate-reasons", "drop-reasons"):
            if (word := self.of(codelist, code)) != code:
                return word
        if code in codes():
            return explain(Finding(code=code), self.lang)
        return code


def _heading(facts: ReportFacts, words: _Words) -> str:
    named = {
        "base": link(facts.base_url),
        "bundle": text(facts.bundle),
        "run": text(facts.run),
        "edition": text(facts.edition),
        "made": text(facts.made_at),
        "software": text(facts.software),
    }
    terms = "".join(
        f"<dt>{text(words[key])}</dt><dd>{value}</dd>" for key, value in named.items()
    )
    organization = (
        f"<p>{isolated(facts.organization)}</p>" if facts.organization else ""
    )
    return (
        f"<header><h1>{isolated(facts.site_name)} {text(words['title'])}</h1>"
        f"{organization}<dl>{terms}</dl></header>"
    )


def _summary(facts: ReportFacts, words: _Words) -> str:
    cards = [(words["discovered"], facts.discovered)]
    cards += [
        (words.of("fates", fate), facts.fates.get(fate, 0)) for fate in words.fates()
    ]
    items = "".join(
        f"<li>{text(label)}<b>{_number(count)}</b></li>" for label, count in cards
    )
    if facts.gaps:
        listed = "".join(f"<li>{isolated(gap)}</li>" for gap in facts.gaps)
        proof = (
            f'<p class="bad">{text(words["gaps"])}</p>'
            f'<ul class="plain wrap">{listed}</ul>'
        )
    else:
        proof = f'<p class="good">✓ {text(words["whole"])}</p>'
    held = (
        (words["documents"], _number(facts.documents)),
        (words["files"], _number(facts.files)),
        (words["bytes"], _size(facts.bytes)),
    )
    terms = "".join(f"<dt>{text(k)}</dt><dd>{v}</dd>" for k, v in held)
    return _section(
        words["summary"],
        f'<ul class="cards">{items}</ul>{proof}<h3>{text(words["bundle"])}</h3>'
        f"<dl>{terms}</dl>",
    )


def _gates(facts: ReportFacts, words: _Words) -> str:
    rows = [
        [
            isolated(gate.name),
            _verdict(gate.is_ok, words),
            isolated(gate.expected),
            isolated(gate.found),
            "" if gate.is_ok else isolated(gate.remedy),
        ]
        for gate in facts.gates
    ]
    heads = [words[key] for key in ("gate", "verdict", "expected", "found", "remedy")]
    return _section(words["gates"], _table(heads, rows, words))


def _fates(facts: ReportFacts, words: _Words) -> str:
    rows = []
    for fate in words.fates():
        count = facts.fates.get(fate, 0)
        rows.append(
            [
                f"{swatch(fate)}{text(words.of('fates', fate))}",
                _number(count),
                _share(count, facts.discovered),
                text(words.of("fates", fate, "meaning")),
            ]
        )
    heads = [words["fate"], f"n:{words['urls']}", f"n:{words['share']}"]
    drawn = _bar(facts.fates, facts.discovered, words, height=16)
    body = table([*heads, words["meaning"]], rows)
    return _section(words["fates"], f"{drawn}{body}")


def _reasons(reasons: Iterable[ReasonFact], words: _Words) -> str:
    rows = [
        [
            text(words.of("fates", fact.fate)),
            (
                f'{text(words.reason(fact.reason))} <span class="soft">'
                f"{text(fact.reason)}</span>"
            ),
            _number(fact.urls),
            f'<span class="wrap">{link(fact.example)}</span>' if fact.example else "",
        ]
        for fact in reasons
    ]
    heads = [words["fate"], words["reason"], f"n:{words['urls']}", words["example"]]
    return _section(words["reasons"], _table(heads, rows, words))


def _columns(columns: tuple[ColumnFact, ...], words: _Words) -> str:
    largest = max((sum(fact.fates.values()) for fact in columns), default=1)
    rows = [_column(fact, largest, words) for fact in columns]
    heads = [words["column"], words["platform"], f"n:{words['urls']}"]
    legend = "".join(
        f"<li>{swatch(fate)}{text(words.of('fates', fate))}</li>"
        for fate in words.fates()
    )
    body = _table([*heads, f"b:{words['fate']}"], rows, words)
    return _section(words["columns"], f'<ul class="legend">{legend}</ul>{body}')


def _column(fact: ColumnFact, largest: int, words: _Words) -> list[str]:
    name = words["no-column"] if fact.name is None else fact.name
    where = ""
    if fact.name is not None:
        where = text(words[f"action-{fact.action or ''}"])
        if fact.platform:
            where += f" {isolated(fact.platform)}"
        if fact.reason:
            where += f'<br><span class="soft">{text(words.reason(fact.reason))}</span>'
    return [
        link(fact.url, name) if fact.url else isolated(name),
        where,
        _number(sum(fact.fates.values())),
        _bar(fact.fates, largest, words),
    ]


def _findings(findings: tuple[FindingFact, ...], words: _Words) -> str:
    parts = []
    for severity in Severity:
        rows = [
            _finding(fact, words)
            for fact in findings
            if fact.code in codes() and codes()[fact.code].severity is severity
        ]
        if rows:
            heads = [words["finding"], f"n:{words['count']}", f"n:{words['pages']}"]
            heads += [words["remedy"], words["example"]]
            parts.append(f"<h3>{text(words[f'severity-{severity}'])}</h3>")
            parts.append(table(heads, rows))
    return _section(words["findings"], "".join(parts) or _none(words))


def _finding(fact: FindingFact, words: _Words) -> list[str]:
    code = codes()[fact.code]
    remedy = code.remedy_zh if words.lang == "zh" else code.remedy_en
    examples = "".join(
        f"<li>{_example(fact.code, x, words)}</li>" for x in fact.examples
    )
    return [
        (
            f"{text(explain(Finding(code=fact.code), words.lang))}"
            f'<br><span class="soft">{text(fact.code)}</span>'
        ),
        _number(fact.count),
        _number(fact.pages),
        text(remedy),
        f'<ul class="plain wrap">{examples}</ul>' if examples else "",
    ]


def _example(code: str, example: FindingExample, words: _Words) -> str:
    told = explain(Finding(code=code, data=example.data), words.lang)
    plain = explain(Finding(code=code), words.lang)
    shown = [link(example.url, _cut(example.title or example.url))]
    if told != plain:
        shown.append(isolated(_cut(told)))
    if example.quote:
        shown.append(f'<span class="soft">{isolated(_cut(example.quote))}</span>')
    return "<br>".join(shown)


def _links(facts: ReportFacts, words: _Words) -> str:
    rows = [
        [
            f'<span class="wrap">{link(fact.url)}</span>',
            f'<span class="wrap">{link(fact.found_on)}</span>',
        ]
        for fact in facts.links
    ]
    body = _table([words["link"], words["found-on"]], rows, words)
    if facts.links_total > len(facts.links):
        more = words["more"].format(count=facts.links_total - len(facts.links))
        body += f'<p class="soft">{text(more)}</p>'
    return _section(words["links"], body)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{text(title)}</h2>{body}</section>"


def _table(heads: list[str], rows: list[list[str]], words: _Words) -> str:
    return table(heads, rows) if rows else _none(words)


def _none(words: _Words) -> str:
    return f'<p class="soft">{text(words["none"])}</p>'


def _verdict(is_ok: bool, words: _Words) -> str:
    kind, mark, word = ("good", "✓", "ok") if is_ok else ("bad", "✗", "not-ok")
    return f'<span class="{kind}">{mark} {text(words[word])}</span>'


def _bar(
    fates: Mapping[str, int], scale: int, words: _Words, *, height: int = 10
) -> str:
    counts = {fate: fates.get(fate, 0) for fate in words.fates()}
    told = (f"{words.of('fates', k)} {n}" for k, n in counts.items() if n)
    return bar(counts, scale=scale, label=", ".join(told), height=height)


def _number(count: int) -> str:
    return f"{count:,}"


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f}%" if total else "–"


def _size(count: int) -> str:
    """Return a number of bytes for people.

    >>> _size(1536)
    '1.5 KB'
    """
    size, units = float(count), ["bytes", "KB", "MB", "GB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{count} bytes" if units[0] == "bytes" else f"{size:.1f} {units[0]}"


def _cut(words: str, limit: int = 80) -> str:
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
