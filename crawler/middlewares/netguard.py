"""Requests to private addresses are refused before they are made, and answers from them afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.http import Response

from crawler.netguard import PublicOnlyResolver, is_public, objection
from crawler.refusals import Refused, private_address
from mercato.urls import host_of


class NetGuard:
    """Looks at the address as written and, in case the resolver was got round, at the peer that answered."""

    def __init__(self, private_hosts: Collection[str]) -> None:
        self._private_hosts = frozenset(private_hosts)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it, unless the user allows private addresses."""
        if crawler.settings.getbool("MERCATO_ALLOW_PRIVATE_ADDRESSES"):
            raise NotConfigured
        return cls(crawler.settings.getlist("MERCATO_PRIVATE_HOSTS"))

    def process_request(self, request: Request) -> None:
        """Raises Refused for what must not be requested; redirects and retries come by here too."""
        why = objection(request.url)
        if why is not None and host_of(request.url) not in self._private_hosts:
            raise Refused(private_address(f"not requested: {why}"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises Refused when the answer came from a private address."""
        peer, own = response.ip_address, host_of(request.url) in self._private_hosts
        if peer is not None and not own and not is_public(str(peer)):
            raise Refused(private_address(f"{host_of(request.url)} leads to {response.ip_address}"))
        return response


class RefusedNames:
    """Tells a name that the resolver refused from one that does not exist. Before retries: asking again is no use."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises Refused in place of "cannot resolve" for a refused name."""
        if not isinstance(exception, CannotResolveHostError):
            return
        # Imported late: this import installs a reactor, which Scrapy must choose first.
        from twisted.internet import reactor  # noqa: PLC0415

        resolver = getattr(reactor, "resolver", None)
        host = host_of(request.url)
        if isinstance(resolver, PublicOnlyResolver) and host in resolver.refused:
            raise Refused(private_address(f"{host} leads to {resolver.refused[host]}"))
