"""The posts that an article names, and the features of one as the post that a mover takes or leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.lexicon import NameType
from alerts.matching.features.context import around
from alerts.matching.features.scene import STEM, Features, Row, Scene
from alerts.matching.names import Entity
from alerts.matching.parties import Party, Place
from alerts.matching.phrases import Chunk, Item, People, Phrase, Role
from alerts.matching.titles import Shape, Title, end_of_title, titles
from mercato.text import fold

_DIRECTION = {
    "de": "direction de ", "d'": "direction d’", "du": "direction du ", "des": "direction des ", "le": "direction du ",
    "la": "direction de la ", "l'": "direction de l’", "les": "direction des ", "son": "direction de son ",
    "sa": "direction de sa ", "ses": "direction de ses ", "leur": "direction de leur ", "leurs": "direction de leurs ",
}  # fmt: skip
_HEADED = frozenset({Shape.FIELD, Shape.UNIT, Shape.GOVERNED})
"""What somebody may head without holding a title by that name."""
_GOVERNED_BY = 2
_SHORT_PATH = 4
_ATTACHED = 3
"""Chunks between a post and a person whom it may describe."""
_OFTEN = 3
_LATE = 6
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))


@dataclass(frozen=True, slots=True)
class Post:
    """A post or the field of one: where it stands, its words, and the chunker's reading of it, if it has one."""

    sentence: int
    chunk: int  # where it begins, with its determiner
    last: int  # the chunk of its last word
    text: str
    head: str
    shape: Shape
    label: str  # as it is told to readers
    link: str = ""  # the folded word before its head
    role: Role | None = None
    people: People | None = None
    firm: Entity | None = None
    number: int = 0  # among the posts of the article
    told: int = 1  # times that the article names it


def posts(scene: Scene) -> list[Post]:
    """Every post that the article names, and every field that somebody may head, in order."""
    found: list[Post] = []
    for phrase, row in zip(scene.article.phrases, scene.rows, strict=True):
        found.extend(sorted(_posts_of(phrase, row, scene), key=lambda post: (post.chunk, post.last)))
    counts = Counter(fold(post.text) for post in found)
    return [replace(post, number=number, told=counts[fold(post.text)]) for number, post in enumerate(found)]


def _posts_of(phrase: Phrase, row: Row, scene: Scene) -> Iterator[Post]:
    """The posts of one sentence: those that the chunker read, and those of the grammar of titles."""
    index = phrase.sentence.index
    for chunk, item in enumerate(phrase.items):
        if item.role and not _is_sought(phrase, row, chunk):
            label = _trimmed(phrase, item, item.role, scene)
            yield Post(
                index, chunk, chunk, item.role.text, item.role.head, Shape.TITLE, label,
                role=item.role, firm=item.role.organisation,
            )  # fmt: skip
        elif item.people:
            head = fold(item.people.label).split()[0]
            firm = item.people.organisation
            yield Post(
                index, chunk, chunk, item.people.label, head, Shape.GROUP, item.people.label,
                people=item.people, firm=firm,
            )  # fmt: skip
    for title in titles(phrase, scene.article.lexicon):
        yield _post(title, phrase, row, scene)


def _is_sought(phrase: Phrase, row: Row, chunk: int) -> bool:
    """Whether the post at `chunk` is nobody's yet: « jusqu'à la désignation d'un nouveau patron »."""
    unnamed = phrase.sentence.tokens[phrase.items[chunk].start].folded in {"un", "une"}
    return unnamed and row.symbols[max(0, chunk - 1) : chunk] == ("de",) and row.symbols[chunk - 2] in _SEARCHES


_SEARCHES = frozenset(
    {"designation", "nomination", "recherche", "quete", "choix", "election", "recrutement", "embauche"}
)


def _trimmed(phrase: Phrase, item: Item, role: Role, scene: Scene) -> str:
    """The words of a title from its head to where the grammar of titles lets it end."""
    words = phrase.sentence.tokens
    head = next((place for place in range(item.start, item.end) if words[place].folded == role.head), None)
    if head is None:
        return _clean(role.text)
    end = end_of_title(phrase, head, scene.article.lexicon)
    bare = end == head + 1 and role.organisation is not None and role.head in _figures(scene)
    return _clean(scene.article.text[words[head].start : words[(item.end if bare else end) - 1].end])


def _figures(scene: Scene) -> frozenset[str]:
    return scene.article.lexicon.words("fields.figures")


def _clean(text: str) -> str:
    """A post as readers see it: without marks of where a line may be broken."""
    return text.translate(_UNSEEN)


def _post(title: Title, phrase: Phrase, row: Row, scene: Scene) -> Post:
    """A title of the grammar as a post."""
    words, places = phrase.sentence.tokens, phrase.by_token
    chunk = places[title.start - bool(title.link)]
    text = scene.article.text[words[title.start].start : words[title.end - 1].end]
    governing = tuple(scene.article.lexicon.words("fields.governing"))
    governed = any(row.symbol(chunk - k).startswith(governing) for k in range(1, _GOVERNED_BY + 1))
    head, last = words[title.start].folded, places[title.end - 1]
    firm = _firm(phrase, last)
    label = text
    if governed and title.shape in _HEADED:
        label = f"{_DIRECTION.get(title.link, 'direction de ')}{text}"
    elif firm and title.end == title.start + 1 and head in _figures(scene):
        label = scene.article.text[words[title.start].start : words[phrase.items[last + 2].end - 1].end]
    return Post(phrase.sentence.index, chunk, last, text, head, title.shape, _clean(label), title.link, firm=firm)


def _firm(phrase: Phrase, last: int) -> Entity | None:
    """The name right behind a post and a preposition, unless it is a person's."""
    behind = phrase.items[last + 1 : last + 3]
    if len(behind) < 2 or behind[0].kind is not Chunk.PREPOSITION:
        return None
    entity = behind[1].entity
    return entity if entity and entity.type is not NameType.PERSON else None


def post_features(mover: Party, post: Post, scene: Scene) -> Features:
    """What ties the post to the mover's move."""
    out: Features = {}
    row = scene.rows[post.sentence]
    around(row, post.chunk, "", out)
    span = row.span(post.chunk, post.last)
    out[f"zone={row.zone}"] = span
    nearness(mover.places, post.sentence, post.chunk, row, out)
    _itself(post, out, span)
    _neighbours(mover, post, scene, out)
    _gender(mover, post, scene, out)
    _readings(mover, post, scene, out)
    return out


def _itself(post: Post, out: Features, span: tuple[int, int] | None) -> None:
    """What the post says by its own words."""
    out[f"length={min(5, len(post.text.split()))}"] = None
    out[f"head={post.head}"] = out[f"stem={post.head[:STEM]}"] = span
    out[f"shape={post.shape}"] = out[f"shape={post.shape} {post.link}"] = None
    out[f"told={min(_OFTEN, post.told)}"] = out[f"number={min(_LATE, post.number)}"] = None
    if post.role:
        role = post.role
        out[f"held={role.hold}"] = out[f"post={role.post}"] = out[f"definite={role.definite}"] = None
    out[f"organisation={post.firm is not None}"] = None


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


def _neighbours(mover: Party, post: Post, scene: Scene, out: Features) -> None:
    """Who stands next to the post on either side, the mover or somebody else, and what is between."""
    row, items = scene.rows[post.sentence], scene.article.phrases[post.sentence].items
    own = {place.chunk for place in mover.places if place.sentence == post.sentence}
    people = own | scene.pointed.get(post.sentence, frozenset())
    people |= {place for place, item in enumerate(items) if item.entity and item.entity.type is NameType.PERSON}
    partners = scene.partners.get(mover.entity, frozenset()) if mover.entity else frozenset()
    left = max((place for place in people if place < post.chunk), default=None)
    right = min((place for place in people if place > post.last), default=None)
    told: list[str] = []
    opens = next((symbol for symbol in row.symbols if symbol == "<person>" or symbol.startswith("<post")), "")
    for side, place, low, high in (("left", left, left, post.chunk), ("right", right, post.last, right)):
        who = "none" if place is None else "mover" if place in own else "other"
        who = "partner" if place is not None and who == "other" and items[place].entity in partners else who
        told.append(who)
        if low is not None and high is not None and high - low - 1 <= _ATTACHED:
            out[f"{side}={who} {' '.join(row.stems[low + 1 : high])}"] = row.span(low, high)
            told[-1] = f"{who} by"
    by_whom = f"{told[0]}, {told[1]}"
    out[f"neighbours={by_whom}"] = out[f"opened={opens[:5]} {by_whom}"] = None
    out[f"left-neighbour={told[0]}"] = out[f"right-neighbour={told[1]}"] = None
    where = "together" if own else "apart"
    for cue in _cues(mover, scene) or ("none",):
        out[f"cue={cue} {by_whom}"] = out[f"cue={cue} {post.shape}"] = None
        out[f"cue={cue} {where} {min(_OFTEN, post.number)}"] = None
        if post.role:
            out[f"cue={cue} {post.role.hold} {by_whom if own else where}"] = None
    if left is None:
        out[f"carried={_last_person(mover, post.sentence, scene)}"] = None


def _cues(mover: Party, scene: Scene) -> tuple[str, ...]:
    """What the words near the mover say of succession and of company, by which one post may be told of several."""
    if mover in scene.cues:
        return scene.cues[mover]
    found = set()
    for place in mover.places:
        row = scene.rows[place.sentence]
        first, last = row.listed(place.chunk)
        if first < last:
            found.add("listed")
        near = range(max(0, first - _NEAR), min(len(row.symbols), last + 1 + _NEAR))
        found |= {cue for cue, stems in _CUES.items() if any(row.symbols[k].startswith(stems) for k in near)}
    scene.cues[mover] = tuple(sorted(found))
    return scene.cues[mover]


_NEAR = 8
_CUES = {
    "succession": ("remplac", "succe", "relev", "releve", "suppl", "interim", "dauphin", "herit", "relai", "suite"),
    "before": ("predecess", "devanci", "sortant", "ancien", "prede"),
    "rival": ("favori", "candidat", "preten", "prefer", "pressent", "choi", "finalist", "concurr"),
    "place": ("place", "poste", "siege", "fauteuil", "vide", "vacan", "attributions", "charge"),
}
"""Beginnings of the words by which somebody is told to have, have had or want another one's post."""


def _last_person(mover: Party, sentence: int, scene: Scene) -> str:
    """Whether the mover is who was named last before a sentence."""
    own = max(((place.sentence, place.chunk) for place in mover.places if place.sentence < sentence), default=None)
    if own is None:
        return "none"
    for index in range(sentence - 1, own[0] - 1, -1):
        for place, item in enumerate(scene.article.phrases[index].items):
            later = (index, place) > own
            if later and item.entity and item.entity.type is NameType.PERSON and item.entity is not mover.entity:
                return "other"
    return "mover"


_FEMININE = ("trice", "trices", "euse", "ienne", "iere", "ante", "ente", "ee", "effe", "onne", "eure", "ale", "ine")
_MASCULINE = ("eur", "ien", "ier", "ant", "ent", "chef", "patron", "maitre", "delegue", "associe", "charge", "adjoint")
_SHE = frozenset({"elle", "celle-ci", "-t-elle", "-elle", "mme", "mme.", "mlle"})
_HE = frozenset({"il", "celui-ci", "-t-il", "-il", "m.", "m"})


def _gender(mover: Party, post: Post, scene: Scene, out: Features) -> None:
    """Whether the post's gender is that of the mover, as pronouns and forms of address tell it."""
    she = post.head.endswith(_FEMININE)
    if post.shape not in {Shape.TITLE, Shape.AGENT} or not (she or post.head.endswith(_MASCULINE)):
        return
    said = set()
    for place in mover.places:
        row = scene.rows[place.sentence]
        said |= {row.symbol(place.chunk), row.symbol(place.chunk - 1)}
    woman, man = bool(said & _SHE), bool(said & _HE)
    if woman is not man:
        out[f"gender={'agrees' if woman is she else 'differs'}"] = None


def _readings(mover: Party, post: Post, scene: Scene, out: Features) -> None:
    """The grammar's own answer: whose post it is."""
    held = str(post.role.hold) if post.role else str(post.shape)
    if post.people:
        out[f"own-group={post.people in mover.people}"] = None
    for item in scene.readings_of(mover):
        candidate = item.candidate
        same = "none" if candidate.role is None else str(candidate.role == post.text)
        out[f"read={same}"] = out[f"kind={candidate.kind}"] = out[f"kind={candidate.kind} {held}"] = None
        sides = {candidate.destination: "destination", candidate.origin: "origin"}
        out[f"firm={sides.get(post.firm, 'other') if post.firm else 'none'} {held}"] = None
    partners = scene.partners.get(mover.entity, frozenset()) if mover.entity else frozenset()
    for person in scene.holders.get(post.text, ()):
        if person is not mover.entity:
            out["read-of-partner" if person in partners else "read-of-other"] = None
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
