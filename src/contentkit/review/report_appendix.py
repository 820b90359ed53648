"""The engineer's appendix of the report: why URLs are missing, fields, hosts."""

from contentkit.bundle.report_html import isolated, link, table, text
from contentkit.review.report_facts import Facts
from contentkit.review.report_parts import figure, number, section
from contentkit.review.words import Words

_UNFETCHED = 50  # URLs that a reader skims; the XLSX holds them all


def draw_engineer(facts: Facts, words: Words) -> str:
    reasons = [
        [
            text(words.of("fates", fate)),
            f'{text(words.reason(reason))} <span class="soft">{text(reason)}</span>',
            number(count),
            f'<span class="wrap">{link(example)}</span>',
        ]
        for fate, reason, count, example in facts.reasons
    ]
    heads = [words("report-fate"), words("report-reason"), f"n:{words('report-urls')}"]
    body = figure(
        "report-reasons",
        "",
        table([*heads, words("report-example")], reasons) if reasons else "",
        words,
    )
    body += figure(
        "report-coverage", "report-coverage-note", _filled(facts, words), words
    )
    body += figure("report-hosts", "report-hosts-note", _hosts(facts, words), words)
    body += figure("report-failed", "", _unfetched(facts, words), words)
    return section("engineer", body, words)


def _filled(facts: Facts, words: Words) -> str:
    rows = [
        [text(name), number(count), f"{100 * count / facts.documents:.1f}%"]
        for name, count in facts.filled.items()
    ]
    heads = [words("report-field"), f"n:{words('report-filled')}"]
    return table([*heads, f"n:{words('report-share')}"], rows) if rows else ""


def _hosts(facts: Facts, words: Words) -> str:
    rows = [
        [
            isolated(host.host),
            *map(number, (host.urls, host.captured, host.failed, host.bytes)),
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
        told = words("report-failed-cut", count=number(more))
        body += f'<p class="soft">{text(told)}</p>'
    return body
