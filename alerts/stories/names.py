"""Whether two names mean the same person. Pure.

Outlets write one person's name in full, by the surname alone, surname first, with initials, without accents, or in
another transliteration. How sure a likeness is decides how much else must agree before two tellings become one story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from mercato.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_CAPITALISED = re.compile(r"\b[^\W\d_a-zà-ÿ][\w-]{3,}")
_TITLES = frozenset({"m", "mr", "mme", "mlle", "dr", "pr", "sir"})
# Written apart by one outlet and together by the next: «Le Cun», «LeCun».
_PARTICLES = frozenset(_WORD.findall("de du des d la le les van von der den vander di da dos do el al ben bin ibn ter"))
_LEADING_PARTICLES = frozenset({"de", "du", "des", "la", "le", "van", "von"})
# Two transliterations of one sound, longest first.
_SOUNDS = (("ph", "f"), ("ck", "k"), ("kh", "k"), ("tch", "ch"), ("x", "ks"), ("y", "i"), ("w", "v"), ("c", "k"))
_REPEATED = re.compile(r"(.)\1+")


class Likeness(IntEnum):
    """How surely two names mean one person, weakest first."""

    NONE = 0
    SURNAME = 1  # one of them is a single word that the other contains
    VARIANT = 2  # initials, a second given name, another spelling
    EXACT = 3  # the same words, in any order


@lru_cache(maxsize=16384)
def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a person's name, without courtesy titles, each particle glued to the word after it."""
    words = _WORD.findall(fold(name).replace("'", ""))
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    glued: list[str] = []
    prefix = ""
    for position, word in enumerate(words):
        last = position == len(words) - 1
        if not last and word in (_PARTICLES if position else _LEADING_PARTICLES):
            prefix += word
            continue
        glued.append(prefix + word)
        prefix = ""
    return tuple(glued)


@lru_cache(maxsize=16384)
def name_keys(name: str) -> frozenset[str]:
    """What names of one person have in common: any two names that are alike share at least one of these keys."""
    return frozenset(_sound(word) for word in name_words(name) if len(word) > 1)


@lru_cache(maxsize=16384)
def pair_keys(name: str) -> frozenset[str]:
    """What full names of one person have in common: a word by its sound, with the initial of another word.

    Any two names of several words that are alike share at least one of these keys, and few other names do: an index
    by single words would find everybody who is called Jean. Empty for a single word.
    """
    words = name_words(name)
    return frozenset(
        f"{_sound(word)}~{initial}"
        for place, word in enumerate(words)
        for other in (*words[:place], *words[place + 1 :])
        for initial in (other[0], _sound(other)[0])
        if len(word) > 1
    )


@lru_cache(maxsize=16384)
def title_keys(title: str) -> frozenset[str]:
    """The words of a title that may be somebody's surname, as `name_keys` has them: four letters and a capital."""
    return frozenset(key for word in _CAPITALISED.findall(title) for key in name_keys(word))


def surname_keys(name: str) -> frozenset[str]:
    """The last word of a full name as `name_keys` has it; empty for a single word or for one of three letters."""
    words = name_words(name)
    return frozenset({_sound(words[-1])}) if len(words) > 1 and len(words[-1]) > 3 else frozenset()


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> Likeness:
    """How surely the two names mean one person; the order of the arguments does not matter."""
    short, long = sorted((name_words(one), name_words(other)), key=lambda words: (len(words), words))
    if not short:
        return Likeness.NONE
    if len(short) == 1:
        return Likeness.SURNAME if name_keys(one) & name_keys(other) else Likeness.NONE
    if sorted(short) == sorted(long):
        return Likeness.EXACT
    return Likeness.VARIANT if pair_keys(one) & pair_keys(other) and _paired(short, long) else Likeness.NONE


def fullest(names: Sequence[str]) -> str:
    """The most telling of several spellings of one name: a full one, then the most written, the longest, accents."""
    if len(set(names)) == 1:
        return names[0]

    def rank(name: str) -> tuple[bool, int, int, int, str]:
        whole = sum(len(word) > 1 for word in name_words(name))
        return whole < 2, -names.count(name), -whole, -sum(not character.isascii() for character in name), name

    return min(names, key=rank)


def _paired(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether every word of `short` finds a partner of its own in `long`; equal words find each other first."""
    left = list(long)
    for word in sorted(short, key=lambda word: (word not in long, -len(word))):
        partner = word if word in left else next((other for other in left if _alike(word, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return True


def _sound(word: str) -> str:
    """`word` with the spellings of one sound made one."""
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return _REPEATED.sub(r"\1", word)


def _alike(one: str, other: str) -> bool:
    """Whether two words may stand for each other: as initial and whole, by sound, or but for one letter."""
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    if _differ_by_gender(one, other):
        return False
    if _sound(one) == _sound(other):
        return True
    # Hardly anybody mistypes an initial, and `pair_keys` counts on it.
    return one[0] == other[0] and min(len(one), len(other)) >= 5 and _one_letter_off(one, other)


def _differ_by_gender(one: str, other: str) -> bool:
    """«Pascal» and «Pascale», «Daniel» and «Daniela» are two people."""
    short, long = sorted((one, other), key=len)
    return short != long and long.startswith(short) and long[len(short) :] in {"e", "a", "le", "ne", "te"}


def _one_letter_off(one: str, other: str) -> bool:
    """Whether one letter added, dropped, replaced or swapped with its neighbour turns `one` into `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    swapped = len(rest) > 1 and rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:]
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
