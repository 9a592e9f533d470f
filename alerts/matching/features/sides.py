"""Features of an organisation as the origin or the destination of a mover."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.lexicon import Slot
from alerts.matching.events import Event
from alerts.matching.features.clauses import clause_features
from alerts.matching.features.company import company_of
from alerts.matching.features.context import around
from alerts.matching.features.movers import is_mover
from alerts.matching.features.naming import name_features
from alerts.matching.features.neighbours import neighbour_features
from alerts.matching.features.scene import Features, Row, Scene, Sight, Span
from alerts.matching.names import Entity
from alerts.matching.parties import How, Parties, Party, Place
from alerts.matching.phrases import Hold
from alerts.matching.reading import Zone

_LONGEST_PATH = 6
_LONGEST_BAG = 20
_FAR = 3  # sentences
_HEAD = 8  # letters of a post's first word
_BY_POINTER = {How.PRONOUN: "he", How.DESCRIPTION: "he", How.TOGETHER: "he"}


def possible_sides(mover: Party, scene: Scene) -> tuple[Party, ...]:
    """The organisations that a mover may leave or join: all but a firm that may as well be the mover's own name."""
    return tuple(
        side
        for side in scene.parties.organisations
        if (not mover.named or side.entity is not mover.entity)
        and scene.in_reach(mover, (place.sentence for place in side.places))
    )


def side_features(mover: Party, side: Party, scene: Scene) -> Sight:
    """What ties the organisation to the mover, or stands against it; the same for origin and destination."""
    seen = scene.sights.get((mover, side))
    if seen is None:
        seen = scene.sights[mover, side] = _look(mover, side, scene)
    return seen


def _look(mover: Party, side: Party, scene: Scene) -> Sight:
    """The organisation as it is seen beside the mover."""
    out: Features = {}
    _standing(mover, side, scene.parties, out)
    if scene.parties.organisations.index(side) == 0:
        _of_main(mover, scene, out)
    if not {place.sentence for place in side.places} & {place.sentence for place in mover.places}:
        out["apart"] = None
    _ties(mover, side, scene, out)
    _readings(mover, side, scene, out)
    _together(mover, side, out)
    _unfilled(mover, side, scene, out)
    out.update(name_features(side, scene))
    _mates(mover, side, scene, out)
    _career(mover, side, scene, out)
    _section(mover, side, scene, out)
    out.update(dict.fromkeys(neighbour_features(mover, side, scene.surroundings)))
    return Sight(out, tuple(_place(place, mover, side, scene) for place in side.places))


_OF_PATTERN = (
    "family=", "event=", "tense=", "negated=", "to-told=", "from-told=", "read", "tie=", "group:zone=", "predecessor",
    "kind=", "circle=",
)  # fmt: skip
_NEAR_WORDS = ("near-before=", "near-after=", "after1=", "after1-2=", "between=", "before2-1=")
"""The words beside a mover: « part chez un concurrent », « promue », « prend du champ » tell which sides are untold."""


def pattern_features(seen: Features, mover: Party, scene: Scene) -> Features:
    """What tells whether a move has an origin, a destination or both, given what is seen of the mover."""
    out: Features = {"named": None} if mover.named else {}
    for name, span in seen.items():
        bare = name.rpartition(":")[2]
        if bare.startswith(_OF_PATTERN) or name.startswith(_OF_PATTERN):
            out[name] = span
        if bare.startswith(_NEAR_WORDS):
            out.setdefault(f"near:{bare}", span)
    for item in scene.readings_of(mover):
        out.setdefault(f"kind={item.candidate.kind}", None)
    out[f"organisations={min(5, len(scene.parties.organisations))}"] = None
    return out


def _of_main(mover: Party, scene: Scene, out: Features) -> None:
    """Of the organisation that the article speaks of first: the words right beside the mover, wherever that is."""
    for place in mover.places:
        row = scene.rows[place.sentence]
        for offset in (-2, -1, 1, 2, 3):
            index = place.chunk + offset
            out.setdefault(f"main:{offset}={row.stem(index)}", row.span(index, index))


def _place(place: Place, mover: Party, side: Party, scene: Scene) -> Features:
    """What one place tells: the words around, the way to the mover, and the events that it fills."""
    out: Features = {}
    row = scene.rows[place.sentence]
    around(row, place.chunk, _how(place), out)
    if row.zone is Zone.TITLE:
        out["in-title"] = row.spans[place.chunk]
    for other in mover.places:
        if other.sentence == place.sentence:
            _path(row, other, place, out)
    away = min(abs(other.sentence - place.sentence) for other in mover.places)
    out[f"away={min(_FAR, away)}"] = None
    _nearest(place, mover, scene, out)
    for event in scene.article.events:
        if event.phrase.sentence.index == place.sentence:
            _event(event, mover, side, out)
    return out


def _together(mover: Party, side: Party, out: Features) -> None:
    """In how many sentences both are spoken of, and which part of the sentences of either that is."""
    own, firm = ({place.sentence for place in party.places} for party in (mover, side))
    both = len(own & firm)
    out[f"together={min(3, both)}"] = None
    out[f"together-of-firm={3 * both // len(firm)}"] = None
    out[f"together-of-mover={3 * both // len(own)}"] = None


def _unfilled(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """Which sides the grammar leaves open although it moves the party, beside the organisation's rank in the text."""
    own = [item.candidate for item in scene.readings_of(mover)]
    if not own:
        return
    rank = min(2, scene.parties.organisations.index(side))
    for slot in ("origin", "destination"):
        if not any(getattr(candidate, slot) and slot not in candidate.inferred for candidate in own):
            out[f"unfilled={slot}"] = out[f"unfilled={slot} rank={rank}"] = None


def _mates(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """What ties the organisation to whoever succeeds the mover or is succeeded by him, or stands in a row with him."""
    if side.entity is None:
        return
    for who, others in scene.circles.of(mover):
        out[who] = None
        out.update(dict.fromkeys(f"{who}-{tie}" for tie in _of_parties(others, side, scene)))
    if mover.entity is None:
        return
    for who, circle in (
        ("partner", scene.partners.get(mover.entity, frozenset())),
        ("mate", _row_mates(mover, scene)),
        ("company", frozenset(other.entity for other in company_of(mover, scene) if other.entity)),
    ):
        if circle:
            out[who] = None
            out.update(dict.fromkeys(f"{who}-{tie}" for tie in _of_circle(circle, side, scene)))


def _of_circle(circle: frozenset[Entity], side: Party, scene: Scene) -> Iterator[str]:
    """How the organisation is tied to any of the persons: by an employer's tie, an event, or the grammar's reading."""
    for tie in scene.affiliations:
        if tie.person in circle and tie.organisation is side.entity:
            yield f"tie={tie.hold}"
    for event in scene.article.events:
        if any(other.entity in circle for other in event.movers):
            for slot, filler in (("destination", event.destination), ("origin", event.origin)):
                if filler is side.entity:
                    yield f"event={slot}"
                    yield f"event={slot} {event.frame.family}"
    for item in scene.readings:
        if item.candidate.person in circle:
            for slot, filler in (("destination", item.candidate.destination), ("origin", item.candidate.origin)):
                if filler is side.entity:
                    yield f"read={slot}"


def _of_parties(circle: frozenset[Party], side: Party, scene: Scene) -> Iterator[str]:
    """The same for people and groups that no frame ties to the mover, and whether one sentence speaks of both."""
    yield from _of_circle(frozenset(party.entity for party in circle if party.entity), side, scene)
    near = {place.sentence for place in side.places}
    for party in circle:
        if not near.isdisjoint(place.sentence for place in party.places):
            yield "together"
        if any(people.organisation is side.entity for people in party.people):
            yield "tie=group"
        for item in scene.readings_of(party) if not party.named else ():
            for slot, filler in (("destination", item.candidate.destination), ("origin", item.candidate.origin)):
                if filler is side.entity:
                    yield f"read={slot}"


def _row_mates(mover: Party, scene: Scene) -> frozenset[Entity]:
    """Those who stand in a row with the mover at some place."""
    found: set[Entity] = set()
    for place in mover.places:
        row = scene.rows[place.sentence]
        first, last = row.listed(place.chunk)
        told = scene.told.get(place.sentence, {})
        found |= {party.entity for chunk, party in told.items() if first <= chunk <= last and party.entity}
    return frozenset(found - {mover.entity})


def _career(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """Which of the employers that the text presents for the mover the organisation is: the last one is left."""
    if mover.entity is None:
        return
    held: list[Entity] = []
    for tie in scene.affiliations:
        if tie.person is mover.entity and tie.organisation and tie.hold is not Hold.COMING:
            held = [firm for firm in held if firm is not tie.organisation] + [tie.organisation]
    if side.entity not in held:
        out["career=elsewhere" if held else "career=none"] = None
        return
    where = "only" if len(held) == 1 else "last" if held[-1] is side.entity else "earlier"
    out[f"career={where}"] = None


def _section(mover: Party, side: Party, scene: Scene, out: Features) -> None:
    """Whether the mover is named first in the section that the organisation heads, or in another one's."""
    first = min((place.sentence for place in mover.places if place.sentence in scene.sections), default=None)
    if first is None:
        return
    heads = frozenset(scene.sections.values())
    where = "own" if scene.sections[first] is side.entity else "other" if side.entity in heads else "none"
    out[f"section={where}"] = None


def _nearest(place: Place, mover: Party, scene: Scene, out: Features) -> None:
    """Whether the person named last before the organisation, and the first one behind it, is the mover.

    A pronoun names whom it stands for.
    """
    row = scene.rows[place.sentence]
    listed = [row.listed(other.chunk) for other in mover.places if other.sentence == place.sentence]
    own = {chunk for first, last in listed for chunk in range(first, last + 1)}
    persons = [chunk for chunk, symbol in enumerate(row.symbols) if symbol == "<person>" or chunk in own]
    persons = sorted({*persons, *scene.pointed.get(place.sentence, ())})
    before = max((chunk for chunk in persons if chunk < place.chunk), default=None)
    after = min((chunk for chunk in persons if chunk > place.chunk), default=None)
    last, following = ("none" if k is None else "own" if k in own else "other" for k in (before, after))
    out[f"last-person={last}"] = out[f"next-person={following}"] = None
    whose = last if last != "none" else "next" if following == "own" else "nobody"
    _whose(whose, out)
    _clause(place, (last, following), scene, out)


def _clause(place: Place, persons: tuple[str, str], scene: Scene, out: Features) -> None:
    """What governs the organisation and what it does, by itself and by whose sentence that is."""
    row, (last, following) = scene.rows[place.sentence], persons
    for name, span in clause_features(row, place.chunk, scene.article.lexicon).items():
        out[name] = out[f"{name} {following if name.startswith('subject-of=') else last}"] = span
    first, end = row.listed(place.chunk)
    if first < end:
        out[f"list-place={'first' if place.chunk == first else 'last' if place.chunk == end else 'middle'}"] = None


_NEXT_WORDS = ("before1=", "before2=", "before2-1=", "after1=", "after1-2=")


def _whose(whose: str, out: Features) -> None:
    """The nearest words once more, by whose sentence they stand in: « chez » says little behind another person."""
    for name, span in [*out.items()]:
        if name.startswith(_NEXT_WORDS):
            out[f"{whose}:{name}"] = span


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


def _path(row: Row, mover: Place, side: Place, out: Features) -> None:
    """One path: its direction, length, words, and the parties that stand in between."""
    first, last = row.listed(mover.chunk)
    low, high = (last, side.chunk) if side.chunk > last else (side.chunk, first)
    tag = ">" if mover.chunk < side.chunk else "<"
    tag += _BY_POINTER.get(mover.how, "") + ("" if side.how is How.NAME else str(side.how))
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
        if not own and event.movers:
            out.setdefault(f"other-{slot}-event={event.frame.family}", span)
        if mover.entity and any(other.entity is mover.entity for other in event.predecessors):
            out.setdefault(f"predecessor-{slot}-event={event.frame.family}", span)
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
            if not own and tie.role:
                out.setdefault(f"other-head={tie.role.head[:_HEAD]}", None)
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
