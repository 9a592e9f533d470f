"""From labelled articles to samples: for every question, the features that hold and the answer that the labels give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching.article import Article
from alerts.matching.deciding import STATUSES
from alerts.matching.examples import marks, plain
from alerts.matching.features import (
    Figure,
    Scene,
    figures,
    mover_features,
    pay_features,
    post_features,
    posts,
    side_features,
    status_features,
)
from alerts.matching.judging import set_scene
from alerts.matching.parties import Party
from alerts.matching.reading import read
from mercato.model import Status
from training.labels import Row, same_amount, same_organisation, same_person, same_role, words

QUESTIONS = ("mover", "origin", "destination", "role", "pay", *(f"status-{status}" for status in STATUSES))


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer to one question: the features that hold, and whether «yes» is right."""

    question: str
    features: frozenset[str]
    right: bool
    further: bool  # of an article that tells no move, added to the labelled ones


def samples(labelled: Sequence[Path], further: Sequence[Path]) -> Iterator[Sample]:
    """The samples of all articles of the files, in order. Raises ValueError for a sealed tranche."""
    sealed = [path for path in (*labelled, *further) if path.name.startswith("sealed")]
    if sealed:
        raise ValueError(f"{sealed[0]}: a sealed tranche only measures; name other files")
    rows = [(row, False) for row in (*_rows(labelled), *example_rows(load_lexicon()))]
    rows += [(row, True) for row in _rows(further)]
    with ProcessPoolExecutor() as pool:
        for found in pool.map(article_samples, *zip(*rows, strict=True), chunksize=64):
            yield from found


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


def article_samples(row: Row, further: bool) -> list[Sample]:
    """The samples of one article, none when its mover was not found; a further one holds movers only, all wrong."""
    day = (row.get("published") or "")[:10]
    published = date.fromisoformat(day) if len(day) == 10 else None  # some labels know only the month
    article = Article(read(row["title"] or "", row["body"] or "", load_lexicon()), load_lexicon())
    scene = set_scene(article, published)
    out: list[Sample] = []
    labels = {party: None if further else label_of(party, row) for party in scene.parties.movers}
    if not further and row["flag"] and row["moves"] and not any(labels.values()):
        return []  # the mover was not found: there is nothing to learn about movers
    for party, label in labels.items():
        out.append(Sample("mover", frozenset(mover_features(party, scene)), label is not None, further))
        if label is not None:
            out.extend(_of_mover(party, label, scene))
    return out


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


def _of_mover(party: Party, label: Row, scene: Scene) -> Iterator[Sample]:
    """The samples of the questions about a mover's move."""
    for side in scene.parties.organisations:
        names = frozenset(side_features(party, side, scene))
        for slot in ("origin", "destination"):
            right = bool(label.get(slot)) and same_organisation(label[slot], side.name)
            yield Sample(slot, names, right, False)
    for post in posts(scene) if "role" in label else ():
        right = bool(label.get("role")) and same_role(label["role"], post.text)
        yield Sample("role", frozenset(post_features(party, post, scene)), right, False)
    for figure in figures(scene.article) if "amount" in label else ():
        right = bool(label.get("amount")) and same_amount(label["amount"], _amount(figure))
        yield Sample("pay", frozenset(pay_features(party, figure, scene)), right, False)
    if "status" not in label:
        return
    names = frozenset(status_features(party, scene))
    for status in STATUSES:
        yield Sample(f"status-{status}", names, Status(label["status"]) is status, False)


def _amount(figure: Figure) -> Row:
    """The figure in the words of the labels."""
    return {"min": figure.amount.min, "max": figure.amount.max, "currency": figure.amount.currency}
