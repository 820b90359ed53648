"""One page: bytes in, record out. The order of reading, nothing else.

Decode, parse, apply the profile's selectors, find the parts of the page (`layout`), weigh
the sources of every field (`choose`), tell the kind of page, put the record together. The
body's markup is cut out last, because that changes the tree.
"""

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from contentkit.extract.attachments import read_attachments, region
from contentkit.extract.body import Body, body_text, has_prose
from contentkit.extract.choose import Chosen, Claim, Claims, choose
from contentkit.extract.claims import add_claim, claim_groups, date_in_url
from contentkit.extract.crumbs import column_path
from contentkit.extract.cut import cut_body
from contentkit.extract.encoding import Decoded, decode_page
from contentkit.extract.families import detect_family
from contentkit.extract.hidden_labels import find_hidden_labels
from contentkit.extract.kinds import is_only_entries, page_kind, settle_kind
from contentkit.extract.layout import Layout, read_layout
from contentkit.extract.links import (
    PICTURES,
    Addresses,
    make_absolute,
    read_images,
    read_links,
)
from contentkit.extract.lists import read_items
from contentkit.extract.meta_rules import check_meta
from contentkit.extract.metatags import Meta, read_meta
from contentkit.extract.paging import next_urls
from contentkit.extract.selected import Selected, apply_selectors
from contentkit.extract.visible import title_from_head, title_in_text
from contentkit.html import base_of, parse_html
from contentkit.models import Finding, Json, Link, ListItem, PageKind, Record
from contentkit.profile import Profile

MAX_BYTES = 16 * 2**20
"""A larger page is not read: no government page is, and a worker has 300 MB."""

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP, DOCX, XLSX"),
    (b"\xd0\xcf\x11\xe0", "DOC, XLS"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "GIF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)

_KEYS = (
    "title subtitle published_at written_on source author issuer index_number doc_number"
    " registry_number topic genre directory disclosure disclosure_scope validity_label"
    " column_path keywords body_html body_text attachments images fields encoding template"
    " findings"
)
PAGE_KEYS = tuple(_KEYS.split())
"""The keys that `extract-page` prints, in its order (CONTRACT section 6)."""


@dataclass(slots=True)
class _Files:
    """The body's text and markup, and what it carries."""

    text: str = ""
    html: str = ""
    attachments: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()


@dataclass(slots=True)
class _Page:
    """What is known of the page while it is read."""

    root: HtmlElement
    text: str
    url: str
    profile: Profile | None
    selected: Selected
    layout: Layout
    meta: Meta
    fields: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def extract_record(
    data: bytes,
    *,
    url: str,
    profile: Profile | None = None,
    http_charset: str | None = None,
) -> Record:
    """Return what one page says; any bytes give a record, oddities become findings.

    Without a profile the generic reader alone decides; with one, its selectors, labels
    and order come first.
    """
    refused = _refuse(data)
    if refused is not None:
        # what is only too large may be a page: it is set aside, not dropped
        is_unread = refused.code == "page-too-large"
        kind = PageKind.ERROR if is_unread else PageKind.STUB
        return Record(kind=kind, findings=(refused,))
    override = profile.encoding if profile else None
    decoded = decode_page(data, http_charset=http_charset, override=override)
    root = parse_html(decoded.text)
    selected = apply_selectors(profile, root)
    page = _Page(
        root=root,
        text=decoded.text,
        url=url,
        profile=profile,
        selected=selected,
        layout=read_layout(root, selected.given),
        meta=read_meta(root),
    )
    return _read(page, decoded)


def extract_page_json(record: Record) -> dict[str, Json]:
    """Return a record as `extract-page` prints it."""
    data = record.to_json()
    data["images"] = [{"url": image.url} for image in record.images]
    return {key: data[key] for key in PAGE_KEYS}


def _refuse(data: bytes) -> Finding | None:
    if not data or data.isspace():
        return Finding(code="empty-page")
    if len(data) > MAX_BYTES:
        limit = {"bytes": len(data), "limit": MAX_BYTES}
        return Finding(code="page-too-large", data=limit)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return Finding(code="not-html", data={"found": name})
    return None


def _read(page: _Page, decoded: Decoded) -> Record:
    layout = page.layout
    claims = _claims(page)
    chosen = choose(claims, page.profile.order if page.profile else {})
    page.findings += chosen.findings
    addresses = Addresses(base_of(page.root, page.url))
    links = read_links(layout.outline, addresses)
    kind, items = _kind(page, chosen)
    page.findings += check_meta(page.meta, kind, chosen)
    if kind is PageKind.ARTICLE:
        page.findings += find_hidden_labels(page.text)
    files = _files(page, addresses) if kind is PageKind.ARTICLE else _Files()
    if kind is not PageKind.ARTICLE and chosen.origins.get("published_at") == "url":
        chosen.drop(
            "published_at"
        )  # the address of a column or error page dates nothing
    values = dict(chosen.values)
    keywords = _keywords(values.pop("keywords", ""))
    return Record(
        kind=kind,
        **values,
        keywords=keywords,
        column_path=_column_path(page, chosen, kind),
        body_html=files.html,
        body_text=files.text,
        attachments=files.attachments,
        images=files.images,
        fields=page.fields,
        encoding=decoded.encoding,
        template=_template(page),
        site_code=page.meta.stated.get("SiteIDCode"),
        findings=(*decoded.findings, *_selector_findings(page, kind), *page.findings),
        originals=chosen.originals,
        origins=chosen.origins,
        links=links,
        items=items,
        next_urls=_next_urls(page, kind),
    )


def _claims(page: _Page) -> Claims:
    layout, claims = page.layout, page.selected.claims
    page.findings += claim_groups(claims, page.fields, layout.groups)
    for name, (tag, value) in page.meta.values.items():
        if name in {"title", "published_at", "source", "keywords"}:
            _add(page, name, Claim("meta", f"meta:{tag}", value, value))
    title = layout.title
    if title and (title.is_strong or not claims.has("title", "header")):
        text = title.text
        _add(page, "title", Claim("visible", "visible", text, text))
    if layout.subtitle:
        text = layout.subtitle.text
        _add(page, "subtitle", Claim("visible", "visible", text, text))
    if "title" not in claims.by_field:
        _add_last_title(page)
    if layout.date and not claims.has("published_at", "visible", "header"):
        claim = Claim("visible", "visible", layout.date.value, layout.date.text)
        claims.add("published_at", claim)
    dated = date_in_url(page.url, page.profile.urls.date if page.profile else None)
    if dated:
        claims.add("published_at", dated)
    page.findings += [
        Finding(code="META-02", data={"tag": tag}) for tag in page.meta.empty
    ]
    return claims


def _add(page: _Page, name: str, claim: Claim) -> None:
    finding = add_claim(page.selected.claims, name, claim)
    if finding:
        page.findings.append(finding)


def _add_last_title(page: _Page) -> None:
    """Add a title where nothing above the text is one: `<title>`, or the text's head."""
    layout = page.layout
    head = layout.head_title
    text = title_from_head(head) if head else None
    if head and text:
        _add(page, "title", Claim("visible", "title", text, head))
    elif layout.body:
        first = title_in_text(layout.outline, layout.body.start, layout.body.end)
        if first:
            _add(page, "title", Claim("visible", "body", first, first))


def _kind(page: _Page, chosen: Chosen) -> tuple[PageKind, tuple[ListItem, ...]]:
    """Return the kind of a page, and its entries if it is a column or home page.

    Entries are looked for unless the page is an article beyond doubt: running text
    below a date that stands on the page.
    """
    layout = page.layout
    body = layout.body
    is_dated = chosen.origins.get("published_at", "url") != "url"
    is_labeled = is_dated or any(group.header_fields for group in layout.groups)
    is_text = body is not None and has_prose(layout.outline, body)
    items: tuple[ListItem, ...] = ()
    if not (is_dated and is_text):
        selector = page.profile.list if page.profile else None
        items = read_items(
            page.root, page.url, selector=selector, named=page.selected.named
        )
    text: str | None = None
    if body is not None and (is_text or is_labeled):
        text = body_text(layout.outline, body)
    elif is_labeled:
        text = ""
    if text and is_only_entries(text, items, page.url):
        text = None
    found = page_kind(page.root, page.text, page.url, body=text, n_items=len(items))
    if page.profile:
        urls = page.profile.urls
        found = settle_kind(found, page.url, urls, n_items=len(items))
    kind, finding = found
    if finding:
        page.findings.append(finding)
    return kind, items if kind in {PageKind.LIST, PageKind.HOME} else ()


def _next_urls(page: _Page, kind: PageKind) -> tuple[str, ...]:
    if kind is not PageKind.LIST:
        return ()
    return next_urls(page.root, page.text, page.url)


def _files(page: _Page, addresses: Addresses) -> _Files:
    body = page.layout.body
    if body is None:
        return _Files()
    outline = page.layout.outline
    chosen = page.selected.attachments
    if chosen is None:
        spans = [region(outline, body.container, _wrapper(page.layout, body))]
    else:
        spans = outline.spans(chosen)
    found = read_attachments(outline, addresses, spans, every=chosen is not None)
    attachments, dead = found
    page.findings += dead
    text = body_text(outline, body)
    make_absolute(outline, addresses, body.container)
    html = cut_body(outline, body)
    pictures = page.selected.images
    if pictures is None:
        pictures = tuple(outline.nodes[body.container].iter(*PICTURES))
    images = read_images(pictures, addresses)
    return _Files(text, html, tuple(attachments), tuple(images))


def _wrapper(layout: Layout, body: Body) -> int:
    """Return the element around title and body, which the article's files stand in."""
    near = layout.title.start if layout.title else body.start
    lines = layout.outline.lines
    if near >= len(lines):
        return body.container
    return layout.outline.common(body.container, lines[near].block)


def _selector_findings(page: _Page, kind: PageKind) -> list[Finding]:
    """Return what the selectors of the profile told, which is about articles only."""
    return page.selected.findings if kind is PageKind.ARTICLE else []


def _column_path(page: _Page, chosen: Chosen, kind: PageKind) -> tuple[str, ...]:
    """Return the columns above the page; the page of a column is the last of them."""
    names = page.selected.column_path
    if names is None and page.layout.crumbs:
        names = page.layout.crumbs.names
    if names is None:
        column = page.meta.values.get("column")
        return (column[1],) if column else ()
    is_column = kind is PageKind.LIST
    return column_path(names, None if is_column else chosen.values.get("title"))


def _template(page: _Page) -> str | None:
    if page.profile is not None and page.profile.name != "auto":
        return page.profile.name
    return detect_family(page.root, page.text, page.url)


def _keywords(text: str) -> tuple[str, ...]:
    for mark in "，；、;,\u3000\t|":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))
