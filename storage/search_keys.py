"""From French text to the keys of the full-text index: what makes «ingénieures» find «ingénieur». Pure.

Each word gives its folded form, the folded Snowball stem of its accented form, and the stem of its folded form. The
third serves readers who type without accents. Both databases index these keys as they are, so both find the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import Stemmer  # type: ignore[import-not-found]

from mercato.text import fold

# An elided article or pronoun, which is left out, then a word, which runs on over combining marks, soft hyphens and
# zero-width characters; "_" separates. «Aujourd’hui» is two words, in texts and queries alike.
_ELISION = "(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ]"
_WORD = re.compile(
    f"(?:{_ELISION})?([^\\W_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\\W_]*)*)", re.IGNORECASE
)
_ELIDED = re.compile(f"{_ELISION}[^\\W_]", re.IGNORECASE)
# What makes a word more than a run of letters and digits.
_CONTINUED = re.compile("[ʼ\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")

# No word character, so that a stem is never taken for a word.
_STEM = "·"
# PostgreSQL refuses keys of 2 kB and rows of 1 MB of keys; no honest word or article comes near these.
_LONGEST_WORD = 64
_MOST_KEY_BYTES = 500_000
# What follows in a longer query, pasted by accident, is left out.
_MOST_WORDS_READ = 1_000
_MOST_QUERY_WORDS = 32

# Words that every text holds: a query is about the others, if there are any.
_EMPTY = """
    a ai au aux avec ce ces cet cette chez comme d dans de des du elle elles en est et eu il ils je l la le les leur
    leurs lui mais ne nous on ont ou par pas plus pour qu que qui sa se ses si son sont sur un une vers vous y
"""
_EMPTY_WORDS = frozenset(_EMPTY.split())


class Word(NamedTuple):
    """A word of a text, where it stands, and its keys."""

    start: int
    end: int
    keys: frozenset[str]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("french")


@lru_cache(maxsize=65_536)
def _keys(word: str) -> frozenset[str]:
    word = unicodedata.normalize("NFC", word[:_LONGEST_WORD]).lower()
    plain = _only_word_characters(fold(word))
    if not plain:
        return frozenset()
    stems = (_only_word_characters(fold(_stemmer().stemWord(form))) for form in (word, plain))
    return frozenset({plain, *(_STEM + stem for stem in stems)})


def _only_word_characters(folded: str) -> str:
    """Folding makes «⑴» of one character three, two of which separate words in the index."""
    return folded if folded.isalnum() else "".join(character for character in folded if character.isalnum())


def words(text: str) -> Iterator[Word]:
    """The words of `text` in order, without elided articles: «l'ingénieure» gives «ingénieure»."""
    for found in _WORD.finditer(text):
        keys = _keys(found[1])
        if keys:
            yield Word(*found.span(1), keys)


def words_holding(text: str, wanted: frozenset[str]) -> Iterator[Word]:
    """The words of `text` that have one of the keys `wanted`, in order."""
    if _CONTINUED.search(text):
        yield from (word for word in words(text) if not wanted.isdisjoint(word.keys))
        return
    initials = {key.removeprefix(_STEM)[:1] for key in wanted}
    for found in _beginning("".join(sorted(initials))).finditer(text):
        keys = _keys(found[0])
        if not wanted.isdisjoint(keys) and not _ELIDED.match(text, found.start()):
            yield Word(*found.span(), keys)


@lru_cache(maxsize=256)
def _beginning(initials: str) -> re.Pattern[str]:
    """The pattern of the words that may have keys with these first letters: no stemmer changes a first letter, so the
    others are passed over without a look at each. All that begin with a letter beyond ASCII may have them."""
    either = re.escape(initials + initials.upper())
    return re.compile(f"[{either}\x80-\U0010ffff](?<![^\\W_].)(?<=[^\\W_])[^\\W_]*", re.DOTALL)


def index_keys(text: str) -> list[str]:
    """The keys of every word of `text`, each once; cut off where a hostile page would burst the index."""
    # Once for each distinct word, and none is made into a Word: a word comes several times in a text.
    each = [_keys(word) for word in dict.fromkeys(_WORD.findall(text))]
    found = set[str]().union(*each)
    return sorted(found if _size(found) <= _MOST_KEY_BYTES else _first_of(each))


def _first_of(each: Iterable[frozenset[str]]) -> set[str]:
    """The keys of the first words, as many as fit."""
    found: set[str] = set()
    size = 0
    for keys in each:
        fresh = keys - found
        size += _size(fresh)
        if size > _MOST_KEY_BYTES:
            break
        found |= fresh
    return found


def _size(keys: Iterable[str]) -> int:
    return len("".join(keys).encode())


def query_keys(query: str) -> list[frozenset[str]]:
    """The keys of each word that a query is about; a text is found when it holds a key of every one of them.

    Whatever the query is, this gives keys or nothing: there is no syntax to get wrong. Stems are enough: a text that
    holds a folded form holds the stem of that form too, and each key less spares a walk through a long list.
    """
    distinct = list(dict.fromkeys(word.keys for word in islice(words(query), _MOST_WORDS_READ)))
    telling = [keys for keys in distinct if keys.isdisjoint(_EMPTY_WORDS)]
    stems = (frozenset(key for key in keys if key.startswith(_STEM)) for keys in telling or distinct)
    return list(dict.fromkeys(stems))[:_MOST_QUERY_WORDS]


# Inflections that stemmers are known to change their minds about, and every letter that folding may touch.
_SAMPLE_WORDS = "nommée nommés quittèrent rejoindrait ingénieures directrices finalement cœurs nationaux créatif œuvre"
_SAMPLE_LETTERS = "".join(f" x{chr(code)}y" for code in (*range(0xA0, 0x250), *range(0x1E00, 0x1F00)))


@lru_cache(maxsize=1)
def version() -> str:
    """Changes when the same text may give other keys than before; an index of another version is made anew."""
    keys = "\n".join(index_keys(_SAMPLE_WORDS + _SAMPLE_LETTERS))
    return f"{Stemmer.version()}/{hashlib.sha256(keys.encode()).hexdigest()[:16]}"
