"""Where the marks of a move's standing are looked for, and who is heard speaking."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching import judge
from alerts.matching.article import Article
from alerts.matching.features import CONFIRMED, Features, status_features
from alerts.matching.judging import set_scene
from alerts.matching.reading import read
from alerts.matching.standing import sources_cited
from mercato.model import Status


def seen(body: str, mover: str, title: str = "Du mouvement dans le logiciel") -> Features:
    """The features of the mover's status."""
    scene = set_scene(Article(read(title, body, load_lexicon()), load_lexicon()), None)
    party = next(party for party in scene.parties.movers if party.name == mover)
    return status_features(party, scene)


def test_a_conditional_is_about_the_person_in_whose_clause_it_stands() -> None:
    body = "Jeanne Roustan quitte Mirakl ; Paul Vermeulen aurait rejoint Ledger."
    assert "here:conditional" in seen(body, "Paul Vermeulen")
    assert "here:conditional" not in seen(body, "Jeanne Roustan")


def test_marks_of_a_clause_about_somebody_else_are_beside() -> None:
    body = "Jeanne Roustan rejoint Mirakl, mais Paul Vermeulen a décliné."
    assert "here:cue=stance.refuse" in seen(body, "Paul Vermeulen")
    assert "here:cue=stance.refuse" not in seen(body, "Jeanne Roustan")
    assert "beside:cue=stance.refuse" in seen(body, "Jeanne Roustan")


def test_what_is_said_of_a_list_is_said_of_each() -> None:
    body = "Jeanne Roustan et Paul Vermeulen ont décliné l'offre de Mirakl."
    assert all("here:cue=stance.refuse" in seen(body, name) for name in ("Jeanne Roustan", "Paul Vermeulen"))


def test_a_sentence_that_goes_on_about_nobody_else_is_next() -> None:
    body = "Jeanne Roustan rejoindrait Mirakl. La société dément. Paul Vermeulen est candidat chez Ledger."
    features = seen(body, "Jeanne Roustan")
    assert "next:cue=stance.deny" in features
    assert "other:cue=stance.runner" in features
    assert "next:cue=stance.runner" not in features


def test_a_source_named_before_anybody_is_above() -> None:
    features = seen("Ça bouge, d'après Les Échos. Jeanne Roustan rejoint Mirakl.", "Jeanne Roustan")
    assert any(name.startswith("above:told by <medium>") for name in features)


@pytest.mark.parametrize(
    ("body", "voice"),
    [
        ("Selon Les Échos, Jeanne Roustan rejoint Mirakl.", "told by <medium> once"),
        ("Jeanne Roustan rejoint Mirakl, rapporte un quotidien belge.", "told by press"),
        ("Jeanne Roustan rejoint Mirakl, glisse un proche.", "told by source"),
        ("Mirakl annonce avoir recruté Jeanne Roustan. Mirakl grandit.", "stance.announce by <firm>"),
        ("Jeanne Roustan rejoint Mirakl, a révélé Les Échos.", "stance.tell inserted by <medium> once"),
    ],
)
def test_who_speaks_is_heard(body: str, voice: str) -> None:
    assert f"own:{voice}" in seen(body, "Jeanne Roustan")


def test_a_negated_mark_is_another_one() -> None:
    features = seen("Jeanne Roustan rejoindrait Mirakl. La société n'a pas confirmé.", "Jeanne Roustan")
    assert "next:cue=not stance.announce" in features
    assert "next:cue=stance.announce" not in features


def test_every_form_of_a_verb_of_stance_is_a_mark() -> None:
    for said in ("s'est ravisé", "se ravisera", "tournait court", "tournerait court"):
        features = seen(f"Paul Vermeulen devait rejoindre Ledger. L'affaire {said}.", "Paul Vermeulen")
        assert "next:cue=stance.refuse" in features, said


RUMOUR = "Jeanne Roustan a rejoint Mirakl, rapporte Bloomberg."


@pytest.mark.parametrize(
    "said",
    [
        "Mirakl a confirmé son arrivée.",
        "Contacté, un porte-parole de Mirakl confirme le recrutement.",
        "Sollicitée, l'intéressée l'a confirmé.",
        "Son embauche a été confirmée par Mirakl.",
        "« C'est exact », a confirmé le directeur général.",
        "Interrogée, la société l'a confirmée.",
        "Les deux parties ont reconnu ce recrutement.",
        "Un porte-parole, Paul Vermeulen, a confirmé l'embauche.",
        "Son arrivée a été officialisée par les deux parties.",
        "Elle quitte Doctolib, selon le Figaro ; Mirakl a confirmé son arrivée.",
    ],
)
def test_what_a_party_confirms_is_confirmed(said: str) -> None:
    assert CONFIRMED in seen(f"{RUMOUR} {said}", "Jeanne Roustan")
    match = judge("", f"{RUMOUR} {said}", load_lexicon())
    assert [move.status for move in match.moves] == [Status.CONFIRMED]


@pytest.mark.parametrize(
    "said",
    [
        "Mirakl n'a pas confirmé son arrivée.",
        "Mirakl a refusé de confirmer son arrivée.",
        "Deux proches du dossier ont confirmé l'information.",
        "Le départ de la dirigeante est confirmé par Reuters.",
        "Elle est arrivée mardi, confirme Reuters.",
        "L'information a été confirmée par le quotidien.",
        "Mirakl a confirmé sa levée de fonds.",
        "La société confirme-t-elle son arrivée ? Nul ne le sait encore chez ses anciens collègues.",
        "Paul Vermeulen a confirmé son départ de Ledger.",
    ],
)
def test_what_others_say_or_nobody_does_confirms_nothing(said: str) -> None:
    assert CONFIRMED not in seen(f"{RUMOUR} {said}", "Jeanne Roustan")


@pytest.mark.parametrize("told", ["calcule Business Insider", "a calculé le quotidien américain Business Insider"])
def test_a_medium_behind_any_verb_of_its_own_tells_the_news(told: str) -> None:
    body = f"Quatorze chercheurs de Meta sont passés chez Mirakl, {told}. Parmi eux figure Jeanne Roustan."
    article = Article(read("", body, load_lexicon()), load_lexicon())
    assert sources_cited(article) == ("Business Insider",)
    assert any(cue.list == "stance.tell" for cue in article.cues[0])


def test_a_medium_that_is_no_subject_tells_nothing() -> None:
    article = Article(read("", "Elle a lu, dans Le Monde, un long portrait.", load_lexicon()), load_lexicon())
    assert not any(cue.list == "stance.tell" for cue in article.cues[0])


def test_the_members_of_a_group_are_told_on_the_word_that_the_group_is() -> None:
    group = "Quatorze chercheurs de Meta sont passés chez Mirakl, selon Bloomberg."
    named = seen(f"{group} Parmi eux figure Jeanne Roustan.", "Jeanne Roustan")
    assert any(name.startswith("group:told by <medium>") for name in named)
    beside = seen(f"{group} Jeanne Roustan dirige Ledger.", "Jeanne Roustan")
    assert not any(name.startswith("group:") for name in beside)
