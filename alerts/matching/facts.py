"""The grammar's moves with the named facts that speak for or against each, and the gates that it fails.

The points of evidence.toml say how plainly a reading tells a move. They flag an article on their own only when they are
many; else they are features among others, which features/ and weighing.py put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from alerts.lexicon import NameType
from alerts.lexicon.loading import split_folded
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate, Claim
from alerts.matching.names import Entity
from alerts.matching.reading import Zone
from alerts.matching.triggers import Trigger, Voice, When
from mercato.model import Evidence, Reason, Status

_STRENGTH = {3: "frame-strong", 2: "frame-medium", 1: "frame-weak"}


@dataclass(frozen=True, slots=True)
class Observed:
    """A move as the grammar reads it, with the facts about it."""

    candidate: Candidate
    evidence: tuple[Evidence, ...]
    barred: Reason | None  # a gate that it fails

    @property
    def points(self) -> float:
        """How plainly the article tells the move."""
        return round(fsum(piece.points for piece in self.evidence), 2)


def observe(candidate: Candidate, article: Article) -> Observed:
    """The move with its facts; `barred` names the gate that it fails."""
    return Observed(candidate, tuple(_evidence(candidate, article)), _barred(candidate, article))


def _barred(candidate: Candidate, article: Article) -> Reason | None:
    """The hard gates: news, not background; told where news is told; somebody in the tech industry."""
    if candidate.background:
        return Reason.BACKGROUND_ONLY
    if not any(claim.zone in {Zone.TITLE, Zone.LEAD, Zone.ITEM} for claim in candidate.claims):
        return Reason.NOT_THE_NEWS
    if _anonymous(candidate):
        return Reason.NO_MOVER
    tech, outside, sport = scope(article, candidate)
    if (sport and tech < 3) or (outside and not tech) or outside > 2 * tech + 1:
        return Reason.OUT_OF_SCOPE
    return None


def _anonymous(candidate: Candidate) -> bool:
    """Whether nobody can be told apart: lay-offs by number, and campaigns that hire from nowhere in particular."""
    if candidate.person:
        return False
    families = {claim.event.frame.family for claim in candidate.claims}
    return families <= {"fire"} or (families <= {"poach", "arrive"} and candidate.origin is None)


def scope(article: Article, candidate: Candidate) -> tuple[int, int, int]:
    """Distinct words of the industry, of other fields and of sport in the first ten sentences."""
    return scope_of(article, candidate.told_sides())


def scope_of(article: Article, sides: Sequence[Entity]) -> tuple[int, int, int]:
    """The same for any organisations: a known one of the industry counts as three of its words."""
    known = sum(bool(side.known and side.known.tech and not side.known.ambiguous) for side in sides)
    tech, outside, sport = article.scope_words
    return tech + 3 * known, outside, sport


def _evidence(candidate: Candidate, article: Article) -> Iterator[Evidence]:
    """The pieces of evidence, each with the words that it rests on."""
    best = max(candidate.claims, key=lambda claim: (claim.event.frame.strength, -claim.sentence))
    yield _piece(article, best, _STRENGTH[best.event.frame.strength])
    zones = {claim.zone: claim for claim in reversed(candidate.claims)}
    for zone, name in ((Zone.TITLE, "in-title"), (Zone.LEAD, "in-lead"), (Zone.ITEM, "in-digest")):
        if zone in zones:
            yield _piece(article, zones[zone], name)
    if candidate.person:
        yield _piece(article, best, "person-named" if attested(candidate.person) else "person-by-shape")
    elif candidate.people:
        yield _piece(article, best, "group-counted" if candidate.people.count else "group-vague")
    else:
        yield _piece(article, best, "group-vague")
    yield from (_piece(article, best, name) for name in _side_names(candidate, article))
    if len({claim.sentence for claim in candidate.claims}) > 1:
        yield _piece(article, candidate.claims[-1], "told-twice")


def _side_names(candidate: Candidate, article: Article) -> Iterator[str]:
    """The evidence that the organisations, the post, the field and the standing give."""
    sides = candidate.told_sides()
    families = {claim.event.frame.family for claim in candidate.claims}
    tech, outside, _ = scope(article, candidate)
    known = any(side.known for side in sides)
    held = {
        "no-side-told": not sides,
        "origin-and-destination": len(sides) == 2,
        "known-organisation": known,
        "unknown-organisation": not known and any(side.type is NameType.ORGANISATION for side in sides),
        "network-as-employer": any(side.known and side.known.channel for side in sides),
        "one-breath": any(_one_breath(claim) for claim in candidate.claims),
        "mover-pointed-to": all(claim.resolved for claim in candidate.claims),
        "departure-only": families <= {"leave", "fire", "stay"},
        "role-given": candidate.role is not None,
        "tech-context": tech >= 3,
        "no-tech-context": tech == 0,
        "outside-context": outside >= 2,
        "outside-prevails": outside > tech,
        "attributed": any(claim.standing.attributed for claim in candidate.claims),
        "rumoured": candidate.status is Status.RUMOURED,
        "question": any(claim.event.phrase.sentence.question for claim in candidate.claims),
        "mover-in-title": candidate.person in article.people_in_title,
        "side-in-title": any(side in article.organisations_in_title for side in sides),
        "tech-role": _technical(candidate.role, article),
        "mover-recurs": candidate.person in article.recurring_people,
    }
    yield from (name for name, holds in held.items() if holds)
    yield from (f"family-{family}" for family in sorted(families))
    yield from _wording_names([claim.event.trigger for claim in candidate.claims])


def _wording_names(triggers: Sequence[Trigger]) -> Iterator[str]:
    """The evidence that the triggers' grammar gives: a finite verb asserts more than a participle or a noun."""
    held = {
        "finite-verb": any(trigger.voice is not Voice.NOMINAL and not trigger.bare for trigger in triggers),
        "bare-verb": any(trigger.voice is not Voice.NOMINAL and trigger.bare for trigger in triggers),
        "noun-only": all(trigger.voice is Voice.NOMINAL for trigger in triggers),
        "passive": any(trigger.voice is Voice.PASSIVE and not trigger.bare for trigger in triggers),
        "fixed-wording": any(max(tail for _, tail in trigger.frames) > 0 for trigger in triggers),
        "past-in-the-past": all(trigger.when in {When.EARLIER, When.HABIT} for trigger in triggers),
    }
    yield from (name for name, holds in held.items() if holds)


def _technical(role: str | None, article: Article) -> bool:
    """Whether the post is one of the industry (« directrice technique », « chercheur en IA »)."""
    words = set(split_folded(role or ""))
    return bool(words & (article.lexicon.words("heads.technical") | article.lexicon.words("scope.tech")))


def _piece(article: Article, claim: Claim, name: str) -> Evidence:
    """A piece of evidence on the words of the claim's trigger."""
    words = claim.event.phrase.sentence.tokens
    start, end = words[claim.event.trigger.start].start, words[claim.event.trigger.end - 1].end
    points = float(article.lexicon.points.get(name, 0.0))
    return Evidence(start=start, end=end, text=article.text[start:end], why=name, points=points)


def _one_breath(claim: Claim) -> bool:
    """Whether one sentence names the mover and an organisation of the gazetteer or of a revealing context."""
    sides = (claim.event.origin, claim.event.destination)
    return not claim.resolved and any(side is not None and side.type is NameType.ORGANISATION for side in sides)


def attested(person: Entity) -> bool:
    """Whether more than the shape of the name says that it is a person's."""
    return any(why.startswith("person") and why != "person: two words or more" for why in person.votes)


MANY = 3
"""Moves from or to the firms of the title that make an article about moves even though its lead tells none."""


def several_moves(observed: Sequence[Observed], article: Article) -> tuple[Observed, ...]:
    """The same moves, no longer barred by their position when the article heaps up moves of its title's firms."""
    topics = {
        organisation
        for sentence in article.sentences
        if sentence.zone in {Zone.TITLE, Zone.LEAD}
        for organisation in article.organisations_in(sentence.index)
    }
    late = [
        item for item in observed if item.barred is Reason.NOT_THE_NEWS and topics & set(item.candidate.told_sides())
    ]
    if len(late) < MANY:
        return tuple(observed)
    return tuple(_freed(item, article) if item in late else item for item in observed)


def _freed(item: Observed, article: Article) -> Observed:
    """The move without its bar, with the evidence that the article heaps up moves."""
    piece = _piece(article, item.candidate.claims[0], "several-moves")
    return Observed(item.candidate, (*item.evidence, piece), None)
