"""Joining against a real archive: the same stories as with everything at hand, and rulings that stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts import stories as grouping
from mercato.model import Article, Judgement, Kind, Match, Move, NoMatch, Novelty, Reason, Status, Story, article_id
from scheduler import merging
from scheduler.jobs import join_batch, reshelve
from storage import articles, rulings, stories
from storage.engine import Database

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LATER = MONDAY + timedelta(days=200)
Item = tuple[Article, Match]


def item(number: int, day: int, *moves: Move, cited: str = "Bloomberg") -> Item:
    url = f"https://presse.example/{number}"
    moment = MONDAY + timedelta(days=day)
    article = Article(
        id=article_id(url), url=url, source="fil", outlet=f"Le Fil {number}", title=f"Un départ, {number}",
        published=moment, first_seen=moment + timedelta(hours=1),
    )  # fmt: skip
    return article, Match(score=3.0, moves=moves, sources_cited=(cited,))


def move(
    person: str, origin: str | None, destination: str | None, *, status: Status = Status.CONFIRMED, old: bool = False
) -> Move:
    return Move(person=person, origin=origin, destination=destination, status=status, kind=Kind.HIRE, background=old)


ITEMS = [
    item(1, 0, move("Zoé Marchand", "Nébulia", None)),
    item(2, 1, move("Marchand", "Nébulia", "Corvex", status=Status.RUMOURED)),
    item(3, 30, move("Zoé Marchand", "Nébulia", "Corvex"), move("Noé Lambert", "Corvex", "Altéride")),
    item(4, 60, move("Ana Ruiz", "Nébulia", "Altéride"), move("Zoé Marchand", "Nébulia", "Corvex", old=True)),
    item(5, 190, move("Zoé Marchand", "Corvex", "Wavelane")),
    item(6, 20, move("Z. Marchand", "Nébulia", "Corvex", status=Status.REPORTED)),
]


def store(database: Database, items: list[Item]) -> None:
    with database.writing() as tx:
        for article, match in sorted(items, key=lambda some: some[0].id):
            articles.save(tx, article)
            articles.judge(tx, article.id, "f", match, LATER)


def join(database: Database, items: list[tuple[Article, Judgement]]) -> tuple[frozenset[str], frozenset[str]]:
    with database.writing(exclusive="join") as tx:
        return join_batch(tx, items)


def content(story: Story) -> tuple[object, ...]:
    return story.people, story.origin, story.destination, story.status, story.figures, story.origins, story.tellings


def archived(database: Database) -> dict[str, Story]:
    with database.reading() as tx:
        return {story.id: story for story in stories.latest(tx, 100)}


@pytest.mark.parametrize("size", [1, 2, 6])
def test_the_archive_gives_the_same_stories_as_everything_at_hand(database: Database, size: int) -> None:
    store(database, ITEMS)
    opened = set[str]()
    for start in range(0, len(ITEMS), size):
        opened |= join(database, list(ITEMS[start : start + size]))[0]
    shelf = grouping.Shelf()
    for article, match in ITEMS:
        shelf.join(article, match, article.first_seen)
    found = archived(database)
    assert {content(story) for story in found.values()} == {content(story) for story in shelf}
    assert found.keys() <= opened
    with database.reading() as tx:
        assert not stories.is_any_unjoined(tx, "f")


def test_joining_again_changes_nothing(database: Database) -> None:
    store(database, ITEMS)
    join(database, list(ITEMS))
    before = archived(database)
    for one in ITEMS:
        assert join(database, [one]) == (frozenset(), frozenset())
    assert archived(database) == before


def test_an_article_that_tells_nothing_after_all_and_then_does_is_alerted_once(database: Database) -> None:
    store(database, ITEMS[:1])
    join(database, list(ITEMS[:1]))
    (story,) = archived(database).values()
    article, match = ITEMS[0]
    join(database, [(article, NoMatch(reason=Reason.TOO_WEAK))])
    assert archived(database) == {}
    join(database, [(article, match)])
    (again,) = archived(database).values()
    assert (again.id, [event.id for event in again.events]) == (story.id, [event.id for event in story.events])


def test_stories_of_an_older_version_are_shelved_before_the_next_joining(database: Database) -> None:
    store(database, ITEMS)
    join(database, list(ITEMS[:3]))
    with database.writing() as tx:
        stories.shelve(tx, dict.fromkeys(archived(database), ()), list(archived(database)))
    reshelve(database)
    join(database, list(ITEMS[3:]))
    assert len([story for story in archived(database).values() if "Zoé Marchand" in story.people]) == 2
    reshelve(database)


def test_a_ruling_is_kept_and_holds_for_what_comes_later(database: Database) -> None:
    store(database, ITEMS)
    join(database, list(ITEMS[:5]))
    told = [story for story in archived(database).values() if story.people == ("Zoé Marchand",)]
    early, late = (next(story for story in told if story.destination == firm) for firm in ("Corvex", "Wavelane"))
    with database.writing(exclusive="join") as tx:
        merging.merge(tx, late, early, LATER, "Zoé")
        assert len(rulings.every(tx)) == 1
    join(database, [ITEMS[5]])
    join(database, [ITEMS[4]])
    merged = [story for story in archived(database).values() if "Zoé Marchand" in story.people]
    assert len(merged) == 1
    assert {telling.article for telling in merged[0].tellings} >= {ITEMS[0][0].id, ITEMS[4][0].id, ITEMS[5][0].id}
    assert Novelty.MERGED in {event.novelty for event in merged[0].events}


def test_routes_are_the_stories_that_name_both_firms(database: Database) -> None:
    store(database, ITEMS)
    join(database, list(ITEMS))
    with database.reading() as tx:
        every = list(stories.routes(tx))
        late = list(stories.routes(tx, since=MONDAY + timedelta(days=50), until=MONDAY + timedelta(days=100)))
    assert sorted((route.origin, route.destination) for route in every) == [
        ("Corvex", "Altéride"),
        ("Corvex", "Wavelane"),
        ("Nébulia", "Altéride"),
        ("Nébulia", "Corvex"),
    ]
    assert [(route.origin, route.people) for route in late] == [("Nébulia", 1)]
