"""Tellings sorted into threads, one per event. Pure.

The result depends on the set of tellings alone: they are taken in the order in which they came out, whatever the order
in which they were met, and an article told twice counts as its newest telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.stories.bundles import bundles, told
from alerts.stories.resemblance import Fit, fit
from alerts.stories.rulings import NO_RULINGS, Rulings
from alerts.stories.threads import Thread
from mercato.model import Move, Telling

_JOINT_DAYS, _SINGLE_DAYS = 7, 2
"""How long a person named beside a known mover is a new name in the same event: a week where several were known to
move together; where one was, only while outlets still complete the first report. Later he has a story of his own."""


def threads(tellings: Iterable[Telling], rulings: Rulings = NO_RULINGS) -> list[Thread]:
    """The events that `tellings` tell; each of the tellings holds the moves of one article, no article comes twice.

    What `rulings` say of two claims stands, whatever the rules make of them.
    """
    parts = [one for telling in tellings for part in bundles(telling) for one in rulings.parted(part)]
    parts.sort(key=lambda part: (told(part), part.article))  # stable: bundles of an article stay in reading order
    found: list[Thread] = []
    for part in parts:
        _place(part, found, rulings)
    return rulings.united(found)


def _place(part: Telling, found: list[Thread], rulings: Rulings) -> None:
    """Add each mover of a bundle to the thread that tells his move; those without one stay together."""
    allowed = [thread for thread in found if not rulings.forbid(part, thread)]
    moment, companions = told(part), sum(move.person is not None for move in part.moves)
    placed: list[tuple[Thread, Move]] = []
    left: list[Move] = []
    for move in part.moves:
        thread = _best(move, part, moment, allowed, companions)
        if thread is None:
            left.append(move)
        else:
            placed.append((thread, move))
    for thread, moves in _by_thread(placed):
        thread.add(_only(part, moves))
    if left:
        host = next((thread for thread, _ in placed if _hosts(thread, moment)), None)
        if host is None:
            found.append(Thread(_only(part, left)))
        else:
            host.add(_only(part, left))


def _best(move: Move, part: Telling, moment: datetime, found: Sequence[Thread], companions: int) -> Thread | None:
    """The thread that the move fits best; of equals, the newest."""
    best: tuple[Fit, int] | None = None
    for position, thread in enumerate(found):
        found_fit = fit(move, part.title, moment, thread, companions)
        if found_fit is not None and (best is None or (found_fit, position) > best):
            best = found_fit, position
    return found[best[1]] if best else None


def _by_thread(placed: Iterable[tuple[Thread, Move]]) -> Iterator[tuple[Thread, list[Move]]]:
    groups: dict[int, tuple[Thread, list[Move]]] = {}
    for thread, move in placed:
        groups.setdefault(id(thread), (thread, []))[1].append(move)
    yield from groups.values()


def _hosts(thread: Thread, moment: datetime) -> bool:
    """Whether a thread may still learn of movers whom its tellings have not named."""
    joint = bool(thread.groups) or len(thread.people.names()) > 1
    return (moment - thread.first).days < (_JOINT_DAYS if joint else _SINGLE_DAYS)


def _only(part: Telling, moves: Iterable[Move]) -> Telling:
    return replace(part, moves=tuple(moves))
