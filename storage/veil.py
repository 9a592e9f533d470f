"""Names that must not be kept: found in every spelling, and taken out of texts. Pure.

Nothing here holds a name. A spelling is known by the keyed digest (HMAC-SHA-256, RFC 2104) of its folded letters, run
together: «Yann Le Cun», «LeCun, Yann» and «yann-lecun» are found whatever stands between the words. Only runs of
words that have the length of a spelling are digested at all, so that an article costs about a millisecond.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from html import unescape
from typing import Any, NamedTuple

from mercato.i18n import phrase
from mercato.model import WITHHELD_NAME
from mercato.text import fold, fold_with_offsets

SLUG_MARK = "nom-retire"
"""What stands in an address in place of a name."""

_WORD = re.compile(r"&#?\w+;|([^\W_]+)")  # a character reference is no word
_MOST_WORDS = 6  # in one spelling
_SHORTEST = 3  # letters of a name that is looked for on its own
_TITLES = frozenset(["m", "mr", "mme", "mlle", "dr", "pr", "sir", "madame", "monsieur"])
_PARTICLES = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "do",
        "el",
        "al",
        "ben",
        "bin",
        "ibn",
        "ter",
    ]
)

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_MARKUP = frozenset("<>&\"'")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LINK_END = re.compile(r"[\s\"'<>()]")
_LONGEST_LINK = 500
_TAG = re.compile(r"<[^<>]{0,2000}>")


class Form(StrEnum):
    """How much of a name a spelling is."""

    FULL = "full"  # counts wherever it stands
    SHORT = "short"  # one word or initials: counts in texts that are known to be about the person


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A spelling that must not be kept, without the spelling."""

    objection: str  # identifier of the request that it belongs to
    key: str  # HMAC of the folded letters, hexadecimal
    length: int  # of the folded letters
    form: Form


class _Run(NamedTuple):
    """Some words in a row, as a place in the folded text."""

    start: int
    end: int
    letters: str
    words: int


def name_words(name: str) -> list[str]:
    """The folded words of a name, without courtesy titles."""
    words = [word for word in _WORD.findall(fold(name)) if word]
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return words


def spellings(name: str, *, rare: bool = False) -> dict[str, Form]:
    """The spellings of a full name, as folded letters without anything between them.

    FULL are the whole name and its turned forms («Marchand Élodie»). SHORT are surname, given name and the name with
    initials. With `rare` the surname alone is FULL too: nobody else bears it. Raises ValueError for a name of one
    word, which would take out of all texts what names others too.
    """
    words = name_words(name)
    if len(words) < 2:
        raise ValueError(phrase("{name}: a given name and a surname are needed", name=name))
    turned = {"".join(words[place:] + words[:place]) for place in range(len(words))}
    last = next((place for place in range(1, len(words)) if words[place] in _PARTICLES), len(words) - 1)
    initials = "".join(word[0] for word in words[:last])
    surname = "".join(words[last:])
    parts = {words[0], "".join(words[:last]), surname, words[-1], initials[0] + surname, initials + surname}
    short = {part for part in parts if len(part) >= _SHORTEST and part not in _PARTICLES}
    whole = turned | ({surname} if rare else set())
    return {**dict.fromkeys(short, Form.SHORT), **dict.fromkeys(whole, Form.FULL)}


def seal(salt: bytes, letters: str) -> str:
    """The keyed digest of a spelling."""
    return hmac.digest(salt, letters.encode(), "sha256").hex()


def tombstones_of(names: Collection[str], objection: str, salt: bytes, *, rare: bool = False) -> tuple[Tombstone, ...]:
    """What is kept of `names`, in place of them. `rare` and ValueError as in `spellings`."""
    found: dict[str, Form] = {}
    for name in names:
        given = spellings(name, rare=rare)
        found |= {letters: form for letters, form in given.items() if found.get(letters) is not Form.FULL}
    return tuple(Tombstone(objection, seal(salt, letters), len(letters), form) for letters, form in found.items())


@dataclass(frozen=True)
class Veil:
    """All the names that must not be kept. `hints`, where the names are known, are folded words without which no
    text holds one of them: most texts need not be looked at any closer."""

    salt: bytes
    tombstones: Sequence[Tombstone] = ()
    hints: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.tombstones)

    @cached_property
    def _full(self) -> Mapping[str, str]:
        return {stone.key: stone.objection for stone in self.tombstones if stone.form is Form.FULL}

    @cached_property
    def _short(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for stone in self.tombstones:
            if stone.form is Form.SHORT:
                found[stone.key] = found.get(stone.key, frozenset()) | {stone.objection}
        return found

    @cached_property
    def _lengths(self) -> Mapping[Form, frozenset[int]]:
        return {form: frozenset(stone.length for stone in self.tombstones if stone.form is form) for form in Form}

    def named(self, text: str, about: Collection[str] = ()) -> frozenset[str]:
        """The objections whose person `text` names; `about` are those that it is known to be about."""
        plain = _decoded(text)
        folded = self._candidate(plain)
        if not folded:
            return frozenset()
        whole = frozenset(objection for _, objection in self._whole(folded))
        return whole | frozenset(about) if about and self._parts(plain, about) else whole

    def means(self, name: str, about: Collection[str] = ()) -> bool:
        """Whether `name`, all of it, is a spelling of somebody's; of a part only for those of `about`."""
        key = seal(self.salt, "".join(name_words(name)))
        return key in self._full or not self._short.get(key, frozenset()).isdisjoint(about)

    def without(self, text: str, about: Collection[str] = ()) -> str:
        """`text` with a mark in place of every name; the very same text when it names nobody."""
        plain = _decoded(text)
        folded = self._candidate(plain)
        if not folded:
            return text
        found = list(self._whole(folded))
        known = frozenset(about) | {objection for _, objection in found}
        if not known:
            return text
        back = fold_with_offsets(plain)
        spans = [back.original(run.start, run.end) for run, _ in found]
        spans = _merged([*spans, *self._parts(plain, known)])
        return _replaced(plain, spans) if spans else text

    def without_in(self, value: Any, about: Collection[str] = ()) -> Any:
        """`value`, text or JSON, with a mark in place of every name in its texts; keys of objects stay."""
        if isinstance(value, str):
            return self.without(value, about)
        if isinstance(value, list):
            return [self.without_in(item, about) for item in value]
        if isinstance(value, dict):
            return {key: self.without_in(item, about) for key, item in value.items()}
        return value

    def named_in_bytes(self, content: bytes) -> frozenset[str]:
        """The objections whose person a page or file names, whatever its encoding, markup and escapes."""
        found: frozenset[str] = frozenset()
        for charset in ("utf-8", "cp1252"):
            text = _decoded(content.decode(charset, "ignore"))
            found |= self.named(text) | self.named(_TAG.sub("", text)) | self.named(_TAG.sub(" ", text))
        return found

    def _candidate(self, plain: str) -> str:
        """`plain` folded, or nothing when a look at the hints tells that it names nobody."""
        folded = fold(plain)
        return "" if self.hints and not any(hint in folded for hint in self.hints) else folded

    def _whole(self, folded: str) -> Iterator[tuple[_Run, str]]:
        for run in _runs(folded, self._lengths[Form.FULL]):
            objection = self._full.get(seal(self.salt, run.letters))
            if objection is not None:
                yield run, objection

    def _parts(self, plain: str, about: Collection[str]) -> list[tuple[int, int]]:
        """Where surnames, given names and initials stand for the people whom the text is about."""
        back = fold_with_offsets(plain)
        found = []
        for run in _runs(back.text, self._lengths[Form.SHORT]):
            if self._short.get(seal(self.salt, run.letters), frozenset()).isdisjoint(about):
                continue
            start, end = back.original(run.start, run.end)
            if _stands_for_a_person(plain, start, end):
                found.append((start, end))
        return found


def _runs(folded: str, lengths: Collection[int]) -> Iterator[_Run]:
    """The runs of words whose letters together have one of these lengths."""
    words = [(match.start(1), match.end(1), match[1]) for match in _WORD.finditer(folded) if match[1]]
    longest = max(lengths, default=0)
    for place, (start, _, _) in enumerate(words):
        letters = ""
        for count, (_, end, word) in enumerate(words[place : place + _MOST_WORDS], start=1):
            letters += word
            if len(letters) > longest:
                break
            if len(letters) in lengths:
                yield _Run(start, end, letters, count)


def _stands_for_a_person(text: str, start: int, end: int) -> bool:
    """Whether a part of a name stands alone: in an address, or with a capital and not in somebody else's name."""
    if "://" in _LINK_END.split(text[max(0, start - _LONGEST_LINK) : start])[-1]:
        return True
    if not text[start].isupper():
        return False
    after = re.match(r"[ \u00a0\u202f-](\w+)", text[end:])
    if after and after[1].istitle() and not _begins_sentence(text, end + after.start(1)):
        return False
    before = re.search(r"(\w+)[ \u00a0\u202f-]$", text[max(0, start - 40) : start])
    if not before or not before[1].istitle() or fold(before[1]) in _TITLES:
        return True
    return _begins_sentence(text, start - len(before[0]))


def _begins_sentence(text: str, place: int) -> bool:
    return not text[:place].strip() or bool(
        re.search(r"(?:[.!?…:»\"]\s+|\n\s*|[«\"]\s*)$", text[max(0, place - 8) : place])
    )


def _merged(spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _replaced(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        inside = text[start:end]
        pieces += [text[position:start], SLUG_MARK if _in_address(text[start - 1 : start], inside) else WITHHELD_NAME]
        position = end
    return "".join([*pieces, text[position:]])


def _in_address(before: str, inside: str) -> bool:
    spaced = any(character.isspace() for character in inside)
    return not spaced and (inside == inside.lower() or before in {"/", "=", "+", "_"})


def _decoded(text: str) -> str:
    """`text` with letters in place of what stands for them in HTML, JSON and addresses; markup stays what it is."""
    if "&" in text:
        text = _REFERENCE.sub(lambda found: _letter(unescape(found[0]), found[0]), text)
    if "\\u" in text:
        text = _ESCAPE.sub(lambda found: _letter(chr(int(found[1], 16)), found[0]), text)
    if "%" in text:
        text = _PERCENT.sub(_unquoted, text)
    return text


def _letter(meant: str, written: str) -> str:
    return meant if not _MARKUP.intersection(meant) and meant.isprintable() and "\\" not in meant else written


def _unquoted(found: re.Match[str]) -> str:
    try:
        meant = bytes.fromhex(found[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]
    return "+" if meant == " " else meant if meant.isalpha() else found[0]
