"""One page: bytes in, record out. The order of reading, nothing else.

Decode, parse, outline; labels, breadcrumb, title, body; then the sources of every field
are weighed (`choose`). The body's markup is cut out last, because that changes the tree.
"""

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from contentkit.extract.body import (
    ATTACHMENT_WEIGHT,
    LINK_WEIGHT,
    Body,
    cut_body,
    find_body,
    named_body,
    prose_start,
    weigh,
)
from contentkit.extract.choose import Chosen, Claim, Claims, choose
from contentkit.extract.claims import add_claim, claim_groups, date_in_url
from contentkit.extract.crumbs import column_path, read_crumbs
from contentkit.extract.encoding import Decoded, decode_page
from contentkit.extract.files import (
    Addresses,
    attachment_lines,
    make_absolute,
    read_attachments,
    read_images,
    read_links,
    region,
)
from contentkit.extract.header import Group, read_groups
from contentkit.extract.metatags import read_meta
from contentkit.extract.outline import Outline, read_outline
from contentkit.extract.visible import (
    Seen,
    Surroundings,
    find_plain_date,
    find_subtitle,
    find_title,
    head_title,
    title_from_head,
)
from contentkit.html import base_of, parse_html
from contentkit.models import Finding, PageKind, Record
from contentkit.profile import Profile
from contentkit.text import fold

MAX_BYTES = 16 * 2**20
"""A larger page is not read: no government page is, and a worker has 300 MB."""

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP, DOCX or XLSX"),
    (b"\xd0\xcf\x11\xe0", "DOC or XLS"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "GIF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_HEAD_LINES = 4
"""Lines of a named body among which a line of labels still belongs to the template."""


@dataclass(slots=True)
class _Page:
    """What is known of the page while it is read."""

    root: HtmlElement
    url: str
    profile: Profile | None
    outline: Outline
    addresses: Addresses
    weights: list[int]
    hint: int | None
    prose: int
    claims: Claims = field(default_factory=Claims)
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
        return Record(kind=PageKind.STUB, findings=(refused,))
    override = profile.encoding if profile else None
    decoded = decode_page(data, http_charset=http_charset, override=override)
    if "<" not in decoded.text:
        finding = Finding(code="not-html", data={"found": "text without a tag"})
        return _with_encoding(decoded, (finding,))
    return _read(_open(decoded.text, url, profile), decoded)


def _refuse(data: bytes) -> Finding | None:
    if not data.strip():
        return Finding(code="empty-page")
    if len(data) > MAX_BYTES:
        return Finding(code="page-too-large", data={"bytes": len(data), "limit": MAX_BYTES})
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return Finding(code="not-html", data={"found": name})
    return None


def _with_encoding(decoded: Decoded, findings: tuple[Finding, ...]) -> Record:
    return Record(
        kind=PageKind.STUB,
        encoding=decoded.encoding,
        findings=(*decoded.findings, *findings),
    )


def _open(text: str, url: str, profile: Profile | None) -> _Page:
    root = parse_html(text)
    outline = read_outline(root)
    weights = [weigh(line) for line in outline.lines]
    hint = named_body(outline, weights)
    return _Page(
        root=root,
        url=url,
        profile=profile,
        outline=outline,
        addresses=Addresses(base_of(root, url)),
        weights=weights,
        hint=hint,
        prose=prose_start(outline, weights, hint),
    )


def _read(page: _Page, decoded: Decoded) -> Record:
    outline = page.outline
    meta, empty = read_meta(page.root)
    text = range(*outline.ranges[page.hint]) if page.hint is not None else range(0)
    groups = read_groups(outline, text)
    lead = [group for group in groups if _leads(page, group)]
    crumbs = read_crumbs(outline, page.prose)
    title = find_title(outline, _surroundings(page, lead, crumbs))
    after = _end_of_head(page, lead, title, crumbs)
    _count_attachments(page, after)
    body = find_body(outline, page.weights, after=after, hint=page.hint)
    if body is not None:
        lead += [g for g in groups if g.start >= body.end and g not in lead]
    _claim(page, lead, meta, title)
    _claim_plain_date(page, title, body)
    chosen = choose(page.claims, page.profile.order if page.profile else {})
    page.findings += chosen.findings
    page.findings += [Finding(code="META-02", data={"tag": tag}) for tag in empty]
    path = column_path(crumbs[0], chosen.values.get("title")) if crumbs else ()
    return _record(page, decoded, chosen, (body, title, path))


def _count_attachments(page: _Page, after: int) -> None:
    """Let links to attachments count for the body, not against it."""
    if page.hint is None:
        weights = page.weights
        linked = [n for n in range(after, len(weights)) if weights[n] == LINK_WEIGHT]
        for number in attachment_lines(page.outline, linked):
            weights[number] = ATTACHMENT_WEIGHT


def _leads(page: _Page, group: Group) -> bool:
    """Say whether a group of labels stands above the text, not in it."""
    if page.hint is None or group.start < page.prose:
        return group.start <= page.prose
    if not group.start < page.outline.ranges[page.hint][1]:
        return False
    if group.start - page.prose > _HEAD_LINES:
        return False
    return group.header_fields > 2 or any(
        pair.label and pair.label.alone and pair.label.field in {"published_at", "source"}
        for pair in group.pairs
    )


def _surroundings(
    page: _Page, lead: list[Group], crumbs: tuple[tuple[str, ...], int] | None
) -> Surroundings:
    skipped = {number for group in lead for number in range(group.start, group.end)}
    if crumbs:
        skipped.add(crumbs[1])
    info = None
    for group in lead:
        names = {pair.label.field for pair in group.pairs if pair.label}
        if names & {"published_at", "source", "-", "author"}:
            info = (group.start, group.end)
            break
    if info is None:
        plain = find_plain_date(page.outline, 0, page.prose)
        if plain:
            info = (plain[1], plain[1] + 1)
            skipped.add(plain[1])
    return Surroundings(
        prose=page.prose,
        info=info,
        skipped=frozenset(skipped),
        head_title=fold(head_title(page.root) or ""),
        names=frozenset(fold(name) for name in crumbs[0][:-1]) if crumbs else frozenset(),
    )


def _end_of_head(
    page: _Page,
    lead: list[Group],
    title: Seen | None,
    crumbs: tuple[tuple[str, ...], int] | None,
) -> int:
    ends = [group.end for group in lead]
    if title:
        ends.append(title.end)
    if crumbs:
        ends.append(crumbs[1] + 1)
    return max(ends, default=0)


def _claim(
    page: _Page,
    groups: list[Group],
    meta: dict[str, tuple[str, str]],
    title: Seen | None,
) -> None:
    labels = page.profile.labels if page.profile else {}
    for group in groups:
        page.findings += claim_groups(page.claims, page.fields, group, labels)
    for name, (tag, value) in meta.items():
        if name not in {"column", "site", "keywords", "summary", "author"}:
            _add(page, name, Claim("meta", f"meta:{tag}", value, value))
    if title:
        _add(page, "title", Claim("visible", "visible", title.text, title.text))
        subtitle = find_subtitle(page.outline, title)
        if subtitle:
            _add(page, "subtitle", Claim("visible", "visible", subtitle.text, subtitle.text))
    elif "title" not in page.claims.by_field:
        head = head_title(page.root)
        text = title_from_head(head) if head else None
        if head and text:
            _add(page, "title", Claim("visible", "title", text, head))
    dated = date_in_url(page.url, page.profile.urls.date if page.profile else None)
    if dated:
        page.claims.add("published_at", dated)


def _add(page: _Page, name: str, claim: Claim) -> None:
    finding = add_claim(page.claims, name, claim)
    if finding:
        page.findings.append(finding)


def _claim_plain_date(page: _Page, title: Seen | None, body: Body | None) -> None:
    kinds = {claim.kind for claim in page.claims.by_field.get("published_at", ())}
    if title is None or kinds & {"visible", "header"}:
        return
    end = min(body.start if body else page.prose, title.end + 6)
    plain = find_plain_date(page.outline, title.end, end)
    if plain:
        match, number = plain
        text = page.outline.lines[number].text
        page.claims.add("published_at", Claim("visible", "visible", match.value, text))


def _record(
    page: _Page,
    decoded: Decoded,
    chosen: Chosen,
    parts: tuple[Body | None, Seen | None, tuple[str, ...]],
) -> Record:
    body, title, path = parts
    outline = page.outline
    links = read_links(outline, page.addresses)
    html = text = ""
    attachments: tuple = ()
    images: tuple = ()
    if body is not None:
        first = title.start if title else body.start
        wrapper = _wrapper(outline, outline.lines[first].block if outline.lines else 0, body)
        found, dead = read_attachments(outline, page.addresses, region(outline, body.container, wrapper))
        page.findings += dead
        attachments = tuple(found)
        span = (body.container, outline.ends[body.container])
        images = tuple(read_images(outline, page.addresses, span))
        text = "\n".join(x.text for x in outline.lines[body.start : body.end] if x.text)
        make_absolute(outline, page.addresses, body.container)
        html = cut_body(outline, body)
    values = {name: value for name, value in chosen.values.items() if name != "keywords"}
    return Record(
        kind=PageKind.ARTICLE,
        **values,
        column_path=path,
        keywords=_keywords(chosen.values.get("keywords", "")),
        body_html=html,
        body_text=text,
        attachments=attachments,
        images=images,
        fields=page.fields,
        encoding=decoded.encoding,
        template=page.profile.name if page.profile and page.profile.name != "auto" else None,
        findings=(*decoded.findings, *page.findings),
        originals=chosen.originals,
        origins=chosen.origins,
        links=links,
    )


def _wrapper(outline: Outline, other: int, body: Body) -> int:
    for index in outline.ancestors(body.container):
        if outline.contains(index, other) and index in outline.ranges:
            return index
    return 0


def _keywords(text: str) -> tuple[str, ...]:
    for mark in "，；、;,\u3000\t|":
        text = text.replace(mark, " ")
    return tuple(text.split())
