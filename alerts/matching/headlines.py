"""Lines that tell a move without any verb of it: « De A à B : X, chercheuse », « De A à B, X change d'échelle »."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.lexicon import Lexicon, NameType
from alerts.matching.events import Event, Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import Chunk, Item, Phrase
from alerts.matching.triggers import Trigger, Voice, When

_FRAME = "arrive.passer-de-a"
_WAY = 5  # chunks of « De A à B : »


def from_to(events: Sequence[Event], phrase: Phrase, lexicon: Lexicon) -> list[Event]:
    """The event of a sentence that opens with « De A à B » and goes on with the only person that it names.

    Where the sentence tells an event of that person as well, the sides go to it as far as it lacks them.
    """
    items = phrase.items
    way = _way(items)
    if way is None:
        return []
    people = {item.entity for item in items[_WAY:] if item.entity and item.entity.type is NameType.PERSON}
    if len(people) != 1:
        return []
    own = [event for event in events if any(mover.entity in people for mover in event.movers)]
    for event in own:
        if event.frame.family in {"arrive", "leave", "return"} and event.origin is None and event.destination is None:
            event.origin, event.destination = way
    frame = next((frame for frame in lexicon.frames if frame.id == _FRAME), None)
    if own or frame is None:
        return []
    place = next(k for k, item in enumerate(items) if item.entity in people)
    trigger = Trigger(0, items[_WAY - 2].start, ((frame, 0),), Voice.NOMINAL, When.DONE)
    made = Event(frame, trigger, phrase, [Mover(items[place].entity, place=place)], *way)
    made.direct = {"mover"}
    return [made]


def _way(items: Sequence[Item]) -> tuple[Entity, Entity] | None:
    """The two firms of « De A à B » and a comma or colon at the beginning of a sentence."""
    if len(items) <= _WAY or items[_WAY - 1].value not in {",", ":"}:
        return None
    origin, destination = items[1].entity, items[3].entity
    if (items[0].value, items[2].value) not in {("de", "a"), ("de", "chez")} or origin is None or destination is None:
        return None
    types = {origin.type, destination.type}
    named = NameType.ORGANISATION in types and types <= {NameType.ORGANISATION, NameType.UNKNOWN}
    return (origin, destination) if named and items[1].kind is items[3].kind is Chunk.NAME else None
