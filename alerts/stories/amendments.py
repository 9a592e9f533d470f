"""What an outlet corrected: the moves that an article told, before and after its page was changed. Pure.

A correction takes something back: another value, or none, in the place of one. What an article adds is news, which
joining tells of anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.stories.names import likeness
from alerts.stories.novelty import amount_text
from mercato.model import Move, Novelty, Slot, Status, StoryEvent
from mercato.text import fold

_RUNGS = {Status.RUMOURED: 0, Status.REPORTED: 1, Status.CONFIRMED: 2}

RETRACTED = "retracted"
"""In place of a slot: the article does not tell the move any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A field of a move that an outlet changed."""

    slot: Slot | None  # None: the article does not tell the move any more
    before: str
    after: str

    @property
    def name(self) -> str:
        """The slot as events and tables spell it."""
        return self.slot.value if self.slot else RETRACTED


def corrections(told: Sequence[tuple[str, Sequence[Move]]], after: Sequence[Move]) -> list[tuple[str, Amendment]]:
    """What an article corrected of each story that it told, by the story: `told` are its moves in each before, `after`
    its moves now.
    """
    found = []
    for story, moves in told:
        others = [move for other, theirs in told if other != story for move in theirs]
        mine = [move for move in after if not any(_same_mover(move, other) for other in others)]
        found += [(story, amendment) for amendment in amendments(moves, mine)]
    return found


def amendments(before: Sequence[Move], after: Sequence[Move]) -> list[Amendment]:
    """What was corrected between two versions of an article, slot by slot; recalled older moves do not count."""
    old = [move for move in before if not move.background]
    new = [move for move in after if not move.background]
    pairs, lost, found = _paired(old, new)
    changed = [amendment for one, other in pairs for amendment in _differences(one, other)]
    if len(lost) == len(found) == 1:
        changed += [Amendment(slot=Slot.WHO, before=_mover(lost[0]), after=_mover(found[0]))]
        changed += _differences(lost[0], found[0])
    else:
        changed += [Amendment(slot=None, before=_mover(move), after="") for move in lost]
    return list(dict.fromkeys(changed))


def as_event(story: str, article: str, at: datetime, amendment: Amendment) -> StoryEvent:
    """The event by which readers of the story learn of a correction; `before` and `after` begin with the slot."""
    before, after = f"{amendment.name}={amendment.before}", f"{amendment.name}={amendment.after}"
    seed = "\x1f".join((story, article, Novelty.CORRECTED.value, before, after, at.date().isoformat()))
    name = hashlib.sha256(seed.encode()).hexdigest()[:16]
    return StoryEvent(
        id=name, story=story, article=article, at=at, novelty=Novelty.CORRECTED, before=before, after=after
    )


def _paired(old: Sequence[Move], new: Sequence[Move]) -> tuple[list[tuple[Move, Move]], list[Move], list[Move]]:
    """Moves of one mover in both versions, those that only the old one has, and those that only the new one has."""
    pairs, lost, left = [], [], list(new)
    for move in old:
        same = next((other for other in left if _same_mover(move, other)), None)
        if same is None:
            lost.append(move)
        else:
            left.remove(same)
            pairs.append((move, same))
    return pairs, lost, left


def _same_mover(one: Move, other: Move) -> bool:
    if one.person is None or other.person is None:
        return one.person is other.person
    return bool(likeness(one.person, other.person))


def _differences(old: Move, new: Move) -> Iterator[Amendment]:
    for slot in (Slot.ORIGIN, Slot.DESTINATION, Slot.ROLE):
        before, after = getattr(old, slot.value) or "", getattr(new, slot.value) or ""
        if before and not _alike(before, after):
            yield Amendment(slot=slot, before=before, after=after)
    if old.amount and old.amount != new.amount:
        after = amount_text(new.amount) if new.amount else ""
        yield Amendment(slot=Slot.AMOUNT, before=amount_text(old.amount), after=after)
    if _RUNGS.get(new.status, 0) < _RUNGS.get(old.status, 0) and new.status in _RUNGS:
        # A denial has its own way to the readers; here an outlet is less sure of itself than it was.
        yield Amendment(slot=Slot.STATUS, before=old.status.value, after=new.status.value)


def _alike(one: str, other: str) -> bool:
    """Whether one is the other, or the other said more fully: «Meta», «Meta AI»."""
    short, long = sorted((fold(one), fold(other)), key=len)
    return bool(short) and short in long


def _mover(move: Move) -> str:
    return move.person or (move.group.label if move.group else "")
