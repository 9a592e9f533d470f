"""Features of an organisation as the origin or the destination of a mover."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.lexicon import Slot
from alerts.matching.events import Event
from alerts.matching.features.context import around
from alerts.matching.features.movers import is_mover
from alerts.matching.features.scene import Features, Row, Scene, Span
from alerts.matching.parties import How, Parties, Party, Place
from alerts.matching.reading import Zone

_LONGEST_PATH = 6
_LONGEST_BAG = 20


def side_features(mover: Party, side: Party, scene: Scene) -> Features:
    """What ties the organisation to the mover, or stands against it; the same for origin and destination."""
    out: Features = {}
    for place in side.places:
        row = scene.rows[place.sentence]
        around(row, place.chunk, _how(place), out)
        if row.zone is Zone.TITLE:
            out.setdefault("in-title", row.spans[place.chunk])
    _standing(mover, side, scene.parties, out)
    _paths(mover, side, scene.rows, out)
    for event in scene.article.events:
        _event(event, mover, side, out)
    _ties(mover, side, scene, out)
    _readings(mover, side, scene, out)
    return out


def _how(place: Place) -> str:
    return "" if place.how is How.NAME else f"{place.how} {place.hold}:" if place.hold else f"{place.how}:"


def _standing(mover: Party, side: Party, parties: Parties, out: Features) -> None:
    """Rank, number and kind of the organisation."""
    entity = side.entity
    out[f"rank={min(4, parties.organisations.index(side))}"] = None
    out[f"times={min(4, len(side.places))}"] = None
    out[f"organisations={min(5, len(parties.organisations))}"] = None
    if entity:
        out[f"type={entity.type}"] = None
        out[f"known={entity.known is not None}"] = None
    out[f"mover-named={mover.named}"] = None


def _paths(mover: Party, side: Party, rows: Sequence[Row], out: Features) -> None:
    """The words between mover and organisation where one sentence speaks of both."""
    together = False
    for place in side.places:
        for other in mover.places:
            if other.sentence == place.sentence:
                together = True
                _path(rows[place.sentence], other, place, out)
    if not together:
        out["apart"] = None


def _path(row: Row, mover: Place, side: Place, out: Features) -> None:
    """One path: its direction, length, words, and the parties that stand in between."""
    low, high = sorted((mover.chunk, side.chunk))
    tag = ">" if mover.chunk < side.chunk else "<"
    tag += ("he" if mover.how is How.PRONOUN else "") + ("" if side.how is How.NAME else str(side.how))
    middle, span = row.stems[low + 1 : high], row.span(low + 1, high - 1) if high - low > 1 else None
    out.setdefault(f"path{tag}", span)
    out.setdefault(f"length{tag}={min(6, len(middle) // 2)}", span)
    if len(middle) <= _LONGEST_PATH:
        out.setdefault(f"path{tag}={' '.join(middle)}", span)
    _between(row, low + 1, high, tag, out)
    out.setdefault(f"persons-between{tag}={min(2, middle.count('<person>'))}", span)
    out.setdefault(f"firms-between{tag}={min(2, middle.count('<firm>'))}", span)
    if tag[0] == "<":
        out.setdefault(f"then={' '.join(row.stems[high + 1 : high + 3])}", row.span(high + 1, high + 2))


def _between(row: Row, low: int, high: int, tag: str, out: Features) -> None:
    """The words of a path as a bag, and as pairs."""
    bag = high - low <= _LONGEST_BAG
    for place in range(low, high):
        if bag and len(row.symbols[place]) > 2:
            out.setdefault(f"middle{tag}={row.stems[place]}", row.spans[place])
        if place + 1 < high:
            pair = f"middle2{tag}={row.stems[place]} {row.stems[place + 1]}"
            out.setdefault(pair, row.span(place, place + 1))


def _event(event: Event, mover: Party, side: Party, out: Features) -> None:
    """The frames that the grammar filled with the organisation, and whether with this mover."""
    words = event.phrase.sentence.tokens
    span: Span = (words[event.trigger.start].start, words[event.trigger.end - 1].end)
    for slot, filler in ((Slot.DESTINATION, event.destination), (Slot.ORIGIN, event.origin)):
        if filler is None or filler is not side.entity:
            continue
        own = "own-" if is_mover(event, mover) else ""
        for name in ("event", f"event={event.frame.family}", f"event={event.frame.id}"):
            out.setdefault(f"{slot}-{name}", span)
            if own:
                out.setdefault(f"{own}{slot}-{name}", span)
        if own:
            out.setdefault(f"{own}{slot}-direct={slot.value in event.direct}", span)


def _ties(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """Who is said to work or have worked there."""
    for tie in scene.affiliations:
        own = mover.entity is not None and tie.person is mover.entity
        if tie.organisation is not None and tie.organisation is side.entity:
            who = "own" if own else "other"
            out.setdefault(f"{who}-tie={tie.hold} {tie.why}", None)
            out.setdefault(f"{who}-tie={tie.hold}", None)
        elif own:
            out.setdefault(f"tie-elsewhere={tie.hold}", None)


def _readings(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """The grammar's own answer: for this mover, and for the others."""
    for item in scene.readings:
        candidate = item.candidate
        own = mover.is_mover_of(candidate)
        who = "read" if own else "read-of-other"
        for slot, entity in (("destination", candidate.destination), ("origin", candidate.origin)):
            if entity is not None and entity is side.entity:
                out.setdefault(f"{who}={slot}", None)
                told = "inferred" if slot in candidate.inferred else "told"
                out.setdefault(f"{who}={slot} {told}", None)
                if own:
                    out.setdefault(f"read={slot} {candidate.kind}", None)
            elif entity is not None and own:
                out.setdefault(f"read-other={slot}", None)
        if own:
            out.setdefault(f"kind={candidate.kind}", None)
