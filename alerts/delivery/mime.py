"""A message as the bytes that travel: headers, plain text and HTML, safe for every mail server of the last decades.

Python's own header folding (seen on 3.11.7, 3.12.1 and 3.13.0) turns long List-* addresses into encoded words, which
mail programs do not undo, and on 3.11 and 3.12 loses spaces of long accented subjects. So headers with identifiers
are never folded here, and text is encoded word by word (RFC 2047) by this module.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from alerts.identity import list_id
from alerts.links import shown_references
from alerts.typography import one_line
from mercato.errors import RefusedError
from mercato.model import Message

_TEXT_HEADERS = frozenset({"subject"})
_IDENTIFIER_HEADERS = frozenset(
    {"message-id", "references", "in-reply-to", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-help"}
)
_LINE = 76  # columns; RFC 2047 allows no encoded word beyond 75 and no line with one beyond 76
_WORD_BYTES = 42  # 42 bytes are 56 in base64, which with "=?utf-8?b?", "?=" and the space stay within a line
_HEADER_LIMIT = 900  # RFC 5322 refuses lines beyond 998; nothing of ours comes near


class DigestPolicy(EmailPolicy):
    """EmailPolicy with folding of our own for text and identifiers; all else is left to the standard library."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep text and identifiers as they are: parsed, a title that looks like an encoded word would be decoded.

        Raises ValueError for a value that holds a line end.
        """
        if name.lower() not in _TEXT_HEADERS | _IDENTIFIER_HEADERS:
            return super().header_store_parse(name, value)
        if re.search(r"[\r\n]", value):
            raise ValueError(f"the header {name} must stay on one line: {value[:60]!r}")
        return name, value

    def fold(self, name: str, value: str) -> str:
        """The header as text, with its line end."""
        if name.lower() in _IDENTIFIER_HEADERS:
            return f"{name}: {value}{self.linesep}"
        if name.lower() in _TEXT_HEADERS:
            return f"{name}: {fold_text(str(value), len(name) + 2, self.linesep)}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes, with its line end."""
        if name.lower() in _TEXT_HEADERS | _IDENTIFIER_HEADERS:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY = DigestPolicy(linesep="\r\n", cte_type="7bit")


def fold_text(text: str, used: int, linesep: str = "\r\n") -> str:
    """`text` as the value of a header whose name takes `used` columns.

    Short plain ASCII stays readable; everything else becomes encoded words, cut between characters, so that what
    comes out of a parser is `text`, space for space.
    """
    plain = text.isascii() and text.isprintable() and "=?" not in text and text == text.strip()
    if plain and used + len(text) <= _LINE:
        return text
    words = (f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?=" for piece in _pieces(text))
    return f"{linesep} ".join(words)


def _pieces(text: str) -> Iterator[bytes]:
    """`text` in UTF-8, in pieces of at most `_WORD_BYTES` that hold whole characters."""
    piece = b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(piece) + len(encoded) > _WORD_BYTES:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def to_bytes(message: Message, recipient: str) -> bytes:
    """`message` for `recipient` as it goes over the wire: pure ASCII, CRLF, no line beyond 998 bytes.

    The same message and recipient give the same bytes. Raises RefusedError when an address cannot stand in a header.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name="Mercato", addr_spec=_ascii_address(message.sender))
    mail["To"] = Address(addr_spec=_ascii_address(recipient))
    mail["Subject"] = one_line(message.subject, _HEADER_LIMIT)
    mail["Date"] = message.date
    mail["Message-ID"] = one_line(message.message_id, _HEADER_LIMIT)
    mail["List-Id"] = list_id(message.message_id)
    if message.references:
        mail["In-Reply-To"] = message.references[-1]
        mail["References"] = shown_references(message.references)
    if message.unsubscribe:
        # RFC 8058: both headers together promise that one POST, without a page or a login, stops the mails.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    # No Precedence beside it: RFC 2076 discourages that header, and RFC 3834 gave Auto-Submitted for the purpose.
    mail.set_content(message.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="quoted-printable")
    # Python draws boundaries at random. "=_" cannot occur in quoted-printable text.
    mail.set_boundary(f"=_{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}")
    return mail.as_bytes()


def _ascii_address(address: str) -> str:
    """`address` with its domain as DNS writes it. Raises RefusedError when it cannot be written in ASCII."""
    name, _, domain = address.rpartition("@")
    try:
        written = f"{name}@{domain.encode('idna').decode('ascii')}"
        written.encode("ascii")
        Address(addr_spec=written)
    except (MessageError, ValueError, IndexError) as error:
        shown = one_line(address, 120)
        raise RefusedError(
            f"the mail address {shown!r} cannot be used: it needs a name in plain ASCII letters, an @ and a domain; "
            "correct it in [[watch]] recipients or in [mail] from"
        ) from error
    return written
