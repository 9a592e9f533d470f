"""What names are found, and what they are taken for."""

from __future__ import annotations

import pytest

from alerts.lexicon import NameType, load_lexicon
from alerts.matching.names import find_names
from alerts.matching.reading import read

LEXICON = load_lexicon()


def types(text: str, title: str = "Un titre") -> dict[str, NameType]:
    reading = read(title, text, LEXICON)
    return {m.entity.name: m.entity.type for m in find_names(reading.sentences, reading.text, LEXICON)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Elle quitte Zyvora après six ans.", "Zyvora"),
        ("Le patron de Brimelle en a décidé ainsi.", "Brimelle"),
        ("Hier encore, Ostrovent recrutait à tour de bras.", "Ostrovent"),
        ("Milvane, la start-up lyonnaise, ne commente pas.", "Milvane"),
        ("Il arrive de Crestal & Partners.", "Crestal & Partners"),
        ("Elle dirigeait Cordouan Paiements.", "Cordouan Paiements"),
        ("Il vient de rejoindre Falaise 7.", "Falaise 7"),
        ("La directrice de Murène AI ne dit rien.", "Murène AI"),
        ("Il passe chez belle lurette, à Nancy.", "belle lurette"),
        ("La start-up x3k perd son directeur.", "x3k"),
        ("La société b.ulle perd son directeur.", "b.ulle"),
        ("L’éditeur « Tout Doux » perd son directeur.", "Tout Doux"),
        ("Elle préside l’Agence gabonaise du calcul scientifique.", "Agence gabonaise du calcul scientifique"),
        ("Elle enseigne à l’université de Bergame.", "université de Bergame"),
    ],
)
def test_an_organisation(text: str, name: str) -> None:
    assert types(text).get(name) is NameType.ORGANISATION


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Orsolya Halmos quitte la maison.", "Orsolya Halmos"),
        ("Isaure de Cambrelles quitte la maison.", "Isaure de Cambrelles"),
        ("Le conseil a choisi Orso Lamberti, 42 ans.", "Orso Lamberti"),
        ("Zuckerberg a tout essayé.", "Zuckerberg"),
        ("Bhas\u00adkar Elan\u00adgovan quitte la maison.", "Bhaskar Elangovan"),
    ],
)
def test_a_person(text: str, name: str) -> None:
    assert types(text).get(name) is NameType.PERSON


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Elle part, écrit La Gazette des serveurs.", "La Gazette des serveurs"),
        ("Elle part, selon Brest Hebdo.", "Brest Hebdo"),
    ],
)
def test_a_medium(text: str, name: str) -> None:
    assert types(text).get(name) is NameType.MEDIUM


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Certes, la maison recrute.", "Certes"),
        ("Souhaitant tourner la page, elle part.", "Souhaitant"),
        ("Boomerang : elle revient.", "Boomerang"),
        ("Elle arrive chez nous et/ou chez vous.", "et/ou"),
        ("Elle travaille chez certains clients.", "certains clients"),
        ("La Lyonnaise quitte la maison.", "Lyonnaise"),
    ],
)
def test_no_organisation(text: str, name: str) -> None:
    assert types(text).get(name) is not NameType.ORGANISATION
