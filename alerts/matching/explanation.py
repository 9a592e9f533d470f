"""Why an article was flagged or not, for a person to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.lexicon import Lexicon
from alerts.matching.judging import Reasoning, reason
from mercato.model import Evidence, Judgement, Match


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
class MoveSeen:
    """A move that was considered, with its points."""

    who: str
    origin: str | None
    destination: str | None
    status: str
    score: float
    barred: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A judgement with everything that was seen on the way."""

    judgement: Judgement
    threshold: float
    sentences: tuple[tuple[str, str], ...] = ()  # zone, text
    clutter: tuple[tuple[str, str], ...] = ()  # why, text
    names: tuple[NamedAs, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    moves: tuple[MoveSeen, ...] = ()


def explain(title: str, body: str, lexicon: Lexicon, *, published: date | None = None) -> Explanation:
    """The same reasoning as `judge`, with everything seen on the way."""
    reasoning = reason(title, body, lexicon, published)
    threshold = lexicon.thresholds["flag"]
    if reasoning.article is None or reasoning.reading is None:
        return Explanation(judgement=reasoning.judgement, threshold=threshold)
    reading = reasoning.reading
    return Explanation(
        judgement=reasoning.judgement,
        threshold=threshold,
        sentences=tuple((s.zone.value, reading.text[s.start : s.end]) for s in reading.sentences),
        clutter=tuple((b.clutter, reading.text[b.start : b.end]) for b in reading.blocks if b.clutter),
        names=_names(reasoning),
        frames=_frames(reasoning),
        moves=_moves(reasoning),
    )


def _names(reasoning: Reasoning) -> tuple[NamedAs, ...]:
    """The article's names, each once."""
    seen: dict[int, NamedAs] = {}
    for mention in reasoning.article.mentions if reasoning.article else ():
        entity = mention.entity
        votes = tuple(sorted(entity.votes.items(), key=lambda vote: -vote[1]))
        seen.setdefault(id(entity), NamedAs(name=entity.name, type=entity.type.value, votes=votes))
    return tuple(seen.values())


def _frames(reasoning: Reasoning) -> tuple[FrameSeen, ...]:
    """The frames that were filled."""
    found = []
    for event in reasoning.article.events if reasoning.article else ():
        words = event.phrase.sentence.tokens[event.trigger.start : event.trigger.end]
        movers = (
            m.entity.name if m.entity else m.people.label if m.people else m.role.text if m.role else m.pronoun
            for m in event.movers
        )
        found.append(
            FrameSeen(
                frame=event.frame.id,
                words=" ".join(token.text for token in words),
                sentence=event.phrase.sentence.index,
                movers=tuple(movers),
                origin=event.origin.name if event.origin else None,
                destination=event.destination.name if event.destination else None,
                role=event.role.text if event.role else None,
            )
        )
    return tuple(found)


def _moves(reasoning: Reasoning) -> tuple[MoveSeen, ...]:
    """The moves that were considered."""
    found = []
    for item in reasoning.scored:
        candidate = item.candidate
        who = (
            candidate.person.name
            if candidate.person
            else candidate.people.label
            if candidate.people
            else candidate.label
        )
        found.append(
            MoveSeen(
                who=who,
                origin=candidate.origin.name if candidate.origin else None,
                destination=candidate.destination.name if candidate.destination else None,
                status=candidate.status.value,
                score=0.0,
                barred=item.barred.value if item.barred else "",
                evidence=item.evidence,
                notes=tuple(candidate.notes),
            )
        )
    return tuple(found)


def render_explanation(explanation: Explanation, colour: bool) -> str:
    """The explanation as text, with ANSI colours if wanted."""
    paint = _Paint(colour)
    lines = [_verdict(explanation, paint)]
    for heading, rows in (
        ("Sentences that count", [f"{zone:5} {text}" for zone, text in explanation.sentences]),
        ("Set aside as clutter", [f"{text}  ({why})" for why, text in explanation.clutter]),
        ("Names and votes", [_name_line(name) for name in explanation.names]),
        ("Frames filled", [_frame_line(frame) for frame in explanation.frames]),
    ):
        if rows:
            lines += ["", paint.bold(heading), *(f"  {row}" for row in rows)]
    for move in explanation.moves:
        lines += ["", *_move_lines(move, paint)]
    return "\n".join(lines) + "\n"


class _Paint:
    """ANSI colours, or nothing."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._colour else text

    def good(self, text: str) -> str:
        return f"\x1b[32m{text}\x1b[0m" if self._colour else text

    def bad(self, text: str) -> str:
        return f"\x1b[31m{text}\x1b[0m" if self._colour else text


def _verdict(explanation: Explanation, paint: _Paint) -> str:
    """What was decided, by how much."""
    judgement = explanation.judgement
    if isinstance(judgement, Match):
        return paint.good(f"FLAGGED  score {judgement.score:g}, threshold {explanation.threshold:g}")
    return paint.bad(
        f"not flagged: {judgement.reason.value}  score {judgement.score:g}, threshold {explanation.threshold:g}"
    )


def _name_line(name: NamedAs) -> str:
    """« Ruoming Pang: person (first name +3, …) »."""
    votes = ", ".join(f"{why} {weight:+g}" for why, weight in name.votes)
    return f"{name.name}: {name.type} ({votes or 'no vote'})"


def _frame_line(frame: FrameSeen) -> str:
    """One filled frame."""
    sides = f"{frame.origin or '·'} → {frame.destination or '·'}"
    post = f", {frame.role}" if frame.role else ""
    return f"[{frame.sentence}] {frame.frame} « {frame.words} »: {', '.join(frame.movers)}: {sides}{post}"


def _move_lines(move: MoveSeen, paint: _Paint) -> list[str]:
    """A move with its table of points."""
    barred = f"  barred: {move.barred}" if move.barred else ""
    head = (
        f"{move.who}: {move.origin or '·'} → {move.destination or '·'} ({move.status})  {move.score:g} points{barred}"
    )
    rows = [f"  {item.points:+5.1f}  {item.why}  « {item.text} »" for item in move.evidence]
    return [paint.bold(head), *rows, *(f"         {note}" for note in move.notes)]
