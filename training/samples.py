"""From labelled articles to samples: for every question, the features that hold and the answer that the labels give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching.article import Article
from alerts.matching.deciding import STATUSES
from alerts.matching.examples import marks, plain
from alerts.matching.features import (
    TOPIC,
    Features,
    Figure,
    Scene,
    figures,
    mover_features,
    pattern_features,
    pay_features,
    possible_sides,
    post_features,
    posts,
    side_features,
    status_features,
)
from alerts.matching.gate import seen_at_a_glance
from alerts.matching.judging import set_scene
from alerts.matching.parties import Party
from alerts.matching.reading import read
from mercato.model import Status
from training.labels import Row, same_amount, same_organisation, same_person, same_role, words

QUESTIONS = ("gate", "mover", "beside", "pay", *(f"status-{status}" for status in STATUSES))
"""Those with an answer of their own; sides are chosen together, and posts from among all."""
_LONG = 1200  # characters from which an article is no short news
_GRAFT = 1600
_LENGTH_OF_PRESS = 2000
_DENSE = frozenset(f"train-{number}" for number in range(93, 133))
"""The tranches of dense articles (corpus/README.md)."""
_HEADLINES = frozenset({"train-476", "train-477"})
"""The tranches of bare headlines."""


class Source(StrEnum):
    """Where a sample's article is from."""

    LABELLED = "labelled"
    LONG = "long"  # a labelled article as long as those of the press
    DENSE = "dense"  # a labelled article in which many people and firms meet
    PLAIN = "plain"  # a headline that says its news, or an example of a frame
    GRAFTED = "grafted"  # a labelled article that goes on with the text of a further one
    FURTHER = "further"  # an article of the press that tells no move


Places = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """A mover with the organisations of its article, and which of them the labels make its origin and destination."""

    pattern: frozenset[str]
    seen: tuple[tuple[frozenset[str], Places], ...]  # of each organisation: in the whole, at its places
    origin: frozenset[int] | None  # indices of all names of the right one; empty: none is told; None: it was not seen
    destination: frozenset[int] | None
    source: Source


@dataclass(frozen=True, slots=True)
class Choice:
    """A mover with the posts that its article tells, and which of them the label accepts."""

    posts: tuple[frozenset[str], ...]
    right: frozenset[int]
    told: bool  # whether the label holds a post; it may be none of those that were seen
    source: Source


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer to one question: the features that hold, and whether «yes» is right."""

    question: str
    features: frozenset[str]
    right: bool
    source: Source


def samples(labelled: Sequence[Path], further: Sequence[Path]) -> Iterator[Sample | Sides | Choice]:
    """The samples of all articles of the files, in order. Raises ValueError for a sealed tranche."""
    sealed = [path for path in (*labelled, *further) if path.name.startswith("sealed")]
    if sealed:
        raise ValueError(f"{sealed[0]}: a sealed tranche only measures; name other files")
    own, strange = list(_rows(labelled)), list(_rows(further))
    rows = [(row, _source(row)) for row in own]
    rows += [(row, Source.PLAIN) for row in example_rows(load_lexicon())]
    rows += [(row, Source.GRAFTED) for row in grafted(own, strange)]
    rows += [(row, Source.FURTHER) for row in strange]
    with ProcessPoolExecutor() as pool:
        for found in pool.map(article_samples, *zip(*rows, strict=True), chunksize=64):
            yield from found


def _source(row: Row) -> Source:
    if row.get("tranche") in _DENSE:
        return Source.DENSE
    if row.get("tranche") in _HEADLINES:
        return Source.PLAIN
    return Source.LONG if len(row["body"] or "") > _LENGTH_OF_PRESS else Source.LABELLED


def grafted(labelled: Sequence[Row], further: Sequence[Row]) -> Iterator[Row]:
    """Every other short labelled article, followed by paragraphs of a further one.

    The labelled articles are short and say little beside their news, the press goes on: without these, the fit takes
    whatever long articles hold for a sign that they tell no move. Which goes with which hangs on the identifiers.
    """
    long = [row for row in further if len(row["body"] or "") > _LONG]
    for row in labelled:
        number = int(sha256(row["id"].encode()).hexdigest()[:8], 16)
        if long and number % 2 == 0 and len(row["body"] or "") < _LONG:
            yield {**row, "body": f"{row['body'] or ''}\n\n{_tail(long[number // 2 % len(long)]['body'])}"}


def _tail(body: str) -> str:
    """The paragraphs of a body behind its first one, up to the length of a common article."""
    kept: list[str] = []
    for paragraph in [line for line in body.split("\n") if line.strip()][1:]:
        kept.append(paragraph)
        if sum(map(len, kept)) > _GRAFT:
            break
    return "\n\n".join(kept)


def example_rows(lexicon: Lexicon) -> Iterator[Row]:
    """The examples and counter-examples of the frames as labelled articles: plain sentences, which a corpus lacks."""
    for frame in lexicon.frames:
        for text, tells in ((frame.example, True), (frame.counter, False)):
            sentence = plain(text)
            slots = dict(marks(text))
            sides = {"origin": slots.get("o"), "destination": slots.get("d")}
            moves = [{"person": name, **sides} for key, name in marks(text) if key == "m" and tells]
            if moves or not tells:
                yield {"title": sentence, "body": "", "flag": tells, "moves": moves}
                yield {"title": "", "body": sentence, "flag": tells, "moves": moves}


def _rows(paths: Sequence[Path]) -> Iterator[Row]:
    for path in paths:
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def article_samples(row: Row, source: Source) -> list[Sample | Sides | Choice]:
    """The samples of one article, none of movers when its own was not found.

    A further one holds the gate's and the movers' samples only, all wrong.
    """
    day = (row.get("published") or "")[:10]
    published = date.fromisoformat(day) if len(day) == 10 else None  # some labels know only the month
    article = Article(read(row["title"] or "", row["body"] or "", load_lexicon()), load_lexicon())
    scene = set_scene(article, published)
    out: list[Sample | Sides | Choice] = [*_at_a_glance(row, source)]
    further = source is Source.FURTHER
    labels = {party: None if further else label_of(party, row) for party in scene.parties.movers}
    if not further and row["flag"] and row["moves"] and not any(labels.values()):
        return out  # the mover was not found: there is nothing to learn about movers
    for party, label in labels.items():
        seen = mover_features(party, scene)
        out.append(Sample("mover", frozenset(seen), label is not None, source))
        if not further:
            own = frozenset(name for name in seen if not name.startswith(TOPIC))
            out.append(Sample("beside", own, label is not None, source))
        if label is not None:
            out.append(_sides(party, seen, {**label, "forms": row.get("aliases") or {}}, scene, source))
            if "role" in label:
                out.append(_choice(party, label, scene, source))
            out.extend(_of_mover(party, label, scene, source))
    return out


def _at_a_glance(row: Row, source: Source) -> Iterator[Sample]:
    """What the gate sees of an article that tells a move, or of one of the press that tells none.

    Labelled articles without a move are made to look like moves: they would teach the gate nothing about ordinary news.
    """
    further = source is Source.FURTHER
    used = further or row["flag"]
    seen = seen_at_a_glance(row["title"] or "", row["body"] or "", load_lexicon()) if used else None
    if seen is not None:
        yield Sample("gate", seen, not further, source)


def label_of(party: Party, row: Row) -> Row | None:
    """The labelled news that the party makes, if any."""
    if not row["flag"]:
        return None
    return next((move for move in row["moves"] if not move.get("background") and _same_mover(party, move)), None)


def _same_mover(party: Party, move: Row) -> bool:
    """Whether the label speaks of the party: the same person, or a group of the same size or the same words."""
    if party.entity:
        names = (move.get("person") or "", *(move.get("aliases") or ()))
        return bool(move.get("person")) and same_person(names, party.entity.name)
    group = move.get("group")
    if move.get("person") or not group:
        return False
    if party.label:
        return group.get("count") == 1 and bool(set(words(group.get("label"))) & set(words(party.label)))
    counts = {people.count for people in party.people}
    if group.get("count"):
        return group["count"] in counts
    own = set(words(group.get("label")))
    return None in counts and any(own & set(words(people.label)) for people in party.people)


def _sides(mover: Party, seen: Features, label: Row, scene: Scene, source: Source) -> Sides:
    """What is seen of every organisation beside the mover, and which ones the label names."""
    organisations = possible_sides(mover, scene)
    sights = [side_features(mover, side, scene) for side in organisations]

    def right(slot: str) -> frozenset[int] | None:
        if not label.get(slot):
            return frozenset()
        forms = (label[slot], *label["forms"].get(label[slot], ()))
        named = [k for k, side in enumerate(organisations) if any(same_organisation(form, side.name) for form in forms)]
        return frozenset(named) or None

    return Sides(
        frozenset(pattern_features(seen, mover, scene)),
        tuple((frozenset(sight.whole), tuple(map(frozenset, sight.places))) for sight in sights),
        right("origin"),
        right("destination"),
        source,
    )


def _choice(mover: Party, label: Row, scene: Scene, source: Source) -> Choice:
    """What is seen of every post of the article, and which ones the label means."""
    told = posts(scene)
    right = [k for k, post in enumerate(told) if label["role"] and same_role(label["role"], post.label)]
    features = tuple(frozenset(post_features(mover, post, scene)) for post in told)
    return Choice(features, frozenset(right), bool(label["role"]), source)


def _of_mover(party: Party, label: Row, scene: Scene, source: Source) -> Iterator[Sample]:
    """The samples of the further questions about a mover's move."""
    for figure in figures(scene.article) if "amount" in label else ():
        right = bool(label.get("amount")) and same_amount(label["amount"], _amount(figure))
        yield Sample("pay", frozenset(pay_features(party, figure, scene)), right, source)
    if "status" not in label:
        return
    names = frozenset(status_features(party, scene))
    for status in STATUSES:
        yield Sample(f"status-{status}", names, Status(label["status"]) is status, source)


def _amount(figure: Figure) -> Row:
    """The figure in the words of the labels."""
    return {"min": figure.amount.min, "max": figure.amount.max, "currency": figure.amount.currency}
