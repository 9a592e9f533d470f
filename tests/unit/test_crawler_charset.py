"""Bytes made text, the French way."""

from __future__ import annotations

import pytest

from crawler.charset import decode

TEXT = "L'été à Noël : l'œuvre coûte 40 €"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "iso-8859-1"),
        (TEXT.encode("cp1252"), None),
        (TEXT.encode("cp1252"), "utf-8"),
        (TEXT.encode("cp1252"), "us-ascii"),
        (TEXT.encode("iso-8859-15"), "iso-8859-15"),
        (TEXT.encode("utf-16"), None),
        (b"\xef\xbb\xbf" + TEXT.encode(), "iso-8859-1"),
        (TEXT.encode("utf-32"), None),
    ],
)
def test_whatever_is_declared_accents_come_out_right(body: bytes, declared: str | None) -> None:
    assert decode(body, declared) == TEXT


def test_capitals_before_a_no_break_space_are_not_taken_for_utf_8() -> None:
    text = "LIBERTÉ\N{NO-BREAK SPACE}! Un été très égal"
    assert decode(text.encode("cp1252")) == text


def test_bytes_that_fit_nothing_do_not_fail() -> None:
    assert "\N{REPLACEMENT CHARACTER}" in decode(b"\x81\x8d\xff\xfe\x81")
