"""The client's address. Proxies report it, and are believed where the project trusts them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from conjure.caches import cached
from conjure.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNIX_SOCKET = "unix"
"""In ``TRUSTED_PROXIES``: the peer of a Unix socket, which has no address."""


def client_ip(request: HttpRequest) -> str | None:
    """The address that the request came from, or None where the server gave none that is valid.

    ``X-Forwarded-For`` counts only where the peer is one of ``TRUSTED_PROXIES`` (addresses, networks, or
    ``"unix"``): then it is the rightmost entry that is not a trusted proxy itself, since everything to the left
    of that is what the client claims. Where an entry before that one is not an address, the header is ignored.
    """
    peer_text = request.META.get("REMOTE_ADDR") or ""
    peer = parse_address(peer_text)
    proxies = tuple(settings.TRUSTED_PROXIES)
    if proxies and _is_trusted_peer(peer, peer_text, proxies):
        forwarded = _forwarded_address(request.META.get("HTTP_X_FORWARDED_FOR") or "", proxies)
        if forwarded is not None:
            return str(forwarded)
    return None if peer is None else str(peer)


def parse_address(text: str) -> Address | None:
    """The IP address in a text, which may have a port, brackets or a zone; None where there is none.

    An IPv4 address that is mapped into IPv6 is given as IPv4, so that it is the same client both ways.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def network_of(address: str | None) -> str | None:
    """What counts as one client where clients are limited: an IPv4 address, or the /64 of an IPv6 address.

    Every IPv6 host may choose any address of its /64. None where the address is not known.
    """
    parsed = None if address is None else parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return None if parsed is None else str(parsed)


@cached(maxsize=16)
def parse_proxies(proxies: Sequence[str]) -> tuple[list[Network], list[str]]:
    """The networks in ``TRUSTED_PROXIES`` (as a tuple), and its entries that are not networks or addresses."""
    networks: list[Network] = []
    invalid: list[str] = []
    for entry in proxies:
        if entry == UNIX_SOCKET:
            continue
        try:
            networks.append(ip_network(str(entry).strip(), strict=False))
        except ValueError:
            invalid.append(str(entry))
    return networks, invalid


def _is_trusted_peer(peer: Address | None, peer_text: str, proxies: tuple[str, ...]) -> bool:
    if peer is None:
        return UNIX_SOCKET in proxies and not peer_text
    return _is_proxy(peer, proxies)


def _is_proxy(address: Address, proxies: tuple[str, ...]) -> bool:
    return any(address in network for network in parse_proxies(proxies)[0])


def _forwarded_address(header: str, proxies: tuple[str, ...]) -> Address | None:
    address = None
    for entry in reversed(header.split(",")):
        address = parse_address(entry)
        if address is None or not _is_proxy(address, proxies):
            return address
    return address
