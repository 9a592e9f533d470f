"""What of a page counts as its article, and what is set aside sentence by sentence."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.reading import read

LEXICON = load_lexicon()
FIRST = (
    "La jeune pousse nantaise a présenté lundi son nouveau comité de direction devant ses deux cents salariés, réunis "
    "pour l'occasion dans un hangar du port. Rien ne change pour les clients, a-t-elle assuré."
)


def counted(body: str) -> str:
    """The sentences of a body that count, in a row."""
    reading = read("Un titre", body, LEXICON)
    return " ".join(reading.text[s.start : s.end] for s in reading.sentences[1:])


@pytest.mark.parametrize(
    "news",
    [
        "On le savait partant. Elvire Caron a mis à jour son profil LinkedIn : la voilà directrice chez Ulmex.",
        "Elle a posté une photo avec cette légende : « On est bien ici. » Ulmex la garde donc à prix d'or.",
        "Sous son égide, le spécialiste de la publicité a traversé la fin des cookies tiers. Elle part chez Ulmex.",
        "Cette arrivée vient s'inscrire dans un plan plus vaste. Orso Lamberti dirigera la recherche d'Ulmex.",
        "Elvire Caron, rédactrice en chef de Brumaire, rejoint Ulmex. Elle y dirigera les contenus dès mardi.",
        "Exact : le départ, pour Ulmex, d'Elvire Caron, qui achetait la publicité.",
        "Passionné de voile, Orso Lamberti quitte Ulmex pour une école de mer. Il part lundi.",
    ],
)
def test_news_counts_beside_the_words_of_the_page(news: str) -> None:
    assert counted(news) == news


@pytest.mark.parametrize(
    "news",
    [
        "« On s'en va », a écrit sur son compte Twitter Elvire Caron, qui dirigeait la recherche depuis six ans.",
        "Grand reporter, puis rédactrice en chef de Brumaire, elle avait quitté le titre en 2007 pour Ulmex.",
        "« Je suis passionné de voile, alors toucher un foil, vous pensez », s'enthousiasme le nouveau patron d'Ulmex.",
        "Le modèle tient en une ligne, has_many :quotes, que la machine écrit du premier coup neuf fois sur dix.",
    ],
)
def test_news_in_the_midst_counts_whatever_authors_say_of_themselves(news: str) -> None:
    behind = "\n\n".join(
        f"Le groupe {name} n'a pas souhaité commenter les changements qui viennent d'être annoncés dans ses bureaux."
        for name in ("Ulmex", "Corvex", "Brumaire")
    )
    body = f"{FIRST}\n\n{news}\n\n{behind}"
    assert news in counted(body)


@pytest.mark.parametrize(
    "page",
    [
        "Photo : Orso Lamberti dans son atelier, en mai. © Agence du Port",
        "Pour lire cet article, acceptez nos cookies ou abonnez-vous.",
        "À lire aussi : Orso Lamberti quitte Ulmex pour Corvex",
        "Inscrivez-vous à la lettre du matin, gratuite, en trois clics.",
        "Contact presse : agence Brumaire, Orso Lamberti",
        "Orso Lamberti couvre l'énergie.",
        "Orso Lamberti est journaliste. Il a rejoint la rédaction en 2019, après dix ans chez Ulmex.",
        "Corvex : Orso Lamberti débauché par Ulmex",
        "Commentaires des lecteurs\nToto : Orso Lamberti rejoint Ulmex, c'est mon voisin.",
    ],
)
def test_the_page_does_not_count_below_the_news(page: str) -> None:
    assert counted(f"{FIRST}\n\n{page}") == FIRST


@pytest.mark.parametrize(
    "page",
    [
        "Photo : un couloir éteint. © DR / Malo Brun",
        "À lire aussi : Orso Lamberti quitte Ulmex. Il part chez Corvex.",
        "La lettre du matin, gratuite : inscrivez-vous",
    ],
)
def test_the_page_does_not_count_in_the_line_of_the_news(page: str) -> None:
    news = "Elvire Caron quitte Ulmex. La suite n'est pas connue."
    assert counted(f"{news} {page}") == news


def test_a_teaser_glued_to_the_last_word_does_not_count() -> None:
    assert (
        counted("Elvire Caron quitte Ulmex lundi.À lire aussi : Corvex gagne Orso")
        == "Elvire Caron quitte Ulmex lundi."
    )


def test_items_of_a_list_are_no_titles_of_other_articles() -> None:
    items = "- Ulmex : Elvire Caron, directrice\n- Corvex : Orso Lamberti, président"
    assert "Elvire Caron" in counted(f"{FIRST}\n\n{items}")


def test_bare_lines_of_a_digest_count() -> None:
    reading = read("Nominations de la semaine", f"{FIRST}\n\nUlmex : Elvire Caron, directrice des achats", LEXICON)
    assert "Elvire Caron" in reading.text[reading.sentences[-1].start : reading.sentences[-1].end]


@pytest.mark.parametrize(
    "top", ["Un titre", "UN TITRE.", "Accueil > Cloud\n\nUn titre", "Gouvernance\nLundi 3 mars\nUn titre"]
)
def test_a_title_once_more_and_what_stands_above_it_do_not_count(top: str) -> None:
    assert counted(f"{top}\n\n{FIRST}") == FIRST


@pytest.mark.parametrize(
    "body",
    [
        f"{FIRST}\n\nUn titre\n\nElle part.",  # below a paragraph
        f"Un titre de plus\n\n{FIRST}",
        "A\n\nB\n\nC\n\nD\n\nE\n\nUn titre",  # too far below
    ],
)
def test_lines_that_only_look_like_the_title_count(body: str) -> None:
    assert counted(body) == " ".join(body.split("\n\n"))
