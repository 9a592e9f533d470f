"""Names of mails and lists: the same for the same watch and period, on every machine and after every restart."""

from __future__ import annotations

import hashlib
import re

from mercato.text import fold

_UNSAFE = re.compile(r"[^a-z0-9]+")


def slug(text: str, limit: int = 40) -> str:
    """`text` as lower-case ASCII words joined by hyphens, for names of files and lists; "x" when nothing is left."""
    return _UNSAFE.sub("-", fold(text)).strip("-")[:limit].strip("-") or "x"


def domain_of(address: str) -> str:
    """The domain of a mail address as DNS writes it.

    Domains that the IDNA codec of the standard library cannot take become "localhost": the result must be ASCII.
    """
    domain = address.rpartition("@")[2].strip("<> ").rstrip(".").lower()
    try:
        name = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"
    return name if re.fullmatch(r"[a-z0-9.-]+", name) else "localhost"


def message_id(watch: str, period: str, sender: str) -> str:
    """The Message-ID of the digest of `watch` for `period`, with its angle brackets (RFC 5322, 3.6.4).

    Two watches whose names have the same slug are told apart by a digest of the name.
    """
    key = _digits(f"{watch}\n{period}", 10)
    stamp = re.sub(r"[^0-9TZ]", "", period)
    return f"<{_list_label(watch)}.{stamp}.{key}@{domain_of(sender)}>"


def list_id(identifier: str) -> str:
    """The List-Id (RFC 2919) of the digests whose Message-ID is `identifier`: the watch, without the period."""
    local, _, domain = identifier.strip("<>").rpartition("@")
    return f"<{local.partition('.')[0]}.mercato.{domain}>"


def _list_label(watch: str) -> str:
    return f"{slug(watch)}-{_digits(watch, 6)}"


def _digits(text: str, count: int) -> str:
    """The first digits of the SHA-256 of `text`, which may hold anything that a settings file can."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:count]
