"""A story in the making: tellings that were found to tell one event, and what they say taken together. Pure.

A thread lives only while stories are worked out. It answers the questions that the next telling is compared with: who
moves, from where, to where, how firmly, and when it was last told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alerts.organisations import same_organisation
from alerts.stories.bundles import told
from alerts.stories.names import Likeness, fullest, likeness
from mercato.model import Group, Kind, Move, Status, Telling


class Identities:
    """The people of a thread, each with every spelling that was met, in the order in which they were first named."""

    def __init__(self) -> None:
        self._spellings: list[list[str]] = []

    def add(self, name: str) -> None:
        """Take up one more naming: of somebody known, or of somebody new."""
        found = self.find(name)
        if found is None:
            self._spellings.append([name])
        else:
            self._spellings[found].append(name)

    def find(self, name: str) -> int | None:
        """The position of the person who is most surely meant by `name`; None for nobody."""
        grades = [(self._likeness(name, position), -position) for position in range(len(self._spellings))]
        grade, position = max(grades, default=(Likeness.NONE, 0))
        return -position if grade else None

    def likeness(self, name: str) -> Likeness:
        """How surely `name` means one of the people."""
        grades = (self._likeness(name, position) for position in range(len(self._spellings)))
        return max(grades, default=Likeness.NONE)

    def namings(self, name: str) -> int:
        """How often the person who is meant by `name` was named."""
        found = self.find(name)
        return 0 if found is None else len(self._spellings[found])

    def names(self) -> tuple[str, ...]:
        """One name per person, the fullest that was met."""
        return tuple(fullest(spellings) for spellings in self._spellings)

    def _likeness(self, name: str, position: int) -> Likeness:
        """How surely `name` means the person: a bare surname counts for what its fullest spelling leaves of it."""
        spellings = self._spellings[position]
        if not likeness(name, fullest(spellings)):
            return Likeness.NONE
        return max(likeness(name, spelling) for spelling in set(spellings))


class Thread:
    """Tellings of one event, and what they say taken together."""

    def __init__(self, telling: Telling) -> None:
        self.tellings: list[Telling] = []
        self.people = Identities()
        self.groups: list[Group] = []
        self.kinds: set[Kind] = set()
        self.roles: list[str] = []
        self.origins: list[str] = []
        self.destinations: list[str] = []
        self.firm: list[str] = []  # destinations that are more than rumoured
        self.nameless: set[str] = set()  # titles of tellings that name nobody
        self.first = self.last = told(telling)
        self.add(telling)

    def add(self, telling: Telling) -> None:
        """Take up one more telling, or one more part of a telling that is here already."""
        self.tellings.append(telling)
        self.first, self.last = min(self.first, told(telling)), max(self.last, told(telling))
        if all(move.person is None for move in telling.moves):
            self.nameless.add(telling.title)
        for move in telling.moves:
            self._learn(move)

    def _learn(self, move: Move) -> None:
        self.kinds.add(move.kind)
        if move.person is not None:
            self.people.add(move.person)
        if move.group is not None:
            self.groups.append(move.group)
        if move.role is not None:
            self.roles.append(move.role)
        origin, destination = sides(move)
        _note(self.origins, origin)
        _note(self.destinations, destination)
        if move.status is not Status.RUMOURED:
            _note(self.firm, destination)

    def is_about(self, name: str) -> bool:
        """Whether at least half of the tellings name the person: somebody named in passing carries no event."""
        return 2 * self.people.namings(name) >= len(self.tellings)

    def titles(self) -> Iterable[str]:
        """The titles under which the event was told."""
        return (telling.title for telling in self.tellings)

    def away(self, moment: datetime) -> float:
        """Days between `moment` and the nearest time at which the thread was told; 0 in between."""
        gap = max(moment - self.last, self.first - moment)
        return max(gap.total_seconds(), 0.0) / 86400


def sides(move: Move) -> tuple[str | None, str | None]:
    """The organisation that is or would be left, and the one that is or would be joined.

    Whoever is retained stays with the employer that a rival tries to take him from: that employer is the side that
    would have been left.
    """
    if move.kind is Kind.RETENTION:
        return move.destination, None
    return move.origin, move.destination


def agree(organisation: str | None, known: Iterable[str]) -> bool | None:
    """Whether `organisation` is one of those `known`; None when either side is silent."""
    others = list(known)
    if organisation is None or not others:
        return None
    return any(same_organisation(organisation, other) for other in others)


def _note(organisations: list[str], organisation: str | None) -> None:
    if organisation is not None and organisation not in organisations:
        organisations.append(organisation)
