"""Features of what a name names: what its spelling, the votes for its type and all its places say of it.

An organisation is weighed at its weightiest place. That it is a town, a newspaper or a heading shows at the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from alerts.lexicon import Lexicon
from alerts.lexicon.vocabulary import is_word
from alerts.matching.features.scene import Features, Row, Scene
from alerts.matching.parties import How, Party

_KINDS = ("places", "schools", "investors", "rivals", "clients", "owners", "press", "firms")
_MOST_VOTES = 4
_MOST_WORDS = 4
_LONGEST_ACRONYM = 5
_BEFORE = 3  # chunks before a name in which its kind may stand
_APPOSED = 4  # the same behind a comma or bracket
_ARTICLES = frozenset({"le", "la", "l'", "les"})


def name_features(side: Party, scene: Scene) -> Features:
    """What the article says of an organisation's name by and large, whoever moves."""
    seen = scene.names.get(side)
    if seen is None:
        seen = scene.names[side] = dict.fromkeys(f"name:{what}" for what in _look(side, scene))
    return seen


def _look(side: Party, scene: Scene) -> Iterator[str]:
    entity, lexicon = side.entity, scene.article.lexicon
    if entity:
        yield from _votes(entity.votes)
        yield from _spelling(entity.name)
        if entity.known:
            yield f"known={entity.known.tech} {entity.known.ambiguous}"
    named = [(scene.rows[place.sentence], place.chunk) for place in side.places if place.how is How.NAME]
    before = {_before(*place) for place in named}
    for word in before:
        yield f"behind={word}"
    if len(before) == 1 and len(named) == len(side.places):
        yield f"only-behind={before.pop()}"
    kinds = {kind for place in named for kind in _kinds(*place, lexicon)}
    for kind in kinds or {"none"}:
        yield f"kind={kind}"
    for place in named:
        yield from _position(*place)


def _votes(votes: Mapping[str, float]) -> Iterator[str]:
    """Every vote for a type, and how much each type has in all."""
    totals: defaultdict[str, float] = defaultdict(float)
    for why, weight in votes.items():
        yield f"vote={why}"
        totals[why.partition(":")[0]] += weight
    for kind, weight in totals.items():
        yield f"votes={kind} {min(_MOST_VOTES, int(weight))}"
    if not totals:
        yield "votes=none"


def _spelling(name: str) -> Iterator[str]:
    """How the name is written: « CHU », « B2volt », « Marcy-l'Étoile », « Passation »."""
    parts = name.split()
    yield f"words={min(_MOST_WORDS, len(parts))}"
    if name.isupper() and len(name) <= _LONGEST_ACRONYM:
        yield "acronym"
    if any(map(str.isdigit, name)):
        yield "digit"
    if "-" in name:
        yield "hyphen"
    if all(map(is_word, parts)):
        yield "of-words"
    if len(parts) == 1 and not name.isupper() and name[1:] != name[1:].lower():
        yield "capital-inside"


def _before(row: Row, chunk: int) -> str:
    """The word before the name, or before the list that it stands in, with the article between them."""
    first = row.listed(chunk)[0]
    word = row.symbol(first - 1)
    return f"{row.symbol(first - 2)} {word}" if word in _ARTICLES else word


def _kinds(row: Row, chunk: int, lexicon: Lexicon) -> Iterator[str]:
    """The kinds of nouns that announce the name or stand behind it in an apposition."""
    words = [row.symbol(k) for k in range(max(0, chunk - _BEFORE), chunk)]
    if row.symbol(chunk + 1) in {",", "("}:
        words += [row.symbol(k) for k in range(chunk + 2, chunk + 2 + _APPOSED)]
    return (kind for kind in _KINDS if not lexicon.words(f"kinds.{kind}").isdisjoint(words))


def _position(row: Row, chunk: int) -> Iterator[str]:
    """In which part of the article the name stands, and whether it heads a line: « Jeux : », « TOKYO, 21 mai – »."""
    after = row.symbol(chunk + 1)
    yield f"zone={row.zone}"
    if chunk == 0:
        yield "opens"
        yield f"opens {row.zone} {after}"
        if "#" in {row.symbol(2), row.symbol(3) if after == "," else ""}:
            yield "dateline"
    if after == ":" and row.symbol(chunk - 1) in {"^", ",", "."}:
        yield "label"
