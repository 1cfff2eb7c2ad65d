"""Which addresses may be called where somebody else says the URL: those of the public internet, and what a setting adds.

A URL that a subscriber or a courier gives is a way to have Kervan ask its own network (server-side request forgery). So the
name is resolved here, every address that it stands for is looked up in the table below, and the connection is made to the
very address that was looked at (:mod:`adapters.calls.guarded`): a name that means something else
a moment later changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import httpx

from adapters.calls.errors import CallError
from adapters.settings import OutsideSettings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses that a name stands for, as text."""

_LONGEST_URL = 2000

NOT_PUBLIC: dict[str, str] = {
    "0.0.0.0/8": "this network (RFC 791)",
    "10.0.0.0/8": "private (RFC 1918)",
    "100.64.0.0/10": "shared by carriers and clouds (RFC 6598)",
    "127.0.0.0/8": "this machine (RFC 1122)",
    "168.63.129.16/32": "Azure's own services, reached from inside only",
    "169.254.0.0/16": "link-local, where clouds keep their keys (RFC 3927)",
    "172.16.0.0/12": "private (RFC 1918)",
    "192.0.0.0/24": "protocol assignments (RFC 6890)",
    "192.0.2.0/24": "documentation (RFC 5737)",
    "192.31.196.0/24": "AS112 (RFC 7535)",
    "192.52.193.0/24": "AMT (RFC 7450)",
    "192.88.99.0/24": "6to4 relays, given up (RFC 7526)",
    "192.168.0.0/16": "private (RFC 1918)",
    "192.175.48.0/24": "AS112 (RFC 7534)",
    "198.18.0.0/15": "benchmarks (RFC 2544)",
    "198.51.100.0/24": "documentation (RFC 5737)",
    "203.0.113.0/24": "documentation (RFC 5737)",
    "224.0.0.0/4": "multicast (RFC 5771)",
    "240.0.0.0/4": "reserved, with broadcast (RFC 1112)",
    "::/96": "this machine, unspecified, and IPv4 in an old form (RFC 4291)",
    "64:ff9b:1::/48": "translation inside a network (RFC 8215)",
    "100::/64": "discard (RFC 6666)",
    "100:0:0:1::/64": "dummy (RFC 9780)",
    "2001::/23": "protocol assignments, with Teredo (RFC 2928)",
    "2001:db8::/32": "documentation (RFC 3849)",
    "2620:4f:8000::/48": "AS112 (RFC 7534)",
    "3fff::/20": "documentation (RFC 9637)",
    "5f00::/16": "segment routing (RFC 9602)",
    "fc00::/7": "private (RFC 4193)",
    "fe80::/10": "link-local (RFC 4291)",
    "fec0::/10": "site-local, given up (RFC 3879)",
    "ff00::/8": "multicast (RFC 4291)",
}
"""What is not the public internet, by IANA's registries of special-purpose addresses (IPv4, IPv6), with one cloud's own."""

_REFUSED: tuple[tuple[Network, str], ...] = tuple((ip_network(text), why) for text, why in NOT_PUBLIC.items())
_NAT64 = ip_network("64:ff9b::/96")
_6TO4 = ip_network("2002::/16")


class ForbiddenUrlError(CallError):
    """A URL does not have a form that may be called; nothing was sent."""

    kind = "forbidden_url"


class ForbiddenAddressError(CallError):
    """A name stands for an address inside a network, not on the public internet; nothing was sent."""

    kind = "forbidden_address"

    def __init__(self, host: str, why: str) -> None:
        """Say what the address is, not which: whoever gave the name must not learn of the network by it."""
        super().__init__(
            f"{host} may not be called: its address is {why}, not one of the public internet. Nothing was sent. For a "
            "receiver in your own network name that network in KERVAN_OUTSIDE__NETWORKS.",
            why=why,
        )


class UnknownHostError(CallError):
    """A name stands for no address."""

    kind = "unknown_host"

    def __init__(self, host: str) -> None:
        """Name it."""
        super().__init__(f"{host} has no address that can be found.", why="no address")


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system; numbers in any form that it takes (``0x7f.1``) become ordinary addresses here too.

    Raises:
        UnknownHostError: there is no address.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(host) from error
    return [str(entry[4][0]) for entry in found]


def meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4), since that is where a connection may end."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4 and address.sixtofour is not None:
        return address.sixtofour
    return address


@dataclass(frozen=True, slots=True)
class Outside:
    """Where calls may go: ``networks`` may be called although they are not public, ``http`` says whether without TLS too."""

    networks: tuple[Network, ...] = ()
    http: bool = False
    resolve: Resolve = resolve

    @classmethod
    def of(cls, settings: OutsideSettings) -> "Outside":
        """As the settings say."""
        return cls(settings.networks, settings.http)

    def check_url(self, url: str) -> str:
        """The host of a URL that has a form that may be called.

        Raises:
            ForbiddenUrlError: it has not.
        """
        if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            raise ForbiddenUrlError("A URL has at most 2000 characters, all of them ASCII without spaces.")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
            httpx.URL(url)  # what makes the calls takes fewer forms: 010.8.8.8 is an address for the system, and none for it
        except (ValueError, httpx.InvalidURL):
            raise ForbiddenUrlError("The URL cannot be read; it has to be like https://example.com/hooks.") from None
        if parts.scheme != "https" and not (self.http and parts.scheme == "http"):
            raise ForbiddenUrlError("The URL must begin with https://, so that nobody on the way can read or change it.")
        if not host or port == 0:
            raise ForbiddenUrlError("The URL names no host; it has to be like https://example.com/hooks.")
        if parts.username is not None or parts.password is not None:
            raise ForbiddenUrlError("The URL must not hold a name or a password: what is sent is signed instead.")
        if parts.fragment:
            raise ForbiddenUrlError("The URL must not have a fragment (#…): it is never sent.")
        return host

    def why_not(self, text: str) -> str:
        """Why an address may not be called; empty where it may."""
        try:
            address = meant(ip_address(text.partition("%")[0]))
        except ValueError:
            return "of no known form"
        if any(address in network for network in self.networks):
            return ""
        for network, why in _REFUSED:
            if address in network:
                return why
        return "" if address.is_global and not address.is_multicast else "not global"

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of which may be called.

        Raises:
            UnknownHostError: it has none.
            ForbiddenAddressError: one of them may not be called; then none is, since the next look-up might give it.
        """
        found = list(dict.fromkeys(await self.resolve(host, port)))
        if not found:
            raise UnknownHostError(host)
        for address in found:
            if why := self.why_not(address):
                raise ForbiddenAddressError(host, why)
        return found

    async def check(self, url: str) -> None:
        """Check a URL's form and what its host stands for at this moment.

        Raises:
            ForbiddenUrlError, UnknownHostError, ForbiddenAddressError: it may not be called.
        """
        host = self.check_url(url)
        await self.addresses(host, urlsplit(url).port or 443)
