"""Lines of a page that only name its author or its date: « Par Jeanne Roustan, à Lyon », « 3 mars 2026 à 9h48 »."""

from __future__ import annotations

import re

from alerts.matching.insertions import is_time
from mercato.text import fold

_LONGEST = 90  # characters
_MOST_WORDS = 12
_MOST_NAMES = 5  # words of an author's name beside a date
_AUTHORED = re.compile(
    r"(?:(?:redige|ecrit|publie|poste|signe|traduit|propos recueillis|un article|article|un texte|texte) )?par\s+"
)
_LINKS = frozenset({"et", "de", "du", "des", "la", "le", "a", "au", "pour", "avec", "en", "von", "van", "ben", "el"})
"""Words of an author's line without a capital: « par X et Y, à Lyon », « par la rédaction »."""
_STAFF = frozenset(
    {"redaction", "service", "correspondant", "correspondante", "envoye", "envoyee", "special", "speciale"}
)
_PARTICLES = frozenset({"de", "du", "van", "von"})
_AROUND_DATES = frozenset(
    {"le", "a", "h", "publie", "publiee", "mis", "mise", "jour", "modifie", "modifiee", "cree", "poste", "heures"}
)
_NUMBER = re.compile(r"\d{1,4}(?:[h:./-]\d{0,4}){0,2}(?:er)?")
_PARTED = re.compile(r"\s*[·•|–—]\s*|\s+-\s+|\s*,\s*(?=(?:le )?\d)")


def is_byline(line: str) -> bool:
    """Whether a line names its author or its date and says nothing else; a name alone may head an item of a column."""
    told = line.strip()
    if not told or len(told) > _LONGEST:
        return False
    opening = _AUTHORED.match(fold(told))
    if opening:
        return _names_only(told.split()[len(opening[0].split()) :], _MOST_WORDS, _LINKS | _STAFF)
    parts = _PARTED.split(told)
    names = [part for part in parts if part and not _is_date(part)]
    if not parts[0] or len(names) > 1 or len(names) == len(parts):
        return False  # « • Orange » heads an item
    return all(_names_only(name.split(), _MOST_NAMES, _PARTICLES) for name in names)


def _names_only(words: list[str], most: int, small: frozenset[str]) -> bool:
    """Whether the words are names, and few."""
    bare = [word.strip(",.()&·|:") for word in words]
    return 0 < len(words) <= most and all(not word or word[0].isupper() or fold(word) in small for word in bare)


def _is_date(text: str) -> bool:
    """Whether a text tells a day or an hour and nothing else."""
    words = [word.strip(",.()") for word in fold(text).split()]
    dates = [word for word in words if is_time(word) or _NUMBER.fullmatch(word)]
    return bool(dates) and all(word in _AROUND_DATES for word in words if word and word not in dates)
