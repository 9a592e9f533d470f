"""The values that the lexicon is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from alerts.lexicon.conjugation import VerbForm
from mercato.model import Kind, Status


class Slot(StrEnum):
    """What an argument of a trigger stands for."""

    MOVER = "mover"
    ORIGIN = "origin"
    DESTINATION = "destination"
    PREDECESSOR = "predecessor"
    NONE = "none"  # the argument is there, but names nobody that matters


class MoverPlace(StrEnum):
    """Where a nominal trigger has its mover when no preposition names it."""

    COMPLEMENT = "complement"  # « le départ de X »
    BESIDE = "beside"  # « X, transfuge de A » or « transfuge de A, X »
    BEFORE = "before"  # « X chez B »
    ROLE = "role"  # « X, nouveau directeur de B »
    ROLE_AFTER = "role-after"  # « B : X, directeur »
    SPEAKER = "speaker"  # « je quitte A », said by X


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A trigger, its arguments, and what it says about a move. See the files frames_*.toml."""

    id: str
    family: str
    kind: Kind
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    tails: tuple[tuple[str, ...], ...] = ()
    tail_optional: bool = False
    subject: Slot = Slot.MOVER
    object: Slot = Slot.NONE
    complements: Mapping[str, Slot] = field(default_factory=dict)
    mover: MoverPlace = MoverPlace.COMPLEMENT
    needs: tuple[tuple[str, ...], ...] = ()  # every group must have one filled slot
    strength: int = 2
    status: Status | None = None
    future_only: bool = False
    role_required: bool = False
    role_subject: bool = False
    title_only: bool = False
    follows: bool = False  # only points to a move told before, whose sides it shares
    why: str = ""
    example: str = ""
    counter: str = ""


@dataclass(frozen=True, slots=True)
class VerbPattern:
    """One wording of a verbal trigger: a lemma, perhaps reflexive, perhaps with a fixed tail (folded words)."""

    frame: Frame
    reflexive: bool
    tail: tuple[str, ...]


class Wordings:
    """The wordings of one verb, found by the words that stand behind it; some verbs have two hundred."""

    def __init__(self, patterns: Sequence[VerbPattern], possessives: Mapping[str, str]) -> None:
        self._patterns = patterns
        self._places: dict[str, list[int]] = defaultdict(list)  # by the first word of the tail
        for place, pattern in enumerate(patterns):
            first = pattern.tail[0] if pattern.tail else ""
            self._places[possessives.get(first, first)].append(place)

    def with_tail_in(self, words: Iterable[str]) -> list[VerbPattern]:
        """The patterns without a tail and those whose tail begins with one of `words`, in the lexicon's order.

        A possessive is looked for by the one of the third person and singular holder.
        """
        places = {place for word in ("", *words) for place in self._places.get(word, ())}
        return [self._patterns[place] for place in sorted(places)]


class NameType(StrEnum):
    """What a proper name names."""

    PERSON = "person"
    ORGANISATION = "organisation"
    MEDIUM = "medium"
    PLACE = "place"
    PRODUCT = "product"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A name of the gazetteer."""

    name: str
    type: NameType
    tech: bool = False
    ambiguous: bool = False
    lower: bool = False  # a periphrase: matched in any case
    channel: bool = False  # also a network on which things are announced


@dataclass(frozen=True, eq=False)
class Patterns:
    """Phrases to look for at once; compared by identity, since hashing thousands costs more than finding them."""

    phrases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lexicon:
    """Everything that the matcher looks up; frozen, made by `load_lexicon`, compared by identity."""

    fingerprint: str
    frames: tuple[Frame, ...]
    verb_forms: Mapping[str, tuple[VerbForm, ...]]  # by the form as written, in small letters
    folded_forms: Mapping[str, tuple[VerbForm, ...]]  # by the folded form: for capitals without accents
    verb_patterns: Mapping[str, tuple[VerbPattern, ...]]  # by lemma
    etre_verbs: frozenset[str]  # lemmas whose compound tenses take être
    noun_patterns: Mapping[str, tuple[tuple[tuple[str, ...], Frame], ...]]  # by first folded word, longest first
    names: Mapping[str, tuple[tuple[tuple[str, ...], KnownName], ...]]  # by first folded word, longest first
    lists: Mapping[str, frozenset[str]]  # "file.table.key" of the word lists
    numbers: Mapping[str, int]
    contractions: Mapping[str, str]
    possessives: Mapping[str, str]  # by the word: the one of the third person and singular holder
    compound_prepositions: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    points: Mapping[str, float]  # fact about a grammar's reading → points
    tables: Mapping[str, Mapping[str, float]]  # question → feature → points; "" holds what counts always
    thresholds: Mapping[str, float]
    cues: tuple[tuple[str, tuple[str, ...]], ...]  # folded phrase → the lists that hold it
    gate_phrases: tuple[tuple[str, frozenset[str]], ...]  # folded phrase → what it is to the gate
    gate_heads: Mapping[str, frozenset[str]]  # folded tail of verbs → the forms of theirs that make it rare
    cue_patterns: Patterns  # the phrases of `cues` alone, in the same order
    gate_patterns: Patterns  # the phrases of `gate_phrases` alone, in the same order
    gate_digest: Patterns  # words of a title that announce a digest of moves

    def words(self, key: str) -> frozenset[str]:
        """The word list `key`; raises KeyError for a key that no file holds, which is a mistake of the code."""
        return self.lists[key]

    @cached_property
    def names_by_two(self) -> Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], KnownName]]]]:
        """The names by their first and second folded words ("" for none), each row in the order of `names`."""
        rows: dict[str, dict[str, list[tuple[tuple[str, ...], KnownName]]]] = {}
        for first, names in self.names.items():
            own = rows[first] = defaultdict(list)
            for words, known in names:
                own[words[1] if len(words) > 1 else ""].append((words, known))
        return rows

    @cached_property
    def trigger_words(self) -> frozenset[str]:
        """The folded words that a trigger may begin with."""
        return frozenset(self.folded_forms) | frozenset(self.noun_patterns)

    @cached_property
    def wordings(self) -> Mapping[str, Wordings]:
        """The wordings of the verbal triggers, by lemma."""
        return {lemma: Wordings(patterns, self.possessives) for lemma, patterns in self.verb_patterns.items()}
