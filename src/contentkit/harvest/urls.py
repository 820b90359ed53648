"""The canonical form of a URL, which is the identity of everything harvested.

Two addresses are one page when they differ only in spelling: case of the host, default
port, escapes, dot segments, fragment, session identifiers. What a server may tell
apart (order of parameters, trailing index page, double slashes) stays apart.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urljoin

import idna

from contentkit.errors import ParseError
from contentkit.resources import read_codelist

MAX_CHARS = 8000  # RFC 9110 section 4.1 recommends to support at least 8,000 octets

_PORTS = {"http": "80", "https": "443"}
# nothing to do: the spelling that nearly every link has after the join
_PLAIN = re.compile(
    r"https?://[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*(?:/(?!\.)[A-Za-z0-9_~.-]*)+"
)
_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?:/*)([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_EDGES = "".join(map(chr, range(0x21)))
_INVISIBLE = str.maketrans("", "", "\t\r\n")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|(%)|([^%!$&'()*+,;=:@/?A-Za-z0-9._~-]+)")
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)


def canonical_url(url: str, *, significant_query: Sequence[str] | None = None) -> str:
    """Return the canonical form of an absolute http or https address.

    With `significant_query` every other query parameter is dropped. Raises
    `ParseError` when the text cannot be an address.

    >>> canonical_url("HTTP://WWW.Example.gov.cn:80/a/./b/../%e4%b8%ad 文?#top")
    'http://www.example.gov.cn/a/%E4%B8%AD%20%E6%96%87'
    """
    if significant_query is None and _PLAIN.fullmatch(url) and len(url) <= MAX_CHARS:
        return url
    text = url.strip(_EDGES).translate(_INVISIBLE)
    if len(text) > MAX_CHARS:
        raise ParseError(
            text[:80] + "…", f"an address of at most {MAX_CHARS} characters"
        )
    text = _forward_slashes(text)
    match = _SPLIT.match(text)
    if match is None or match[1].lower() not in _PORTS:
        raise ParseError(url, "an absolute http or https address")
    scheme = match[1].lower()
    host = _authority(match[2], scheme, url)
    path = _remove_dot_segments(_escape(_drop_path_session(match[3]), url)) or "/"
    query = _query(_escape(match[4] or "", url), significant_query)
    result = f"{scheme}://{host}{path}" + (f"?{query}" if query else "")
    if len(result) > MAX_CHARS:
        raise ParseError(
            text[:80] + "…", f"an address of at most {MAX_CHARS} characters"
        )
    return result


def join_url(
    base: str, href: str, *, significant_query: Sequence[str] | None = None
) -> str:
    """Return the canonical address that `href` means on the page `base`.

    Raises `ParseError` for what is no web address: `javascript:`, `mailto:`, a drive
    letter, a broken host.
    """
    text = _forward_slashes(href.strip(_EDGES).translate(_INVISIBLE))
    scheme = _SCHEME.match(text)
    if scheme is not None:
        name = scheme[1].lower()
        if name not in _PORTS:
            raise ParseError(href, "an http or https address")
        if not text.startswith("//", scheme.end()) and base.startswith(name + ":"):
            text = text[scheme.end() :]  # browsers read http:news/1.html as relative
    try:
        joined = urljoin(base, text)
    except ValueError as error:
        raise ParseError(href, f"an address ({error})") from error
    return canonical_url(joined, significant_query=significant_query)


def url_host(url: str) -> str:
    """Return host and port of a canonical URL, as the ledger keeps it.

    >>> url_host("http://127.0.0.1:8080/a.html")
    '127.0.0.1:8080'
    """
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def same_site(one: str, other: str) -> bool:
    """Tell whether two canonical URLs are on one host, `www.` or not, any scheme.

    >>> same_site("http://www.example.gov.cn/a", "https://example.gov.cn/b")
    True
    >>> same_site("http://www.example.gov.cn/a", "http://zwfw.example.gov.cn/")
    False
    """
    return url_host(one).removeprefix("www.") == url_host(other).removeprefix("www.")


def escape_url(url: str) -> str:
    """Return any URI with the characters escaped that may not stand in one.

    For addresses of other schemes (`file:` in archives), which have no canonical form.

    >>> escape_url("file:///a picture.png")
    'file:///a%20picture.png'
    """
    return _escape(url, url)


def _forward_slashes(text: str) -> str:
    # before the query only: a backslash there is data
    head, mark, query = text.partition("?")
    return head.replace("\\", "/") + mark + query if "\\" in head else text


def _authority(text: str, scheme: str, url: str) -> str:
    rest = text.rpartition("@")[2]  # a user name is no part of the page's identity
    if rest.startswith("["):
        host, bracket, tail = rest.partition("]")
        if not bracket or tail[:1] not in ("", ":"):
            raise ParseError(url, "an address with a host name")
        host, port = _ipv6(host[1:]), tail[1:]
    else:
        host, _, port = rest.partition(":")
        host = _host(host)
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise ParseError(url, "an address with a port from 0 to 65535")
    if not port or str(int(port)) == _PORTS[scheme]:
        return host
    return f"{host}:{int(port)}"


def _ipv6(text: str) -> str:
    try:
        return f"[{IPv6Address(text)}]"
    except AddressValueError as error:
        raise ParseError(text, f"an IPv6 address ({error})") from error


@lru_cache(maxsize=4096)
def _host(text: str) -> str:
    name = text.lower()
    if "%" in name:
        name = _unescape_host(name)
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise ParseError(text, f"a host name ({error})") from error
    name = name.removesuffix(".")
    if not _HOST.fullmatch(name) or ".." in name:
        raise ParseError(text, "a host name")
    return name


def _unescape_host(name: str) -> str:
    raw = re.sub(
        rb"%([0-9a-f]{2})", _raw_byte, name.encode("utf-8", errors="surrogateescape")
    )
    try:
        return raw.decode("utf-8").lower()
    except UnicodeDecodeError as error:
        raise ParseError(name, "a host name") from error


def _raw_byte(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _escape(text: str, url: str) -> str:
    try:
        return _ESCAPE.sub(_escaped, text)
    except UnicodeEncodeError as error:
        raise ParseError(url, "an address in Unicode characters") from error


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        value = int(match[1], 16)
        # %7E is ~, but a GBK or UTF-8 byte stays a byte
        return chr(value) if value in _UNRESERVED else f"%{value:02X}"
    if match[2]:
        return "%25"
    # surrogateescape: a byte of a file name that is not UTF-8 stays that byte
    raw = match[3].encode("utf-8", errors="surrogateescape")
    return "".join(f"%{byte:02X}" for byte in raw)


def _remove_dot_segments(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            if kept:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


@cache
def _sessions(place: str) -> dict[str, re.Pattern[str]]:
    return {
        row["name"]: re.compile(row["value"])
        for row in read_codelist("session-ids")
        if row["place"] == place
    }


def _drop_path_session(path: str) -> str:
    if ";" not in path:
        return path
    names = "|".join(re.escape(name) for name in _sessions("path"))
    return re.sub(rf"(?i);(?:{names})=[^;/?]*", "", path)


def _query(query: str, significant: Sequence[str] | None) -> str:
    parts = query.split("&")
    if significant is not None:
        parts = [part for part in parts if part.partition("=")[0] in significant]
    return "&".join(part for part in parts if not _is_session(part))


def _is_session(part: str) -> bool:
    name, _, value = part.partition("=")
    pattern = _sessions("query").get(name.lower())
    # ASP appends eight random letters to its name: ASPSESSIONIDQABCDEFG
    if name.upper().startswith("ASPSESSIONID"):
        return True
    return pattern is not None and pattern.fullmatch(value) is not None
