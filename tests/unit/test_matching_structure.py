"""Who moves where when a sentence leaves out, turns round, or spreads what it says."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching import judge
from alerts.matching.affiliations import find_affiliations
from alerts.matching.article import Article
from alerts.matching.assignment import Candidate, assign
from alerts.matching.reading import read
from mercato.model import Kind

LEXICON = load_lexicon()
Told = tuple[str | int | None, str | None, str | None]


def moves(title: str, body: str = "") -> list[Candidate]:
    """The moves that are found, before anything is weighed."""
    article = Article(read(title, body, LEXICON), LEXICON)
    return [candidate for candidate in assign(article, find_affiliations(article), None) if not candidate.background]


def mover(move: Candidate) -> str | int | None:
    """Who moves; a group by its number."""
    return move.person.name if move.person else move.people.count if move.people else None


def sides(move: Candidate) -> tuple[str | None, str | None]:
    return move.origin.name if move.origin else None, move.destination.name if move.destination else None


def told(title: str, body: str = "") -> set[Told]:
    return {(mover(move), *sides(move)) for move in moves(title, body)}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "M. Hubert Olivaux et M. Honoré Ouimet rejoignent Datadog",
            {("Hubert Olivaux", None, "Datadog"), ("Honoré Ouimet", None, "Datadog")},
        ),
        (
            "L'arrivée de Jolanda Ughetto et de Jacopo Urbani chez Microsoft est effective",
            {("Jolanda Ughetto", None, "Microsoft"), ("Jacopo Urbani", None, "Microsoft")},
        ),
        (
            "Rodolphe Jarnac, gardien des formats, et Roland Sorgue rejoignent Datadog",
            {("Rodolphe Jarnac", None, "Datadog"), ("Roland Sorgue", None, "Datadog")},
        ),
    ],
)
def test_a_row_of_movers_goes_on_over_titles_prepositions_and_descriptions(title: str, expected: set[Told]) -> None:
    assert told(title) == expected


def test_a_row_of_movers_ends_at_another_clause() -> None:
    assert told("Denis Arnal salue la décision et Roland Sorgue rejoint Datadog") == {
        ("Roland Sorgue", None, "Datadog")
    }


def test_the_object_of_a_relative_clause_is_its_antecedent() -> None:
    assert told("Karima Laouani et Chihiro Jinbo, que Datadog voit partir en juillet, ont fondé l'équipe") >= {
        ("Karima Laouani", "Datadog", None),
        ("Chihiro Jinbo", "Datadog", None),
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "À la direction des ventes de Datadog arrive le 2 septembre la juriste Dolores Echenique",
            ("Dolores Echenique", None, "Datadog"),
        ),
        ("C'est chez Datadog que pourrait s'envoler Chakib Merzoug", ("Chakib Merzoug", None, "Datadog")),
        ("Chez Datadog, Kevin Loubère est nommé responsable des ventes", ("Kevin Loubère", None, "Datadog")),
    ],
)
def test_a_complement_may_open_the_sentence(title: str, expected: Told) -> None:
    assert told(title) == {expected}


def test_a_former_employer_behind_chez_is_not_joined() -> None:
    assert told("Datadog nomme directrice Lien Aphay, jusqu'ici chez Doctolib") == {
        ("Lien Aphay", "Doctolib", "Datadog")
    }


@pytest.mark.parametrize(
    ("line", "person", "role"),
    [
        ("Directrice technique : Jeanne Durand.", "Jeanne Durand", "Directrice technique"),
        ("Yolanda Rincón (Datadog) : directrice des ventes.", "Yolanda Rincón", "directrice des ventes"),
    ],
)
def test_a_line_with_a_colon_gives_post_and_holder(line: str, person: str, role: str) -> None:
    found = moves("Mouvements chez Datadog", f"Datadog se réorganise.\n\n{line}")
    assert [(mover(move), sides(move)[1], move.role) for move in found] == [(person, "Datadog", role)]


def test_a_person_behind_a_post_is_its_holder() -> None:
    assert told("Datadog : départ du responsable des données, Gilles Marchandeau") == {
        ("Gilles Marchandeau", "Datadog", None)
    }


def test_a_clause_may_share_the_verb_before_it() -> None:
    assert told("Séverin Yvart rejoint Datadog, Ismérie Poulain Doctolib") == {
        ("Séverin Yvart", None, "Datadog"),
        ("Ismérie Poulain", None, "Doctolib"),
    }


def test_a_comment_behind_a_semicolon_shares_no_verb() -> None:
    assert told("Séverin Yvart rejoint Datadog ; Karine Picard, de Doctolib, s'en félicite") == {
        ("Séverin Yvart", None, "Datadog")
    }


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Quatorze acousticiens de Focal rejoignent Google", "", (14, "Focal", "Google")),
        ("Douze de ses vingt analystes ont quitté Thales", "", (12, "Thales", None)),
        ("Chez Thales, quatre d'entre eux ont démissionné", "", (4, "Thales", None)),
    ],
)
def test_a_group_is_counted_whatever_its_trade(title: str, body: str, expected: Told) -> None:
    assert told(title, body) == {expected}


def test_things_with_the_ending_of_a_trade_are_no_group() -> None:
    assert told("Quatorze ordinateurs de Focal rejoignent Google") == set()


def test_they_are_the_row_of_persons_named_last() -> None:
    body = "Aïda Benali et Marc Thuriot ont rendu leur badge. Ils rejoignent Datadog."
    assert {(who, destination) for who, _, destination in told("Départs", body)} == {
        ("Aïda Benali", "Datadog"),
        ("Marc Thuriot", "Datadog"),
    }


@pytest.mark.parametrize(
    ("title", "origin"),
    [
        ("Fulbert Yvonnet et Dragana Kostadin, deux ingénieurs de Doctolib, rejoignent Google", "Doctolib"),
        ("Mirella Bonfanti et Dong Rui, tous deux venus de Doctolib, rejoignent Google", "Doctolib"),
    ],
)
def test_what_is_said_of_a_row_holds_for_each(title: str, origin: str) -> None:
    found = moves(title)
    assert len(found) == 2
    assert {sides(move) for move in found} == {(origin, "Google")}


def test_a_bracket_behind_a_name_holds_the_employer() -> None:
    assert told("Ingo Eschweiler (Doctolib) rejoint Datadog") == {("Ingo Eschweiler", "Doctolib", "Datadog")}


def test_a_post_in_the_title_is_its_holders() -> None:
    body = "Basile Trémont a démissionné.\n\nLa directrice financière, Nour El Khatib, assurera l'intérim."
    found = {
        who: destination for who, _, destination in told("Alan : la directrice financière assurera l'intérim", body)
    }
    assert found == {"Nour El Khatib": "Alan", "Basile Trémont": None}


def test_a_departure_without_firm_is_told_of_a_named_person() -> None:
    assert ("Ghislaine Naciri", None, None) in told("La démission de Ghislaine Naciri surprend")


def test_a_founding_said_of_the_firm_is_no_news() -> None:
    assert told("Wouter Van den Eynde quitte Datadog, la scale-up qu'il a cofondée") == {
        ("Wouter Van den Eynde", "Datadog", None)
    }


def test_the_seat_of_a_firm_is_no_firm() -> None:
    body = "La start-up d'Évry, qui conçoit des enzymes, a recruté Chiara Mastrangelo."
    assert told("Datadog s'étoffe", body) == {("Chiara Mastrangelo", None, "Datadog")}


def test_a_present_employer_of_somebody_appointed_is_left() -> None:
    body = "La Tessinoise, actuellement chez Swisscom, prendra ses fonctions le 1er avril."
    assert told("Datadog nomme Fiorella Rezzonico", body) == {("Fiorella Rezzonico", "Swisscom", "Datadog")}


def test_a_post_still_to_be_filled_is_nobody() -> None:
    body = "Kwame Asante a démissionné de Datadog. L'intérim court jusqu'à la désignation d'un nouveau patron."
    assert [sides(move) for move in moves("Kwame Asante démissionne de Datadog", body)] == [("Datadog", None)]


def test_whoever_may_go_elsewhere_is_not_retained() -> None:
    body = "Tomasz Wieczorek, le monsieur IA de Datadog, pourrait rejoindre OVHcloud. L'éditeur tenterait de le garder."
    found = moves("Tomasz Wieczorek bientôt chez OVHcloud ?", body)
    assert [(sides(move), move.kind.value) for move in found] == [(("Datadog", "OVHcloud"), "hire")]


def test_a_firm_may_end_in_an_ordinary_word() -> None:
    assert told("Un renfort de poids", "Jeanne Durand a rejoint hier matin Boréalis Cloud.") == {
        ("Jeanne Durand", None, "Boréalis Cloud")
    }


def test_the_firm_where_years_were_spent_is_left() -> None:
    body = "Maya Verhaegen en devient la directrice produit après huit ans passés chez Ubisoft."
    assert told("Du neuf chez Datadog", body) == {("Maya Verhaegen", "Ubisoft", "Datadog")}


def test_a_first_name_that_is_spelled_like_an_acronym_stays_with_its_surname() -> None:
    title = "Ex-Ubisoft, Ans Verhaegen prend la direction produit de Datadog"
    assert told(title, "") == {("Ans Verhaegen", "Ubisoft", "Datadog")}


def test_the_name_behind_chez_keeps_its_first_word() -> None:
    body = "La directrice créative Élodie Charbonneau revient chez Grand Nordet, le studio de jeux vidéo."
    assert told("Retour d'Élodie Charbonneau", body) == {("Élodie Charbonneau", None, "Grand Nordet")}


def test_a_list_item_reads_like_a_line_without_its_bullet() -> None:
    body = "Chaque semaine, ceux qui changent de poste.\n- Nordéo : Hervé Kerdoncuff, ex-Korrigane, est nommé RSSI."
    assert told("Carnet : les nominations", body) == {("Hervé Kerdoncuff", "Korrigane", "Nordéo")}


def test_time_spent_on_something_is_no_move() -> None:
    body = "Maya Verhaegen a passé six ans à expliquer les factures de Datadog."
    assert told("Portrait", body) == set()


def test_a_nationality_is_no_post() -> None:
    lexicon = load_lexicon()
    found = judge("Deepa Raghunathan quitte Datadog pour l’américain Nvidia", "", lexicon)
    assert [move.role for move in found.moves] == [None]


def test_a_predecessor_departs() -> None:
    lexicon = load_lexicon()
    body = "Jean Morel a été nommé directeur technique de Datadog. Il succède à Anne Petit, qui prend sa retraite."
    found = judge("Datadog : Jean Morel nommé directeur technique", body, lexicon)
    assert {move.person: move.kind for move in found.moves}["Anne Petit"] is Kind.DEPARTURE


@pytest.mark.parametrize(
    ("sentence", "firm"),
    [
        ("Nordeo, dont l'ancien PDG, Paul Aubin, arrive mardi.", "Nordeo"),
        ("Nordeo cherche le successeur de son directeur technique, Paul Aubin, parti en mai.", "Nordeo"),
        ("Marc Dupin et son directeur technique, Paul Aubin, partent en mai.", None),
        ("Nordeo grandit, dit le directeur technique, Paul Aubin.", None),
    ],
)
def test_a_post_is_with_the_firm_that_owns_it(sentence: str, firm: str | None) -> None:
    article = Article(read("Paul Aubin quitte Nordeo", sentence, LEXICON), LEXICON)
    ties = [tie for tie in find_affiliations(article) if tie.why == "post"]
    assert [(tie.person.name, tie.organisation and tie.organisation.name) for tie in ties] == [("Paul Aubin", firm)]


def test_who_no_longer_runs_a_firm_leaves_it() -> None:
    assert told("Oriane Vasseur ne dirigera plus Datadog") == {("Oriane Vasseur", "Datadog", None)}
