"""Merging and splitting on the review page: the stories obey as they obey the terminal, and go on obeying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from review_site import NOW, served, settings

from mercato.model import Article, Judgement, Kind, Match, Move, Novelty, Status, Story, Verdict, article_id
from scheduler import backup
from scheduler.jobs import Newsroom, join_batch
from storage import articles, rulings, stories, verdicts

OURS = {"Sec-Fetch-Site": "same-origin"}


def telling(number: int, person: str, destination: str) -> tuple[Article, Match]:
    url = f"https://presse.example/{number}"
    moment = NOW - timedelta(days=9 - number)
    article = Article(
        id=article_id(url), url=url, source="fil", outlet=f"Le Fil {number}", title=f"Une arrivée, {number}",
        published=moment, first_seen=moment,
    )  # fmt: skip
    move = Move(
        person=person, origin="Nébulia", destination=destination, status=Status.CONFIRMED, kind=Kind.HIRE
    )  # fmt: skip
    return article, Match(score=3.0, moves=(move,))


ITEMS = [
    telling(1, "Zoé Marchand", "Corvex"),
    telling(2, "Z. Marchand", "Corvex"),
    telling(3, "Ana Duprat", "Corvex"),
]


def join(news: Newsroom, items: list[tuple[Article, Judgement]], by: str = "f") -> None:
    with news.database.writing(exclusive="join") as tx:
        for article, judgement in sorted(items, key=lambda item: item[0].id):
            articles.save(tx, article)
            articles.judge(tx, article.id, by, judgement, NOW)
        join_batch(tx, items)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Newsroom, httpx.Client]]:
    with served(settings(tmp_path)) as (news, address), httpx.Client(base_url=address, timeout=30) as client:
        join(news, list(ITEMS))
        yield news, client


def told(news: Newsroom) -> dict[str, Story]:
    with news.database.reading() as tx:
        return {story.id: story for story in stories.latest(tx, 10)}


def tellings(news: Newsroom) -> set[frozenset[str]]:
    return {frozenset(each.outlet[-1] for each in story.tellings) for story in told(news).values()}


def of(news: Newsroom, number: int) -> str:
    return next(story.id for story in told(news).values() if f"Le Fil {number}" in {t.outlet for t in story.tellings})


def act(client: httpx.Client, story: str, act: str, value: str = "") -> int:
    fields = {"act": act, "value": value, "next": "/"}
    return client.post(f"/stories/{story}/rulings", data=fields, headers=OURS).status_code


APART = {frozenset("12"), frozenset("3")}


@pytest.mark.parametrize("undo", ["/stories/{story}/rulings", "/undo"])
def test_a_merge_reaches_the_stories_and_undo_withdraws_it(site: tuple[Newsroom, httpx.Client], undo: str) -> None:
    news, client = site
    before = told(news)
    assert tellings(news) == APART
    kept, gone = of(news, 1), of(news, 3)
    assert act(client, gone, "merge", kept) == 303
    assert tellings(news) == {frozenset("123")}
    assert of(news, 3) == kept
    join(news, list(ITEMS))
    assert tellings(news) == {frozenset("123")}
    assert "fusionnée" in client.get(f"/stories/{gone}").text
    fields = {"act": "undo", "next": "/"}
    assert client.post(undo.format(story=kept), data=fields, headers=OURS).status_code == 303
    assert tellings(news) == APART
    after = told(news)
    assert after.keys() == before.keys()
    assert {e.id for s in after.values() for e in s.events if e.alerting} == {
        e.id for s in before.values() for e in s.events if e.alerting
    }
    join(news, list(ITEMS))
    assert tellings(news) == APART
    with news.database.reading() as tx:
        assert rulings.every(tx) == []


def test_a_story_that_was_merged_away_undoes_its_merge(site: tuple[Newsroom, httpx.Client]) -> None:
    news, client = site
    kept, gone = of(news, 3), of(news, 1)
    assert act(client, gone, "merge", f"https://mercato.example/stories/{kept}") == 303
    assert of(news, 1) == kept
    assert act(client, gone, "undo") == 303
    assert (of(news, 1), of(news, 3)) == (gone, kept)
    with news.database.reading() as tx:
        assert verdicts.standing(tx, gone).merged_into is None


def test_an_article_taken_out_stays_out_until_that_is_undone(site: tuple[Newsroom, httpx.Client]) -> None:
    news, client = site
    story = of(news, 1)
    assert act(client, story, "split", ITEMS[1][0].id) == 303
    assert tellings(news) == {frozenset("1"), frozenset("2"), frozenset("3")}
    join(news, list(ITEMS))
    assert tellings(news) == {frozenset("1"), frozenset("2"), frozenset("3")}
    parted = told(news)[of(news, 2)]
    assert [event.novelty for event in parted.events] == [Novelty.SPLIT]
    assert act(client, story, "undo") == 303
    assert tellings(news) == APART


def test_verdicts_outlive_another_matcher_a_merge_and_a_restore(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with served(chosen) as (news, address), httpx.Client(base_url=address, timeout=30) as client:
        join(news, list(ITEMS))
        kept, gone = of(news, 1), of(news, 3)
        assert act(client, kept, "keep") == 303
        assert act(client, gone, "merge", kept) == 303
        before = standings(news, kept, gone)
        assert (before[0].verdict, before[1].merged_into) == (Verdict.KEEP, kept)
        made = backup.create(chosen, news.database, NOW)
        assert act(client, kept, "mute") == 303
        assert standings(news, kept, gone) != before
    backup.restore(chosen, made, lambda: NOW)
    with served(chosen) as (news, address), httpx.Client(base_url=address, timeout=30) as client:
        assert (standings(news, kept, gone), tellings(news)) == (before, {frozenset("123")})
        join(news, list(ITEMS), by="another matcher")
        assert (standings(news, kept, gone), tellings(news)) == (before, {frozenset("123")})
        assert kept in client.get("/archive?verdict=keep").text


def standings(news: Newsroom, *names: str) -> list[verdicts.Standing]:
    with news.database.reading() as tx:
        return [verdicts.standing(tx, name) for name in names]


def test_what_makes_no_sense_is_refused_and_changes_nothing(site: tuple[Newsroom, httpx.Client]) -> None:
    news, client = site
    only, other = of(news, 3), of(news, 1)
    assert act(client, only, "merge", only) == 400
    assert act(client, only, "split", ITEMS[2][0].id) == 400
    assert act(client, other, "split", ITEMS[2][0].id) == 400
    assert tellings(news) == APART
    with news.database.reading() as tx:
        assert rulings.every(tx) == []
