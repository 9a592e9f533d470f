"""The part that a person plays in what an article says: who moves, or who speaks of those that do.

The words around a name are too many to learn that from. So verbs of saying count by their kind, the grammar's events by
whether they move the person or somebody else, and a person's firm by whether others join or leave it.
"""

from __future__ import annotations

from alerts.matching.events import Event
from alerts.matching.features.scene import Features, Row, Scene, Span
from alerts.matching.parties import Party, Place


def note_words(place: Place, scene: Scene, out: Features) -> None:
    """Add whether the person's words are told where the place stands, and of whom they speak."""
    saying = scene.article.speech[place.sentence].get(place.chunk)
    if saying is None:
        return
    row = scene.rows[place.sentence]
    span = row.span(saying.place, saying.place)
    for name in ("says", f"says={saying.kind}", f"says:of={_of_whom(row)}"):
        out.setdefault(name, span)


_SPEAKERS = (
    ("self", frozenset({"je", "j'", "m'", "mon", "ma", "mes", "moi"})),
    ("us", frozenset({"nous", "notre", "nos"})),
    ("them", frozenset({"il", "elle", "son", "sa", "ses", "lui"})),
)


def _of_whom(row: Row) -> str:
    """Of whom the sentence's small words speak."""
    words = {symbol for symbol in row.symbols if len(symbol) < 6}
    return next((name for name, own in _SPEAKERS if words & own), "others")


def note_others_event(event: Event, place: Place, span: Span, out: Features) -> None:
    """Add that the grammar moves somebody else in the sentence, and on which side of the event the place stands."""
    if not event.movers:
        return
    side = "<" if place.chunk < event.phrase.by_token[event.trigger.start] else ">"
    out.setdefault(f"others-event{side}", span)
    out.setdefault(f"others-event{side}={event.frame.family}", span)


_SHARES = (0.0, 0.34, 0.67)
"""Bounds of the share of a person's sentences in which the grammar moves him."""


def note_part(party: Party, moving: set[int], scene: Scene, out: Features) -> None:
    """Add what the person does in the article as a whole: `moving` are the sentences in which the grammar moves him."""
    sentences = {place.sentence for place in party.places}
    out[f"moves-in={sum(len(moving) / len(sentences) > least for least in _SHARES)}"] = None
    if "says" in out:
        out[f"says-and-moves={bool(moving)}"] = None
    _note_employer(party, scene, out)


def _note_employer(party: Party, scene: Scene, out: Features) -> None:
    """Add whether the grammar reads that others join or leave the firm to which the person is tied."""
    own = {tie.organisation: tie for tie in scene.affiliations if party.entity and tie.person is party.entity}
    own.pop(None, None)
    if not own:
        return
    for item in scene.readings:
        if party.is_mover_of(item.candidate):
            continue
        for what, firm in (("gains", item.candidate.destination), ("loses", item.candidate.origin)):
            if firm in own:
                out.setdefault(f"employer-{what}", None)
                out.setdefault(f"employer-{what}={own[firm].hold}", None)
