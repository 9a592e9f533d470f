"""Which stories go into a digest, as new or as updates, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from digest_samples import NOW, a_digest, a_story, a_window, an_event, dollars

from alerts.digest import compose, lead
from alerts.importance import importance
from mercato.model import Card, Digest, Figure, Group, Novelty, Status, Story, StoryEvent, Watch, Window


def composed(
    stories: list[Story],
    events: list[StoryEvent],
    *,
    told: set[str] | None = None,
    watch: Watch | None = None,
    window: Window | None = None,
    backlog: int = 0,
) -> Digest:
    return compose(
        watch or Watch(name="ia"),
        window or a_window(),
        {story.id: story for story in stories},
        events,
        told or set(),
        backlog=backlog,
        health=None,
        next_run=None,
    )


def ids(digest: Digest) -> list[str]:
    return [card.story.id for card in digest.cards]


def test_a_story_that_opened_is_a_new_card() -> None:
    digest = composed([a_story("A", id="s")], [an_event("s")])
    assert [(card.story.id, card.new) for card in digest.cards] == [("s", True)]


@pytest.mark.parametrize("novelty", [Novelty.STATUS, Novelty.PERSON, Novelty.AMOUNT])
def test_a_told_story_with_something_that_matters_is_an_update(novelty: Novelty) -> None:
    digest = composed([a_story("A", id="s")], [an_event("s", novelty)], told={"s"})
    assert [(card.story.id, card.new) for card in digest.cards] == [("s", False)]


@pytest.mark.parametrize("novelty", [Novelty.OUTLET, Novelty.SOURCE, Novelty.ROLE, Novelty.REPEAT])
@pytest.mark.parametrize("told", [set(), {"s"}])
def test_what_does_not_matter_alone_makes_no_card(novelty: Novelty, told: set[str]) -> None:
    assert composed([a_story("A", id="s")], [an_event("s", novelty)], told=told).cards == ()


def test_a_card_carries_its_quiet_news_in_order_and_no_repeats() -> None:
    events = [
        an_event("s", Novelty.OUTLET, "b", after="Zone", hours=1),
        an_event("s", Novelty.STATUS, "a", after="denied", hours=2),
        an_event("s", Novelty.REPEAT, "c", hours=1.5),
    ]
    (card,) = composed([a_story("A", id="s")], events, told={"s"}).cards
    assert [event.novelty for event in card.news] == [Novelty.STATUS, Novelty.OUTLET]


def test_other_peoples_stories_stay_out() -> None:
    stories = [a_story("A", id="meta", destination="Meta"), a_story("B", id="alan", destination="Alan")]
    watch = Watch(name="ia", organisations=("Meta",))
    assert ids(composed(stories, [an_event("meta"), an_event("alan")], watch=watch)) == ["meta"]


def test_events_of_stories_that_are_gone_are_left_out() -> None:
    assert composed([], [an_event("merged-away")]).cards == ()


def test_new_stories_come_before_updates_and_denials_first_among_these() -> None:
    stories = [
        a_story("A", id="update-big", role="PDG"),
        a_story("B", id="update-denied", status=Status.DENIED),
        a_story("C", id="new-rumour", status=Status.RUMOURED),
        a_story("D", id="new-boss", role="directrice générale"),
    ]
    events = [an_event("update-big", Novelty.STATUS), an_event("update-denied", Novelty.STATUS)]
    events += [an_event("new-rumour"), an_event("new-boss")]
    digest = composed(stories, events, told={"update-big", "update-denied"})
    assert ids(digest) == ["new-boss", "new-rumour", "update-denied", "update-big"]


def test_the_order_does_not_depend_on_the_order_of_events() -> None:
    stories = [a_story(f"P{n}", id=f"s{n}", opened=NOW - timedelta(hours=n % 3)) for n in range(8)]
    events = [an_event(story.id) for story in stories]
    assert ids(composed(stories, events)) == ids(composed(stories, events[::-1]))


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (a_story("A"), a_story("A", status=Status.REPORTED)),
        (a_story("A", status=Status.REPORTED), a_story("A", status=Status.RUMOURED)),
        (a_story("A", status=Status.DENIED), a_story("A", status=Status.RUMOURED)),
        (a_story("A", role="Directrice générale"), a_story("A", role="directrice technique")),
        (a_story("A", role="directeur général"), a_story("A", role="directeur général adjoint")),
        (a_story("A", role="CTO"), a_story("A", role="ingénieur")),
        (a_story("A", figures=(Figure(amount=dollars(200_000_000, None), outlet="O", article="a"),)), a_story("A")),
        (a_story(group=Group(label="chercheurs", count=11)), a_story("A", "B", "C")),
    ],
)
def test_importance(higher: Story, lower: Story) -> None:
    assert importance(higher) > importance(lower)


def test_a_denial_weighs_more_for_those_who_have_had_the_rumour() -> None:
    denied = a_story("A", status=Status.DENIED)
    assert importance(denied, told=True) == importance(a_story("A"))
    assert importance(denied) < importance(a_story("A", status=Status.REPORTED))


def test_the_lead_is_the_weightiest_card_wherever_it_stands() -> None:
    small = Card(story=a_story("A", id="small", status=Status.RUMOURED), news=(), new=True)
    denied = Card(story=a_story("B", id="denied", status=Status.DENIED, role="PDG"), news=(), new=False)
    assert lead(a_digest(small, denied)) is denied
    assert lead(a_digest()) is None


def test_the_backlog_is_told_in_the_first_window_only() -> None:
    assert composed([], [], window=a_window(first=True), backlog=17).backlog == 17
    assert composed([], [], window=a_window(), backlog=17).backlog == 0
