"""Who takes from whom, and when, made of moves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from alerts.sectors import sectors_of
from alerts.stories.flows import Flow, Span, flows
from mercato.model import Route
from mercato.text import fold


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


def broadest(moves: Iterable[Route], firms: Firms, limit: int) -> list[Flow]:
    """The flows between two known firms, those that most stories tell first."""
    found = flows((move for move in moves if firms.fit(move.origin, move.destination)), Span.ALL)
    return sorted(found, key=lambda flow: (-flow.stories, flow.origin, flow.destination))[:limit]


def months(moves: Iterable[Route], firms: Firms) -> list[tuple[str, int]]:
    """How many moves each month («2026-03») told, in order."""
    total: Counter[str] = Counter()
    for move in moves:
        if firms.fit(move.origin, move.destination):
            total[move.month] += move.stories
    return sorted(total.items())


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return fold(name)
