"""Who follows whom and who takes whose post, where the other is not named beside."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.features import Scene, mover_features, side_features
from alerts.matching.judging import set_scene
from alerts.matching.parties import Party
from alerts.matching.reading import read

NEWS = "Jeanne Roustan quitte Doctolib pour Mirakl."


def scene_of(body: str, title: str = "") -> Scene:
    return set_scene(Article(read(title, body, load_lexicon()), load_lexicon()), None)


def circle(body: str) -> set[tuple[str, str, str]]:
    """Relation, whose, and to whom, by name."""
    scene = scene_of(body)
    return {
        (who, party.name, other.name)
        for party in scene.parties.movers
        for who, others in scene.circles.of(party)
        for other in others
        if party.named
    }


@pytest.mark.parametrize(
    "said",
    [
        "Deux de ses lieutenants, Luc Morvan et Anne Dupin, l'accompagnent.",
        "Trois collègues lui emboîtent le pas, dont Luc Morvan et Anne Dupin.",
        "Luc Morvan et Anne Dupin l'ont déjà suivie.",
        "Avec elle partent Luc Morvan et Anne Dupin.",
        "L'ont précédée Luc Morvan et Anne Dupin.",
        "Elle sera secondée par Luc Morvan et Anne Dupin.",
        "Elle emmène dans ses valises Luc Morvan et Anne Dupin.",
    ],
)
def test_whoever_follows_has_a_leader(said: str) -> None:
    followers = {tie for tie in circle(f"{NEWS} {said}") if tie[0] == "leader"}
    assert followers == {
        ("leader", "Luc Morvan", "Jeanne Roustan"),
        ("leader", "Anne Dupin", "Jeanne Roustan"),
    }


@pytest.mark.parametrize(
    "said",
    [
        "Luc Morvan assurera l'intérim.",
        "Son poste revient à Luc Morvan, déjà directeur adjoint.",
        "L'éditeur a choisi Luc Morvan pour lui succéder.",
        "Luc Morvan, son adjoint, prend la suite.",
        "Elle sera remplacée par Luc Morvan.",
        "L'éditeur a nommé en remplacement Luc Morvan.",
        "La fonction est reprise par Luc Morvan.",
        "En attendant, Luc Morvan expédie les affaires courantes.",
    ],
)
def test_whoever_takes_a_post_relieves_the_one_told_before(said: str) -> None:
    assert circle(f"{NEWS} {said}") == {
        ("relieved", "Luc Morvan", "Jeanne Roustan"),
        ("reliever", "Jeanne Roustan", "Luc Morvan"),
    }


@pytest.mark.parametrize(
    "said",
    [
        "Six chercheurs de Doctolib, dont Luc Morvan et Anne Dupin, rejoignent Mirakl.",
        "Six chercheurs de Doctolib rejoignent Mirakl. Parmi eux figurent Luc Morvan et Anne Dupin.",
        "Deux chercheurs de Doctolib rejoignent Mirakl. Le premier, Luc Morvan, dirigera un pôle avec Anne Dupin.",
    ],
)
def test_members_belong_to_the_group_told_before(said: str) -> None:
    assert circle(said) >= {("of-group", "Luc Morvan", "chercheurs"), ("of-group", "Anne Dupin", "chercheurs")}


def test_both_in_one_sentence() -> None:
    assert ("relieved", "Luc Morvan", "Jeanne Roustan") in circle("Jeanne Roustan laisse sa place à Luc Morvan.")
    assert ("leader", "Luc Morvan", "Jeanne Roustan") in circle("Jeanne Roustan emmène avec elle Luc Morvan.")


@pytest.mark.parametrize(
    "said",
    [
        "Luc Morvan quitte ses fonctions à son tour.",
        "Luc Morvan a été démis de son poste.",
        "Luc Morvan conserve son mandat.",
        "Luc Morvan dirige Ledger.",
    ],
)
def test_a_post_of_ones_own_ties_nobody(said: str) -> None:
    assert circle(f"{NEWS} {said}") == set()


def party(scene: Scene, name: str) -> Party:
    return next(one for one in (*scene.parties.movers, *scene.parties.organisations) if one.name == name)


def test_the_sides_of_the_other_are_features_of_the_mover() -> None:
    scene = scene_of(f"{NEWS} Luc Morvan l'accompagne.")
    mover = party(scene, "Luc Morvan")
    assert "circle=leader moves" in mover_features(mover, scene)
    assert "leader-event=origin leave" in side_features(mover, party(scene, "Doctolib"), scene).whole
    assert "leader-read=destination" in side_features(mover, party(scene, "Mirakl"), scene).whole


CARNET = """Aleph Alpha.

L'ancien directeur des opérations de SAP, Gunther Ravn, est nommé coprésident du directoire.

Dataiku.

Florence Tossou prend la direction commerciale. Elle arrive de MongoDB."""


def test_a_firm_alone_on_a_line_heads_a_section() -> None:
    scene = scene_of(CARNET, "Les nominations de la semaine")
    mover = party(scene, "Florence Tossou")
    features = {
        name: side_features(mover, party(scene, name), scene).whole for name in ("Aleph Alpha", "Dataiku", "MongoDB")
    }
    assert [next(key for key in seen if key.startswith("section=")) for seen in features.values()] == [
        "section=other",
        "section=own",
        "section=none",
    ]


def test_a_label_heads_a_section_and_a_single_one_heads_none() -> None:
    scene = scene_of("Mirakl : Luc Morvan arrive.\n\nLedger : Anne Dupin part.", "Carnet")
    assert [entity.name for entity in scene.sections.values()] == ["Mirakl", "Ledger"]
    assert not scene_of("Mirakl : Luc Morvan arrive.\n\nAnne Dupin quitte Ledger.", "Carnet").sections
