"""One address per article, however it was met.

Canonical addresses are for comparing and storing; requests go to the address as the feed gave it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that name the reader's way to the page, not the page. Sources: the parameter lists that the makers of
# the analytics tools publish (Google, Meta, Microsoft, AT Internet/Piano `xtor`, Matomo, Mailchimp, HubSpot).
_TRACKERS = re.compile(
    r"^(utm_\w+|xtor|xts?cr|at_\w+|fbclid|gclid|gclsrc|dclid|wbraid|gbraid|msclkid|twclid|yclid|igshid|mc_[ce]id|_hs\w+|"
    r"hsctatracking|pk_\w+|mtm_\w+|matomo_\w+|piwik_\w+|ns_\w+|cmpid|cid_source|ref_src|ref_url|partner_source|"
    r"wt_\w+|_ga|_gl|s_cid|echobox|__twitter_impression|origine|rss|from_rss)$",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_RESERVED = "/:@!$&'()*+,;=-._~%"  # what a path may hold as it is; "%" because it may be encoded already


def web_url(link: str, base: str = "") -> str | None:
    """`link` made absolute against `base`, or None when it is no http or https address with a host."""
    try:
        absolute = urljoin(base, link.strip())
        parts = urlsplit(absolute)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return absolute if usable else None


@lru_cache(maxsize=4096)  # an article's address is asked about a dozen times on its way into the archive
def canonical_url(url: str) -> str:
    """`url` without what names the reader's way to it: lower-case host, no tracker, no fragment, no default port.

    It can still be opened: scheme, trailing slash and the order of the other parameters stay. Idempotent.

    Raises ValueError when `url` is no absolute http or https address.
    """
    if web_url(url) is None:
        raise ValueError(f"not an http or https address: {url!r}")
    parts = urlsplit(url.strip())
    host = _ascii_host(parts.hostname or "")
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    path = quote(parts.path or "/", safe=_RESERVED)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKERS.match(key)]
    return urlunsplit((parts.scheme, f"{host}{port}", path, urlencode(query), ""))


@lru_cache(maxsize=4096)
def url_key(url: str) -> str:
    """What two addresses of the same article share: like `canonical_url`, but blind to scheme, "www.", doubled or
    trailing slashes and the order of parameters. For comparing only: it is no address.

    Raises ValueError when `url` is no absolute http or https address.
    """
    parts = urlsplit(canonical_url(url))
    path = re.sub(r"/{2,}", "/", parts.path).rstrip("/")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{path}" + (f"?{query}" if query else "")


def _ascii_host(host: str) -> str:
    """The host as DNS writes it, where the standard library's IDNA codec can take it; else as it is."""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def host_of(url: str) -> str:
    """The host of an address, lower case; "" when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
