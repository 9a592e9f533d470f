"""A mail's facts for a program: one signed POST, as the Standard Webhooks say (standardwebhooks.com, version 1).

Headers `webhook-id`, `webhook-timestamp` and `webhook-signature` («v1,» and the base64 of HMAC-SHA-256 over
`id.timestamp.body`) let the receiver know who speaks, refuse what is old, and drop what it has had: the identifier is
the same each time the same mail is handed over.
"""

from __future__ import annotations

import base64
import hmac
import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException, HTTPMessage
from typing import IO

from alerts.typography import one_line
from mercato import __version__
from mercato.errors import DeliveryError, RefusedError, RelayError
from mercato.i18n import phrase
from mercato.model import Message
from mercato.settings import WebhookSettings

_LATER = frozenset({408, 425, 429})  # of the 4xx, those that pass by themselves


def signature(secret: str, identifier: str, moment: datetime, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = f"{identifier}.{int(moment.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode("ascii")


def post(message: Message, webhook: WebhookSettings, now: datetime, timeout: float) -> None:
    """Hand `message` over to a webhook.

    Raises DeliveryError when trying later makes sense, RefusedError when it does not, RelayError when nobody answers.
    """
    body, identifier = message.payload.encode(), message.message_id.strip("<>")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Mercato/{__version__}",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(webhook.secret, identifier, now, body),
    }
    request = urllib.request.Request(webhook.url, body, headers, method="POST")  # noqa: S310  # http(s): settings saw to it
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=timeout):
            pass
    except urllib.error.HTTPError as error:
        error.close()
        raise _refusal(webhook, error.code) from error
    except (OSError, HTTPException) as error:
        reason = one_line(str(getattr(error, "reason", error)), 200)
        raise RelayError(
            phrase(
                "webhook {name} cannot be reached: {why}; check its url in [[webhook]]; it is tried again later",
                name=webhook.name,
                why=reason,
            )
        ) from error


def _refusal(webhook: WebhookSettings, code: int) -> DeliveryError:
    if code >= 500 or code in _LATER:
        return DeliveryError(
            phrase("webhook {name} answered {code}; it is tried again later", name=webhook.name, code=code)
        )
    return RefusedError(
        phrase("webhook {name} answered {code}; correct url or secret in [[webhook]]", name=webhook.name, code=code)
    )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed message goes where the settings say and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """No request: the redirection becomes the answer."""
