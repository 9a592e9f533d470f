"""The words of French, and the word that a form belongs to, by simplemma's dictionary.

The dictionary (some 300,000 forms) tells an ordinary word that merely opens a sentence from a name, and makes one word
of « rejoint », « rejoindra » and « rejoignent ». It is loaded at the first question, in about half a second.
"""

from __future__ import annotations

from functools import lru_cache

from simplemma import is_known, lemmatize

from mercato.text import fold

_LANGUAGE = "fr"
_ACCENTED = {"a": "àâ", "c": "ç", "e": "éèê", "i": "î", "o": "ô", "u": "û"}
"""Capitals often stand without their accents: « Etudes »."""


@lru_cache(maxsize=65536)
def is_word(word: str) -> bool:
    """Whether `word`, in any case, is a form of a French word; a capital's accent may be missing."""
    lower = word.lower().replace("’", "'")
    if is_known(lower, lang=_LANGUAGE):
        return True
    return any(is_known(accented + lower[1:], lang=_LANGUAGE) for accented in _ACCENTED.get(lower[:1], ""))


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """The folded dictionary form of a French word; the folded word itself when it is none."""
    return fold(str(lemmatize(word.lower().replace("’", "'"), lang=_LANGUAGE)))
