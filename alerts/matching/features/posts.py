"""The posts that an article names, and the features of one as the post that a mover takes or leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.lexicon.conjugation import Tense, VerbForm
from alerts.matching.features.context import around
from alerts.matching.features.scene import Features, Row, Scene
from alerts.matching.parties import Party, Place
from alerts.matching.phrases import Chunk, Phrase, Role
from mercato.text import fold

_GOVERNING = (
    "dirig", "pilot", "superv", "chapea", "occup", "anim", "condui", "encadr", "coordon", "presid", "gere", "orchest",
    "tete", "renes", "comman", "manett", "respon", "charge", "role", "poste", "fonction", "casque", "barre", "metier",
    "titre", "veiller", "veille", "regne", "regner", "prend", "pris", "repren", "repris", "direct", "confie",
    "herite",
)  # fmt: skip
"""Beginnings of the words behind which a field stands for a post: « prend la tête de | la recherche »."""
_DIRECTION = {
    "de": "direction de ", "d'": "direction d’", "du": "direction du ", "des": "direction des ", "le": "direction du ",
    "la": "direction de la ", "l'": "direction de l’", "les": "direction des ", "son": "direction de son ",
    "sa": "direction de sa ", "ses": "direction de ses ", "leur": "direction de leur ", "leurs": "direction de leurs ",
}  # fmt: skip
_FUNCTIONS = ("direction", "codirection", "presidence", "vice-presidence", "responsabilite", "gouvernance", "pilotage")
"""Beginnings of fields that are posts as they stand."""
_LONGEST = 8
_SHORT_PATH = 4
_INSIDE = frozenset({Chunk.WORD, Chunk.PREPOSITION, Chunk.DETERMINER, Chunk.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Post:
    """A post or the field of one: where it stands, its words, and the chunker's reading of it, if it has one."""

    sentence: int
    chunk: int
    text: str
    role: Role | None
    link: str = ""  # the folded word before a field

    @property
    def label(self) -> str:
        """The post as it is told: who « pilote les paiements » has the « direction des paiements »; who « prend la
        direction des paiements » has just that."""
        whole = self.role is not None or fold(self.text).startswith(_FUNCTIONS)
        return self.text if whole else f"{_DIRECTION.get(self.link, '')}{self.text}"


def posts(scene: Scene) -> list[Post]:
    """Every post that the article names, and every field that somebody is said to head, in order."""
    found: list[Post] = []
    for phrase, row in zip(scene.article.phrases, scene.rows, strict=True):
        for chunk, item in enumerate(phrase.items):
            if item.role:
                found.append(Post(phrase.sentence.index, chunk, item.role.text, item.role))
            else:
                found.extend(_field(phrase, row, chunk, scene))
    return found


def _field(phrase: Phrase, row: Row, chunk: int, scene: Scene) -> Iterator[Post]:
    """The noun phrase that begins with the determiner or preposition at `chunk`, right behind a word that governs."""
    opens = phrase.items[chunk].kind in {Chunk.DETERMINER, Chunk.PREPOSITION}
    if not opens or not any(row.symbol(chunk - k).startswith(_GOVERNING) for k in (1, 2)):
        return
    end = chunk + 1
    while end < min(len(phrase.items), chunk + _LONGEST) and _continues(phrase, row, end, scene):
        end += 1
    while end > chunk + 1 and phrase.items[end - 1].kind is not Chunk.WORD:
        end -= 1
    if end > chunk + 1:
        start, stop = row.spans[chunk + 1][0], row.spans[end - 1][1]
        link = phrase.sentence.tokens[phrase.items[chunk].end - 1].folded
        yield Post(phrase.sentence.index, chunk, scene.article.text[start:stop], None, link)


def _continues(phrase: Phrase, row: Row, chunk: int, scene: Scene) -> bool:
    """Whether the chunk may be part of a noun phrase: no name, no sign, no finite verb."""
    if phrase.items[chunk].kind not in _INSIDE:
        return False
    forms = scene.article.lexicon.folded_forms.get(row.symbols[chunk], ())
    return phrase.items[chunk].kind is not Chunk.WORD or not _finite(forms)


def _finite(forms: Sequence[VerbForm]) -> bool:
    """Whether a word can only be a verb that is no participle."""
    tenses = {form.tense for form in forms}
    return len(tenses) == 1 and not tenses & {Tense.PRESENT_PARTICIPLE, Tense.PAST_PARTICIPLE}


def post_features(mover: Party, post: Post, scene: Scene) -> Features:
    """What ties the post to the mover's move."""
    out: Features = {}
    row = scene.rows[post.sentence]
    around(row, post.chunk, "", out)
    out[f"zone={row.zone}"] = row.spans[post.chunk]
    nearness(mover.places, post.sentence, post.chunk, row, out)
    role = post.role
    out[f"length={min(5, len(post.text.split()))}"] = None
    out["field" if role is None else f"head={role.head}"] = row.spans[post.chunk]
    if role:
        out[f"held={role.hold}"] = out[f"post={role.post}"] = out[f"definite={role.definite}"] = None
        out[f"organisation={role.organisation is not None}"] = None
    _readings(mover, post, scene, out)
    return out


def nearness(places: Sequence[Place], sentence: int, chunk: int, row: Row, out: Features) -> None:
    """How far the mover stands from a chunk, and the words in between."""
    here = [place.chunk - chunk for place in places if place.sentence == sentence]
    if not here:
        out["apart"] = out[f"sentences={min(4, *(abs(place.sentence - sentence) for place in places))}"] = None
        return
    distance = min(here, key=abs)
    tag = "<" if distance < 0 else ">"
    low, high = sorted((chunk, chunk + distance))
    span = row.span(low + 1, high - 1) if high - low > 1 else None
    out["together"] = out[f"distance={tag}{min(5, abs(distance) // 2)}"] = span
    if high - low - 1 <= _SHORT_PATH:
        out[f"path{tag}={' '.join(row.stems[low + 1 : high])}"] = span
    for place in range(low + 1, high):
        if len(row.symbols[place]) > 2:
            out.setdefault(f"middle{tag}={row.stems[place]}", row.spans[place])


def _readings(mover: Party, post: Post, scene: Scene, out: Features) -> None:
    """The grammar's own answer: whose post it is."""
    held = str(post.role.hold) if post.role else "field"
    for item in scene.readings:
        candidate = item.candidate
        if mover.is_mover_of(candidate):
            same = "none" if candidate.role is None else str(candidate.role == post.text)
            out[f"read={same}"] = out[f"kind={candidate.kind}"] = out[f"kind={candidate.kind} {held}"] = None
        elif candidate.person and candidate.role == post.text:
            out["read-of-other"] = None
    if post.role is None:
        return
    for event in scene.article.events:
        if event.role is post.role:
            out[f"event={event.frame.family}"] = None
            if mover.entity and any(other.entity is mover.entity for other in event.movers):
                out[f"own-event={event.frame.family}"] = None
    for tie in scene.affiliations:
        if tie.role is post.role:
            out[f"tie={tie.hold} {tie.person is mover.entity}"] = None
