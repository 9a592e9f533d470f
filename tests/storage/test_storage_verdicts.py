"""What people rule is never lost: it adds up, can be undone, follows its event, and comes back from a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from storage_samples import NOW, article, story, telling

from mercato.errors import RulingError
from mercato.model import Act, Amount, Cause, Period, Slot, Status, Story, Verdict
from storage import articles, browse, review_queue, stories, verdicts
from storage.engine import Database, open_database

A, B = article("a"), article("b")


def saved(database: Database, *told: Story) -> None:
    with database.writing() as tx:
        for each in (A, B):
            articles.save(tx, each)
        stories.save(tx, told)


def rule(database: Database, story: Story, act: Act, *, minutes: int = 1, **details: object) -> int:
    with database.writing(exclusive="join") as tx:
        return verdicts.rule(tx, story, act, NOW + timedelta(minutes=minutes), "léa", **details)  # type: ignore[arg-type]


def standing(database: Database, name: str) -> verdicts.Standing:
    with database.reading() as tx:
        return verdicts.standing(tx, name)


def test_rulings_add_up(database: Database) -> None:
    one = story("s1", [A])
    saved(database, one)
    rule(database, one, Act.CORRECT, slot=Slot.ROLE, value="directrice technique")
    rule(database, one, Act.ASSIGN, value="ia")
    rule(database, one, Act.REJECT, cause=Cause.OLD_NEWS)
    found = standing(database, "s1")
    assert (found.verdict, found.cause, found.watches) == (Verdict.REJECT, Cause.OLD_NEWS, ("ia",))
    assert found.corrections == {Slot.ROLE: "directrice technique"}
    rule(database, one, Act.KEEP, minutes=2)
    assert (standing(database, "s1").verdict, standing(database, "s1").cause) == (Verdict.KEEP, None)


def test_each_act_can_be_undone_the_last_first(database: Database) -> None:
    one = story("s1", [A])
    saved(database, one)
    rule(database, one, Act.KEEP)
    rule(database, one, Act.MUTE)
    undone = []
    for _ in range(3):
        with database.writing(exclusive="join") as tx:
            undone.append(verdicts.undo(tx, "s1", NOW, "léa"))
    assert [ruling and ruling.act for ruling in undone] == [Act.MUTE, Act.KEEP, None]
    assert standing(database, "s1") == verdicts.Standing()
    with database.reading() as tx:
        assert [ruling.act for ruling in verdicts.history(tx, "s1")] == [Act.KEEP, Act.MUTE, Act.UNDO, Act.UNDO]
        assert verdicts.last_standing(tx) is None


def test_judged_stories_leave_the_queue_until_something_that_matters_is_added(database: Database) -> None:
    one, other = story("s1", [A], events=()), story("s2", [B], events=(), updated=NOW - timedelta(hours=2))
    saved(database, one, other)
    assert queue(database) == ["s1", "s2"]
    rule(database, one, Act.KEEP)
    rule(database, other, Act.MUTE)
    assert queue(database) == []
    later = story("s1", [A]).events[0]
    grown = replace(one, updated=NOW + timedelta(hours=1), events=(replace(later, at=NOW + timedelta(hours=1)),))
    saved(database, grown, replace(other, events=(replace(later, story="s2", id="s2-x", at=NOW + timedelta(hours=1)),)))
    assert queue(database) == ["s1"], "a confirmation is asked about again, but not for a muted story"


def queue(database: Database) -> list[str]:
    with database.reading() as tx:
        assert review_queue.count_waiting(tx, 10) == len(review_queue.waiting(tx, 10))
        return [name for name, _ in review_queue.waiting(tx, 10)]


def test_a_verdict_follows_its_event_when_the_matcher_joins_two_stories_and_comes_home(database: Database) -> None:
    one, heir = story("s1", [A]), story("s2", [B])
    saved(database, one, heir)
    rule(database, one, Act.KEEP)
    both = replace(heir, tellings=(telling(A), telling(B)))
    saved(database, replace(one, tellings=()), both)
    assert standing(database, "s2").verdict is Verdict.KEEP
    assert standing(database, "s1").verdict is None
    saved(database, one, heir)
    assert standing(database, "s1").verdict is Verdict.KEEP
    assert standing(database, "s2").verdict is None


def test_a_verdict_does_not_pass_to_another_persons_story(database: Database) -> None:
    one = story("s1", [A], people=("Élodie Marchand",))
    other = story("s2", [A], people=("Hugo Vasseur",))
    saved(database, one, other)
    rule(database, one, Act.REJECT, cause=Cause.NOT_A_MOVE)
    saved(database, replace(one, tellings=()))
    assert standing(database, "s2").verdict is None
    assert standing(database, "s1").verdict is Verdict.REJECT


def test_judging_articles_anew_leaves_verdicts_alone(database: Database) -> None:
    one = story("s1", [A])
    saved(database, one)
    rule(database, one, Act.KEEP)
    saved(database, replace(one, status=Status.CONFIRMED, updated=NOW + timedelta(days=1)))
    assert standing(database, "s1").verdict is Verdict.KEEP


def test_a_story_merged_by_hand_leaves_the_queue_and_says_where_it_went(database: Database) -> None:
    one, other = story("s1", [A]), story("s2", [B])
    saved(database, one, other)
    rule(database, one, Act.MERGE, value="s2")
    saved(database, replace(one, tellings=()), replace(other, tellings=one.tellings + other.tellings))
    assert queue(database) == ["s2"]
    assert standing(database, "s1").merged_into == "s2"
    assert not verdicts.is_refused(standing(database, "s2"))
    with database.reading() as tx:
        assert [act.act for act in verdicts.history(tx, "s2")] == [Act.MERGE]


def test_corrections_replace_what_was_read() -> None:
    given = verdicts.Standing(
        corrections={
            Slot.WHO: "Léa Martin ; Ana Ruiz;",
            Slot.ORIGIN: "",
            Slot.AMOUNT: "10-40 USD year",
            Slot.STATUS: "denied",
        }
    )
    found = verdicts.corrected(story("s1", [A, B]), given)
    assert found.people == ("Léa Martin", "Ana Ruiz")
    assert (found.origin, found.destination, found.status) == (None, "Corvex", Status.DENIED)
    assert found.figures[0].amount == Amount(min=10, max=40, currency="USD", period=Period.YEAR)


@pytest.mark.parametrize("value", ["", " ; ;"])
def test_a_story_cannot_be_corrected_to_tell_of_nobody(database: Database, value: str) -> None:
    one = story("s1", [A])
    saved(database, one)
    with pytest.raises(RulingError, match="nobody is named"):
        rule(database, one, Act.CORRECT, slot=Slot.WHO, value=value)
    assert standing(database, "s1").corrections == {}


@pytest.mark.parametrize("text", ["beaucoup", "10 EUR", "-- EUR total", "40-10 EUR total", " EUR total", "1 eur total"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(RulingError):
        verdicts.parse_amount(text)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("5 EUR total", (5, 5)), ("5- EUR total", (5, None)), ("-7 EUR total", (None, 7)), ("5-7 EUR total", (5, 7))],
)
def test_bounds_of_an_amount(text: str, bounds: tuple[int | None, int | None]) -> None:
    amount = verdicts.parse_amount(text)
    assert (amount.min, amount.max) == bounds


def test_verdicts_come_back_with_a_backup(tmp_path: Path) -> None:
    path, copy = tmp_path / "mercato.db", tmp_path / "copy.db"
    one = story("s1", [A])
    with open_database(f"sqlite:///{path}") as database:
        saved(database, one)
        rule(database, one, Act.REJECT, cause=Cause.DUPLICATE)
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    with open_database(f"sqlite:///{copy}") as restored:
        assert standing(restored, "s1").cause is Cause.DUPLICATE


def test_programs_see_every_change_once_and_in_order(database: Database) -> None:
    one, other = story("s1", [A]), story("s2", [B])
    saved(database, one, other)
    with database.reading() as tx:
        seen = browse.changes(tx, 0, 10)
    assert [change.story for change in seen] == ["s1", "s2"]
    rule(database, one, Act.KEEP)
    with database.reading() as tx:
        assert [change.story for change in browse.changes(tx, seen[-1].serial, 10)] == ["s1"]
        assert [change.story for change in browse.changes(tx, 0, 10)] == ["s2", "s1"]
