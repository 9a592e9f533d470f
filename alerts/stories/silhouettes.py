"""What stories and articles show from afar: enough to find the few that may tell one event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.organisations import organisation_words
from alerts.stories.bundles import told
from alerts.stories.names import Likeness, likeness, name_keys, pair_keys, surname_keys, title_keys
from alerts.stories.recalls import news
from alerts.stories.resemblance import GROUP_DAYS, LIMIT_DAYS, SURNAME_DAYS
from alerts.stories.threads import agree, sides
from mercato.model import Move, Telling

WINDOW = timedelta(days=LIMIT_DAYS)
"""How long a story that nobody tells any more stays open for joining."""

_GROUP_WINDOW = timedelta(days=GROUP_DAYS)
_SURNAME_WINDOW = timedelta(days=SURNAME_DAYS)

SEASON = timedelta(days=180)
"""How long a seat left empty and who takes it are told as one: notice periods and searches last for months."""

_STRETCH_SECONDS = 60 * 86400
"""Length of the stretches of time by which keys are told apart: half the window, so that a lookup names five."""

KEYS_VERSION = "2"
"""Goes up when the keys of the same tellings change: an archive is then shelved anew."""


@dataclass(frozen=True, slots=True)
class Silhouette:
    """Who, where and when, without asking yet whether it fits together."""

    people: frozenset[str]
    has_group: bool
    origins: frozenset[str]
    destinations: frozenset[str]
    first: datetime
    last: datetime
    recalled: frozenset[str] = frozenset()  # people whose older moves are recalled beside the news
    titled: frozenset[str] = frozenset()  # words that may be surnames in titles of tellings that name nobody

    def may_meet(self, other: Silhouette) -> bool:
        """Whether a telling of the one might fit a thread of the other; never False when one does."""
        gap = max(self.first - other.last, other.first - self.last)
        if gap > WINDOW:
            return False
        alike = max((likeness(one, two) for one in self.people for two in other.people), default=Likeness.NONE)
        if alike is Likeness.EXACT:
            return True
        if alike and (alike is not Likeness.SURNAME or gap <= _SURNAME_WINDOW) and self._common_sides(other):
            return True
        if gap > _GROUP_WINDOW or not (self.has_group or other.has_group):
            return False
        if (self._titles(other) or other._titles(self)) and self._common_sides(other):
            return True
        return self._common_sides(other) >= (1 if self.has_group and other.has_group else 2)

    def _titles(self, other: Silhouette) -> bool:
        """Whether a title without a mover gives the surname of one of the other's people."""
        return any(self.titled & surname_keys(person) for person in other.people)

    def _common_sides(self, other: Silhouette) -> int:
        """On how many sides, origin and destination, they name one organisation."""
        origins = any(agree(origin, other.origins) for origin in self.origins)
        return origins + any(agree(destination, other.destinations) for destination in self.destinations)

    def shelved_under(self) -> frozenset[str]:
        """The index keys under which it is found, one set for each stretch of time that it covers."""
        grouped = {f"group {key}" for key in (*self._places(), *self._routes())} if self.has_group else set[str]()
        recalling = {f"recalls {key}" for person in self.recalled for key in pair_keys(person)}
        titled = {f"alone {word}" for word in self.titled}
        keys = self._names() | self._places() | self._routes() | grouped | recalling | titled
        return _dated(keys, self.first, self.last)

    def looked_up(self) -> frozenset[str]:
        """The index keys under which everything lies that it may meet.

        Full names meet what shares a pair of their words, and single words; groups meet groups on one side, anybody on
        both, and whose surname their titles give.
        """
        routes = {f"group {route}" for route in self._routes()}
        if self.has_group:
            routes |= self._routes() | {f"group {place}" for place in self._places()}
        routes |= {f"word {word}" for word in self.titled}
        near = _dated(routes, self.first - _GROUP_WINDOW, self.last + _GROUP_WINDOW)
        return near | _dated(self._met_names(), self.first - WINDOW, self.last + WINDOW)

    def recalled_under(self) -> frozenset[str]:
        """The index keys under which every story lies that an article tells which may recall this one."""
        keys = {f"recalls {key}" for person in self.people for key in pair_keys(person)}
        return _dated(keys, self.first - WINDOW, self.last + WINDOW)

    def neighbours(self) -> frozenset[str]:
        """The index keys of whoever leaves or joins the same organisations within a season, before or after."""
        return _dated(self._places() | self._reversed(), self.first - SEASON, self.last + SEASON)

    def _reversed(self) -> frozenset[str]:
        """The other side of the same organisations: who comes where one leaves, and who leaves where one comes."""
        joined = {f"to {word}" for origin in self.origins for word in _words(origin)}
        return frozenset(joined | {f"from {word}" for place in self.destinations for word in _words(place)})

    def _names(self) -> frozenset[str]:
        return frozenset(
            key for person in self.people for key in (*_pairs(person), *_alone(person), *_words_of(person))
        )

    def _met_names(self) -> frozenset[str]:
        return frozenset(key for person in self.people for key in _pairs(person) or _words_of(person)) | frozenset(
            f"alone {word}" for person in self.people if pair_keys(person) for word in name_keys(person)
        )

    def _places(self) -> frozenset[str]:
        origins = {f"from {word}" for origin in self.origins for word in _words(origin)}
        return frozenset(origins | {f"to {word}" for destination in self.destinations for word in _words(destination)})

    def _routes(self) -> frozenset[str]:
        return frozenset(
            f"route {left} > {joined}"
            for origin in self.origins
            for destination in self.destinations
            for left in _words(origin)
            for joined in _words(destination)
        )


def silhouette(tellings: Sequence[Telling]) -> Silhouette:
    """The silhouette of one story's tellings, or of one article's; at least one telling that is news."""
    parts = news(tellings)
    recalled = frozenset(move.person for telling in parts for move in telling.recalled if move.person)
    nameless = (telling for telling in parts if all(move.person is None for move in telling.moves))
    titled = frozenset(key for telling in nameless for key in title_keys(telling.title))
    return _silhouette([move for telling in parts for move in telling.moves], map(told, parts), recalled, titled)


def silhouette_of_recalled(telling: Telling) -> Silhouette:
    """The silhouette of what an article recalls, as if it were news."""
    return _silhouette(telling.recalled, [told(telling)])


def _silhouette(
    moves: Iterable[Move],
    times: Iterable[datetime],
    recalled: frozenset[str] = frozenset(),
    titled: frozenset[str] = frozenset(),
) -> Silhouette:
    some, moments = list(moves), list(times)
    routes = [sides(move) for move in some]
    return Silhouette(
        people=frozenset(move.person for move in some if move.person),
        has_group=any(move.group for move in some),
        origins=frozenset(origin for origin, _ in routes if origin),
        destinations=frozenset(destination for _, destination in routes if destination),
        first=min(moments),
        last=max(moments),
        recalled=recalled,
        titled=titled,
    )


def _pairs(person: str) -> list[str]:
    return [f"pair {key}" for key in pair_keys(person)]


def _words_of(person: str) -> list[str]:
    return [f"word {key}" for key in name_keys(person)]


def _alone(person: str) -> list[str]:
    return [] if pair_keys(person) else [f"alone {key}" for key in name_keys(person)]


def _words(organisation: str) -> frozenset[str]:
    """What two names of one organisation share: the first word, the last, or all of them in one («Open AI»)."""
    words = organisation_words(organisation)
    return frozenset({words[0], words[-1], "".join(words)}) if words else frozenset()


def _dated(keys: Iterable[str], first: datetime, last: datetime) -> frozenset[str]:
    """The keys once for each stretch of time from `first` to `last`, so that an index of years is no longer to read
    than one of months."""
    stretches = [f" @{stretch}" for stretch in range(_stretch(first), _stretch(last) + 1)]
    return frozenset([key + stretch for key in keys for stretch in stretches])


def _stretch(moment: datetime) -> int:
    return int(moment.timestamp()) // _STRETCH_SECONDS
