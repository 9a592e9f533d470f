"""Who speaks: whom « selon » names, and who says what a verb of saying tells."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.matching.article import Cue
from alerts.matching.features.scene import Row, Scene

_BEFORE = 6  # chunks between who speaks and the verb of saying
_BEHIND = 3
_NAMED = 6  # chunks behind « selon »
_SAYING = frozenset({"stance.announce", "stance.tell", "stance.deny", "stance.silence"})
_NAMING = frozenset({"stance.before", "journalism.before"})
_TELLERS = frozenset({"<medium>", "<name>", "<medium> once", "<name> once", "<firm> once", "press", "source", "one"})
_VOICES = frozenset({"<person>", "<firm>", "<medium>", "<name>", "<group>"})
_PRONOUNS = {
    "il": "he", "elle": "he", "-t-il": "he", "-t-elle": "he", "on": "one", "-t-on": "one", "je": "I", "j'": "I",
    "nous": "I",
}  # fmt: skip
_AUXILIARIES = frozenset({"a", "ont", "avait", "avaient", "l'a", "est", "croit"})
_OPENINGS = frozenset({",", "»", "(", "–", "—"})
_UNNAMED = {"stance.press": "press", "stance.sources": "source"}


def voices(index: int, cue: Cue, scene: Scene) -> Iterator[str]:
    """What a mark of sentence `index` tells of who speaks: the kind of speech with the kind of speaker, and « told by »
    for media and for those who know.
    """
    row, base = scene.rows[index], scene.article.sentences[index].start
    behind = chunk_at(row, base + cue.end)
    if cue.list in _NAMING:
        who = first_voice(range(behind, behind + _NAMED), row, index, scene)
        yield f"word of {who}"
        yield f"told by {who}"
    elif cue.list in _SAYING:
        at = chunk_at(row, base + cue.start)
        before = first_voice(range(at - 1, at - 1 - _BEFORE, -1), row, index, scene)
        after = first_voice(range(behind, behind + _BEHIND), row, index, scene)
        yield f"{cue.list} by {before}, {after}"
        yield f"{cue.list} by {before if before != 'nobody' else after}"
        for who in {before, after} & _TELLERS if cue.list == "stance.tell" else ():
            yield f"told by {who}"
        if is_inserted(row, at):
            yield f"{cue.list} inserted by {after}"


def is_inserted(row: Row, verb: int) -> bool:
    """Whether a verb of saying stands first in its clause, before who speaks: « …, a révélé A »."""
    first = verb - 1 if row.symbol(verb - 1) in _AUXILIARIES else verb
    return row.symbol(first - 1) in _OPENINGS


def chunk_at(row: Row, offset: int) -> int:
    """The first chunk that begins at or behind a character of the text."""
    return next((k for k, (start, _) in enumerate(row.spans) if start >= offset), len(row.spans))


def first_voice(chunks: range, row: Row, index: int, scene: Scene) -> str:
    """The first of the chunks that may speak, "nobody" for none."""
    base = scene.article.sentences[index].start
    unnamed = {cue.start + base: _UNNAMED[cue.list] for cue in scene.article.cues[index] if cue.list in _UNNAMED}
    for k in chunks:
        if not 0 <= k < len(row.symbols) or row.symbols[k] == ";":
            return "nobody"
        symbol = row.symbols[k]
        entity = scene.article.phrases[index].items[k].entity
        if entity and symbol in _VOICES and entity in scene.article.named_once:
            return f"{symbol} once"
        if symbol in _VOICES or symbol.startswith("<post"):
            return symbol
        who = _PRONOUNS.get(symbol) or unnamed.get(row.spans[k][0])
        if who:
            return who
    return "nobody"
