"""Bytes of a mail: headers that survive folding and parsing, parts that survive the wire."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from digest_samples import NOW, rich_digest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.mime import POLICY, fold_text, to_bytes
from alerts.identity import domain_of, list_id, message_id, slug
from alerts.render import render
from mercato.errors import RefusedError
from mercato.model import Message

LONG_SUBJECT = (
    "Rumeur\u00a0: Hélène Abgrall, l’ex-directrice générale déléguée d’Agence ministérielle, quitterait Mistral pour "
    "H — "
    "et 12 autres\u202f! Ça déménage à l’été"
)


def a_message(**changes: object) -> Message:
    values: dict[str, object] = {
        "message_id": message_id("ia", "2026-03-18T09:30Z", "mercato@example.org"),
        "subject": "Sujet",
        "text": "Texte\n",
        "html": "<p>Texte</p>\n",
        "sender": "mercato@example.org",
        "date": NOW,
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def old_parser_subject(data: bytes) -> str:
    """The subject as programs read it that follow RFC 2047 to the letter."""
    raw = email.message_from_bytes(data, policy=email.policy.compat32)["Subject"]
    return str(make_header(decode_header(raw)))


def header_block(data: bytes) -> bytes:
    return data.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "subject",
    [
        "Ana quitte Apple pour Meta",
        LONG_SUBJECT,
        "é" * 300,
        "long ascii words " * 12 + "end",
        "=?utf-8?q?=0D=0ABcc:_x=40example.org?=",
        "emoji \U0001f680" * 30,
        "double  space and trailing é ",
    ],
)
def test_subject_comes_back_space_for_space(subject: str) -> None:
    data = to_bytes(a_message(subject=subject), "ana@example.org")
    expected = " ".join(subject.split(" ")).replace("  ", " ").strip()
    assert old_parser_subject(data) == expected
    assert parsed(data)["Subject"] == expected
    assert header_block(data).isascii()
    assert max(map(len, header_block(data).split(b"\r\n"))) <= 78


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_folding_any_text_gives_it_back(text: str) -> None:
    folded = fold_text(text, 9)
    assert str(make_header(decode_header(folded.replace("\r\n", "\n")))) == text
    assert all(len(line) <= 76 for line in folded.split("\r\n"))
    assert folded.isascii()


@pytest.mark.parametrize("name", ["List-Id", "List-Unsubscribe", "Message-ID", "References", "In-Reply-To"])
def test_long_identifiers_are_left_whole(name: str) -> None:
    value = f"<https://mercato.example.org/unsubscribe/{'t' * 200}?watch=ia>"
    mail = EmailMessage(policy=POLICY)
    mail[name] = value
    mail.set_content("x")
    data = mail.as_bytes()
    assert f"{name}: {value}\r\n".encode() in data
    assert email.message_from_bytes(data, policy=email.policy.compat32)[name] == value


@pytest.mark.parametrize("name", ["Subject", "List-Id"])
def test_a_line_end_in_a_header_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        EmailMessage(policy=POLICY)[name] = "x\r\nBcc: victim@example.org"


def test_headers_of_a_digest() -> None:
    mail = parsed(to_bytes(a_message(), "ana@example.org"))
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "From": "Mercato <mercato@example.org>",
        "To": "ana@example.org",
        "Subject": "Sujet",
        "Date": "Wed, 18 Mar 2026 09:30:00 +0000",
        "Message-ID": a_message().message_id,
        "List-Id": list_id(a_message().message_id),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }


def test_parts_come_back_as_they_were() -> None:
    message = render(rich_digest(), sender="mercato@example.org", now=NOW)
    data = to_bytes(message, "ana@example.org")
    mail = parsed(data)
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines() == message.text.splitlines()
    assert html.get_content().splitlines() == message.html.splitlines()
    assert {part["Content-Transfer-Encoding"] for part in (text, html)} == {"quoted-printable"}
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_same_message_gives_the_same_bytes() -> None:
    message = render(rich_digest(), sender="mercato@example.org", now=NOW)
    assert to_bytes(message, "ana@example.org") == to_bytes(message, "ana@example.org")


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_adds_a_header(subject: str, body: str) -> None:
    data = to_bytes(a_message(subject=subject, text=body.encode("utf-8", "replace").decode()), "ana@example.org")
    names = [name for name, _ in email.message_from_bytes(data, policy=email.policy.compat32).items()]
    assert sorted(names) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )


@pytest.mark.parametrize(
    "address", ["ana@example.org\r\nBcc: x@example.org", "é@example.org", "ana", "", "a b@example.org"]
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(address: str) -> None:
    with pytest.raises(RefusedError, match="recipients"):
        to_bytes(a_message(), address)
    with pytest.raises(RefusedError, match="from"):
        to_bytes(replace(a_message(), sender=address), "ana@example.org")


def test_a_domain_with_accents_is_written_as_dns_does() -> None:
    assert parsed(to_bytes(a_message(), "ana@exämple.org"))["To"] == "ana@xn--exmple-cua.org"


def test_identities() -> None:
    first = message_id("Talents IA", "2026-03-18T09:30Z", "mercato@exämple.org")
    assert first == message_id("Talents IA", "2026-03-18T09:30Z", "mercato@exämple.org")
    assert first.startswith("<talents-ia-")
    assert first.endswith("@xn--exmple-cua.org>")
    # The same slug, another watch.
    assert message_id("talents ia", "2026-03-18T09:30Z", "mercato@exämple.org") != first
    later = message_id("Talents IA", "2026-03-19T09:30Z", "mercato@exämple.org")
    assert list_id(later) == list_id(first)
    assert list_id(first).endswith(".mercato.xn--exmple-cua.org>")


@given(st.text(max_size=80), st.text(max_size=80))
def test_identities_are_plain_whatever_the_names(watch: str, sender: str) -> None:
    watch = watch.encode("utf-8", "replace").decode()
    identifier = message_id(watch, "2026-03-18T09:30Z", sender)
    assert identifier.isascii()
    assert identifier.isprintable()
    assert " " not in identifier
    assert len(list_id(identifier)) < 400
    assert slug(watch)
    assert domain_of(sender)
