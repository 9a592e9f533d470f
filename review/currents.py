"""Who takes from whom, and when, made of moves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from alerts.sectors import sectors_of
from mercato.text import fold
from storage.browse import DatedMove


class Flow(NamedTuple):
    """How many stories tell a move from one firm to another."""

    origin: str
    destination: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Firms:
    """Which moves are wanted by their firms, either of which is enough; empty fields ask for nothing."""

    firm: str = ""
    sector: str = ""

    def among(self, moves: Sequence[DatedMove]) -> Sequence[DatedMove]:
        """The moves that are wanted."""
        return [move for move in moves if self._fit(move)] if self.firm or self.sector else moves

    def _fit(self, move: DatedMove) -> bool:
        names = [name for name in (move.origin, move.destination) if name]
        here = not self.firm or fold(self.firm) in map(_key, names)
        return here and (not self.sector or any(self.sector in sectors_of(name) for name in names))


def flows(moves: Iterable[DatedMove], limit: int) -> list[Flow]:
    """The flows between two known firms, the broadest first; a firm is the same in any spelling of case and accents."""
    total: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    pairs = Counter((move.origin, move.destination) for move in moves)
    for (origin, destination), number in pairs.items():
        if origin and destination and _key(origin) != _key(destination):
            total[_key(origin), _key(destination)] += number
            for name in (origin, destination):
                names[_key(name)] = min(names.get(_key(name), name), name)
    broadest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [Flow(names[origin], names[destination], number) for (origin, destination), number in broadest]


def months(moves: Iterable[DatedMove]) -> list[tuple[str, int]]:
    """How many moves each month («2026-03») told, in order."""
    return sorted(Counter(move.month for move in moves).items())


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return fold(name)
