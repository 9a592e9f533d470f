"""Who stands in one row with a mover, though posts, firms and relative clauses part the names.

Those of a row share what is said of them: « les actionnaires désignent X, cheffe des finances d'A, et Y, professeur ».
"""

from __future__ import annotations

from alerts.lexicon import Lexicon
from alerts.matching.features.clauses import PARTS, verb_at
from alerts.matching.features.scene import Row, Scene
from alerts.matching.parties import How, Party
from alerts.matching.phrases import Chunk

_ROW = 18  # chunks between two people of a row
_ANNOUNCED = 6  # chunks between « et » and the name: « et la développeuse ivoirienne X »
_LINKING = frozenset({"et", "&", "ou", ",", "puis"})


def company_of(mover: Party, scene: Scene) -> frozenset[Party]:
    """The other people of the rows in which a mover stands by name."""
    if mover not in scene.companies:
        found: set[Party] = set()
        for place in mover.places:
            told = scene.told.get(place.sentence, {})
            if place.how is How.NAME and len(told) > 1:
                chunks = _company(scene.rows[place.sentence], place.chunk, scene.article.lexicon)
                found |= {told[chunk] for chunk in chunks if chunk in told}
        scene.companies[mover] = frozenset(found - {mover})
    return scene.companies[mover]


def _company(row: Row, index: int, lexicon: Lexicon) -> frozenset[int]:
    """The other chunks of the row of people in which the one at `index` stands, whatever posts, firms and relative
    clauses part them: « X, cheffe des finances d'A, et Y, professeur ».
    """
    found: set[int] = set()
    for step in (-1, 1):
        place: int | None = index
        while place is not None:
            found.add(place)
            place = _beside(row, place, step, lexicon)
    return frozenset(found - {index})


def _beside(row: Row, place: int, step: int, lexicon: Lexicon) -> int | None:
    """The next person of the row to that side; None where a clause ends or somebody else begins one."""
    for other in range(place + step, place + step * _ROW, step):
        if not 0 <= other < len(row.symbols) or row.symbols[other] in PARTS:
            return None
        if row.symbols[other] == "<person>":
            low, high = sorted((place, other))
            return other if _is_row(row, low, high, lexicon) else None
    return None


def _is_row(row: Row, low: int, high: int, lexicon: Lexicon) -> bool:
    """Whether a link announces the second name, and no verb but those of relative clauses stands between."""
    link = next((k for k in range(high - 1, low, -1) if row.symbols[k] in _LINKING), None)
    if link is None or high - link > _ANNOUNCED:
        return False
    if row.symbols[link] == "," and row.symbol(low + 1) != "," and high - low > 2:
        return False
    relative = False
    for k in range(low + 1, high):
        if row.kind(k) is Chunk.RELATIVE:
            relative = True
        elif row.symbols[k] == ",":
            relative = False
        elif not relative and (row.kind(k) is Chunk.PRONOUN or verb_at(row, k, lexicon)):
            return False
    return True
