"""Who moves where when insertions, pronouns, relative clauses and inversions part the verb from its people."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.affiliations import find_affiliations
from alerts.matching.article import Article
from alerts.matching.assignment import assign
from alerts.matching.reading import read

LEXICON = load_lexicon()
Told = tuple[str | int | None, str | None, str | None]


def told(body: str, title: str = "") -> set[Told]:
    """Who moves, from where, to where; a group by its number."""
    article = Article(read(title, body, LEXICON), LEXICON)
    return {
        (
            move.person.name if move.person else move.people.count if move.people else None,
            move.origin.name if move.origin else None,
            move.destination.name if move.destination else None,
        )
        for move in assign(article, find_affiliations(article), None)
        if not move.background
    }


def movers(body: str, title: str = "") -> set[str | int | None]:
    return {who for who, _, _ in told(body, title)}


@pytest.mark.parametrize(
    "insertion",
    [
        "lundi",
        "la semaine prochaine",
        "dès le 3 mars",
        ", à 47 ans,",
        "à son tour",
        "officiellement",
        "d'ici à l'été",
        "à Genève",
    ],
)
def test_an_insertion_may_part_a_verb_from_its_fixed_words(insertion: str) -> None:
    assert told(f"Jolanda Ughetto prendra {insertion} la tête de Datadog.") == {("Jolanda Ughetto", None, "Datadog")}


@pytest.mark.parametrize("insertion", ["en mars", ", dès lundi,", "le 3 mai"])
def test_a_time_may_part_a_verb_from_its_object(insertion: str) -> None:
    assert told(f"Jolanda Ughetto rejoint {insertion} Datadog.") == {("Jolanda Ughetto", None, "Datadog")}


def test_an_insertion_may_stand_within_the_fixed_words() -> None:
    assert told("Le conseil de Datadog a mis fin jeudi au mandat de Jacopo Urbani.") == {
        ("Jacopo Urbani", "Datadog", None)
    }


def test_what_goes_on_behind_a_comma_is_no_insertion() -> None:
    assert told("Jolanda Ughetto a pris la parole, puis la direction de la gare, a noté Datadog.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Jolanda Ughetto, que Jacopo Urbani avait formée, quitte Datadog.",
        "Jolanda Ughetto, dont Jacopo Urbani dit du bien, quitte Datadog.",
        "Jolanda Ughetto, a annoncé Jacopo Urbani mardi, quitte Datadog.",
        "Jolanda Ughetto — que Jacopo Urbani avait formée — quitte Datadog.",
        "Jolanda Ughetto (Jacopo Urbani la regrette déjà) quitte Datadog.",
    ],
)
def test_who_is_named_in_an_aside_is_not_the_subject(text: str) -> None:
    assert told(text) == {("Jolanda Ughetto", "Datadog", None)}


def test_persons_in_a_row_are_no_aside() -> None:
    assert movers("Jolanda Ughetto, puis Jacopo Urbani, rejoignent Datadog.") == {"Jolanda Ughetto", "Jacopo Urbani"}


@pytest.mark.parametrize("auxiliary", ["a, mardi,", "a, selon ses proches,"])
def test_an_aside_may_part_the_auxiliary_from_its_participle(auxiliary: str) -> None:
    assert told(f"Jolanda Ughetto {auxiliary} rejoint Datadog.") == {("Jolanda Ughetto", None, "Datadog")}


@pytest.mark.parametrize(
    "text",
    [
        "Jolanda Ughetto cherchait. Datadog lui confie le poste de directrice technique.",
        "Jolanda Ughetto, à qui Datadog confie le poste de directrice technique, sourit.",
        "C'est à Jolanda Ughetto que Datadog confie le poste de directrice technique.",
        "Jolanda Ughetto s'est vu confier lundi par Datadog un poste de directrice technique.",
        "« Datadog m'a recrutée », raconte Jolanda Ughetto.",
    ],
)
def test_whom_something_is_given_moves(text: str) -> None:
    assert told(text) == {("Jolanda Ughetto", None, "Datadog")}


@pytest.mark.parametrize(
    "text",
    [
        "Jolanda Ughetto parle. Datadog lui confie ses souvenirs.",
        "Jolanda Ughetto s'est vu confier des fleurs par Datadog.",
        "« Datadog m'a confié ses souvenirs », raconte Jolanda Ughetto.",
    ],
)
def test_whom_no_post_is_given_does_not_move(text: str) -> None:
    assert told(text) == set()


def test_a_place_may_part_a_verb_from_its_object() -> None:
    assert movers("Jolanda Ughetto a fondé à Lille une société de capteurs.") == {"Jolanda Ughetto"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chez Datadog débarque, pour un million, dit-on, Jolanda Ughetto.", ("Jolanda Ughetto", None, "Datadog")),
        ("Au bureau de Datadog atterrissent quatorze ingénieurs.", (14, None, "Datadog")),
        ("Datadog, que rejoignent le 1er juin sept chercheurs, ouvre à Lille.", (7, None, "Datadog")),
    ],
)
def test_the_subject_may_follow_its_verb(text: str, expected: Told) -> None:
    assert told(text) == {expected}


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Datadog, dont Jolanda Ughetto prend la tête, vend des cartes.", "Datadog"),
        ("Datadog, où Jolanda Ughetto prend la direction technique, vend des cartes.", "Datadog"),
    ],
)
def test_the_firm_may_stand_before_the_relative_pronoun(text: str, side: str) -> None:
    assert told(text) == {("Jolanda Ughetto", None, side)}


def test_the_departure_of_whom_dont_points_to() -> None:
    assert told("Jolanda Ughetto, dont Datadog annonce le départ, dirigeait la recherche.") == {
        ("Jolanda Ughetto", "Datadog", None)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'arrivée chez Datadog de dix-huit développeurs est confirmée.", (18, None, "Datadog")),
        ("Le retour de Jolanda Ughetto à la présidence de Datadog surprend.", ("Jolanda Ughetto", None, "Datadog")),
        ("Datadog annonce l'arrivée de Jolanda Ughetto.", ("Jolanda Ughetto", None, "Datadog")),
    ],
)
def test_a_noun_takes_its_mover_and_firm_from_around(text: str, expected: Told) -> None:
    assert told(text) == {expected}


def test_who_announces_no_arrival_is_no_destination() -> None:
    assert told("Datadog publie une étude sur l'arrivée de Jolanda Ughetto.") == set()


@pytest.mark.parametrize("pointer", ["Cette dernière", "L'intéressée", "La dame"])
def test_a_noun_points_to_who_was_named(pointer: str) -> None:
    assert ("Jolanda Ughetto", None, "Doctolib") in told(f"Jolanda Ughetto a salué. {pointer} rejoint Doctolib.")


def test_ce_dernier_is_who_was_named_last() -> None:
    assert movers("Jacopo Urbani a salué Honoré Ouimet. Ce dernier rejoint Doctolib.") == {"Honoré Ouimet"}


def test_we_are_the_firm_and_not_ourselves() -> None:
    assert movers("« Nous avons débauché Jolanda Ughetto », dit-on chez Datadog.") == {"Jolanda Ughetto"}


def test_a_new_post_in_a_title_is_told_of_whom_the_article_names() -> None:
    found = told("Jolanda Ughetto aime les volumes.", "La nouvelle patronne des données de Datadog vient du jeu")
    assert found == {("Jolanda Ughetto", None, "Datadog")}


def test_a_new_post_beside_its_holder_is_nobody_else() -> None:
    found = told("Jolanda Ughetto aime les volumes.", "Le nouveau patron de Datadog, Jacopo Urbani, aime les chats")
    assert {who for who, _, _ in found} == {"Jacopo Urbani"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Celle qui quitte Datadog est Jolanda Ughetto.", ("Jolanda Ughetto", "Datadog", None)),
        ("Celui qui prendra la tête de Datadog s'appelle Jacopo Urbani.", ("Jacopo Urbani", None, "Datadog")),
        ("Le nouveau directeur technique de Datadog s'appelle Jacopo Urbani.", ("Jacopo Urbani", None, "Datadog")),
    ],
)
def test_a_clause_about_somebody_may_name_him_at_its_end(text: str, expected: Told) -> None:
    assert told(text) == {expected}


def test_who_knows_the_one_who_leaves_does_not_leave() -> None:
    assert told("Celui qui quitte Datadog est bien connu de Jacopo Urbani.") == set()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("De Doctolib à Datadog : Jolanda Ughetto, chercheuse", {("Jolanda Ughetto", "Doctolib", "Datadog")}),
        ("De Doctolib à Datadog, Jolanda Ughetto change d'air", {("Jolanda Ughetto", "Doctolib", "Datadog")}),
        ("De Doctolib à Datadog, Jolanda Ughetto défie Jacopo Urbani", set()),
        ("De Lille à Nice, Jolanda Ughetto court", set()),
        ("Arrivée de Jolanda Ughetto chez Datadog", {("Jolanda Ughetto", None, "Datadog")}),
        ("Jolanda Ughetto (Doctolib) chez Datadog", {("Jolanda Ughetto", "Doctolib", "Datadog")}),
    ],
)
def test_a_headline_may_do_without_a_verb(title: str, expected: set[Told]) -> None:
    assert told("", title) == expected


def test_a_clause_behind_et_and_a_comma_shares_the_verb() -> None:
    assert told("Jolanda Ughetto rejoint Datadog et Jacopo Urbani, Doctolib.") == {
        ("Jolanda Ughetto", None, "Datadog"),
        ("Jacopo Urbani", None, "Doctolib"),
    }


def test_a_reaction_behind_et_shares_no_verb() -> None:
    assert movers("Jolanda Ughetto rejoint Datadog et Jacopo Urbani, directeur chez Doctolib, s'en félicite.") == {
        "Jolanda Ughetto"
    }


def test_neither_of_two_leaves() -> None:
    assert movers("Ni Jolanda Ughetto ni Jacopo Urbani ne quittent Datadog.") == {"Jolanda Ughetto", "Jacopo Urbani"}


def test_the_firm_of_the_main_clause_is_the_one_that_is_joined() -> None:
    assert told("Avec l'arrivée de Jolanda Ughetto, Datadog tient son directeur.") == {
        ("Jolanda Ughetto", None, "Datadog")
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kelvix recrute comme directrice technique Aiko Katsuragi.", ("Aiko Katsuragi", None, "Kelvix")),
        ("Kelvix recrute au poste de directeur général Paul Mercier, ex-Nordeo.", ("Paul Mercier", "Nordeo", "Kelvix")),
        ("Kelvix recrute un ténor de Nordeo, Paul Mercier, pour sa recherche.", ("Paul Mercier", "Nordeo", "Kelvix")),
        ("Kelvix débauche la cheville ouvrière de Nordeo, Paul Mercier.", ("Paul Mercier", "Nordeo", "Kelvix")),
        ("Kelvix annonce l'arrivée de Paul Mercier, auparavant chez Nordeo.", ("Paul Mercier", "Nordeo", "Kelvix")),
        ("Paul Mercier arrive chez Kelvix, jusque-là chez Nordeo.", ("Paul Mercier", "Nordeo", "Kelvix")),
        ("Paul Mercier n'est plus le patron de Nordeo.", ("Paul Mercier", "Nordeo", None)),
        ("Depuis mardi, Paul Mercier n'est plus à la tête de Nordeo.", ("Paul Mercier", "Nordeo", None)),
        ("Paul Mercier ne travaille plus chez Nordeo.", ("Paul Mercier", "Nordeo", None)),
    ],
)
def test_posts_descriptions_and_negations_around_who_moves(text: str, expected: Told) -> None:
    assert expected in told(text)


def test_who_is_no_longer_somebody_has_left_and_has_not_failed_to() -> None:
    article = Article(read("", "Paul Mercier n'est plus le patron de Nordeo.", LEXICON), LEXICON)
    assert [event.trigger.negated for event in article.events] == [False]


def test_a_firm_told_by_another_is_nobody_who_moves() -> None:
    assert told("Kelvix rachète un concurrent de Nordeo, la société Brivone.") == set()


@pytest.mark.parametrize(
    ("sentence", "movers"),
    [
        ("Karin Kildow remercie les médecins italiens qui ont quitté Datadog.", []),
        ("Karin Kildow salue ses clients, qui rejoignent Datadog.", []),
        ("Karin Kildow parle des outils qui rejoignent Datadog.", []),
        ("Karin Kildow félicite Paul Aubin, qui a rejoint Datadog.", ["Paul Aubin"]),
        ("Karin Kildow, l'une des virologues qui ont quitté Datadog.", ["Karin Kildow"]),
        ("Karin Kildow et Paul Aubin, les virologues qui ont quitté Datadog.", ["Paul Aubin", "Karin Kildow"]),
        ("Karin Kildow est l'une des rares virologues à plein temps qui ont quitté Datadog.", ["Karin Kildow"]),
    ],
)
def test_who_stands_before_several_others_is_not_meant_by_qui(sentence: str, movers: list[str]) -> None:
    article = Article(read("", sentence, LEXICON), LEXICON)
    found = [mover.entity for event in article.events for mover in event.movers]
    assert [entity.name for entity in found if entity] == movers


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("Datadog a embauché en deux mois Jacopo Urbani.", None),
        ("Datadog a désigné pour en répondre Jacopo Urbani.", None),
        ("Datadog a fait venir de Mirakl, son rival de toujours, Jacopo Urbani.", "Mirakl"),
        ("Datadog a attiré de chez Mirakl Jacopo Urbani.", "Mirakl"),
    ],
)
def test_the_object_may_stand_behind_a_complement(said: str, origin: str | None) -> None:
    assert told(said) == {("Jacopo Urbani", origin, "Datadog")}


@pytest.mark.parametrize(
    "said",
    [
        "Datadog recrute, assure Jacopo Urbani, son patron.",
        "Datadog a recruté pour le compte de Jacopo Urbani.",
        "Datadog conservera sa marque, ses locaux et son patron, Jacopo Urbani.",
    ],
)
def test_who_speaks_or_is_spoken_of_in_a_complement_is_no_object(said: str) -> None:
    assert "Jacopo Urbani" not in movers(said)
