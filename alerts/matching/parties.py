"""Who may be the mover of an article and which organisations may be its sides, with every place that speaks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.lexicon import NameType
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate
from alerts.matching.names import Entity
from alerts.matching.phrases import HUMANS, ORDINALS, POINTING, Chunk, Hold, Item, People
from mercato.text import fold


class How(StrEnum):
    """How a place speaks of somebody."""

    NAME = "name"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"  # « l'ingénieure », « ce dernier »; of an organisation: « l'éditeur »
    LATEST = "latest"  # « l'entreprise » where several are named: the one named last
    TOGETHER = "together"  # « ils », « les deux hommes »: with the others of a sentence that named several
    GROUP = "group"
    POST = "post"  # the organisation of a post: « directrice de A »
    HOLDER = "holder"  # somebody without a name, known by a post alone


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk of a sentence that speaks of a party."""

    sentence: int
    chunk: int
    how: How
    hold: Hold | None = None  # of the post, for an organisation


@dataclass(eq=False, slots=True)
class Party:
    """A person, an unnamed group or holder of a post, or an organisation; compared by identity."""

    name: str
    entity: Entity | None = None
    people: list[People] = field(default_factory=list)
    label: str = ""  # of an unnamed holder of a post
    places: list[Place] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether it is a person or organisation that the article names."""
        return self.entity is not None

    def is_mover_of(self, candidate: Candidate) -> bool:
        """Whether the grammar's candidate speaks of this party."""
        if self.entity:
            return candidate.person is self.entity
        if candidate.person:
            return False
        if self.label:
            return candidate.label == self.label and candidate.people is None
        return candidate.people is not None and any(_same_people(own, candidate.people) for own in self.people)


def _same_people(one: People, other: People) -> bool:
    return one is other or bool(one.count and one.count == other.count)


@dataclass(frozen=True, slots=True)
class Parties:
    """The possible movers and sides of an article, in order of appearance."""

    movers: tuple[Party, ...]
    organisations: tuple[Party, ...]
    persons: int


_SUBJECTS = frozenset({"il", "elle", "-t-il", "-t-elle", "celui-ci", "celle-ci", "lui"})
_SEVERAL = frozenset({"ils", "elles", "eux", "-t-ils", "-t-elles", "ceux-ci", "celles-ci"})
_TOGETHER = frozenset({"duo", "trio", "tandem", "binome", "quatuor", "quintette", "couple"})
_NO_FIRM = frozenset(
    {
        "bourse", "commission", "concurrent", "concurrente", "direction", "filiale", "media", "messagerie", "moteur",
        "protocole", "quotidien", "reseau", "rival", "rivale", "site", "syndicat",
    }
)  # fmt: skip
"""Nouns that stand before an organisation's name, but by themselves mostly for something else."""
_SIDES = frozenset({NameType.ORGANISATION, NameType.UNKNOWN, NameType.MEDIUM})


def find_parties(article: Article, candidates: Sequence[Candidate]) -> Parties:
    """Everybody and every organisation that the article's sentences speak of.

    A pronoun counts as a place of the person named last; the holders without a name are the grammar's.
    """
    words = article.lexicon.words
    collector = _Collector(
        article,
        words("nationalities.names"),
        words("organisation_heads.nouns") - words("organisation_heads.premises") - _NO_FIRM,
    )
    for index, phrase in enumerate(article.phrases):
        for chunk in range(len(phrase.items)):
            collector.take(phrase.items, index, chunk)
        collector.end_sentence(phrase.items)
    holders = tuple(_holders(candidates))
    persons = tuple(party for party in collector.persons.values() if _told_by_name(party))
    movers = (*persons, *collector.groups.values(), *holders)
    return Parties(movers, tuple(collector.organisations.values()), len(persons))


def _told_by_name(party: Party) -> bool:
    return any(place.how is How.NAME for place in party.places)


def _holders(candidates: Sequence[Candidate]) -> Iterator[Party]:
    """The unnamed holders of posts that the grammar found to move."""
    for candidate in candidates:
        if candidate.person is None and candidate.people is None and candidate.label:
            party = Party(candidate.label, label=candidate.label)
            for claim in candidate.claims:
                phrase = claim.event.phrase
                chunk = phrase.by_token[claim.event.trigger.start]
                place = next((mover.place for mover in claim.event.movers if mover.role), chunk)
                party.places.append(Place(phrase.sentence.index, place, How.HOLDER))
            yield party


_APPOSED = 3
"""Chunks behind a comma in which a firm's kind may stand: « Wexelia, une jeune start-up »."""


def _announces(items: Sequence[Item], chunk: int) -> bool:
    """Whether the noun at `chunk` announces a name behind an adjective: « l'éditeur nantais Wexelia »."""
    behind = items[chunk + 1 : chunk + 3]
    return len(behind) == 2 and behind[0].kind is Chunk.WORD and behind[1].kind is Chunk.NAME


class _Collector:
    """Gathers the parties sentence by sentence."""

    def __init__(self, article: Article, nationalities: frozenset[str], heads: frozenset[str]) -> None:
        self._article = article
        self._nationalities = nationalities
        self._heads = heads  # nouns that stand for an organisation
        self.persons: dict[Entity, Party] = {}
        self.groups: dict[object, Party] = {}
        self.organisations: dict[Entity, Party] = {}
        self._last: Entity | None = None  # the person to whom a pronoun points across sentences
        self._here: Entity | None = None  # … and within this one
        self._together: tuple[Entity, ...] = ()  # the persons of the last sentence that named several
        self._firm: Entity | None = None  # the organisation named last
        self._kinds: dict[str, Entity] = {}  # what an organisation was said to be → the one that was last

    def take(self, items: Sequence[Item], sentence: int, chunk: int) -> None:
        """Note the parties that a chunk speaks of."""
        item = items[chunk]
        if item.kind is Chunk.NAME and item.entity:
            self._name(item.entity, items, sentence, chunk)
        elif item.role and item.role.organisation:
            self._organisation(item.role.organisation, Place(sentence, chunk, How.POST, item.role.hold))
        elif item.role:
            if item.role.definite:
                self._described(item.role.head, items, sentence, chunk)
        elif item.people:
            self._group(item.people, sentence, chunk)
        elif item.kind is Chunk.PRONOUN:
            self._pronoun(item.value, sentence, chunk)
        elif item.kind is Chunk.WORD:
            determiner = chunk - 2 if item.value == "pousse" else chunk - 1  # « la jeune pousse »
            if determiner >= 0 and items[determiner].value in POINTING:
                self._word(item.value, items, sentence, chunk)

    def _pronoun(self, value: str, sentence: int, chunk: int) -> None:
        who = self._here or self._last
        if value in _SUBJECTS and who:
            self.persons[who].places.append(Place(sentence, chunk, How.PRONOUN))
        elif value in _SEVERAL:
            self._all(sentence, chunk)
        elif value in ORDINALS:
            for counted in self._article.counted(sentence, chunk, ORDINALS[value]):
                if counted in self.persons:  # not « le Néerlandais, 44 ans »
                    self.persons[counted].places.append(Place(sentence, chunk, How.PRONOUN))
                    self._here = self._last = counted

    def _word(self, value: str, items: Sequence[Item], sentence: int, chunk: int) -> None:
        """A noun behind « le, la, cette »."""
        if value in _TOGETHER:
            self._all(sentence, chunk)
        elif value in HUMANS or value in self._nationalities or value in self._heads:
            self._described(value, items, sentence, chunk)

    def end_sentence(self, items: Sequence[Item]) -> None:
        """After a sentence, a pronoun points to the first person that it named, or to all when it named several."""
        named = [item.entity for item in items if item.kind is Chunk.NAME and item.entity in self.persons]
        several = tuple(dict.fromkeys(entity for entity in named if entity))
        self._last = next(iter(several), self._last)
        self._together = several if len(several) > 1 else self._together
        self._here = None

    def _described(self, head: str, items: Sequence[Item], sentence: int, chunk: int) -> None:
        """A description points to the only firm that was named, or, before any name of its sentence, to the person
        named last.
        """
        if chunk + 1 < len(items) and items[chunk + 1].kind is Chunk.NAME:
            return  # « l'éditeur Wexelia »: it announces its own name
        if head in self._heads:
            self._firm_described(head, items, sentence, chunk)
        elif self._last and self._here is None:
            self.persons[self._last].places.append(Place(sentence, chunk, How.DESCRIPTION))

    def _firm_described(self, head: str, items: Sequence[Item], sentence: int, chunk: int) -> None:
        """« L'éditeur » points to the firm that was called one, or else to the only one or the last one named."""
        if _announces(items, chunk):
            return
        if head in self._kinds:
            self._organisation(self._kinds[head], Place(sentence, chunk, How.DESCRIPTION))
        elif self._firm:
            alone = self._firm is next(iter(self.organisations))
            self._organisation(self._firm, Place(sentence, chunk, How.DESCRIPTION if alone else How.LATEST))

    def _note_kind(self, entity: Entity, items: Sequence[Item], chunk: int) -> None:
        """« l'éditeur nantais Wexelia », « Wexelia, un éditeur de jeux »: what the organisation is said to be."""
        before = [item.value for item in items[max(0, chunk - 2) : chunk] if item.kind is Chunk.WORD]
        behind = [item.value for item in items[chunk + 2 : chunk + 2 + _APPOSED]]
        apposed = behind if chunk + 1 < len(items) and items[chunk + 1].value in {",", "("} else []
        for value in (*before, *apposed):
            if value in self._heads:
                self._kinds[value] = entity
                return

    def _all(self, sentence: int, chunk: int) -> None:
        for who in self._together:
            self.persons[who].places.append(Place(sentence, chunk, How.TOGETHER))

    def _name(self, entity: Entity, items: Sequence[Item], sentence: int, chunk: int) -> None:
        place = Place(sentence, chunk, How.NAME)
        if not entity.known and fold(entity.name) in self._nationalities:
            return  # « le Japonais » is nobody's name
        if entity.type is NameType.PERSON:
            self.persons.setdefault(entity, Party(entity.name, entity)).places.append(place)
            self._here = entity
            if entity.either:
                self._organisation(entity, place)
        elif entity.type in _SIDES:
            self._organisation(entity, place)
            if entity.type is not NameType.MEDIUM:
                self._firm = entity
                self._note_kind(entity, items, chunk)

    def _organisation(self, entity: Entity, place: Place) -> None:
        self.organisations.setdefault(entity, Party(entity.name, entity)).places.append(place)

    def _group(self, people: People, sentence: int, chunk: int) -> None:
        if people.definite and people.count in {None, len(self._together)}:
            self._all(sentence, chunk)
        party = self._group_of(people)
        party.people.append(people)
        party.places.append(Place(sentence, chunk, How.GROUP))
        if people.organisation:
            self._organisation(people.organisation, Place(sentence, chunk, How.GROUP))

    def _group_of(self, people: People) -> Party:
        """The group of the same number, or of the same noun and no other firm: those of A are not those of B."""
        noun = people.label.split()[0].lower()[:7]
        key: object = people.count or noun
        if not people.count and people.organisation:
            firms = {own.organisation for party in [self.groups.get(key)] if party for own in party.people}
            key = key if firms <= {None, people.organisation} else (noun, people.organisation)
        return self.groups.setdefault(key, Party(people.label))
