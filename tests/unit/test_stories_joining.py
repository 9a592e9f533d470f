"""Which articles tell one event, and which only look like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts import stories
from mercato.model import (
    Amount,
    Article,
    Evidence,
    Group,
    Kind,
    Match,
    Move,
    NoMatch,
    Novelty,
    Reason,
    Status,
    Story,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HUNDRED = Amount(min=100_000_000, max=None, currency="USD")
TWO_HUNDRED = Amount(min=200_000_000, max=None, currency="USD")


def tell(
    day: int, *moves: Move, title: str = "", outlet: str = "", cited: Sequence[str] = (), name: str = ""
) -> tuple[Article, Match]:
    """An article that came out `day` days after a Monday, with what the matcher found in it."""
    name = name or f"day-{day}"
    published = MONDAY + timedelta(days=day)
    article = Article(
        id=name,
        url=f"https://presse.example/{name}",
        source=outlet or name,
        outlet=outlet or name,
        title=title or name,
        published=published,
        first_seen=published + timedelta(hours=1),
    )
    return article, Match(score=3.0, moves=moves, sources_cited=tuple(cited))


def move(
    who: str | Group, origin: str | None = None, destination: str | None = None, kind: Kind = Kind.HIRE, **more: object
) -> Move:
    person, group = (who, None) if isinstance(who, str) else (None, who)
    given = {"status": Status.CONFIRMED, **more}
    return Move(person=person, group=group, origin=origin, destination=destination, kind=kind, **given)  # type: ignore[arg-type]


def told_by(*items: tuple[Article, Match]) -> list[Story]:
    """The stories after all the items, checked to be the same when the items are met backwards."""
    shelf, backwards = stories.Shelf(), stories.Shelf()
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    for article, match in reversed(items):
        backwards.join(article, match, article.first_seen)
    assert {story.tellings for story in shelf} == {story.tellings for story in backwards}
    return list(shelf)


def are_one(first: Move, second: Move, days: int = 2, titles: tuple[str, str] = ("", "")) -> bool:
    """Whether two articles, `days` apart, tell one event."""
    items = tell(0, first, title=titles[0], name="a"), tell(days, second, title=titles[1], name="b")
    return len(told_by(*items)) == 1


PANG = move("Ruoming Pang", "Apple", "Meta")


@pytest.mark.parametrize(
    "other",
    [
        move("Pang Ruoming", "Apple", "Meta"),
        move("Pang", "Apple", "Meta"),
        move("R. Pang", "Apple", None, Kind.DEPARTURE),
        move("Ruoming Pang", None, "Meta", Kind.POACH),
        move("Ruoming Pang", "Apple", None, Kind.DEPARTURE),
        move("Ruoming Pang", "Carnegie Mellon", "Meta"),
        move("Ruoming Pang"),
        move("Ruoming Pang", None, "Apple", Kind.RETENTION),
        move("Ruoming Pang", "Apple", "OpenAI", status=Status.RUMOURED),
        move(Group(label="patron des modèles d'IA", count=1), "Apple", "Meta", role="responsable IA"),
    ],
)
def test_the_same_event_in_other_words(other: Move) -> None:
    titles = "Apple perd le patron de ses modèles d'IA", "Meta débauche chez Apple"
    assert are_one(PANG, other, titles=titles)
    assert are_one(other, PANG, titles=titles[::-1])


@pytest.mark.parametrize(
    ("other", "days"),
    [
        (move("Mark Lee", "Apple", "Meta"), 0),
        (move("Lee", "Apple", "Meta"), 0),
        (move("Wei Pang", "Apple", "Meta"), 1),
        (move("Ruoming Pang", "Meta", "Apple", Kind.RETURN), 40),
        (move("Ruoming Pang", "Meta", "OpenAI"), 40),
        (move("Ruoming Pang", "Meta", None, Kind.DEPARTURE), 40),
        (move("Ruoming Pang", "Google", "Apple"), 0),
        (move("Ruoming Pang", None, "Apple", Kind.APPOINT), 30),
        (move("Ruoming Pang", None, "OpenAI"), 30),
        (move("Ruoming Pang", None, "Meta", Kind.PROMOTION, role="directeur scientifique"), 60),
        (move("Ruoming Pang", "Apple", "Meta"), 200),
        (move("Zhifeng Chen", "Google", "Apple", Kind.APPOINT), 3),
        (move(Group(label="ingénieurs"), "Apple", None, Kind.DISMISSAL), 1),
        (move(Group(label="chercheurs", count=4), "Apple", "Meta"), 1),
        (move("Pang", None, None), 1),
    ],
)
def test_near_misses_stay_apart(other: Move, days: int) -> None:
    assert not are_one(PANG, other, days)


def test_a_surname_goes_to_the_person_whose_firms_agree() -> None:
    found = told_by(
        tell(0, move("Paul Durand", "Google", "Mistral AI"), name="a"),
        tell(0, move("Anne Durand", "OVHcloud", "Scaleway"), name="b"),
        tell(1, move("Durand", "OVHcloud", "Scaleway"), name="c"),
        tell(2, move("Durand", "Google", "Mistral"), name="d"),
    )
    assert {story.people: len(story.tellings) for story in found} == {("Paul Durand",): 2, ("Anne Durand",): 2}


def test_two_people_of_one_surname_are_not_merged_by_it() -> None:
    found = told_by(
        tell(0, move("Durand", "Google", "Mistral AI"), name="a"),
        tell(1, move("Paul Durand", "Google", "Mistral AI"), name="b"),
        tell(2, move("Pierre Durand", "Google", "Mistral AI"), name="c"),
    )
    assert sorted(story.people for story in found) == [("Paul Durand",), ("Pierre Durand",)]


def test_a_departure_learns_its_destination() -> None:
    found = told_by(
        tell(0, move("Tom Gunter", "Apple", None, Kind.DEPARTURE), name="a"),
        tell(9, move("Tom Gunter", None, "Meta"), name="b"),
    )
    (story,) = found
    assert (story.origin, story.destination, story.kind) == ("Apple", "Meta", Kind.HIRE)
    assert [event.novelty for event in story.events[1:]] == [Novelty.DESTINATION, Novelty.OUTLET]


def test_a_rumoured_destination_does_not_borrow_the_certainty_of_the_departure() -> None:
    departure = move("Tom Gunter", "Apple", None, Kind.DEPARTURE)
    hedged = move("Tom Gunter", "Apple", "Meta", status=Status.RUMOURED)
    (story,) = told_by(tell(0, departure, hedged, name="a"))
    assert (story.destination, story.status) == (None, Status.CONFIRMED)
    assert stories.hedged_destinations(story) == (("Meta", Status.RUMOURED),)
    (story,) = told_by(tell(0, departure, hedged, name="a"), tell(5, move("Tom Gunter", "Apple", "Meta"), name="b"))
    assert (story.destination, story.status) == ("Meta", Status.CONFIRMED)
    assert stories.hedged_destinations(story) == ()


def test_a_denied_destination_leaves_the_certain_departure_standing() -> None:
    departure = move("Tom Gunter", "Apple", None, Kind.DEPARTURE)
    denial = move("Tom Gunter", "Apple", "Meta", status=Status.DENIED)
    (story,) = told_by(tell(0, departure, denial, name="a"))
    assert (story.destination, story.status) == (None, Status.CONFIRMED)
    assert stories.hedged_destinations(story) == (("Meta", Status.DENIED),)


def test_a_denial_alerts_and_a_later_echo_changes_nothing() -> None:
    def said(day: int, status: Status) -> tuple[Article, Match]:
        return tell(day, move("Ruoming Pang", "Apple", "Meta", status=status), name=f"d{day}")

    items = [said(0, Status.RUMOURED), said(1, Status.DENIED), said(2, Status.REPORTED), said(3, Status.CONFIRMED)]
    (story,) = told_by(*items, said(4, Status.RUMOURED))
    assert story.status is Status.CONFIRMED
    alerts = [(event.before, event.after) for event in story.events if event.novelty is Novelty.STATUS]
    assert alerts == [("rumoured", "denied"), ("denied", "confirmed")]


def test_movers_told_together_are_one_story_and_keep_their_own_where_they_have_one() -> None:
    both = [
        move(name, "Apple", "Meta", evidence=(Evidence(start=start, end=start + 9, text="x", why="arrive.rejoindre"),))
        for name, start in (("Mark Lee", 10), ("Tom Gunter", 25))
    ]
    (together,) = told_by(tell(0, *both, name="a"), tell(1, move("Tom Gunter", "Apple", "Meta"), name="b"))
    assert together.people == ("Mark Lee", "Tom Gunter")
    assert len(together.tellings) == 2
    apart = told_by(tell(0, PANG, name="a"), tell(20, *both, PANG, name="b"))
    assert sorted(story.people for story in apart) == [("Mark Lee", "Tom Gunter"), ("Ruoming Pang",)]


def test_movers_told_far_apart_or_otherwise_are_several_stories() -> None:
    near, far = (Evidence(start=start, end=start + 9, text="x", why="w") for start in (0, 900))
    first, second = (
        move("Mark Lee", "Apple", "Meta", evidence=(near,)),
        move("Tom Gunter", "Apple", "Meta", evidence=(far,)),
    )
    assert len(told_by(tell(0, first, second, name="a"))) == 2
    paid = replace(second, evidence=(near,), amount=HUNDRED)
    assert len(told_by(tell(0, first, paid, name="a"))) == 2


def test_a_new_name_in_the_same_event_alerts_once() -> None:
    both = [move(name, "Google", "Mistral AI") for name in ("Paul Durand", "Anne Martin")]
    items = [tell(0, both[0], name="a"), tell(1, *both, name="b"), tell(2, *both, name="c")]
    (story,) = told_by(*items)
    assert story.people == ("Paul Durand", "Anne Martin")
    assert [event.after for event in story.events if event.novelty is Novelty.PERSON] == ["Anne Martin"]


def test_groups_join_by_both_sides_and_count() -> None:
    six = move(Group(label="chercheurs", count=6), "Meta", "Kyutai")
    assert are_one(six, move(Group(label="équipe"), "Meta", "Kyutai"))
    assert are_one(six, move(Group(label="chercheurs", count=6), "Meta", None, Kind.DEPARTURE))
    assert not are_one(six, move(Group(label="chercheurs", count=6), "Kyutai", "Meta"))
    assert not are_one(six, move(Group(label="chercheurs", count=2), "Meta", "Kyutai"))
    assert not are_one(six, move(Group(label="chercheurs", count=6), "Meta", "Kyutai"), days=40)
    assert not are_one(six, move(Group(label="chercheurs", count=6), "Google", "Kyutai"))


def test_an_offer_or_a_lay_off_is_no_move_of_the_same_group() -> None:
    group = Group(label="chercheurs", count=6)
    hired = move(group, "OpenAI", "Meta")
    assert not are_one(hired, move(group, "OpenAI", "Meta", Kind.OFFER))
    assert not are_one(hired, move(group, "OpenAI", None, Kind.DISMISSAL))


def test_named_members_join_their_group_and_not_beyond_its_count() -> None:
    group = move(Group(label="chercheurs", count=2), "Meta", "Kyutai")
    members = [move(name, "Meta", "Kyutai") for name in ("Lorenzo Bigazzi", "Capucine Imbert", "Zoé Pang")]
    (story,) = told_by(tell(0, group, name="a"), tell(1, *members[:2], name="b"))
    assert sorted(story.people) == ["Capucine Imbert", "Lorenzo Bigazzi"]
    assert len(told_by(tell(0, group, name="a"), tell(1, *members, name="b"))) == 2
    assert len(told_by(tell(0, group, name="a"), tell(1, members[0], name="b"))) == 2
    titles = "Meta perd ses spécialistes de la parole", "Parole : Meta perd un de ses spécialistes"
    assert are_one(group, members[0], titles=titles)


def test_a_second_name_long_after_the_first_has_a_story_of_its_own() -> None:
    both = [move(name, "Apple", "Meta") for name in ("Ruoming Pang", "Mark Lee")]
    found = told_by(tell(0, both[0], name="a"), tell(4, *both, name="b"))
    assert sorted(story.people for story in found) == [("Mark Lee",), ("Ruoming Pang",)]


def test_a_firm_on_the_wrong_side_of_one_telling_does_not_split_or_mislead() -> None:
    right = move("Ruoming Pang", "Apple", "Meta")
    wrong = move("Ruoming Pang", None, "Apple", Kind.APPOINT)
    (story,) = told_by(tell(0, right, name="a"), tell(1, wrong, name="b"), tell(2, right, name="c"))
    assert (story.origin, story.destination) == ("Apple", "Meta")
    assert stories.hedged_destinations(story) == ()


def test_tellings_that_come_together_reach_further_stories() -> None:
    """Two stories name one side each; only when they are known to be one do both sides agree with a third."""
    leaving, arriving = move("Ruoming Pang", "Apple"), move("Ruoming Pang", None, "Meta")
    unnamed = move(Group(label="expert en modèles", count=1), "Apple", "Meta")
    (story,) = told_by(
        tell(0, leaving, name="a", title="Expert en modèles"),
        tell(50, arriving, name="c"),
        tell(25, move("Ruoming Pang"), name="b"),
        tell(52, unnamed, name="d"),
    )
    assert (story.people, len(story.tellings)) == (("Ruoming Pang",), 4)


def test_background_moves_open_and_join_nothing() -> None:
    recalled = replace(PANG, background=True)
    assert told_by(tell(0, recalled)) == []
    (story,) = told_by(tell(0, PANG, name="a"), tell(1, recalled, name="b"))
    assert len(story.tellings) == 1


def test_figures_stand_side_by_side_and_only_new_amounts_alert() -> None:
    def paid(day: int, amount: Amount, *cited: str) -> tuple[Article, Match]:
        return tell(day, replace(PANG, amount=amount), cited=cited, outlet=f"Outlet {day}", name=f"d{day}")

    (story,) = told_by(
        paid(0, TWO_HUNDRED, "Bloomberg"),
        paid(1, TWO_HUNDRED, "Bloomberg"),
        paid(2, TWO_HUNDRED),
        paid(3, HUNDRED, "Bloomberg", "Fortune"),
    )
    assert [(figure.amount, figure.outlet, figure.source_cited) for figure in story.figures] == [
        (TWO_HUNDRED, "Outlet 0", "Bloomberg"),
        (TWO_HUNDRED, "Outlet 2", None),
        (HUNDRED, "Outlet 3", None),
    ]
    assert story.origins == ("Bloomberg", "Fortune")
    amounts = [event for event in story.events if event.novelty is Novelty.AMOUNT]
    assert [(event.before, event.after) for event in amounts] == [
        ("200000000.. USD total", "100000000.. USD total"),
    ]


def test_the_fullest_name_and_the_most_told_role_stand() -> None:
    (story,) = told_by(
        tell(0, move("Pang", "DeepMind", "Meta", role="chercheur"), name="a"),
        tell(1, move("R. Pang", "Google DeepMind", "Meta", role="directeur scientifique"), name="b"),
        tell(2, move("Ruoming Pang", "Google", "Meta", role="Directeur scientifique"), name="c"),
        tell(3, move("Ruoming Pang", "DeepMind", "Meta"), name="d"),
    )
    assert (story.people, story.origin) == (("Ruoming Pang",), "Google DeepMind")
    assert (story.role or "").casefold() == "directeur scientifique"
    assert not [event for event in story.events[1:] if event.novelty is Novelty.PERSON]


def test_an_edited_article_replaces_its_older_version() -> None:
    shelf = stories.Shelf()
    article, match = tell(0, move("Ruoming Pang", "Apple", "Meta", status=Status.RUMOURED), name="a")
    (opened,) = shelf.join(article, match, MONDAY)
    later = MONDAY + timedelta(days=1)
    (edited,) = shelf.join(replace(article, title="Confirmé"), tell(0, PANG, name="a")[1], later)
    assert edited.id == opened.id
    assert (edited.status, len(edited.tellings), edited.tellings[0].title) == (Status.CONFIRMED, 1, "Confirmé")
    assert [(event.novelty, event.at) for event in edited.events[1:]] == [(Novelty.STATUS, later)]
    (withdrawn,) = shelf.leave("a", later)
    assert withdrawn.tellings == ()
    assert list(shelf) == []


def test_two_stories_that_prove_to_be_one_keep_the_older_and_lose_no_event() -> None:
    shelf = stories.Shelf()
    leaving = tell(0, move("Ruoming Pang", "Apple", None, Kind.DEPARTURE), name="a")
    joining = tell(60, move("Ruoming Pang", None, "Meta"), name="c")
    between = tell(30, move("Ruoming Pang", "Apple", "Meta"), name="b")
    (older,) = shelf.join(*leaving, MONDAY)
    (newer,) = shelf.join(*joining, MONDAY + timedelta(days=60))
    assert older.id != newer.id
    merged, withdrawn = shelf.join(*between, MONDAY + timedelta(days=61))
    assert (merged.id, withdrawn.id) == (older.id, newer.id)
    assert len(merged.tellings) == 3
    assert (withdrawn.tellings, withdrawn.events) == ((), ())
    assert {event.id for event in (*older.events, *newer.events)} <= {event.id for event in merged.events}
    assert not [event for event in merged.events if event.article == "b" and event.alerting]


def test_identifiers_are_the_same_on_every_machine() -> None:
    (story,) = stories.join(*tell(0, PANG, name="a"), [], MONDAY)
    assert story.id == "9575e0bfd10e36df"
    assert [event.id for event in story.events] == ["f5c0ad2b5651d6ee"]


def test_group_labels_articles_by_their_main_move() -> None:
    first, second = tell(0, PANG, name="a"), tell(1, move("Anne Martin", "Orange", "Free"), PANG, name="b")
    quiet = tell(1, name="c")[0], NoMatch(reason=Reason.NO_TRIGGER)
    recalled = tell(2, replace(PANG, background=True), name="d")
    echo = tell(3, move("Pang", "Apple", "Meta"), name="e")
    label = stories.group([echo, recalled, quiet, second, first])
    assert label["a"] == label["e"]
    assert len({label[name] for name in "abcd"}) == 4


def test_where_somebody_goes_after_a_departure_is_worth_another_mail() -> None:
    shelf = stories.Shelf()
    shelf.join(*tell(0, move("Ruoming Pang", "Apple", None, Kind.DEPARTURE), name="a"), MONDAY)
    (story,) = shelf.join(*tell(3, move("Ruoming Pang", "Apple", "Meta"), name="b"), MONDAY + timedelta(days=3))
    assert [event.after for event in story.events if event.article == "b" and event.alerting] == ["Meta"]
