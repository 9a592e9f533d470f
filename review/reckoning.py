"""The whole reasoning about an article as plain text, for who asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.matching import Explanation
from alerts.matching.explanation import MoveSeen
from alerts.phrases import status_label
from alerts.reasons import evidence_label
from mercato.i18n import catalogue
from mercato.model import Status


def reckoning(explanation: Explanation, language: str) -> str:
    """Names with their votes, the frames that were filled, and the moves that were weighed, one thing to a line."""
    say = catalogue(language).gettext
    names = [f"{n.name}: {n.type} {' '.join(f'{w:+g}' for _, w in n.votes)}" for n in explanation.names]
    frames = [
        f"{f.words} ({f.frame}) {', '.join(f.movers)} {_route(f.origin, f.destination)}" for f in explanation.frames
    ]
    moves = [line for move in explanation.moves for line in _move(move, language)]
    parts = ((say("Names and votes"), names), (say("Frames filled"), frames), (say("Moves weighed"), moves))
    return "\n\n".join("\n".join((heading, *(f"  {row}" for row in rows))) for heading, rows in parts if rows)


def _move(move: MoveSeen, language: str) -> Iterator[str]:
    status = status_label(Status(move.status), language)
    yield f"{move.who} {_route(move.origin, move.destination)} ({status}) {move.score:+g}"
    for piece in sorted(move.evidence, key=lambda piece: -piece.points):
        yield f"  {piece.points:+6.2f}  {evidence_label(piece.why, language)} « {piece.text} »"


def _route(origin: str | None, destination: str | None) -> str:
    return f"{origin or '·'} → {destination or '·'}"
