"""What is told of the pay of one who moves, put together: sums, and what they consist of. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from mercato.model import Composition, Move, Pay, PayPart


def told_pay(move: Move) -> tuple[Pay, ...]:
    """Every sum that is given or denied as the mover's pay, each once."""
    told = {(pay.amount, pay.denied): pay for pay in move.pay}
    for amount, denied in ((move.amount, False), (move.denied_amount, True)):
        if amount is not None:
            told.setdefault((amount, denied), Pay(amount=amount, denied=denied))
    return tuple(told.values())


def combined(some: Iterable[Composition]) -> Composition:
    """All that several accounts of one sum tell of it; of several numbers of years the first stands."""
    whole = list(some)
    found = {part for one in whole for part in one.parts}
    return Composition(
        parts=tuple(part for part in PayPart if part in found),
        multi_year=any(one.multi_year for one in whole),
        years=next((one.years for one in whole if one.years), None),
    )


def composition_data(composition: Composition) -> dict[str, object]:
    """The keys by which every interface for programs tells what a figure consists of."""
    return {
        "consists_of": [part.value for part in composition.parts],
        "multi_year": composition.multi_year,
        "years": composition.years,
    }
