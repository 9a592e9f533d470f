"""When to ask a feed's hub to tell of its news, and how. Pure.

WebSub (W3C Recommendation, 2018): the hub that a feed names is asked once per lease to call us when the feed has news.
Its call only makes the next visit come at once: what a feed says is read from the feed itself, and where no hub calls,
the feed is asked at its own rhythm as ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from mercato.model import HubSubscription

LEASE = timedelta(days=10)
"""What is asked for; the hub decides."""

RETRY = timedelta(days=1)
"""After a refusal, or where no confirmation came: the hub, or our own address, may be out of order."""

_LEAST_BETWEEN = timedelta(hours=1)
_RENEWED_AT = 4  # when so much of a lease is left: a quarter


def is_due(known: HubSubscription | None, hub: str, topic: str, now: datetime) -> bool:
    """Whether `hub` is to be asked now, after `known`, to tell of the feed that calls itself `topic`."""
    if known is None or (known.hub, known.topic) != (hub, topic) or known.asked > now:
        return True
    if known.until is None or known.refused:
        return now - known.asked >= RETRY
    lease = known.until - known.asked
    return known.until - now <= lease / _RENEWED_AT and now - known.asked >= _LEAST_BETWEEN


def form(subscription: HubSubscription, callback: str) -> str:
    """The body of the request to the hub; `callback` is the address that it shall call, but for the token."""
    return urlencode(
        {
            "hub.mode": "subscribe",
            "hub.topic": subscription.topic,
            "hub.callback": callback + subscription.token,
            "hub.secret": subscription.secret,
            "hub.lease_seconds": int(LEASE.total_seconds()),
        }
    )
