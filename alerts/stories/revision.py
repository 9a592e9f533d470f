"""From the dossiers that were worked out to the stories that readers know: identities kept, additions noted. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from alerts.organisations import same_organisation
from alerts.stories.bundles import mover_key, moves_key
from alerts.stories.dossier import Dossier
from alerts.stories.names import likeness
from alerts.stories.novelty import additions, announcements, merging, opening, parting, retractions
from alerts.stories.recalls import news
from mercato.model import Move, Novelty, Relation, Ruling, Story, StoryEvent, Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why stories are worked out afresh: an article, or a person's ruling."""

    article: str | None
    now: datetime  # when Mercato learnt it
    ruling: Ruling | None = None
    leaving: bool = False  # the article tells no move any more

    @property
    def adds_nothing(self) -> bool:
        """Whether stories change without anything having been told."""
        return self.leaving or self.ruling is not None


def opened_under(story: Story) -> frozenset[str]:
    """The index keys under which a withdrawn story is found again by the articles that told it."""
    return frozenset(opened_key(event.article) for event in announcements(story))


def opened_key(article: str) -> str:
    """The key of the withdrawn stories that were told on this article's word."""
    return f"opened {article}"


def revise(
    known: Sequence[Story],
    withdrawn: Sequence[Story],
    dossiers: Sequence[Dossier],
    cause: Cause,
    taken: Callable[[str], bool],
) -> list[Story]:
    """The stories that differ from before because of `cause`, new and withdrawn ones included.

    `known` are the stories that were worked out afresh, oldest first, and `dossiers` what came of it. Each dossier
    keeps the story with which it shares most; a story that no dossier keeps is withdrawn and its events go to the one
    that took its tellings. `withdrawn` are stories that the article opened once: they come back as themselves when it
    tells of their movers again. `taken` says which identifiers no new story may have.
    """
    owners, heirs = _owners(known, dossiers, cause.ruling)
    owners |= _come_back(withdrawn, dossiers, owners)
    opened: dict[str, Story] = {}
    revised: list[Story] = []
    for place, dossier in enumerate(dossiers):
        if place in owners:
            absorbed = [story for story in known if heirs.get(story.id) == place]
            revised.append(_updated(owners[place], absorbed, dossier, cause))
        else:
            story = _opened(dossier, known, cause, lambda name: name in opened or taken(name))
            opened[story.id] = story
    kept = {story.id for story in owners.values()} | opened.keys()
    revised += [_withdrawn(story, story.id in heirs, cause.now) for story in known if story.id not in kept]
    # A story that comes back takes its events back: each is known under one story.
    returned = {event.id for story in opened.values() for event in story.events}
    revised = [*(_without(story, returned) for story in revised), *opened.values()]
    before = {story.id: story for story in (*withdrawn, *known)}
    return [story for story in revised if before.get(story.id) != story]


def _without(story: Story, events: Collection[str]) -> Story:
    if not any(event.id in events for event in story.events):
        return story
    return replace(story, events=tuple(event for event in story.events if event.id not in events))


def _owners(
    known: Sequence[Story], dossiers: Sequence[Dossier], ruling: Ruling | None
) -> tuple[dict[int, Story], dict[str, int]]:
    """Which story each dossier keeps, by the dossier's place, and which dossier inherits each story that none keeps.

    Of stories that a person makes one, the one named first stays, also when that is taken back.
    """
    first = {claim.article for claim in ruling.some} if ruling and ruling.relation is Relation.ONE else set[str]()
    shares = [
        ((_tells(story, first) and _tells(dossier, first), *shared), -position, -place)
        for position, story in enumerate(known)
        for place, dossier in enumerate(dossiers)
        if any(shared := _shared(story, dossier))
    ]
    shares.sort(reverse=True)
    owners: dict[int, Story] = {}
    settled: set[str] = set()
    for _, position, place in shares:
        story = known[-position]
        if -place not in owners and story.id not in settled:
            owners[-place] = story
            settled.add(story.id)
    heirs: dict[str, int] = {}
    for _, position, place in shares:
        story = known[-position]
        if story.id not in settled:
            heirs.setdefault(story.id, -place)
    return owners, heirs


def _tells(some: Story | Dossier, articles: Collection[str]) -> bool:
    return any(telling.article in articles for telling in some.tellings)


def _come_back(
    withdrawn: Sequence[Story], dossiers: Sequence[Dossier], owners: Mapping[int, Story]
) -> dict[int, Story]:
    """Which withdrawn story each dossier is that keeps no other: the one most like it that told of its movers by one
    of its articles."""
    pairs = [
        (_alike(story, dossier), -position, -place)
        for position, story in enumerate(withdrawn)
        for place, dossier in enumerate(dossiers)
        if place not in owners and _told_by(story, _articles(dossier)) and _names(story, dossier)
    ]
    found: dict[int, Story] = {}
    for _, position, place in sorted(pairs, reverse=True):
        if -place not in found and withdrawn[-position] not in found.values():
            found[-place] = withdrawn[-position]
    return found


def _told_by(story: Story, articles: Collection[str]) -> bool:
    """Whether readers heard of the story's movers on the word of one of the articles."""
    return any(event.article in articles for event in announcements(story))


def _alike(story: Story, dossier: Dossier) -> int:
    """In how many fields the dossier reads as the story did."""
    fields = ("people", "group", "origin", "destination", "role", "status", "kind", "figures")
    return sum(getattr(story, field) == getattr(dossier, field) for field in fields)


def _shared(story: Story, dossier: Dossier) -> tuple[int, int, int]:
    """How much of a story a dossier holds: moves told alike count before movers, movers before mere articles.

    An article that was edited so that it tells of somebody else makes another story; one that was edited so that it
    names somebody, or spells a name otherwise, the same.
    """
    moves = _told(story.tellings) & _told(dossier.tellings)
    claims = _claims(story.tellings) & _claims(dossier.tellings)
    articles = {article for article, _ in _told(story.tellings)} & _articles(dossier)
    return len(moves), len(claims), _kinship(story, dossier) if articles else 0


def _kinship(story: Story, dossier: Dossier) -> int:
    """Whether an edited article's new word may be on the event of its old one: by name, or by firms without names."""
    if dossier.people and story.people:
        return 2 * _names(story, dossier)
    return int(story.origin == dossier.origin and story.destination == dossier.destination)


def _told(tellings: Iterable[Telling]) -> set[tuple[str, Move]]:
    return {(telling.article, move) for telling in news(tellings) for move in telling.moves}


def _articles(dossier: Dossier) -> set[str]:
    return {telling.article for telling in news(dossier.tellings)}


def _claims(tellings: Iterable[Telling]) -> set[tuple[str, str]]:
    return {(article, mover_key(move)) for article, move in _told(tellings)}


def _opened(dossier: Dossier, known: Sequence[Story], cause: Cause, taken: Callable[[str], bool]) -> Story:
    """A new story; a dossier that split off another story without the article is opened by its own earliest telling.

    Readers are told of it unless they have been told already, while it was taken for another story's event, and unless
    nothing but an article's departure parted it from that.
    """
    returned = _merged_away(dossier, known, taken) if cause.ruling else None
    if returned:
        name, events = returned
        return dossier.as_story(name, min(event.at for event in events), cause.now, events)
    tellings = news(dossier.tellings)
    opener = next((telling for telling in tellings if telling.article == cause.article), tellings[0])
    name = _new_id(f"{moves_key(opener.moves)}@{opener.article}", taken)
    if cause.adds_nothing or any(_announced(story, dossier) for story in known):
        event = parting(name, opener.article, dossier, cause.now)
    else:
        event = opening(name, opener.article, dossier, cause.now)
    return dossier.as_story(name, cause.now, cause.now, (event,))


def _merged_away(
    dossier: Dossier, known: Sequence[Story], taken: Callable[[str], bool]
) -> tuple[str, tuple[StoryEvent, ...]] | None:
    """The identifier and the history that a dossier had before a person merged it into one of these stories."""
    articles = _articles(dossier)
    for story in known:
        names = [event.after for event in story.events if event.novelty is Novelty.MERGED and not taken(event.after)]
        own = [event for event in story.events if event.article in articles and event.novelty is not Novelty.MERGED]
        if names and own:
            return names[-1], tuple(replace(event, story=names[-1]) for event in own)
    return None


def _announced(story: Story, dossier: Dossier) -> bool:
    """Whether readers have been told of the dossier by this story.

    The story must have named its people, either all of them on the word of one of the dossier's articles, or with the
    same destination while it had tellings of the dossier: the same person's way to another firm is news.
    """
    if not _names(story, dossier):
        return False
    if _told_by(story, _articles(dossier)) and _names_all(story, dossier):
        return True
    return _same_way(story, dossier) and bool(_told(story.tellings) & _told(dossier.tellings))


def _same_way(story: Story, dossier: Dossier) -> bool:
    """Whether what readers know of the story's destination holds for the dossier as well."""
    if dossier.destination is None:
        return True
    return story.destination is not None and same_organisation(story.destination, dossier.destination)


def _names(story: Story, dossier: Dossier) -> bool:
    """Whether readers heard by the story of one of the dossier's people, or of a group where that names nobody."""
    if not dossier.people:
        return story.group is not None or bool(story.people)
    told = _heard_of(story)
    return any(likeness(person, name) for person in dossier.people for name in told)


def _names_all(story: Story, dossier: Dossier) -> bool:
    told = _heard_of(story)
    return all(any(likeness(person, name) for name in told) for person in dossier.people)


def _heard_of(story: Story) -> list[str]:
    """The movers of whom readers heard by the story."""
    return [*(name for event in announcements(story) for name in event.after.split(", ")), *story.people]


def _new_id(seed: str, taken: Callable[[str], bool]) -> str:
    """The first 16 hexadecimal digits of a hash of `seed`, salted only when they are another story's already."""
    candidates = (hashlib.sha256(f"{seed}{'#' * salt}".encode()).hexdigest()[:16] for salt in count())
    return next(candidate for candidate in candidates if not taken(candidate))


def _updated(story: Story, absorbed: Sequence[Story], dossier: Dossier, cause: Cause) -> Story:
    """The story with its new content; unchanged when the content is."""
    inherited = [replace(event, story=story.id) for other in absorbed for event in other.events]
    if not inherited and dossier.as_story(story.id, story.opened, story.updated, story.events) == story:
        return story
    events = [*story.events, *sorted(inherited, key=lambda event: (event.at, event.id))]
    if cause.ruling is not None:
        events += [merging(story.id, news(dossier.tellings)[0].article, other.id, cause.now) for other in absorbed]
    else:
        article, found, before = cause.article or "", list[StoryEvent](), [story, *absorbed]
        if any(telling.article == article for telling in dossier.tellings):
            found = additions(before, dossier, article, cause.now)
        found += retractions(before, dossier, article, cause.now)
        events += _fresh(found, story, events, article)
    return dossier.as_story(story.id, story.opened, max(cause.now, story.updated), _once(events))


def _once(events: Iterable[StoryEvent]) -> tuple[StoryEvent, ...]:
    """Each event once, where it was first noted: stories that are merged and parted again repeat theirs."""
    return tuple({event.id: event for event in events}.values())


def _fresh(found: Iterable[StoryEvent], story: Story, events: Sequence[StoryEvent], article: str) -> list[StoryEvent]:
    """The events that were not noted before; an article that is met again is no repeat of itself."""
    noted = {event.id for event in events}
    known = any(telling.article == article for telling in story.tellings) or any(e.article == article for e in events)
    return [event for event in found if event.id not in noted and not (known and event.novelty is Novelty.REPEAT)]


def _withdrawn(story: Story, inherited: bool, now: datetime) -> Story:
    return replace(story, tellings=(), events=() if inherited else story.events, updated=max(now, story.updated))
