"""Of what kind a story is when its articles differ: an offer that was taken is a move."""

from __future__ import annotations

import pytest
from told_samples import an_article

from alerts import stories
from alerts.lexicon import load_lexicon
from alerts.matching import judge
from mercato.model import Article, Kind, Match, Move, Status


def told(outlet: str, hour: int, kind: Kind, status: Status) -> tuple[Article, Match]:
    move = Move(person="Iris Valembois", origin="Nébulia", destination="Corvex", status=status, kind=kind)
    return an_article(outlet, hour), Match(score=3.0, moves=(move,))


@pytest.mark.parametrize(
    ("later", "status", "kind"),
    [
        (Kind.HIRE, Status.CONFIRMED, Kind.HIRE),
        (Kind.POACH, Status.REPORTED, Kind.POACH),
        (Kind.OFFER, Status.CONFIRMED, Kind.OFFER),
        (Kind.OFFER, Status.FAILED, Kind.OFFER),
    ],
)
def test_an_offer_of_an_established_move_was_taken(later: Kind, status: Status, kind: Kind) -> None:
    shelf = stories.Shelf()
    for article, match in (
        told("Gazette", 0, Kind.OFFER, Status.RUMOURED),
        told("Fil", 3, Kind.OFFER, Status.RUMOURED),
        told("Hebdo", 30, later, status),
    ):
        shelf.join(article, match, article.first_seen)
    (story,) = shelf
    assert story.kind is kind


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        (
            "Iris Valembois quitte Nébulia pour Corvex",
            "Elle rejoint Corvex, qui lui a proposé une rémunération de 25 millions de dollars sur quatre ans.",
            Kind.HIRE,
        ),
        ("Iris Valembois refuse l'offre de Corvex et reste chez Nébulia", "", Kind.OFFER),
    ],
)
def test_within_one_article_too(title: str, body: str, kind: Kind) -> None:
    judgement = judge(title, body, load_lexicon())
    assert isinstance(judgement, Match)
    assert {move.kind for move in judgement.news if move.person == "Iris Valembois"} == {kind}
