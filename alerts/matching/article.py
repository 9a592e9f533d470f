"""An article in the state of knowledge that the later steps share: sentences, names, chunks, events, marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from alerts.lexicon import Lexicon, NameType
from alerts.matching.ellipsis import without_verb
from alerts.matching.events import Event, Mover
from alerts.matching.filling import find_events
from alerts.matching.gate import find_words
from alerts.matching.headlines import from_to
from alerts.matching.names import Entity, Mention, find_names
from alerts.matching.phrases import ORDINALS, Chunk, Hold, Item, People, Phrase, Role, chunk
from alerts.matching.reading import Reading, Zone
from alerts.matching.speech import Saying, inversions, speakers
from mercato.text import fold


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of one of the word lists; places count characters of the folded sentence, close to the original's."""

    list: str
    start: int
    end: int


def _events(phrase: Phrase, lexicon: Lexicon) -> list[Event]:
    """The events of a sentence, those of its clauses without verb too."""
    events = find_events(phrase, lexicon)
    return [*events, *without_verb(events, phrase), *from_to(events, phrase, lexicon)]


_LEAD_SENTENCES = 4
"""Sentences, the title's included, in which the firm that an article is about is named."""


_SCOPE_SENTENCES = 10
_REACH_OF_ORDINALS = 5  # sentences
_POINTED = frozenset({"je", "ils", "elles", "-t-ils", "les", *ORDINALS})


class Article:
    """What is known of one article; computed once, read by the steps that follow."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.reading = reading
        self.lexicon = lexicon
        self.text = reading.text
        self.sentences = reading.sentences
        self.mentions: list[Mention] = find_names(reading.sentences, reading.text, lexicon)
        by_sentence: dict[int, list[Mention]] = {}
        for mention in self.mentions:
            by_sentence.setdefault(mention.sentence, []).append(mention)
        self.phrases: list[Phrase] = [
            chunk(sentence, by_sentence.get(sentence.index, ()), reading.text, lexicon)
            for sentence in reading.sentences
        ]
        self.folded = [fold(reading.text[sentence.start : sentence.end]) for sentence in reading.sentences]
        self.events: list[Event] = [
            event
            for phrase in self.phrases
            if not (phrase.sentence.question and phrase.sentence.zone is not Zone.TITLE)
            for event in _events(phrase, lexicon)
        ]

    @cached_property
    def cues(self) -> list[list[Cue]]:
        """The marks of mood, denial, time, scope and source in each sentence, with the verbs of media that tell it."""
        return [self._cues(folded, phrase) for folded, phrase in zip(self.folded, self.phrases, strict=True)]

    def _cues(self, folded: str, phrase: Phrase) -> list[Cue]:
        """The marks of a sentence; « …, calcule le Monde » is one of telling, whatever the verb."""
        listed = [
            Cue(key, start, end)
            for index, start, end in find_words(self.lexicon.cue_patterns, folded)
            for key in self.lexicon.cues[index][1]
        ]
        telling = [cue for cue in listed if cue.list == "stance.tell"]
        words, base = phrase.sentence.tokens, phrase.sentence.start
        for first, last in inversions(phrase):
            start, end = words[first].start - base, words[last - 1].end - base
            if not any(cue.start < end and start < cue.end for cue in telling):
                listed.append(Cue("stance.tell", start, end))
        return listed

    @cached_property
    def speech(self) -> list[Mapping[int, Saying]]:
        """In each sentence, the chunks of those whose words it tells."""
        return [speakers(phrase, self.lexicon) for phrase in self.phrases]

    @cached_property
    def scope_words(self) -> tuple[int, int, int]:
        """Distinct words of the industry, of other fields and of sport in the first sentences."""
        found: dict[str, set[str]] = {"scope.tech": set(), "scope.outside": set(), "scope.sport": set()}
        for index, cues in enumerate(self.cues[:_SCOPE_SENTENCES]):
            for cue in cues:
                if cue.list in found:
                    found[cue.list].add(self.folded[index][cue.start : cue.end])
        return len(found["scope.tech"]), len(found["scope.outside"]), len(found["scope.sport"])

    @cached_property
    def people_in_title(self) -> frozenset[Entity]:
        """The persons that the title names."""
        return frozenset(entity for index in self._title for entity in self.people_in(index))

    @cached_property
    def organisations_in_title(self) -> frozenset[Entity]:
        """The organisations that the title names."""
        return frozenset(entity for index in self._title for entity in self.organisations_in(index))

    @cached_property
    def recurring_people(self) -> frozenset[Entity]:
        """The persons whom two sentences of the body name or more."""
        body = {sentence.index for sentence in self.sentences if sentence.zone is not Zone.TITLE}
        places = {(m.entity, m.sentence) for m in self.mentions if m.sentence in body}
        times = Counter(entity for entity, _ in places if entity.type is NameType.PERSON)
        return frozenset(entity for entity, count in times.items() if count > 1)

    @cached_property
    def named_once(self) -> frozenset[Entity]:
        """The names that the article gives a single time."""
        times = Counter(mention.entity for mention in self.mentions)
        return frozenset(entity for entity, count in times.items() if count == 1)

    @property
    def _title(self) -> list[int]:
        """The sentences of the title."""
        return [sentence.index for sentence in self.sentences if sentence.zone is Zone.TITLE]

    def people_in(self, index: int) -> list[Entity]:
        """The persons that a sentence names, in order."""
        return [
            item.entity
            for item in self.phrases[index].items
            if item.kind is Chunk.NAME and item.entity and item.entity.type is NameType.PERSON
        ]

    def organisations_in(self, index: int) -> list[Entity]:
        """The organisations that a sentence names, in order; posts' organisations too."""
        found: list[Entity] = []
        for item in self.phrases[index].items:
            inner = item.role.organisation if item.role else item.people.organisation if item.people else item.entity
            if inner and inner.type is NameType.ORGANISATION:
                found.append(inner)
        return found

    @cached_property
    def topics(self) -> tuple[Entity, ...]:
        """The names that may be the firm that the article is about: named in title or lead, and no person or place.

        Those that the text shows to be organisations come first, then those it names most.
        """
        counted: dict[Entity, int] = {}
        for mention in self.mentions:
            counted[mention.entity] = counted.get(mention.entity, 0) + (not mention.channel)
        early = {
            mention.entity: self.sentences[mention.sentence].zone is Zone.TITLE
            for mention in reversed(self.mentions)
            if mention.sentence < _LEAD_SENTENCES
        }
        usable = [
            entity
            for entity in early
            if entity.type is NameType.ORGANISATION or (entity.type is NameType.UNKNOWN and counted[entity] > 1)
        ]
        return tuple(
            sorted(usable, key=lambda e: (e.type is not NameType.ORGANISATION, not early[e], -counted[e], e.first))
        )

    def resolve(self, mover: Mover, index: int, affiliated: Sequence[tuple[Entity, Entity]] = ()) -> list[Entity]:
        """The persons that a mover of sentence `index` stands for; empty when nobody is named.

        `affiliated` holds the pairs (person, organisation) known so far, for « le patron de A ».
        """
        if mover.entity:
            return [mover.entity]
        if mover.people:
            return self._named_members(mover, index)
        if mover.pronoun in _POINTED:
            return self._pointed(mover, index)
        if mover.role and self._plural(mover.role):
            return []  # a whole trade, and nobody who was named
        sought = self._still_sought(mover, index)
        organisation = mover.role.organisation if mover.role else None
        holders = [person for person, employer in affiliated if organisation and employer is organisation]
        if sought or holders:
            return [] if sought else holders[:1]
        return self._salient(index, mover)

    def _plural(self, role: Role) -> bool:
        """Whether the post is several people's: « ses ingénieurs », « les talents »."""
        one = role.head.removesuffix("s")
        named = self.lexicon.words("heads.callings") | self.lexicon.words("heads.posts")
        return one != role.head and one in named

    def _pointed(self, mover: Mover, index: int) -> list[Entity]:
        """The persons for whom « je », « ils » or « la seconde » stand."""
        if mover.pronoun == "je":
            return self._speaker(index)
        if mover.pronoun in ORDINALS:
            return self.counted(index, mover.place, ORDINALS[mover.pronoun])
        return self._several(index)

    def counted(self, index: int, place: int, number: int) -> list[Entity]:
        """« Le premier », « la seconde » at chunk `place` of sentence `index`: the person with that number, from 0 on,
        of the row told last; nobody when no row is that long.
        """
        items = self.phrases[index].items[:place]
        for earlier in range(index, max(-1, index - _REACH_OF_ORDINALS), -1):
            row = _row_of_persons(items if earlier == index else self.phrases[earlier].items)
            if len(row) > max(1, number):
                return [row[number]]
        before = [person for earlier in range(index) for person in self.people_in(earlier)]
        row = list(dict.fromkeys(before))
        return [row[number]] if len(row) > max(1, number) else []

    def _still_sought(self, mover: Mover, index: int) -> bool:
        """« Jusqu'à la désignation d'un nouveau patron »: the post's next holder is nobody yet."""
        if mover.role is None or mover.role.hold is not Hold.COMING or mover.role.definite:
            return False
        item = self.phrases[index].items[mover.place]
        words = self.phrases[index].sentence.tokens[max(0, item.start - 1) : item.end]
        return any(token.folded in {"un", "une"} for token in words)

    def _named_members(self, mover: Mover, index: int) -> list[Entity]:
        """« Les deux scientifiques »: the last persons named, as many as are counted."""
        people = mover.people
        if not (people and people.definite and people.count and people.count <= 6):
            return []
        named: list[Entity] = []
        for earlier in range(index - 1, max(-1, index - 4), -1):
            named = [person for person in self.people_in(earlier) if person not in named] + named
            if len(named) >= people.count:
                return named[: people.count]
        return []

    def _several(self, index: int) -> list[Entity]:
        """« ils », « elles »: the last row of persons; nobody when a group was named since."""
        for earlier in range(index, max(-1, index - 4), -1):
            people = list(dict.fromkeys(self.people_in(earlier)))
            if len(people) > 1 and earlier < index:
                moved = [m.entity for e in self._events_of(earlier) for m in e.movers if m.entity]
                return list(dict.fromkeys(moved)) if len(set(moved)) > 1 else people
            if self.group_in(earlier) and earlier < index:
                return []
        return []

    def _events_of(self, index: int) -> list[Event]:
        return [event for event in self.events if event.phrase is self.phrases[index]]

    def group_in(self, index: int) -> People | None:
        """The first group without names that a sentence tells of."""
        return next((item.people for item in self.phrases[index].items if item.people), None)

    def last_group(self, index: int) -> People | None:
        """The group told last before sentence `index`: « ils »."""
        earlier = (self.group_in(near) for near in range(index - 1, max(-1, index - 4), -1))
        return next((group for group in earlier if group), None)

    def _speaker(self, index: int) -> list[Entity]:
        """Who says « je »: the person named nearest."""
        for near in (index, index + 1, index - 1, index + 2):
            if 0 <= near < len(self.phrases) and self.people_in(near):
                return self.people_in(near)[:1]
        return []

    def _salient(self, index: int, mover: Mover) -> list[Entity]:
        """The person that a pronoun or a bare post points to: named just before, or, from a title, just after."""
        own = [item for item in self.phrases[index].items[: mover.place] if self._is_person(item)]
        # « remplacé par un ancien de A » introduces somebody else than the person named before it.
        if own and (mover.role is None or mover.role.definite):
            return [own[-1].entity] if own[-1].entity else []
        title = self.sentences[index].zone is Zone.TITLE
        if not title:
            for earlier in range(index - 1, max(-1, index - 4), -1):
                if self.sentences[earlier].zone is Zone.TITLE and index > 1 and self.people_in(index - 1):
                    continue
                moved = [
                    m.entity
                    for event in self.events
                    if event.phrase is self.phrases[earlier]
                    for m in event.movers
                    if m.entity
                ]
                if self.people_in(earlier) and mover.pronoun in {"celui-ci", "celle-ci"}:
                    return self.people_in(earlier)[-1:]  # who was named last, not whom it was about
                if moved or self.people_in(earlier):
                    return (moved or self.people_in(earlier))[:1]
        return self._named_later(index, mover, title)

    def _named_later(self, index: int, mover: Mover, title: bool) -> list[Entity]:
        """The person named first behind the mover's place; from a title rather one of whom is spoken than a speaker."""
        speaking: list[Entity] = []
        for later in range(index, min(len(self.phrases), index + 4)):
            if later == index and not title:
                after = [item for item in self.phrases[index].items[mover.place :] if self._is_person(item)]
                if after and mover.role and after[0].entity:
                    return [after[0].entity]
                continue
            people = self.people_in(later)
            spoken_of = [person for person in people if person not in self._speakers(later)] if title else people
            if spoken_of:
                return spoken_of[:1]
            speaking = speaking or people[:1]
        return speaking

    def _speakers(self, index: int) -> set[Entity | None]:
        """The persons whose words a sentence tells."""
        return {self.phrases[index].items[place].entity for place in self.speech[index]}

    def _is_person(self, item: Item) -> bool:
        return item.kind is Chunk.NAME and item.entity is not None and item.entity.type is NameType.PERSON


def _row_of_persons(items: Sequence[Item]) -> list[Entity]:
    """The persons whom chunks name in one list, « X, Y et Z », the longest one; without a list, all of them."""
    best: list[Entity] = []
    row: list[Entity] = []
    every: list[Entity] = []
    for item in items:
        if item.kind is Chunk.NAME and item.entity and item.entity.type is NameType.PERSON:
            every.append(item.entity)
            row.append(item.entity)
            best = row if len(row) > len(best) else best
        elif item.kind is not Chunk.COORDINATOR and item.value != ",":
            row = []
    return best if len(best) > 1 else list(dict.fromkeys(every))
