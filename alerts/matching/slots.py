"""The slots of a frame around one trigger: what fits into each, and how rows of movers are read."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.lexicon import Frame, Lexicon, NameType, Slot
from alerts.matching.events import Event, Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import HUMANS, ORDINALS, POINTING, Chunk, Hold, Item, People, Phrase
from alerts.matching.reading import Zone
from alerts.matching.triggers import Trigger

_PERSONAL = frozenset({"il", "elle", "ils", "elles", "celui-ci", "celle-ci", "-t-il", "-t-elle", *ORDINALS})
"""Pronouns that may stand for a mover."""
_THEM = frozenset({"derniers", "dernieres", "interesses", "interessees"})
"""Nouns that point to several who were named: « ces derniers », « les intéressés »."""
MAX_APPOSITION = 14
"""Chunks between two coordinated names."""
SLIGHT = frozenset(
    [
        "de",
        "a",
        "que",
        "qu'",
        "puis",
        "ainsi",
        "enfin",
        "surtout",
        "m",
        "m.",
        "mm.",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "celui",
        "celle",
        "ceux",
        "dont",
        "notamment",
        "aussi",
        "egalement",
        "elle-meme",
        "lui-meme",
    ]
)
"""Words between coordinated names that say nothing of their own."""


def _slight(item: Item) -> bool:
    """Whether a chunk between coordinated names says nothing of its own: « et de M. », « ainsi que la »."""
    if item.kind in {Chunk.COORDINATOR, Chunk.DETERMINER, Chunk.ROLE}:
        return True
    return item.value in SLIGHT


class Slots:
    """The event of one frame, as far as it is filled."""

    def __init__(self, phrase: Phrase, trigger: Trigger, frame: Frame, verb_chunks: set[int], lexicon: Lexicon) -> None:
        self.phrase = phrase
        self.items = phrase.items
        self.trigger = trigger
        self.frame = frame
        self.lexicon = lexicon
        self.verbs = verb_chunks
        self.first = phrase.by_token[trigger.start]
        self.after = phrase.by_token[trigger.end - 1] + 1
        self.event = Event(frame, trigger, phrase)
        last = self.items[self.after - 1]
        # The trigger's last words may be the beginning of a chunk: « prend la tête de | B », « aux commandes de | B ».
        self.preposition = "de" if last.kind is Chunk.PREPOSITION and last.end > trigger.end else ""

    def _governed(self, index: int) -> str:
        """The preposition that stands before a chunk, perhaps with a determiner or plain nouns between."""
        own = self._own_preposition(self.items[index])
        if own:
            return own
        place = index - 1
        while place >= 0 and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        if place >= 0 and self.items[place].kind is Chunk.PREPOSITION:
            return self.items[place].value
        if place >= 0 and self.items[place].kind is Chunk.COORDINATOR:
            earlier = self._coordinate_before(place)
            return self._governed(earlier) if earlier is not None else ""
        return ""

    def _coordinate_before(self, place: int) -> int | None:
        """The chunk before a coordinator, when it is a name or post."""
        if place > 0 and self.items[place - 1].kind in {Chunk.NAME, Chunk.ROLE}:
            return place - 1
        return None

    def _head_of_apposition(self, index: int, slot: Slot) -> int:
        """For « X, directeur de A, » the chunk of X: the post only describes him."""
        item = self.items[index]
        if slot in {Slot.MOVER, Slot.PREDECESSOR} and item.kind in {Chunk.ROLE, Chunk.GROUP}:
            for place in range(index - 1, max(-1, index - 5), -1):
                before = self.items[place]
                if before.kind is Chunk.NAME and self._is_person(before) and not self._verb_between(place, index):
                    return place
                if (before.kind is Chunk.SIGN and before.value in {",", "("}) or before.kind in {
                    Chunk.DETERMINER,
                    Chunk.WORD,
                }:
                    continue
                break
        return index

    def _verb_between(self, low: int, high: int) -> bool:
        return any(low < verb < high for verb in self.verbs)

    def _own_preposition(self, item: Item) -> str:
        """« de » where it is part of the group's chunk: « de | dix-huit développeurs »."""
        if item.kind is not Chunk.GROUP:
            return ""
        first = self.phrase.sentence.tokens[item.start].folded
        return "de" if self.lexicon.contractions.get(first, first) == "de" else ""

    def _own_side(self) -> Slot:
        """The side that a noun of movement is about: departures leave, arrivals join."""
        return Slot.ORIGIN if self.frame.family in {"leave", "fire"} else Slot.DESTINATION

    def _is_flag(self, slot: Slot) -> bool:
        """Whether the slot is only promised by a pronoun so far."""
        return (slot is Slot.ORIGIN and self.event.origin is None) or (
            slot is Slot.DESTINATION and self.event.destination is None
        )

    def _person_before(self, index: int) -> int | None:
        """The person named last before a chunk, no verb between."""
        for place in range(index - 1, max(-1, index - MAX_APPOSITION), -1):
            if place in self.verbs or self.items[place].value in {";", ".", ":"}:
                return None
            if self.items[place].kind is Chunk.NAME and self._is_person(self.items[place]):
                return place
        return None

    def _members(self, index: int) -> Iterator[int]:
        """The names behind a group: « trois chercheurs d'OpenAI : X, Y et Z », « deux cadres, dont X »."""
        opening = self.items[index + 1] if index + 1 < len(self.items) else None
        if opening is None or opening.value not in {":", ",", "(", "—", "–", "-", "dont"}:
            yield from self._members_apart(index)
            return
        for place in range(index + 2 - (opening.value == "dont"), min(len(self.items), index + 5)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                yield place
                yield from self._coordinated(place, +1)
                return
            if item.kind not in {Chunk.DETERMINER, Chunk.ROLE} and item.value not in {"dont", "notamment"}:
                yield from self._members_apart(index)
                return

    def _members_apart(self, index: int) -> Iterator[int]:
        """The same behind other words: « recrute six analystes pour Kinshasa, dont X et Y »."""
        for place in range(index + 1, min(len(self.items), index + MAX_APPOSITION)):
            item = self.items[place]
            if item.value in {";", ".", "!", "?"} or place in self.verbs:
                return
            if item.value == "dont" and place + 1 < len(self.items) and self._is_person(self.items[place + 1]):
                row = [place + 1, *self._coordinated(place + 1, +1)]
                behind = self.items[row[-1] + 1] if row[-1] + 1 < len(self.items) else None
                if behind is None or behind.kind is Chunk.SIGN:  # « dont X est le patron » names no member
                    yield from row
                return

    def _coordinated(self, index: int, step: int) -> Iterator[int]:
        """The chunks coordinated with the mover at `index`: « X, Y et Z », « de X et de Y », « X, chef de B, et Y »."""
        place, seen = index + step, 0
        while 0 <= place < len(self.items) and seen < 12 and abs(place - index) <= MAX_APPOSITION:
            item = self.items[place]
            if self._coordinate(item, place, step):
                if not self._linked(min(place, index), max(place, index)):
                    return
                yield place
                index, seen = place, seen + 1
            elif place in self.verbs or (
                item.kind in {Chunk.RELATIVE, Chunk.SIGN} and item.value not in {",", "(", ")", "que", "qu'", "dont"}
            ):
                return
            place += step

    def _coordinate(self, item: Item, place: int, step: int) -> bool:
        """Whether the chunk can stand in a row of movers."""
        if item.kind is Chunk.NAME:
            return self._is_person(item)
        opened = place > 0 and (
            self.items[place - 1].value in {"et", "que", "qu'"} or self.items[place - 2].value == "et"
        )
        return item.kind is Chunk.GROUP and step > 0 and opened

    def _linked(self, low: int, high: int) -> bool:
        """Whether a coordinator or a comma joins two names, with no more than an enclosed description between."""
        between = self.items[low + 1 : high]
        signs = {k for k, item in enumerate(between) if item.value in {",", "(", ")"}}
        words = {k for k, item in enumerate(between) if item.kind is Chunk.COORDINATOR or item.value == "ainsi"}
        joints = signs | words
        if not joints:
            return False
        plain = [k for k, item in enumerate(between) if k not in joints and not _slight(item)]
        # A description needs a sign on either side: « X, gardien des formats, et Y ».
        return not plain or (min(signs, default=99) < plain[0] and max(joints) > plain[-1] and len(joints) > 1)

    def _fits(self, item: Item, slot: Slot) -> bool:
        """Whether a chunk can fill the slot at all."""
        if slot in {Slot.MOVER, Slot.PREDECESSOR}:
            if item.kind is Chunk.NAME:
                return self._is_person(item)
            if item.kind is Chunk.PRONOUN:
                return item.value in _PERSONAL
            if item.kind is Chunk.WORD:
                return self._points_to_somebody(item)
            return item.kind is Chunk.GROUP or bool(
                item.role and (item.role.definite or item.role.organisation or item.role.hold is not Hold.PLAIN)
            )
        if slot in {Slot.ORIGIN, Slot.DESTINATION}:
            by_boss = item.role is not None and item.role.post and item.role.organisation is not None
            known = self.phrase.sentence.zone is not Zone.TITLE and self.frame.family not in {"poach", "appoint"}
            return by_boss or (item.kind is Chunk.NAME and self._is_organisation(item, strict=known))
        return False

    def _points_to_somebody(self, item: Item) -> bool:
        """« ce dernier », « l'intéressée »: somebody who was named before."""
        if item.value not in HUMANS | _THEM or not item.start:
            return False
        before = self.items[self.phrase.by_token[item.start - 1]].value
        return before in ({"ces", "les"} if item.value in _THEM else POINTING)

    def _is_person(self, item: Item) -> bool:
        """Whether a name is a person's."""
        return item.entity is not None and item.entity.type is NameType.PERSON

    def _surely_organisation(self, item: Item) -> bool:
        """Whether a name is an organisation's beyond doubt."""
        return item.entity is not None and item.entity.type is NameType.ORGANISATION

    def _is_organisation(self, item: Item, strict: bool = False) -> bool:
        """Whether a name is an organisation's; an unknown name in its place may be."""
        if item.entity is None:
            return False
        if item.entity.type is NameType.ORGANISATION:
            return True
        if item.entity.type is NameType.MEDIUM:
            return True
        return item.entity.type is NameType.UNKNOWN and not strict

    def _give(self, slot: Slot, index: int, direct: bool) -> None:
        """Put the chunk into the slot."""
        item = self.items[index]
        if slot is Slot.MOVER:
            self.event.movers.append(self._mover(index))
            if item.people:
                self._give_members(index, item.people)
        elif slot is Slot.PREDECESSOR:
            self.event.predecessors.append(self._mover(index))
        elif item.entity:
            self._give_organisation(slot, item.entity)
        elif item.role and item.role.organisation:
            self._give_organisation(slot, item.role.organisation)
        if direct:
            self.event.direct.add(slot.value)

    def _give_organisation(self, slot: Slot, entity: Entity) -> None:
        if slot is Slot.ORIGIN:
            self.event.origin = entity
        elif slot is Slot.DESTINATION:
            self.event.destination = entity

    def _give_members(self, index: int, people: People) -> None:
        """Put the named members of a group in its place, or beside it when some remain unnamed."""
        members = [self._mover(place) for place in self._members(index)]
        if members and self.event.origin is None and people.organisation is not self.event.destination:
            self.event.origin = people.organisation
        if members and (people.count is None or len(members) >= people.count):
            self.event.movers.pop()
        self.event.movers.extend(members)

    def _mover(self, index: int) -> Mover:
        item = self.items[index]
        pronoun = item.value if item.kind is Chunk.PRONOUN else ""
        if item.kind is Chunk.WORD:
            pronoun = "celui-ci" if item.value in {"dernier", "derniere"} else "ils" if item.value in _THEM else "il"
        return Mover(item.entity, item.people, item.role, pronoun, index)
