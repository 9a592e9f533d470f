"""Bytes of the French web made text.

UTF-8 is tried first whatever is declared: text that decodes strictly as UTF-8 and is not plain ASCII is UTF-8, while
a wrong declaration is common. What is left is nearly always Windows-1252, declared as such, as ISO-8859-1, or not at
all; guessing by statistics takes short French texts for Central European ones and is not used.
"""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(
    rb"""(?:<\?xml[^>]*?encoding|<meta[^>]*?charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE
)
_LOOK_AT = 4096  # bytes; the HTML standard looks at 1024, real pages put scripts before their <meta>
_LATIN_1 = {"iso8859-1", "ascii"}  # Python's own names; the web means Windows-1252 (WHATWG Encoding Standard)
_STRAY_BYTES = "mercato-stray-bytes"


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252: feeds that are put together from both exist."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_STRAY_BYTES, _stray_bytes)


def decode(body: bytes, declared: str | None = None) -> str:
    """`body` as text; `declared` is the charset of the HTTP header, used when the bytes themselves name none.

    Never fails: bytes that fit nothing become U+FFFD.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_mostly_utf_8(body):
        return body.decode("utf-8", _STRAY_BYTES)
    encoding = _python_name(_declared_in(body) or declared or "")
    if encoding.startswith(("utf-16", "utf-32")) and b"\x00" not in body:
        encoding = ""  # markup in these has a zero in every other byte
    if encoding not in {"", "utf-8"}:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            pass
    return body.decode("cp1252", "replace")


def _is_mostly_utf_8(body: bytes) -> bool:
    """Whether there are more letters in UTF-8 than bytes that cannot be: few sequences of Windows-1252 look like it."""
    fitting = body.decode("utf-8", "ignore")
    stray = len(body) - len(fitting.encode())
    return len(fitting) - len(fitting.encode("ascii", "ignore")) > stray


def _declared_in(body: bytes) -> str | None:
    found = _DECLARATION.search(body, 0, _LOOK_AT)
    return found[1].decode("ascii") if found else None


def _python_name(label: str) -> str:
    """Python's name of a character set; "" when it has none."""
    try:
        name = codecs.lookup(label.strip()).name
    except LookupError:
        return ""
    return "cp1252" if name in _LATIN_1 else name
