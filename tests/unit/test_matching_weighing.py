"""Features, points and what is decided by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from alerts.lexicon import Lexicon, load_lexicon
from alerts.lexicon.loading import build_lexicon, bundled_files
from alerts.matching.article import Article
from alerts.matching.deciding import STATUSES, decide, is_barred, moves_beside, rank_movers, share
from alerts.matching.features import Scene, Sight, figures, mover_features, posts, side_features
from alerts.matching.judging import reason, set_scene
from alerts.matching.reading import read
from alerts.matching.weighing import ALWAYS, decisive, weigh, witnessed
from mercato.errors import LexiconError
from mercato.model import Match, Status

LEXICON = load_lexicon()


def scene(title: str, body: str = "", lexicon: Lexicon = LEXICON) -> Scene:
    return set_scene(Article(read(title, body, lexicon), lexicon), date(2026, 3, 1))


def matched(title: str, body: str = "") -> Match:
    judgement = reason(title, body, LEXICON, None).judgement
    assert isinstance(judgement, Match)
    return judgement


def names(sight: Sight) -> list[set[str]]:
    return [set(sight.whole), *map(set, sight.places)]


def test_points_are_added_alike_in_every_order_and_on_every_python() -> None:
    points = {"a": 0.1, "b": 1e16, "c": 0.2, "d": -1e16, "e": 0.3}
    exact = 0.6  # of the tenths; added one after the other, b and d leave 0.3 or less of it
    assert {weigh(dict.fromkeys(order), points) for order in permutations(points)} == {exact}


def test_every_question_has_a_table() -> None:
    questions = {"gate", "mover", "beside", "origin", "destination", "sides", "role", "pay"}
    assert set(LEXICON.tables) == questions | {f"status-{status}" for status in STATUSES}
    assert all(ALWAYS in points and len(points) > 100 for points in LEXICON.tables.values())


def test_who_earned_next_to_nothing_is_not_asked_whether_he_moves_beside_others() -> None:
    told = scene("Ana Lopes quitte Criteo pour Qonto", "Hugo Ferrand rejoint Qonto lui aussi, venu de Criteo.")
    seen = next(mover_features(party, told) for party in told.parties.movers if party.name == "Hugo Ferrand")
    assert moves_beside(seen, LEXICON.thresholds["unlikely"], told)
    assert not moves_beside(seen, LEXICON.thresholds["unlikely"] - 1, told)
    assert not moves_beside({}, 0.0, told)


def test_points_are_added_up() -> None:
    points = {ALWAYS: -1.0, "after1=rejoint": 2.5, "before1=de": -0.5}
    assert weigh({"after1=rejoint": (0, 7), "before1=de": None, "unheard of": None}, points) == 1.0
    assert weigh({}, points) == -1.0


def test_of_the_places_that_speak_of_a_party_the_weightiest_counts() -> None:
    points = {ALWAYS: -1.0, "tech=4": 0.5, "after1=rejoint": 2.5, "before1=de": -0.5}
    sight = Sight({"tech=4": None}, ({"before1=de": (3, 5)}, {"after1=rejoint": (0, 7)}))
    assert weigh(sight, points) == 2.0
    assert witnessed(sight, points) == {"tech=4": None, "after1=rejoint": (0, 7)}


def test_the_weightiest_words_are_shown_once_with_the_sum_of_their_features() -> None:
    text = "Meta recrute Ana Lopes de Criteo"
    points = {"a": 1.0, "b": 0.5, "c": -0.75, "d": 3.0, "e": 0.05}
    features = {"a": (5, 12), "b": (5, 12), "c": (26, 32), "d": (23, 25), "e": (0, 4)}
    found = decisive(features, points, text, "mover")
    # « de » has no word to show, and « Meta » weighs next to nothing.
    assert [(piece.text, piece.points) for piece in found] == [("recrute", 1.5), ("Criteo", -0.75)]
    assert {piece.why for piece in found} == {"mover"}


def test_names_are_seen_by_their_type_only() -> None:
    one = scene("Ana Lopes quitte Vectigal pour Ondelia")
    other = scene("Noam Kessler quitte Muraglia pour Bordéciel")
    features = [set(mover_features(s.parties.movers[0], s)) for s in (one, other)]
    assert features[0] == features[1]
    sides = [side_features(s.parties.movers[0], s.parties.organisations[0], s) for s in (one, other)]
    assert names(sides[0]) == names(sides[1])


def test_an_organisation_is_never_both_sides() -> None:
    judgement = reason("Ana Lopes quitte Qonto et revient chez Qonto", "", LEXICON, None).judgement
    assert isinstance(judgement, Match)
    assert all(move.origin is None or move.origin != move.destination for move in judgement.moves)


def test_a_crowd_of_which_nobody_can_be_told_apart_is_no_mover() -> None:
    seen = scene("Grand Nordet recrute 2000 bêta-testeurs", "L'éditeur Grand Nordet recrute 2000 bêta-testeurs.")
    assert all(is_barred(party, seen) for party in seen.parties.movers if not party.named)


def test_a_field_is_told_as_the_post_of_who_heads_it() -> None:
    seen = scene("Ana Lopes rejoint Qonto", "Ana Lopes pilotera les paiements internationaux.")
    assert "direction des paiements internationaux" in [post.label for post in posts(seen)]


def test_a_field_that_is_a_post_already_is_no_direction_of_it() -> None:
    seen = scene("Ana Lopes rejoint Qonto", "Elle prend la direction des paiements internationaux.")
    assert "direction des paiements internationaux" in [post.label for post in posts(seen)]


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("Ana Lopes, dénicheuse de pépites, rejoint Qonto", "dénicheuse de pépites"),
        ("Ana Lopes rejoint Qonto comme Chief Sparkle Officer", "Chief Sparkle Officer"),
        ("Ana Lopes rejoint Qonto comme Group Chief Information Officer", "Group Chief Information Officer"),
        (
            "Qonto nomme Ana Lopes à la direction de la donnée et de l'innovation",
            "direction de la donnée et de l'innovation",
        ),
        ("Ana Lopes entre au conseil d'administration de Qonto", "conseil d'administration"),
        ("Chez Qonto, Ana Lopes aux ventes, Hugo Ferrand à la sécurité", "ventes"),
        ("Ana Lopes dirigera Firefox chez Qonto", "direction de Firefox"),
        ("Le directeur technique en est parti", "directeur technique"),
        ("Elle devient directrice du commerce en ligne de Qonto", "directrice du commerce en ligne"),
        ("Elle devient directrice du futur studio de Qonto", "directrice du futur studio"),
        ("Il est directeur technique par intérim chez Qonto", "directeur technique par intérim"),
        ("Ana Lopes, responsable de la sûreté pour l'Europe, part", "responsable de la sûreté pour l'Europe"),
        ("Ana Lopes quitte son poste de présidente de Qonto", "présidente"),
        ("Ana Lopes devient directrice commerciale de l'éditeur niortais", "directrice commerciale"),
        ("Elle prend la direction des systèmes d'information de la mutuelle", "direction des systèmes d'information"),
    ],
)
def test_a_post_begins_and_ends_where_its_noun_phrase_does(sentence: str, post: str) -> None:
    assert post in [found.label for found in posts(scene("Ana Lopes rejoint Qonto", f"{sentence}."))]


@pytest.mark.parametrize("word", ["moteur", "secteur", "retraite"])
def test_a_thing_is_nobodys_trade(word: str) -> None:
    assert word not in [found.label for found in posts(scene(f"Ana Lopes cède le {word} chez Qonto", ""))][1:]


@pytest.mark.parametrize(
    ("sentence", "heads"),
    [
        ("Zoé Delmas attend la désignation d'un nouveau patron.", set()),
        ("Zoé Delmas attend le nouveau patron.", {"patron"}),
        ("Le conseil d'administration de Corvex a révoqué Zoé Delmas.", set()),
        ("Zoé Delmas rejoint le conseil d'administration de Corvex.", {"conseil"}),
        ("Zoé Delmas assure l'intérim jusqu'à l'été.", set()),
    ],
)
def test_a_post_that_is_sought_or_that_decides_is_nobodys(sentence: str, heads: set[str]) -> None:
    assert {post.head for post in posts(scene("", sentence))} == heads


def test_what_stands_in_the_conditional_on_nobodys_word_is_a_rumour() -> None:
    (move,) = matched("Zoé Delmas quitterait Orange pour Thales").moves
    assert move.status is Status.RUMOURED
    (told,) = matched("Selon Bloomberg, Zoé Delmas aurait quitté Orange pour Thales").moves
    assert told.status is Status.REPORTED


def test_a_successor_may_have_the_post_of_who_held_it() -> None:
    seen = scene("Ana Lopes succède à Hugo Ferrand", "Ana Lopes succède à Hugo Ferrand chez Qonto.")
    people = {party.entity for party in seen.parties.movers}
    assert all(seen.partners[entity] == people - {entity} for entity in people if entity)


def test_a_title_in_the_singular_is_no_groups() -> None:
    lenient = replace(LEXICON, thresholds={**LEXICON.thresholds, "role": -99.0})
    title = "Sept chercheurs de Criteo rejoignent Qonto"
    for post, held in (
        ("directrice de la recherche", False),
        ("directeurs de la recherche", True),
    ):
        seen = scene(title, f"Ils y seront {post}.", lenient)
        group = next(party for party in seen.parties.movers if party.people)
        assert post in [found.label for found in posts(seen)]
        assert (post in share([group], seen).roles.values()) is held


def test_figures_are_counted_up_to_a_limit() -> None:
    seen = scene("Ana Lopes rejoint Qonto", "Elle touche 10 millions d'euros. " * 80)
    assert len(list(figures(seen.article))) == 40


def test_what_is_decided_can_be_retraced_by_hand() -> None:
    seen = scene("Ana Lopes quitte Criteo pour Qonto", "La directrice produit arrive lundi.")
    ((party, features, points),) = rank_movers(seen)
    table = LEXICON.tables["mover"]
    assert points == pytest.approx(table[ALWAYS] + sum(table.get(name, 0.0) for name in features))
    decision = decide(party, features, points, seen, share([party], seen))
    assert (decision.origin and decision.origin.name, decision.destination and decision.destination.name) == (
        "Criteo",
        "Qonto",
    )


def test_a_post_goes_to_the_mover_whom_it_fits() -> None:
    title = "Ana Lopes est nommée directrice technique de Qonto ; Hugo Ferrand quitte Criteo"
    moves = {move.person: move.role for move in matched(title, "Hugo Ferrand part à la retraite.").moves}
    assert moves["Ana Lopes"] == "directrice technique"
    assert moves["Hugo Ferrand"] is None


def test_thresholds_decide() -> None:
    strict = replace(LEXICON, thresholds={**LEXICON.thresholds, "flag": 99.0, "plain": 99.0})
    title = "Ana Lopes quitte Criteo pour Qonto"
    assert isinstance(reason(title, "", LEXICON, None).judgement, Match)
    assert not isinstance(reason(title, "", strict, None).judgement, Match)


def test_a_broken_table_is_refused_with_its_line() -> None:
    files = {**bundled_files(), "mover.tsv": b"\t-1\nafter1=rejoint 2.5\n"}
    with pytest.raises(LexiconError, match=r"mover\.tsv, line 2"):
        build_lexicon(files)
