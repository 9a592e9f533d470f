"""What the matcher says of short articles of every kind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching import explain, explanation_to_json, judge, to_json
from alerts.matching.gate import gate
from alerts.reasons import refusal_label
from mercato.cli.reckoning import explanation_lines
from mercato.model import Judgement, Match, Move, NoMatch, Reason, Status, article_text

LEXICON = load_lexicon()


def told(title: str, body: str = "", published: date | None = None) -> Judgement:
    return judge(title, body, LEXICON, published=published)


def only(title: str, body: str = "", published: date | None = None) -> Move:
    judgement = told(title, body, published)
    assert isinstance(judgement, Match), judgement
    assert len(judgement.news) == 1, judgement.news
    return judgement.news[0]


@pytest.mark.parametrize(
    ("title", "body", "person", "origin", "destination"),
    [
        ("Noam Kessler quitte Google DeepMind pour Anthropic", "", "Noam Kessler", "Google DeepMind", "Anthropic"),
        ("Mistral AI débauche Lina Vogt chez Dataiku", "", "Lina Vogt", "Dataiku", "Mistral AI"),
        ("Apple perd Rui Tanaka au profit de Meta", "", "Rui Tanaka", "Apple", "Meta"),
        ("Meta souffle Arnav Patel à OpenAI", "Le chercheur arrive lundi.", "Arnav Patel", "OpenAI", "Meta"),
        ("Ex-Apple, Théo Marchal chez Meta", "L'ingénieur travaillait sur l'iPhone.", "Théo Marchal", "Apple", "Meta"),
        ("Transfuge de Nvidia, Rajiv Menon dirigera la R&D de SiPearl", "", "Rajiv Menon", "Nvidia", "SiPearl"),
        (
            "Débauchée chez Criteo, Inès Caron rejoint Qonto",
            "La directrice produit arrive lundi dans la fintech.",
            "Inès Caron",
            "Criteo",
            "Qonto",
        ),
        (
            "Un nouveau directeur technique pour Scaleway",
            "Scaleway a nommé Wendell Okonkwo directeur technique. Il travaillait jusqu'ici chez OVHcloud.",
            "Wendell Okonkwo",
            "OVHcloud",
            "Scaleway",
        ),
    ],
)
def test_who_from_to(title: str, body: str, person: str, origin: str, destination: str) -> None:
    move = only(title, body)
    assert (move.person, move.origin, move.destination) == (person, origin, destination)


def test_periphrases_stand_for_firms() -> None:
    move = only("Ruoming Zhao quitte la firme de Cupertino pour Menlo Park", "Le chercheur en IA part lundi.")
    assert (move.origin, move.destination) == ("Apple", "Meta")


def test_a_firm_is_known_by_its_boss() -> None:
    move = only("Lina Vogt quitte OpenAI pour le groupe de Sundar Pichai", "La chercheuse part lundi.")
    assert (move.origin, move.destination) == ("OpenAI", "Google")


@pytest.mark.parametrize(
    ("title", "body", "movers"),
    [
        (
            "Meta débauche Lina Vogt, chercheuse d'OpenAI",
            "Lina Vogt quitte OpenAI pour Meta. Zuckerberg marque des points, Sam Altman aura beau dire.",
            ["Lina Vogt"],
        ),
        ("Sam Altman quitte OpenAI pour Microsoft", "Le patron d'OpenAI rejoint Microsoft.", ["Sam Altman"]),
        ("Octave Klaba rejoint Shadow", "Le fondateur d'OVHcloud en prend la direction.", ["Octave Klaba"]),
    ],
    ids=["in news of others", "by a sentence that says so", "of another firm"],
)
def test_a_known_boss_moves_only_where_a_sentence_says_so(title: str, body: str, movers: list[str]) -> None:
    judgement = told(title, body)
    assert isinstance(judgement, Match)
    assert [move.person for move in judgement.moves] == movers


def test_a_surname_is_the_person_named_in_full() -> None:
    move = only("Kessler quitte OpenAI", "Noam Kessler, chercheur, a annoncé son départ d'OpenAI. Kessler part en mai.")
    assert move.person == "Noam Kessler"


def test_a_counted_group_moves() -> None:
    move = only("Meta débauche quatre chercheurs d'OpenAI", "")
    assert move.person is None
    assert move.group is not None
    assert (move.group.count, move.origin, move.destination) == (4, "OpenAI", "Meta")


@pytest.mark.parametrize(
    ("number", "count"),
    [("Vingt-six", 26), ("Soixante-et-onze", 71), ("Septante-deux", 72), ("Quatre-vingt-dix-neuf", 99)],
)
def test_a_number_of_several_words_counts(number: str, count: int) -> None:
    group = only(f"{number} ingénieurs de Criteo rejoignent Qonto").group
    assert group is not None
    assert group.count == count


def test_a_number_is_nobodys_name() -> None:
    judgement = told("Le Kenya rejoint l'alliance pour une IA ouverte", "Vingt-six États en font désormais partie.")
    assert isinstance(judgement, NoMatch)


def test_named_members_stand_for_their_group() -> None:
    judgement = told("Meta débauche deux chercheurs d'OpenAI : Lucas Bayer et Xiaohua Zhang")
    assert isinstance(judgement, Match)
    assert {move.person for move in judgement.news} == {"Lucas Bayer", "Xiaohua Zhang"}
    assert {(move.origin, move.destination) for move in judgement.news} == {("OpenAI", "Meta")}


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Noam Kessler quitte OpenAI pour Anthropic.", Status.CONFIRMED),
        ("Selon Bloomberg, Noam Kessler a quitté OpenAI pour Anthropic.", Status.REPORTED),
        ("Noam Kessler aurait quitté OpenAI pour Anthropic, d'après le Financial Times.", Status.REPORTED),
        ("Noam Kessler aurait quitté OpenAI pour Anthropic.", Status.RUMOURED),
        ("Noam Kessler envisage de quitter OpenAI pour Anthropic.", Status.RUMOURED),
        ("OpenAI dément le départ de Noam Kessler pour Anthropic.", Status.DENIED),
        ("Noam Kessler refuse l'offre d'Anthropic et reste chez OpenAI.", Status.FAILED),
    ],
)
def test_status(sentence: str, status: Status) -> None:
    move = only(
        "Noam Kessler, chercheur d'OpenAI, et Anthropic", f"{sentence} Le laboratoire d'IA emploie 900 personnes."
    )
    assert move.status is status


def test_pay_of_the_mover_is_read_and_funding_is_not() -> None:
    paid = only(
        "Meta recrute Lina Vogt, chercheuse d'OpenAI",
        "Meta a recruté Lina Vogt contre plus de 200 millions de dollars.",
    )
    assert paid.amount is not None
    assert (paid.amount.min, paid.amount.max, paid.amount.currency) == (200_000_000, None, "USD")
    unpaid = only("Lina Vogt quitte OpenAI pour Qonto", "Lina Vogt rejoint Qonto, qui a levé 30 millions d'euros.")
    assert unpaid.amount is None


def test_sources_are_cited_and_channels_are_not() -> None:
    judgement = told("Lina Vogt quitte OpenAI pour Meta", "Selon Bloomberg, la chercheuse l'a annoncé sur LinkedIn.")
    assert isinstance(judgement, Match)
    assert judgement.sources_cited == ("Bloomberg",)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Clavis rejoint le Play Store", "L'application débarque sur Android. Netflix est déjà compatible."),
        ("Des milliers d'internautes quittent WhatsApp pour Signal", "L'application de Meta perd des utilisateurs."),
        ("Free recrute 130 000 abonnés", "L'opérateur télécom gagne des parts de marché."),
        ("Apple préfère repousser Siri, quitte à décevoir", "Tim Cook a défendu ce choix devant ses clients."),
        ("Alexa+ succède à Alexa", "Amazon remplace son assistant vocal par une version dopée à l'IA."),
        ("Kylian Morand rejoint le PSG", "L'attaquant quitte le club de football de Lille pour le championnat."),
    ],
)
def test_traps_are_not_flagged(title: str, body: str) -> None:
    assert isinstance(told(title, body), NoMatch)


def test_no_is_an_enumerated_reason() -> None:
    assert told("", "") == NoMatch(reason=Reason.EMPTY)
    assert told("Il fait beau", "Le soleil brille.").reason is Reason.NO_TRIGGER  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [
        "Nils Okavar sort de chez Treliane et arrive chez Bruvex.",
        "Sous les ordres de Mme Okavar, Bruvex change de cap ; Nils Ferro lui cède la barre.",
        "Bruvex sera menée lundi par Nils Ferro, que les équipes de Treliane voient partir.",
    ],
)
def test_short_news_is_read_for_firms_that_only_their_surroundings_tell(body: str) -> None:
    assert isinstance(told("Changement de cap", body), Match)
    long = f"{body}\n\n{'Il a plu sur la lande, et les ajoncs ont jauni. ' * 30}"
    assert told("Changement de cap", long).reason is Reason.NO_ORGANISATION  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("title", "origin", "destination"),
    [
        ("Iris Valembois quitte Nébulia pour Corvex", "Nébulia", "Corvex"),
        ("Hoang Minh Tuyet quitte Nébulia et rejoint Corvexia", "Nébulia", "Corvexia"),
        ("Marie-Ange Delaunoy-Kessel part chez Ondelune", None, "Ondelune"),
    ],
)
def test_a_plain_title_is_read_whoever_it_names(title: str, origin: str | None, destination: str) -> None:
    move = only(title, "Sa rémunération serait de deux millions d'euros sur quatre ans.")
    assert (move.origin, move.destination) == (origin, destination)


@pytest.mark.parametrize(
    ("title", "origin", "destination", "role"),
    [
        ("Sévrine Malbosc nommée directrice financière de Corvexia", None, "Corvexia", "directrice financière"),
        ("Criteo : Sévrine Malbosc nommée DRH", None, "Criteo", "DRH"),
        ("Criteo nomme Sévrine Malbosc VP Engineering", None, "Criteo", "VP Engineering"),
        ("Criteo annonce l'arrivée de Sévrine Malbosc en qualité de DRH", None, "Criteo", "DRH"),
        ("Criteo : la directrice technique Sévrine Malbosc s'en va", "Criteo", None, "directrice technique"),
        ("Sévrine Malbosc rejoint Corvexia", None, "Corvexia", None),
        ("Départ de Sévrine Malbosc, directrice générale de Criteo", "Criteo", None, "directrice générale"),
    ],
)
def test_a_headline_alone_is_news(title: str, origin: str | None, destination: str | None, role: str | None) -> None:
    move = only(title)
    assert (move.origin, move.destination, move.role) == (origin, destination, role)


@pytest.mark.parametrize("ago", ["Il y a vingt ans", "Il y a plus de quinze ans", "Il y a trente-cinq ans"])
def test_what_was_years_ago_is_no_news(ago: str) -> None:
    assert isinstance(told(f"{ago}, Sévrine Malbosc quittait Criteo"), NoMatch)


def test_clutter_never_counts() -> None:
    body = (
        "La mise à jour corrige une faille du navigateur. Elle est déployée partout.\n\nÀ lire aussi\n\n"
        "Noam Kessler quitte Google DeepMind pour Anthropic\n\nCommentaires\n\nToto75 : Noam Kessler rejoint Meta"
    )
    assert isinstance(told("Google corrige une faille critique dans Chrome", body), NoMatch)
    assert isinstance(told("Noam Kessler quitte Google DeepMind pour Anthropic", body), Match)


def test_old_moves_are_background() -> None:
    judgement = told(
        "Lina Vogt quitte OpenAI pour Anthropic",
        "La chercheuse en IA part lundi.\n\nEn 2019, Marc Tellier avait quitté Google pour Criteo.",
        date(2026, 3, 1),
    )
    assert isinstance(judgement, Match)
    assert [move.person for move in judgement.news] == ["Lina Vogt"]
    assert "Marc Tellier" in {move.person for move in judgement.moves if move.background}


def test_evidence_slices_back_to_the_article() -> None:
    title, body = "Noam Kessler quitte Google DeepMind", "Il rejoindra Anthropic à l’été, où l’œuvre continue."
    judgement = told(title, body)
    assert isinstance(judgement, Match)
    text = article_text(title, body)
    pieces = [piece for move in judgement.moves for piece in move.evidence] + list(judgement.evidence)
    assert pieces
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)


def test_json_has_the_contract_s_keys() -> None:
    row = to_json("a1", told("Noam Kessler quitte Google DeepMind pour Anthropic"))
    assert row["flag"] is True
    assert set(row) == {"id", "flag", "score", "moves", "sources_cited", "reason"}
    refused = to_json("a2", told("Il fait beau", ""))
    assert (refused["flag"], refused["moves"], refused["reason"]) == (False, [], "no-trigger")


def test_explanation_shows_every_step() -> None:
    explanation = explain("Noam Kessler quitte Google DeepMind pour Anthropic", "Le chercheur part lundi.", LEXICON)
    text = "\n".join(explanation_lines(explanation, "en"))
    for expected in ("Flagged: ", "leave.quitter", "Noam Kessler: ", "words around who moves", "are needed"):
        assert expected in text
    assert "\x1b[" in text
    assert explanation.judgement == told(
        "Noam Kessler quitte Google DeepMind pour Anthropic", "Le chercheur part lundi."
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("claque la porte", None),
        ("claqua-t-elle ? Oui, elle claque\u00a0la porte", None),
        ("a vu la porte", Reason.NO_ORGANISATION),
        ("reclaque la porte", Reason.NO_ORGANISATION),
        ("claque enfin la porte", Reason.NO_ORGANISATION),
    ],
)
def test_a_verb_right_before_its_fixed_words_needs_no_post_beside_it(told: str, reason: Reason | None) -> None:
    body = f"L'éditeur Doctolib travaille. Camille Ferrand {told}. {'La suite viendra. ' * 80}"
    assert gate("Les nouvelles du jour", body, load_lexicon()) is reason


def test_explanation_of_a_refusal_shows_what_stood_behind_the_gate() -> None:
    explanation = explain("Camille Ferrand savoure son café chez Doctolib", "À lire aussi : la mer", LEXICON)
    text = "\n".join(explanation_lines(explanation, "fr"))
    assert explanation.stopped is not None
    assert refusal_label(explanation.stopped, "fr") in text
    assert [name.name for name in explanation.names] == ["Camille Ferrand", "Doctolib"]
    assert [why for why, _ in explanation.clutter] == ["header “a lire aussi”"]


def test_explanation_tells_the_frames_that_were_tried_in_vain() -> None:
    explanation = explain("Noam Kessler quitte Google DeepMind", "Une arrivée se prépare, sans plus.", LEXICON)
    assert [(tried.words, tried.sentence) for tried in explanation.tried] == [("arrivée", 1)]
    assert all(frame.startswith("arrive.") for frame in explanation.tried[0].frames)


def test_explanation_for_programs_holds_every_step() -> None:
    explanation = explain("Noam Kessler quitte Google DeepMind pour Anthropic", "", LEXICON)
    row: dict[str, Any] = explanation_to_json("a1", explanation)
    assert {**row, **to_json("a1", explanation.judgement)} == row
    row = json.loads(json.dumps(row))
    assert row["considered"][0]["who"] == "Noam Kessler"
    names = {name["name"]: name for name in row["names"]}
    assert names["Noam Kessler"]["votes"]["person: two words or more"] > 0
    assert row["frames"][0]["frame"] == "leave.quitter"


@pytest.mark.parametrize(
    ("title", "body", "movers"),
    [
        ("L’accession de Mme Colomba Mariani, de Sept-Îles Carton, à la DSI de Cascades", "", ["Colomba Mariani"]),
        (
            "Montreuil : on arrive, on part, on fête",
            """• Goulc’hen Daoudal, de Weezy Compta, devient directeur technique de Mistral AI Éducation, rue de Paris.
• Bénédicte Carpeaux (La Boîte à Paie) s’en va au 31 juillet.
• Wagon-Lit, l’éditeur de billetterie, confie ses ventes à Chantal Bonnefond, jusque-là à la Caisse des écoles.""",
            ["Goulc’hen Daoudal", "Bénédicte Carpeaux", "Chantal Bonnefond"],
        ),
    ],
)
def test_a_firm_that_somebody_leaves_does_not_move_itself(title: str, body: str, movers: list[str]) -> None:
    found = judge(title, body, LEXICON)
    assert isinstance(found, Match)
    assert [move.person for move in found.moves if not move.background] == movers


def test_a_plain_reading_does_not_flag_what_all_other_words_are_against() -> None:
    title = "L’État souffle un chercheur d’Inria à Hugging Face"
    body = """C’est rare. L’Agence ministérielle pour l’IA de défense souffle Barnabé Lescure à Hugging Face.

Le spécialiste de la vision par ordinateur, qui avait quitté l’Inria en 2022, occupera le poste de chef de projet."""
    out_of_reach = {**LEXICON.thresholds, "flag": 20.0}
    assert isinstance(judge(title, body, replace(LEXICON, thresholds=out_of_reach)), Match)
    weak = judge(title, body, replace(LEXICON, thresholds={**out_of_reach, "contradicted": 19.0}))
    assert isinstance(weak, NoMatch)
    assert weak.reason is Reason.TOO_WEAK


def test_a_plain_reading_flags_an_unlikely_article_where_what_is_said_of_the_mover_bears_it_out() -> None:
    title = "Une ancienne de Fluxion prend la tête de Cloudea"
    body = """Jeanne Roustan, l’ancienne responsable des films de Fluxion, va prendre la tête du réseau Cloudea le 1er
juin, a annoncé lundi la maison mère. La musique, les jeux vidéo et la publicité en dépendront."""
    unlikely = {**LEXICON.thresholds, "flag": 20.0, "contradicted": 19.0}
    assert isinstance(judge(title, body, replace(LEXICON, thresholds=unlikely)), Match)
    for out_of_reach in ({"borne-out": 19.0}, {"excluded": 19.0}):
        told = judge(title, body, replace(LEXICON, thresholds=unlikely | out_of_reach))
        assert isinstance(told, NoMatch)
        assert told.reason is Reason.TOO_WEAK


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("La start-up Alto débauche son directeur technique, Marc Dupin (Nordeo", ""),
        ("", "L'éditeur Alto débauche un directeur, Jean Dupin (Nordeo"),
        (
            "",
            (
                "Zacharias van Zijl quitterait Alto pour l'éditeur Nordeo. Le Néerlandais, 44 ans, et Ulfat Wadoud se "
                "connaissent. Le premier n'a pas répondu. Le second n'a pas décroché."
            ),
        ),
    ],
    ids=["title cut off in a bracket", "body cut off in a bracket", "an ordinal beside a nationality"],
)
def test_text_that_is_cut_off_or_speaks_of_nationalities_is_judged(title: str, body: str) -> None:
    assert isinstance(told(title, body), Match)


@pytest.mark.parametrize(
    ("body", "post"),
    [
        ("L'éditeur Alto nomme directrice de la communication Jeanne Roux.", "directrice de la communication"),
        ("L'éditeur Alto a nommé cheffe des modèles Aiko Katsuragi, venue de Nordeo.", "cheffe des modèles"),
        ("L'éditeur Alto nomme Jeanne Roux directrice de la division Aitras.", "directrice de la division Aitras"),
    ],
)
def test_a_post_ends_before_whose_it_is(body: str, post: str) -> None:
    assert only("", body).role == post


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Mistral AI", "La directrice technique de Mistral AI, [nom retiré], quitte l'entreprise pour OpenAI."),
        ("Changement chez Mistral AI", "La directrice technique de Mistral AI quitte l'entreprise pour OpenAI."),
    ],
)
def test_whoever_is_known_by_a_post_alone_moves_where_the_grammar_reads_it_plainly(title: str, body: str) -> None:
    match = judge(title, body, LEXICON)
    assert isinstance(match, Match)
    assert [(move.person, move.group.label if move.group else "", move.destination) for move in match.moves] == [
        (None, "directrice technique", "OpenAI")
    ]
