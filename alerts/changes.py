"""What another reading of an article changed: gains, losses, and moves told otherwise, slot by slot. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mercato.model import Judgement, Match, Move
from mercato.text import fold

_SLOTS = ("origin", "destination", "role", "status", "kind", "amount")


class Shift(StrEnum):
    """What became of an article; the values are part of the JSON contract."""

    GAINED = "gained"  # flagged, and was not
    LOST = "lost"  # no more flagged
    SLOTS = "slots"  # flagged both times, with other moves
    SAME = "same"


@dataclass(frozen=True, slots=True)
class SlotChange:
    """One slot of one move."""

    mover: str
    slot: str  # or "move": the whole of it
    before: str
    after: str


def shift(before: Judgement | None, after: Judgement) -> tuple[Shift, tuple[SlotChange, ...]]:
    """What the judgement `after` changes about `before`, None when there was none; background moves do not count."""
    was, is_now = isinstance(before, Match), isinstance(after, Match)
    slots = _slots(_news(before), _news(after))
    if was == is_now:
        return (Shift.SLOTS if slots else Shift.SAME), slots
    return (Shift.GAINED if is_now else Shift.LOST), slots


def _news(judgement: Judgement | None) -> dict[str, Move]:
    """The news of a match by mover."""
    return {fold(_mover(move)): move for move in judgement.news} if isinstance(judgement, Match) else {}


def _mover(move: Move) -> str:
    return move.person or (move.group.label if move.group else "")


def _slots(before: dict[str, Move], after: dict[str, Move]) -> tuple[SlotChange, ...]:
    changes: list[SlotChange] = []
    for key in (*before, *(key for key in after if key not in before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            changes.append(SlotChange(_mover(old or new), "move", _told(old), _told(new)))  # type: ignore[arg-type]
            continue
        pairs = ((slot, _text(old, slot), _text(new, slot)) for slot in _SLOTS)
        changes += [SlotChange(_mover(new), slot, was, now) for slot, was, now in pairs if was != now]
    return tuple(changes)


def _told(move: Move | None) -> str:
    if move is None:
        return ""
    return f"{move.origin or '?'} → {move.destination or '?'} ({move.status})"


def _text(move: Move, slot: str) -> str:
    amount = move.amount
    if slot != "amount":
        return str(getattr(move, slot) or "")
    return f"{amount.min or ''}–{amount.max or ''} {amount.currency}/{amount.period}" if amount else ""
