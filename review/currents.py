"""Who takes from whom, and when, made of moves. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from alerts.sectors import sectors_of
from alerts.stories.flows import Flow, Span, flows
from mercato.model import Kind, Route, Status
from mercato.text import fold
from storage.browse import DatedMove


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


def broadest(moves: Iterable[DatedMove], limit: int) -> list[Flow]:
    """The flows between two known firms, those that most stories tell first."""
    people: Counter[_Alike] = Counter()
    stories: Counter[_Alike] = Counter()
    for move in moves:
        alike = _Alike(move.origin, move.destination, move.status, move.kind)
        people[alike] += move.people
        stories[alike] += 1
    routes = (Route(month="", people=people[one], stories=stories[one], **one._asdict()) for one in stories)
    return sorted(flows(routes, Span.ALL), key=lambda flow: (-flow.stories, flow.origin, flow.destination))[:limit]


class _Alike(NamedTuple):
    """What stories share that make up one flow."""

    origin: str | None
    destination: str | None
    status: Status
    kind: Kind


def months(moves: Iterable[DatedMove]) -> list[tuple[str, int]]:
    """How many moves each month («2026-03») told, in order."""
    return sorted(Counter(move.month for move in moves).items())


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return fold(name)
