"""Who stands in one row with a mover, and of which firms the text speaks around him."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.features import Scene, mover_features, side_features
from alerts.matching.features.company import company_of
from alerts.matching.judging import set_scene
from alerts.matching.parties import Party
from alerts.matching.reading import read


def scene_of(body: str, title: str = "") -> Scene:
    return set_scene(Article(read(title, body, load_lexicon()), load_lexicon()), None)


def mover(scene: Scene, name: str) -> Party:
    return next(party for party in scene.parties.movers if party.name == name)


def side(scene: Scene, name: str) -> Party:
    return next(party for party in scene.parties.organisations if party.name == name)


@pytest.mark.parametrize(
    "said",
    [
        "Doctolib engage Jeanne Roustan, cheffe des finances de Mirakl, et Luc Morvan, professeur à Lyon.",
        "Partent la directrice juridique, Jeanne Roustan, et le patron des ventes, Luc Morvan.",
        "Parmi eux figurent Jeanne Roustan, qui dirigeait les achats, ainsi que l'ingénieur Luc Morvan.",
        "Doctolib engage Jeanne Roustan et la développeuse ivoirienne Luc Morvan.",
    ],
)
def test_posts_and_relative_clauses_part_no_row(said: str) -> None:
    scene = scene_of(said)
    assert company_of(mover(scene, "Jeanne Roustan"), scene) == {mover(scene, "Luc Morvan")}
    assert company_of(mover(scene, "Luc Morvan"), scene) == {mover(scene, "Jeanne Roustan")}


@pytest.mark.parametrize(
    "said",
    [
        "Jeanne Roustan quitte Doctolib et Luc Morvan prend ses fonctions.",
        "Jeanne Roustan part ; Luc Morvan reste.",
        "Jeanne Roustan, a dit à la presse Luc Morvan, part chez Mirakl.",
        "Doctolib engage Jeanne Roustan (ancienne de Mirakl), dit Luc Morvan.",
    ],
)
def test_a_verb_ends_a_row(said: str) -> None:
    scene = scene_of(said)
    assert not company_of(mover(scene, "Luc Morvan"), scene)


def test_the_features_tell_that_those_of_the_row_move_and_where_to() -> None:
    scene = scene_of("Doctolib recrute Jeanne Roustan, cheffe des finances de Mirakl, et Luc Morvan, un professeur.")
    luc = mover(scene, "Luc Morvan")
    assert "circle=company moves" in mover_features(luc, scene)
    assert "company-read=destination" in side_features(luc, side(scene, "Doctolib"), scene).whole
    assert "company-read=destination" not in side_features(luc, side(scene, "Mirakl"), scene).whole


BEFORE = "Criteo cherche un directeur depuis un mois.\n\nGiskard mise sur un profil institutionnel."


def around(body: str, firm: str) -> set[str]:
    scene = scene_of(body)
    return set(side_features(mover(scene, "Jeanne Roustan"), side(scene, firm), scene).whole)


def test_the_firm_spoken_of_last_owns_the_post_that_a_possessive_tells() -> None:
    text = f"{BEFORE} Sa nouvelle secrétaire générale, Jeanne Roustan, a passé six ans à l'Anssi."
    assert {"first:owner other=own", "first:firm-ahead near=own", "first:opener=own"} <= around(text, "Giskard")
    assert {"first:owner other=other", "first:firm-ahead near=other"} <= around(text, "Criteo")
    assert {"first:firm-behind same=own", "first:opener=other"} <= around(text, "Anssi")


def test_paragraphs_part_the_firms() -> None:
    text = f"{BEFORE}\n\nJeanne Roustan a passé six ans à l'Anssi."
    assert {"first:firm-ahead far=own", "first:in-paragraph=False"} <= around(text, "Giskard")
    assert {"first:opener=own", "first:in-paragraph=True"} <= around(text, "Anssi")
    assert not any("owner" in name for name in around(text, "Giskard"))


def test_firms_far_above_are_not_around() -> None:
    text = f"{BEFORE} {'Le marché grandit. ' * 6}Jeanne Roustan part."
    assert not any("firm-ahead" in name for name in around(text, "Giskard"))


def paragraph(body: str, name: str) -> set[str]:
    scene = scene_of(body, "Les mouvements de la semaine")
    found = mover_features(mover(scene, name), scene)
    return {feature for feature in found if feature.startswith(("paragraph=", "last-paragraph"))}


def test_the_rank_in_a_paragraph_counts_its_people_anew() -> None:
    text = "Jeanne Roustan part de Doctolib.\n\nMirakl engage Luc Morvan. Il succède à Anne Dupin, dit Luc Morvan."
    assert paragraph(text, "Jeanne Roustan") == {"paragraph=0 of 1"}
    assert paragraph(text, "Luc Morvan") == {"paragraph=0 of 2", "last-paragraph"}
    assert paragraph(text, "Anne Dupin") == {"paragraph=1 of 2", "last-paragraph"}
