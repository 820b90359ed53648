"""Where a crawl may connect to: public addresses, and the site's own if it is private.

A page, a redirect or a name server must not make the harvester talk to the machine it
runs on, to cloud metadata services or to the office network. So every address is
checked after the name is resolved, and the connection goes to the very address that was
checked (a name that answers differently the second time gains nothing).
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

from contentkit.profile import Profile, scope_hosts

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# addresses of IPv6 that carry one of IPv4: NAT64 (RFC 6052), 6to4 (RFC 3056)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(Exception):
    """A host resolves to an address that the crawl may not connect to."""


def is_private_address(text: str) -> bool:
    """Tell whether an address is loopback, link-local, private or otherwise not public.

    >>> [is_private_address(x) for x in ("169.254.169.254", "::ffff:10.0.0.1", "1.1.1.1")]
    [True, True, False]
    """
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return not address.is_global or address.is_multicast


class AddressGuard:
    """Resolves hosts for the crawl and refuses addresses that are not public.

    `own` lists (host, port) pairs that may be private all the same.
    """

    def __init__(self, own: Iterable[tuple[str, int]]) -> None:
        self._own = frozenset(own)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host that may be connected to, in their order.

        Raises `PrivateAddress` if there are only others, `socket.gaierror` if none.
        """
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if (host, port) in self._own:
            return addresses
        allowed = [x for x in addresses if not is_private_address(x)]
        if not allowed:
            raise PrivateAddress(f"{host} is {', '.join(addresses)}")
        return allowed


def own_hosts(profile: Profile) -> frozenset[tuple[str, int]]:
    """Return the (host, port) pairs of a profile that may have private addresses.

    They are the site's own hosts written as a private address (or as `localhost`), and
    what the profile lists in `allow_private_hosts`. A name of the site that a name
    server maps to a private address is not among them unless it is listed.
    """
    names = [x for x in scope_hosts(profile) if _is_private_name(_split(x)[0])]
    names += [x.lower() for x in profile.allow_private_hosts]
    pairs: set[tuple[str, int]] = set()
    for name in names:
        host, port = _split(name)
        pairs.update((host, x) for x in ([port] if port else [80, 443]))
    return frozenset(pairs)


def _split(netloc: str) -> tuple[str, int | None]:
    host, colon, port = netloc.rpartition(":")
    if colon and port.isdigit() and not host.endswith(":"):
        return host.strip("[]"), int(port)
    return netloc.strip("[]"), None


def _is_private_name(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return is_private_address(host)
    except ValueError:
        return False
