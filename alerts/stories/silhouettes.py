"""What stories and articles show from afar: enough to find the few that may tell one event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.organisations import organisation_words
from alerts.stories.bundles import told
from alerts.stories.names import likeness, name_keys
from alerts.stories.resemblance import GROUP_DAYS, LIMIT_DAYS
from alerts.stories.threads import agree, sides
from mercato.model import Telling

WINDOW = timedelta(days=LIMIT_DAYS)
"""How long a story that nobody tells any more stays open for joining."""

_GROUP_WINDOW = timedelta(days=GROUP_DAYS)


@dataclass(frozen=True, slots=True)
class Silhouette:
    """Who, where and when, without asking yet whether it fits together."""

    people: frozenset[str]
    has_group: bool
    origins: frozenset[str]
    destinations: frozenset[str]
    first: datetime
    last: datetime

    def may_meet(self, other: Silhouette) -> bool:
        """Whether a telling of the one might fit a thread of the other; never False when one does."""
        gap = max(self.first - other.last, other.first - self.last)
        if gap > WINDOW:
            return False
        if any(likeness(one, two) for one in self.people for two in other.people):
            return True
        if gap > _GROUP_WINDOW or not (self.has_group or other.has_group):
            return False
        return self._common_sides(other) >= (1 if self.has_group and other.has_group else 2)

    def _common_sides(self, other: Silhouette) -> int:
        """On how many sides, origin and destination, they name one organisation."""
        origins = any(agree(origin, other.origins) for origin in self.origins)
        return origins + any(agree(destination, other.destinations) for destination in self.destinations)

    def shelved_under(self) -> frozenset[str]:
        """The index keys under which it is found."""
        places = self._places()
        grouped = {f"group {place}" for place in places} if self.has_group else set()
        return self._names() | places | grouped

    def looked_up(self) -> frozenset[str]:
        """The index keys under which everything lies that it may meet: names meet names, a group meets any route."""
        places = self._places() if self.has_group else {f"group {place}" for place in self._places()}
        return self._names() | places

    def _names(self) -> frozenset[str]:
        return frozenset(f"name {key}" for person in self.people for key in name_keys(person))

    def _places(self) -> frozenset[str]:
        origins = {f"from {word}" for origin in self.origins for word in _words(origin)}
        return frozenset(origins | {f"to {word}" for destination in self.destinations for word in _words(destination)})


def silhouette(tellings: Sequence[Telling]) -> Silhouette:
    """The silhouette of one story's tellings, or of one article's; at least one telling."""
    moves = [move for telling in tellings for move in telling.moves]
    times = [told(telling) for telling in tellings]
    routes = [sides(move) for move in moves]
    return Silhouette(
        people=frozenset(move.person for move in moves if move.person),
        has_group=any(move.group for move in moves),
        origins=frozenset(origin for origin, _ in routes if origin),
        destinations=frozenset(destination for _, destination in routes if destination),
        first=min(times),
        last=max(times),
    )


def _words(organisation: str) -> Iterable[str]:
    """The words of a name, and all of them in one: «Open AI» and «OpenAI»."""
    words = organisation_words(organisation)
    return (*words, "".join(words))
