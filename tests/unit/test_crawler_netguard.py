"""Which addresses may be asked: every notation of a private one is refused, ordinary public ones are not."""

from __future__ import annotations

import pytest
from scrapy.resolver import dnscache
from twisted.internet.error import DNSLookupError

from crawler.netguard import PublicOnlyResolver, is_public, objection


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://LOCALHOST./", "http://imprimante/",
        "http://2130706433/", "http://boite.local/", "http://intranet.lan/", "http://metadata.internal/",
        "http://exemple.fr:22/", "http://exemple.fr:25/", "http://moi:secret@exemple.fr/", "ftp://exemple.fr/",
        "file:///etc/passwd", "http://exemple.fr:99999/", "http://[::ffff:10.0.0.1]/", "http:///vide",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_as_they_stand(url: str) -> None:
    assert objection(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.exemple.fr/flux", "http://exemple.fr", "https://exemple.fr:443/a?b=c", "http://exemple.fr:8080/",
        "https://été.exemple.fr/", "https://93.184.215.14/",
    ],
)  # fmt: skip
def test_ordinary_addresses_pass(url: str) -> None:
    assert objection(url) is None


def resolve(name: str, leads_to: str, *, allow_private: bool) -> tuple[str | None, Exception | None]:
    """What the resolver answers for a name that the cache, filled as by DNS, leads somewhere."""
    resolver = PublicOnlyResolver(None, 10, 1.0, allow_private=allow_private)
    dnscache[name] = leads_to
    found: list[str] = []
    failed: list[Exception] = []
    resolver.getHostByName(name).addCallbacks(found.append, lambda failure: failed.append(failure.value))
    assert (name in resolver.refused) is bool(failed)
    dnscache.pop(name, None)
    return (found or [None])[0], (failed or [None])[0]


def test_the_resolver_refuses_names_that_lead_inside() -> None:
    address, error = resolve("piege.exemple.fr", "192.168.0.1", allow_private=False)
    assert address is None
    assert isinstance(error, DNSLookupError)
    assert "192.168.0.1" in str(error)


def test_the_resolver_passes_public_names_and_allowed_ones() -> None:
    assert resolve("www.exemple.fr", "93.184.215.14", allow_private=False) == ("93.184.215.14", None)
    assert resolve("essai.exemple.fr", "127.0.0.1", allow_private=True) == ("127.0.0.1", None)
