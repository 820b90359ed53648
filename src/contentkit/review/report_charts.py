"""Charts of the report: bars a year as SVG with real text, matrices as shaded tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from contentkit.bundle.report_html import isolated, text
from contentkit.review.report_facts import YearState
from contentkit.review.words import Words

_WIDTH, _HEIGHT = 1000, 300  # units of a drawing
_LEFT, _TOP, _BOTTOM = 10, 24, 26
_YEARS = 20  # bars that stay legible on A4; what is older is put together
_KINDS = 8  # colors that can be told apart
_SHADES = 5


def draw_years(counts: Mapping[tuple[int, str], int], words: Words) -> str:
    """Draw documents as one bar a year, stacked by column; the legend names them."""
    sizes: Counter[str] = Counter()
    for (_, name), count in counts.items():
        sizes[name] += count
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    kept = {name: place for place, name in enumerate(order[:_KINDS])}
    bars: dict[int, Counter[int]] = {}
    for (year, name), count in counts.items():
        bars.setdefault(year, Counter())[kept.get(name, _KINDS)] += count
    legend = [(kept[name], name or words("report-no-column")) for name in kept]
    if len(order) > _KINDS:
        legend.append((_KINDS, words("report-others", count=len(order) - _KINDS)))
    drawn = _stacks(_recent(bars, words), words("report-years"))
    return f"{_legend(legend)}{drawn}"


def _recent(
    bars: dict[int, Counter[int]], words: Words
) -> list[tuple[str, Counter[int]]]:
    """Return the bars in order, those without a year last, the oldest put together."""
    years = sorted(year for year in bars if year)
    shown = [(str(year), bars[year]) for year in years[-_YEARS:]]
    older = years[:-_YEARS]
    if older:
        together: Counter[int] = Counter()
        for year in older:
            together.update(bars[year])
        shown.insert(0, (words("report-earlier", year=older[-1]), together))
    if 0 in bars:
        shown.append((words("report-no-year"), bars[0]))
    return shown


def _stacks(bars: Sequence[tuple[str, Counter[int]]], label: str) -> str:
    if not bars:
        return ""
    most = max(sum(bar.values()) for _, bar in bars)
    scale = (_HEIGHT - _TOP - _BOTTOM) / most
    step = (_WIDTH - 2 * _LEFT) / len(bars)
    base = _HEIGHT - _BOTTOM
    parts = [_line(base)]
    for place, (name, bar) in enumerate(bars):
        x, y = _LEFT + place * step, float(base)
        for kind in sorted(bar):
            height = bar[kind] * scale
            y -= height
            parts.append(_rect(f"k{kind}", (x, y), (step, height)))
        middle = x + step / 2
        parts.append(_text(middle, y - 5, f"{sum(bar.values()):,}", "num"))
        parts.append(_text(middle, base + 18, name))
    return _svg(parts, _HEIGHT, label)


def draw_validity(years: Sequence[YearState], words: Words) -> str:
    """Draw what was in force at the end of each year above what ended in it."""
    shown = years[-_YEARS:]
    up = max((y.in_force + y.unknown for y in shown), default=0)
    down = max((y.repealed + y.lapsed for y in shown), default=0)
    if not up + down:
        return ""
    height = _HEIGHT + 60
    scale = (height - 2 * _TOP - _BOTTOM - 20) / (up + down)
    base = _TOP + up * scale
    step = (_WIDTH - 2 * _LEFT) / len(shown)
    parts = []
    for place, state in enumerate(shown):
        x = _LEFT + place * step
        for kind, start, count in (
            ("v-in-force", state.in_force, state.in_force),
            ("v-unknown", state.in_force + state.unknown, state.unknown),
            ("v-repealed", 0, state.repealed),
            ("v-lapsed", -state.repealed, state.lapsed),
        ):
            shift = 22 if kind in {"v-repealed", "v-lapsed"} else 0
            spot = (x, base - start * scale + shift)
            parts.append(_rect(kind, spot, (step, count * scale)))
        middle = x + step / 2
        top = state.in_force + state.unknown
        ended = state.repealed + state.lapsed
        parts.append(_text(middle, base - top * scale - 5, f"{top:,}", "num"))
        parts.append(_text(middle, base + 16, str(state.year)))
        if ended:
            below = base + 22 + ended * scale + 14
            parts.append(_text(middle, below, f"−{ended:,}", "num"))
    parts.append(_line(base))
    kinds = ("in-force", "unknown", "repealed", "lapsed")
    legend = "".join(
        f"<li>{_swatch(f'v-{kind}')}{text(words(f'report-{kind}'))}</li>"
        for kind in kinds
    )
    drawn = _svg(parts, height, words("report-validity"))
    return f'<ul class="legend">{legend}</ul>{drawn}'


def matrix(
    heads: Sequence[str],
    rows: Iterable[tuple[str, Sequence[int]]],
    *,
    corner: str,
    note: Mapping[int, str],
) -> str:
    """Return counts as a table, the darker the more; `note` marks rows by their place.

    `corner` heads the names of the rows, which are HTML already.
    """
    held = list(rows)
    most = max((max(row, default=0) for _, row in held), default=0)
    top = "".join(f'<th class="n" scope="col">{isolated(head)}</th>' for head in heads)
    lines = []
    for place, (name, row) in enumerate(held):
        cells = "".join(
            f'<td class="n h{_shade(n, most)}">{n or "·"}</td>' for n in row
        )
        total = sum(row)
        mark = (
            f'<b class="bad">{text(note[place])}</b>' if place in note else f"{total:,}"
        )
        lines.append(
            f'<tr><th scope="row">{name}</th>{cells}<td class="n">{mark}</td></tr>'
        )
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr><th scope="col">{text(corner)}</th>{top}'
        f'<th class="n" scope="col">Σ</th></tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _shade(count: int, most: int) -> int:
    """Return 0 for none, else 1 to 5; a square root keeps small counts visible.

    >>> [_shade(n, 100) for n in (0, 1, 30, 100)]
    [0, 1, 3, 5]
    """
    return min(_SHADES, int((count / most) ** 0.5 * _SHADES) + 1) if count else 0


def _rect(kind: str, spot: tuple[float, float], size: tuple[float, float]) -> str:
    """Draw one part of a bar, a sixth of whose step stays free on either side."""
    (x, y), (step, height) = spot, size
    if not height:
        return ""
    gap = step / 6
    return (
        f'<rect class="{kind}" x="{x + gap:.1f}" y="{y:.1f}" width="{step - 2 * gap:.1f}" '
        f'height="{max(height, 1):.1f}"/>'
    )


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">'
        f"{text(words)}</text>"
    )


def _line(y: float) -> str:
    return f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _svg(parts: Iterable[str], height: int, label: str) -> str:
    return (
        f'<div class="scroll"><svg class="chart" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="{text(label)}">{"".join(parts)}</svg></div>'
    )


def _legend(names: Iterable[tuple[int, str]]) -> str:
    items = "".join(
        f"<li>{_swatch(f'k{kind}')}{isolated(name)}</li>" for kind, name in names
    )
    return f'<ul class="legend">{items}</ul>'


def _swatch(kind: str) -> str:
    return (
        '<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">'
        f'<rect class="{kind}" width="10" height="10"/></svg>'
    )
