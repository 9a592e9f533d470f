"""Words that may part a verb from the words that belong to it: « prendra | lundi, à 47 ans, | la tête de B »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mercato.text import Token, fold

_LONGEST_TIME = 9  # words
_LONGEST_NAME = 5
_LONGEST_ASIDE = 9  # words between two commas
_BEFORE_TIMES = frozenset(
    {
        "a", "au", "aux", "avant", "ce", "cet", "cette", "ces", "compter", "courant", "d'", "d'ici", "de", "des", "du",
        "en", "ici", "l'", "la", "le", "les", "mi-", "partir", "pour", "sous", "tout", "toute",
    }
)  # fmt: skip
"""Words that may lead up to a time; « dès » and « des » are one once folded."""
_TIMES = frozenset(
    {
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "hier", "demain", "aujourd'hui",
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
        "decembre", "printemps", "ete", "automne", "hiver", "rentree", "matin", "midi", "soir", "semaine", "semaines",
        "mois", "trimestre", "annee", "an", "ans", "jours", "debut", "fin", "mi-janvier", "mi-mars", "mi-avril",
        "mi-mai", "mi-juin", "mi-septembre", "mi-octobre", "1er", "week-end", "noel",
    }
)  # fmt: skip
_BEHIND_TIMES = frozenset(
    {
        "prochain", "prochaine", "prochains", "prochaines", "dernier", "derniere", "derniers", "dernieres", "suivant",
        "suivante", "passe", "passee", "meme", "plus", "tard", "tot",
    }
)  # fmt: skip
_TURNS = (
    "à son tour", "à leur tour", "à terme", "à nouveau", "à titre personnel", "au passage", "avec effet immédiat",
    "comme prévu", "contre toute attente", "d' abord", "de fait", "de nouveau", "en douce", "en effet", "en interne",
    "en parallèle", "en personne", "en plus", "en toute discrétion", "pour de bon", "pour sa part", "sans attendre",
    "sans surprise", "sans tarder", "par décret", "par le conseil d' administration", "par le conseil de surveillance",
    "par le conseil", "par son conseil", "par le gouvernement", "par les actionnaires", "par ses actionnaires",
    "par ses pairs", "par intérim", "en bloc", "en catimini", "en urgence", "dans la foulée", "à l' unanimité",
)  # fmt: skip


def _by_first(turns: Iterable[str]) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The folded words of set phrases under the first of them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for turn in turns:
        words = tuple(fold(turn).split())
        found.setdefault(words[0], []).append(words)
    return found


_BY_FIRST = _by_first(_TURNS)
_BEFORE_PLACES = frozenset({"a", "chez", "en", "au", "aux"})
OPENING = _BEFORE_TIMES | _TIMES | _BY_FIRST.keys() | _BEFORE_PLACES
"""Words that an insertion may begin with, apart from adverbs and numbers."""


def insertion_end(words: Sequence[Token], index: int) -> int:
    """Where a time, an adverb or what stands between two commas ends when it begins at `index`; else `index`."""
    word = words[index].folded
    if word == ",":
        return _aside_end(words, index)
    if word.endswith("ment") and len(word) > 6:
        return index + 1
    if word not in OPENING and not word.isdecimal():
        return index
    return max(time_end(words, index), _turn_end(words, index), _place_end(words, index))


def _place_end(words: Sequence[Token], index: int) -> int:
    """The end of « à Genève », « chez B »."""
    place = index + 1
    if words[index].folded in _BEFORE_PLACES:
        while place < len(words) and place - index < _LONGEST_NAME and words[place].text[0].isupper():
            place += 1
    return place if place > index + 1 else index


def _aside_end(words: Sequence[Token], index: int) -> int:
    """The end of « , à 47 ans, »."""
    for place in range(index + 2, min(len(words), index + _LONGEST_ASIDE + 2)):
        if words[place].text in {".", ";", ":", "!", "?", "«", "»", "(", ")"}:
            return index
        if words[place].text == ",":
            return place + 1
    return index


def time_end(words: Sequence[Token], index: int) -> int:
    """The end of « dès le 3 mars 2027 », « la semaine prochaine », « d'ici à l'été », « à 47 ans »."""
    place, told = index, False
    while place < len(words) and place - index < _LONGEST_TIME:
        word = words[place].folded
        if word in _TIMES:
            told = True
        elif not (word in _BEHIND_TIMES and told) and not word.isdecimal() and word not in _BEFORE_TIMES:
            break
        place += 1
    while place > index and words[place - 1].folded in _BEFORE_TIMES:
        place -= 1  # « prend en mars la | direction »
    return place if told else index


def is_time(word: str) -> bool:
    """Whether a folded word tells a time by itself: « mardi », « hier »."""
    return word in _TIMES


def _turn_end(words: Sequence[Token], index: int) -> int:
    """The end of a set phrase: « à son tour », « pour de bon »."""
    for turn in _BY_FIRST.get(words[index].folded, ()):
        if tuple(word.folded for word in words[index : index + len(turn)]) == turn:
            return index + len(turn)
    return index
