"""Features of a move's standing: done, reported, rumoured, denied or failed?

Marks of mood, denial, attribution and time count by where they stand: in the words about the mover alone (`here`), in
the same sentence but about somebody else (`beside`), in sentences that go on about the mover (`next`, `after`), about
somebody else (`other`), or about nobody, before the mover is told of (`above`) or later (`far`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from alerts.matching.assignment import Claim
from alerts.matching.features.circles import MEMBERS
from alerts.matching.features.confirmation import confirmation
from alerts.matching.features.context import around
from alerts.matching.features.scene import PREFIXES, Features, Row, Scene
from alerts.matching.features.voices import voices
from alerts.matching.parties import How, Party
from alerts.matching.reading import Zone

_FAR = 8  # sentences beyond which those that do not speak of the mover are not looked at
_REACH = 3  # sentences that go on about a mover whom they do not name
_NEGATIONS = frozenset({"ne", "n'", "pas"})
_TITLE = "title-"
_WORDED = frozenset({"here", "next", "after"})
"""Where all words count, not only the marks: those about others tell more of them than of the mover."""
CONFIRMED = "confirmed by a party"
"""The feature of a move that somebody who must know confirms or announces."""
_MARKS = ("status", "journalism", "stance")
_NEGATED = re.compile(r"\b(?:ne|n'|ni|sans|non|aucun|aucune|jamais)\b ?(?:\w+'?[ -]?){0,2}$")
_REACH_OF_NEGATION = 24  # folded characters


def status_features(mover: Party, scene: Scene) -> Features:
    """The marks of mood, denial, attribution and time, by how close to the mover they stand."""
    out: Features = {f"persons={min(3, scene.parties.persons)}": None}
    confirmed = confirmation(mover, scene)
    if confirmed:
        out[CONFIRMED] = confirmed
    own = _places(mover, scene, out)
    first, last = min(own, default=0), -1 - _REACH
    for index, row in enumerate(scene.rows):
        told = scene.told.get(index, {})
        title = _TITLE if row.zone is Zone.TITLE else ""
        if index in own:
            last = index
            _own(scene, index, own[index], [chunk for chunk, party in told.items() if party is not mover], out)
        elif index == first - 1 and MEMBERS.match(scene.article.folded[first]):
            _sentence(scene, index, "group", range(len(row.symbols)), out)
        elif index <= _FAR or (not told and index - last <= _REACH):
            where = "other" if told else _about_nobody(index, first, last)
            _sentence(scene, index, title + where, range(len(row.symbols)), out)
        if told and index not in own and not title:
            last = -1 - _REACH
    return out


def _about_nobody(index: int, first: int, last: int) -> str:
    """Where a sentence stands that names nobody, given where the mover is told of first, and last before it."""
    if index < first:
        return "above"
    return "next" if index - last == 1 else "after" if index - last <= _REACH else "far"


def _places(mover: Party, scene: Scene, out: Features) -> dict[int, list[int]]:
    """The sentences that speak of the mover, with the chunks at which they do; notes what is read there."""
    found: dict[int, list[int]] = {}
    for place in mover.places:
        found.setdefault(place.sentence, []).append(place.chunk)
        if place.how in {How.NAME, How.GROUP}:
            around(scene.rows[place.sentence], place.chunk, "at:", out)
    for item in scene.readings:
        if not mover.is_mover_of(item.candidate):
            out[f"others-read={item.candidate.status}"] = None
            continue
        out[f"read={item.candidate.status}"] = None
        for claim in item.candidate.claims:
            chunk = scene.article.phrases[claim.sentence].by_token[claim.event.trigger.start]
            found.setdefault(claim.sentence, []).append(chunk)
            around(scene.rows[claim.sentence], chunk, "trigger:", out)
            _claim(claim, out)
    return found


def _claim(claim: Claim, out: Features) -> None:
    """How the grammar reads one sentence that tells the move."""
    trigger, frame, standing = claim.event.trigger, claim.event.frame, claim.standing
    for name in (
        f"claim={standing.status}", f"{PREFIXES[claim.zone]}claim={standing.status}", f"tense={trigger.when}",
        f"negated={trigger.negated}", f"family={frame.family}", f"event={frame.id}",
        f"family={frame.family} {trigger.when}", f"attributed={standing.attributed}",
        f"confirmed={standing.confirmed}",
    ):  # fmt: skip
        out[name] = None


def _own(scene: Scene, index: int, places: Sequence[int], others: Sequence[int], out: Features) -> None:
    """The features of a sentence that speaks of the mover: what is said of him, and what of the others in it."""
    row = scene.rows[index]
    title = _TITLE if row.zone is Zone.TITLE else ""
    lists = [row.listed(chunk) for chunk in places]
    strangers = [chunk for chunk in others if not any(first <= chunk <= last for first, last in lists)]
    here = {chunk for place in places for chunk in _clause(row, place, strangers)}
    for chunks, inside in _runs(here, len(row.symbols)):
        _sentence(scene, index, f"{title}{'here' if inside else 'beside'}", chunks, out)
    if strangers:
        out.setdefault("shared", None)
    _cues(scene, index, f"{title}own", range(len(row.symbols)), out)


def _clause(row: Row, place: int, strangers: Sequence[int]) -> range:
    """The chunks around `place` up to those who are somebody else, or to a semicolon."""
    ends = [*strangers, *(k for k, symbol in enumerate(row.symbols) if symbol == ";")]
    low = max((chunk + 1 for chunk in ends if chunk < place), default=0)
    return range(low, min((chunk for chunk in ends if chunk > place), default=len(row.symbols)))


def _runs(inside: set[int], length: int) -> Iterator[tuple[range, bool]]:
    """Runs of chunks that are all inside or all outside."""
    start = 0
    for k in range(1, length + 1):
        if k == length or (k in inside) != (start in inside):
            yield range(start, k), start in inside
            start = k


def _sentence(scene: Scene, index: int, where: str, chunks: range, out: Features) -> None:
    """The features of some chunks of a sentence."""
    _cues(scene, index, where, chunks, out)
    if where.removeprefix(_TITLE) in _WORDED:
        _words(scene.rows[index], where, chunks, out)


def _cues(scene: Scene, index: int, where: str, chunks: range, out: Features) -> None:
    """The phrases of the word lists for standing and sources, and whether the sentence asks."""
    sentence, folded, spans = scene.article.sentences[index], scene.article.folded[index], scene.rows[index].spans
    if not chunks:
        return
    low, high = spans[chunks[0]][0] - sentence.start, spans[chunks[-1]][1] - sentence.start
    for cue in scene.article.cues[index]:
        if cue.list.startswith(_MARKS) and low <= cue.start < high:
            span = (sentence.start + cue.start, sentence.start + cue.end)
            words = folded[cue.start : cue.end]
            before = folded[max(0, cue.start - _REACH_OF_NEGATION) : cue.start]
            out.setdefault(f"{where}:cue={'not ' if _NEGATED.search(before) else ''}{cue.list}", span)
            out.setdefault(f"{where}:words={words}", span)
            out.setdefault(f"words={words}", span)
            for voice in voices(index, cue, scene):
                out.setdefault(f"{where}:{voice}", span)
                out.setdefault(f"any:{voice}", span)
    if sentence.question:
        out.setdefault(f"{where}:question", (sentence.start, sentence.end))


def _words(row: Row, where: str, chunks: range, out: Features) -> None:
    """The words of a sentence and their pairs, and its verbs in the conditional and the future."""
    for place in chunks:
        symbol, stem, span = row.symbols[place], row.stems[place], row.spans[place]
        if len(symbol) > 2 or symbol in _NEGATIONS:
            out.setdefault(f"{where}:word={stem}", span)
            mood = _mood(symbol)
            if mood:
                out.setdefault(f"{where}:{mood}", span)
                out.setdefault(mood, span)
        if place > chunks[0]:
            out.setdefault(f"{where}:words2={row.stems[place - 1]} {stem}", row.span(place - 1, place))


def _mood(symbol: str) -> str:
    """The mood or tense that a word's ending shows."""
    if symbol.endswith(("rait", "raient")):
        return "conditional"
    return "future" if symbol.endswith(("ra", "ront")) and len(symbol) > 3 else ""
