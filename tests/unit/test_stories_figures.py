"""Contradictory figures side by side: whose, denied or not, what they consist of; never averaged."""

from __future__ import annotations

import random

from told_samples import an_article

from alerts import stories
from mercato.model import Amount, Article, Composition, Kind, Match, Move, Novelty, Pay, PayPart, Status, Story

TWELVE = Amount(min=12_000_000, max=12_000_000, currency="EUR")
THIRTY = Amount(min=30_000_000, max=30_000_000, currency="EUR")
SHARES = Composition(parts=(PayPart.SHARES,), multi_year=True, years=4)
WHOLE = Composition(parts=(PayPart.PACKAGE, PayPart.SHARES))
SIGNING = Composition(parts=(PayPart.SIGNING_BONUS,))


def told(
    outlet: str, hour: int, *pay: Pay, cited: tuple[str, ...] = (), moves: tuple[Move, ...] = ()
) -> tuple[Article, Match]:
    move = Move(
        person="Iris Valembois",
        origin="Nébulia",
        destination="Corvex",
        status=Status.CONFIRMED,
        kind=Kind.HIRE,
        pay=pay,
    )
    return an_article(outlet, hour), Match(score=3.0, moves=moves or (move,), sources_cited=cited)


def story_of(items: list[tuple[Article, Match]], person: str = "Iris Valembois") -> Story:
    shelf = stories.Shelf()
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    (story,) = (story for story in shelf if person in story.people)
    return story


def shown(story: Story) -> list[tuple[Amount, str, tuple[PayPart, ...], bool]]:
    return [
        (figure.amount, figure.source_cited or figure.outlet, figure.composition.parts, figure.denied)
        for figure in story.figures
    ]


ITEMS = [
    told("Gazette", 0, Pay(amount=TWELVE, composition=SHARES)),
    told("Fil", 3, Pay(amount=THIRTY, composition=WHOLE)),
    told("Hebdo", 6, Pay(amount=THIRTY, denied=True)),
]


def test_each_outlets_figure_stands_beside_the_others() -> None:
    assert shown(story_of(ITEMS)) == [
        (TWELVE, "Gazette", (PayPart.SHARES,), False),
        (THIRTY, "Fil", (PayPart.PACKAGE, PayPart.SHARES), False),
        (THIRTY, "Hebdo", (), True),
    ]


def test_a_second_figure_is_news_once_and_in_any_order_the_figures_are_the_same() -> None:
    alerts = [event.after for event in story_of(ITEMS).events if event.novelty is Novelty.AMOUNT]
    assert alerts == ["30000000..30000000 EUR total", "30000000..30000000 EUR total denied"]
    order = random.Random(3)
    for _ in range(6):
        assert shown(story_of(order.sample(ITEMS, 3))) == shown(story_of(ITEMS))


def test_a_fuller_account_of_a_sources_figure_stands_for_those_that_tell_less_of_it() -> None:
    items = [
        told("Gazette", 0, Pay(amount=THIRTY), cited=("Bloomberg",)),
        told("Fil", 3, Pay(amount=THIRTY, composition=SHARES), cited=("Bloomberg",)),
        told("Hebdo", 6, Pay(amount=THIRTY, composition=WHOLE), cited=("Bloomberg",)),
    ]
    (figure,) = story_of(items).figures
    assert (figure.article, figure.source_cited) == ("Gazette-0", "Bloomberg")
    assert figure.composition == Composition(parts=WHOLE.parts, multi_year=True, years=4)


def test_one_sources_sum_of_which_two_things_are_told_stands_twice() -> None:
    items = [
        told("Gazette", 0, Pay(amount=THIRTY, composition=SHARES), cited=("Bloomberg",)),
        told("Fil", 3, Pay(amount=THIRTY, composition=SIGNING), cited=("Bloomberg",)),
    ]
    assert [figure.composition for figure in story_of(items).figures] == [SHARES, SIGNING]


def other_news(person: str, *asides: Move) -> tuple[Move, ...]:
    own = Move(person=person, origin="Altéride", destination="Corvex", status=Status.CONFIRMED, kind=Kind.HIRE)
    return (own, *asides)


def aside(person: str, origin: str | None = None) -> Move:
    return Move(
        person=person, origin=origin, status=Status.REPORTED, kind=Kind.HIRE, background=True, aside=True,
        pay=(Pay(amount=THIRTY, composition=SIGNING),),
    )  # fmt: skip


def test_pay_told_in_passing_joins_the_dossier_of_a_known_move() -> None:
    items = [ITEMS[0], told("Fil", 48, moves=other_news("Noé Castelan", aside("Iris Valembois", "Nébulia")))]
    story = story_of(items)
    assert shown(story)[1:] == [(THIRTY, "Fil", (PayPart.SIGNING_BONUS,), False)]
    assert shown(story_of(items[::-1])) == shown(story)
    assert shown(story_of(items, "Noé Castelan")) == []


def test_pay_told_in_passing_opens_nothing() -> None:
    shelf = stories.Shelf()
    article, match = told("Fil", 0, moves=other_news("Noé Castelan", aside("Iris Valembois", "Nébulia")))
    shelf.join(article, match, article.first_seen)
    assert [story.people for story in shelf] == [("Noé Castelan",)]


def test_an_article_that_tells_the_story_of_others_may_give_the_pay_of_one_of_them() -> None:
    both = tuple(
        Move(person=name, origin="Nébulia", destination="Corvex", status=Status.CONFIRMED, kind=Kind.HIRE)
        for name in ("Iris Valembois", "Noé Castelan")
    )
    items = [told("Gazette", 0, moves=both), told("Fil", 2, moves=(both[1], aside("Iris Valembois")))]
    assert shown(story_of(items)) == [(THIRTY, "Fil", (PayPart.SIGNING_BONUS,), False)]
