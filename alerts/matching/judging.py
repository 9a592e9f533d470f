"""The judgement itself: the pipe from text to Match or NoMatch, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.lexicon import Lexicon
from alerts.matching.affiliations import find_affiliations
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate, assign
from alerts.matching.deciding import Decision, decide, is_plain, moves_beside, moves_in_row, rank_movers, share
from alerts.matching.facts import Observed, observe, several_moves
from alerts.matching.features.scene import Features, Scene, lay_out
from alerts.matching.gate import gate
from alerts.matching.parties import Party
from alerts.matching.pay import Sum, read_pay, sums
from alerts.matching.reading import Reading, read
from alerts.matching.standing import sources_cited
from alerts.matching.weighing import weigh
from mercato.model import Evidence, Group, Judgement, Kind, Match, Move, NoMatch, Reason, Status


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A judgement with what it was made from; the later fields are empty when the gate stopped the article."""

    judgement: Judgement
    stopped: Reason | None
    reading: Reading | None = None
    article: Article | None = None
    scene: Scene | None = None
    decisions: tuple[Decision, ...] = ()


def reason(title: str, body: str, lexicon: Lexicon, published: date | None) -> Reasoning:
    """Judge an article and keep what was seen on the way."""
    stopped = _stopped(title, body, lexicon)
    if stopped:
        return Reasoning(NoMatch(reason=stopped), stopped)
    reading = read(title, body, lexicon)
    article = Article(reading, lexicon)
    scene = set_scene(article, published)
    decisions, best = _decisions(scene)
    return Reasoning(_judgement(scene, decisions, best), None, reading, article, scene, decisions)


def set_scene(article: Article, published: date | None) -> Scene:
    """The article laid out with the grammar's reading of it."""
    affiliations = find_affiliations(article)
    readings = [observe(candidate, article) for candidate in assign(article, affiliations, published)]
    return lay_out(article, several_moves(readings, article), affiliations)


def _stopped(title: str, body: str, lexicon: Lexicon) -> Reason | None:
    """Why the article need not be read."""
    if not title.strip() and not body.strip():
        return Reason.EMPTY
    return gate(title, body, lexicon)


def _decisions(scene: Scene) -> tuple[tuple[Decision, ...], float]:
    """The moves, when a mover earns enough to flag the article or is plainly one; and the best mover's points."""
    limits = scene.article.lexicon.thresholds
    ranked = rank_movers(scene)
    best = round(max((points for _, _, points in ranked), default=limits["flag"] - 1), 2)
    plain = {item[0]: item for item in ranked if is_plain(item[0], scene)}
    if best < limits["flag"] and not any(_stands(*item, scene) for item in plain.values()):
        return (), best
    least = max(limits["flag"], min(limits["keep"], best))
    told = {item[0] for item in ranked if item[2] >= least or item[0] in plain or moves_beside(*item[1:], scene)}
    kept = [item for item in ranked if item[0] in told or moves_in_row(*item[:2], told, scene)]
    shares = share([party for party, _, _ in kept], scene)
    decisions = tuple(decide(*item, scene, shares) for item in kept)
    return tuple(_without_the_named(list(_without_employers(decisions)))), max(best, limits["flag"])


def _stands(mover: Party, seen: Features, points: float, scene: Scene) -> bool:
    """Whether a plain reading of a mover flags an article although the table of movers does not.

    That table weighs what the article is about too, and the words of ordinary news speak against everybody in it. What
    is said of the mover alone may bear the reading out. Of those known by a post alone no table was fitted to anybody.
    """
    limits, beside = scene.article.lexicon.thresholds, scene.article.lexicon.tables["beside"]
    if mover.label or points >= limits["contradicted"]:
        return True
    return points >= limits["excluded"] and weigh(seen, beside) >= limits["borne-out"]


def _without_employers(decisions: Sequence[Decision]) -> Iterator[Decision]:
    """The decisions but those about a name that somebody likelier to move is found to leave or join: a firm's, then."""
    for decision in decisions:
        entity = decision.mover.entity
        likelier = (other for other in decisions if other.score > decision.score)
        sides = (side for other in likelier for side in (other.origin, other.destination) if side)
        if entity is None or all(side.entity is not entity for side in sides):
            yield decision


def _without_the_named(decisions: Sequence[Decision]) -> Iterator[Decision]:
    """The decisions but those about « les deux hommes » or « trois responsables » whose members all move by name."""
    for decision in decisions:
        counts = {people.count for people in decision.mover.people if people.count}
        named = [other for other in decisions if other.mover.entity and _alike(other, decision)]
        if decision.mover.entity or not 1 < max(counts, default=0) <= len(named):
            yield decision


def _alike(one: Decision, other: Decision) -> bool:
    """Whether two moves lead from or to the same organisation."""
    pairs = ((one.origin, other.origin), (one.destination, other.destination))
    return any(mine and yours and mine.entity is yours.entity for mine, yours in pairs)


def _judgement(scene: Scene, decisions: Sequence[Decision], best: float) -> Judgement:
    """Match when somebody moves, else the reason why not."""
    cited = sources_cited(scene.article)
    if not decisions:
        return NoMatch(reason=_why_not(scene), score=best, sources_cited=cited)
    first = max(decisions, key=lambda decision: decision.score)
    found = sums(scene.article)
    moves = [_move(decision, scene, found) for decision in decisions]
    moves += [_recalled(item.candidate, scene, found) for item in scene.readings if _is_background(item, decisions)]
    moves += _asides(scene, found, {move.person for move in moves})
    return Match(score=best, moves=tuple(moves), sources_cited=cited, evidence=first.evidence)


def _is_background(item: Observed, decisions: Sequence[Decision]) -> bool:
    """Whether the grammar read an older move of somebody who makes no news."""
    told = any(decision.mover.is_mover_of(item.candidate) for decision in decisions)
    return item.candidate.background and not told


def _why_not(scene: Scene) -> Reason:
    """The reason that a person would give first."""
    if not scene.parties.movers:
        return Reason.NO_MOVER
    barred = [item.barred for item in scene.readings]
    if not barred:
        return Reason.NO_FRAME
    found = [reason for reason in barred if reason]
    if len(found) < len(barred):
        return Reason.TOO_WEAK
    return max(found, key=lambda r: (r is Reason.OUT_OF_SCOPE, r is Reason.NOT_THE_NEWS))


def _move(decision: Decision, scene: Scene, found: Sequence[Sum]) -> Move:
    """The decision in the words of the model."""
    return Move(
        person=decision.mover.name if decision.mover.entity else None,
        group=_group(decision),
        origin=decision.origin.name if decision.origin else None,
        destination=decision.destination.name if decision.destination else None,
        role=decision.role,
        status=decision.status,
        amount=decision.amount,
        denied_amount=decision.denied_amount,
        kind=decision.kind,
        background=False,
        evidence=(*_frames(decision, scene), *decision.evidence),
        pay=read_pay(decision.mover, decision.amount, decision.denied_amount, scene, found),
    )


def _group(decision: Decision) -> Group | None:
    """Movers without names; a single unnamed holder of a post counts as a group of one."""
    mover = decision.mover
    if mover.entity:
        return None
    if mover.label:
        return Group(label=mover.label, count=1)
    return Group(label=mover.name, count=max((people.count or 0 for people in mover.people), default=0) or None)


def _recalled(candidate: Candidate, scene: Scene, found: Sequence[Sum]) -> Move:
    """A background move as the grammar read it."""
    mover = next((party for party in scene.parties.movers if party.is_mover_of(candidate)), None)
    group = Group(label=candidate.people.label, count=candidate.people.count) if candidate.people else None
    return Move(
        person=candidate.person.name if candidate.person else None,
        group=group if not candidate.person else None,
        origin=candidate.origin.name if candidate.origin else None,
        destination=candidate.destination.name if candidate.destination else None,
        role=candidate.role,
        status=candidate.status,
        amount=candidate.amount,
        denied_amount=candidate.denied_amount,
        kind=candidate.kind,
        background=True,
        pay=read_pay(mover, candidate.amount, candidate.denied_amount, scene, found) if mover else (),
    )


def _asides(scene: Scene, found: Sequence[Sum], told: Collection[str | None]) -> Iterator[Move]:
    """The pay of people whose moves the article does not tell: another one may have told them.

    The grammar's reading gives the sides where there is one; it is too weak to be told, and joins a story only under a
    full name and where nothing contradicts it.
    """
    for mover in scene.parties.movers:
        if not mover.entity or mover.name in told:
            continue
        pay = read_pay(mover, None, None, scene, found)
        if pay:
            readings = (item.candidate for item in scene.readings if mover.is_mover_of(item.candidate))
            reading = next(readings, None)
            yield Move(
                person=mover.name,
                origin=reading.origin.name if reading and reading.origin else None,
                destination=reading.destination.name if reading and reading.destination else None,
                status=reading.status if reading else Status.REPORTED,
                kind=reading.kind if reading else Kind.HIRE,
                background=True,
                aside=True,
                pay=pay,
            )


def _frames(decision: Decision, scene: Scene) -> list[Evidence]:
    """The triggers that the grammar found the mover with, named after their frames."""
    text, found = scene.article.text, []
    for item in scene.readings:
        if not decision.mover.is_mover_of(item.candidate) or item.candidate.background:
            continue
        for claim in item.candidate.claims:
            words = claim.event.phrase.sentence.tokens
            start, end = words[claim.event.trigger.start].start, words[claim.event.trigger.end - 1].end
            found.append(Evidence(start=start, end=end, text=text[start:end], why=claim.event.frame.id))
    return found
