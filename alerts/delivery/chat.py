"""A mail's headlines for chat rooms, telephones and whatever else Apprise reaches (the extra `channels`)."""

from __future__ import annotations

from alerts.payload import chat_text, inert
from mercato.errors import DeliveryError, RelayError
from mercato.i18n import phrase
from mercato.model import Message
from mercato.settings import ChannelSettings


def notify(message: Message, channel: ChannelSettings) -> None:
    """Hand subject and headlines of `message` over to a channel.

    Raises DeliveryError when the channel did not take it, RelayError when it cannot be used at all. The channel's
    address is never part of the words: it holds its password.
    """
    try:
        import apprise  # noqa: PLC0415  # an extra: whoever has no channel need not install it
    except ModuleNotFoundError as error:
        raise RelayError(
            phrase('channel {name} needs Apprise: install it with: pip install "mercato[channels]"', name=channel.name)
        ) from error
    room = apprise.Apprise()
    if not room.add(channel.url):
        raise RelayError(
            phrase(
                "channel {name}: Apprise does not know such an address; correct its url in [[channel]]",
                name=channel.name,
            )
        )
    title, body = inert(message.subject), chat_text(message.payload)
    if not room.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
        raise DeliveryError(
            phrase("channel {name} did not take the message; it is tried again later", name=channel.name)
        )
