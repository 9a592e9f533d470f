"""Which firms the text speaks of right before and behind a mover, across sentences, and in whose paragraph he stands.

« Giskard mise sur un profil institutionnel. Sa nouvelle secrétaire générale, X, a passé six ans à l'Anssi » names no
firm that X joins in her own sentence: it is the one of whom the text was speaking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from alerts.matching.article import Article
from alerts.matching.parties import How, Parties, Party, Place
from alerts.matching.reading import Zone

Spot = tuple[int, int, Party]
"""Sentence, chunk, and the firm that is spoken of there."""

_REACH = 4
"""Sentences between a firm and the mover."""
_SUBJECT_REACH = 2
"""… and between a possessive and the sentence whose first firm it may speak of."""
_OWNING = frozenset({"son", "sa", "ses", "leur", "leurs"})
_NEAR = 8
"""Chunks between a possessive and the name of whom it is said: « sa nouvelle directrice de la recherche, X »."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The firms of an article in the order of their places, and the paragraph of each sentence."""

    article: Article
    spots: Sequence[Spot]
    paragraphs: Sequence[int]
    openers: Mapping[int, Party]  # paragraph → the firm that it speaks of first
    seen: dict[Party, tuple[tuple[str, Party], ...]] = field(default_factory=dict)  # of a mover, once it was asked for

    def around(self, mover: Party) -> tuple[tuple[str, Party], ...]:
        """What firms are to the places that name a mover, and which ones: the first of the body, and later ones."""
        if mover not in self.seen:
            self.seen[mover] = tuple(
                (f"{'later' if number else 'first'}:{what}", firm)
                for number, place in enumerate(self.named(mover))
                for what, firm in _of_place(place, self)
            )
        return self.seen[mover]

    def named(self, mover: Party) -> Sequence[Place]:
        """The places that name a mover or tell a group: those of the body, if there are any."""
        told = [place for place in mover.places if place.how in {How.NAME, How.GROUP}]
        return [place for place in told if self.article.sentences[place.sentence].zone is not Zone.TITLE] or told


def find_surroundings(article: Article, parties: Parties) -> Surroundings:
    """The surroundings of an article's people."""
    spots = [
        (place.sentence, place.chunk, party)
        for party in parties.organisations
        for place in party.places
        if place.how is not How.GROUP
    ]
    spots.sort(key=lambda spot: spot[:2])
    paragraphs = tuple(_paragraphs(article))
    openers: dict[int, Party] = {}
    for sentence, _, party in spots:
        openers.setdefault(paragraphs[sentence], party)
    return Surroundings(article, spots, paragraphs, openers)


def _paragraphs(article: Article) -> Iterator[int]:
    number = 0
    if article.sentences:
        yield number
    for one, following in pairwise(article.sentences):
        number += "\n" in article.text[one.end : following.start]
        yield number


def neighbour_features(mover: Party, side: Party, scene: Surroundings) -> Iterator[str]:
    """How the organisation stands in the order of the text to the places that name the mover."""
    for what, firm in scene.around(mover):
        yield f"{what}={'own' if firm is side else 'other'}"
    shared = {scene.paragraphs[place.sentence] for place in side.places}
    for number, place in enumerate(scene.named(mover)):
        yield f"{'later' if number else 'first'}:in-paragraph={scene.paragraphs[place.sentence] in shared}"


def _of_place(place: Place, scene: Surroundings) -> Iterator[tuple[str, Party]]:
    """The firms last before and next behind a place, the paragraph's first, and whose post a possessive tells."""
    here, own = (place.sentence, place.chunk), scene.paragraphs[place.sentence]
    ahead = [spot for spot in scene.spots if spot[:2] < here and place.sentence - spot[0] <= _REACH]
    behind = next((spot for spot in scene.spots if spot[:2] > here and spot[0] - place.sentence <= _REACH), None)
    for name, spot in (("ahead", ahead[-1] if ahead else None), ("behind", behind)):
        if spot:
            away = "same" if spot[0] == here[0] else "near" if scene.paragraphs[spot[0]] == own else "far"
            yield f"firm-{name} {away}", spot[2]
    if own in scene.openers:
        yield "opener", scene.openers[own]
    at = _possessive(place, scene.article)
    if at is not None:
        yield from _owners(place.sentence, [spot for spot in ahead if spot[:2] < (place.sentence, at)])


def _owners(sentence: int, ahead: Sequence[Spot]) -> Iterator[tuple[str, Party]]:
    """Of whom a possessive may speak: the firm named last before it, and the first one of the sentence before."""
    if ahead:
        yield f"owner {'same' if ahead[-1][0] == sentence else 'other'}", ahead[-1][2]
    before = [spot for spot in ahead if 0 < sentence - spot[0] <= _SUBJECT_REACH]
    first = next((spot for spot in before if spot[0] == before[-1][0]), None)
    if first:
        yield "owner first", first[2]


def _possessive(place: Place, article: Article) -> int | None:
    """The chunk of a possessive in the words that announce the mover: « sa nouvelle directrice, X »."""
    phrase = article.phrases[place.sentence]
    for chunk in range(place.chunk - 1, max(-1, place.chunk - _NEAR), -1):
        if phrase.sentence.tokens[phrase.items[chunk].start].folded in _OWNING:
            return chunk
    return None
