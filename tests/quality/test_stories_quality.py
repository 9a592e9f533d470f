"""How well articles are grouped into events, on invented events that several outlets tell in different words.

The moves below are what a careful reader finds in each article of stories.jsonl, with the gaps that its wording leaves;
so these floors measure the grouping alone, whatever the matcher makes of the texts.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts import stories
from mercato.model import Amount, Article, Group, Kind, Match, Move, NoMatch, Novelty, Reason, Status, Story

EVENTS = [json.loads(line) for line in Path(__file__).with_name("stories.jsonl").read_text("utf-8").splitlines()]
HIRE, POACH, APPOINT, OUT, FIRED, OFFER = (
    Kind.HIRE, Kind.POACH, Kind.APPOINT, Kind.DEPARTURE, Kind.DISMISSAL, Kind.OFFER,
)  # fmt: skip
SURE, RUMOUR, FAILED, REPORTED = Status.CONFIRMED, Status.RUMOURED, Status.FAILED, Status.REPORTED
PRICE = Amount(min=300_000_000, max=300_000_000, currency="USD")


def _move(
    who: str | tuple[int | None, str],
    origin: str | None,
    destination: str | None,
    kind: Kind = HIRE,
    status: Status = SURE,
    role: str | None = None,
    amount: Amount | None = None,
    background: bool = False,
) -> Move:
    return Move(
        person=who if isinstance(who, str) else None,
        group=None if isinstance(who, str) else Group(count=who[0], label=who[1]),
        origin=origin,
        destination=destination,
        role=role,
        status=status,
        amount=amount,
        kind=kind,
        background=background,
    )


TOLD: dict[str, list[Move]] = {
    "c01-1": [_move("Anselm Vogtländer", "Google DeepMind", "Mistral AI", role="directeur scientifique adjoint")],
    "c01-2": [_move("Anselm Vogtländer", "Google DeepMind", "Mistral AI", POACH)],
    "c01-3": [_move("Vogtländer", "DeepMind", None, OUT), _move("Anselm Vogtländer", "DeepMind", "Mistral AI", OUT)],
    "c01-4": [_move("Anselm Vogtlander", None, "Mistral AI", role="direction scientifique")],
    "c01-5": [_move("Anselm Vogtländer", "Google", "Mistral AI", status=REPORTED, role="numéro deux scientifique")],
    "c01-6": [_move("Carole Estève-Prunier", "Google", "Mistral AI", APPOINT, role="directrice juridique")],
    "c02-1": [_move("Bérangère Loiseau-Kaplan", "Doctolib", "Alan", role="directrice technique")],
    "c02-2": [_move("Bérangère Loiseau-Kaplan", "Doctolib", "Alan", role="CTO")],
    "c02-3": [_move("Bérangère Loiseau-Kaplan", "Doctolib", None, OUT)],
    "c02-4": [_move("Bérangère Loiseau-Kaplan", None, "Alan", APPOINT, role="CTO")],
    "c02-5": [
        _move("Stanislas Reboul", "Alan", "Doctolib", role="directeur médical"),
        _move((1, "responsable de l'ingénierie"), None, "Doctolib", OUT, background=True),
    ],
    "c03-1": [_move((6, "chercheurs"), "Meta", "Kyutai")],
    "c03-2": [
        _move((6, "scientifiques"), "Meta", "Kyutai"),
        _move("Lorenzo Bigazzi", "Meta", "Kyutai"),
        _move("Capucine Imbert", "Meta", "Kyutai"),
    ],
    "c03-3": [_move((6, "spécialistes de l’audio"), "Meta", "Kyutai", OUT)],
    "c03-4": [_move((2, "doctorants"), "Kyutai", "Meta"), _move("Pascal Nguema", "Kyutai", "Meta")],
    "c04-1": [_move("Thibaud Rochefontaine", "Atlantis Games", None, FIRED, role="PDG")],
    "c04-2": [_move("Thibaud Rochefontaine", "Atlantis Games", None, FIRED)],
    "c04-3": [_move("Thibaud Rochefontaine", "Atlantis Games", None, FIRED, role="président-directeur général")],
    "c04-4": [_move("Thibaud Rochefontaine", "Atlantis Games", None, OUT, role="PDG")],
    "c04-5": [_move("Thibaud Rochefontaine", "Atlantis Games", None, FIRED)],
    "c04-6": [
        _move("Esteban Lorrain", "Gameloft", "Atlantis Games", APPOINT, role="PDG"),
        _move((1, "fondateur"), "Atlantis Games", None, FIRED, background=True),
    ],
    "c05-1": [_move("Philippine Arrighi-Stone", "Criteo", "Spotify", status=RUMOUR, role="directrice financière")],
    "c05-2": [_move("Philippine Arrighi-Stone", "Criteo", "Spotify", status=RUMOUR)],
    "c05-3": [_move("Philippine Arrighi-Stone", "Criteo", "Spotify", APPOINT, role="directrice financière")],
    "c05-4": [_move("Philippine Arrighi-Stone", "Criteo", "Spotify", POACH, role="CFO")],
    "c05-5": [_move("Hector Van Daele", None, "Criteo", Kind.INTERIM, role="direction financière")],
    "c06-1": [_move("Isidore Makélélé-Ross", "Cohere", "Meta", OFFER, FAILED, amount=PRICE)],
    "c06-2": [_move("Isidore Makélélé-Ross", "Cohere", "Meta", OFFER, FAILED, amount=PRICE)],
    "c06-3": [_move("Isidore Makélélé-Ross", None, "Cohere", Kind.RETENTION)],
    "c06-4": [_move("Paulina Svensdotter", "Cohere", "Meta", POACH)],
    "c07-1": [_move("Rachel Abecassis-Thorn", "Decathlon", "SNCF", APPOINT, role="directrice des systèmes")],
    "c07-2": [_move("Rachel Abecassis-Thorn", "Decathlon", "SNCF", role="DSI")],
    "c07-4": [_move("Rachel Abecassis-Thorn", "Decathlon", "SNCF")],
    "c07-5": [
        _move("Ivo Marchesi", "Carrefour", "Decathlon", APPOINT, role="DSI"),
        _move("Rachel Abecassis-Thorn", "Decathlon", "SNCF", background=True),
    ],
}  # fmt: skip
CITED = {"c05-2": ("Dagens Industri",), "c06-1": ("Toronto Star",)}

Item = tuple[Article, Match | NoMatch]


def _item(record: Mapping[str, str]) -> Item:
    published = datetime.fromisoformat(record["published"]).replace(tzinfo=UTC)
    article = Article(
        id=record["id"],
        url=f"https://presse.example/{record['id']}",
        source=record["outlet"],
        outlet=record["outlet"],
        title=record["title"],
        body=record["body"],
        published=published,
        first_seen=published + timedelta(hours=8),
    )
    moves = TOLD.get(record["id"])
    if moves is None:
        return article, NoMatch(reason=Reason.NO_MOVER)
    return article, Match(score=3.0, moves=tuple(moves), sources_cited=CITED.get(record["id"], ()))


ITEMS: list[Item] = [_item(record) for event in EVENTS for record in event["articles"]]
TRUTH = {
    record["id"]: event["cluster"] if record["same"] else record["id"]
    for event in EVENTS
    for record in event["articles"]
}


def _b_cubed(label: Mapping[str, str]) -> float:
    """The B³ F1 of a labelling (Bagga and Baldwin 1998): precision and recall of each article's own cluster."""
    precision = recall = 0.0
    for one, event in TRUTH.items():
        mine = {other for other in TRUTH if label[other] == label[one]}
        real = {other for other in TRUTH if TRUTH[other] == event}
        precision += len(mine & real) / len(mine) / len(TRUTH)
        recall += len(mine & real) / len(real) / len(TRUTH)
    return 2 * precision * recall / (precision + recall)


def _joined(items: list[Item]) -> stories.Shelf:
    shelf = stories.Shelf()
    for article, judgement in items:
        if isinstance(judgement, Match):
            shelf.join(article, judgement, article.first_seen)
    return shelf


def _view(shelf: stories.Shelf) -> set[tuple[object, ...]]:
    """What must not depend on the order in which articles were met."""
    return {(story.people, story.group, story.origin, story.destination, story.role, story.status, story.kind,
             story.figures, story.origins, story.tellings) for story in shelf}  # fmt: skip


def _of(shelf: stories.Shelf, article: str) -> Story:
    (story,) = shelf.stories_of(article)
    return story


def test_every_event_is_one_story_and_no_near_miss_joins() -> None:
    assert _b_cubed(stories.group(ITEMS)) == pytest.approx(1.0)


@pytest.mark.slow
def test_fifty_orders_give_the_same_stories() -> None:
    expected, label = _view(_joined(ITEMS)), stories.group(ITEMS)
    order = random.Random(7)
    for _ in range(50):
        items = order.sample(ITEMS, len(ITEMS))
        assert _view(_joined(items)) == expected
        assert stories.group(items) == label


def test_meeting_every_article_twice_changes_nothing() -> None:
    shelf = _joined(ITEMS)
    for article, judgement in ITEMS:
        if isinstance(judgement, Match):
            assert shelf.join(article, judgement, article.first_seen + timedelta(days=1)) == []


def test_an_edited_title_updates_its_story_in_silence() -> None:
    shelf = _joined(ITEMS)
    before = {story.id: story for story in shelf}
    for article, judgement in ITEMS:
        if isinstance(judgement, Match):
            edited = replace(article, title=f"{article.title} (mis à jour)")
            for story in shelf.join(edited, judgement, article.first_seen + timedelta(days=1)):
                assert story.events == before[story.id].events
    assert {story.id for story in shelf} == before.keys()


def test_readers_are_told_once_of_each_event_and_once_of_each_change() -> None:
    shelf = _joined(ITEMS)
    told = {story.id: [(e.novelty, e.after) for e in story.events if e.alerting] for story in shelf}
    assert told[_of(shelf, "c01-1").id] == [(Novelty.OPENED, "Anselm Vogtländer")]
    assert told[_of(shelf, "c03-1").id] == [
        (Novelty.OPENED, "chercheurs"),
        (Novelty.PERSON, "Lorenzo Bigazzi"),
        (Novelty.PERSON, "Capucine Imbert"),
    ]
    assert told[_of(shelf, "c05-1").id] == [
        (Novelty.OPENED, "Philippine Arrighi-Stone"),
        (Novelty.STATUS, "confirmed"),
    ]
    assert told[_of(shelf, "c06-1").id] == [(Novelty.OPENED, "Isidore Makélélé-Ross")]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["cluster"])
def test_the_dossier_names_who_from_where_to_where_and_how_surely(event: dict[str, object]) -> None:
    label = event["event"]
    assert isinstance(label, dict)
    story = _of(_joined(ITEMS), f"{event['cluster']}-1")
    if label["person"]:
        assert story.people == (label["person"],)
    else:
        assert story.group is not None
        assert story.group.count == label["group"]["count"]
    assert (story.origin, story.destination, story.status) == (label["origin"], label["destination"], label["status"])
