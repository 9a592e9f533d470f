"""The mailer against a real SMTP server in every mood."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from digest_samples import NOW, rich_digest

from alerts.delivery.mime import to_bytes
from alerts.delivery.smtp import Mailer
from alerts.render import render
from mercato.errors import DeliveryError, RefusedError, RelayError
from mercato.model import Message
from mercato.settings import MailSettings

PASSWORD = "p@ss:w/rd#o%"  # signs that have a meaning in addresses
ENCODED = "p%40ss%3Aw%2Frd%23o%25"


class Inbox:
    """A server's mood: what it answers at each step; "" means that it takes the mail."""

    def __init__(self, *, sender: str = "", recipient: str = "", data: str = "", hang_up: bool = False) -> None:
        self.answers = {"sender": sender, "recipient": recipient, "data": data}
        self.hang_up = hang_up
        self.mails: list[tuple[str | None, list[str], bytes]] = []
        self.connections = 0

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return "250 ready"

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["sender"]:
            return self.answers["sender"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers["recipient"]:
            return self.answers["recipient"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content
        assert content is not None
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
            return "451 never seen"
        if not self.answers["data"]:
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, content))
        return self.answers["data"] or "250 taken"


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    controller = Controller(inbox, hostname="127.0.0.1", port=0, **options)
    # Port 0 is for the system to choose; the controller's own check connects to the port that it was given.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def mailer(port: int, scheme: str = "smtp", login: str = "", context: ssl.SSLContext | None = None) -> Iterator[Mailer]:
    settings = MailSettings.model_validate({"url": f"{scheme}://{login}127.0.0.1:{port}", "timeout": 5})
    with Mailer(settings, context) as opened:
        yield opened


@pytest.fixture(scope="module")
def message() -> Message:
    return render(rich_digest(), sender="mercato@example.org", now=NOW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ana@work", PASSWORD.encode())
    return AuthResult(success=good, handled=False)


AUTH = {"authenticator": authenticator, "auth_require_tls": False}


def test_a_mail_arrives_as_it_was_made(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox) as port, mailer(port) as sending:
        sending.send(message, "ana@example.org")
    assert inbox.mails == [("mercato@example.org", ["ana@example.org"], to_bytes(message, "ana@example.org"))]


def test_one_connection_serves_several_mails(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox) as port, mailer(port) as sending:
        for recipient in ("a@example.org", "b@example.org", "c@example.org"):
            sending.send(message, recipient)
    assert [recipients for _, recipients, _ in inbox.mails] == [[f"{name}@example.org"] for name in "abc"]
    assert inbox.connections == 1


def test_login_with_signs_that_have_a_meaning_in_addresses(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox, **AUTH) as port, mailer(port, login=f"ana%40work:{ENCODED}@") as sending:
        sending.send(message, "ana@example.org")
    assert len(inbox.mails) == 1


def test_a_refused_login_is_no_mails_fault_and_keeps_the_password_to_itself(message: Message) -> None:
    with (
        serving(Inbox(), **AUTH) as port,
        mailer(port, login="ana%40work:geheim@") as sending,
        pytest.raises(RelayError, match=r"refused the login of 'ana@work': 535 .*percent-encoded") as caught,
    ):
        sending.send(message, "ana@example.org")
    assert "geheim" not in str(caught.value)


def test_a_login_that_the_server_does_not_offer(message: Message) -> None:
    with (
        serving(Inbox()) as port,
        mailer(port, login="ana:geheim@") as sending,
        pytest.raises(DeliveryError, match="lacks what the address asks for"),
    ):
        sending.send(message, "ana@example.org")


def test_a_password_beyond_ascii_is_explained(message: Message) -> None:
    with (
        serving(Inbox(), **AUTH) as port,
        mailer(port, login="ana:g%C3%A9heim@") as sending,
        pytest.raises(DeliveryError, match="beyond ASCII"),
    ):
        sending.send(message, "ana@example.org")


def test_starttls_with_a_certificate_that_nobody_vouches_for(message: Message, certificate: Path) -> None:
    inbox = Inbox()
    with (
        serving(inbox, tls_context=server_context(certificate)) as port,
        mailer(port, "smtp+starttls") as sending,
        pytest.raises(DeliveryError, match=r"127\.0\.0\.1:\d+ shows a certificate that is not trusted: self.signed"),
    ):
        sending.send(message, "ana@example.org")
    assert inbox.mails == []


def test_starttls_with_a_certificate_that_is_trusted(message: Message, certificate: Path) -> None:
    inbox = Inbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    tls = {"tls_context": server_context(certificate), "require_starttls": True}
    with serving(inbox, **tls) as port, mailer(port, "smtp+starttls", context=trusting) as sending:
        sending.send(message, "ana@example.org")
        sending.send(message, "bob@example.org")
    assert len(inbox.mails) == 2


def test_tls_from_the_start(message: Message, certificate: Path) -> None:
    inbox = Inbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    with (
        serving(inbox, ssl_context=server_context(certificate)) as port,
        mailer(port, "smtps", context=trusting) as sending,
    ):
        sending.send(message, "ana@example.org")
    assert len(inbox.mails) == 1


def test_a_server_without_tls_is_not_trusted_with_the_mail(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        with mailer(port, "smtp+starttls") as sending, pytest.raises(DeliveryError, match="STARTTLS"):
            sending.send(message, "ana@example.org")
        with mailer(port, "smtps") as sending, pytest.raises(DeliveryError, match=r"TLS.*smtps:// is usually 465"):
            sending.send(message, "ana@example.org")
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("mood", "kind", "words"),
    [
        ({"recipient": "450 4.2.0 greylisted, come back"}, DeliveryError, "for now: 450 4.2.0 greylisted, come back"),
        ({"recipient": "550 5.1.1 unknown"}, RefusedError, r"ana@example.org: 550 5.1.1 unknown; .*\[\[watch"),
        ({"sender": "451 4.3.0 try later"}, RelayError, "for now: 451"),
        ({"sender": "552 5.3.4 message too big"}, RefusedError, "refused the mail: 552 5.3.4 message too big"),
        ({"sender": "553 5.7.1 not yours"}, RelayError, r"sender mercato@example.org: 553 .*\[mail\] from"),
        ({"data": "452 4.3.1 disk full"}, DeliveryError, "for now: 452 4.3.1 disk full"),
        ({"data": "554 5.7.1 looks like spam"}, RefusedError, "refused the mail: 554 5.7.1 looks like spam"),
        ({"hang_up": True}, DeliveryError, "it is tried again later"),
    ],
)  # fmt: skip
def test_what_a_server_says_no_with(
    message: Message, mood: dict[str, Any], kind: type[DeliveryError], words: str
) -> None:
    inbox = Inbox(**mood)
    with serving(inbox) as port, mailer(port) as sending, pytest.raises(DeliveryError, match=words) as caught:
        sending.send(message, "ana@example.org")
    assert type(caught.value) is kind
    assert f"127.0.0.1:{port}" in str(caught.value)


def test_a_refused_recipient_does_not_keep_the_next_from_its_mail(message: Message) -> None:
    inbox = Inbox(recipient="550 no such user")
    with serving(inbox) as port, mailer(port) as sending:
        with pytest.raises(RefusedError):
            sending.send(message, "gone@example.org")
        inbox.answers["recipient"] = ""
        sending.send(message, "ana@example.org")
    assert len(inbox.mails) == 1


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew(message: Message) -> None:
    first, second = Inbox(), Inbox()
    with serving(first) as port:
        settings = MailSettings.model_validate({"url": f"smtp://127.0.0.1:{port}", "timeout": 5})
        sending = Mailer(settings)
        sending.send(message, "ana@example.org")
    controller = Controller(second, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        sending.send(message, "ana@example.org")
    finally:
        sending.close()
        controller.stop()
    assert (len(first.mails), len(second.mails)) == (1, 1)


def test_nobody_there(message: Message) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        with (
            mailer(taken.getsockname()[1]) as sending,
            pytest.raises(DeliveryError, match=r"cannot be reached.*check host and port"),
        ):
            sending.send(message, "ana@example.org")


def test_a_name_that_does_not_exist(message: Message) -> None:
    settings = MailSettings.model_validate({"url": "smtp://mail.invalid:25", "timeout": 5})
    with Mailer(settings) as sending, pytest.raises(DeliveryError, match=r"mail\.invalid:25 cannot be reached"):
        sending.send(message, "ana@example.org")


def test_a_server_that_hangs_up_at_once(message: Message) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        hanging_up = threading.Thread(target=hang_up)
        hanging_up.start()
        with mailer(server.getsockname()[1]) as sending, pytest.raises(DeliveryError) as caught:
            sending.send(message, "ana@example.org")
        hanging_up.join()
    assert type(caught.value) is RelayError
    assert "it is tried again later" in str(caught.value)


def test_a_server_that_never_speaks(message: Message) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings = MailSettings.model_validate({"url": f"smtp://127.0.0.1:{silent.getsockname()[1]}", "timeout": 0.2})
        with Mailer(settings) as sending, pytest.raises(DeliveryError, match=r"did not answer within 0\.2 s"):
            sending.send(message, "ana@example.org")


def test_an_address_with_a_line_end_never_reaches_the_server(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox) as port, mailer(port) as sending, pytest.raises(RefusedError):
        sending.send(message, "ana@example.org\r\nRCPT TO:<victim@example.org>")
    assert inbox.connections == 0


def test_check_connects_and_logs_in_and_sends_nothing(message: Message) -> None:
    inbox = Inbox()
    with serving(inbox, **AUTH) as port:
        with mailer(port, login=f"ana%40work:{ENCODED}@") as sending:
            sending.check()
        with mailer(port, login="ana%40work:wrong@") as sending, pytest.raises(RelayError):
            sending.check()
    assert inbox.mails == []
