"""Leafing through the archive: filters, facets, pages, flows, and who is first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from storage_samples import HOUR, NOW, article, story

from mercato.model import Act, Article, Cause, Slot, Status, Verdict
from storage import articles, browse, review_queue, stories, verdicts
from storage.browse import Filters
from storage.engine import Database
from storage.story_index import Side

PRESS = [
    article(str(number), source=f"media-{number % 2}", outlet=f"Média {number % 2}", published=NOW - number * HOUR)
    for number in range(6)
]


@pytest.fixture
def shelf(database: Database) -> Database:
    """Six articles of two outlets; the first two tell one story, the third another."""
    one = story("s1", PRESS[:2], status=Status.CONFIRMED)
    two = story(
        "s2",
        PRESS[2:3],
        people=("Hugo Vasseur",),
        origin="Corvex",
        destination="Nébulia",
        status=Status.RUMOURED,
        figures=(),
        updated=NOW - HOUR,
    )
    with database.writing() as tx:
        for each in PRESS:
            articles.save(tx, each)
        stories.save(tx, [one, two])
        verdicts.rule(tx, one, Act.KEEP, NOW, "léa")
    return database


def found(database: Database, **filters: object) -> list[str]:
    with database.reading() as tx:
        return [hit.id for hit in browse.articles_page(tx, Filters(**filters), 10)]  # type: ignore[arg-type]


def ids(some: list[Article]) -> list[str]:
    return [each.id for each in some]


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"query": "recrue ingenieure"}, [0, 1, 2, 3, 4, 5]),
        ({"query": "baleine"}, []),
        ({"query": "!!!"}, []),
        ({"source": "media-1"}, [1, 3, 5]),
        ({"since": NOW - 2 * HOUR}, [0, 1, 2]),
        ({"until": NOW - 2 * HOUR}, [3, 4, 5]),
        ({"firm": "nebulia"}, [0, 1, 2]),
        ({"person": "hugo vasseur"}, [2]),
        ({"status": Status.RUMOURED}, [2]),
        ({"amount": True}, [0, 1]),
        ({"verdict": Verdict.KEEP}, [0, 1]),
        ({"verdict": Verdict.REJECT}, []),
        ({"query": "ingénieures", "source": "media-0", "firm": "Corvex"}, [0, 2]),
    ],
)
def test_filters(shelf: Database, filters: dict[str, object], places: list[int]) -> None:
    assert found(shelf, **filters) == ids([PRESS[place] for place in places])


def test_every_article_comes_on_one_page_and_only_one(shelf: Database) -> None:
    seen: list[str] = []
    before = None
    while True:
        with shelf.reading() as tx:
            hits = browse.articles_page(tx, Filters(), 2, before)
        if not hits:
            break
        seen += [hit.id for hit in hits]
        before = (hits[-1].told, hits[-1].id)
    assert seen == ids(PRESS)


def test_facets_count_what_the_hits_have_in_common(shelf: Database) -> None:
    with shelf.reading() as tx:
        _, facets = browse.first_page(tx, Filters(), 2, browse.source_names(tx))
    assert (facets.total, facets.more) == (6, False)
    assert [(count.name, count.hits) for count in facets.sources] == [("Média 0", 3), ("Média 1", 3)]
    assert {count.value: count.hits for count in facets.statuses} == {"confirmed": 1, "rumoured": 1}
    assert {count.name: count.hits for count in facets.firms} == {"Nébulia": 2, "Corvex": 2}


def test_stories_are_listed_by_the_same_filters(shelf: Database) -> None:
    with shelf.reading() as tx:
        assert browse.stories_page(tx, Filters(), 10) == ["s1", "s2"]
        assert browse.stories_page(tx, Filters(), 1, (NOW, "s1")) == ["s2"]
        assert browse.stories_page(tx, Filters(status=Status.RUMOURED), 10) == ["s2"]
        assert browse.stories_page(tx, Filters(query="baleine"), 10) == []
        assert browse.stories_page(tx, Filters(source="media-1"), 10) == ["s1"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"since": NOW - 1.5 * HOUR}, ["s1"]),
        ({"until": NOW - 1.5 * HOUR}, ["s2"]),
        ({"since": NOW - 1.5 * HOUR, "source": "media-0"}, ["s1"]),
        ({"since": NOW - HOUR, "source": "media-1", "until": NOW}, ["s1"]),
        ({"since": NOW - 0.5 * HOUR, "source": "media-1"}, []),
        ({"since": NOW + HOUR}, []),
    ],
)
def test_stories_of_a_period_are_those_that_its_articles_tell(
    shelf: Database, filters: dict[str, Any], expected: list[str]
) -> None:
    """However late Mercato came to know of them: an export holds what the page beside it shows."""
    with shelf.writing() as tx:
        for name in expected or ["s1"]:
            stories.save(tx, [replace(one, updated=NOW + 9 * HOUR) for one in stories.get_all(tx, [name])])
    with shelf.reading() as tx:
        assert browse.stories_page(tx, Filters(**filters), 10) == expected
        told = {one for hit in browse.articles_page(tx, Filters(**filters), 10) for one in hit.stories}
        assert told == set(expected)


@pytest.mark.parametrize(
    ("text", "sides", "expected"),
    [
        ("VASSEUR", (Side.PERSON,), ["Hugo Vasseur"]),
        ("corv", (Side.ORIGIN, Side.DESTINATION), ["Corvex"]),
        ("corv", (Side.PERSON,), []),
        ("é", (Side.ORIGIN, Side.DESTINATION), ["Corvex", "Nébulia"]),
        ("%", (Side.PERSON,), []),
        ("", (Side.PERSON,), []),
    ],
)
def test_names_are_found_by_a_part_of_them(
    shelf: Database, text: str, sides: tuple[Side, ...], expected: list[str]
) -> None:
    with shelf.reading() as tx:
        assert browse.names_like(tx, text, 5, *sides) == expected


def test_the_queue_can_be_walked_both_ways(shelf: Database) -> None:
    with shelf.writing() as tx:
        verdicts.undo(tx, "s1", NOW, "léa")
    with shelf.reading() as tx:
        assert [name for name, _ in review_queue.waiting(tx, 5)] == ["s1", "s2"]
        assert [name for name, _ in review_queue.waiting(tx, 5, before=(NOW, "s1"))] == ["s2"]
        assert [name for name, _ in review_queue.waiting(tx, 5, after=(NOW - HOUR, "s2"))] == ["s1"]


def test_flows_months_and_speed_leave_out_what_did_not_happen(shelf: Database) -> None:
    span = (NOW - timedelta(days=2), NOW + timedelta(days=2))
    with shelf.reading() as tx:
        found = browse.moves(tx, *span)
        assert [move[:4] for move in found] == [
            ("s1", "2026-03", "Nébulia", "Corvex"),
            ("s2", "2026-03", "Corvex", "Nébulia"),
        ]
        assert [(move.people, move.status) for move in found] == [(2, Status.CONFIRMED), (1, Status.RUMOURED)]
        assert [move.story for move in browse.moves(tx, *span, sources=["media-1"])] == ["s1"]
        assert browse.moves(tx, NOW + timedelta(days=1), span[1]) == []
        first = browse.speeds(tx, ["s1", "s2"])[0]
        assert (first.outlet, first.first, first.shared, first.told) == ("Média 0", 1, 1, 2)
        assert [speed.source for speed in browse.speeds(tx, ["s1", "s2"], sources=["media-1"])] == ["media-1"]
        assert browse.speeds(tx, ["s2"])[0].told == 1
    with shelf.writing() as tx:
        second = stories.get_all(tx, ["s2"])[0]
        verdicts.rule(tx, second, Act.REJECT, NOW, "léa", cause=Cause.NOT_A_MOVE)
    with shelf.reading() as tx:
        assert [move.story for move in browse.moves(tx, *span)] == ["s1"]
        assert [(route.origin, route.destination) for route in stories.routes(tx)] == [("Nébulia", "Corvex")]


def test_flows_are_counted_as_people_corrected_the_stories(shelf: Database) -> None:
    span = (NOW - timedelta(days=2), NOW + timedelta(days=2))

    def correct(story: str, slot: Slot, value: str) -> None:
        with shelf.writing() as tx:
            (found,) = stories.get_all(tx, [story])
            verdicts.rule(tx, found, Act.CORRECT, NOW, "léa", slot=slot, value=value)

    def counted() -> list[tuple[str, str | None, str | None, int]]:
        with shelf.reading() as tx:
            return [(move.story, move.origin, move.destination, move.people) for move in browse.moves(tx, *span)]

    with shelf.writing() as tx:
        stories.save(tx, [story("s3", PRESS[3:4], people=("Ida Cure",), status=Status.DENIED)])
    assert [name for name, *_ in counted()] == ["s1", "s2"]
    correct("s1", Slot.DESTINATION, "Altéride")
    correct("s1", Slot.WHO, "Ana Réis; Noé Brun; Zoé Cure")
    correct("s2", Slot.STATUS, "denied")
    correct("s3", Slot.STATUS, "confirmed")
    assert [each for each in counted() if each[0] == "s1"] == [("s1", "Nébulia", "Altéride", 3)]
    assert {name for name, *_ in counted()} == {"s1", "s3"}
    with shelf.reading() as tx:
        assert ("Nébulia", "Altéride", 3) in {(r.origin, r.destination, r.people) for r in stories.routes(tx)}
    correct("s1", Slot.ORIGIN, "")
    assert ("s1", None, "Altéride", 3) in counted()
    with shelf.reading() as tx:
        assert "Altéride" not in {route.destination for route in stories.routes(tx)}


def test_stories_that_share_people_or_firms_are_related(shelf: Database) -> None:
    with shelf.reading() as tx:
        assert browse.related(tx, "s1", 5) == ["s2"]


@pytest.mark.parametrize("step", [1, 7, 23])
def test_hits_are_newest_first_however_far_numbers_are_from_time(database: Database, step: int) -> None:
    # Sixty hits, of which three are wanted: those with the highest numbers are at first looked at alone. With a step of
    # one they are the newest; with the others the order of time jumps about among the numbers.
    kept = [article(f"n{place}", title="Corvex", published=NOW - place * step % 61 * HOUR) for place in range(60)]
    with database.writing() as tx:
        for each in reversed(kept):
            articles.save(tx, each)
    expected = [each.id for each in sorted(kept, key=lambda one: (one.told, one.id), reverse=True)]
    found: list[str] = []
    before: browse.Place | None = None
    with database.reading() as tx:
        while page := browse.articles_page(tx, Filters(query="corvex"), 3, before):
            found += [hit.id for hit in page]
            before = (page[-1].told, page[-1].id)
    assert found == expected
