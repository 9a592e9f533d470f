"""The week in numbers: counted by the reader's calendar, drawn so that it also reads as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from digest_samples import a_story

from alerts.phrases import local_day
from alerts.render import HTML_LIMIT, render_week
from alerts.weekly import summarise
from mercato.model import Edition, Kind, SourceHealth, Status, Story, Watch, WeekSummary, Window
from scheduler.plan import weekly_due

WATCH = Watch(name="ia", weekly="0 9 * * mon", recipients=("ana@example.org",))
MONDAY = datetime.fromisoformat("2026-03-16T08:00+00:00")


def opened(name: str, when: str, **changes: object) -> Story:
    moment = datetime.fromisoformat(f"{when}+00:00")
    return replace(a_story(name, id=name, destination="Meta", origin="Apple"), opened=moment, **changes)  # type: ignore[arg-type]


def a_week(*stories: Story, watch: Watch = WATCH) -> WeekSummary:
    window = weekly_due(watch, MONDAY - timedelta(days=7), MONDAY)
    assert isinstance(window, Window)
    health = SourceHealth(checked=42)
    return summarise(
        watch, window, stories, day_of=lambda moment: local_day(moment, "Europe/Paris"), health=health, next_run=None
    )


def test_days_are_those_of_the_readers_calendar() -> None:
    week = a_week(
        opened("before", "2026-03-08T22:59"),  # Sunday, a minute before midnight in Paris
        opened("first", "2026-03-08T23:00"),
        opened("last", "2026-03-15T22:59"),
        opened("after", "2026-03-15T23:00"),
    )
    assert week.days[0] == (date(2026, 3, 9), 1)
    assert week.days[-1] == (date(2026, 3, 15), 1)
    assert week.total == 2


def test_who_hires_and_who_is_left_counts_only_what_took_place() -> None:
    week = a_week(
        opened("a", "2026-03-10T10:00"),
        opened("b", "2026-03-10T11:00", destination="Alan"),
        opened("c", "2026-03-10T12:00", status=Status.DENIED),
        opened("d", "2026-03-10T13:00", status=Status.REVERSED),
        opened("e", "2026-03-10T14:00", status=Status.RUMOURED),
        opened("f", "2026-03-10T15:00", kind=Kind.RETENTION),
    )
    assert week.joined == (("Alan", 1), ("Meta", 1))
    assert week.left == (("Apple", 2),)
    assert dict(week.statuses) == {
        Status.RUMOURED: 1, Status.CONFIRMED: 3, Status.DENIED: 1, Status.REVERSED: 1,
    }  # fmt: skip


def test_bars_are_drawn_to_scale_and_read_as_text() -> None:
    stories = [opened(f"s{n}", "2026-03-10T10:00") for n in range(64)] + [opened("one", "2026-03-11T10:00")]
    message = render_week(a_week(*stories), sender="m@example.org", now=MONDAY)
    lines = message.text.splitlines()
    assert f"{'mar. 10 mars':<26} {'█' * 16} 64" in lines
    assert f"{'mer. 11 mars':<26} █ 1" in lines, "what occurred is seen, however small"
    assert f"{'jeu. 12 mars':<26} 0" in lines
    assert 'aria-hidden="true"' in message.html
    assert message.subject == "La semaine en chiffres\u00a0: 65 nouvelles affaires (ia)"
    assert len(message.html.encode()) < HTML_LIMIT


def test_a_week_without_news_says_so_and_proves_that_somebody_looked() -> None:
    message = render_week(a_week(), sender="m@example.org", now=MONDAY)
    assert "0 nouvelle affaire" in message.text
    assert "42 sources consultées" in message.text


def test_the_weeks_mail_has_a_name_of_its_own() -> None:
    week = a_week()
    assert week.window.period == "2026-03-16T08:00Z/weekly"
    assert week.window.edition is Edition.WEEKLY
