"""Digests over SMTP: one connection for several messages, and every failure said in words that help.

`smtp://host` is plain, `smtp+starttls://host` insists on STARTTLS, `smtps://host` speaks TLS from the start; user and
password stand percent-encoded before the host. Certificates are always verified.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from alerts.delivery.mime import to_bytes
from alerts.typography import one_line
from mercato.errors import DeliveryError, RefusedError, RelayError
from mercato.i18n import mark, phrase
from mercato.model import Message
from mercato.settings import MailSettings

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_ANSWER_LIMIT = 300  # characters of a server's answer that are worth showing
_TOO_LARGE = 552  # RFC 1870, 6.1: the message exceeds a fixed maximum


@dataclass(frozen=True, slots=True)
class _Server:
    """Where to hand over mails, from the URL of [mail]."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _server(url: str) -> _Server:
    parts = urlsplit(url)
    return _Server(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Mailer:
    """A connection to the mail server of the settings, opened with the first message and reused for the next ones.

    `context` replaces the system's trusted certificates, for a server with a certificate of one's own. Not for use by
    several threads at once.
    """

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None = None) -> None:
        self._server = _server(settings.url)
        self._timeout = settings.timeout
        self._context = context or ssl.create_default_context()
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, message: Message, recipient: str) -> None:
        """Hand `message` over for `recipient`; returns when the server has taken charge of it.

        Raises DeliveryError when trying this mail later makes sense, RefusedError when it does not, and RelayError
        when the server as a whole is the trouble, so that the next mail would fare no better. A connection that breaks
        after the content was sent counts as the first: the server may have the mail then, under the same Message-ID.
        """
        content = to_bytes(message, recipient)
        connection = self._ready()
        with self._explained(recipient):
            connection.sendmail(message.sender, [recipient], content)

    def check(self) -> None:
        """Connect and log in without sending anything. Raises RelayError."""
        self._ready()

    def _ready(self) -> smtplib.SMTP:
        """The open connection. Raises RelayError: whatever goes wrong up to here concerns every mail."""
        try:
            return self._open()
        except smtplib.SMTPAuthenticationError as error:
            what = phrase("refused the login of {user!r}", user=self._server.user)
            raise RelayError(self._said(what, error.smtp_code, error.smtp_error, _REMEDIES["login"])) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.close()
            raise RelayError(self._failure(error)) from error

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _open(self) -> smtplib.SMTP:
        """The connection, a new one when the server has closed the last one meanwhile."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._connection.noop()[0] == 250:
                    return self._connection
            self.close()
        connection = self._connect()
        try:
            if self._server.scheme == "smtp+starttls":
                connection.starttls(context=self._context)
            if self._server.user:
                connection.login(self._server.user, self._server.password)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=self._context)
        return smtplib.SMTP(host, port, timeout=self._timeout)

    @contextmanager
    def _explained(self, recipient: str) -> Iterator[None]:
        """Turn every failure of a mail server or of the way to it into ours."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[recipient]
            raise self._refusal(
                phrase("refused the recipient {recipient}", recipient=recipient), code, answer, _REMEDIES["recipient"]
            ) from error
        except smtplib.SMTPSenderRefused as error:
            # With the sender the size is announced too (RFC 1870), and a no to that concerns this mail alone.
            if error.smtp_code == _TOO_LARGE:
                raise self._refusal(phrase("refused the mail"), *_answer(error), _REMEDIES["mail"]) from error
            what = phrase("refused the sender {sender}", sender=error.sender)
            raise RelayError(self._said(what, *_answer(error), _REMEDIES["sender"])) from error
        except smtplib.SMTPDataError as error:
            raise self._refusal(phrase("refused the mail"), *_answer(error), _REMEDIES["mail"]) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.close()
            raise DeliveryError(self._failure(error)) from error

    def _refusal(self, what: str, code: int, answer: bytes | str, remedy: str) -> DeliveryError:
        """The error for an answer of the server: 4xx may be taken later, 5xx never (RFC 5321, 4.2.1)."""
        said = self._said(what, code, answer, remedy)
        return DeliveryError(said) if 400 <= code < 500 else RefusedError(said)

    def _said(self, what: str, code: int, answer: bytes | str, remedy: str) -> str:
        """What the server refused, its words, and what helps."""
        if 400 <= code < 500:
            template = mark("{server} {what} for now: {code} {answer}; it is tried again later")
        else:
            template = mark("{server} {what}: {code} {answer}; {remedy}")
        said = {"server": self._server, "what": what, "code": code, "answer": self._shown(answer)}
        return phrase(template, **said, remedy=phrase(remedy))

    def _failure(self, error: Exception) -> str:
        """What went wrong before or beside the server's verdict, and what to do."""
        # smtplib wraps a time-out while it waits for an answer into a disconnection.
        cause: BaseException = error.__context__ if isinstance(error.__context__, TimeoutError) else error
        match cause:
            case ssl.SSLCertVerificationError():
                what, remedy = (
                    phrase("shows a certificate that is not trusted: {why}", why=cause.verify_message),
                    _REMEDIES["trust"],
                )
            case ssl.SSLError():
                what, remedy = (
                    phrase("does not speak TLS as expected: {why}", why=cause.reason or cause),
                    _REMEDIES["tls"],
                )
            case smtplib.SMTPNotSupportedError():
                what, remedy = phrase("lacks what the address asks for: {why}", why=cause), _REMEDIES["scheme"]
            case smtplib.SMTPResponseException():
                what, remedy = (
                    phrase("answered {code} {answer}", code=cause.smtp_code, answer=self._shown(cause.smtp_error)),
                    _REMEDIES["later"],
                )
            case TimeoutError():
                what, remedy = phrase("did not answer within {seconds:g} s", seconds=self._timeout), _REMEDIES["reach"]
            case UnicodeError():
                what, remedy = phrase("cannot be given a user or password beyond ASCII"), _REMEDIES["login"]
            case smtplib.SMTPException():
                what, remedy = phrase("broke off: {why}", why=self._shown(str(cause))), _REMEDIES["later"]
            case _:
                what, remedy = phrase("cannot be reached: {why}", why=self._shown(_cause(cause))), _REMEDIES["reach"]
        return phrase("mail server {server} {what}; {remedy}", server=self._server, what=what, remedy=phrase(remedy))

    def _shown(self, answer: bytes | str) -> str:
        """A server's answer on one line, without the password should the server repeat it."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        if self._server.password:
            text = text.replace(self._server.password, "***")
        return one_line(text, _ANSWER_LIMIT)


def _cause(error: BaseException) -> str:
    return str(error.strerror) if isinstance(error, OSError) and error.strerror else str(error)


def _answer(error: smtplib.SMTPResponseException) -> tuple[int, bytes | str]:
    return error.smtp_code, error.smtp_error


_REMEDIES = {
    "recipient": mark("correct or remove the address in [[watch]] recipients"),
    "sender": mark("set [mail] from to an address that this server may send for"),
    "login": mark("check user and password in [mail] url; characters such as @ : / # % must be percent-encoded there"),
    "mail": mark("ask the server's administrator why; the answer above usually says it"),
    "trust": mark(
        "install the issuing authority on this machine, or use the host name that the certificate is made for"
    ),
    "tls": mark("check scheme and port of [mail] url: smtps:// is usually 465, smtp+starttls:// 587"),
    "scheme": mark("use another scheme in [mail] url (smtp, smtp+starttls, smtps), or no user where there is no login"),
    "later": mark("it is tried again later; check the server if it lasts"),
    "reach": mark("check host and port in [mail] url, the network and the firewall; it is tried again later"),
}
