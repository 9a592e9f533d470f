"""Mails through a real Postfix into a Maildir, read from there and over a real Dovecot's IMAP: nothing is changed.

Skipped where they are not installed or not startable: apt-get install postfix dovecot-imapd.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
import mailbox
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from digest_samples import NOW, a_story, rich_digest
from mail_servers import PASSWORD, LetterBox, MailServerUnavailableError, running_dovecot, running_postfix

from alerts.delivery.mime import to_bytes
from alerts.delivery.smtp import Mailer
from alerts.links import personal
from alerts.render import render
from mercato.model import Card, Message
from mercato.settings import MailSettings

pytestmark = pytest.mark.slow

READER = "ana@example.org"
SUBJECT = "Démenti\u00a0: Hélène Le Floc’h-Œuvrard ne quitterait pas Mistral, où naîtraient «\u00a0cœurs\u00a0» et 🤖"
BASE = "https://" + "m" * 50 + "." + "n" * 50 + "." + "o" * 40 + ".example"
_PATIENCE = 30.0


def _named(message: Message, name: str) -> Message:
    """The mail under a Message-ID of its own, with what is hard on the way: a long subject, a thread, dots alone."""
    thread = tuple(f"<talents-ia-5d2c1e.2026031{day}T0700Z.0123456789@example.org>" for day in range(9))
    text = f"{message.text}\n.\n..\nFrom here on\n.signature\nœuvre, «\u00a0été\u00a0»\u202f!\n"
    changed = replace(message, message_id=f"<{name}@example.org>", subject=SUBJECT, references=thread, text=text)
    return personal(replace(changed, link_base=BASE), "0" * 16, READER, "k")


def _large() -> Message:
    digest = rich_digest()
    cards = tuple(
        Card(story=a_story(f"Zoé Brâncuș {number}", id=f"{number:016x}", destination="Nébulia"), news=(), new=True)
        for number in range(500)
    )
    return render(replace(digest, cards=cards), sender="mercato@example.org", now=NOW, link_base=BASE)


MAILS = {
    "digest": _named(render(rich_digest(), sender="mercato@example.org", now=NOW, link_base=BASE), "digest"),
    "english": _named(render(rich_digest("en"), sender="mercato@example.org", now=NOW, link_base=BASE), "english"),
    "large": _named(_large(), "large"),
}


@pytest.fixture(scope="module")
def box() -> Iterator[LetterBox]:
    """A letter box into which Postfix has put the mails that our own mailer handed over."""
    try:
        with running_postfix() as letters:
            with Mailer(MailSettings.model_validate({"url": f"smtp://127.0.0.1:{letters.port}"})) as mailer:
                for message in MAILS.values():
                    mailer.send(message, READER)
            _wait_for(letters, len(MAILS))
            yield letters
    except MailServerUnavailableError as error:
        pytest.skip(f"no Postfix: {error}")


def _wait_for(letters: LetterBox, mails: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        # Postfix makes the folders one by one, and a reader that comes in between is at a loss.
        made = all((letters.maildir / part).is_dir() for part in ("cur", "new", "tmp"))
        if made and len(mailbox.Maildir(letters.maildir)) == mails:
            return
        time.sleep(0.05)
    pytest.fail(f"Postfix did not deliver: {(letters.folder / 'log').read_text(errors='replace')[-2000:]}")


@pytest.fixture
def from_maildir(box: LetterBox) -> list[bytes]:
    """The mails as the files hold them, with the line ends of SMTP."""
    letters = mailbox.Maildir(box.maildir)
    return [letters.get_bytes(key).replace(b"\n", b"\r\n") for key in letters.keys()]  # noqa: SIM118  # no iterator


@pytest.fixture(scope="module")
def imap(box: LetterBox) -> Iterator[imaplib.IMAP4]:
    """Dovecot, with the letter box open."""
    try:
        with running_dovecot(box) as port, imaplib.IMAP4("127.0.0.1", port, timeout=_PATIENCE) as server:
            server.login(READER, PASSWORD)
            server.select("INBOX", readonly=True)
            yield server
    except MailServerUnavailableError as error:
        pytest.skip(f"no Dovecot: {error}")


@pytest.fixture
def over_imap(imap: imaplib.IMAP4) -> list[bytes]:
    """The mails as Dovecot tells them."""
    _, numbers = imap.search(None, "ALL")
    return [_asked(imap, number, "BODY.PEEK[]") for number in numbers[0].decode().split()]


def _asked(imap: imaplib.IMAP4, number: str, what: str) -> bytes:
    (told,) = (part[1] for part in imap.fetch(number, f"({what})")[1] if isinstance(part, tuple))
    assert isinstance(told, bytes)
    return told


def _compare(arrived: list[bytes]) -> None:
    """What arrived ends with exactly what left: a server adds its trace on top, and may change nothing below."""
    assert len(arrived) == len(MAILS)
    for message in MAILS.values():
        sent = to_bytes(message, READER)
        (found,) = (content for content in arrived if f"Message-ID: {message.message_id}".encode() in content)
        assert found.endswith(sent)
        assert found.removesuffix(sent).startswith(b"Return-Path: <mercato@example.org>\r\n")
        _compare_parsed(email.message_from_bytes(found, policy=email.policy.default), message)


def _compare_parsed(mail: EmailMessage, message: Message) -> None:
    assert len(mail["List-Unsubscribe"]) > 200
    assert mail["List-Unsubscribe"] == f"<{message.unsubscribe}>"
    assert mail["Subject"] == SUBJECT
    assert mail["References"] == " ".join(message.references)
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()}
    assert parts == {"text/plain": message.text, "text/html": f"{message.html}\n"}
    assert mail.defects == []


@pytest.mark.parametrize("way", ["from_maildir", "over_imap"])
def test_every_header_and_part_arrives_as_it_left(way: str, request: pytest.FixtureRequest) -> None:
    _compare(request.getfixturevalue(way))


@pytest.mark.parametrize("name", MAILS)
def test_dovecot_s_own_parser_finds_subject_parts_and_unsubscription(name: str, imap: imaplib.IMAP4) -> None:
    message = MAILS[name]
    _, numbers = imap.search(None, "HEADER", "Message-ID", f'"{message.message_id}"')
    number = numbers[0].decode()
    unsubscribe = _asked(imap, number, "BODY.PEEK[HEADER.FIELDS (LIST-UNSUBSCRIBE)]")
    assert unsubscribe.strip() == f"List-Unsubscribe: <{message.unsubscribe}>".encode()
    for place, part in ((1, message.text), (2, f"{message.html}\n")):
        assert _asked(imap, number, f"BINARY.PEEK[{place}]").replace(b"\r\n", b"\n") == part.encode()
    imap.literal = SUBJECT.encode()
    assert number in imap.search("UTF-8", "SUBJECT")[1][0].decode().split()
