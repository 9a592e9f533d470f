"""Who moves and who only speaks of it; whose group and whose firm a sentence means."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate
from alerts.matching.features import Scene, mover_features
from alerts.matching.judging import set_scene
from alerts.matching.reading import read

LEXICON = load_lexicon()


def scene(title: str, body: str = "") -> Scene:
    return set_scene(Article(read(title, body, LEXICON), LEXICON), date(2026, 3, 1))


def candidates(told: Scene) -> list[Candidate]:
    return [item.candidate for item in told.readings]


def seen(told: Scene, name: str) -> set[str]:
    return set(mover_features(next(party for party in told.parties.movers if party.name == name), told))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Jean Marlot a récemment affirmé que Volubis débauchait ses ingénieurs.", "tell"),
        ("Jean Marlot, le patron de Brumeo, s'étonne de ce départ.", "judge"),
        ("Le patron de Brumeo, Jean Marlot, regrette ce départ.", "judge"),
        ("« Une grande perte », a expliqué le patron de Brumeo, Jean Marlot.", "tell"),
        ("Selon Jean Marlot, Volubis recrute.", "according"),
        ("Volubis salue Jean Marlot.", ""),
        ("Jean Marlot rejoint Volubis.", ""),
    ],
)
def test_the_subject_of_a_verb_of_saying_speaks(sentence: str, kind: str) -> None:
    article = Article(read("", sentence, LEXICON), LEXICON)
    items = article.phrases[0].items
    told = {items[place].entity: saying.kind for place, saying in article.speech[0].items()}
    assert {entity.name: kind for entity, kind in told.items() if entity} == ({"Jean Marlot": kind} if kind else {})


def test_who_only_speaks_is_told_from_who_moves() -> None:
    told = scene(
        "Lise Darcourt quitte Volubis pour Kestrel",
        "« Nous lui souhaitons bon vent », a déclaré Paul Ternier, le patron de Volubis. Elle arrivera lundi.",
    )
    speaker, mover = seen(told, "Paul Ternier"), seen(told, "Lise Darcourt")
    assert {"says=tell", "says:of=us", "says-and-moves=False", "moves-in=0", "employer-loses=plain"} <= speaker
    assert not {name for name in mover if name.startswith(("says", "employer"))}
    assert "moves-in=0" not in mover


def test_a_speakers_sentence_holds_the_events_of_others() -> None:
    told = scene("", "Paul Ternier, le patron de Volubis, assure que Lise Darcourt rejoint Kestrel.")
    assert {"others-event<", "others-event<=arrive"} <= seen(told, "Paul Ternier")


def test_a_title_without_a_name_means_whom_the_article_speaks_of_before_who_speaks() -> None:
    told = scene(
        "Volubis perd son architecte au profit de Kestrel",
        "Le patron de Brumeo, Jean Marlot, a affirmé que le marché s'emballait. Lise Darcourt y dessinait les puces.",
    )
    found = [c.person.name for c in candidates(told) if c.person and c.destination]
    assert found == ["Lise Darcourt"]


def test_patrons_do_not_join_the_firms_that_they_lead() -> None:
    told = scene("", "Marc Sorel, le patron de Kestrel, voit grand. Il a été recruté par Kestrel.")
    assert not [c for c in candidates(told) if c.person and c.destination and not c.background]


def test_who_created_what_is_spoken_of_makes_no_news() -> None:
    told = scene("", "Lise Darcourt rejoint Kestrel, une société fondée par Marc Sorel.")
    assert {c.person.name: c.background for c in candidates(told) if c.person} == {
        "Lise Darcourt": False,
        "Marc Sorel": True,
    }


def test_what_a_hirer_calls_its_own_are_the_people_whom_it_wins() -> None:
    told = scene("Kestrel poursuit sa chasse aux talents", "Marc Sorel, le patron de Kestrel, investit massivement.")
    assert not [c for c in candidates(told) if c.person]


@pytest.mark.parametrize("group", ["deux nouveaux ingénieurs", "trois brillantes chercheuses"])
def test_an_adjective_may_stand_between_a_number_and_a_group(group: str) -> None:
    (found,) = candidates(scene("", f"Kestrel a débauché {group} de Volubis."))
    assert found.people is not None
    assert found.people.count in {2, 3}


def test_a_trade_in_the_plural_stands_for_nobody_who_was_named() -> None:
    told = scene("", "Marc Sorel dirige Kestrel. Les ingénieurs partent un à un de Kestrel.")
    assert not [c for c in candidates(told) if c.person]


def test_groups_of_two_firms_are_two_groups() -> None:
    told = scene(
        "Kestrel recrute à tout va",
        "Kestrel a débauché plusieurs chercheurs de Volubis. Plusieurs chercheurs de Brumeo rejoignent Halios.",
    )
    assert [p.people[0].organisation.name for p in told.parties.movers if p.people and p.people[0].organisation] == [
        "Volubis",
        "Brumeo",
    ]
    sides = {(c.origin.name, c.destination.name) for c in candidates(told) if c.origin and c.destination}
    assert sides == {("Volubis", "Kestrel"), ("Brumeo", "Halios")}


def test_a_firm_whose_former_head_moves_is_where_he_comes_from() -> None:
    told = scene("", "Kestrel a racheté la start-up Volubis, dont l'ancien PDG, Marc Sorel, rejoint Halios.")
    (tie,) = [tie for tie in told.affiliations if tie.person.name == "Marc Sorel" and tie.organisation]
    assert getattr(tie.organisation, "name", "") == "Volubis"


@pytest.mark.parametrize(
    ("sentence", "background"),
    [
        ("Il y a quelques jours, Lise Darcourt rejoignait Kestrel.", False),
        ("Hier, Lise Darcourt rejoignait Kestrel.", False),
        ("En 2009, Lise Darcourt rejoignait Kestrel.", True),
    ],
)
def test_an_imperfect_with_a_day_of_this_week_tells_news(sentence: str, background: bool) -> None:
    assert [c.background for c in candidates(scene("", sentence))] == [background]
