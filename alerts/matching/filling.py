"""The events of a sentence: for each trigger the frame that its surroundings fill best."""

from __future__ import annotations

from alerts.lexicon import Lexicon, Slot
from alerts.matching.events import Event, Mover
from alerts.matching.names import Entity
from alerts.matching.nominal import Nominal
from alerts.matching.phrases import Chunk, Hold, Phrase
from alerts.matching.triggers import Trigger, Voice, find_triggers
from alerts.matching.verbal import Verbal


def find_events(phrase: Phrase, lexicon: Lexicon) -> list[Event]:
    """The events of a sentence: for each trigger the frame that its surroundings fill best."""
    triggers = [trigger for trigger in find_triggers(phrase, lexicon) if not _within_a_post(trigger, phrase)]
    starts = {
        phrase.by_token[trigger.start]
        for trigger in triggers
        if trigger.voice is not Voice.NOMINAL and not all(frame.future_only for frame, _ in trigger.frames)
    }
    events = []
    for trigger in triggers:
        way = Nominal if trigger.voice is Voice.NOMINAL else Verbal
        tried = [way(phrase, trigger, frame, starts, lexicon).fill() for frame, _ in trigger.frames]
        kept = [event for event in tried if _enough(event)]
        if kept:
            events.append(max(kept, key=_fullness))
    return events


def _within_a_post(trigger: Trigger, phrase: Phrase) -> bool:
    """Whether the verb is only a word of a post: « responsable des données »."""
    chunk = phrase.items[phrase.by_token[trigger.start]]
    return trigger.voice is not Voice.NOMINAL and chunk.kind is Chunk.ROLE and chunk.start < trigger.start


def _enough(event: Event) -> bool:
    """Whether the frame's needs are met."""
    if not event.movers and not (event.frame.family == "succeed" and event.predecessors):
        return False
    if event.frame.role_required and event.role is None:
        return False
    posted = event.role is not None and event.role.post and event.role.hold is not Hold.FORMER
    told = bool(event.origin or posted) and any(mover.entity for mover in event.movers)
    if told and event.frame.family in {"arrive", "return"}:
        # « X arrive de A », « X arrive comme directrice »: to the firm that the article is about.
        event.destination = event.destination or (event.role.organisation if event.role and posted else None)
        event.wants_destination = event.destination is None
    return all(any(_met(need, event) for need in needs) for needs in event.frame.needs)


def _met(need: str, event: Event) -> bool:
    """Whether something fills what the frame needs; the firm that a mover is told by is an origin."""
    if need == "role":
        return event.role is not None
    if event.slot(Slot(need)):
        return True
    return need == Slot.ORIGIN and event.frame.family in {"leave", "refuse"} and any(map(_own_firm, event.movers))


def _own_firm(mover: Mover) -> Entity | None:
    """The firm of « deux ingénieurs d'A », « le directeur technique d'A »."""
    if mover.people:
        return mover.people.organisation
    return mover.role.organisation if mover.role and mover.role.hold is not Hold.COMING else None


def _fullness(event: Event) -> tuple[int, int, int]:
    """How well a frame explains what stands around its trigger."""
    tail = next((words for frame, words in event.trigger.frames if frame is event.frame), 0)
    sides = sum(side is not None for side in (event.origin, event.destination, event.role))
    return (2 * bool(event.movers) + 2 * sides + 2 * bool(tail) + len(event.direct), tail, event.frame.strength)
