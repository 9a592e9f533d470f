"""Features of a possible mover: is the article's news that this person or group moves?"""

from __future__ import annotations

from alerts.matching.events import Event
from alerts.matching.facts import scope_of
from alerts.matching.features.clauses import clause_features
from alerts.matching.features.company import company_of
from alerts.matching.features.context import around
from alerts.matching.features.discourse import note_others_event, note_part, note_words
from alerts.matching.features.scene import PREFIXES, Features, Row, Scene
from alerts.matching.parties import How, Party, Place
from alerts.matching.reading import Zone

_PREFIX = {
    How.NAME: "", How.PRONOUN: "he:", How.DESCRIPTION: "described:", How.TOGETHER: "together:", How.GROUP: "group:",
    How.HOLDER: "holder:", How.POST: "",
}  # fmt: skip
_POINTERS = frozenset({How.PRONOUN, How.DESCRIPTION, How.TOGETHER})
_LEAD_ROWS = 3
_MOST_SIDES = 4
_HEAD = 8  # letters of a post's first word
_STEPS = range(-2, 9)
"""Sums of a reading's points that are features of their own."""


def mover_features(party: Party, scene: Scene) -> Features:
    """What speaks for and against the party as a mover of the news."""
    out: Features = {}
    moving = {place.sentence for place in party.places if _place(place, party, scene, out)}
    note_part(party, moving, scene, out)
    _standing(party, scene, out)
    for affiliation in scene.affiliations:
        if party.entity is affiliation.person:
            out.setdefault(f"tie={affiliation.hold} {affiliation.why}", None)
            out.setdefault(f"tie={affiliation.hold}", None)
            if affiliation.role:
                # Patrons speak of those whom they win or lose; engineers are won.
                out.setdefault(f"tie={affiliation.hold} {affiliation.role.head[:_HEAD]}", None)
    _circles(party, scene, out)
    _paragraph(party, scene, out)
    _reading(party, scene, out)
    _topic(scene, out)
    return out


def _place(place: Place, party: Party, scene: Scene, out: Features) -> bool:
    """What one place tells: the words around, and the grammar's events in its sentence. Says if one moves the party."""
    row, how = scene.rows[place.sentence], _PREFIX[place.how]
    around(row, place.chunk, how, out)
    out.setdefault(f"{how}zone={row.zone}", row.spans[place.chunk])
    note_words(place, scene, out)
    for name, span in clause_features(row, place.chunk, scene.article.lexicon).items():
        out.setdefault(f"{how}{name}", span)
    here = [event for event in scene.article.events if event.phrase.sentence.index == place.sentence]
    moved = [_event(event, place, party, out) for event in here]
    return any(moved)


def _standing(party: Party, scene: Scene, out: Features) -> None:
    """How early, how often and beside how many others the party is spoken of."""
    told = [place for place in party.places if place.how not in _POINTERS]
    rank = scene.parties.movers.index(party) if party.named else -1
    first = scene.rows[told[0].sentence]
    out[f"first={min(4, told[0].sentence)}"] = first.spans[told[0].chunk]
    out[f"times={min(4, len(told))}"] = None
    out[f"rank={min(3, rank)}" if party.named else "rank=unnamed"] = None
    out[f"persons={min(3, scene.parties.persons)}"] = None
    if any(scene.rows[place.sentence].zone is Zone.TITLE for place in told):
        out["in-title"] = first.spans[told[0].chunk]


def is_mover(event: Event, party: Party) -> bool:
    """Whether the grammar takes the party for a mover of the event."""
    if party.entity:
        if any(mover.entity is party.entity for mover in event.movers):
            return True
    elif any(mover.people and mover.people in party.people for mover in event.movers):
        return True
    sentence = event.phrase.sentence.index
    pointed = {mover.place for mover in event.movers if mover.entity is None and mover.pronoun}
    return any(place.sentence == sentence and place.chunk in pointed for place in party.places)


def _event(event: Event, place: Place, party: Party, out: Features) -> bool:
    """The event's frame, voice, tense and sides, when the party moves in it; or that it is the predecessor, or that
    others move. Says whether the party moves.
    """
    words = event.phrase.sentence.tokens
    span = (words[event.trigger.start].start, words[event.trigger.end - 1].end)
    zone = PREFIXES[event.phrase.sentence.zone]
    moves = is_mover(event, party)
    if moves:
        for name in (
            f"event={event.frame.id}",
            f"family={event.frame.family}",
            f"tense={event.trigger.when}",
            f"negated={event.trigger.negated}",
            f"voice={event.trigger.voice}",
            f"to-told={event.destination is not None}",
            f"from-told={event.origin is not None}",
        ):
            out.setdefault(name, span)
            if zone:
                out.setdefault(zone + name, span)
    elif party.named:
        note_others_event(event, place, span, out)
    if party.entity and any(mover.entity is party.entity for mover in event.predecessors):
        out.setdefault("predecessor", span)
        out.setdefault(f"{zone}predecessor={event.frame.family}", span)
    return moves


def _circles(party: Party, scene: Scene, out: Features) -> None:
    """Whether the party follows somebody or takes somebody's post, and whether the grammar moves those."""
    for who, others in scene.circles.of(party):
        out[f"circle={who}"] = None
        if any(scene.readings_of(other) for other in others):
            out[f"circle={who} moves"] = None
    company = company_of(party, scene)
    if company:
        moving = sum(bool(scene.readings_of(other)) for other in company)
        out[f"circle=company {'moves' if moving == len(company) else 'moves in part' if moving else 'stays'}"] = None


def _paragraph(party: Party, scene: Scene, out: Features) -> None:
    """Whether the party is named first, or alone, in the paragraph that tells of it first, as columns of moves do."""
    paragraphs = scene.surroundings.paragraphs
    named = scene.surroundings.named(party)
    if not named or scene.rows[named[0].sentence].zone is Zone.TITLE:
        return
    own = paragraphs[named[0].sentence]
    first: dict[Party, tuple[int, int]] = {}
    for sentence, told in scene.told.items():
        if paragraphs[sentence] == own:
            for chunk, other in told.items():
                if other.named:
                    first[other] = min(first.get(other, (sentence, chunk)), (sentence, chunk))
    rank = sum(place < (named[0].sentence, named[0].chunk) for place in first.values())
    out[f"paragraph={min(2, rank)} of {min(3, len(first))}"] = None
    if own == paragraphs[-1]:
        out["last-paragraph"] = None


def _reading(party: Party, scene: Scene, out: Features) -> None:
    """The grammar's whole reading of the party, if it has one: its evidence and the gate that it fails."""
    for item in scene.readings_of(party):
        out["read"] = None
        out[f"barred={item.barred}"] = None
        for piece in item.evidence:
            out.setdefault(f"read={piece.why}", (piece.start, piece.end))
        for least in _STEPS:
            if item.points >= least:
                out.setdefault(f"read>={least}", None)


TOPIC = ("tech=", "outside=", "sport=", "no-organisation", "known-organisation", "title-word=", "lead-word=")
"""What the features begin with that tell of the article and not of the party."""


def _topic(scene: Scene, out: Features) -> None:
    """What the article is about: scope words, known organisations, the words of title and lead."""
    sides = [party.entity for party in scene.parties.organisations[:_MOST_SIDES] if party.entity]
    tech, outside, sport = scope_of(scene.article, sides)
    out[f"tech={min(4, tech)}"] = out[f"outside={min(4, outside)}"] = out[f"sport={min(2, sport)}"] = None
    if not scene.parties.organisations:
        out["no-organisation"] = None
    if any(side.known for side in sides):
        out["known-organisation"] = None
    small = scene.article.lexicon.words("function.stops")
    for index, row in enumerate(scene.rows):
        if row.zone is Zone.TITLE:
            _words("title-word", row, small, out)
        elif index < _LEAD_ROWS:
            _words("lead-word", row, small, out)


def _words(name: str, row: Row, small: frozenset[str], out: Features) -> None:
    """The words that say what a sentence is about: no function words, which only show an outlet's style."""
    for symbol, stem, span in zip(row.symbols, row.stems, row.spans, strict=True):
        if len(symbol) > 2 and symbol[0].isalpha() and symbol not in small:
            out.setdefault(f"{name}={stem}", span)
