"""Whether a frame does what its own example and counter-example say. Pure.

Every frame of the bundled lexicon is tested so, and `mercato lexicon check` does it for a user's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from alerts.lexicon import Frame, Lexicon
from alerts.matching.article import Article
from alerts.matching.events import Event, Mover
from alerts.matching.reading import read

_MARK = re.compile(r"\{([modp]):([^}]*)\}")
"""« {m:Léa Martin} rejoint {d:Qonto} »: mover, origin, destination, predecessor."""


def plain(example: str) -> str:
    """An example without its marks."""
    return _MARK.sub(lambda match: match[2], example)


def marks(example: str) -> list[tuple[str, str]]:
    """What an example marks: m, o, d or p, and the words."""
    return _MARK.findall(example)


def failures(frame: Frame, lexicon: Lexicon) -> Iterator[str]:
    """What the example fails to show and the counter-example fails to leave alone, each a sentence."""
    sentence, wanted = plain(frame.example), marks(frame.example)
    # Origins beside the trigger (« venue de A ») are found by the affiliations, not by the frame.
    needed = [(key, text) for key, text in wanted if key != "o" or frame.family in {"leave", "fire"}]
    found = [_slots(event) for event in _events(sentence, frame, lexicon)]
    if not any(all(_agrees(text, slot[key]) for key, text in needed) for slot in found):
        yield f"example: {sentence!r} should give {needed}; it gives {found or 'nothing'}"
    counter = plain(frame.counter)
    movers = [mover for event in _events(counter, frame, lexicon) for mover in event.movers]
    if any(mover.entity or mover.people for mover in movers):
        yield f"counter: {counter!r} should give nobody; it gives {[_name(mover) for mover in movers]}"


def _events(sentence: str, frame: Frame, lexicon: Lexicon) -> list[Event]:
    article = Article(read(sentence, "", lexicon), lexicon)
    return [event for event in article.events if event.frame is frame]


def _name(mover: Mover) -> str:
    if mover.entity:
        return mover.entity.name
    if mover.people:
        return mover.people.label
    return mover.role.text if mover.role else mover.pronoun


def _slots(event: Event) -> dict[str, list[str]]:
    return {
        "m": [_name(mover) for mover in event.movers],
        "o": [event.origin.name] if event.origin else [],
        "d": [event.destination.name] if event.destination else [],
        "p": [_name(mover) for mover in event.predecessors],
    }


def _agrees(wanted: str, found: list[str]) -> bool:
    return any(wanted == one or one in wanted or wanted in one for one in found)
