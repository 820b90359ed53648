"""From labels, tags, selectors and address to claims about the fields of a record."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from contentkit.errors import ParseError
from contentkit.extract.choose import Claim, Claims
from contentkit.extract.header import Group, stated
from contentkit.models import Finding
from contentkit.normalize.dates import find_date, parse_date
from contentkit.text import fold_spaces, strip

_DATES = frozenset(("published_at", "written_on"))
_URL_DATE = re.compile(
    r"/(?:(?P<y>(?:19|20)\d\d)[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?=/)"
    r"|(?:\d{6}/)?[tT]?(?P<compact>(?:19|20)\d{6})(?=[/_]))"
)
_AFTER_NAME = re.compile(
    r"\s*(?:[\[【(（]?(?:字体|字号|字体大小|大\s*中\s*小|打印|关闭|收藏|分享|浏览|点击|阅读|访问|查看|人气)"
    r"(?!日报|晚报).*)$"
)


def claim_groups(
    claims: Claims, fields: dict[str, str], groups: Iterable[Group]
) -> list[Finding]:
    """Add what groups of labels say, also to `fields`: raw values by their own labels.

    Returns findings on values that are no dates. Counters and buttons are left out.
    """
    findings = []
    for group in groups:
        kind = "header" if group.header_fields else "visible"
        for pair in group.pairs:
            field = pair.label.field if pair.label else ""
            if field == "-":
                continue
            fields.setdefault(pair.name, pair.value or "")
            value = stated(pair.value)
            if not field or value is None:
                continue
            claim = Claim(kind, f"{kind}:{pair.name}", value, value)
            if field in {"source", "author"}:
                _claim_name(claims, field, claim, group)
            elif finding := add_claim(claims, field, claim):
                findings.append(finding)
    return findings


def _claim_name(claims: Claims, field: str, claim: Claim, group: Group) -> None:
    """Add a source or author; a date printed behind it is the date of the page."""
    name = clean_name(claim.value)
    if name:
        claims.add(field, replace(claim, value=name))
    if "published_at" not in group.fields:
        date = find_date(claim.value)
        if date:
            claims.add(
                "published_at", Claim(claim.kind, "visible", date.value, date.raw)
            )


def add_claim(claims: Claims, field: str, claim: Claim) -> Finding | None:
    """Add one claim; a date is read first, and what is none becomes a finding."""
    if field not in _DATES:
        claims.add(field, claim)
        return None
    value = read_date(claim.value)
    if value is None:
        return Finding(
            code="META-03" if claim.kind == "meta" else "unreadable-date",
            field=field,
            quote=claim.original,
            data={"value": claim.original, "origin": claim.origin},
        )
    if field == "written_on":
        value = value[:10]
    claims.add(field, Claim(claim.kind, claim.origin, value, claim.original))
    return None


def read_date(text: str) -> str | None:
    """Return the date that a labeled value states, None if it states none."""
    match = find_date(text)
    if match is not None:
        return match.value
    try:
        return parse_date(strip(text))
    except ParseError:
        return None


def clean_name(text: str | None) -> str | None:
    """Return a source or author without what the template prints after it.

    >>> clean_name("仑海区教育局 【字体：大 中 小】")
    '仑海区教育局'
    """
    if not text:
        return None
    match = find_date(text)
    if match is not None and match.start > 0:
        text = text[: match.start]
    elif match is not None:
        text = text[match.end :]
    text = fold_spaces(_AFTER_NAME.sub("", text)).strip("|丨│【[（( \u3000\xa0:：-")
    return strip(text) or None


def date_in_url(url: str, pattern: re.Pattern[str] | None) -> Claim | None:
    """Return the date in a page's address, None if there is none.

    >>> date_in_url("http://a.gov.cn/zwgk/201906/t20190612_1234.html", None).value
    '2019-06-12'
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    match = (pattern.search(url) if pattern else None) or _URL_DATE.search(path)
    if match is None:
        return None
    groups = match.groupdict()
    if groups.get("compact"):
        raw = groups["compact"]
        raw = f"{raw[:4]}-{raw[4:6]}-{raw[6:]}"
    else:
        year = groups.get("y") or groups.get("year")
        month = groups.get("m") or groups.get("month")
        day = groups.get("d") or groups.get("day")
        raw = f"{year}-{month}-{day}"
    try:
        value = parse_date(raw)
    except ParseError:
        return None
    return Claim("url", "url", value, match[0])
