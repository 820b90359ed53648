"""The drawing of a migration: legacy columns to platform columns to fates, as SVG."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contentkit.bundle.report_html import text
from contentkit.resources import read_codelist
from contentkit.review.report_facts import Flow
from contentkit.review.words import Words

_WIDTH, _BAR = 1000, 14  # units of the drawing
_EDGES = (210, 520, 800)  # where the bars of the three sides begin
_SCALE = 420  # units that all URLs take together
_PITCH = 19  # units from one label to the next at least
_TOP = 34  # below the three heads
_MOST = 12  # columns of a side before the smaller ones are put together
_LABEL = 15  # characters of a name


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the drawing: its names with their sizes, from top to bottom."""

    sizes: dict[str, int]
    scale: float

    def height(self, name: str) -> float:
        return max(self.sizes[name] * self.scale, 1.5)

    def places(self) -> dict[str, float]:
        """Return where each bar begins."""
        places, y = {}, float(_TOP)
        for name in self.sizes:
            places[name] = y
            y += max(self.height(name) + 5, _PITCH)
        return places

    def bottom(self) -> float:
        return sum(max(self.height(name) + 5, _PITCH) for name in self.sizes) + _TOP


def draw_flow(flows: Sequence[Flow], words: Words) -> str:
    """Return the drawing; its ribbons bear the colors of the fates."""
    total = sum(flow.urls for flow in flows)
    if not total:
        return ""
    absent = (words("report-no-column"), words("report-no-platform"))
    legacy = _order(((f.legacy, f.urls) for f in flows), words, absent[0])
    platform = _order(((f.platform, f.urls) for f in flows), words, absent[1])
    counts: Counter[tuple[str, str, str]] = Counter()
    for f in flows:
        key = (legacy[f.legacy or absent[0]], platform[f.platform or absent[1]], f.fate)
        counts[key] += f.urls
    scale = _SCALE / total
    sides = [
        _Side(_sizes(counts, 0, legacy), scale),
        _Side(_sizes(counts, 1, platform), scale),
        _Side(_fates(counts), scale),
    ]
    height = max(side.bottom() for side in sides) + 4
    parts = [*_heads(words), *_ribbons(counts, sides)]
    for place, side in enumerate(sides):
        parts += _bars(side, place, words)
    return (
        f'<svg class="flow" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
        f'aria-label="{text(words("report-flow"))}">{"".join(parts)}</svg>'
    )


def _order(
    sized: Iterable[tuple[str | None, int]], words: Words, absent: str
) -> dict[str, str]:
    """Return each column's name in the drawing, the largest first, the absent last."""
    sizes: Counter[str] = Counter()
    for name, size in sized:
        sizes[name or absent] += size
    order = sorted(sizes, key=lambda name: (name == absent, -sizes[name], name))
    small = [name for name in order[_MOST:] if name != absent]
    named = {name: name for name in order}
    if len(small) > 1:
        named.update(dict.fromkeys(small, words("report-others", count=len(small))))
    return named


def _sizes(
    counts: Counter[tuple[str, str, str]], side: int, named: dict[str, str]
) -> dict[str, int]:
    sizes = dict.fromkeys(named.values(), 0)
    for key, count in counts.items():
        sizes[key[side]] += count
    return sizes


def _fates(counts: Counter[tuple[str, str, str]]) -> dict[str, int]:
    sizes: Counter[str] = Counter()
    for (_, _, fate), count in counts.items():
        sizes[fate] += count
    order = [row["code"] for row in read_codelist("fates")]
    return {fate: sizes[fate] for fate in [*order, ""] if sizes[fate]}


def _heads(words: Words) -> list[str]:
    ends = ("end", "start", "start")
    return [
        f'<text class="head" x="{x + (_BAR if anchor == "end" else 0)}" y="16" '
        f'text-anchor="{anchor}">{text(words(key))}</text>'
        for x, anchor, key in zip(
            _EDGES,
            ends,
            ("report-legacy", "report-platform", "report-fate"),
            strict=True,
        )
    ]


def _ribbons(
    counts: Counter[tuple[str, str, str]], sides: Sequence[_Side]
) -> list[str]:
    """Draw both halves of every stream, in the order of the names on either side."""
    orders = [{name: n for n, name in enumerate(side.sizes)} for side in sides]
    streams = sorted(
        counts.items(),
        key=lambda item: [orders[side][item[0][side]] for side in range(3)],
    )
    parts = []
    for left, right in ((0, 1), (1, 2)):
        starts, ends = sides[left].places(), sides[right].places()
        for key, count in sorted(
            streams, key=lambda item: (orders[left][item[0][left]],)
        ):
            size = count * sides[left].scale
            a, b = key[left], key[right]
            parts.append(_ribbon(left, (starts[a], ends[b]), size, key, count))
            starts[a] += size
            ends[b] += size
    return parts


def _ribbon(
    side: int, ends: tuple[float, float], size: float, key: tuple[str, str, str], n: int
) -> str:
    x, to = _EDGES[side] + _BAR, _EDGES[side + 1]
    middle = (x + to) / 2
    a, b = ends
    told = f"{key[side]} → {key[side + 1] or '?'}: {n:,}"
    return (
        f'<path class="r f-{text(key[2] or "none")}" d="M{x} {a:.1f}C{middle:.0f} {a:.1f} '
        f"{middle:.0f} {b:.1f} {to} {b:.1f}V{b + size:.1f}C{middle:.0f} {b + size:.1f} "
        f'{middle:.0f} {a + size:.1f} {x} {a + size:.1f}Z"><title>{text(told)}</title></path>'
    )


def _bars(side: _Side, place: int, words: Words) -> list[str]:
    x, parts = _EDGES[place], []
    for name, y in side.places().items():
        height = side.height(name)
        label, kind = name, "b"
        if place == len(_EDGES) - 1:
            kind = f"f-{name or 'none'}"
            label = words.of("fates", name) if name else words("report-undetermined")
        told = f"{_cut(label)} {side.sizes[name]:,}"
        at, anchor = (x - 6, "end") if place == 0 else (x + _BAR + 6, "start")
        parts.append(
            f'<rect class="{text(kind)}" x="{x}" y="{y:.1f}" width="{_BAR}" '
            f'height="{height:.1f}"/><text x="{at}" y="{y + max(height / 2, 6) + 4:.1f}" '
            f'text-anchor="{anchor}">{text(told)}</text>'
        )
    return parts


def _cut(name: str) -> str:
    """Return the end of a column's path, which says most.

    >>> _cut("首页 > 政务公开 > 政策文件 > 区政府文件")
    '政策文件 > 区政府文件'
    """
    parts = name.split(" > ")
    short = " > ".join(parts[-2:]) if len(parts) > 2 else name
    if len(short) > _LABEL:
        short = parts[-1]
    return short if len(short) <= _LABEL else f"{short[: _LABEL - 1]}…"
