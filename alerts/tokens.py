"""Short signed tokens for the links of a mail: who may do what, without a login and without an address in the link.

A token is 32 bytes as 43 characters of base64url (RFC 4648): what is asked for, the digest, the recipient and the
story as numbers, and ten bytes of HMAC-SHA-256 over them. It names nobody: the address is found in the ledger. Eighty
bits are enough against guessing, since every guess costs a request and gains one reader's unsubscription. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import IntEnum

from mercato.errors import LinkError

_DIGEST_BYTES, _RECIPIENT_BYTES, _STORY_BYTES, _MAC_BYTES = 8, 5, 8, 10
TOKEN_LENGTH = 43
_NO_STORY = "0" * 2 * _STORY_BYTES


class Action(IntEnum):
    """What a link is for; the numbers are part of every link ever sent."""

    UNSUBSCRIBE = 1
    KEEP = 2  # the story is relevant
    REJECT = 3  # the story is beside the point
    MUTE = 4  # no more of this story


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link asks for."""

    action: Action
    digest: str  # digest_id()
    recipient: str  # recipient_key()
    story: str | None = None  # None: the link concerns no story


def recipient_key(address: str) -> str:
    """Ten hexadecimal digits for a mail address in any case: enough to tell the recipients of one mail apart."""
    return hashlib.sha256(address.lower().encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _RECIPIENT_BYTES]


def sign(link: Link, key: str) -> str:
    """The token that asks for `link`, signed with the service's `key`."""
    content = bytes([link.action]) + bytes.fromhex(link.digest + link.recipient + (link.story or _NO_STORY))
    return _spelt(content + _mac(content, key))


def read(token: str, key: str) -> Link:
    """What a token asks for. Raises LinkError for one that was not signed with `key`, or was damaged on its way."""
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _damaged() from error
    content, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    # Two bits of the last character carry nothing: only the one spelling that was sent counts as the link.
    if token != _spelt(raw) or not hmac.compare_digest(mac, _mac(content, key)):
        raise _damaged()
    digest, rest = content[1 : 1 + _DIGEST_BYTES].hex(), content[1 + _DIGEST_BYTES :]
    recipient, story = rest[:_RECIPIENT_BYTES].hex(), rest[_RECIPIENT_BYTES:].hex()
    named = None if story == _NO_STORY else story
    return Link(action=Action(content[0]), digest=digest, recipient=recipient, story=named)


def _spelt(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _mac(content: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), content, "sha256")[:_MAC_BYTES]


def _damaged() -> LinkError:
    return LinkError("this link is incomplete or was not made by this service: copy it whole from the mail")
