"""Pieces of HTML for the report; every text that goes in is escaped here."""

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Mapping

# invisible characters that could reorder or hide text: shown as what they are not
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
_WIDTH = 240  # units of a bar's drawing

STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2430;--soft:#5b6675;--line:#d9dee5;
--card:#f5f7fa;--accent:#b3261e;--good:#1b7f4b;--migrated:#2166ac;--merged:#67a9cf;
--column:#7fbf7b;--asset:#b8a2d6;--dropped:#9aa3ad;--quarantined:#d95f0e;
--not-fetched:#e6b422}
@media(prefers-color-scheme:dark){:root{--bg:#14181f;--fg:#e6e9ee;--soft:#9aa5b4;
--line:#333c49;--card:#1d232d;--accent:#ff8a80;--good:#6fd6a0;--migrated:#5a9fe0;
--merged:#8cc3e6;--column:#8ccf88;--asset:#c4b1e0;--dropped:#77818d;
--quarantined:#f08a4b;--not-fetched:#f0c955}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:62rem;background:var(--bg);
color:var(--fg);font:16px/1.65 "Source Han Sans SC","Noto Sans CJK SC",
"PingFang SC","Microsoft YaHei",sans-serif}
h1{margin:0;font-size:1.9rem;border-bottom:3px solid var(--accent);padding-bottom:.4rem}
h2{margin:2.4rem 0 .7rem;font-size:1.25rem}
h3{margin:1.4rem 0 .4rem;font-size:1rem}
p{margin:.5rem 0}
a{color:inherit;text-decoration-color:var(--soft)}
.soft{color:var(--soft);font-size:.875rem}
.good{color:var(--good);font-weight:600}
.bad{color:var(--accent);font-weight:600}
.wrap{overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.8rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.2rem,1fr));gap:.6rem;
margin:1rem 0;padding:0;list-style:none}
.cards li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;
padding:.55rem .6rem;font-size:.875rem}
.cards b{display:block;font-size:1.45rem;line-height:1.3;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.9rem}
.scroll{overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;
border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.b{min-width:10rem}
svg{display:block;width:100%;border-radius:2px}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.6rem 0;padding:0;
list-style:none;font-size:.875rem}
svg.swatch{display:inline-block;width:.8em;height:.8em;margin-right:.35em}
.f-migrated{fill:var(--migrated)}.f-merged{fill:var(--merged)}
.f-column{fill:var(--column)}.f-asset{fill:var(--asset)}
.f-dropped{fill:var(--dropped)}.f-quarantined{fill:var(--quarantined)}
.f-not-fetched{fill:var(--not-fetched)}
ul.plain{margin:.2rem 0;padding-left:1.2rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem}
@page{size:A4;margin:16mm 14mm}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;
--card:#fff;--accent:#9b1c15;--good:#145c36;--migrated:#2166ac;--merged:#67a9cf;
--column:#7fbf7b;--asset:#b8a2d6;--dropped:#9aa3ad;--quarantined:#d95f0e;
--not-fetched:#e6b422}
body{max-width:none;padding:0;font-size:10.5pt}h2,h3{break-after:avoid}
tr,.cards li{break-inside:avoid}thead{display:table-header-group}
.scroll{overflow:visible}svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def text(value: object) -> str:
    """Return any text escaped, for content and for quoted attributes.

    >>> text('<b "x">')
    '&lt;b &quot;x&quot;&gt;'
    """
    return html.escape(visible(str(value)), quote=True)


def visible(value: str) -> str:
    """Return a text in which nothing hides or reorders the rest."""
    return _INVISIBLE.sub("\ufffd", value)


def isolated(value: object) -> str:
    """Return a text from a page, which may run from right to left, by itself."""
    return f"<bdi>{text(value)}</bdi>"


def link(url: str, label: str | None = None) -> str:
    """Return a link to an http address; any other address only as text."""
    words = isolated(url if label is None else label)
    if not url.startswith(("http://", "https://")):
        return words
    return f'<a href="{text(url)}" rel="noopener noreferrer">{words}</a>'


def bar(counts: Mapping[str, int], *, scale: int, label: str, height: int = 10) -> str:
    """Draw counts side by side; `scale` is the count that fills the whole width."""
    parts = []
    start = 0
    for name, count in counts.items():
        left, right = (_WIDTH * n / max(scale, 1) for n in (start, start + count))
        start += count
        if count:
            parts.append(
                f'<rect class="f-{text(name)}" x="{left:.2f}" y="0" '
                f'width="{right - left:.2f}" height="{height}"/>'
            )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" height="{height}" '
        f'preserveAspectRatio="none" role="img" aria-label="{text(label)}">'
        f"{''.join(parts)}</svg>"
    )


def swatch(name: str) -> str:
    """Draw the color of a fate for a legend."""
    rect = f'<rect class="f-{text(name)}" width="10" height="10"/>'
    return f'<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">{rect}</svg>'


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are HTML already; a head `n:…` is for numbers."""
    kinds, titles = zip(*(_head(head) for head in heads), strict=True)
    body = "".join(_row("td", kinds, row) for row in rows)
    return (
        f'<div class="scroll"><table><thead>{_row("th", kinds, titles)}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def page(title: str, body: str, *, lang: str) -> str:
    """Return the whole file: it loads nothing and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _row(tag: str, kinds: Iterable[str], cells: Iterable[str]) -> str:
    marks = (
        (f' class="{kind}"' if kind else "", cell)
        for kind, cell in zip(kinds, cells, strict=True)
    )
    return f"<tr>{''.join(f'<{tag}{mark}>{cell}</{tag}>' for mark, cell in marks)}</tr>"


def _head(head: str) -> tuple[str, str]:
    kind, colon, title = head.partition(":")
    return (kind, text(title)) if colon and kind in {"n", "b"} else ("", text(head))
