"""What the stories are when the matcher misreads some of an event's articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts import stories
from alerts.stories.ladder import rungs
from mercato.model import Article, Evidence, Group, Kind, Match, Move, NoMatch, Novelty, Reason, Status, Story

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
READ = (Evidence(start=0, end=4, text="Mots", why="mover", points=1.0),)
Item = tuple[Article, Match | NoMatch]


def move(person: str | None, origin: str | None, destination: str | None, **more: object) -> Move:
    group = None if person else Group(label="cadre", count=1)
    given = {"status": Status.CONFIRMED, "kind": Kind.HIRE, "evidence": READ, **more}
    return Move(person=person, group=group, origin=origin, destination=destination, **given)  # type: ignore[arg-type]


def tell(name: str, day: float, title: str, *moves: Move, body: str = "", reason: Reason = Reason.TOO_WEAK) -> Item:
    published = MONDAY + timedelta(days=day)
    article = Article(
        id=name, url=f"https://presse.example/{name}", source=name, outlet=f"Titre {name}", title=title, body=body,
        published=published, first_seen=published + timedelta(hours=1),
    )  # fmt: skip
    return article, Match(score=2.0, moves=moves) if moves else NoMatch(reason=reason)


def joined(items: Sequence[Item]) -> list[Story]:
    """The stories, checked to be the same when the articles are met backwards."""
    shelves = stories.Shelf(), stories.Shelf()
    for shelf, some in zip(shelves, (items, items[::-1]), strict=True):
        for article, judgement in some:
            if isinstance(judgement, Match):
                shelf.join(article, judgement, article.first_seen)
    assert {story.tellings for story in shelves[0]} == {story.tellings for story in shelves[1]}
    return list(shelves[0])


IRIS = move("Iris Falcou", "Nébulia", "Corvex")
FIRST = tell("a", 0, "Corvex recrute Iris Falcou", IRIS)


@pytest.mark.parametrize(
    ("misread", "day"),
    [
        (move("Iris Falcou", "Corvex", "Nébulia"), 1),
        (move("Iris Falcou", "Nébulia", "Wavelane"), 2),
        (move("Iris Falcou", "Nébulia", "Wavelane"), 12),
        (move("Iris Falcou", None, "Wavelane"), 2),
        (move("Iris Falcou", "Altéride", "Corvex"), 2),
        (move("Iris Falcou", None, None), 9),
        (move("Falcou", "Altéride", "Corvex"), 1),
        (move("Falcou", "Nébulia", "Wavelane"), 1),
    ],
)
def test_one_wrong_side_within_days_opens_no_second_story(misread: Move, day: float) -> None:
    assert len(joined([FIRST, tell("b", day, "Une recrue de choix", misread)])) == 1


@pytest.mark.parametrize(
    ("other", "day"),
    [
        (move("Iris Falcou", "Corvex", "Wavelane"), 2),
        (move("Iris Falcou", "Altéride", "Nébulia"), 2),
        (move("Iris Falcou", "Altéride", "Wavelane"), 2),
        (move("Iris Falcou", "Corvex", "Nébulia"), 9),
        (move("Iris Falcou", "Corvex", "Nébulia", kind=Kind.RETURN), 2),
        (move("Iris Falcou", "Nébulia", "Wavelane"), 30),
        (move("Jade Falcou", "Nébulia", "Corvex"), 1),
        (move("Falcou", "Altéride", "Wavelane"), 1),
    ],
)
def test_another_step_of_the_career_or_another_person_stays_apart(other: Move, day: float) -> None:
    assert len(joined([FIRST, tell("b", day, "Une recrue de choix", other)])) == 2


def test_a_title_names_the_mover_whom_the_reading_lost() -> None:
    lost = move(None, None, "Corvex")
    (story,) = joined([tell("b", 0, "Corvex s’offre Falcou", lost), tell("c", 1, "Une recrue de choix", IRIS)])
    assert story.people == ("Iris Falcou",)
    assert len(joined([tell("b", 0, "Corvex s’offre Lambert", lost), tell("c", 1, "Une recrue de choix", IRIS)])) == 2


def test_somebody_whom_one_outlet_names_in_passing_waits_for_a_second_one() -> None:
    boss = move("Noé Lambert", "Nébulia", "Corvex")
    passing = tell("b", 1, "Corvex se renforce", IRIS, boss)
    (story,) = joined([FIRST, passing])
    assert story.people == ("Iris Falcou",)
    assert [event.novelty for event in story.events if event.alerting] == [Novelty.OPENED]
    (story,) = joined([FIRST, passing, tell("c", 1.5, "Deux départs chez Nébulia", IRIS, boss)])
    assert story.people == ("Iris Falcou", "Noé Lambert")
    alerts = [(event.article, event.novelty, event.after) for event in story.events if event.alerting]
    assert alerts[1:] == [("c", Novelty.PERSON, "Noé Lambert")]


def test_somebody_whom_a_title_names_waits_for_nobody() -> None:
    (story,) = joined([FIRST, tell("b", 1, "Lambert suit Falcou", IRIS, move("Noé Lambert", "Nébulia", "Corvex"))])
    assert story.people == ("Iris Falcou", "Noé Lambert")


def test_a_denial_that_one_outlet_retells_as_the_move_stays_a_denial() -> None:
    denied = tell("b", 1, "Iris Falcou reste", replace(IRIS, status=Status.DENIED))
    (story,) = joined([tell("a", 0, "Falcou partirait", replace(IRIS, status=Status.RUMOURED)), denied,
                       tell("c", 2, "Falcou et Corvex", IRIS)])  # fmt: skip
    assert story.status is Status.DENIED
    assert [rung.status for rung in rungs(story)] == [Status.RUMOURED, Status.DENIED]
    (story,) = joined([denied, tell("c", 2, "Falcou et Corvex", IRIS), tell("d", 3, "C’est signé", IRIS)])
    assert story.status is Status.CONFIRMED
    (story,) = joined([denied, tell("c", 9, "Falcou chez Corvex", IRIS)])
    assert story.status is Status.CONFIRMED


@pytest.mark.parametrize(
    ("title", "body", "day", "reason", "covered"),
    [
        ("Falcou change d’air", "Iris Falcou laisse Nébulia ; Corvex l’attend.", 2, Reason.TOO_WEAK, True),
        ("Les valises sont faites", "Iris Falcou laisse Nébulia ; Corvex l’attend.", -1, Reason.NO_FRAME, True),
        ("Iris Falcou, à suivre", "Corvex se tait.", 2, Reason.NO_ORGANISATION, True),
        ("Iris Falcou, à suivre", "Corvex se tait.", 5, Reason.NO_ORGANISATION, False),
        ("Les valises sont faites", "Iris Falcou laisse Nébulia ; Corvex l’attend.", 20, Reason.TOO_WEAK, False),
        ("Les valises sont faites", "Corvex se tait sur Iris Falcou.", 2, Reason.TOO_WEAK, False),
        ("Les valises sont faites", "Iris Falcou parle de Nébulia et de Corvex.", 2, Reason.NO_TRIGGER, False),
        ("Nébulia et Corvex s’allient", "Jade Falcou signe pour Nébulia.", 1, Reason.TOO_WEAK, False),
    ],
)
def test_an_article_that_was_not_flagged_covers_an_event_that_is_known(
    title: str, body: str, day: float, reason: Reason, covered: bool
) -> None:
    label = stories.group([FIRST, tell("b", day, title, body=body, reason=reason)])
    assert (label["a"] == label["b"]) is covered


def test_an_article_is_labelled_by_whom_others_name_too() -> None:
    boss = move("Noé Lambert", "Nébulia", "Corvex", role="président")
    label = stories.group([FIRST, tell("b", 3, "Une belle prise", boss, replace(IRIS, role="directrice"))])
    assert label["a"] == label["b"]
    elsewhere = move("Noé Lambert", "Altéride", "Wavelane")
    label = stories.group([FIRST, tell("b", 3, "Une belle prise", elsewhere, IRIS)])
    assert label["a"] != label["b"]


def test_whoever_goes_the_other_way_round_in_one_article_alone_does_not_label_it() -> None:
    investor = move("Noé Lambert", "Corvex", "Nébulia")
    departure = replace(IRIS, destination=None, kind=Kind.DEPARTURE)
    label = stories.group([FIRST, tell("b", 1, "Coup dur pour Nébulia", investor, departure)])
    assert label["a"] == label["b"]
    label = stories.group([FIRST, tell("b", 1, "Noé Lambert fait le chemin inverse", investor, departure)])
    assert label["a"] != label["b"]


def test_a_title_that_names_the_boss_does_not_make_him_the_mover_whom_others_cover() -> None:
    boss = move("Noé Lambert", "Nébulia", None, status=Status.FAILED, kind=Kind.DISMISSAL)
    iris = move("Iris Falcou", "Nébulia", None, status=Status.FAILED, kind=Kind.DEPARTURE)
    cover = tell("a", 0, "Iris Falcou dit non", body="Iris Falcou, de Nébulia, a dit non à Corvex.")
    both = tell("b", 1, "Celle qui éconduit Lambert", boss, iris)
    label = stories.group([cover, both])
    assert label["a"] == label["b"]
    assert stories.group([both])["b"] != label["b"]
    elsewhere = tell("b", 1, "Celle qui éconduit Lambert", replace(boss, destination="Wavelane"), iris)
    label = stories.group([cover, elsewhere])
    assert label["a"] != label["b"]
