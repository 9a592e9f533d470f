"""An article laid out for looking at: its sentences as rows of symbols, its parties, the grammar's reading of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from alerts.lexicon import NameType
from alerts.lexicon.vocabulary import lemma
from alerts.matching.affiliations import Affiliation
from alerts.matching.article import Article
from alerts.matching.events import Event
from alerts.matching.facts import Observed
from alerts.matching.features.circles import Circles, find_circles
from alerts.matching.features.neighbours import Surroundings, find_surroundings
from alerts.matching.features.sections import sections
from alerts.matching.names import Entity
from alerts.matching.parties import How, Parties, Party, Place, find_parties
from alerts.matching.phrases import Chunk, Item, Phrase
from alerts.matching.reading import Zone
from mercato.text import Token

Span = tuple[int, int]
Features = dict[str, Span | None]
"""Feature → the characters of the article's text that it rests on, None when it rests on the whole."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a party: by and large, and at each place that speaks of it.

    The places are weighed one by one and the best one counts, so that a long article, which speaks of its people in
    many ways, is read like a short one.
    """

    whole: Features
    places: tuple[Features, ...] = ()


STEM = 7
"""Letters of the dictionary form that tell French words apart well enough, whatever its ending."""
_SYMBOLS = {
    NameType.PERSON: "<person>",
    NameType.ORGANISATION: "<firm>",
    NameType.MEDIUM: "<medium>",
    NameType.PLACE: "<place>",
    NameType.PRODUCT: "<product>",
    NameType.UNKNOWN: "<name>",
}
_LISTED = frozenset({"<person>", "<firm>"})
_LINKS = frozenset({",", "et", "&", "ou"})
PREFIXES = {Zone.TITLE: "title:", Zone.LEAD: "lead:", Zone.BODY: "", Zone.ITEM: ""}


class Row:
    """A sentence: one symbol and one span per chunk. Names are told by their type only, so that no name is learnt.

    Worked out when first asked for, since most sentences of an article speak of nobody.
    """

    def __init__(self, phrase: Phrase) -> None:
        self.zone = phrase.sentence.zone
        self.around: dict[int, Features] = {}  # the features of the words around a chunk, once they were made
        self.clauses: dict[int, Features] = {}  # … and those of its clause
        self._phrase = phrase

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """What each chunk is."""
        return tuple(_symbol(item, self._phrase) for item in self._phrase.items)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """What each chunk is, its word by the beginning of its dictionary form."""
        words, items = self._phrase.sentence.tokens, self._phrase.items
        return tuple(_stem(symbol, words[item.start], item) for symbol, item in zip(self.symbols, items, strict=True))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The characters of each chunk."""
        words = self._phrase.sentence.tokens
        return tuple((words[item.start].start, words[item.end - 1].end) for item in self._phrase.items)

    def symbol(self, index: int) -> str:
        """The symbol at `index`; ^ before the sentence and $ behind it."""
        return "^" if index < 0 else "$" if index >= len(self.symbols) else self.symbols[index]

    def kind(self, index: int) -> Chunk:
        """What kind of chunk stands at `index`; a sign outside the sentence."""
        return self._phrase.items[index].kind if 0 <= index < len(self._phrase.items) else Chunk.SIGN

    def base(self, index: int) -> str:
        """The dictionary form of the word at `index`; "" when no word stands there."""
        if self.kind(index) is not Chunk.WORD:
            return ""
        return lemma(self._phrase.sentence.tokens[self._phrase.items[index].start].text)

    def stem(self, index: int) -> str:
        """The stem at `index`; ^ before the sentence and $ behind it."""
        return "^" if index < 0 else "$" if index >= len(self.stems) else self.stems[index]

    def listed(self, index: int) -> Span:
        """The first and the last chunk of the list of names of one kind in which `index` stands: « X, Y et Z »."""
        first = last = index
        if self.symbols[index] in _LISTED:
            while self.symbol(first - 1) in _LINKS and self.symbol(first - 2) == self.symbols[index]:
                first -= 2
            while self.symbol(last + 1) in _LINKS and self.symbol(last + 2) == self.symbols[index]:
                last += 2
        return first, last

    def span(self, first: int, last: int) -> Span | None:
        """The characters from chunk `first` to chunk `last`, None when neither is in the sentence."""
        first, last = max(0, first), min(len(self.spans) - 1, last)
        return (self.spans[first][0], self.spans[last][1]) if first <= last else None


_CROWD = 900
"""Pairs of a mover and an organisation, as a digest of some thirty moves has them."""
_REACH = 2
"""Sentences around a mover's own that tell of him in a crowd."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the features look at."""

    article: Article
    rows: tuple[Row, ...]
    parties: Parties
    readings: tuple[Observed, ...]  # the grammar's candidates
    affiliations: Sequence[Affiliation]
    pointed: Mapping[int, frozenset[int]]  # sentence → chunks that stand for a person whom they do not name
    partners: Mapping[Entity, frozenset[Entity]]  # who succeeds whom, both ways
    told: Mapping[int, Mapping[int, Party]]  # sentence → chunks that name a person or a group, and whom
    sections: Mapping[int, Entity]  # sentence → the firm whose section it stands in, where there are sections
    surroundings: Surroundings  # the firms in the order of the text
    circles: Circles  # who follows whom and takes whose post, told without the other's name
    pointers: Mapping[int, Sequence[tuple[Party, Place]]]  # sentence → where movers are spoken of without their names
    holders: Mapping[str, Sequence[Entity]]  # post → the persons to whom the grammar gives it
    sights: dict[tuple[Party, Party], Sight] = field(default_factory=dict)  # of (mover, side), once they were seen
    cues: dict[Party, tuple[str, ...]] = field(default_factory=dict)  # of a mover, once they were asked for
    own: dict[Party, tuple[Observed, ...]] = field(default_factory=dict)  # a mover's readings, once asked for
    companies: dict[Party, frozenset[Party]] = field(default_factory=dict)  # of a mover, once they were asked for
    names: dict[Party, Features] = field(default_factory=dict)  # of an organisation: what its name is

    def readings_of(self, mover: Party) -> tuple[Observed, ...]:
        """The grammar's candidates that speak of the mover; found once, since every post and sum asks for them."""
        if mover not in self.own:
            self.own[mover] = tuple(item for item in self.readings if mover.is_mover_of(item.candidate))
        return self.own[mover]

    def in_reach(self, mover: Party, sentences: Iterable[int]) -> bool:
        """Whether one of the sentences may tell of the mover: any, but where crowds meet only the title and those
        around his own, so that a page of names takes no time that grows with its square.
        """
        if len(self.parties.movers) * len(self.parties.organisations) <= _CROWD:
            return True
        own = [place.sentence for place in mover.places]
        return any(not index or any(abs(index - near) <= _REACH for near in own) for index in sentences)


def lay_out(article: Article, readings: Sequence[Observed], affiliations: Sequence[Affiliation]) -> Scene:
    """The scene of an article, given the grammar's candidates and who is said to work where."""
    rows = tuple(map(Row, article.phrases))
    parties = find_parties(article, [item.candidate for item in readings])
    pointed, partners, told = _pointed(parties), _partners(article.events), _told(parties)
    pointers, holders = _pointers(parties), _holders(readings)
    circles = find_circles(article, told, lambda party: any(party.is_mover_of(item.candidate) for item in readings))
    heads, moved = sections(article.phrases), tuple(readings)
    return Scene(
        article,
        rows,
        parties,
        moved,
        affiliations,
        pointed,
        partners,
        told,
        heads,
        find_surroundings(article, parties),
        circles,
        pointers,
        holders,
    )


def _pointers(parties: Parties) -> Mapping[int, Sequence[tuple[Party, Place]]]:
    """Where movers are spoken of otherwise than by name, by sentence."""
    found: dict[int, list[tuple[Party, Place]]] = {}
    for party in parties.movers:
        for place in party.places:
            if place.how is not How.NAME:
                found.setdefault(place.sentence, []).append((party, place))
    return found


def _holders(readings: Iterable[Observed]) -> Mapping[str, Sequence[Entity]]:
    """Who has which post, as the grammar reads it."""
    found: dict[str, list[Entity]] = {}
    for item in readings:
        if item.candidate.person and item.candidate.role is not None:
            found.setdefault(item.candidate.role, []).append(item.candidate.person)
    return found


def _partners(events: Iterable[Event]) -> Mapping[Entity, frozenset[Entity]]:
    """Who succeeds whom by the frames of succession, both ways: they hold one post after the other."""
    found: dict[Entity, set[Entity]] = {}
    for event in events:
        for mover, before in product(event.movers, event.predecessors):
            if mover.entity and before.entity:
                found.setdefault(mover.entity, set()).add(before.entity)
                found.setdefault(before.entity, set()).add(mover.entity)
    return {entity: frozenset(others) for entity, others in found.items()}


def _told(parties: Parties) -> Mapping[int, Mapping[int, Party]]:
    """Where persons and groups are named, by sentence and chunk."""
    found: dict[int, dict[int, Party]] = {}
    for party in parties.movers:
        for place in party.places:
            if place.how in {How.NAME, How.GROUP}:
                found.setdefault(place.sentence, {})[place.chunk] = party
    return found


def _pointed(parties: Parties) -> Mapping[int, frozenset[int]]:
    """Where pronouns and descriptions stand for one of the movers."""
    found: dict[int, set[int]] = {}
    for party in parties.movers:
        for place in party.places:
            if place.how in {How.PRONOUN, How.DESCRIPTION}:
                found.setdefault(place.sentence, set()).add(place.chunk)
    return {sentence: frozenset(chunks) for sentence, chunks in found.items()}


def _stem(symbol: str, first: Token, item: Item) -> str:
    """A symbol, or the beginning of a word's dictionary form: « rejoint » and « rejoindra » are one.

    Auxiliaries keep their tense: « avait rejoint » tells an older move than « a rejoint ».
    """
    if symbol[:1] in {"<", "#"}:
        return symbol
    if symbol != first.folded:
        return symbol[:STEM]
    base = lemma(first.text) if item.kind is Chunk.WORD or len(symbol) > 2 else symbol
    if base in _AUXILIARIES:
        return f"{base}{next((mark for endings, mark in _TENSES if symbol.endswith(endings)), '')}"
    return (base if len(symbol) > 2 else symbol)[:STEM]


_AUXILIARIES = frozenset({"avoir", "etre", "aller", "venir", "devoir", "pouvoir"})
_TENSES = ((("rait", "raient"), "+conditional"), (("ait", "aient"), "+imperfect"), (("ra", "ront"), "+future"))


def _symbol(item: Item, phrase: Phrase) -> str:
    """What a chunk is: the type of a name, a post by how it is held, a group, a number, or the word itself."""
    if item.entity:
        return _SYMBOLS[item.entity.type]
    if item.role:
        return f"<post {item.role.hold}>"
    if item.people:
        return "<group>"
    word = item.value or phrase.sentence.tokens[item.start].folded
    return "#" if word[:1].isdigit() else word
