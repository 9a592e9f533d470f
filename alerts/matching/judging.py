"""The judgement itself: the pipe from text to Match or NoMatch, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alerts.lexicon import Lexicon
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate, assign
from alerts.matching.gate import gate
from alerts.matching.reading import Reading, read
from alerts.matching.scoring import Scored, score, several_moves
from alerts.matching.standing import sources_cited
from mercato.model import Evidence, Group, Judgement, Match, Move, NoMatch, Reason


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A judgement with what it was made from; the later fields are empty when the gate stopped the article."""

    judgement: Judgement
    stopped: Reason | None
    reading: Reading | None = None
    article: Article | None = None
    scored: tuple[Scored, ...] = ()


def reason(title: str, body: str, lexicon: Lexicon, published: date | None) -> Reasoning:
    """Judge an article and keep what was seen on the way."""
    stopped = _stopped(title, body, lexicon)
    if stopped:
        return Reasoning(NoMatch(reason=stopped), stopped)
    reading = read(title, body, lexicon)
    article = Article(reading, lexicon)
    scored = tuple(score(candidate, article) for candidate in assign(article, published))
    return Reasoning(_judgement(article, scored), None, reading, article, scored)


def _stopped(title: str, body: str, lexicon: Lexicon) -> Reason | None:
    """Why the article need not be read."""
    if not title.strip() and not body.strip():
        return Reason.EMPTY
    return gate(title, body, lexicon)


def _judgement(article: Article, scored: Sequence[Scored]) -> Judgement:
    """Match when the best news reaches the threshold, else the reason why not."""
    threshold = article.lexicon.thresholds["flag"]
    keep = article.lexicon.thresholds["keep"]
    scored = several_moves(scored, article)
    free = [item for item in scored if item.barred is None]
    best = max((item.score for item in free), default=0.0)
    cited = sources_cited(article)
    if free and best >= threshold:
        told = [i for i in scored if i.score >= keep and i.barred is not Reason.BACKGROUND_ONLY]
        told += [i for i in scored if i.barred is Reason.BACKGROUND_ONLY]
        moves = tuple(_move(item, article.text) for item in told)
        return Match(score=best, moves=moves, sources_cited=cited, evidence=_of_best(free, best))
    return NoMatch(
        reason=_why_not(scored, free),
        score=best,
        moves=tuple(_move(item, article.text) for item in scored),
        sources_cited=cited,
    )


def _of_best(free: Sequence[Scored], best: float) -> tuple[Evidence, ...]:
    """The evidence of the move that decided."""
    return next(item.evidence for item in free if item.score == best)


def _why_not(scored: Sequence[Scored], free: Sequence[Scored]) -> Reason:
    """The reason that a person would give first."""
    if free:
        return Reason.TOO_WEAK
    if scored:
        barred = [item.barred for item in scored if item.barred]
        return max(barred, key=lambda r: (r is Reason.OUT_OF_SCOPE, r is Reason.NOT_THE_NEWS))
    return Reason.NO_FRAME


def _move(item: Scored, text: str) -> Move:
    """The candidate in the words of the model."""
    candidate = item.candidate
    return Move(
        person=candidate.person.name if candidate.person else None,
        group=_group(candidate),
        origin=candidate.origin.name if candidate.origin else None,
        destination=candidate.destination.name if candidate.destination else None,
        role=candidate.role,
        status=candidate.status,
        amount=candidate.amount,
        denied_amount=candidate.denied_amount,
        kind=candidate.kind,
        background=candidate.background,
        evidence=_frames_first(item, text),
    )


def _group(candidate: Candidate) -> Group | None:
    """Movers without names; a single unnamed holder of a post counts as a group of one."""
    if candidate.person:
        return None
    if candidate.people:
        return Group(label=candidate.people.label, count=candidate.people.count)
    return Group(label=candidate.label, count=1)


def _frames_first(item: Scored, text: str) -> tuple[Evidence, ...]:
    """The triggers with the names of their frames, then the points."""
    frames = []
    for claim in item.candidate.claims:
        words = claim.event.phrase.sentence.tokens
        start, end = words[claim.event.trigger.start].start, words[claim.event.trigger.end - 1].end
        frames.append(Evidence(start=start, end=end, text=text[start:end], why=claim.event.frame.id))
    return (*frames, *item.evidence)
