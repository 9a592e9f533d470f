from __future__ import annotations

from alerts.changes import Shift, SlotChange, shift
from mercato.model import Amount, Kind, Match, Move, NoMatch, Reason, Status

NO = NoMatch(reason=Reason.NO_TRIGGER)


def match(*moves: Move) -> Match:
    return Match(score=1.0, moves=moves)


def move(person: str = "Zoé Marchand", destination: str | None = "Corvex", **more: object) -> Move:
    return Move(person=person, destination=destination, status=Status.CONFIRMED, kind=Kind.HIRE, **more)  # type: ignore[arg-type]


def test_gains_and_losses() -> None:
    assert shift(None, NO) == (Shift.SAME, ())
    assert shift(NO, match(move()))[0] is Shift.GAINED
    assert shift(None, match(move()))[0] is Shift.GAINED
    gone = SlotChange("Zoé Marchand", "move", "? → Corvex (confirmed)", "")
    assert shift(match(move()), NO) == (Shift.LOST, (gone,))


def test_slots_of_the_same_mover_are_compared() -> None:
    paid = move("ZOE MARCHAND", "Altéride", amount=Amount(min=1, max=None, currency="EUR"))
    kind, slots = shift(match(move()), match(paid))
    assert kind is Shift.SLOTS
    assert {(one.slot, one.before, one.after) for one in slots} == {
        ("destination", "Corvex", "Altéride"),
        ("amount", "", "1– EUR/total"),
    }


def test_what_is_merely_recalled_does_not_count() -> None:
    assert shift(match(move()), match(move(), move("Noé Lambert", background=True))) == (Shift.SAME, ())
    assert shift(match(move()), match(move(), move("Noé Lambert")))[0] is Shift.SLOTS
