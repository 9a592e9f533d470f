"""French verb forms from the table of our own."""

from __future__ import annotations

import pytest

from alerts.lexicon.conjugation import Tense, conjugate
from alerts.lexicon.loading import load_lexicon


def forms(lemma: str, tense: Tense) -> list[str]:
    return [form for form, reading in conjugate(lemma) if reading.tense is tense]


@pytest.mark.parametrize(
    ("lemma", "present"),
    [
        ("nommer", ["nomme", "nommes", "nomme", "nommons", "nommez", "nomment"]),
        ("engager", ["engage", "engages", "engage", "engageons", "engagez", "engagent"]),
        ("remplacer", ["remplace", "remplaces", "remplace", "remplaçons", "remplacez", "remplacent"]),
        ("succéder", ["succède", "succèdes", "succède", "succédons", "succédez", "succèdent"]),
        ("intégrer", ["intègre", "intègres", "intègre", "intégrons", "intégrez", "intègrent"]),
        ("lever", ["lève", "lèves", "lève", "levons", "levez", "lèvent"]),
        ("jeter", ["jette", "jettes", "jette", "jetons", "jetez", "jettent"]),
        ("rappeler", ["rappelle", "rappelles", "rappelle", "rappelons", "rappelez", "rappellent"]),
        ("envoyer", ["envoie", "envoies", "envoie", "envoyons", "envoyez", "envoient"]),
        ("choisir", ["choisis", "choisis", "choisit", "choisissons", "choisissez", "choisissent"]),
    ],
)
def test_present(lemma: str, present: list[str]) -> None:
    assert forms(lemma, Tense.PRESENT) == present


def test_spelling_before_a_and_o() -> None:
    assert "remplaçait" in forms("remplacer", Tense.IMPERFECT)
    assert "engageait" in forms("engager", Tense.IMPERFECT)
    assert "remplaçant" in forms("remplacer", Tense.PRESENT_PARTICIPLE)


def test_future_and_conditional_open_the_mute_e() -> None:
    assert "lèvera" in forms("lever", Tense.FUTURE)
    assert "succéderait" in forms("succéder", Tense.CONDITIONAL)


def test_participles_in_all_genders_and_inclusive_writing() -> None:
    found = forms("nommer", Tense.PAST_PARTICIPLE)
    assert found == ["nommé", "nommée", "nommés", "nommées", "nommé·e", "nommé·es"]


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("rejoindra", "rejoindre"),
        ("devenue", "devenir"),
        ("séduit", "séduire"),
        ("parti", "partir"),
        ("prit", "prendre"),
        ("ouvre", "ouvrir"),
        ("ouvert", "ouvrir"),
        ("veut", "vouloir"),
        ("voudrait", "vouloir"),
        ("recueille", "recueillir"),
        ("conquiert", "conquérir"),
        ("conquis", "conquérir"),
        ("maintient", "maintenir"),
        ("maintiendra", "maintenir"),
        ("enverra", "envoyer"),
        ("renverrait", "renvoyer"),
    ],
)
def test_irregular_verbs_are_in_the_lexicon(form: str, lemma: str) -> None:
    assert lemma in {reading.lemma for reading in load_lexicon().verb_forms[form]}


@pytest.mark.parametrize("form", ["ouvrit", "ouvrissent", "vouloit", "recueillissent", "envoiera", "maintenit"])
def test_no_irregular_verb_is_read_in_forms_that_nobody_writes(form: str) -> None:
    readings = load_lexicon().verb_forms.get(form, ())
    assert [reading.tense for reading in readings if reading.tense is not Tense.SIMPLE_PAST] == []


@pytest.mark.parametrize("lemma", ["joindre", "apercevoir", "abstenir", "secourir", "couvrir", "souffrir", "requérir"])
def test_a_verb_without_rule_is_refused(lemma: str) -> None:
    with pytest.raises(ValueError, match=r"verbs\.toml"):
        list(conjugate(lemma))
