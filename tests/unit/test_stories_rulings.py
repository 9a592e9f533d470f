"""Merges and splits by hand: they hold whatever is read later, and no reader is alerted by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts import stories
from mercato.model import Article, Claim, Group, Kind, Match, Move, Novelty, Ruling, Status, Story

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LATER = MONDAY + timedelta(days=9)
LAST = LATER + timedelta(days=1)
Item = tuple[Article, Match]


def tell(name: str, day: int, *moves: Move) -> Item:
    moment = MONDAY + timedelta(days=day)
    article = Article(
        id=name, url=f"https://presse.example/{name}", source=name, outlet=name, title=name, published=moment,
        first_seen=moment,
    )  # fmt: skip
    return article, Match(score=3.0, moves=moves)


def move(who: str | Group, origin: str | None = "Nébulia", destination: str | None = "Corvex") -> Move:
    person, group = (who, None) if isinstance(who, str) else (None, who)
    return Move(
        person=person, group=group, origin=origin, destination=destination, status=Status.CONFIRMED, kind=Kind.HIRE
    )


BOSS = tell("patron", 0, move(Group(label="patron de la recherche", count=1)))
NAMED = tell("nom", 1, move("Zoé Marchand", None, "Corvex"))
AGAIN = tell("encore", 2, move("Zoé Marchand"))
THIRD = tell("tiers", 3, move("Marchand"))


def joined(items: list[Item], rulings: tuple[Ruling, ...] = ()) -> stories.Shelf:
    shelf = stories.Shelf(rulings=rulings)
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    return shelf


def groups(shelf: stories.Shelf) -> set[frozenset[str]]:
    return {frozenset(telling.article for telling in story.tellings) for story in shelf}


def of(shelf: stories.Shelf, article: str) -> Story:
    (story,) = shelf.stories_of(article)
    return story


def test_a_merge_makes_one_story_and_alerts_nobody() -> None:
    shelf = joined([BOSS, NAMED])
    before = {event for story in shelf for event in story.events if event.alerting}
    changed = shelf.rule(stories.merge(of(shelf, "patron"), of(shelf, "nom"), LATER))
    assert groups(shelf) == {frozenset({"patron", "nom"})}
    (merged,) = shelf
    assert {event.id for event in merged.events if event.alerting} == {event.id for event in before}
    assert [event.after for event in merged.events if event.novelty is Novelty.MERGED] == [
        story.id for story in changed if not story.tellings
    ]


def test_a_split_parts_articles_and_alerts_nobody() -> None:
    shelf = joined([NAMED, AGAIN])
    story = of(shelf, "nom")
    shelf.rule(stories.split(story, {Claim(article="encore", person="Zoé Marchand")}, LATER))
    assert groups(shelf) == {frozenset({"nom"}), frozenset({"encore"})}
    assert of(shelf, "nom").id == story.id
    parted = of(shelf, "encore")
    assert [event.novelty for event in parted.events] == [Novelty.SPLIT]
    assert not any(event.alerting for event in parted.events)


def test_a_split_of_people_whom_one_article_names_together() -> None:
    pair = tell("duo", 0, move("Zoé Marchand"), move("Noé Lambert"))
    shelf = joined([pair])
    shelf.rule(stories.split(of(shelf, "duo"), {Claim(article="duo", person="Noé Lambert")}, LATER))
    assert {story.people for story in shelf} == {("Zoé Marchand",), ("Noé Lambert",)}


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_rulings_hold_for_articles_in_any_order(order: list[int]) -> None:
    shelf = joined([BOSS, NAMED, AGAIN])
    merge = stories.merge(of(shelf, "patron"), of(shelf, "nom"), LATER)
    items = [BOSS, NAMED, THIRD]
    assert groups(joined([items[place] for place in order], (merge,))) == {frozenset({"patron", "nom", "tiers"})}


def test_rulings_outlive_another_reading_of_the_articles() -> None:
    shelf = joined([BOSS, NAMED])
    shelf.rule(stories.merge(of(shelf, "patron"), of(shelf, "nom"), LATER))
    article, match = NAMED
    reread = replace(match, moves=(replace(match.moves[0], person="Zoe Marchand", role="CTO"),))
    shelf.join(article, reread, LAST)
    shelf.leave("patron", LAST)
    shelf.join(*BOSS, LAST)
    assert groups(shelf) == {frozenset({"patron", "nom"})}


def test_the_later_ruling_stands() -> None:
    shelf = joined([NAMED, AGAIN])
    story = of(shelf, "nom")
    split = stories.split(story, {Claim(article="encore", person="Zoé Marchand")}, LATER)
    shelf.rule(split)
    merge = stories.merge(of(shelf, "nom"), of(shelf, "encore"), LAST)
    shelf.rule(merge)
    assert groups(shelf) == {frozenset({"nom", "encore"})}
    assert groups(joined([AGAIN, NAMED], (merge, split))) == {frozenset({"nom", "encore"})}
    (again,) = shelf
    assert again.id == story.id
    identifiers = [event.id for event in again.events]
    assert len(identifiers) == len(set(identifiers))


def test_what_comes_after_a_split_joins_the_part_that_it_fits() -> None:
    shelf = joined([NAMED, AGAIN])
    shelf.rule(stories.split(of(shelf, "nom"), {Claim(article="encore", person="Zoé Marchand")}, LATER))
    shelf.join(*THIRD, LAST)
    assert len(groups(shelf)) == 2


def test_a_split_needs_two_sides() -> None:
    story = of(joined([NAMED]), "nom")
    for apart in (set[Claim](), {Claim(article="nom", person="Zoé Marchand")}):
        with pytest.raises(ValueError, match="both sides"):
            stories.split(story, apart, LATER)
