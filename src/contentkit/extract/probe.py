"""Get to know a site: its templates, its list pattern, selectors with their coverage.

Pages are put into clusters by the ids and classes of their elements. On each page the
generic reader says what the fields are, and every element that holds such a value
proposes selectors. Coverage is the share of the cluster's pages where a selector finds
exactly one value and that value is the generic reader's.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from contentkit.extract.encoding import decode_page
from contentkit.extract.families import detect_family
from contentkit.extract.page import extract_record
from contentkit.extract.probe_report import (
    ProbeReport,
    Proposal,
    Template,
    url_shape,
)
from contentkit.extract.probe_selectors import (
    FIELDS,
    Found,
    propose_fields,
    propose_list,
)
from contentkit.html import parse_html
from contentkit.models import PageKind

_ALIKE = 0.6
"""Shared ids and classes from which two pages are of one template (Jaccard index)."""

_SOURCES = {"body": "body_text"}

_MOST_TEMPLATES = 200
_MOST_EXAMPLES = 3
_MOST_SHAPES = 5
_KEEP = 400
"""Proposals kept a cluster; rarer ones than these are noise."""


@dataclass(slots=True)
class _Cluster:
    kind: PageKind
    tokens: frozenset[str]
    pages: int = 0
    examples: list[str] = field(default_factory=list)
    families: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    hits: Counter[Found] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)


def probe_pages(pages: Iterable[tuple[str, bytes]]) -> ProbeReport:
    """Return what the pages, given as URL and bytes, say about their site.

    Reads the pages once and keeps none; stubs and error pages are only counted.
    """
    clusters: list[_Cluster] = []
    hosts: Counter[str] = Counter()
    encodings: Counter[str] = Counter()
    count = 0
    for url, data in pages:
        count += 1
        parts = urlsplit(url)
        hosts[f"{parts.scheme}://{parts.netloc}/"] += 1
        _add_page(clusters, encodings, url, data)
    clusters.sort(key=lambda cluster: (-cluster.pages, cluster.examples))
    families: Counter[str] = Counter()
    for cluster in clusters:
        families.update(cluster.families)
    return ProbeReport(
        pages=count,
        base_url=_most(hosts),
        family=_most(families),
        encodings=tuple(sorted(encodings.items(), key=lambda x: (-x[1], x[0]))),
        templates=tuple(_template(cluster) for cluster in clusters),
    )


def _add_page(
    clusters: list[_Cluster], encodings: Counter[str], url: str, data: bytes
) -> None:
    record = extract_record(data, url=url)
    if record.encoding:
        encodings[record.encoding] += 1
    if record.kind in {PageKind.STUB, PageKind.ERROR}:
        return
    text = decode_page(data).text
    tree = parse_html(text)
    cluster = _cluster_of(clusters, record.kind, _tokens(tree))
    if cluster is None:
        return
    cluster.pages += 1
    cluster.shapes[url_shape(url)] += 1
    if len(cluster.examples) < _MOST_EXAMPLES:
        cluster.examples.append(url)
    family = detect_family(tree, text, url)
    if family:
        cluster.families[family] += 1
    if record.kind is PageKind.ARTICLE:
        cluster.filled.update(x for x in FIELDS if getattr(record, _SOURCES.get(x, x)))
        cluster.hits.update(propose_fields(tree, record))
    elif record.items:
        cluster.filled["list"] += 1
        cluster.hits.update(propose_list(tree, url, record.items))
    if len(cluster.hits) > 4 * _KEEP:
        cluster.hits = Counter(dict(_ranked(cluster.hits)[:_KEEP]))


def _tokens(tree: HtmlElement) -> frozenset[str]:
    """Return the ids and classes of a page that hold no number: its template."""
    names = set()
    for element in tree.iter("div", "table", "td", "ul", "h1", "h2", "section", "form"):
        for name in ("id", "class"):
            for token in (element.get(name) or "").split():
                if not any(c.isdigit() for c in token):
                    names.add(f"{element.tag}.{token}")
        if not element.attrib:
            names.add(str(element.tag))
    return frozenset(names)


def _cluster_of(
    clusters: list[_Cluster], kind: PageKind, tokens: frozenset[str]
) -> _Cluster | None:
    best, likeness = None, 0.0
    for cluster in clusters:
        if cluster.kind is kind:
            shared = len(cluster.tokens & tokens)
            share = shared / (len(cluster.tokens) + len(tokens) - shared or 1)
            if share > likeness:
                best, likeness = cluster, share
    if likeness >= _ALIKE or (best and not tokens and not best.tokens):
        return best
    if len(clusters) >= _MOST_TEMPLATES:
        return best
    clusters.append(_Cluster(kind, tokens))
    return clusters[-1]


def _template(cluster: _Cluster) -> Template:
    best: dict[str, Proposal] = {}
    for (name, css, extra), hits in _ranked(cluster.hits):
        if name not in best:
            filled = cluster.filled[name]
            best[name] = Proposal(
                field=name, css=css, extra=extra, pages=filled, coverage=hits / filled
            )
    return Template(
        kind=cluster.kind,
        family=_most(cluster.families),
        pages=cluster.pages,
        examples=tuple(cluster.examples),
        url_shapes=tuple(
            sorted(cluster.shapes.items(), key=lambda x: (-x[1], x[0]))[:_MOST_SHAPES]
        ),
        proposals=tuple(best[name] for name in sorted(best)),
    )


def _ranked(hits: Counter[Found]) -> list[tuple[Found, int]]:
    """Return the proposals, the best first: most hits, plain ones, named elements."""
    return sorted(hits.items(), key=_rank)


def _rank(entry: tuple[Found, int]) -> tuple[int, bool, int, int, int, Found]:
    (name, css, extra), hits = entry
    selectors = (css, extra) if name == "list" else (css,)
    unnamed = sum("#" not in part and "." not in part for part in selectors)
    has_regex = name != "list" and bool(extra)
    length = len(css) + len(extra)
    return (-hits, has_regex, unnamed, css.count(">"), length, entry[0])


def _most(counter: Counter[str]) -> str | None:
    ranked = sorted(counter.items(), key=lambda x: (-x[1], x[0]))
    return ranked[0][0] if ranked else None
