"""What a probe found: templates and proposals, as a table and as a draft profile."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from contentkit.models import PageKind
from contentkit.resources import packaged

_GOOD = 0.8
"""Coverage from which a selector goes into the draft; the others stand as comments."""

_FEW = 3
"""Pages below which a template is too rare to write selectors for."""

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A CSS selector for a field.

    `coverage` is the share of those `pages` of the template that have the field.
    `extra` is the selector of the date where the field is `list`, else the regular
    expression that cuts the value out.
    """

    field: str
    css: str
    coverage: float
    pages: int
    extra: str = ""

    @property
    def note(self) -> str:
        """The coverage in words."""
        return f"{self.coverage:.1%} of {self.pages:,} pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Pages built alike: how many, of which kind, where, and the best selectors.

    `url_shapes` are regular expressions for their addresses with the number of pages.
    """

    kind: PageKind
    family: str | None
    pages: int
    examples: tuple[str, ...]
    url_shapes: tuple[tuple[str, int], ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What was found out about a site; templates with most pages first."""

    pages: int
    base_url: str | None
    family: str | None
    encodings: tuple[tuple[str, int], ...]
    templates: tuple[Template, ...]

    def to_table(self) -> str:
        """Return the findings as text for a person at a terminal."""
        return "\n".join(_table(self))

    def to_toml(self) -> str:
        """Return a draft profile that `load_profile` accepts."""
        return "\n".join(_draft(self)) + "\n"


def url_shape(url: str) -> str:
    """Return a regular expression for addresses like this one: numbers may differ.

    >>> url_shape("http://a.gov.cn/zwgk/2018-06-26/7.html")
    '/\\\\d{4}-\\\\d{2}-\\\\d{2}/\\\\d+\\\\.html'
    """
    segments = urlsplit(url).path.split("/")
    kept = segments[-1:]
    for segment in reversed(segments[1:-1]):
        if not any(c.isdigit() for c in segment):
            break
        kept.insert(0, segment)
    return "".join("/" + _shape(segment) for segment in kept)


def _shape(segment: str) -> str:
    date = re.fullmatch(r"\d{4}-\d{2}-\d{2}", segment)
    if date:
        return r"\d{4}-\d{2}-\d{2}"
    parts = _NUMBER.split(segment)
    return r"\d+".join(re.escape(part).replace(r"\-", "-") for part in parts)


def _table(report: ProbeReport) -> Iterator[str]:
    encodings = ", ".join(f"{name} {n:,}" for name, n in report.encodings) or "none"
    yield f"{report.pages:,} pages of {report.base_url or 'no host'}"
    yield f"family: {report.family or 'unknown'}; encodings: {encodings}"
    for number, template in enumerate(report.templates, 1):
        family = f", {template.family}" if template.family else ""
        yield ""
        yield f"template {number}: {template.kind}, {template.pages:,} pages{family}"
        for example in template.examples:
            yield f"  e.g. {example}"
        for shape, pages in template.url_shapes:
            yield f"  address {shape}  {pages:,}"
        for proposal in template.proposals:
            extra = f"  with {proposal.extra}" if proposal.extra else ""
            yield f"  {proposal.field:<13} {proposal.note}  {proposal.css}{extra}"


def _draft(report: ProbeReport) -> Iterator[str]:
    host = urlsplit(report.base_url).hostname if report.base_url else None
    name = re.sub(r"[^a-z0-9]+", "-", (host or "site").lower()).strip("-") or "site"
    yield f"# Drafted from {report.pages:,} pages. Coverage: the share of a template's"
    yield "# pages with the field where the selector finds one value, and that value is"
    yield "# the generic reader's."
    yield f"name = {_string(name)}"
    if report.family in packaged("profile"):
        yield f"extends = {_string(str(report.family))}"
    if report.base_url:
        yield f"base_url = {_string(report.base_url)}"
    yield from _draft_fields(report)
    yield from _draft_list(report)
    yield from _draft_urls(report)


def _draft_fields(report: ProbeReport) -> Iterator[str]:
    fields: dict[str, dict[tuple[str, str], str]] = {}
    for template in report.templates:
        if template.kind is not PageKind.ARTICLE or template.pages < _FEW:
            continue
        for proposal in template.proposals:
            kept = fields.setdefault(proposal.field, {})
            if proposal.coverage >= _GOOD:
                kept.setdefault((proposal.css, proposal.extra), proposal.note)
    if not any(fields.values()):
        return
    yield ""
    yield "[select]"
    for name, kept in sorted(fields.items()):
        if not kept:
            yield f"# {name}: no selector covers {_GOOD:.0%} of a template"
            continue
        yield f"{name} = ["
        for (css, regex), note in kept.items():
            cut = f", regex = {_string(regex)}" if regex else ""
            many = ", many = true" if name == "column_path" else ""
            yield f"  {{ css = {_string(css)}{cut}{many} }},  # {note}"
        yield "]"


def _draft_list(report: ProbeReport) -> Iterator[str]:
    lists = [
        proposal
        for template in report.templates
        for proposal in template.proposals
        if template.kind is PageKind.LIST
        and proposal.field == "list"
        and proposal.coverage >= _GOOD
    ]
    if not lists:
        return
    best, *others = lists
    yield ""
    yield "[list]"
    yield f"item = {{ css = {_string(best.css)} }}  # {best.note}"
    if best.extra:
        yield f"date = {{ css = {_string(best.extra)} }}"
    for other in others:
        yield f"# also {_string(other.css)}  {other.note}"


def _draft_urls(report: ProbeReport) -> Iterator[str]:
    shapes: dict[PageKind, dict[str, int]] = {}
    for template in report.templates:
        kind = PageKind.LIST if template.kind is PageKind.HOME else template.kind
        for shape, pages in template.url_shapes:
            known = shapes.setdefault(kind, {})
            known[shape] = known.get(shape, 0) + pages
    articles, lists = shapes.get(PageKind.ARTICLE, {}), shapes.get(PageKind.LIST, {})
    own = [shape for shape in articles if shape not in lists and r"\d" in shape]
    if own:
        yield ""
        yield "[urls]"
        yield "article = ["
        for shape in own:
            yield f"  {_string(shape + '$')},  # {articles[shape]:,} pages"
        yield "]"


def _string(text: str) -> str:
    """Return a TOML basic string; JSON escapes what TOML does, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
