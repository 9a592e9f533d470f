"""Which story concerns which watch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts import stories
from alerts.watches import concerns
from mercato.model import Article, Kind, Match, Move, Status, Story, Watch

NOW = datetime(2026, 3, 18, tzinfo=UTC)
PARENTS = {"fair": "Meta", "facebook": "Meta", "whatsapp": "Meta"}


def parent(name: str) -> str:
    return PARENTS.get(name.casefold(), name)


def story(*moves: Move) -> Story:
    article = Article(id="a", url="https://presse.example/a", source="s", outlet="S", title="t", first_seen=NOW)
    (found,) = stories.join(article, Match(score=1.0, moves=moves), [], NOW)
    return found


def pang(origin: str | None = "Apple", destination: str | None = "Meta", status: Status = Status.CONFIRMED) -> Move:
    return Move(person="Ruoming Pang", origin=origin, destination=destination, status=status, kind=Kind.HIRE)


def watch(*organisations: str, people: tuple[str, ...] = ()) -> Watch:
    return Watch(name="w", organisations=organisations, people=people)


def test_an_empty_watch_wants_everything() -> None:
    assert concerns(watch(), story(pang(None, None)))


@pytest.mark.parametrize("wanted", ["Apple", "meta", "la Meta", "Mistral AI, Apple"])
def test_either_side_counts_in_any_spelling(wanted: str) -> None:
    assert concerns(watch(*wanted.split(", ")), story(pang()))


def test_other_organisations_do_not() -> None:
    assert not concerns(watch("Google", "Met", "App"), story(pang()))
    assert not concerns(watch("Google"), story(pang(None, None)))


def test_a_parent_watches_the_parts_that_carry_its_name_and_not_conversely() -> None:
    assert concerns(watch("Google"), story(pang("Google DeepMind")))
    assert not concerns(watch("Google DeepMind"), story(pang("Google")))


def test_other_units_and_aliases_go_through_the_given_knowledge() -> None:
    assert not concerns(watch("Meta"), story(pang("Apple", "WhatsApp")))
    assert concerns(watch("Meta"), story(pang("Apple", "WhatsApp")), parent=parent)
    assert concerns(watch("Facebook"), story(pang("Apple", "Meta")), parent=parent)


@pytest.mark.parametrize("wanted", ["Ruoming Pang", "PANG Ruoming", "R. Pang", "Pang"])
def test_people_count_in_any_spelling(wanted: str) -> None:
    assert concerns(watch(people=(wanted,)), story(pang()))
    assert concerns(watch("Google", people=(wanted,)), story(pang()))


def test_other_people_do_not() -> None:
    assert not concerns(watch(people=("Wei Pang",)), story(pang()))


def test_a_rumoured_destination_concerns_those_who_watch_it() -> None:
    departure = Move(person="Ruoming Pang", origin="Apple", status=Status.CONFIRMED, kind=Kind.DEPARTURE)
    found = story(departure, pang(status=Status.RUMOURED))
    assert found.destination is None
    assert concerns(watch("Meta"), found)
