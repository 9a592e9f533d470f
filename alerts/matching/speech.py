"""Whose words a sentence tells: the subjects of verbs of saying, before and behind them, and « selon X ».

Heads of firms, analysts and colleagues are named in news of moves because their words are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from alerts.lexicon import Lexicon, NameType
from alerts.lexicon.conjugation import Tense, conjugate
from alerts.lexicon.vocabulary import lemma
from alerts.matching.phrases import Chunk, Item, Phrase
from mercato.text import fold


class Saying(NamedTuple):
    """What ties a person to words: the kind of saying, and the chunk that tells it."""

    kind: str  # "tell", "judge" or "according"
    place: int


_LISTS = ("tell", "told", "judge", "judged")
_APPOSITION = 16  # chunks between a name and the comma behind its apposition
_PASSED = 5  # chunks between a subject and its verb, and between a verb and its subject behind it
_BEFORE_VERB = frozenset(
    {
        "a", "avait", "aurait", "ont", "avaient", "est", "etait", "sont", "s'", "se", "lui", "leur", "nous", "m'", "n'",
        "ne", "en", "y", "l'", "le", "aussi", "ainsi", "deja", "meme", "toutefois", "pourtant", "alors", "encore",
        "qui",
    }
)  # fmt: skip
"""Words that may stand between a subject and what it says: auxiliaries, pronouns, short adverbs."""
_BEFORE_SUBJECT = frozenset({"m.", "mme", ",", "de", "pour"})
_QUOTED = frozenset({"»", ",", "?", "!", "…"})
"""What stands before a verb of saying whose subject is behind it: « … », explique X."""
_ACCORDING = frozenset({"selon", "dixit", "d'apres"})


def speakers(phrase: Phrase, lexicon: Lexicon) -> Mapping[int, Saying]:
    """The chunks of persons and pronouns whose words the sentence tells."""
    verbs = _verbs(*(lexicon.words(f"speech.{name}") for name in _LISTS))
    if not any(item.value in verbs or item.value in _ACCORDING for item in phrase.items):
        return {}
    found = ((place, _said(phrase.items, place, verbs)) for place, item in enumerate(phrase.items) if _may_speak(item))
    return {place: saying for place, saying in found if saying}


@lru_cache(maxsize=4)
def _verbs(
    tell: frozenset[str], told: frozenset[str], judge: frozenset[str], judged: frozenset[str]
) -> Mapping[str, str]:
    """The folded forms of the verbs of saying → their kind."""
    return {
        **dict.fromkeys((*_forms(judge), *judged), "judge"),
        **dict.fromkeys((*_forms(tell), *told), "tell"),
    }


def _forms(verbs: frozenset[str]) -> set[str]:
    """The folded forms of the third person and the participles of verbs in -er."""
    return {
        fold(form)
        for verb in verbs
        for form, reading in conjugate(verb)
        if reading.person == 3 and reading.tense not in {Tense.INFINITIVE, Tense.SUBJUNCTIVE}
    }


def _may_speak(item: Item) -> bool:
    named = item.kind is Chunk.NAME and item.entity is not None and item.entity.type is NameType.PERSON
    return named or item.kind is Chunk.PRONOUN


def _said(items: Sequence[Item], place: int, verbs: Mapping[str, str]) -> Saying | None:
    """What the person at `place` is the subject of, None when it is of no saying."""
    return _behind(items, place, verbs) or _before(items, place, verbs)


def _behind(items: Sequence[Item], place: int, verbs: Mapping[str, str]) -> Saying | None:
    """« X a expliqué … », « X, directrice de A, explique … »."""
    comma = place + 1 < len(items) and items[place + 1].value == ","
    found = _verb_at(items, place + 1 + comma, verbs)  # « le patron de A, X, explique »: the comma closes what he is
    if found is None and comma:
        commas = (k for k in range(place + 2, min(place + _APPOSITION, len(items))) if items[k].value == ",")
        second = next(commas, None)
        found = _verb_at(items, second + 1, verbs) if second is not None else None
    return found


def _verb_at(items: Sequence[Item], start: int, verbs: Mapping[str, str]) -> Saying | None:
    """The verb of saying whose clitics or auxiliaries begin at `start`."""
    for index in range(start, min(start + _PASSED, len(items))):
        word = items[index].value
        if word in verbs:
            return Saying(verbs[word], index)
        if word not in _BEFORE_VERB and not word.endswith("ment"):
            return None
    return None


def _before(items: Sequence[Item], place: int, verbs: Mapping[str, str]) -> Saying | None:
    """« … », explique le patron de A, X; « assure-t-il »; « selon X »."""
    for index in range(place - 1, max(-1, place - 1 - _PASSED), -1):
        item = items[index]
        if item.value in verbs and (items[place].kind is Chunk.PRONOUN or _is_inverted(items, index)):
            return Saying(verbs[item.value], index)
        if item.value in _ACCORDING:
            return Saying("according", index)
        if item.kind not in {Chunk.ROLE, Chunk.DETERMINER} and item.value not in _BEFORE_SUBJECT:
            return None
    return None


def _is_inverted(items: Sequence[Item], verb: int) -> bool:
    """Whether the verb stands behind the words that it tells: « … », a expliqué X."""
    before = verb - 1
    while before >= 0 and items[before].value in _BEFORE_VERB:
        before -= 1
    return before < 0 or items[before].value in _QUOTED


_TITLES = 4  # chunks of « le quotidien américain » between the verb and the medium
_INFINITIVES = ("er", "ir", "re", "oir")
_CLOSING = frozenset({",", ";", ":", ".", "(", "»", "–", "—"})


def inversions(phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Words `start:end` of verbs of any kind with which a medium tells what stands before: « …, calcule le Monde ».

    The verb opens its clause behind a comma or a quotation, and the medium ends it, so no list of verbs is needed.
    """
    items = phrase.items
    for place, item in enumerate(items):
        if item.entity is None or item.entity.type is not NameType.MEDIUM:
            continue
        if place + 1 < len(items) and items[place + 1].value not in _CLOSING:
            continue
        verb = _verb_before(phrase, place)
        if verb is not None:
            yield items[verb].start, items[verb].end


def _verb_before(phrase: Phrase, place: int) -> int | None:
    """The chunk of the verb that opens the clause of the medium at `place`, None when none does."""
    items, words = phrase.items, phrase.sentence.tokens
    for verb in range(place - 1, max(0, place - 1 - _TITLES), -1):
        if items[verb].value in _QUOTED:
            return None
        first = verb - 1 if items[verb - 1].value in {"a", "avait"} else verb
        opens = first > 0 and items[first - 1].value in _QUOTED
        if opens:
            base, folded = lemma(words[items[verb].start].text), words[items[verb].start].folded
            finite = items[verb].kind is Chunk.WORD and base.endswith(_INFINITIVES) and base != folded
            return verb if finite and not folded.endswith(("ant", "ees", "es")) else None
    return None
