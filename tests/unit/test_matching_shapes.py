"""Who moves where when a part of a firm stands for it, a post began just now, or members stand apart."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.lexicon import NameType, load_lexicon
from alerts.matching.affiliations import find_affiliations
from alerts.matching.article import Article
from alerts.matching.assignment import assign
from alerts.matching.names import find_names
from alerts.matching.reading import read

LEXICON = load_lexicon()
Told = tuple[str | int | None, str | None, str | None]


def told(body: str, title: str = "") -> set[Told]:
    """Who moves, from where, to where; a group by its number."""
    article = Article(read(title, body, LEXICON), LEXICON)
    return {
        (
            move.person.name if move.person else move.people.count if move.people else None,
            move.origin.name if move.origin else None,
            move.destination.name if move.destination else None,
        )
        for move in assign(article, find_affiliations(article), date(2026, 3, 4))
        if not move.background
    }


def persons(text: str) -> set[str]:
    reading = read("Un titre", text, LEXICON)
    found = find_names(reading.sentences, reading.text, LEXICON)
    return {mention.entity.name for mention in found if mention.entity.type is NameType.PERSON}


@pytest.mark.parametrize(
    "clause",
    [
        "Jolanda Ughetto rejoindra son comité de direction lundi.",
        "Jolanda Ughetto dirigera la toute nouvelle division automobile.",
        "Le groupe confirme mardi l'arrivée dans ses murs de Jolanda Ughetto.",
    ],
)
def test_a_part_of_the_firm_stands_for_the_firm(clause: str) -> None:
    assert told(f"Datadog s'agrandit. {clause}") == {("Jolanda Ughetto", None, "Datadog")}


def test_the_speaker_s_own_activities_are_those_of_his_firm() -> None:
    body = "« Jolanda Ughetto dirigera nos activités en Chine », dit Jacopo Urbani, président de Datadog."
    assert ("Jolanda Ughetto", None, "Datadog") in told(body)


@pytest.mark.parametrize(
    "body",
    [
        "Jolanda Ughetto dirige désormais les opérations de Datadog.",
        "Depuis lundi, Jolanda Ughetto dirige Datadog.",
        "Jolanda Ughetto est depuis hier directrice des ventes de Datadog.",
    ],
)
def test_a_present_that_began_just_now_announces_a_post(body: str) -> None:
    assert told(body) == {("Jolanda Ughetto", None, "Datadog")}


@pytest.mark.parametrize(
    "body",
    [
        "Jolanda Ughetto dirige Datadog depuis 2019.",
        "Le jury salue Jolanda Ughetto, qui dirige désormais Datadog.",
        "Jolanda Ughetto dirige Datadog.",
    ],
)
def test_a_present_that_lasts_tells_nothing_new(body: str) -> None:
    assert told(body) == set()


def test_a_departure_told_behind_an_arrival_belongs_to_it() -> None:
    assert told("Jolanda Ughetto a rejoint Datadog, après avoir quitté Criteo.") == {
        ("Jolanda Ughetto", "Criteo", "Datadog")
    }


def test_these_last_ones_are_the_group_told_last() -> None:
    assert told("Neuf ingénieurs, un même lundi. Ces derniers ont quitté Datadog.") == {(9, "Datadog", None)}


def test_members_may_stand_apart_from_their_group() -> None:
    body = "Datadog a recruté six analystes pour son bureau de Lyon, dont Jolanda Ughetto et Jacopo Urbani."
    assert {("Jolanda Ughetto", None, "Datadog"), ("Jacopo Urbani", None, "Datadog")} <= told(body)


def test_whom_a_relative_clause_speaks_of_is_no_member() -> None:
    body = "Datadog a recruté six analystes pour son bureau de Lyon, dont Jolanda Ughetto aime la vue."
    assert not [who for who, _, _ in told(body) if who == "Jolanda Ughetto"]


def test_an_opening_adjective_is_said_of_who_stands_behind_its_comma() -> None:
    body = "Annoncés partants pour Criteo, les quatorze consultants de Datadog n'ont pas bougé."
    assert told(body) == {(14, "Datadog", "Criteo")}


def test_some_of_a_trade_are_a_group() -> None:
    article = Article(read("", "Plusieurs animateurs de Criteo ont été engagés par Datadog.", LEXICON), LEXICON)
    (move,) = assign(article, find_affiliations(article), None)
    assert move.people is not None
    assert move.people.label == "animateurs"


def test_a_decree_may_part_a_verb_from_its_fixed_words() -> None:
    assert told("Jolanda Ughetto est portée par décret à la tête de Datadog.") == {("Jolanda Ughetto", None, "Datadog")}


def test_a_dateline_does_not_hide_the_firm_of_a_line_of_appointments() -> None:
    assert ("Jolanda Ughetto", None, "Datadog") in told("PARIS – Datadog : Jolanda Ughetto directrice générale")


def test_a_department_is_no_way_to_a_firm() -> None:
    assert told("Le retour de Jolanda Ughetto à la direction commerciale de Datadog est acquis.") == {
        ("Jolanda Ughetto", None, "Datadog")
    }


def test_an_offer_may_be_turned_down_by_people_whose_firm_alone_is_named() -> None:
    assert told("Quinze techniciens de Datadog ont décliné l'offre qui leur était faite.") == {(15, "Datadog", None)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jusqu'ici directeur de Criteo, Ou Yingjie dirige Datadog.", "Ou Yingjie"),
        ("Numéro deux de Criteo, Anneke Vos a été recrutée hier.", "Anneke Vos"),
        ("L'ancien ministre danois de l'Intérieur Aksel Rosenkilde part chez Datadog.", "Aksel Rosenkilde"),
        ("Amédée de Rosnay-Villaret, trente-six ans, dirige Datadog.", "Amédée de Rosnay-Villaret"),
    ],
)
def test_small_words_and_ministries_stand_in_and_before_names(text: str, name: str) -> None:
    assert name in persons(text)


def test_a_trade_with_a_figure_is_nobody_s_name() -> None:
    assert persons("Plusieurs animateurs 3D d'Ivoryx ont été engagés par Datadog.") == set()
