"""Links of a reader's own in a frozen mail: placeholders while it is composed, signed addresses when it is handed over.

What is frozen is the same for everybody, so it holds marks where each recipient's links will stand. The marks are
private-use characters, which `typography.one_line` takes out of everything that comes from outside: no title can hold
one. The same mail, recipient and key always give the same bytes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from alerts.tokens import TOKEN_LENGTH, Action, Link, recipient_key, sign
from mercato.model import Message

PATH = "/m/"
"""What stands between the public address of the service and the token; the review page serves it."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+):([0-9a-f]*){_CLOSE}")
_REFERENCES_LIMIT = 800  # characters; the header stays on one line, and RFC 5322 allows 998


def mark(action: Action, story: str = "") -> str:
    """The placeholder for a link of that sort, about `story` where it concerns one."""
    return f"{_OPEN}{action.value}:{story}{_CLOSE}"


def growth(text: str, base: str) -> int:
    """By how many bytes at most `text` grows when its placeholders are filled with addresses below `base`."""
    return len(_MARK.findall(text)) * (len(base.encode()) + len(PATH) + TOKEN_LENGTH)


def address(base: str, link: Link, key: str) -> str:
    """The address at which the service answers for `link`."""
    return f"{base}{PATH}{sign(link, key)}"


def personal(message: Message, digest: str, recipient: str, key: str) -> Message:
    """`message` with the links of `recipient`, whose ledger line is `digest`; as it is where it has no links."""
    if not message.link_base:
        return message

    def fill(found: re.Match[str]) -> str:
        link = Link(action=Action(int(found[1])), digest=digest, recipient=reader, story=found[2] or None)
        return address(message.link_base, link, key)

    reader = recipient_key(recipient)
    stop = Link(action=Action.UNSUBSCRIBE, digest=digest, recipient=reader)
    return replace(
        message,
        text=_MARK.sub(fill, message.text),
        html=_MARK.sub(fill, message.html),
        unsubscribe=address(message.link_base, stop, key),
    )


def shown_references(references: tuple[str, ...]) -> str:
    """A References header: the thread's first mail and as many of the newest as one line has room for."""
    return " ".join(reversed(list(_newest_first(references))))


def _newest_first(references: tuple[str, ...]) -> Iterator[str]:
    if not references:
        return
    first, room = references[0], _REFERENCES_LIMIT - len(references[0])
    for reference in reversed(references[1:]):
        room -= len(reference) + 1
        if room < 0:
            break
        yield reference
    yield first
