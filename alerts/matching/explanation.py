"""Everything that was seen on the way to a judgement, as values. `mercato explain` puts them into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.lexicon import Lexicon
from alerts.matching.article import Article
from alerts.matching.deciding import Decision, decide, rank_movers, share
from alerts.matching.facts import Observed
from alerts.matching.features import Scene
from alerts.matching.judging import Reasoning, reason, set_scene
from alerts.matching.phrases import Phrase
from alerts.matching.reading import read
from alerts.matching.triggers import Trigger, find_triggers
from mercato.model import Evidence, Judgement, Reason

_MOST_MOVES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAs:
    """A name, what it was taken for, and the votes."""

    name: str
    type: str
    votes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSeen:
    """A frame that was filled: which, on which words, with whom, and how it stands."""

    frame: str
    words: str
    sentence: int
    movers: tuple[str, ...]
    origin: str | None
    destination: str | None
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesTried:
    """A trigger that no frame could be filled from, and the frames that were tried."""

    words: str
    sentence: int
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSeen:
    """A move that was considered, with its points."""

    who: str
    origin: str | None
    destination: str | None
    status: str
    score: float
    plain: float | None  # points of the grammar's reading, when it reads a move
    barred: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A judgement with everything that was seen on the way.

    When the gate stopped the article, `stopped` says why, and the rest is what would have been seen behind it.
    """

    judgement: Judgement
    threshold: float  # points that the best move needs …
    plain: float  # … unless the grammar's reading has that many
    stopped: Reason | None = None
    sentences: tuple[tuple[str, str], ...] = ()  # zone, text
    clutter: tuple[tuple[str, str], ...] = ()  # why, text
    names: tuple[NamedAs, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    tried: tuple[FramesTried, ...] = ()
    moves: tuple[MoveSeen, ...] = ()


def explain(title: str, body: str, lexicon: Lexicon, *, published: date | None = None) -> Explanation:
    """The same reasoning as `judge`, with everything seen on the way."""
    reasoning = reason(title, body, lexicon, published)
    reading = reasoning.reading or read(title, body, lexicon)
    article = reasoning.article or Article(reading, lexicon)
    return Explanation(
        judgement=reasoning.judgement,
        threshold=lexicon.thresholds["flag"],
        plain=lexicon.thresholds["plain"],
        stopped=reasoning.stopped,
        sentences=tuple((s.zone.value, reading.text[s.start : s.end]) for s in reading.sentences),
        clutter=tuple((b.clutter, reading.text[b.start : b.end]) for b in reading.blocks if b.clutter),
        names=_names(article),
        frames=_frames(article),
        tried=_tried(article),
        moves=_moves(reasoning, article, published),
    )


def _names(article: Article) -> tuple[NamedAs, ...]:
    """The article's names, each once."""
    seen: dict[int, NamedAs] = {}
    for mention in article.mentions:
        entity = mention.entity
        votes = tuple(sorted(entity.votes.items(), key=lambda vote: -vote[1]))
        seen.setdefault(id(entity), NamedAs(name=entity.name, type=entity.type.value, votes=votes))
    return tuple(seen.values())


def _frames(article: Article) -> tuple[FrameSeen, ...]:
    """The frames that were filled."""
    found = []
    for event in article.events:
        movers = (
            m.entity.name if m.entity else m.people.label if m.people else m.role.text if m.role else m.pronoun
            for m in event.movers
        )
        found.append(
            FrameSeen(
                frame=event.frame.id,
                words=_words(event.phrase, event.trigger),
                sentence=event.phrase.sentence.index,
                movers=tuple(movers),
                origin=event.origin.name if event.origin else None,
                destination=event.destination.name if event.destination else None,
                role=event.role.text if event.role else None,
            )
        )
    return tuple(found)


def _words(phrase: Phrase, trigger: Trigger) -> str:
    """The words of a trigger."""
    return " ".join(token.text for token in phrase.sentence.tokens[trigger.start : trigger.end])


def _tried(article: Article) -> tuple[FramesTried, ...]:
    """The triggers that came to nothing."""
    filled = {(event.phrase.sentence.index, event.trigger.start) for event in article.events}
    return tuple(
        FramesTried(
            words=_words(phrase, trigger),
            sentence=phrase.sentence.index,
            frames=tuple(dict.fromkeys(frame.id for frame, _ in trigger.frames)),
        )
        for phrase in article.phrases
        for trigger in find_triggers(phrase, article.lexicon)
        if (phrase.sentence.index, trigger.start) not in filled
    )


def _moves(reasoning: Reasoning, article: Article, published: date | None) -> tuple[MoveSeen, ...]:
    """The likeliest movers with what would be told of them, flagged or not; then the older moves that are recalled."""
    scene = reasoning.scene or set_scene(article, published)
    decided = {decision.mover: decision for decision in reasoning.decisions}
    ranked = sorted(rank_movers(scene), key=lambda item: -item[2])[:_MOST_MOVES]
    weighed = [
        _weighed(decided.get(item[0]) or decide(*item, scene, share([item[0]], scene)), scene) for item in ranked
    ]
    return (*weighed, *(_recalled(item) for item in scene.readings if item.barred is Reason.BACKGROUND_ONLY))


def _weighed(decision: Decision, scene: Scene) -> MoveSeen:
    """A mover with the words that weigh most, and how plainly the grammar reads the move."""
    readings = [item for item in scene.readings if decision.mover.is_mover_of(item.candidate)]
    return MoveSeen(
        who=decision.mover.name,
        origin=decision.origin.name if decision.origin else None,
        destination=decision.destination.name if decision.destination else None,
        status=decision.status.value,
        score=decision.score,
        plain=max((item.points for item in readings if item.barred is None), default=None),
        barred="",
        evidence=decision.evidence,
        notes=tuple(note for item in readings for note in item.candidate.notes),
    )


def _recalled(item: Observed) -> MoveSeen:
    """An older move, as the grammar reads it."""
    candidate = item.candidate
    mover = candidate.person.name if candidate.person else candidate.people.label if candidate.people else None
    return MoveSeen(
        who=mover or candidate.label,
        origin=candidate.origin.name if candidate.origin else None,
        destination=candidate.destination.name if candidate.destination else None,
        status=candidate.status.value,
        score=item.points,
        plain=item.points,
        barred=item.barred.value if item.barred else "",
        evidence=item.evidence,
        notes=tuple(candidate.notes),
    )
