"""What a story's tellings say taken together: who, from where, to where, as what, how surely, for how much. Pure.

Where tellings differ, the most told version stands, and of versions told equally often the most specific. Figures are
the exception: they stand side by side, one per amount and source, and nothing is ever averaged.

A departure that is certain does not make a rumoured destination certain. A story's status therefore speaks of the
destination that the story names: while the destination is only rumoured and the departure is not, the story names
none. The rumour stays in the tellings, where `hedged_destinations` finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.echoes import medium_of
from alerts.organisations import organisation_words, same_organisation
from alerts.pay import combined as combined_pay
from alerts.pay import told_pay
from alerts.stories.bundles import combined, told
from alerts.stories.ladder import FIRM, climb, heard_together
from alerts.stories.names import Likeness, likeness, name_keys, name_words, title_keys
from alerts.stories.recalls import is_recall, news
from alerts.stories.threads import Identities
from mercato.model import Amount, Figure, Group, Kind, Move, Status, Story, StoryEvent, Telling
from mercato.text import fold

_SURE = Likeness.VARIANT
"""How alike a name must be to credit its bearer with a sum."""

_DEPARTURES = frozenset({Kind.DEPARTURE, Kind.DISMISSAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The fields of a story that follow from its tellings."""

    people: tuple[str, ...]
    group: Group | None
    origin: str | None
    destination: str | None
    role: str | None
    status: Status
    kind: Kind
    figures: tuple[Figure, ...]
    origins: tuple[str, ...]
    tellings: tuple[Telling, ...]

    def as_story(self, id: str, opened: datetime, updated: datetime, events: tuple[StoryEvent, ...]) -> Story:  # noqa: A002 (Story.id)
        """The story with this content and the given identity and history."""
        return Story(
            id=id,
            opened=opened,
            updated=updated,
            people=self.people,
            group=self.group,
            origin=self.origin,
            destination=self.destination,
            role=self.role,
            status=self.status,
            kind=self.kind,
            figures=self.figures,
            origins=self.origins,
            tellings=self.tellings,
            events=events,
        )


def compile_dossier(parts: Iterable[Telling]) -> Dossier:
    """The dossier of the event that `parts` tell; several parts may be of one article. Raises ValueError for none."""
    tellings = _one_per_article(parts)
    moves = _telling_moves(tellings)
    if not moves:
        raise ValueError("a story needs at least one move; withdraw it instead")
    destination, status = _destination(moves)
    people = _people(tellings)
    return Dossier(
        people=people,
        group=_group(moves),
        origin=_most_told_organisation([move.origin for move in moves if not _is_destination(move.origin, moves)]),
        destination=destination,
        role=_role(moves, destination),
        status=status,
        kind=_kind(moves, destination, status),
        figures=_figures(tellings, people),
        origins=_origins(tellings),
        tellings=tellings,
    )


def hedged_destinations(story: Story) -> tuple[tuple[str, Status], ...]:
    """The destinations that tellings name and the story does not, each with how surely it is told."""
    moves = _telling_moves(story.tellings)
    names = _distinct(move.destination for move in moves if move.destination)
    others = [name for name in names if not _is(name, story.destination) and not _is_origin(name, moves)]
    return tuple((name, _status([move for move in moves if _is(move.destination, name)])) for name in others)


def source_of(telling: Telling) -> str:
    """Whose word a telling's figures are: the one source that it cites, else the outlet itself.

    Of several cited sources none is credited: which of them gave the figure is not known.
    """
    cited = {medium_of(source) for source in telling.sources_cited}
    return cited.pop() if len(cited) == 1 else telling.outlet


def _one_per_article(parts: Iterable[Telling]) -> tuple[Telling, ...]:
    by_article: dict[str, list[Telling]] = {}
    for part in parts:
        by_article.setdefault(part.article, []).append(part)
    tellings = (combined(parts) for parts in by_article.values())
    return tuple(sorted(tellings, key=lambda telling: (told(telling), telling.article)))


def _telling_moves(tellings: Sequence[Telling]) -> list[Move]:
    """All moves told as news, in the order told; a retention says where somebody stays, so any other move says more."""
    moves = [move for _, some in heard_together(tellings) for move in some if not move.background]
    return [move for move in moves if move.kind is not Kind.RETENTION] or moves


def _destination(moves: Sequence[Move]) -> tuple[str | None, Status]:
    """The destination that the story names, and the status that goes with it."""
    name = _best_destination(moves)
    if name is None:
        return None, _status(moves)
    without = [move for move in moves if move.destination is None]
    towards = [move for move in moves if _is(move.destination, name)]
    if without and _status(towards) not in FIRM and _status(without) in FIRM:
        return None, _status(without)
    return name, _status([move for move in moves if move.destination is None or move in towards])


def _best_destination(moves: Sequence[Move]) -> str | None:
    """Of all destinations the most firmly told, then the most told."""
    names = _distinct(move.destination for move in moves if move.destination)
    names = [name for name in names if not _is_origin(name, moves)]

    def rank(name: str) -> tuple[int, int]:
        towards = [move for move in moves if _is(move.destination, name)]
        return _firmness(_status(towards)), len(towards)

    best = max(names, key=rank, default=None)
    return best and _most_told_organisation([move.destination for move in moves if _is(move.destination, best)])


def _is_origin(name: str | None, moves: Sequence[Move]) -> bool:
    """Whether more tellings say that `name` is left than that it is joined: the others were misread."""
    return _leaning(name, moves) > 0


def _is_destination(name: str | None, moves: Sequence[Move]) -> bool:
    return _leaning(name, moves) < 0


def _leaning(name: str | None, moves: Sequence[Move]) -> int:
    """How many more moves leave the organisation than join it."""
    return sum(_is(move.origin, name) - _is(move.destination, name) for move in moves)


def _firmness(status: Status) -> int:
    order = (
        Status.RUMOURED, Status.DENIED, Status.FAILED, Status.REVERSED, Status.REPORTED, Status.CONFIRMED,
    )  # fmt: skip
    return order.index(status)


def _status(moves: Sequence[Move]) -> Status:
    return climb(move.status for move in moves) or Status.RUMOURED


def _is(organisation: str | None, name: str | None) -> bool:
    return organisation is not None and name is not None and same_organisation(organisation, name)


def _distinct(organisations: Iterable[str]) -> list[str]:
    """One name per organisation, in the order in which they were told."""
    found: list[str] = []
    for organisation in organisations:
        if not any(same_organisation(organisation, other) for other in found):
            found.append(organisation)
    return found


def _most_told_organisation(names: Sequence[str | None]) -> str | None:
    """The organisation named most often, under the most specific of its names, then the most used, then the first."""
    told_names = [name for name in names if name]
    if not told_names:
        return None
    leader = max(_distinct(told_names), key=lambda name: sum(same_organisation(name, other) for other in told_names))
    spellings = [name for name in told_names if same_organisation(leader, name)]
    return max(spellings, key=lambda name: (len(organisation_words(name)), spellings.count(name)))


def _people(tellings: Sequence[Telling]) -> tuple[str, ...]:
    """One name per person, in the order in which they were first named; full names settle who a surname means.

    Whoever is added to an event by one outlet alone, in passing, waits until another one names him too: of those whom a
    machine reads beside a known mover every tenth is somebody's boss, investor or predecessor. Should nobody be left
    and no group be told, everybody stays.
    """
    told_news = news(tellings)
    named = [move.person for telling in told_news for move in telling.moves if move.person]
    people = Identities()
    for name in sorted(named, key=lambda name: -len(name_words(name))):
        people.add(name)
    sure: set[int] = set()
    outlets: dict[int, set[str]] = {}
    for telling in told_news:
        for move in telling.moves:
            place = people.find(move.person) if move.person else None
            if place is not None:
                outlets.setdefault(place, set()).add(telling.outlet)
                if telling is told_news[0] or _names_plainly(telling, move):
                    sure.add(place)
    found = [place for place, by in outlets.items() if place in sure or len(by) > 1]
    if not found and not any(move.group for telling in told_news for move in telling.moves):
        found = list(outlets)
    return tuple(people.names()[place] for place in found)


def _names_plainly(telling: Telling, move: Move) -> bool:
    """Whether a telling leaves no doubt that the person moves: alone, in its title, or read by a person."""
    if not move.evidence or len(telling.moves) == 1:
        return True
    return bool(name_keys(move.person or "") & title_keys(telling.title))


def _group(moves: Iterable[Move]) -> Group | None:
    """The group as most often counted; a counted one says more than one that is not."""
    groups = [move.group for move in moves if move.group is not None]
    return max(groups, key=lambda group: (group.count is not None, groups.count(group)), default=None)


def _role(moves: Sequence[Move], destination: str | None) -> str | None:
    """The position taken, as most often told; the position left only when none is taken."""
    taken = [move.role for move in moves if move.role and move.destination and _is(move.destination, destination)]
    roles = taken or [move.role for move in moves if move.role]
    folded = [fold(role) for role in roles]
    return max(roles, key=lambda role: (folded.count(fold(role)), len(role)), default=None)


def _kind(moves: Sequence[Move], destination: str | None, status: Status) -> Kind:
    """The kind as most often told; somebody whose destination is known has done more than leave, and an offer of an
    established move was taken."""
    kinds = [move.kind for move in moves]
    if status in {Status.CONFIRMED, Status.REPORTED}:
        kinds = [kind for kind in kinds if kind is not Kind.OFFER] or kinds
    if destination is not None:
        kinds = [kind for kind in kinds if kind not in _DEPARTURES] or kinds
    return max(kinds, key=kinds.count)


def _figures(tellings: Iterable[Telling], people: Sequence[str]) -> tuple[Figure, ...]:
    """What was given and what was denied, in the order in which they came out; each amount once per source and
    composition. Of one source's accounts of an amount the fuller ones stand for those that tell less of it."""
    found: dict[tuple[Amount, str, bool], list[Figure]] = {}
    for telling in tellings:
        source = source_of(telling)
        cited = source if source != telling.outlet else None
        for pay in (pay for move in _paid(telling, people) for pay in told_pay(move)):
            figure = Figure(
                amount=pay.amount,
                outlet=telling.outlet,
                article=telling.article,
                source_cited=cited,
                denied=pay.denied,
                composition=pay.composition,
            )
            found.setdefault((pay.amount, fold(source), pay.denied), []).append(figure)
    return tuple(figure for accounts in found.values() for figure in _fullest(accounts))


def _paid(telling: Telling, people: Sequence[str]) -> Iterator[Move]:
    """The moves of a telling, and what it says in passing of the pay of people whom another telling names."""
    yield from telling.moves
    if not is_recall(telling):
        asides = (move for move in telling.recalled if move.aside and move.person)
        yield from (move for move in asides if any(likeness(move.person or "", who) >= _SURE for who in people))


def _fullest(accounts: Sequence[Figure]) -> Iterator[Figure]:
    """The compositions that no other account exceeds, each under the first article that tells nothing against it."""
    told = [(frozenset(figure.composition.parts), figure) for figure in accounts]
    every = dict.fromkeys(parts for parts, _ in told)
    for whole in (parts for parts in every if not any(parts < other for other in every)):
        agreeing = [figure for parts, figure in told if parts <= whole]
        composition = combined_pay(figure.composition for figure in agreeing)
        yield replace(agreeing[0], composition=composition)


def _origins(tellings: Iterable[Telling]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for telling in tellings:
        for source in map(medium_of, telling.sources_cited):
            found.setdefault(fold(source), source)
    return tuple(found.values())
