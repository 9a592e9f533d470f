from __future__ import annotations

from dataclasses import replace

import pytest
from storage_samples import HOUR, MINUTE, NO_MATCH, NOW, article, event, match, story, telling

from mercato.errors import StorageError
from mercato.model import Article, Claim, Judgement, Relation, Ruling, Status
from storage import articles, rulings, stories
from storage.engine import Database, Transaction

A, B = article("a"), article("b", published=NOW - 2 * HOUR)


@pytest.fixture
def _articles(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, A)
        articles.save(tx, B)


@pytest.mark.usefixtures("_articles")
def test_stories_come_back_as_they_went_in(database: Database) -> None:
    full = story("s1", [B, A])
    bare = story("s2", [], group=None, people=(), figures=(), origins=(), origin=None)
    with database.writing() as tx:
        stories.save(tx, [full, bare])
        stories.save(tx, [full, bare])
    with database.reading() as tx:
        assert stories.get(tx, "s1") == full
        assert stories.get(tx, "s2") == bare
        assert stories.get(tx, "s3") is None


@pytest.mark.usefixtures("_articles")
def test_a_story_grows(database: Database) -> None:
    young = story("s1", [A])
    grown = replace(
        young,
        status=Status.CONFIRMED,
        updated=NOW + HOUR,
        tellings=(telling(B), telling(A)),
        events=(*young.events, event("later", "s1", B, NOW + HOUR)),
    )
    with database.writing() as tx:
        stories.save(tx, [young])
        stories.save(tx, iter([grown]))
        assert stories.get(tx, "s1") == grown


@pytest.mark.usefixtures("_articles")
def test_an_article_may_belong_to_several_stories(database: Database) -> None:
    with database.writing() as tx:
        stories.save(tx, [story("s2", [A]), story("s1", [A, B])])
        assert stories.of_article(tx, A.id) == ["s1", "s2"]
        assert stories.of_article(tx, B.id) == ["s1"]
        assert stories.of_article(tx, "unknown") == []


@pytest.mark.usefixtures("_articles")
def test_stacks_find_stories_by_key_and_by_article_until_they_are_withdrawn(database: Database) -> None:
    one, other = story("s1", [A]), story("s2", [A, B])
    with database.writing() as tx:
        stories.save(tx, [one, other], {"s1": {"pang", "from apple"}, "s2": {"pang"}})
        stacks = stories.Stacks(tx)
        assert stacks.lookup({"pang", "nobody"}) == [one, other]
        assert stacks.lookup({"from apple"}) == [one]
        assert stacks.lookup(articles={B.id}) == [other]
        assert stacks.lookup({"from apple"}, {B.id}) == [one, other]
        assert stacks.named("s1") == one
        stories.save(tx, [replace(one, tellings=())])
        stacks = stories.Stacks(tx)
        assert stacks.lookup({"pang", "from apple"}) == [other]
        assert stacks.named("s1") is None
        assert stories.known(tx, ["s1", "s2", "s3"]) == {"s1", "s2"}


def test_rulings_come_back_in_the_order_in_which_they_were_made(database: Database) -> None:
    sides = {"some": (Claim(article="a", person="Zoé Pang"),), "others": (Claim(article="b", person=None),)}
    later = Ruling(id="1", at=NOW + HOUR, relation=Relation.TWO, **sides)
    earlier = Ruling(id="2", at=NOW, relation=Relation.ONE, **sides)
    with database.writing() as tx:
        rulings.add(tx, later)
        rulings.add(tx, earlier)
        rulings.add(tx, earlier)
        assert rulings.every(tx) == [earlier, later]


def test_a_story_of_unknown_articles_is_refused_whole(database: Database) -> None:
    with pytest.raises(StorageError, match=r"(?i)foreign key"), database.writing() as tx:
        stories.save(tx, [story("s1", [A])])
    with database.reading() as tx:
        assert stories.get(tx, "s1") is None


@pytest.mark.usefixtures("_articles")
def test_get_by_beginning(database: Database) -> None:
    with database.writing() as tx:
        stories.save(tx, [story("abcd01", []), story("abcd02", []), story("abce01", [])])
        assert stories.get(tx, "abce") == story("abce01", [])
        assert stories.get(tx, "abcd02") == story("abcd02", [])
        assert stories.get(tx, "abcd") is None
        assert stories.get(tx, "abc") is None


@pytest.mark.usefixtures("_articles")
def test_latest_and_counting(database: Database) -> None:
    many = [
        story(f"s{number}", [A], opened=NOW + number * MINUTE, updated=NOW + number * HOUR, events=())
        for number in range(5)
    ]
    with database.writing() as tx:
        stories.save(tx, many)
    with database.reading() as tx:
        newest = stories.latest(tx, 2)
        assert newest == [many[4], many[3]]
        assert stories.latest(tx, 9, (newest[-1].updated, newest[-1].id)) == [many[2], many[1], many[0]]
        assert stories.count_opened_before(tx, NOW + 2 * MINUTE) == 3


def unjoined(tx: Transaction, fingerprint: str) -> list[tuple[Article, Judgement]]:
    """All that wait to be joined."""
    waiting = stories.unjoined(tx, fingerprint, 500)
    assert stories.is_any_unjoined(tx, fingerprint) is bool(waiting)
    return stories.unjoined_of(tx, fingerprint, waiting)


@pytest.mark.usefixtures("_articles")
def test_matches_wait_for_the_stories_once_per_judgement(database: Database) -> None:
    other = match(score=1.0)
    with database.writing() as tx:
        articles.judge(tx, A.id, "f", match(), NOW)
        articles.judge(tx, B.id, "f", match(), NOW)
        assert unjoined(tx, "f") == [(B, match()), (A, match())]
        assert stories.unjoined(tx, "f", 1) == [B.id]
        assert unjoined(tx, "g") == []
        stories.mark_joined(tx, A.id)
        stories.mark_joined(tx, B.id)
        assert unjoined(tx, "f") == []
        articles.judge(tx, A.id, "f", match(), NOW + HOUR)
        assert unjoined(tx, "f") == [], "the same judgement again"
        articles.judge(tx, A.id, "f", other, NOW + HOUR)
        assert unjoined(tx, "f") == [(A, other)]
        articles.judge(tx, A.id, "f", NO_MATCH, NOW + HOUR)
        assert unjoined(tx, "f") == []
        articles.judge(tx, B.id, "g", match(), NOW + HOUR)
        assert unjoined(tx, "g") == [(B, match())]


@pytest.mark.usefixtures("_articles")
def test_an_article_that_proves_to_tell_nothing_leaves_its_story(database: Database) -> None:
    whole = story("s1", [A, B], opened=NOW, updated=NOW)
    with database.writing() as tx:
        stories.save(tx, [whole])
        articles.judge(tx, A.id, "f", NO_MATCH, NOW)
        assert unjoined(tx, "f") == [(A, NO_MATCH)]
        left = replace(whole, tellings=whole.tellings[1:])
        stories.save(tx, [left])
        assert stories.get(tx, "s1") == left
        withdrawn = replace(left, tellings=())
        stories.save(tx, [withdrawn])
        assert stories.get(tx, "s1") == withdrawn
        assert stories.latest(tx, 9) == []
        assert stories.count_opened_before(tx, NOW) == 0
