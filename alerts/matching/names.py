"""Proper names and what they name, decided by votes over the whole article rather than per occurrence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.lexicon import KnownName, Lexicon, NameType
from alerts.lexicon.vocabulary import is_word
from alerts.matching.brands import declared
from alerts.matching.candidates import Span, begins, spans_of
from alerts.matching.reading import Sentence
from alerts.matching.units import abbreviations, units
from alerts.matching.votes import Votes, count_votes
from mercato.text import fold

MAX_NAMES = 400
"""Names of an article that are looked at; a page with more is a list of something else."""


_SURELY_A_PERSON = ("first name", "form of address", "followed by an age", "kinship")


@dataclass(eq=False, slots=True)
class Entity:
    """Somebody or something that the article names, under all its forms; compared by identity."""

    name: str
    type: NameType
    known: KnownName | None = None
    votes: dict[str, float] = field(default_factory=dict)  # "person: followed by an age" → weight
    first: int = 0  # place of the first occurrence

    @property
    def either(self) -> bool:
        """Whether it is taken for a person, but may as well be a firm: « Flying Whales »."""
        surely = any(why.endswith(_SURELY_A_PERSON) for why in self.votes)
        return not surely and any(why.startswith(NameType.ORGANISATION) for why in self.votes)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence: words `start:end` of a sentence."""

    sentence: int
    start: int
    end: int
    entity: Entity
    channel: bool = False  # « sur X »: where it was said


def find_names(sentences: Sequence[Sentence], text: str, lexicon: Lexicon) -> list[Mention]:
    """Every proper name of the article with its type."""
    lower = {token.folded for sentence in sentences for token in sentence.tokens if token.text[:1].islower()}
    names = declared(sentences, lexicon)
    spans = [span for sentence in sentences for span in spans_of(sentence, text, lower, names, lexicon)][:MAX_NAMES]
    inside = {span.key for span in spans if not begins(sentences[span.sentence].tokens, span.start)}
    spans = [span for span in spans if span.key in inside or not _mere_beginning(span, sentences, lexicon)]
    votes = count_votes(spans, sentences, lexicon)
    entities = _entities(spans, votes)
    for unit, firm in units(spans, sentences, lexicon):
        if {entities[unit].type, entities[firm].type} == {NameType.ORGANISATION}:
            entities[unit] = entities[firm]
    often = Counter(span.key for span in spans)
    for short, long in abbreviations(spans, sentences):
        if {entities[short].type, entities[long].type} <= _BODIES and entities[short] is not entities[long]:
            kept = entities[short] if often[short] > often[long] or entities[short].known else entities[long]
            entities[short] = entities[long] = kept
    return [_mention(span, entities, sentences, lexicon) for span in spans if span.key in entities]


_BODIES = frozenset({NameType.ORGANISATION, NameType.UNKNOWN})


def _mere_beginning(span: Span, sentences: Sequence[Sentence], lexicon: Lexicon) -> bool:
    """Whether one unknown capital opens a sentence and is no subject of a verb: « Faute d'accord, … »."""
    words = sentences[span.sentence].tokens
    if span.known or span.unusual or span.end - span.start > 1 or not begins(words, span.start):
        return False
    # « Septante-deux », « Oubliez-la »: a word with a tail is one too.
    if not all(is_word(part) or fold(part) in lexicon.numbers for part in words[span.start].text.split("-")):
        return False
    if span.key[0] in lexicon.words("function.openers") or span.key[0].endswith(("ant", "ement")):
        return True
    following = [token.folded for token in words[span.end : span.end + 4]]
    if following[:1] == [","]:
        return not _is_apposition(following[1:], lexicon)
    if following[:1] in (["("], ["-"]):
        return False
    return bool(following) and not (
        following[0] in lexicon.words("employers.acts")
        or following[0] in _VERBS_OF_SUBJECTS
        or any(form.person == 3 for form in lexicon.folded_forms.get(following[0], ()))
    )


_VERBS_OF_SUBJECTS = frozenset(
    ["a", "est", "ont", "vient", ":", "va", "avait", "sera", "etait", "n'", "s'", "ne", "se"]
)


def _is_apposition(following: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether what follows « Name, » says what Name is: « , qui », « , la start-up », « , éditeur de »."""
    if following[:1] in (["qui"], ["dont"], ["ou"]):
        return True
    kinds = lexicon.words("employers.kinds") | lexicon.words("organisation_heads.nouns")
    return any(word in kinds for word in following[:3])


def _mention(
    span: Span, entities: dict[tuple[str, ...], Entity], sentences: Sequence[Sentence], lexicon: Lexicon
) -> Mention:
    """The span as an occurrence of its entity; a network after « sur » is a channel."""
    words = sentences[span.sentence].tokens
    before = words[span.start - 1].folded if span.start else ""
    channel = bool(span.known and span.known.channel and before in lexicon.words("networks.before"))
    return Mention(span.sentence, span.start, span.end, entities[span.key], channel)


def _entities(spans: Sequence[Span], votes: Votes) -> dict[tuple[str, ...], Entity]:
    """One entity per name; a surname alone is the person whose full name the article gives."""
    entities: dict[tuple[str, ...], Entity] = {}
    for span in spans:
        if span.key not in entities:
            name = span.known.name if span.known else span.text
            entity = Entity(name, _type(votes[span.key]), span.known, first=len(entities))
            entity.votes = {f"{type_}: {why}": float(weight) for (type_, why), weight in votes[span.key].items()}
            entities[span.key] = entity
    people = [
        key for key, entity in entities.items() if entity.type is NameType.PERSON and len(key) > 1 and key[0] != "="
    ]
    for key in list(entities):
        for full in people:
            if key != full and len(key) < len(full) and _surname_of(key, full, entities[key]):
                entities[key] = entities[full]
                break
        else:
            begun = {entities[full].name: full for full in people if key == full[: len(key)] and len(key) < len(full)}
            if len(begun) == 1 and not entities[key].known and _held_as_firms(entities[key]) < _FIRMS:
                entities[key] = entities[begun.popitem()[1]]  # « Shengjia » of « Shengjia Zhao »
    entities.update(_short_forms(entities))
    return entities


def _short_forms(entities: Mapping[tuple[str, ...], Entity]) -> Mapping[tuple[str, ...], Entity]:
    """« Pharos » where the article also writes « Pharos Télécom » or « Groupe Pharos »: one firm, when only one name
    begins or ends so.
    """
    full = [k for k, e in entities.items() if len(k) > 1 and not e.known and e.type is NameType.ORGANISATION]
    found: dict[tuple[str, ...], Entity] = {}
    for key, entity in entities.items():
        short = not entity.known and entity.type in {NameType.ORGANISATION, NameType.UNKNOWN}
        if not short or not any(len(part) > 2 and not is_word(part) for part in key):
            continue
        longer = {entities[k].name: k for k in full if len(k) > len(key) and key in {k[: len(key)], k[-len(key) :]}}
        if len(longer) == 1:
            found[key] = entities[longer.popitem()[1]]
    return found


_FIRMS = 3.0
"""Votes for an organisation that make a part of somebody's name a firm's."""


def _held_as_firms(entity: Entity) -> float:
    return sum(weight for why, weight in entity.votes.items() if why.startswith("organisation"))


def _surname_of(key: tuple[str, ...], full: tuple[str, ...], entity: Entity) -> bool:
    """Whether `key` is the end of the full name, and is not better known as something else."""
    if entity.type in {NameType.ORGANISATION, NameType.MEDIUM} and (entity.known is None or not entity.known.ambiguous):
        return key[0] != "=" and full[-len(key) :] == key and _held_as_firms(entity) < _FIRMS
    return full[-len(key) :] == key


def _type(votes: Mapping[tuple[NameType, str], float]) -> NameType:
    """The type with the most votes; UNKNOWN below one and a half."""
    totals: dict[NameType, float] = defaultdict(float)
    for (type_, _), weight in votes.items():
        totals[type_] += weight
    if not totals:
        return NameType.UNKNOWN
    best = max(totals, key=lambda type_: (totals[type_], type_.value))
    return best if totals[best] >= 1.5 else NameType.UNKNOWN
