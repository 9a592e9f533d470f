"""What people have ruled: these claims tell one event, those tell two. Pure.

A ruling speaks of claims, an article's word on a mover, and not of stories: stories are worked out afresh whenever an
article comes, and the ruling is applied again each time. Of two rulings on the same two claims the later one stands, so
that a merge is undone by a split and a split by a merge.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.stories.names import likeness
from alerts.stories.threads import Thread
from mercato.model import Claim, Move, Relation, Ruling, Story, Telling


def merge(one: Story, other: Story, at: datetime) -> Ruling:
    """The ruling that two stories tell one event."""
    return _ruling(Relation.ONE, claims(one.tellings), claims(other.tellings), at)


def split(story: Story, apart: Collection[Claim], at: datetime) -> Ruling:
    """The ruling that the claims `apart` of a story tell another event than its other claims.

    Raises ValueError when either side would be empty.
    """
    known = claims(story.tellings)
    some = tuple(claim for claim in known if claim in apart)
    others = tuple(claim for claim in known if claim not in apart)
    if not some or not others:
        raise ValueError("a split needs claims on both sides")
    return _ruling(Relation.TWO, some, others, at)


def claims(tellings: Iterable[Telling]) -> tuple[Claim, ...]:
    """Every claim of the tellings, once."""
    told = (Claim(article=telling.article, person=move.person) for telling in tellings for move in telling.moves)
    return tuple(dict.fromkeys(told))


def _ruling(relation: Relation, some: tuple[Claim, ...], others: tuple[Claim, ...], at: datetime) -> Ruling:
    name = hashlib.sha256(repr((relation.value, some, others, at.isoformat())).encode()).hexdigest()[:16]
    return Ruling(id=name, at=at, relation=relation, some=some, others=others)


class Rulings:
    """Rulings by the articles that they speak of."""

    def __init__(self, rulings: Iterable[Ruling] = ()) -> None:
        self._by_article: defaultdict[str, dict[str, Ruling]] = defaultdict(dict)
        for ruling in sorted(rulings, key=lambda ruling: (ruling.at, ruling.id)):
            self.add(ruling)

    def add(self, ruling: Ruling) -> None:
        """Take up a ruling that is later than all that are here."""
        for claim in (*ruling.some, *ruling.others):
            self._by_article[claim.article][ruling.id] = ruling

    def articles_beside(self, article: str) -> frozenset[str]:
        """The articles of which rulings speak together with this one."""
        rulings = self._by_article.get(article, {}).values()
        return frozenset(claim.article for ruling in rulings for claim in (*ruling.some, *ruling.others))

    def forbid(self, part: Telling, thread: Thread) -> bool:
        """Whether a person has ruled that `part` tells another event than something in the thread."""
        if part.article not in self._by_article:
            return False
        return any(self._relation(part, other) is Relation.TWO for other in thread.tellings)

    def parted(self, bundle: Telling) -> list[Telling]:
        """The bundle, cut where its own moves were ruled to be two events."""
        if bundle.article not in self._by_article:
            return [bundle]
        parts: list[Telling] = []
        for move in bundle.moves:
            one = replace(bundle, moves=(move,))
            fits = [place for place, part in enumerate(parts) if self._relation(one, part) is not Relation.TWO]
            if fits:
                parts[fits[0]] = replace(bundle, moves=(*parts[fits[0]].moves, move))
            else:
                parts.append(one)
        return parts

    def united(self, threads: Sequence[Thread]) -> list[Thread]:
        """The threads, those made one of which a person has ruled that they tell one event."""
        found: list[Thread] = []
        for thread in threads:
            united = [other for other in found if self._between(thread, other) is Relation.ONE]
            for other in united:
                found.remove(other)
                thread = _one(other, thread)  # noqa: PLW2901  # it grows with each
            found.append(thread)
        return found

    def _between(self, one: Thread, other: Thread) -> Relation | None:
        """What was ruled of two threads; where rulings contradict each other they stay two: nothing false is told."""
        relations = {
            self._relation(part, fellow)
            for part in one.tellings
            if part.article in self._by_article
            for fellow in other.tellings
        }
        return Relation.TWO if Relation.TWO in relations else Relation.ONE if Relation.ONE in relations else None

    def _relation(self, one: Telling, other: Telling) -> Relation | None:
        """The latest ruling on the two; None where nobody ruled."""
        common = self._by_article.get(one.article, {}).keys() & self._by_article.get(other.article, {}).keys()
        found = [ruling for name, ruling in self._by_article.get(one.article, {}).items() if name in common]
        for ruling in reversed(found):
            if (_speaks(ruling.some, one) and _speaks(ruling.others, other)) or (
                _speaks(ruling.others, one) and _speaks(ruling.some, other)
            ):
                return ruling.relation
        return None


NO_RULINGS = Rulings()


def _speaks(some: Iterable[Claim], telling: Telling) -> bool:
    return any(claim.article == telling.article and _means(claim, move) for claim in some for move in telling.moves)


def _means(claim: Claim, move: Move) -> bool:
    """Whether a claim speaks of a move, also when another reading of the article spells its mover otherwise."""
    if claim.person is None or move.person is None:
        return claim.person is None and move.person is None
    return bool(likeness(claim.person, move.person))


def _one(earlier: Thread, later: Thread) -> Thread:
    for telling in later.tellings:
        earlier.add(telling)
    return earlier
