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
        ("La création d’e.rable occupe trois ingénieurs.", "e.rable"),
        ("Elle a été reprise par prune&co en juin.", "prune&co"),
        ("Le studio nantais bru_me se tait.", "bru_me"),
        ("L’agence de z-brume compte six personnes.", "z-brume"),
        ("La directrice de « petit jour » se tait.", "petit jour"),
        ("chaise longue recrute. La directrice de chaise longue se tait.", "chaise longue"),
        ("Elle préside l’Agence gabonaise du calcul scientifique.", "Agence gabonaise du calcul scientifique"),
        ("Elle enseigne à l’université de Bergame.", "université de Bergame"),
        ("Il arrive de l’Office fédéral de la cybersécurité.", "Office fédéral de la cybersécurité"),
        ("La tête de l’Agence du numérique change.", "Agence du numérique"),
        ("Elle vient du CHU de Besançon.", "CHU de Besançon"),
        ("Il sert désormais le canton de Glaris.", "canton de Glaris"),
        ("Ulmex fait venir d’Orbanne Joachim Biersdorf, qui prend l’Allemagne.", "Orbanne"),
        ("Elle quitte l’Indian Institute of Carpentry.", "Indian Institute of Carpentry"),
        ("Il arrive de Brumal Orbital.", "Brumal Orbital"),
        ("Elle y dirigeait Wolters Kluwer.", "Wolters Kluwer"),
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
        ("La Kényane Wanjala Otieno-Ferrec dirigera le bureau.", "Wanjala Otieno-Ferrec"),
        ("Le Texan Burford Callister quitte la maison.", "Burford Callister"),
        ("Deux chercheuses, Mmes Zoraya Fennouri et Coralie Boustard, s'en vont.", "Zoraya Fennouri"),
        ("L'institut sera dirigé par la Dre Marcienne Tsali-Ouvrard.", "Marcienne Tsali-Ouvrard"),
        ("Exit Mortimer Duchastel, remercié hier.", "Mortimer Duchastel"),
        ("Seul Dražen Šimelić a fait le voyage.", "Dražen Šimelić"),
        ("Diariatou N'Dombé a pris congé mardi.", "Diariatou N'Dombé"),
        ("Depuis lundi, M’Baye Sarrouf-Diop n’y travaille plus.", "M’Baye Sarrouf-Diop"),
        ("Lê Anh Thanh lui succède dès ce mardi.", "Lê Anh Thanh"),
        ("On y verra Vũ Hoài Linh à partir de mai.", "Vũ Hoài Linh"),
        ("Ulmex fait venir d’Orbanne Joachim Biersdorf, qui prend l’Allemagne.", "Joachim Biersdorf"),
        ("Mme Lorraine Shapwick prend la suite.", "Lorraine Shapwick"),
        ("Sydney Thornquist pourrait quitter Sydney.", "Sydney Thornquist"),
        ("Zéphir de Chambrelan, que nous embauchons, arrive lundi.", "Zéphir de Chambrelan"),
        ("La place échoit à Vivien de la Rochelande, de l’agence voisine.", "Vivien de la Rochelande"),
        ("Il se choisit un bras droit en la personne de Txomin Jaurena-Ley.", "Txomin Jaurena-Ley"),
        ("Derrière Tigrane Velourian, trois autres sont partis.", "Tigrane Velourian"),
        ("Le Slovène Tomislav Kolarek quitte la maison.", "Tomislav Kolarek"),
        ("Le groupe a recruté Aneska van den Coorenrijk.", "Aneska van den Coorenrijk"),
        ("L’arrivée d’Oswald de l’Isle-Morvane est confirmée.", "Oswald de l’Isle-Morvane"),
        ("Le studio nomme Pacôme Ylard VP Engineering.", "Pacôme Ylard"),
        ("Le studio recrute Solveig Tharn comme Chief Revenue Officer.", "Solveig Tharn"),
        ("Corine de Bilbao vient d'être nommée à la tête du groupe.", "Corine de Bilbao"),
        ("John Peebles et Nan Du sont partis chez OpenAI.", "Nan Du"),
    ],
)
def test_a_person(text: str, name: str) -> None:
    assert types(text).get(name) is NameType.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "Elle est nommée DRH.",
        "Il devient COO.",
        "Le studio cherche un VP Engineering.",
        "Elle sera Chief Revenue Officer.",
    ],
)
def test_a_post_is_no_name(text: str) -> None:
    assert not types(text)


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


@pytest.mark.parametrize(
    "text",
    [
        "La compression de h264 progresse.",
        "Le choix de client/serveur étonne.",
        "Un débit de 40 go/s suffit.",
        "La lettre aux salarié·e·s est partie.",
        "Le site de exemple.fr est fermé.",
        "petit jour recrute peut-être.",
    ],
)
def test_odd_spelling_alone_makes_no_firm(text: str) -> None:
    assert NameType.ORGANISATION not in types(text).values()


@pytest.mark.parametrize(
    "said",
    [
        "Kerlo Labs, la filiale de recherche du groupe Wexelia,",
        "Kerlo Labs, antenne bretonne de Wexelia,",
        "Kerlo Labs (un atelier de Wexelia)",
    ],
)
def test_a_unit_counts_as_its_firm(said: str) -> None:
    assert set(types(f"Elle quitte {said} après six ans. Kerlo Labs se tait.")) == {"Wexelia"}


@pytest.mark.parametrize(
    "said", ["Kerlo Labs, rival de Wexelia,", "Kerlo Labs, une filiale qui, au contraire de Wexelia,"]
)
def test_others_stay_apart(said: str) -> None:
    assert {"Kerlo Labs", "Wexelia"} <= set(types(f"Elle quitte {said} après six ans."))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Elle quitte Alto pour « rouge ou noir », la chaîne de parfumeries.", "rouge ou noir"),
        ("Elle est employée par “le double fond”, l'éditeur toulousain.", "le double fond"),
        ("Le fournisseur d'accès caennais « le fil & l'eau » a recruté Yorick Wetherell.", "le fil & l'eau"),
        ("Elle rejoint par étapes deux & demi, le petit cabinet de sécurité.", "deux & demi"),
        ("Ils partent pour six.sur.dix en mai.", "six.sur.dix"),
        ("L'agence du littoral numérique se donne un directeur.", "agence du littoral numérique"),
        ("Elle passe à l'autorité mauricienne des données en mai.", "autorité mauricienne des données"),
        ("L'université de Maurice leur a promis une chaire.", "université de Maurice"),
        ("Elle est biologiste au Luxembourg Institute of Health depuis mai.", "Luxembourg Institute of Health"),
        ("Karoline Brandstetter a été embauchée par la Deutsche Bahn.", "Deutsche Bahn"),
        ("Ils entrent chez les Portugais d'Outmatic mardi.", "Outmatic"),
    ],
)
def test_firms_in_small_letters_quotes_and_other_shapes(text: str, name: str) -> None:
    assert types(text).get(name) is NameType.ORGANISATION


@pytest.mark.parametrize(
    "text", ["La recherche & développement, les ventes et la société.", "L'agence de publicité bouge."]
)
def test_what_only_looks_like_such_a_firm_is_none(text: str) -> None:
    assert set(types(text)) == {"Un titre"} or not types(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("L’Agence du numérique public, l’ANP, en a fait sa directrice.", "Agence du numérique public"),
        ("Elle quitte l'Institut national de l'image (INI) pour Alto.", "Institut national de l'image"),
        (
            "L'Ecole supérieure africaine des technologies de l'information, l'ESATI, la garde. L'ESATI l'a dit.",
            "ESATI",
        ),
    ],
)
def test_an_abbreviation_is_the_body_that_it_stands_for(text: str, name: str) -> None:
    assert [said for said in types(text) if said not in {"Alto", "Un titre"}] == [name]


def test_a_bracket_behind_a_firm_may_hold_another_name() -> None:
    assert {"Alto", "MD"} <= set(types("Alto (MD) et la société MD recrutent."))


def test_who_announces_a_departure_is_no_employer() -> None:
    reading = read("", "Rishabh Agarwal a annoncé son départ.", LEXICON)
    (mention,) = find_names(reading.sentences, reading.text, LEXICON)
    assert (mention.entity.type, mention.entity.either) == (NameType.PERSON, False)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Il dirige Nordeo avec sa sœur, Vonn.", "Vonn", NameType.PERSON),
        ("Il dirige Nordeo avec son frère Quelt Zorvan.", "Quelt Zorvan", NameType.PERSON),
        ("Il parle de sa maison mère, Altibert Group.", "Altibert Group", NameType.ORGANISATION),
    ],
)
def test_kin_are_persons_and_mother_companies_are_not(text: str, name: str, kind: NameType) -> None:
    assert types(text)[name] is kind
