"""Whether a party says that a move is so: « contactée, la firme a confirmé son arrivée », « X annonce son départ ».

Such a word beats the report of a medium in the same article, wherever it stands (corpus/README.md, «Status»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from alerts.matching.article import Cue
from alerts.matching.features.scene import Scene, Span
from alerts.matching.features.voices import chunk_at, first_voice, is_inserted
from alerts.matching.parties import Party

_FOLLOWING = 4  # sentences behind one about the mover in which somebody may still confirm the move
_BEFORE = 7  # chunks between who confirms and the verb
_BEHIND = 4
_OBJECT = 60  # folded characters around the verb in which stands what is confirmed
_REACH = 30  # folded characters before the verb in which a negation or a modal stands
_CONFIRMING = re.compile(
    r"(?:(?:confirm|officialis|enterin)(?:e|ent|ait|aient|ees?|es)|reconn(?:ait|u|ue|us|ues)|adm(?:et|is|ise))$"
)
_ANNOUNCING = re.compile(r"annonc(?:e|ent|ait|aient)$")
_HEDGED = re.compile(
    r"\b(?:ne|n'|ni|sans|pas|refus\w+|voul\w+|souhait\w+|pourrai\w+|devrai\w+|doit|doivent|aurai\w+|si|s'il|reste\w*)"
    r" ?(?:\w+'?[ -]?){0,3}$"
)
_MOVE = re.compile(
    r"\b(?:departs?|arrivees?|recrutements?|nominations?|embauches?|mouvements?|informations?|nouvelles?|transferts?"
    r"|debauchages?|venues?|ralliements?|demissions?|retours?|changements?|passages?|promotions?)\b"
)
_IT = re.compile(r"\b(?:l'a|l'ont|la|le|les|en a|en ont) (?:\w+ )?$")
_SAYING = frozenset({"parties", "interesse", "interessee", "interesses", "interessees", "porte-parole", "ministere"})
"""Words for whoever must know, beside those for firms."""
_PASSIVE = frozenset({"ete", "est", "sont", "fut"})
_OTHERS_WORD = frozenset({"journalism.before", "journalism.anonymous", "stance.before", "stance.sources"})
_PRESS = frozenset({"<medium>", "<medium> once", "source", "press"})
_PARTIES = frozenset({"<firm>", "<person>", "<firm> once", "<person> once", "he", "I", "<group>"})
"""Who may confirm a move: firms, people and whoever stands for them; no medium, no source without a name."""


def confirmation(mover: Party, scene: Scene) -> Span | None:
    """The words with which a party confirms or announces the mover's move, None when nobody does."""
    own = {place.sentence for place in mover.places}
    for index in _sentences(own, scene):
        base = scene.article.sentences[index].start
        for cue in scene.article.cues[index]:
            if cue.list == "stance.announce" and _confirms(cue, index, scene, own=index in own):
                return base + cue.start, base + cue.end
    return None


def _sentences(own: set[int], scene: Scene) -> Iterator[int]:
    """The sentences about the mover, and those close behind them that name nobody else."""
    last = -1 - _FOLLOWING
    for index in range(len(scene.rows)):
        if index in own:
            last = index
            yield index
        elif index - last <= _FOLLOWING and _names_speakers_only(index, scene):
            yield index


def _names_speakers_only(index: int, scene: Scene) -> bool:
    """Whether a sentence names nobody, or only one person beside a post: « un porte-parole, Y, a confirmé … »."""
    told, row = scene.told.get(index, {}), scene.rows[index]
    near = {row.symbol(chunk + step).partition(" ")[0] for chunk in told for step in range(-6, 4)}
    return not told or (len(told) == 1 and not near.isdisjoint({"<post", "porte-parole"}))


def _confirms(cue: Cue, index: int, scene: Scene, *, own: bool) -> bool:
    """Whether the mark is a party's word on the move, said and not hedged, and on nobody else's word."""
    folded = scene.article.folded[index]
    word = folded[cue.start : cue.end]
    confirms = bool(_CONFIRMING.search(word))
    if not confirms and not (own and _ANNOUNCING.search(word)):
        return False
    before = folded[max(0, cue.start - _REACH) : cue.start]
    if scene.article.sentences[index].question or _HEDGED.search(before):
        return False
    if any(other.list in _OTHERS_WORD and _same_clause(other, cue, folded) for other in scene.article.cues[index]):
        return False
    told = own or _IT.search(before) or _MOVE.search(folded[max(0, cue.start - _OBJECT) : cue.end + _OBJECT])
    return bool(told) and _by_a_party(cue, index, scene)


def _same_clause(one: Cue, other: Cue, folded: str) -> bool:
    """Whether no semicolon parts the marks: « il rejoint B, selon A ; B a confirmé »."""
    return ";" not in folded[min(one.end, other.end) : max(one.start, other.start)]


def _by_a_party(cue: Cue, index: int, scene: Scene) -> bool:
    """Whether who says it is a party: before the verb, or behind it where the verb opens its clause or is passive."""
    row, base = scene.rows[index], scene.article.sentences[index].start
    at, behind = chunk_at(row, base + cue.start), chunk_at(row, base + cue.end)
    ahead, following = range(at - 1, at - 1 - _BEFORE, -1), range(behind, behind + _BEHIND)
    passive = row.symbol(at - 1) in _PASSIVE
    tried = (following, ahead) if is_inserted(row, at) else (following,) if passive else (ahead,)
    heard = (_heard(chunks, index, scene) for chunks in tried)
    return next((party for party in heard if party is not None), False)


def _heard(chunks: range, index: int, scene: Scene) -> bool | None:
    """Whether some chunks speak of a party, or of the press; None when they speak of neither."""
    row, lexicon = scene.rows[index], scene.article.lexicon
    ends = (place for place, chunk in enumerate(chunks) if row.symbol(chunk) == ";")
    chunks = chunks[: next(ends, len(chunks))]
    speaker = first_voice(chunks, row, index, scene)
    words = {row.symbol(chunk) for chunk in chunks}
    if speaker in _PRESS or not words.isdisjoint(lexicon.words("kinds.press")):
        return False
    party = speaker in _PARTIES or speaker.startswith("<post")
    firms = _SAYING | lexicon.words("organisation_heads.nouns")
    return True if party or not words.isdisjoint(firms) else None
