"""Who is spoken of where: names, pronouns, descriptions, and lists."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching import judge
from alerts.matching.article import Article
from alerts.matching.features import possible_sides
from alerts.matching.features.scene import Scene
from alerts.matching.judging import set_scene
from alerts.matching.reading import read


def _article(body: str) -> Article:
    return Article(read("", body, load_lexicon()), load_lexicon())


def _scene(body: str) -> Scene:
    return set_scene(_article(body), None)


def _places(name: str, body: str) -> list[tuple[int, str]]:
    """Sentence and manner of every place that speaks of the party so named."""
    parties = _scene(body).parties
    party = next(party for party in (*parties.movers, *parties.organisations) if party.name == name)
    return [(place.sentence, place.how.value) for place in party.places]


@pytest.mark.parametrize(
    ("follows", "how"),
    [
        ("Elle part lundi.", "pronoun"),
        ("L'ingénieure part lundi.", "description"),
        ("Cette dernière part lundi.", "description"),
        ("La quadragénaire part lundi.", "description"),
    ],
)
def test_what_follows_may_speak_of_a_person_without_the_name(follows: str, how: str) -> None:
    body = f"Odile Marchadour dirige les ventes de Wexelia. {follows}"
    assert _places("Odile Marchadour", body) == [(0, "name"), (1, how)]


@pytest.mark.parametrize("follows", ["Ils partent lundi.", "Les deux femmes partent lundi.", "Le duo part lundi."])
def test_several_are_spoken_of_together(follows: str) -> None:
    body = f"Odile Marchadour et Alice Kerviel travaillent chez Wexelia. {follows}"
    for name in ("Odile Marchadour", "Alice Kerviel"):
        assert _places(name, body) == [(0, "name"), (1, "together")]


def test_three_are_not_two() -> None:
    body = "Odile Marchadour et Alice Kerviel travaillent chez Wexelia. Les trois femmes partent lundi."
    assert _places("Alice Kerviel", body) == [(0, "name")]


@pytest.mark.parametrize("described", ["l'éditeur", "la start-up", "la jeune pousse"])
def test_the_only_firm_may_be_described(described: str) -> None:
    body = f"Odile Marchadour travaille chez Wexelia. Elle quitte {described} lundi."
    assert _places("Wexelia", body) == [(0, "name"), (1, "description")]


def test_a_description_of_one_among_several_firms_points_to_none() -> None:
    body = "Odile Marchadour quitte Wexelia pour Darbonne. Elle dirigera les ventes de l'éditeur."
    assert (1, "description") not in _places("Wexelia", body)


def test_a_list_of_names_is_one_place() -> None:
    row = _scene("Odile Marchadour, Alice Kerviel et Julie Castaing quittent Wexelia.").rows[0]
    assert [row.listed(index) for index, symbol in enumerate(row.symbols) if symbol == "<person>"] == [(0, 4)] * 3


def test_the_older_past_is_told_from_the_past() -> None:
    row = _scene("Elle avait rejoint Wexelia. Elle a rejoint Wexelia.").rows
    assert [sentence.stems[1] for sentence in row] == ["avoir+imperfect", "avoir"]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("Ses proches restent. Odile Marchadour part.", ["Odile Marchadour"]),
        ("Septante-deux personnes restent. Odile Marchadour part.", ["Odile Marchadour"]),
        ("SES perd Odile Marchadour.", ["SES", "Odile Marchadour"]),
    ],
)
def test_a_word_that_opens_a_sentence_is_no_name(body: str, names: list[str]) -> None:
    assert [mention.entity.name for mention in _article(body).mentions] == names


def test_for_the_benefit_of_somebody_is_no_field_of_a_post() -> None:
    article = _article("Wexelia perd sa directrice technique au profit de Darbonne.")
    roles = [item.role.text for phrase in article.phrases for item in phrase.items if item.role]
    assert roles == ["directrice technique"]


@pytest.mark.parametrize(("went", "told"), [("avaient déjà quitté", False), ("quittent aussi", True)])
def test_a_crowd_that_went_before_is_no_news(went: str, told: bool) -> None:
    lead = "Odile Marchadour, directrice technique de Wexelia, rejoint Darbonne. Son départ était attendu : "
    body = f"{lead}plusieurs ingénieurs de son équipe {went} l'entreprise."
    judged = judge("Odile Marchadour quitte Wexelia pour Darbonne", body, load_lexicon())
    news = [move for move in judged.moves if not move.background]
    assert [move.person for move in news if move.person] == ["Odile Marchadour"]
    assert any(move.group for move in news) is told


@pytest.mark.parametrize(
    ("follows", "first", "second"),
    [
        ("Le premier part lundi, la seconde, mardi.", [(1, "pronoun")], [(1, "pronoun")]),
        ("L'une part lundi ; l'autre reste.", [(1, "pronoun")], [(1, "pronoun")]),
        ("La deuxième rejoint Kelnor.", [], [(1, "pronoun")]),
        ("La première citée rejoint Kelnor.", [(1, "pronoun")], []),
        ("Le premier trimestre a été bon.", [], []),
        ("La seconde fois sera la bonne.", [], []),
        ("L'autre géant se tait.", [], []),
    ],
)
def test_several_are_counted(follows: str, first: list[tuple[int, str]], second: list[tuple[int, str]]) -> None:
    body = f"Odile Marchadour et Alice Kerviel travaillent chez Wexelia. {follows}"
    assert _places("Odile Marchadour", body)[1:] == first
    assert _places("Alice Kerviel", body)[1:] == second


def test_nobody_is_the_third_of_two() -> None:
    body = "Odile Marchadour et Alice Kerviel travaillent chez Wexelia. La troisième part lundi."
    assert _places("Alice Kerviel", body) == [(0, "name")]


def test_a_counted_person_moves() -> None:
    body = (
        "Odile Marchadour et Alice Kerviel ont démissionné de Wexelia. La première rejoint Kelnor. La seconde rejoint "
        "Brastel."
    )
    judged = judge("Deux démissions chez Wexelia", body, load_lexicon())
    movers = {move.person: (move.origin, move.destination) for move in judged.moves}
    assert movers == {"Odile Marchadour": ("Wexelia", "Kelnor"), "Alice Kerviel": ("Wexelia", "Brastel")}


def test_a_firm_is_described_as_what_it_was_said_to_be() -> None:
    body = "Wexelia, un hébergeur breton, a recruté Odile Marchadour chez Kelnor. L'hébergeur se tait."
    assert _places("Wexelia", body)[-1] == (1, "description")
    assert _places("Kelnor", body) == [(0, "name")]


def test_the_firm_named_last_may_be_described_among_several() -> None:
    body = "Odile Marchadour quitte Wexelia pour Kelnor. L'entreprise se tait."
    assert _places("Kelnor", body) == [(0, "name"), (1, "latest")]


def test_a_name_that_may_be_a_firms_is_a_possible_side() -> None:
    body = "Odile Marchadour rejoint Brumal Whales, une start-up."
    scene = _scene(body)
    assert "Brumal Whales" in {side.name for side in scene.parties.organisations}
    own = next((mover for mover in scene.parties.movers if mover.name == "Brumal Whales"), None)
    assert own is None or "Brumal Whales" not in {side.name for side in possible_sides(own, scene)}
