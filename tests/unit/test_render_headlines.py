"""Headlines as a reader would want to read them, in French and in English."""

from __future__ import annotations

import itertools

import pytest
from digest_samples import a_story
from hypothesis import given
from hypothesis import strategies as st

from alerts.french import with_a, with_article, with_chez, with_de
from alerts.grammar import Term
from alerts.phrases import GRAMMARS, headline, kind_label, novelty_label, sentence, status_label
from mercato.i18n import LANGUAGES
from mercato.model import Group, Kind, Novelty, Status, Story

FRENCH = [
    (a_story("Ruoming Pang", origin="Apple", destination="Meta"), "Ruoming Pang quitte Apple pour Meta"),
    (
        a_story("Ruoming Pang", origin="Apple", destination="Meta", status=Status.REPORTED),
        "Ruoming Pang quitte Apple pour Meta",
    ),
    (
        a_story("Ruoming Pang", origin="Apple", destination="Meta", status=Status.RUMOURED),
        "Rumeur\u00a0: Ruoming Pang quitterait Apple pour Meta",
    ),
    (
        a_story("Ruoming Pang", origin="Apple", destination="Meta", status=Status.DENIED),
        "Démenti\u00a0: Ruoming Pang ne quitterait pas Apple pour Meta",
    ),
    (
        a_story("Ruoming Pang", origin="Apple", destination="Meta", status=Status.FAILED),
        "Sans suite\u00a0: Ruoming Pang ne quitte finalement pas Apple pour Meta",
    ),
    (a_story("A. Roy", destination="Alan"), "A. Roy rejoint Alan"),
    (
        a_story("A. Roy", destination="Alan", role="Directrice technique"),
        "A. Roy rejoint Alan comme directrice technique",
    ),
    (a_story("A. Roy", destination="Alan", role="direction technique"), "A. Roy prend la direction technique d’Alan"),
    (a_story("A. Roy", origin="Atos"), "A. Roy quitte Atos"),
    (a_story("A. Roy"), "A. Roy change d’employeur"),
    (a_story("A. Roy", kind=Kind.DEPARTURE, origin="Google DeepMind"), "A. Roy quitte Google DeepMind"),
    (
        a_story("A. Roy", kind=Kind.DEPARTURE, origin="X", status=Status.RUMOURED),
        "Rumeur\u00a0: A. Roy quitterait X",
    ),
    (a_story("A. Roy", kind=Kind.DEPARTURE, role="PDG"), "A. Roy quitte son poste de PDG"),
    (a_story("A. Roy", "B. Li", kind=Kind.DEPARTURE), "A. Roy et B. Li quittent leur poste"),
    (a_story("A. Roy", kind=Kind.POACH, origin="Apple", destination="Meta"), "Meta débauche A. Roy chez Apple"),
    (
        a_story("A. Roy", kind=Kind.POACH, origin="Apple", destination="Commission européenne"),
        "La Commission européenne débauche A. Roy chez Apple",
    ),
    (
        a_story("A. Roy", kind=Kind.APPOINT, destination="OVHcloud", role="directeur général"),
        "A. Roy devient directeur général d’OVHcloud",
    ),
    (
        a_story("A. Roy", kind=Kind.APPOINT, destination="Swan", origin="Qonto", role="DG adjoint"),
        "A. Roy, ex-Qonto, devient DG adjoint de Swan",
    ),
    (
        a_story("A. Roy", kind=Kind.APPOINT, destination="Swan", origin="Qonto", role="PDG", status=Status.DENIED),
        "Démenti\u00a0: A. Roy (Qonto) ne deviendrait pas PDG de Swan",
    ),
    (
        a_story("A. Roy", kind=Kind.APPOINT, destination="Twitter", role="directeur général de Twitter France"),
        "A. Roy devient directeur général de Twitter France",
    ),
    (a_story("A. Roy", kind=Kind.APPOINT, destination="Alan"), "A. Roy prend un nouveau poste chez Alan"),
    (a_story("A. Roy", kind=Kind.APPOINT, destination="Alan", role="tête"), "A. Roy prend la tête d’Alan"),
    (
        a_story("A. Roy", kind=Kind.APPOINT, destination="Swan", role="commandes de la néobanque"),
        "A. Roy prend la tête de Swan",
    ),
    (a_story("A. Roy", kind=Kind.PROMOTION, destination="Alan", role="CTO"), "A. Roy devient CTO d’Alan"),
    (a_story("A. Roy", kind=Kind.PROMOTION, destination="Alan", origin="Alan"), "Alan promeut A. Roy"),
    (a_story("A. Roy", kind=Kind.RETURN, destination="Deezer"), "A. Roy revient chez Deezer"),
    (
        a_story("A. Roy", kind=Kind.RETURN, origin="Meta", destination="Inria"),
        "A. Roy quitte Meta pour revenir chez Inria",
    ),
    (a_story("A. Roy", kind=Kind.FOUNDING, destination="Nubilys"), "A. Roy fonde Nubilys"),
    (
        a_story("A. Roy", kind=Kind.FOUNDING, origin="CNRS", destination="Nubilys"),
        "A. Roy quitte le CNRS pour fonder Nubilys",
    ),
    (a_story("A. Roy", kind=Kind.FOUNDING, origin="Meta"), "A. Roy quitte Meta pour créer une entreprise"),
    (a_story("A. Roy", kind=Kind.OFFER, destination="Meta"), "Meta tente de recruter A. Roy"),
    (
        a_story("A. Roy", kind=Kind.OFFER, origin="Apple", destination="Meta", status=Status.FAILED),
        "Sans suite\u00a0: Meta n’a pas réussi à recruter A. Roy chez Apple",
    ),
    (a_story("A. Roy", kind=Kind.RETENTION, destination="OpenAI"), "OpenAI cherche à retenir A. Roy"),
    (
        a_story("A. Roy", kind=Kind.BOARD, destination="Orange", role="administratrice"),
        "A. Roy entre au conseil d’administration d’Orange",
    ),
    (
        a_story("A. Roy", kind=Kind.INTERIM, destination="Atos", role="directrice générale"),
        "A. Roy devient directrice générale d’Atos par intérim",
    ),
    (
        a_story("A. Roy", kind=Kind.INTERIM, destination="Atos", role="PDG par intérim"),
        "A. Roy devient PDG par intérim d’Atos",
    ),
    (a_story("A. Roy", kind=Kind.INTERIM, destination="Atos"), "A. Roy assure l’intérim chez Atos"),
    (a_story("Anne Roy", kind=Kind.DISMISSAL, origin="Figaro"), "Figaro se sépare d’Anne Roy"),
    (
        a_story(kind=Kind.ACQUIHIRE, origin="Inflection", destination="Microsoft", group=Group(label="salariés")),
        "Des salariés passent d’Inflection à Microsoft",
    ),
    (
        a_story(origin="OpenAI", destination="Meta", group=Group(label="chercheurs", count=11)),
        "Onze chercheurs quittent OpenAI pour Meta",
    ),
    (
        a_story(origin="OpenAI", destination="Meta", group=Group(label="salariés d’OpenAI", count=24)),
        "24 salariés quittent OpenAI pour Meta",
    ),
    (
        a_story(origin="Apple", destination="Meta", group=Group(label="plusieurs de ses chercheurs")),
        "Plusieurs chercheurs quittent Apple pour Meta",
    ),
    (a_story(origin="Apple", group=Group(label="une partie du groupe")), "Une partie du groupe quitte Apple"),
    (a_story("A. Roy", kind=Kind.POACH, destination="Meta"), "Meta recrute A. Roy"),
    (
        a_story(origin="Google DeepMind", destination="Pivoine", group=Group(label="anciens", count=3)),
        "Trois anciens de Google DeepMind rejoignent Pivoine",
    ),
    (a_story(origin="Apple", group=Group(label="trio")), "Un trio quitte Apple"),
    (
        a_story(origin="Qonto", group=Group(label="directeur du produit", count=1)),
        "Un directeur du produit quitte Qonto",
    ),
    (
        a_story(origin="Qonto", destination="Swan", group=Group(label="directrice technique", count=1)),
        "Une directrice technique quitte Qonto pour Swan",
    ),
    (
        a_story(origin="Qonto", group=Group(label="le directeur du produit", count=1)),
        "Le directeur du produit quitte Qonto",
    ),
    (
        a_story(kind=Kind.DISMISSAL, origin="Intel", group=Group(label="ingénieurs", count=30)),
        "Intel se sépare de 30 ingénieurs",
    ),
    (
        a_story(kind=Kind.DISMISSAL, origin="Intel", group=Group(label="ingénieurs", count=11)),
        "Intel se sépare de onze ingénieurs",
    ),
    (a_story("A", "B", origin="Apple", destination="Meta"), "A et B quittent Apple pour Meta"),
    (a_story("A", "B", "C", origin="Apple", destination="Meta"), "A, B et C quittent Apple pour Meta"),
    (a_story("A", "B", "C", "D", origin="Apple", destination="Meta"), "A, B et 2 autres quittent Apple pour Meta"),
    (
        a_story("A", "B", origin="Apple", destination="Meta", group=Group(label="chercheurs", count=11)),
        "A, B et 9 autres quittent Apple pour Meta",
    ),
    (
        a_story("A. Roy", origin="Apple", destination="Meta", group=Group(label="chercheurs", count=4)),
        "A. Roy et 3 autres quittent Apple pour Meta",
    ),
    (a_story("danah boyd", destination="xAI"), "danah boyd rejoint xAI"),
]


@pytest.mark.parametrize(("story", "expected"), FRENCH, ids=[text for _, text in FRENCH])
def test_french_headline(story: Story, expected: str) -> None:
    assert headline(story, "fr") == expected


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (a_story("Ruoming Pang", origin="Apple", destination="Meta"), "Ruoming Pang leaves Apple for Meta"),
        (
            a_story("Ruoming Pang", origin="Apple", destination="Meta", status=Status.RUMOURED),
            "Rumour: Ruoming Pang may leave Apple for Meta",
        ),
        (
            a_story(origin="OpenAI", destination="Meta", group=Group(label="chercheurs", count=11)),
            "Eleven researchers leave OpenAI for Meta",
        ),
        (a_story(origin="OpenAI", group=Group(label="alchimistes", count=2)), "Two “alchimistes” leave OpenAI"),
        (a_story("A", "B", "C", "D", destination="Meta"), "A, B and 2 others join Meta"),
    ],
)
def test_english_headline(story: Story, expected: str) -> None:
    assert headline(story, "en") == expected


ROLES = (None, "directrice générale", "direction technique", "PDG de Meta par intérim")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "status"), list(itertools.product(Kind, Status)))
def test_every_combination_has_a_sentence_that_names_whom_it_can(kind: Kind, status: Status, language: str) -> None:
    movers = ({"people": ("Zoé Uhl",)}, {"people": ("A", "B")}, {"group": Group(label="chercheurs", count=3)})
    for origin, destination, role, mover in itertools.product((None, "Apple"), (None, "Meta"), ROLES, movers):
        story = a_story(
            *mover.get("people", ()),
            group=mover.get("group"),
            kind=kind,
            status=status,
            origin=origin,
            destination=destination,
            role=role,
        )
        text = headline(story, language)
        assert "{" not in text
        assert "  " not in text
        assert "None" not in text
        if destination and kind is not Kind.DISMISSAL:
            assert "Meta" in text
        elif origin and not destination and kind not in (Kind.PROMOTION, Kind.RETURN, Kind.APPOINT, Kind.INTERIM):
            assert "Apple" in text


@given(
    st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.sampled_from(Kind), st.sampled_from(Status)
)
def test_whatever_stands_in_the_names_a_headline_is_one_short_line(
    person: str, firm: str, role: str, kind: Kind, status: Status
) -> None:
    story = a_story(person, origin=firm, destination=firm[::-1], role=role, kind=kind, status=status)
    text = sentence(story, "fr")
    assert text.splitlines() == [text]
    assert len(text) < 450


@pytest.mark.parametrize(
    ("name", "article", "de", "chez", "a"),
    [
        ("Apple", "Apple", "d’Apple", "chez Apple", "à Apple"),
        ("Meta", "Meta", "de Meta", "chez Meta", "à Meta"),
        ("Huawei", "Huawei", "de Huawei", "chez Huawei", "à Huawei"),
        ("Ynsect", "Ynsect", "d’Ynsect", "chez Ynsect", "à Ynsect"),
        ("Yahoo", "Yahoo", "de Yahoo", "chez Yahoo", "à Yahoo"),
        ("Élodie", "Élodie", "d’Élodie", "chez Élodie", "à Élodie"),
        ("X", "X", "de X", "chez X", "à X"),
        ("01.AI", "01.AI", "de 01.AI", "chez 01.AI", "à 01.AI"),
        ("Le Figaro", "Le Figaro", "du Figaro", "au Figaro", "au Figaro"),
        ("Les Echos", "Les Echos", "des Echos", "aux Echos", "aux Echos"),
        (
            "La Banque Postale",
            "La Banque Postale",
            "de La Banque Postale",
            "chez La Banque Postale",
            "à La Banque Postale",
        ),
        ("CNIL", "la CNIL", "de la CNIL", "à la CNIL", "à la CNIL"),
        ("Anssi", "l’Anssi", "de l’Anssi", "à l’Anssi", "à l’Anssi"),
        (
            "ministère des Armées",
            "le ministère des Armées",
            "du ministère des Armées",
            "au ministère des Armées",
            "au ministère des Armées",
        ),
        (
            "École polytechnique",
            "l’École polytechnique",
            "de l’École polytechnique",
            "à l’École polytechnique",
            "à l’École polytechnique",
        ),
    ],
)
def test_articles_and_elisions(name: str, article: str, de: str, chez: str, a: str) -> None:
    assert (with_article(name), with_de(name), with_chez(name), with_a(name)) == (article, de, chez, a)


def test_a_form_that_a_language_lacks_is_an_error_of_the_translator() -> None:
    for language in LANGUAGES:
        with pytest.raises(ValueError, match="no form 'datif'"):
            format(Term("Apple", GRAMMARS[language]), "datif")


def test_labels() -> None:
    assert [status_label(status, "fr") for status in Status] == [
        "Rumeur",
        "Rapporté par la presse",
        "Confirmé",
        "Démenti",
        "Sans suite",
        "Annulé",
    ]
    for language in LANGUAGES:
        assert len({kind_label(kind, language) for kind in Kind}) == len(Kind)
        assert len({novelty_label(novelty, language) for novelty in Novelty}) == len(Novelty)
