"""What a trigger says: who moves, from where, to where. Values that the rooms of the matcher share."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerts.lexicon import Frame, Slot
from alerts.matching.names import Entity
from alerts.matching.phrases import People, Phrase, Role
from alerts.matching.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves: a person, a group, or somebody pointed to by a post or a pronoun who is named elsewhere."""

    entity: Entity | None = None
    people: People | None = None
    role: Role | None = None
    pronoun: str = ""
    place: int = 0  # chunk


@dataclass(slots=True)
class Event:
    """A filled frame."""

    frame: Frame
    trigger: Trigger
    phrase: Phrase
    movers: list[Mover] = field(default_factory=list)
    origin: Entity | None = None
    destination: Entity | None = None
    predecessors: list[Mover] = field(default_factory=list)
    role: Role | None = None
    direct: set[str] = field(default_factory=set)  # slots that were filled by a direct argument
    wants_origin: bool = False  # a pronoun or « l'entreprise » stands where the organisation should
    wants_destination: bool = False
    recalled: bool = False  # told in a clause about the firm: « B, qu'il a cofondée »

    def slot(self, slot: Slot) -> object:
        """What fills a slot, or None."""
        filled: dict[Slot, object] = {
            Slot.MOVER: self.movers or None,
            Slot.ORIGIN: self.origin or (self.wants_origin or None),
            Slot.DESTINATION: self.destination or (self.wants_destination or None),
            Slot.PREDECESSOR: self.predecessors or None,
        }
        return filled.get(slot)
