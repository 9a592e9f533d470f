"""What follows from a move: the seat left and taken, departures that belong together, flows between firms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts import stories
from alerts.stories.consequences import Link, LinkKind, SeatState, links, neighbours, seat
from alerts.stories.flows import Flow, Span, flows
from mercato.model import Article, Kind, Match, Move, Route, Status, Story

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def told(person: str, origin: str | None, destination: str | None, *, day: int = 0, article: str = "",
         kind: Kind = Kind.HIRE, status: Status = Status.CONFIRMED, role: str | None = None) -> Story:  # fmt: skip
    name, moment = article or f"{person}-{day}", MONDAY + timedelta(days=day)
    page = Article(
        id=name, url=f"https://presse.example/{day}", source="s", outlet="Le Fil", title=name, published=moment,
        first_seen=moment,
    )  # fmt: skip
    move = Move(person=person, origin=origin, destination=destination, kind=kind, status=status, role=role)
    (story,) = stories.join(page, Match(score=3.0, moves=(move,)), [], moment)
    return story


LEAVER = told("Zoé Marchand", "Nébulia", None, kind=Kind.DEPARTURE, role="directrice financière")


def kinds(story: Story, *others: Story) -> list[LinkKind]:
    return [link.kind for link in links(story, others)]


def test_a_successor_fills_the_seat() -> None:
    comer = told("Noé Lambert", "Corvex", "Nébulia", day=20, kind=Kind.APPOINT, role="directeur financier")
    assert kinds(LEAVER, comer) == [LinkKind.SUCCESSOR]
    assert kinds(comer, LEAVER) == [LinkKind.PREDECESSOR]
    left = seat(LEAVER, links(LEAVER, [comer]))
    assert left is not None
    assert (left.organisation, left.state, left.taken_by) == ("Nébulia", SeatState.FILLED, comer)


def test_an_interim_keeps_the_seat_until_somebody_takes_it() -> None:
    keeper = told("Ana Ruiz", None, "Nébulia", day=3, kind=Kind.INTERIM, role="directrice financière par intérim")
    comer = told("Noé Lambert", "Corvex", "Nébulia", day=60, role="directeur financier")
    assert kinds(LEAVER, comer, keeper) == [LinkKind.INTERIM, LinkKind.SUCCESSOR]
    assert _state(LEAVER, links(LEAVER, [keeper])) is SeatState.INTERIM
    assert _state(LEAVER, links(LEAVER, [keeper, comer])) is SeatState.FILLED
    assert _state(LEAVER, ()) is SeatState.VACANT


def _state(story: Story, linked: tuple[Link, ...]) -> SeatState | None:
    found = seat(story, linked)
    return found.state if found else None


def test_who_arrives_in_another_seat_or_another_year_succeeds_nobody() -> None:
    other_seat = told("Noé Lambert", "Corvex", "Nébulia", day=5, role="directeur juridique")
    other_year = told("Noé Lambert", "Corvex", "Nébulia", day=300, role="directeur financier")
    untold = told("Noé Lambert", "Corvex", "Nébulia", day=5)
    denied = told("Noé Lambert", "Corvex", "Nébulia", day=5, role="directeur financier", status=Status.DENIED)
    assert links(LEAVER, [other_seat, other_year, untold, denied]) == ()


def test_one_article_that_tells_both_links_them_without_a_seat() -> None:
    gone = told("Zoé Marchand", "Nébulia", "Corvex", article="a")
    come = told("Noé Lambert", None, "Nébulia", article="a", kind=Kind.APPOINT)
    assert kinds(gone, come) == [LinkKind.SUCCESSOR]


def test_who_takes_the_head_of_the_firm_in_the_article_that_tells_who_leaves_it_succeeds() -> None:
    gone = told("Zoé Marchand", "Nébulia", None, article="a", kind=Kind.DISMISSAL, role="directrice générale")
    come = told("Noé Lambert", "Corvex", "Nébulia", article="a", kind=Kind.APPOINT, role="tête")
    elsewhere = told("Ana Ruiz", "Corvex", "Nébulia", article="b", kind=Kind.APPOINT, role="tête")
    assert kinds(gone, come, elsewhere) == [LinkKind.SUCCESSOR]
    assert _state(gone, links(gone, [come])) is SeatState.FILLED


def test_a_chain_is_read_off_story_after_story() -> None:
    first = told("Zoé Marchand", "Nébulia", "Corvex", article="a")
    second = told("Noé Lambert", "Altéride", "Nébulia", article="a")
    third = told("Ana Ruiz", "Wavelane", "Altéride", article="b", day=9)
    bridge = told("Noé Lambert", "Altéride", "Nébulia", article="b", day=9)
    assert kinds(second, first) == [LinkKind.PREDECESSOR]
    assert kinds(bridge, third) == [LinkKind.SUCCESSOR]


def test_departures_to_one_firm_within_a_month_belong_together() -> None:
    one, two = told("Zoé Marchand", "Nébulia", "Corvex"), told("Noé Lambert", "Nébulia", "Corvex", day=12)
    late, elsewhere = told("Ana Ruiz", "Nébulia", "Corvex", day=50), told("Léo Blum", "Nébulia", "Altéride", day=2)
    assert kinds(one, two, late, elsewhere) == [LinkKind.TOGETHER]
    assert kinds(one, told("Zoé Marchand", "Nébulia", "Corvex", day=4)) == [], "the same person"


def test_linked_stories_lie_under_the_keys_that_are_asked_for() -> None:
    comer = told("Noé Lambert", "Corvex", "Nébulia", day=170, role="directeur financier")
    fellow = told("Ana Ruiz", "Nébulia", "Corvex", day=20)
    for other in (comer, fellow):
        assert neighbours(LEAVER) & stories.keys(other)
        assert neighbours(other) & stories.keys(LEAVER)


def route(origin: str, destination: str, *, month: int = 3, people: int = 1, status: Status = Status.CONFIRMED,
          kind: Kind = Kind.HIRE) -> Route:  # fmt: skip
    return Route(
        month=f"2026-{month:02}", origin=origin, destination=destination, people=people, status=status, kind=kind
    )


def test_flows_count_people_under_one_name_per_firm() -> None:
    found = flows(
        [
            route("Google DeepMind", "Mistral AI", people=3),
            route("DeepMind", "Mistral AI"),
            route("Mistral AI", "Google DeepMind"),
            route("Apple", "Meta", status=Status.RUMOURED),
            route("Apple", "Meta", kind=Kind.OFFER),
            route("Apple", "Apple France", kind=Kind.PROMOTION),
        ],
        Span.ALL,
    )
    assert found == [
        Flow(period="", origin="Google DeepMind", destination="Mistral AI", people=4, stories=2),
        Flow(period="", origin="Mistral AI", destination="Google DeepMind", people=1, stories=1),
    ]


def test_flows_show_a_firm_under_the_name_that_was_met_first() -> None:
    pairs = [("Orange", "Banque Nord"), ("Groupe Nord-Est", "Banque Sud"), ("Groupe Orange", "Nord-Est Télécom")]
    found = flows([route(*pair) for pair in pairs], Span.ALL)
    assert {(flow.origin, flow.destination) for flow in found} == {
        ("Orange", "Banque Nord"),
        ("Groupe Nord-Est", "Banque Sud"),
        ("Orange", "Nord-Est Télécom"),
    }


def test_flows_by_period_begin_with_the_newest() -> None:
    some = [route("Apple", "Meta", month=1), route("Apple", "Meta", month=3), route("Apple", "Meta", month=4)]
    assert [flow.period for flow in flows(some, Span.MONTH)] == ["2026-04", "2026-03", "2026-01"]
    assert [(flow.period, flow.people) for flow in flows(some, Span.QUARTER)] == [("2026-Q2", 1), ("2026-Q1", 2)]
    assert [(flow.period, flow.people) for flow in flows(some, Span.YEAR)] == [("2026", 3)]
