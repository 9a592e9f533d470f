"""Who takes from whom, and when, made of moves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from alerts.sectors import sectors_of
from mercato.text import fold
from storage.browse import Moves


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

    def fit(self, origin: str | None, destination: str | None) -> bool:
        """Whether a move between these firms is wanted."""
        names = [name for name in (origin, destination) if name]
        here = not self.firm or fold(self.firm) in map(_key, names)
        return here and (not self.sector or any(self.sector in sectors_of(name) for name in names))


def flows(moves: Iterable[Moves], firms: Firms, limit: int) -> list[Flow]:
    """The flows between two known firms, the broadest first; a firm is the same in any spelling of case and accents."""
    total: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    for move in moves:
        if move.origin and move.destination and firms.fit(move.origin, move.destination):
            pair = _key(move.origin), _key(move.destination)
            if pair[0] != pair[1]:
                total[pair] += move.stories
                for key, name in zip(pair, (move.origin, move.destination), strict=True):
                    names[key] = min(names.get(key, name), name)
    broadest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [Flow(names[origin], names[destination], number) for (origin, destination), number in broadest]


def months(moves: Iterable[Moves], firms: Firms) -> list[tuple[str, int]]:
    """How many moves each month («2026-03») told, in order."""
    total: Counter[str] = Counter()
    for move in moves:
        if firms.fit(move.origin, move.destination):
            total[move.month] += move.stories
    return sorted(total.items())


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return fold(name)
