"""Five articles on one summer of hires, by the moves that a careful reader finds in them: what the archive then says.

Names, firms and figures are those of the articles that the project began with; titles and outlets are ours.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts import stories
from alerts.stories.ladder import rungs
from alerts.stories.provenance import provenance
from alerts.stories.recalls import is_recall, news
from mercato.model import Amount, Article, Group, Kind, Match, Move, Novelty, Status, Story, Voice

HUNDRED = Amount(min=100_000_000, max=100_000_000, currency="USD")
OVER_HUNDRED = replace(HUNDRED, max=None)
TWO_HUNDRED = Amount(min=200_000_000, max=200_000_000, currency="USD")
OVER_TWO_HUNDRED = replace(TWO_HUNDRED, max=None)


def move(who: str | tuple[int | None, str], origin: str | None, destination: str | None, **more: object) -> Move:
    person, group = (who, None) if isinstance(who, str) else (None, Group(count=who[0], label=who[1]))
    given = {"status": Status.CONFIRMED, "kind": Kind.HIRE, **more}
    return Move(person=person, group=group, origin=origin, destination=destination, **given)  # type: ignore[arg-type]


def item(
    name: str, day: int, title: str, cited: tuple[str, ...], *moves: Move, body: str = ""
) -> tuple[Article, Match]:
    published = datetime(2025, 7, 1, 8, tzinfo=UTC) + timedelta(days=day)
    article = Article(
        id=name,
        url=f"https://{name}.example/article",
        source=name,
        outlet=name.title(),
        title=title,
        body=body,
        published=published,
        first_seen=published + timedelta(hours=2),
    )
    return article, Match(score=5.0, moves=moves, sources_cited=cited)


ANALYSIS = item(
    "analyse", 4, "Meta met la pression sur Apple", ("Bloomberg",),
    move((None, "chercheurs seniors"), "OpenAI", "Meta"),
    move((None, "membres de l'équipe de modèles de fondation"), "Apple", "Meta", status=Status.REPORTED,
         kind=Kind.OFFER, amount=Amount(min=10_000_000, max=40_000_000, currency="USD")),
    move("Tom Gunter", "Apple", None, kind=Kind.DEPARTURE),
    move("Tom Gunter", "Apple", "Meta", status=Status.RUMOURED),
    move("Alexandr Wang", "Scale AI", "Meta"),
)  # fmt: skip
DENIAL = item(
    "dementi", 8, "Pas de prime d'arrivée, assure un transfuge", ("Bloomberg",),
    move("Ruoming Pang", "Apple", "Meta", status=Status.REPORTED, kind=Kind.POACH, amount=OVER_TWO_HUNDRED),
    move("Lucas Beyer", "OpenAI", "Meta", denied_amount=HUNDRED),
    move((3, "chercheurs seniors"), "OpenAI", "Meta"),
)  # fmt: skip
GUIDE = item(
    "guide", 10, "Apple perd son responsable des modèles", ("TechCrunch", "Bloomberg"),
    move("Ruoming Pang", "Apple", "Meta", kind=Kind.POACH, amount=OVER_TWO_HUNDRED),
    move("Alexandr Wang", "Scale AI", "Meta", background=True),
)  # fmt: skip
DUO = item(
    "duo", 17, "Deux recrues de plus pour Meta", ("Bloomberg",),
    move("Ruoming Pang", "Apple", "Meta", kind=Kind.POACH, amount=TWO_HUNDRED),
    move("Mark Lee", "Apple", "Meta"),
    move("Tom Gunter", "Apple", "Meta", amount=OVER_HUNDRED),
)  # fmt: skip
TRANSLATED = item(
    "traduction", 31, "Un quatrième expert part pour Meta", ("Power On", "Fortune"),
    move("Bowen Zhang", "Apple", "Meta", status=Status.REPORTED),
    move("Shengjia Zhao", "OpenAI", "Meta", role="scientifique en chef"),
    move("Ruoming Pang", "Apple", "Meta", kind=Kind.POACH, amount=OVER_TWO_HUNDRED, background=True),
    move("Tom Gunter", "Apple", None, kind=Kind.DEPARTURE, background=True),
    body="Un texte.\nSource : https://journal.example.vn/une-page.html",
)  # fmt: skip
ITEMS = [ANALYSIS, DENIAL, GUIDE, DUO, TRANSLATED]


def joined(items: list[tuple[Article, Match]]) -> stories.Shelf:
    shelf = stories.Shelf()
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    return shelf


def of(shelf: stories.Shelf, person: str) -> Story:
    (story,) = [story for story in shelf if person in story.people]
    return story


@pytest.fixture
def shelf() -> stories.Shelf:
    return joined(ITEMS)


def test_one_dossier_holds_every_figure_that_was_given_for_one_hire(shelf: stories.Shelf) -> None:
    pang = of(shelf, "Ruoming Pang")
    assert (pang.people, pang.origin, pang.destination) == (("Ruoming Pang",), "Apple", "Meta")
    assert [telling.article for telling in pang.tellings] == ["dementi", "guide", "duo", "traduction"]
    assert [telling.article for telling in pang.tellings if is_recall(telling)] == ["traduction"]
    given = [(move.amount, telling.article) for telling in pang.tellings for move in telling.moves]
    assert given == [
        (OVER_TWO_HUNDRED, "dementi"),
        (OVER_TWO_HUNDRED, "guide"),
        (TWO_HUNDRED, "duo"),
        (OVER_TWO_HUNDRED, "traduction"),
    ]
    figures = {(figure.amount, figure.source_cited or figure.outlet) for figure in pang.figures}
    assert figures >= {(OVER_TWO_HUNDRED, "Bloomberg"), (TWO_HUNDRED, "Bloomberg")}


def test_its_one_origin_is_the_paper_that_all_of_them_quote(shelf: stories.Shelf) -> None:
    found = provenance(of(shelf, "Ruoming Pang"))
    assert (found.original, found.independent) == ("Bloomberg", ("Bloomberg",))
    assert found.first_published.article == "dementi"


def test_a_destination_that_is_rumoured_first_is_named_once_it_is_confirmed() -> None:
    early = of(joined([ANALYSIS]), "Tom Gunter")
    assert (early.destination, early.status) == (None, Status.CONFIRMED)
    assert stories.hedged_destinations(early) == (("Meta", Status.RUMOURED),)
    late = of(joined(ITEMS), "Tom Gunter")
    assert (late.destination, late.status) == ("Meta", Status.CONFIRMED)
    alerts = [(event.novelty, event.after) for event in late.events if event.alerting]
    assert alerts == [
        (Novelty.OPENED, "Tom Gunter"),
        (Novelty.AMOUNT, "100000000.. USD total"),
        (Novelty.DESTINATION, "Meta"),
    ]


def test_a_hire_stands_while_its_bonus_is_denied(shelf: stories.Shelf) -> None:
    beyer = of(shelf, "Lucas Beyer")
    assert (beyer.destination, beyer.status) == ("Meta", Status.CONFIRMED)
    assert [(figure.amount, figure.denied) for figure in beyer.figures] == [(HUNDRED, True)]


def test_a_page_that_names_another_page_as_its_source_confirms_nothing(shelf: stories.Shelf) -> None:
    zhao = of(shelf, "Shengjia Zhao")
    assert [telling.voice for telling in zhao.tellings] == [Voice.ECHO]
    assert zhao.status is Status.REPORTED
    assert [rung.status for rung in rungs(zhao)] == [Status.REPORTED]


def test_nobody_is_taken_for_somebody_else(shelf: stories.Shelf) -> None:
    people = sorted(person for story in shelf for person in story.people)
    assert people == [
        "Alexandr Wang", "Bowen Zhang", "Lucas Beyer", "Mark Lee", "Ruoming Pang", "Shengjia Zhao", "Tom Gunter",
    ]  # fmt: skip


def test_any_order_gives_the_same_dossiers(shelf: stories.Shelf) -> None:
    def view(some: stories.Shelf) -> set[tuple[object, ...]]:
        return {(s.people, s.group, s.destination, s.status, s.figures, s.origins, s.tellings) for s in some}

    order = random.Random(5)
    for _ in range(20):
        assert view(joined(order.sample(ITEMS, len(ITEMS)))) == view(shelf)
    assert all(news(story.tellings) for story in shelf)
