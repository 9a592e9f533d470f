"""Which addresses the crawler may connect to: those of the public internet, unless the user allows others.

A feed is written by strangers and may link to the machine that reads it or to its neighbours (server-side request
forgery). The resolver is the real guard: it sees the address that is about to be connected to, whatever name, number
format or redirect led there. The check of the address as written (crawler.middlewares.netguard) comes before it, so
that most bad requests never reach the resolver.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Collection
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver, dnscache
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".localdomain")
_WEB_PORTS = {80, 443}
_FREE_PORTS = 1024  # from there on anybody may serve anything; below are mail, shells, file shares …


def is_public(address: str) -> bool:
    """Whether the IP address belongs to the public internet; IPv4 addresses inside IPv6 ones are looked into."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if embedded is None and ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(str(embedded))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def objection(url: str) -> str | None:
    """Why `url` must not be requested, as far as its own text shows; None when nothing speaks against it."""
    try:
        parts = urlsplit(url)
        host, port = unicodedata.normalize("NFKC", parts.hostname or "").rstrip("."), parts.port  # IDNA does so too
    except ValueError:
        return "it is no valid address"
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme or 'no scheme'} is not http or https"
    if parts.username or parts.password:
        return "it carries a user name or password"
    if port is not None and port < _FREE_PORTS and port not in _WEB_PORTS:
        return f"port {port} is no web port"
    if not host or host == "localhost" or host.endswith(_LOCAL_NAMES) or not _looks_public(host):
        return f"{host or 'no host'} is not on the public internet"
    return None


def _looks_public(host: str) -> bool:
    """False for a private IP address as it stands and for names without a dot; other names are for the resolver."""
    try:
        return is_public(host)
    except ValueError:
        return "." in host


class PublicOnlyResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing names and numbers that lead to private addresses.

    It is asked for literal addresses too, in every notation that the C library understands (127.1, 2130706433 …).
    """

    def __init__(
        self, reactor: Any, cache_size: int, timeout: float, *, allow_private: bool, private_hosts: Collection[str] = ()
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allow_private = allow_private
        self._private_hosts = frozenset(private_hosts)
        self.refused: dict[str, str] = {}  # name → address; Twisted reports any refusal as "no such host"

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        """Make the resolver of the crawl process `crawler`, as Scrapy's TWISTED_DNS_RESOLVER asks for."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        allow_private = settings.getbool("MERCATO_ALLOW_PRIVATE_ADDRESSES")
        own = settings.getlist("MERCATO_PRIVATE_HOSTS")
        timeout = settings.getfloat("DNS_TIMEOUT")
        return cls(reactor, size, timeout, allow_private=allow_private, private_hosts=own)

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802  # Twisted's name
        """Resolve `name`; fails with DNSLookupError when it leads to a private address."""
        found = super().getHostByName(name, timeout)
        allowed = self._allow_private or name in self._private_hosts
        return found if allowed else found.addCallback(self._only_public, name)

    def _only_public(self, address: str, name: str) -> str:
        if is_public(address):
            return address
        dnscache.pop(name, None)
        self.refused[name] = address
        raise DNSLookupError(f"{name} leads to {address}, which is not on the public internet")
