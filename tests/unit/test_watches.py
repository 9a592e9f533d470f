"""Which story concerns which watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import stories
from alerts.lexicon import load_lexicon
from alerts.sectors import known_sectors, sectors_of
from alerts.watches import as_heard, cannot_wait, concerns, parent_by
from mercato.model import Article, Kind, Match, Move, Source, Status, Story, Watch
from mercato.settings import SECTORS

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


def watch(*organisations: str, people: tuple[str, ...] = (), sectors: tuple[str, ...] = ()) -> Watch:
    return Watch(name="w", organisations=organisations, people=people, sectors=sectors)


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


def told_by(source: str, outlet: str, *, score: float = 5.0, role: str | None = None) -> Story:
    article = Article(id="a", url="https://presse.example/a", source=source, outlet=outlet, title="t", first_seen=NOW)
    move = replace(pang(), role=role)
    (found,) = stories.join(article, Match(score=score, moves=(move,)), [], NOW)
    return found


OUTLETS = {
    "le-fil": Source(id="le-fil", name="Le Fil", feed="https://le-fil.example/f", country="FR", language="fr"),
    "the-wire": Source(id="the-wire", name="The Wire", feed="https://the-wire.example/f", country="CA", language="en"),
}


@pytest.mark.parametrize(
    ("narrowing", "fits"),
    [
        ({"sectors": ("giants",)}, True),
        ({"sectors": ("telecoms",)}, False),
        ({"sectors": ("telecoms",), "people": ("Pang",)}, True),
        ({"roles": ("direct techn",)}, True),
        ({"roles": ("commercial", "DIRECTRICE")}, True),
        ({"roles": ("technicien",)}, False),
        ({"statuses": (Status.CONFIRMED, Status.DENIED)}, True),
        ({"statuses": (Status.RUMOURED,)}, False),
        ({"minimum_score": 5.0}, True),
        ({"minimum_score": 5.1}, False),
        ({"countries": ("BE", "FR")}, True),
        ({"countries": ("CA",)}, False),
        ({"languages": ("fr",)}, True),
        ({"languages": ("en",)}, False),
        ({"muted_outlets": ("le fil",)}, False),
        ({"muted_outlets": ("LE-FIL",)}, False),
        ({"muted_outlets": ("Autre",)}, True),
        ({"organisations": ("Apple",), "statuses": (Status.RUMOURED,)}, False),
    ],
    ids=str,
)
def test_what_narrows_a_watch_down(narrowing: dict[str, Any], fits: bool) -> None:
    found = told_by("le-fil", "Le Fil", role="directrice technique")
    assert concerns(Watch(name="w", **narrowing), found, outlets=OUTLETS) is fits


@pytest.mark.parametrize(("minimum", "told"), [(0.0, True), (0.1, False)])
def test_what_was_flagged_with_few_points_is_told_unless_a_minimum_is_set(minimum: float, told: bool) -> None:
    found = told_by("le-fil", "Le Fil", score=-0.3)
    assert concerns(Watch(name="w", minimum_score=minimum), found, outlets=OUTLETS) is told


def test_of_an_outlet_that_nobody_knows_neither_country_nor_language_is_believed() -> None:
    found = told_by("inconnu", "Inconnu")
    assert not concerns(Watch(name="w", countries=("FR",)), found, outlets=OUTLETS)
    assert concerns(Watch(name="w"), found, outlets=OUTLETS)


def test_a_muted_outlet_is_not_linked_beside_another() -> None:
    first = told_by("le-fil", "Le Fil")
    both = replace(first, tellings=(*first.tellings, *told_by("the-wire", "The Wire").tellings))
    muting = Watch(name="w", muted_outlets=("le-fil",))
    assert concerns(muting, both)
    assert [telling.outlet for telling in as_heard(muting, both).tellings] == ["The Wire"]


def test_what_cannot_wait() -> None:
    instant = Watch(name="w", instant=True)
    assert cannot_wait(instant, story(pang()))
    assert not cannot_wait(Watch(name="w"), story(pang()))
    assert not cannot_wait(instant, story(pang(status=Status.REPORTED)))
    assert cannot_wait(replace(instant, instant_status=Status.REPORTED), story(pang(status=Status.REPORTED)))
    assert not cannot_wait(replace(instant, instant_status=Status.RUMOURED), story(pang(status=Status.DENIED)))
    assert not cannot_wait(replace(instant, instant_importance=12.0), story(pang()))


def test_the_lexicon_knows_whose_units_and_brands_are_whose() -> None:
    parent = parent_by(load_lexicon())
    assert parent("WhatsApp") == parent("facebook") == "Meta"
    assert parent("Firme sans nom") == "Firme sans nom"
    assert parent("") == ""


def test_a_unit_or_a_brand_is_of_its_owner_s_sector() -> None:
    def parent(name: str) -> str:
        return {"Maison Nébulia": "OpenAI"}.get(name, name)

    assert not concerns(watch(sectors=("ai",)), story(pang("Maison Nébulia", "Corvex")))
    assert concerns(watch(sectors=("ai",)), story(pang("Maison Nébulia", "Corvex")), parent=parent)


def test_the_settings_name_the_sectors_that_there_are() -> None:
    assert known_sectors() == SECTORS
    assert sectors_of("mistral ai") == {"ai"}
    assert sectors_of("Firme sans nom") == frozenset()


def test_a_rumoured_destination_concerns_those_who_watch_it() -> None:
    departure = Move(person="Ruoming Pang", origin="Apple", status=Status.CONFIRMED, kind=Kind.DEPARTURE)
    found = story(departure, pang(status=Status.RUMOURED))
    assert found.destination is None
    assert concerns(watch("Meta"), found)
