"""Whether a move is the event that a thread tells: the rules that join and the rules that keep apart. Pure.

A person's move is carried by the person and by one side of the move, so the surer the name, the less else must agree.
A group's move has no name to carry it: both sides must agree, soon, and the head counts must not contradict. Kept apart
whatever the names say: the way back, the next move and the earlier move of the same person, another destination that is
no mere rumour, a promotion or an interim long after the arrival.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from alerts.stories.names import Likeness, surname_keys, title_keys
from alerts.stories.threads import Thread, agree, sides
from mercato.model import Group, Kind, Move, Status
from mercato.text import fold

LIMIT_DAYS = 120
"""How long an event may lie silent: rumours and notice periods last for months, a recall after that is a recall."""

_BRIDGE_DAYS = 45  # «X leaves A», then «X joins B» without a word on A: nothing but the full name says that it is one
SURNAME_DAYS = 30
GROUP_DAYS = 14
_UNNAMED_DAYS = 10
_MEMBERS_DAYS = 7
_STEP_DAYS = 14  # outlets call one event an appointment, a promotion or an interim; months later it is another one
_NEW_ROLE_DAYS = 45

_COINCIDENCE_DAYS = 3  # nobody moves twice within days: one of two outlets was misread
_ECHO_DAYS = 14  # of the same departure, outlets that come later do not name another destination: one was misread
_TELLING_COUNT = 3
"""From this head count on, the same count at the same firm within days is no coincidence; one and two are common."""

_SIMILAR = 0.3
"""Titles of one event share about this part of their content words, titles about two events of one firm rarely."""

_SEPARATE_STEPS = frozenset({Kind.PROMOTION, Kind.INTERIM, Kind.BOARD})
_WITHOUT_MOVE = frozenset({Kind.DISMISSAL, Kind.OFFER, Kind.RETENTION})
_BOTH_WAYS = frozenset({Kind.RETURN, Kind.RETENTION})
_CONTENT = re.compile(r"[a-z0-9]{3,}")
_STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        "les des une pour dans par sur avec chez vers aux ses son leur qui que est sont ont ete apres avant "
        "plus ancien ancie respo chef cheff direc cadre cadres",
    )
)


class Fit(NamedTuple):
    """How well a move fits a thread; greater is better, field by field."""

    likeness: Likeness
    agreements: int
    similarity: float
    nearness: float


@dataclass(frozen=True, slots=True)
class _Sides:
    """Whether origin and destination agree; None where either is silent."""

    origin: bool | None
    destination: bool | None

    @property
    def agreements(self) -> int:
        return (self.origin is True) + (self.destination is True)


@dataclass(frozen=True, slots=True)
class _Case:
    """A move of an article beside a thread, and how they compare."""

    move: Move
    title: str
    thread: Thread
    sides: _Sides
    days: float  # between the article and the nearest telling
    companions: int  # people whom the article names together with the mover, him included
    similarity: float  # of the titles


def fit(move: Move, title: str, moment: datetime, thread: Thread, companions: int) -> Fit | None:
    """How well `move`, told at `moment` under `title`, fits `thread`; None when it is another event.

    `companions` counts the people that the article names together with the mover, him included.
    """
    days = thread.away(moment)
    likeness = thread.people.likeness(move.person) if move.person else Likeness.NONE
    compared = _compare(move, thread, likeness, days)
    if days > LIMIT_DAYS or compared is None or _another_step(move, thread, days):
        return None
    similarity = max(similar(title, other) for other in thread.titles())
    case = _Case(move, title, thread, compared, days, companions, similarity)
    return Fit(likeness, compared.agreements, similarity, -days) if _joins(case, likeness) else None


def similar(one: str, other: str) -> float:
    """The share of content words that two titles have in common, 0 to 1; inflected forms count as one word."""
    first, second = stems(one), stems(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def stems(text: str) -> frozenset[str]:
    """The content words of `text`, folded and cut to five letters, without the words that every title has."""
    return frozenset(word[:5] for word in _CONTENT.findall(fold(text))) - _STOPWORDS


def _joins(case: _Case, likeness: Likeness) -> bool:
    if likeness:
        return _same_person(likeness, case)
    if case.move.person:
        return _member(case) or _titled(case, [case.move.person], case.thread.nameless)
    if case.move.group is None:
        return False
    title = [] if case.companions else [case.title]  # the surname is that of somebody named beside the group
    return _same_group(case, case.move.group) or _titled(case, _main_people(case.thread), title)


def _compare(move: Move, thread: Thread, likeness: Likeness, days: float) -> _Sides | None:
    """How the sides of the move compare with the thread's; None when they make it another move.

    Where the name and the days leave no room for two moves, a side that contradicts the thread's was misread, unless
    they make a step of a career with a third firm: an older move that is told as if it were news. Two other firms on
    both sides are somebody else's move, or another one.
    """
    origin, destination = sides(move)
    found = _Sides(agree(origin, thread.origins), agree(destination, thread.destinations))
    leaves = _follows(origin, thread.destinations, thread.origins)
    arrives = _follows(destination, thread.origins, thread.destinations)
    if likeness is Likeness.EXACT and days <= _COINCIDENCE_DAYS and not _returns(move, thread):
        third = (leaves and _elsewhere(destination, thread)) or (arrives and _elsewhere(origin, thread))
        other = found.origin is False and found.destination is False and not (leaves or arrives)
        return None if third or other else found
    if leaves or arrives:
        return None
    if found.destination is False and not (found.origin and _other_word(move, thread, likeness, days)):
        return None
    return found


def _follows(side: str | None, opposite: list[str], same: list[str]) -> bool:
    """Whether the move leaves where the thread arrives, or arrives where it leaves: another step of a career."""
    return agree(side, opposite) is True and not agree(side, same)


def _elsewhere(side: str | None, thread: Thread) -> bool:
    return side is not None and not agree(side, [*thread.origins, *thread.destinations])


def _returns(move: Move, thread: Thread) -> bool:
    """Whether somebody is taken or kept back: then both directions may be told within days."""
    return bool({move.kind, *thread.kinds} & _BOTH_WAYS)


def _other_word(move: Move, thread: Thread, likeness: Likeness, days: float) -> bool:
    """Whether two destinations of one departure are two words on it: a mere rumour, or a misreading."""
    if _undecided(move, thread):
        return True
    return bool(likeness) and days <= (_COINCIDENCE_DAYS if likeness is Likeness.SURNAME else _ECHO_DAYS)


def _undecided(move: Move, thread: Thread) -> bool:
    """Whether one of two destinations is a mere rumour beside the same departure."""
    return move.status is Status.RUMOURED or not thread.firm


def _another_step(move: Move, thread: Thread, days: float) -> bool:
    """Whether the mover, having arrived, is given something else: a promotion, an interim, a seat, another post."""
    separate = move.kind in _SEPARATE_STEPS or thread.kinds <= _SEPARATE_STEPS
    if days > _STEP_DAYS and separate and move.kind not in thread.kinds:
        return True
    if days <= _NEW_ROLE_DAYS or move.role is None or not thread.roles or not thread.firm:
        return False
    return not any(stems(move.role) & stems(role) for role in thread.roles)


def _same_person(likeness: Likeness, case: _Case) -> bool:
    """Whether a name that is alike means the same move: the less sure the name, the more must agree beside it."""
    compared, days = case.sides, case.days
    if likeness is Likeness.EXACT:
        if days <= _COINCIDENCE_DAYS and case.thread.is_about(case.move.person or ""):
            return True
        if compared.origin is False:
            return compared.destination is True
        return compared.agreements > 0 or (compared.destination is None and days <= _BRIDGE_DAYS)
    if compared.agreements == 0 or (compared.origin is False and days > _COINCIDENCE_DAYS):
        return False
    return likeness is Likeness.VARIANT or days <= SURNAME_DAYS


def _member(case: _Case) -> bool:
    """Whether somebody whom the thread does not name is the one, or one of those, whose move it tells."""
    groups, named = case.thread.groups, len(case.thread.people.names())
    if case.sides.agreements < 2 or not groups or _other_event(case.move.kind, case.thread):
        return False
    if all(group.count == 1 for group in groups):
        words = [group.label for group in groups] + case.thread.roles
        return not named and case.days <= _UNNAMED_DAYS and _described(words, [case.move.role, case.title], case)
    if case.days > _MEMBERS_DAYS or (case.companions == 1 and case.similarity < _SIMILAR):
        return False
    counts = [group.count for group in groups if group.count is not None]
    return max(counts) >= named + case.companions if counts else case.companions > 1


def _same_group(case: _Case, group: Group) -> bool:
    """Whether a group without names is the group, or the people, whose move the thread tells."""
    thread, compared = case.thread, case.sides
    if compared.origin is False or compared.agreements == 0 or _other_event(case.move.kind, thread):
        return False
    if thread.groups and (group.count == 1) == all(other.count == 1 for other in thread.groups):
        return case.days <= GROUP_DAYS and _counts_agree(group, thread) and _enough(case, group)
    if compared.agreements < 2 or thread.groups:
        return False
    if group.count == 1:
        named = [*thread.roles, *thread.titles()]
        return case.days <= _UNNAMED_DAYS and _described([group.label, case.move.role], named, case)
    people = len(thread.people.names())
    return case.days <= _MEMBERS_DAYS and 1 < people <= (group.count or people)


def _main_people(thread: Thread) -> list[str]:
    return [name for name in thread.people.names() if thread.is_about(name)]


def _titled(case: _Case, people: Iterable[str], titles: Iterable[str]) -> bool:
    """Whether the title of a telling that names nobody gives the surname of somebody whose move is told beside it."""
    named = [group for group in (*case.thread.groups, case.move.group) if group is not None]
    if any(group.count != 1 for group in named) or _other_event(case.move.kind, case.thread):
        return False  # several, however vague, are not the one whose name is missing
    if case.sides.agreements == 0 or case.days > _UNNAMED_DAYS:
        return False
    words = {key for title in titles for key in title_keys(title)}
    return any(surname_keys(person) & words for person in people)


def _other_event(kind: Kind, thread: Thread) -> bool:
    """Whether lay-offs, an offer or a retention stand beside a move of the same firms: without names, two events."""
    return {kind} & _WITHOUT_MOVE != thread.kinds & _WITHOUT_MOVE


def _described(unnamed: Iterable[str | None], named: Iterable[str | None], case: _Case) -> bool:
    """Whether the words for somebody unnamed («le patron de l'IA») occur where somebody named is told of.

    The firms' own names prove nothing: both sides agree already.
    """
    firms = _stems_of([case.move.origin, case.move.destination, *case.thread.origins, *case.thread.destinations])
    return bool((_stems_of(unnamed) & _stems_of(named)) - firms)


def _stems_of(texts: Iterable[str | None]) -> frozenset[str]:
    return stems(" ".join(text for text in texts if text))


def _counts_agree(group: Group, thread: Thread) -> bool:
    """Whether the head counts can be of one group: equal, or one apart where outlets count a larger one."""
    counts = [other.count for other in thread.groups if other.count is not None]
    if group.count is None or not counts:
        return True
    return any(abs(group.count - count) <= (1 if count >= 5 else 0) for count in counts)


def _enough(case: _Case, group: Group) -> bool:
    """Whether two groups that do not contradict each other are one.

    On one firm alone, the same count with the same words or within days; on both firms, any count, the same words, or
    days that leave no time for another group; on either, the title.
    """
    counts = [other.count for other in case.thread.groups]
    counted = group.count is not None and group.count in counts
    alike = any(stems(group.label) & stems(other.label) for other in case.thread.groups)
    if case.similarity >= _SIMILAR:
        return True
    if case.sides.agreements == 2:
        return alike or group.count is not None or any(counts) or case.days <= _COINCIDENCE_DAYS
    soon = case.days <= _MEMBERS_DAYS and (group.count or 0) >= _TELLING_COUNT
    return counted and (alike or soon)
