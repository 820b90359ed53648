"""Rules on the links that a body keeps after its addresses were rewritten: LNK-02, LNK-03.

Links into the old site that have no new address are LNK-01, told where they are
rewritten; a link is told by one rule only.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from contentkit.models import Finding
from contentkit.resources import read_codelist

# old spellings of IPv4 that browsers read: 127.1, 0x7f000001, 2130706433
_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}")
# RFC 6761, RFC 6762, RFC 8375; .lan, .corp and .intranet are names of private networks
_INTRANET = re.compile(
    r"(?:[^.]+|.*\.(?:localhost|local|internal|lan|corp|intranet|home\.arpa))"
)
_SCHEMES = frozenset({"http", "https", "ftp"})


def check_links(
    links: Iterable[tuple[str, str]], *, own_hosts: Collection[str]
) -> Iterator[Finding]:
    """Yield LNK-02 and LNK-03 for links as `(attribute, address)`, once an address.

    `own_hosts` are the names of the old site, with ports as in URLs. Pictures of other
    hosts are shown in place, so only `href` asks for the prompt of LNK-03.
    """
    told: set[str] = set()
    for attribute, address in links:
        if address in told:
            continue
        finding = _judge(attribute, address, own_hosts)
        if finding is not None:
            told.add(address)
            yield finding


def _judge(attribute: str, address: str, own_hosts: Collection[str]) -> Finding | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None  # told where the link was read
    if parts.scheme.lower() not in _SCHEMES or not host:
        return None
    way = _old_way(host, parts.netloc.lower(), own_hosts)
    if way:
        data = {"host": host, "way": way[0], "why": way[1], "why_zh": way[2]}
        return Finding(code="LNK-02", field="body_html", quote=address, data=data)
    if attribute == "href" and not host.endswith(_government()):
        data = {"host": host}
        return Finding(code="LNK-03", field="body_html", quote=address, data=data)
    return None


def _old_way(
    host: str, netloc: str, own_hosts: Collection[str]
) -> tuple[str, str, str] | None:
    """Return why a host will not be reachable from the new platform, in three words."""
    if netloc in own_hosts or host in own_hosts:
        return "old-host", "the domain of the old site", "旧站域名"
    if _is_address(host):
        return "ip", "an IP address", "IP 地址"
    if _INTRANET.fullmatch(host):
        return "intranet", "a name of an internal network", "内网主机名"
    return None


def _is_address(host: str) -> bool:
    if _NUMERIC.fullmatch(host):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _government() -> tuple[str, ...]:
    return tuple("." + row["suffix"] for row in read_codelist("government-hosts"))
