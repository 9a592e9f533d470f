"""How well articles are grouped when the matcher misreads some of them: invented events, told with gaps and mistakes.

Each event is told by three to six outlets the way outlets differ (surname alone, one side left out, no name in the
title) and stands beside what resembles it: somebody else between the same firms, the way back, the successor, the same
person's next move, lay-offs, a partnership, a portrait. `Reader` then misreads them as often as the matcher was seen to
do on the labelled sets (691 paired moves, 590 articles).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from alerts.stories import Shelf, group
from mercato.model import Article, Evidence, Group, Kind, Match, Move, NoMatch, Reason, Status

START = datetime(2026, 1, 5, 7, tzinfo=UTC)
Item = tuple[Article, Match | NoMatch]

_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvz" for vowel in ("a", "e", "i", "o", "ou", "an")]
_POSTS = ["directrice technique", "directeur scientifique", "PDG", "directeur financier", "responsable de la recherche",
          "directrice produit", "vice-président ingénierie", "DSI"]  # fmt: skip
_FULL = ["{person} quitte {origin} pour {destination}", "{destination} recrute {person}", "{origin} : {person} s’en va",
         "{destination} débauche {person}, {role} de {origin}", "{person} rejoint {destination}"]  # fmt: skip
_ALONE = ["{surname} change de maison", "{origin} perd {surname}", "{destination} s’offre {surname}"]
_NAMELESS = ["{destination} trouve son {role} chez {origin}", "{origin} voit partir son {role}",
             "Une recrue de choix pour {destination}", "Mercato de la tech : un départ de poids"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """How often the matcher misreads what; the sides per move, the rest per article."""

    unflagged: float = 0.19
    origin_lost: float = 0.06
    origin_wrong: float = 0.12
    origin_made_up: float = 0.06
    destination_lost: float = 0.065
    destination_wrong: float = 0.10
    destination_made_up: float = 0.04
    swapped: float = 0.02
    status: float = 0.015
    hedged_status: float = 0.35
    role_lost: float = 0.16
    role_wrong: float = 0.2
    person_lost: float = 0.05
    extra_person: float = 0.11

    def scaled(self, factor: float) -> Rates:
        """The same reader, `factor` times as careless."""
        return Rates(*(getattr(self, name) * factor for name in self.__slots__))


@dataclass(slots=True)
class Cast:
    """Names to draw from: few firms and given names, so that strangers share them."""

    chance: random.Random
    firms: Sequence[str] = ()
    given: Sequence[str] = ()
    surnames: Sequence[str] = ()
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.firms = [self._word(3) for _ in range(60)]
        self.given = [self._word(2) for _ in range(60)]
        self.surnames = [self._word(3) for _ in range(900)]

    def _word(self, syllables: int) -> str:
        return "".join(self.chance.choices(_SYLLABLES, k=syllables)).capitalize()

    def person(self) -> str:
        """Somebody who was not drawn before."""
        name = f"{self.chance.choice(self.given)} {self.chance.choice(self.surnames)}"
        if name in self.used:
            return self.person()
        self.used.add(name)
        return name


@dataclass(slots=True)
class World:
    """Articles as a careful reader reads them, and which event each tells: its own identifier when it tells none."""

    items: list[Item] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)

    def add(self, event: str | None, day: float, title: str, body: str, moves: Sequence[Move], reason: Reason) -> None:
        """One more article; without moves it is no match, for `reason`."""
        name = f"a{len(self.items):05}"
        published = START + timedelta(days=day)
        outlet = f"Titre {len(self.items) * 7919 % 41}"
        article = Article(
            id=name, url=f"https://presse.example/{name}", source=outlet, outlet=outlet, title=title, body=body,
            published=published, first_seen=published + timedelta(hours=2),
        )  # fmt: skip
        judgement = Match(score=2.0, moves=tuple(moves)) if moves else NoMatch(reason=reason)
        self.items.append((article, judgement))
        self.truth[name] = event or name


def world(chance: random.Random, events: int) -> World:
    """`events` events and what stands beside them, over as many days as the press would need."""
    cast, found = Cast(chance), World()
    for number in range(events):
        origin, destination = chance.sample(list(cast.firms), 2)
        move = Move(
            person=cast.person(), origin=origin, destination=destination, role=chance.choice(_POSTS),
            status=chance.choice([Status.CONFIRMED] * 5 + [Status.REPORTED, Status.RUMOURED, Status.FAILED]),
            kind=chance.choice([Kind.HIRE, Kind.HIRE, Kind.POACH, Kind.APPOINT]),
        )  # fmt: skip
        day = number * 1.5 + chance.random()
        _tell(found, f"e{number}", move, day, chance, chance.randint(3, 6))
        for beside in chance.sample(_NEAR_MISSES, 3):
            beside(found, f"e{number}", move, day, cast)
    return found


def _tell(found: World, event: str, move: Move, day: float, chance: random.Random, times: int) -> None:
    for number in range(times):
        told, form = _gaps(move, chance), chance.random()
        titles = _FULL if form < 0.5 else _ALONE if form < 0.65 else _NAMELESS
        moment = day + (0 if number == 0 else chance.expovariate(0.6))
        body = _in_words("{person}, {role} de {origin}, part pour {destination}.", move)
        found.add(event, moment, _in_words(chance.choice(titles), move), body, [told], Reason.TOO_WEAK)


def _gaps(move: Move, chance: random.Random) -> Move:
    """The move as one outlet tells it: something is always left out by somebody."""
    dice = chance.random()
    if dice < 0.12:
        return replace(move, origin=None)
    if dice < 0.24:
        return replace(move, destination=None, kind=Kind.DEPARTURE)
    if dice < 0.3:
        return replace(move, person=_surname(move))
    return replace(move, role=None) if dice < 0.6 else move


def _surname(move: Move) -> str:
    return (move.person or "").split()[-1]


def _in_words(form: str, move: Move) -> str:
    return form.format(
        person=move.person, surname=_surname(move), origin=move.origin, destination=move.destination, role=move.role
    )


def _somebody_else(found: World, event: str, move: Move, day: float, cast: Cast) -> None:
    other = replace(move, person=cast.person(), role=cast.chance.choice(_POSTS))
    _tell(found, f"{event}-other", other, day + cast.chance.uniform(1, 20), cast.chance, cast.chance.randint(1, 3))


def _way_back(found: World, event: str, move: Move, day: float, cast: Cast) -> None:
    other = replace(move, person=cast.person(), origin=move.destination, destination=move.origin)
    _tell(found, f"{event}-back", other, day + cast.chance.uniform(1, 20), cast.chance, cast.chance.randint(1, 3))


def _successor(found: World, event: str, move: Move, day: float, cast: Cast) -> None:
    other = replace(
        move, person=cast.person(), origin=cast.chance.choice(cast.firms), destination=move.origin, kind=Kind.APPOINT,
        status=Status.CONFIRMED,
    )  # fmt: skip
    _tell(found, f"{event}-next", other, day + cast.chance.uniform(5, 60), cast.chance, cast.chance.randint(1, 3))


def _next_move(found: World, event: str, move: Move, day: float, cast: Cast) -> None:
    other = replace(move, origin=move.destination, destination=cast.chance.choice(cast.firms), status=Status.CONFIRMED)
    if move.status is not Status.FAILED and other.origin != other.destination:
        _tell(found, f"{event}-later", other, day + cast.chance.uniform(40, 200), cast.chance, 2)


def _lay_offs(found: World, _event: str, move: Move, day: float, cast: Cast) -> None:
    group = Group(label="salariés", count=cast.chance.randint(20, 300))
    told = Move(group=group, origin=move.origin, status=Status.CONFIRMED, kind=Kind.DISMISSAL)
    title = _in_words("{origin} supprime des postes", move)
    found.add(None, day + cast.chance.uniform(0, 9), title, title, [told], Reason.TOO_WEAK)


def _partnership(found: World, _event: str, move: Move, day: float, cast: Cast) -> None:
    title = _in_words("{origin} et {destination} s’allient dans le cloud", move)
    reason = cast.chance.choice([Reason.NO_MOVER, Reason.TOO_WEAK])
    found.add(None, day + cast.chance.uniform(0, 9), title, title, [], reason)


def _portrait(found: World, _event: str, move: Move, day: float, cast: Cast) -> None:
    title = cast.chance.choice(["{destination} : un nouveau produit cet été", "{person}, une vie entre deux rives"])
    body = "{person}, de {destination}, en dit plus sur la suite." if cast.chance.random() < 0.5 else title
    reason = cast.chance.choice([Reason.NO_TRIGGER, Reason.NOT_THE_NEWS, Reason.NO_FRAME, Reason.BACKGROUND_ONLY])
    found.add(None, day + cast.chance.uniform(4, 40), _in_words(title, move), _in_words(body, move), [], reason)


_NEAR_MISSES: Sequence[Callable[[World, str, Move, float, Cast], None]] = (
    _somebody_else, _way_back, _successor, _next_move, _lay_offs, _partnership, _portrait,
)  # fmt: skip


class Reader:
    """Somebody who misreads articles as often as `rates` say."""

    def __init__(self, rates: Rates, chance: random.Random, firms: Sequence[str], people: Sequence[str]) -> None:
        self._rates = rates
        self._chance = chance
        self._firms = firms
        self._people = people

    def read(self, item: Item) -> Item:
        """The article with what this reader makes of it."""
        article, judgement = item
        if isinstance(judgement, NoMatch):
            return item
        if self._slips(self._rates.unflagged):
            return article, NoMatch(reason=self._chance.choice([Reason.TOO_WEAK, Reason.TOO_WEAK, Reason.NO_FRAME]))
        moves = [self._misread(move) for move in judgement.news]
        if self._slips(self._rates.extra_person):
            extra = replace(moves[0], person=self._chance.choice(self._people), group=None, role=None)
            moves.insert(self._chance.choice([0, 1, 1]), extra)
        told = tuple(replace(move, evidence=_evidence(article, move)) for move in moves)
        recalled = tuple(move for move in judgement.moves if move.background)
        return article, replace(judgement, moves=told + recalled)

    def _misread(self, move: Move) -> Move:
        rates, firm = self._rates, lambda: self._chance.choice(self._firms)
        if move.person and self._slips(rates.person_lost):
            move = replace(move, person=None, group=Group(label=move.role or "cadre", count=1))
        if self._slips(rates.role_lost):
            move = replace(move, role=None)
        elif self._slips(rates.role_wrong):
            move = replace(move, role=self._chance.choice(_POSTS))
        if self._slips(rates.status if move.status is Status.CONFIRMED else rates.hedged_status):
            move = replace(move, status=self._status(move.status))
        if self._slips(rates.swapped):
            return replace(move, origin=move.destination, destination=move.origin)
        origin = self._side(move.origin, rates.origin_lost, rates.origin_wrong, rates.origin_made_up, firm)
        destination = self._side(
            move.destination, rates.destination_lost, rates.destination_wrong, rates.destination_made_up, firm
        )
        if origin == destination:
            origin = None
        return replace(move, origin=origin, destination=destination)

    def _side(self, side: str | None, lost: float, wrong: float, made_up: float, firm: Callable[[], str]) -> str | None:
        if side is None:
            return firm() if self._slips(made_up) else None
        if self._slips(lost):
            return None
        return firm() if self._slips(wrong) else side

    def _status(self, status: Status) -> Status:
        """Most slips make something surer than it is."""
        if status is not Status.CONFIRMED:
            return Status.CONFIRMED
        return self._chance.choice([Status.REPORTED, Status.REPORTED, Status.RUMOURED, Status.DENIED, Status.FAILED])

    def _slips(self, rate: float) -> bool:
        return self._chance.random() < rate


def _evidence(article: Article, move: Move) -> tuple[Evidence, ...]:
    """Where the mover stands, or else the title."""
    place = max(article.text.find(move.person or article.title), 0)
    return (Evidence(start=place, end=place + 5, text=article.text[place : place + 5], why="mover", points=1.0),)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a labelling fares."""

    precision: float  # B-cubed (Bagga and Baldwin 1998)
    recall: float
    second_alerts: int  # further articles of an event that stand under a label that the event did not have yet
    follow_ups: int
    merged: int  # articles that share a label with another event

    @property
    def f1(self) -> float:
        """The harmonic mean of B³ precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def figures(items: Sequence[Item], truth: Mapping[str, str], label: Mapping[str, str]) -> Figures:
    """Compare the labels with the truth."""
    mine, real = _clusters(label), _clusters(truth)
    shares = [
        (len(both) / len(mine[label[one]]), len(both) / len(real[truth[one]]), len(both) < len(mine[label[one]]))
        for one in truth
        for both in (mine[label[one]] & real[truth[one]],)
    ]
    seen: dict[str, set[str]] = {}
    again = 0
    for article, _ in sorted(items, key=lambda item: (item[0].told, item[0].id)):
        labels = seen.setdefault(truth[article.id], set())
        again += bool(labels) and label[article.id] not in labels
        labels.add(label[article.id])
    precision, recall, merged = (sum(column) for column in zip(*shares, strict=True))
    return Figures(precision / len(truth), recall / len(truth), again, len(truth) - len(real), merged)


def _clusters(label: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, name in label.items():
        found.setdefault(name, set()).add(one)
    return found


def alerts(items: Sequence[Item]) -> int:
    """How many things readers would be told, each on its own, when the articles come one after the other."""
    shelf = Shelf()
    for article, judgement in sorted(items, key=lambda item: (item[0].told, item[0].id)):
        if isinstance(judgement, Match):
            shelf.join(article, judgement, article.first_seen)
    return sum(event.alerting for story in shelf for event in story.events)


def misread(items: Sequence[Item], rates: Rates, seed: int) -> list[Item]:
    """The items as a reader who slips as often as `rates` say reads them."""
    moves = [move for _, judgement in items if isinstance(judgement, Match) for move in judgement.news]
    firms = sorted({side for move in moves for side in (move.origin, move.destination) if side})
    people = sorted({move.person for move in moves if move.person and " " in move.person})
    reader = Reader(rates, random.Random(seed), firms, people)
    return [reader.read(item) for item in items]


def rows(factors: Sequence[float], events: int, seed: int) -> Iterator[tuple[float, Figures, int]]:
    """The figures for readers that are so many times as careless as the matcher."""
    told = world(random.Random(seed), events)
    for factor in factors:
        items = misread(told.items, Rates().scaled(factor), seed)
        yield factor, figures(items, told.truth, group(items)), alerts(items)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--factors", type=float, nargs="+", default=[0.0, 0.5, 1.0, 1.5])
    options = parser.parse_args()
    print("mistakes   B³ P    B³ R   B³ F1   second alerts   articles merged wrongly   alerts")
    for factor, found, told in rows(options.factors, options.events, options.seed):
        second = f"{found.second_alerts} of {found.follow_ups}"
        print(
            f"× {factor:<6} {found.precision:>6.3f}  {found.recall:>6.3f}  {found.f1:>6.3f}   {second:>13}"
            f"   {found.merged:>23}   {told:>6}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
