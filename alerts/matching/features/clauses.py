"""Features of an organisation in its clause: the verb that governs it, by which preposition, and what it does itself.

« Chipée dans la foulée à A » and « chipée lundi dernier à A » are one thing here, however many words lie between.
"""

from __future__ import annotations

from alerts.lexicon import Lexicon
from alerts.matching.features.scene import STEM, Features, Row
from alerts.matching.phrases import Chunk
from mercato.text import fold

_REACH = 14  # chunks from an organisation to its verb
_HEADS = 4  # chunks in which the preposition of « de la branche nantaise A » stands
PARTS = frozenset({";", ":", ".", "(", ")", "«", "»", "—", "–"})
_INFINITIVES = ("er", "ir", "oir")
_DICTIONARY_FORMS = (*_INFINITIVES, "re")
_BEFORE_INFINITIVES = frozenset({Chunk.PREPOSITION, Chunk.PRONOUN})
_AUXILIARIES = frozenset({"avoir", "etre"})


def clause_features(row: Row, chunk: int, lexicon: Lexicon) -> Features:
    """What governs the name at `chunk`, or the list that it stands in, and whose subject it is; the same for every
    mover.
    """
    seen = row.clauses.get(chunk)
    if seen is None:
        seen = row.clauses[chunk] = _look(row, *row.listed(chunk), lexicon)
    return seen


def verb_at(row: Row, place: int, lexicon: Lexicon) -> str:
    """The dictionary form of the word at `place` when it is most likely a verb: « chipée », not « cadres ».

    The frames' own verbs are known by all their forms (« part », « quitte »), others by the dictionary. An infinitive
    looks like other words in -er and -ir (« dernier »); it counts behind a preposition, a pronoun or a verb only.
    """
    base, word = row.base(place), row.symbol(place)
    known = lexicon.folded_forms.get(word) if base and row.kind(place - 1) is not Chunk.DETERMINER else None
    if known:
        return fold(known[0].lemma)
    if len(word) < 2 or not word[0].isalpha() or not base.endswith(_DICTIONARY_FORMS):
        return ""
    if base != word:
        return base if base != word[:-1] else ""
    before = row.kind(place - 1) in _BEFORE_INFINITIVES or row.base(place - 1) not in {row.symbol(place - 1), ""}
    return base if before and base.endswith(_INFINITIVES) else ""


def _look(row: Row, first: int, last: int, lexicon: Lexicon) -> Features:
    """The features of the names from chunk `first` to `last`."""
    out: Features = {}
    link, noun = _link(row, first, lexicon)
    verb, place = _verb_before(row, first, lexicon)
    out[f"governed={verb} {link}"] = row.span(place if place >= 0 else first, last)
    families = _families(row, place, lexicon)
    if families:
        out[f"governed-family={families} {link}"] = row.span(place, last)
    if noun:
        out[f"of-noun={noun} {link}"] = row.span(first - 2, last)
    if place >= 0 and (row.symbol(place - 1) in {"ne", "n'"} or row.symbol(place + 1) == "pas"):
        out["governed-negated"] = row.span(place, last)
    if link in {"^", ""}:
        verb, place = _verb_behind(row, last, lexicon)
        out[f"subject-of={verb}"] = row.span(first, last)
        families = _families(row, place, lexicon)
        if families:
            out[f"subject-of-family={families}"] = row.span(first, place)
    return out


def _families(row: Row, place: int, lexicon: Lexicon) -> str:
    """The families of frames that the verb at `place` triggers by itself: « arrive », « fire leave »; "" for none."""
    forms = lexicon.folded_forms.get(row.symbol(place), ()) if place >= 0 else ()
    patterns = (pattern for form in forms for pattern in lexicon.verb_patterns.get(form.lemma, ()))
    return " ".join(sorted({pattern.frame.family for pattern in patterns if not pattern.tail}))


def _link(row: Row, first: int, lexicon: Lexicon) -> tuple[str, str]:
    """What ties the name to the words before it: a preposition, with the noun before it; a sign or a name; "" for a
    verb, ^ for nothing.
    """
    for place in range(first - 1, max(-1, first - _HEADS), -1):
        word = row.symbol(place)
        if row.kind(place) is Chunk.PREPOSITION:
            return word, _noun(row, place - 1, lexicon)
        if word in PARTS or word == "," or word[:1] == "<":
            return word, ""
        if verb_at(row, place, lexicon):
            return "", ""
    return ("^" if first == 0 else ""), ""


def _noun(row: Row, place: int, lexicon: Lexicon) -> str:
    """The word at `place` when it may be a noun: « filiale » in « la filiale de A »."""
    word = row.symbol(place)
    noun = row.kind(place) is Chunk.WORD and len(word) > 2 and word.isalpha() and not verb_at(row, place, lexicon)
    return row.stem(place) if noun else ""


def _verb_before(row: Row, first: int, lexicon: Lexicon) -> tuple[str, int]:
    """The nearest verb before the name, with its place; a sign that parts clauses, or ^, when there is none."""
    for place in range(first - 1, max(-1, first - _REACH), -1):
        word = row.symbol(place)
        if word in PARTS:
            return word, -1
        verb = verb_at(row, place, lexicon)
        if verb:
            return verb[:STEM], place
    return "^", -1


def _verb_behind(row: Row, last: int, lexicon: Lexicon) -> tuple[str, int]:
    """The next verb behind the name that is no auxiliary, with its place; a sign that parts clauses, or $, when there
    is none.
    """
    for place in range(last + 1, min(len(row.symbols), last + _REACH)):
        word = row.symbol(place)
        if word in PARTS:
            return word, -1
        verb = verb_at(row, place, lexicon)
        if verb and verb not in _AUXILIARIES:
            return verb[:STEM], place
    return "$", -1
