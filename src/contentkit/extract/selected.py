"""What the selectors of a profile say about a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from contentkit.extract.choose import Claim, Claims
from contentkit.extract.claims import add_claim, clean_name
from contentkit.extract.header import Label, labels
from contentkit.extract.layout import Given
from contentkit.extract.named import Named
from contentkit.extract.select import select_elements, select_values
from contentkit.models import Finding
from contentkit.profile import Profile, Selector
from contentkit.text import fold_spaces

_ELEMENTS = frozenset(("header", "body", "attachments", "images"))
_LISTS = frozenset(("column_path", "keywords"))


@dataclass(slots=True)
class Selected:
    """The outcome of all selectors of a profile on one page."""

    given: Given = field(default_factory=Given)
    claims: Claims = field(default_factory=Claims)
    column_path: tuple[str, ...] | None = None
    attachments: tuple[HtmlElement, ...] | None = None
    images: tuple[HtmlElement, ...] | None = None
    named: Named | None = None
    findings: list[Finding] = field(default_factory=list)


def apply_selectors(profile: Profile | None, root: HtmlElement) -> Selected:
    """Return what the profile selects; nothing without a profile.

    A selector that finds several values where one is meant gives a finding and no
    value: which of them counts is not ours to guess. One that finds nothing gives a
    finding only for the body and the title, which every article has.
    """
    selected = Selected()
    if profile is None:
        return selected
    named = selected.named = Named(root)
    parts: dict[str, tuple[HtmlElement, ...]] = {}
    for name, selectors in profile.select.items():
        if name in _ELEMENTS:
            parts[name] = _elements(selectors, named)
        else:
            _values(selected, name, selectors, named)
    body = parts.get("body", ())
    selected.attachments = parts.get("attachments")
    selected.images = parts.get("images")
    if "body" in profile.select and not body:
        selected.findings.append(_no_match("body"))
    selected.given = Given(
        body=body[0] if body else None,
        header=parts.get("header", ()),
        labels=_labels(tuple(profile.labels.items())),
    )
    return selected


def _elements(selectors: Iterable[Selector], page: Named) -> tuple[HtmlElement, ...]:
    for selector in selectors:
        found = select_elements(selector, page)
        if found:
            return tuple(found)
    return ()


def _values(
    selected: Selected, name: str, selectors: Iterable[Selector], page: Named
) -> None:
    for selector in selectors:
        values = [fold_spaces(value) for value in select_values(selector, page)]
        values = [value for value in values if value]
        if not values:
            continue
        if name == "column_path":
            selected.column_path = tuple(values)
        elif name in _LISTS:
            _claim(selected, name, selector, " ".join(values))
        elif selector.many or len(set(values)) == 1:
            _claim(selected, name, selector, values[0])
        else:
            selected.findings.append(
                Finding(
                    code="selector-ambiguous",
                    field=name,
                    quote=values[0],
                    data={"field": name, "count": len(values), "values": values[:5]},
                )
            )
        return
    if name == "title":
        selected.findings.append(_no_match(name))


def _claim(selected: Selected, name: str, selector: Selector, text: str) -> None:
    value = clean_name(text) if name in {"source", "author"} else text
    if value:
        origin = f"select:{selector.xpath}"
        finding = add_claim(selected.claims, name, Claim("select", origin, value, text))
        if finding:
            selected.findings.append(finding)


def _no_match(name: str) -> Finding:
    return Finding(code="selector-no-match", field=name, data={"field": name})


@lru_cache(maxsize=64)
def _labels(targets: tuple[tuple[str, str], ...]) -> tuple[Label, ...]:
    """Return the labels that a profile adds: (word, field)."""
    known = labels()
    return tuple(
        Label(name, field, name in known and known[name].info, alone=True)
        for name, field in targets
    )
