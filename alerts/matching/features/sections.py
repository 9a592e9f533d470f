"""Which firm's section a sentence stands in, where news goes from firm to firm: a firm alone on a line, « A : … »."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alerts.lexicon import NameType
from alerts.matching.names import Entity
from alerts.matching.phrases import Chunk, Item, Phrase
from alerts.matching.reading import Zone

_LEAST = 2
"""Firms that must head a section, so that one « A : » makes none."""
_FIRMS = frozenset({NameType.ORGANISATION, NameType.UNKNOWN})
_OPENING = frozenset({"chez", "du cote de", "a", "–", "—", "-", "•", "*", "«"})
_LABELLING = frozenset({":", "–", "—"})
_LONGEST = 4  # chunks of a heading: « Chez Orange, enfin. »


def sections(phrases: Sequence[Phrase]) -> Mapping[int, Entity]:
    """Sentence → the firm that heads the section in which it stands; empty where fewer than two firms head one."""
    heads = dict(_heads(phrases))
    if len(set(heads.values())) < _LEAST:
        return {}
    found: dict[int, Entity] = {}
    firm: Entity | None = None
    for index in range(len(phrases)):
        firm = heads.get(index, firm)
        if firm is not None:
            found[index] = firm
    return found


def _heads(phrases: Sequence[Phrase]) -> Iterator[tuple[int, Entity]]:
    for index, phrase in enumerate(phrases):
        firm = _head(phrase.items)
        if firm is not None and phrase.sentence.zone is not Zone.TITLE:
            yield index, firm


def _head(items: Sequence[Item]) -> Entity | None:
    """The firm that a heading names, None for a sentence that is no heading."""
    first = 1 if items and items[0].value in _OPENING else 0
    if len(items) <= first or items[first].kind is not Chunk.NAME:
        return None
    entity = items[first].entity
    if entity is None or entity.type not in _FIRMS:
        return None
    rest = items[first + 1 :]
    alone = len(items) <= _LONGEST and all(item.kind is Chunk.SIGN for item in rest)
    labels = not first and bool(rest) and rest[0].value in _LABELLING
    return entity if alone or labels else None
