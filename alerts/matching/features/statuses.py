"""Features of a move's standing: done, reported, rumoured, denied or failed?"""

from __future__ import annotations

from alerts.matching.features.scene import PREFIXES, Features, Row, Scene
from alerts.matching.parties import Party
from alerts.matching.reading import Zone

_FAR = 8  # sentences beyond which those that do not speak of the mover are not looked at
_NEGATIONS = frozenset({"ne", "n'", "pas"})
_MARKS = ("status", "journalism")


def status_features(mover: Party, scene: Scene) -> Features:
    """The marks of mood, denial, attribution and time, by how close to the mover they stand."""
    out: Features = {}
    sentences = {place.sentence for place in mover.places}
    for item in scene.readings:
        candidate = item.candidate
        if not mover.is_mover_of(candidate):
            continue
        out[f"read={candidate.status}"] = None
        for claim in candidate.claims:
            sentences.add(claim.sentence)
            out[f"claim={claim.standing.status}"] = out[f"{PREFIXES[claim.zone]}claim={claim.standing.status}"] = None
            out[f"tense={claim.event.trigger.when}"] = out[f"negated={claim.event.trigger.negated}"] = None
            out[f"family={claim.event.frame.family}"] = out[f"attributed={claim.standing.attributed}"] = None
            out[f"confirmed={claim.standing.confirmed}"] = None
    for index, row in enumerate(scene.rows):
        where = _where(index, row, sentences)
        _cues(scene, index, where, out)
        if where != "far" or index <= _FAR:
            _words(row, where, out)
    return out


def _where(index: int, row: Row, sentences: set[int]) -> str:
    """How close a sentence is to the mover: the title, one about him, the next one, or another."""
    if row.zone is Zone.TITLE:
        return "title"
    return "own" if index in sentences else "next" if index - 1 in sentences else "far"


def _cues(scene: Scene, index: int, where: str, out: Features) -> None:
    """The phrases of the word lists for standing and sources."""
    sentence, folded = scene.article.sentences[index], scene.article.folded[index]
    for cue in scene.article.cues[index]:
        if cue.list.startswith(_MARKS):
            span = (sentence.start + cue.start, sentence.start + cue.end)
            words = folded[cue.start : cue.end]
            out.setdefault(f"{where}:cue={cue.list}", span)
            out.setdefault(f"{where}:words={words}", span)
            out.setdefault(f"words={words}", span)
    if sentence.question:
        out.setdefault(f"{where}:question", (sentence.start, sentence.end))


def _words(row: Row, where: str, out: Features) -> None:
    """The words of a sentence and their pairs, and its verbs in the conditional and the future."""
    for place, (symbol, stem, span) in enumerate(zip(row.symbols, row.stems, row.spans, strict=True)):
        if len(symbol) > 2 or symbol in _NEGATIONS:
            out.setdefault(f"{where}:word={stem}", span)
            if symbol.endswith(("rait", "raient")):
                out.setdefault(f"{where}:conditional", span)
                out.setdefault("conditional", span)
            elif symbol.endswith(("ra", "ront")) and len(symbol) > 3:
                out.setdefault(f"{where}:future", span)
        if place:
            out.setdefault(f"{where}:words2={row.stems[place - 1]} {stem}", row.span(place - 1, place))
