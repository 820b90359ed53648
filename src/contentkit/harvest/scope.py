"""What belongs to the site: hosts, allow and deny patterns, never a private address."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from contentkit.harvest.guard import is_private_address
from contentkit.profile import Profile, scope_hosts

# RFC 6761 and RFC 6762 reserve the first two; .internal is reserved by ICANN for
# private use and carries the metadata services of the large clouds
_PRIVATE_NAMES = re.compile(r"(?:.*\.)?(?:localhost|local|internal)")


def is_private_host(host: str) -> bool:
    """Tell whether a host by its spelling is loopback, link-local or private.

    Nothing is resolved. Old spellings of IPv4 count too. An empty host is private.

    >>> [is_private_host(x) for x in ("127.1", "0x7f000001", "[::1]", "www.a.gov.cn")]
    [True, True, True, False]
    """
    name = host.lower().strip("[]").rstrip(".")
    if not name or _PRIVATE_NAMES.fullmatch(name):
        return True
    if ":" in name:
        return is_private_address(name)
    try:
        # inet_aton reads what browsers and libc read: 127.1, 0x7f.1, 2130706433
        return is_private_address(socket.inet_ntoa(socket.inet_aton(name)))
    except OSError:
        return False  # a name; the guard of the crawl checks what it resolves to


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The decision whether a canonical URL belongs to the harvest.

    `hosts` are names with ports as in URLs, the site's canonical one first; without
    hosts every public host is in scope. `private` lists hosts that may be private.
    """

    scheme: str | None = None
    hosts: tuple[str, ...] = ()
    allow: tuple[re.Pattern[str], ...] = ()
    deny: tuple[re.Pattern[str], ...] = ()
    private: frozenset[str] = frozenset()
    max_depth: int = 25
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_profile(cls, profile: Profile) -> "Scope":
        """Return the scope that a profile describes."""
        hosts = scope_hosts(profile)
        return cls(
            scheme=urlsplit(profile.base_url or "").scheme or None,
            hosts=hosts,
            allow=profile.allow,
            deny=profile.deny,
            private=frozenset((*hosts[:1], *profile.allow_private_hosts)),
            max_depth=profile.limits.max_depth,
            names={name: hosts[0] for host in hosts for name in _spellings(host)},
        )

    def canonical_host(self, url: str) -> str:
        """Return a canonical URL with the site's canonical scheme and host.

        The hosts of a profile serve the same site, with and without `www.`, over http
        and https; other URLs stay as they are.
        """
        _, mark, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        name = self.names.get(host)
        if name is None or self.scheme is None:
            return url
        return f"{self.scheme}{mark}{name}{slash}{path}"

    def reason(self, url: str, *, depth: int = 0) -> str | None:
        """Return why a canonical URL is not to be harvested, or None.

        Reasons: `out-of-scope`, `private-address`, `denied`, `too-deep`.
        """
        host = url.partition("://")[2].partition("/")[0]
        if self.hosts and host not in self.names:
            return "out-of-scope"
        if host not in self.private and is_private_host(urlsplit(url).hostname or ""):
            return "private-address"
        if any(pattern.search(url) for pattern in self.deny):
            return "denied"
        if self.allow and not any(pattern.search(url) for pattern in self.allow):
            return "denied"
        return "too-deep" if depth > self.max_depth else None


def _spellings(host: str) -> tuple[str, str]:
    bare = host.removeprefix("www.")
    return bare, f"www.{bare}"
