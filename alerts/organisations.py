"""Whether two names mean the same organisation, as far as the names themselves can tell. Pure.

Which unit or brand belongs to which parent is knowledge of the lexicon, and the matcher has applied it before a name
comes here. What is left are the differences between outlets: accents and capitals, articles and legal forms, one
outlet's «DeepMind» for another's «Google DeepMind».
"""

from __future__ import annotations

import re
from functools import lru_cache

from mercato.text import fold

_WORD = re.compile(r"[a-z0-9&+]+")
_ARTICLES = frozenset({"la", "le", "les", "l", "the"})
_LEGAL_FORMS = frozenset(
    {"sa", "sas", "sarl", "se", "ag", "inc", "ltd", "llc", "plc", "gmbh", "corp", "corporation", "groupe", "group"}
)
# Words that many organisations share at either end of their names: alone they name none of them.
_GENERIC = frozenset(
    _WORD.findall(
        "ai ia lab labs cloud data digital france europe games gaming studio studios tech technologies "
        "research robotics bank banque software systems services solutions media university universite "
        "institut societe general"
    )
)


@lru_cache(maxsize=16384)
def organisation_words(name: str) -> tuple[str, ...]:
    """The folded words of `name` that tell organisations apart: no leading article, no trailing legal form."""
    words = _WORD.findall(fold(name))
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words = words[:-1]
    return tuple(words)


@lru_cache(maxsize=16384)
def same_organisation(one: str, other: str) -> bool:
    """Whether the two names mean one organisation, or one of them a part of the other that carries its name."""
    first, second = sorted((organisation_words(one), organisation_words(other)), key=len)
    if not first:
        return False
    return "".join(first) == "".join(second) or _begins(first, second) or _ends(first, second)


def covers(parent: str, name: str) -> bool:
    """Whether `name` is `parent` or a part that carries its name: «Google» covers «Google DeepMind», not conversely."""
    outer, inner = organisation_words(parent), organisation_words(name)
    if not outer or not inner:
        return False
    return "".join(outer) == "".join(inner) or (len(outer) < len(inner) and _begins(outer, inner))


def _begins(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return long[: len(short)] == short and not _GENERIC.issuperset(short)


def _ends(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return long[-len(short) :] == short and not _GENERIC.issuperset(short)
