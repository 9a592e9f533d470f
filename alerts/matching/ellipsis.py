"""Clauses that leave out their verb: « X rallie A, Y B et Z C », « X prend les ventes ; Y, la recherche »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from alerts.lexicon import Frame, NameType, Slot
from alerts.matching.events import Event, Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import Chunk, Hold, Item, Phrase

_FIRM = frozenset({NameType.ORGANISATION, NameType.UNKNOWN, NameType.MEDIUM})
_OPENERS = frozenset(
    {"a", "chez", "comme", "en tant que", "au poste de", "au sein de", "vers", "pour", "aux fonctions de"}
)
_POSTS = frozenset({"appoint", "head", "succeed", "interim", "board"})
_WITHIN = 9
"""Chunks of a clause without verb that are looked at."""


def without_verb(events: Sequence[Event], phrase: Phrase) -> list[Event]:
    """The events of the clauses that share the verb of an event told before them in the sentence."""
    models = [event for event in events if any(mover.entity for mover in event.movers)]
    if not models:
        return []
    verbs = {phrase.by_token[event.trigger.start] for event in events}
    taken = {mover.entity for event in events for mover in (*event.movers, *event.predecessors)}
    found: list[Event] = []
    for place, item in enumerate(phrase.items):
        before = [event for event in models if phrase.by_token[event.trigger.end - 1] < place]
        if not before or item.entity in taken or not _opens_clause(phrase.items, place):
            continue
        end = _clause_end(phrase.items, place)
        if not any(place <= verb < end for verb in verbs):
            made = _event(before[-1], phrase.items[place : end + 1], place)
            found.extend([made] if made else [])
    return found


def _opens_clause(items: Sequence[Item], place: int) -> bool:
    """Whether a person opens a clause here: behind a sign or « et », with a complement next."""
    item = items[place]
    if item.kind is not Chunk.NAME or item.entity is None or item.entity.type is not NameType.PERSON:
        return False
    before = items[place - 1] if place else None
    behind = items[place + 1] if place + 1 < len(items) else None
    if before is None or behind is None:
        return False
    if before.value == ";" and behind.value == "," and place + 2 < len(items):
        behind = items[place + 2]  # « Y, la recherche »: the comma stands for the verb
    if before.value == "et" and behind.value == "," and _firm_at(items, place + 2) and _closes(items, place + 3):
        return True  # « X rejoint A et Y, B »
    joined = before.value in {",", ";"} or before.kind is Chunk.COORDINATOR
    firm = _firm_at(items, place + 1)
    return joined and (firm or behind.kind is Chunk.ROLE or behind.value in _OPENERS)


def _firm_at(items: Sequence[Item], place: int) -> bool:
    """Whether the name of a firm stands at a place."""
    item = items[place] if place < len(items) else None
    return item is not None and item.kind is Chunk.NAME and item.entity is not None and item.entity.type in _FIRM


def _closes(items: Sequence[Item], place: int) -> bool:
    """Whether the clause is over at a place."""
    return place >= len(items) or items[place].value in {".", ";", "!", "…"}


def _clause_end(items: Sequence[Item], place: int) -> int:
    """The first chunk behind the clause."""
    for end in range(place + 1, min(len(items), place + _WITHIN)):
        item = items[end]
        if item.kind is Chunk.RELATIVE or item.value in {";", ".", ":", "!", "?"}:
            return end
        if item.value == "," and end > place + 1:
            return end
    return min(len(items), place + _WITHIN)


def _event(model: Event, items: Sequence[Item], place: int) -> Event | None:
    """The model's event told of somebody else; None when the clause gives neither a firm nor a post."""
    firm, role = _firm(items), next((item.role for item in items[1:] if item.role and item.role.post), None)
    if role and role.hold is Hold.FORMER:
        return None
    if firm is None and (role is None or model.frame.family not in _POSTS):
        return None
    made = replace(model, movers=[Mover(items[0].entity, None, None, "", place)], predecessors=[], role=role)
    made.direct = set(model.direct)
    slot = _slot(model.frame, model)
    if firm and slot is Slot.ORIGIN:
        made.origin, made.destination = firm, None
    elif firm:
        made.origin, made.destination = None, firm
    else:
        made.origin = None
    return made


def _slot(frame: Frame, model: Event) -> Slot:
    """The side that the clause's firm stands for: the one that the model's own verb governs."""
    if frame.object in {Slot.ORIGIN, Slot.DESTINATION}:
        return frame.object
    return Slot.ORIGIN if model.origin and not model.destination else Slot.DESTINATION


def _firm(items: Sequence[Item]) -> Entity | None:
    """The organisation of the clause, a post's included."""
    return next(_firms(items), None)


def _firms(items: Sequence[Item]) -> Iterator[Entity]:
    for item in items[1:]:
        if item.role and item.role.organisation:
            yield item.role.organisation
        if item.kind is Chunk.NAME and item.entity and item.entity.type in _FIRM:
            yield item.entity
