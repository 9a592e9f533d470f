"""What a name names, the clause that an organisation stands in, and those who move beside a mover."""

from __future__ import annotations

from datetime import date

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.features import Scene, mover_features, pattern_features, side_features
from alerts.matching.features.naming import name_features
from alerts.matching.judging import set_scene
from alerts.matching.parties import Party
from alerts.matching.reading import read

LEXICON = load_lexicon()


def scene(title: str, body: str = "") -> Scene:
    return set_scene(Article(read(title, body, LEXICON), LEXICON), date(2026, 3, 1))


def mover(told: Scene, name: str) -> Party:
    return next(party for party in told.parties.movers if party.name == name)


def side(told: Scene, name: str) -> Party:
    return next(party for party in told.parties.organisations if party.name == name)


def seen(told: Scene, who: str, firm: str) -> set[str]:
    sight = side_features(mover(told, who), side(told, firm), told)
    return set(sight.whole).union(*sight.places)


def test_a_verb_governs_a_firm_however_many_words_lie_between() -> None:
    near = scene("", "Ana Lopes a été chipée à Wexelia.")
    far = scene("", "Ana Lopes a été chipée lundi dernier, dans la foulée, à Wexelia.")
    ties = [
        {name for name in seen(told, "Ana Lopes", "Wexelia") if name.startswith("governed=")} for told in (near, far)
    ]
    assert ties[0] == ties[1] == {"governed=chiper a", "governed=chiper a own"}


def test_what_only_looks_like_a_verb_governs_nothing() -> None:
    told = scene("", "Ana Lopes a quitté ses cadres et son premier métier à Wexelia.")
    assert "governed=quitter a own" in seen(told, "Ana Lopes", "Wexelia")
    told = scene("", "Ana Lopes quitte sa ville pour Wexelia.")
    assert "governed=quitter pour own" in seen(told, "Ana Lopes", "Wexelia")
    told = scene("", "Ana Lopes va travailler à Wexelia.")
    assert "governed=travail a own" in seen(told, "Ana Lopes", "Wexelia")


def test_a_firm_without_a_preposition_is_the_subject_of_what_it_does() -> None:
    told = scene("Wexelia vient de chiper Ana Lopes à Criteo")
    assert "subject-of=venir own" in seen(told, "Ana Lopes", "Wexelia")
    assert not any(name.startswith("subject-of=") for name in seen(told, "Ana Lopes", "Criteo"))


def test_a_verb_of_another_persons_sentence_is_told_apart() -> None:
    told = scene("Ana Lopes rejoint Criteo", "Hugo Ferrand a été chipé à Wexelia.")
    assert "governed=chiper a other" in seen(told, "Ana Lopes", "Wexelia")


def test_the_noun_before_a_preposition_is_told() -> None:
    told = scene("Ana Lopes dirigera la filiale de Wexelia")
    assert "of-noun=filiale de" in seen(told, "Ana Lopes", "Wexelia")


def test_a_name_is_known_by_all_its_places() -> None:
    body = "TOKYO, 21 mai - Wexelia recrute Ana Lopes, selon le quotidien Kabelo. Kabelo ne dit rien de son poste."
    told = scene("Wexelia recrute", body)
    names = {party.name: set(name_features(party, told)) for party in told.parties.organisations}
    assert {"name:kind=press", "name:behind=quotidien"} <= names["Kabelo"]
    assert "name:kind=press" not in names["Wexelia"]
    assert names["Kabelo"] <= seen(told, "Ana Lopes", "Kabelo")


def test_who_precedes_the_mover_ties_him_to_the_firm() -> None:
    told = scene("Ana Lopes succède à Hugo Ferrand à la tête de Wexelia")
    assert {"partner", "partner-event=destination"} <= seen(told, "Hugo Ferrand", "Wexelia")


def test_those_of_one_row_share_what_ties_one_of_them() -> None:
    told = scene("Ana Lopes et Hugo Ferrand quittent Criteo", "Hugo Ferrand, directeur technique de Wexelia, se tait.")
    assert "mate-tie=plain" in seen(told, "Ana Lopes", "Wexelia")
    assert not any(name.startswith("partner") for name in seen(told, "Ana Lopes", "Wexelia"))


def test_of_several_employers_the_last_one_is_told_apart() -> None:
    body = (
        "Ana Lopes a travaillé chez Criteo. Elle était jusqu'ici directrice technique de Qonto. Elle rejoint Wexelia."
    )
    told = scene("", body)
    assert "career=earlier" in seen(told, "Ana Lopes", "Criteo")
    assert "career=last" in seen(told, "Ana Lopes", "Qonto")
    assert "career=elsewhere" in seen(told, "Ana Lopes", "Wexelia")


def test_words_beside_a_mover_tell_which_sides_are_untold() -> None:
    told = scene("Ana Lopes part chez un concurrent", "Elle quitte Criteo.")
    ana = mover(told, "Ana Lopes")
    pattern = pattern_features(mover_features(ana, told), ana, told)
    assert {"near:near-after=concurr", "near:after1-2=part chez"} <= set(pattern)
