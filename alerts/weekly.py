"""A watch's week in numbers: counted here, put into lines for the mail here, set by the templates. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from babel.dates import format_date

from alerts.frame import Frame, proof, why_me
from alerts.importance import importance
from alerts.links import mark
from alerts.mail_view import Link, brief
from alerts.phrases import NAME_LIMIT, status_label
from alerts.stories.flows import NO_MOVE
from alerts.stories.ladder import FIRM
from alerts.tokens import Action
from alerts.typography import capitalised, one_line
from mercato.i18n import catalogue
from mercato.model import SourceHealth, Status, Story, Watch, WeekSummary, Window

_DAYS = 7
_STORIES = 10
_ORGANISATIONS = 5
_BAR = 16  # signs of the longest bar: with its number, what a telephone has room for


def summarise(
    watch: Watch,
    window: Window,
    opened: Sequence[Story],
    *,
    day_of: Callable[[datetime], date],
    health: SourceHealth | None,
    next_run: datetime | None,
) -> WeekSummary:
    """The seven whole days before the day of `window.end`, from the stories `opened`; `day_of` is the watch's calendar.

    Withdrawn stories are the caller's business. A story counts on the day on which Mercato learnt of it.
    """
    last = day_of(window.end)
    days = [last - timedelta(days=back) for back in range(_DAYS, 0, -1)]
    of_week = [story for story in opened if day_of(story.opened) in days]
    per_day = Counter(day_of(story.opened) for story in of_week)
    per_status = Counter(story.status for story in of_week)
    moved = [story for story in of_week if story.status in FIRM and story.kind not in NO_MOVE]
    return WeekSummary(
        watch=watch,
        window=window,
        days=tuple((day, per_day[day]) for day in days),
        statuses=tuple((status, per_status[status]) for status in Status if per_status[status]),
        joined=_most(story.destination for story in moved),
        left=_most(story.origin for story in moved),
        stories=tuple(sorted(of_week, key=lambda story: (-importance(story), story.opened, story.id))[:_STORIES]),
        health=health,
        next_run=next_run,
    )


def _most(names: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    counted = Counter(name for name in names if name)
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_ORGANISATIONS])


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart that also reads as text: «lun. 9 mars», «████», «4»."""

    label: str
    bar: str
    share: int  # percent of the longest bar of its chart
    count: int
    status: str = ""  # whose colour the bar has; "" for the common one


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView(Frame):
    """Everything that the weekly mail says."""

    charts: tuple[Chart, ...]
    stories: tuple[Link, ...]


def week_view(week: WeekSummary, *, links: bool) -> WeekView:
    """`week` as lines and labels; with `links` also the placeholder of the link that stops these mails."""
    watch, language = week.watch, week.watch.language
    messages = catalogue(language)
    total = messages.ngettext("{count} new story", "{count} new stories", week.total).format(count=week.total)
    name = one_line(watch.name, NAME_LIMIT)
    span = messages.gettext("{first} to {last}").format(
        first=_first_day(week.days[0][0], week.days[-1][0], language), last=_day(week.days[-1][0], language)
    )
    return WeekView(
        language=language,
        watch=name,
        subject=messages.gettext("The week in numbers: {total} ({watch})").format(total=total, watch=name),
        preheader=" · ".join(bar.label for chart in _charts(week)[1:] for bar in chart.bars[:3]) or total,
        title=messages.gettext("The week in numbers"),
        date=capitalised(span),
        summary=total,
        charts=tuple(_charts(week)),
        stories=tuple(brief(story, language) for story in week.stories),
        proof=proof(watch, week.window, week.health, week.next_run),
        why_me=why_me(watch, week.window.edition),
        unsubscribe=mark(Action.UNSUBSCRIBE) if links else "",
    )


def _charts(week: WeekSummary) -> list[Chart]:
    language = week.watch.language
    messages = catalogue(language)
    charts = [
        Chart(messages.gettext("Day by day"), _bars([(_short_day(day, language), n, "") for day, n in week.days])),
        Chart(
            messages.gettext("How sure"),
            _bars([(status_label(status, language), n, status.value) for status, n in week.statuses]),
        ),
        Chart(messages.gettext("Who hires"), _bars([(one_line(name, NAME_LIMIT), n, "") for name, n in week.joined])),
        Chart(messages.gettext("Who is left"), _bars([(one_line(name, NAME_LIMIT), n, "") for name, n in week.left])),
    ]
    return [chart for chart in charts if chart.bars]


def _bars(rows: Sequence[tuple[str, int, str]]) -> tuple[Bar, ...]:
    """A bar for each label, number and status."""
    most = max((count for _, count, _ in rows), default=0)
    # Small numbers are counted in signs; large ones are drawn to scale, and whatever occurred is seen.
    scale = min(1.0, _BAR / most) if most else 1.0
    return tuple(
        Bar(
            label=label,
            bar="█" * max(round(count * scale), bool(count)),
            share=ceil(100 * count / most) if most else 0,
            count=count,
            status=status,
        )
        for label, count, status in rows
    )


def _first_day(day: date, last: date, language: str) -> str:
    """The day that a span begins with, without the month and year that it shares with the `last`."""
    messages = catalogue(language)
    if day.year != last.year:
        return _day(day, language)
    if day.month != last.month:
        pattern = messages.pgettext("day of the year", "EEEE d MMMM")
    elif day.day == 1:
        pattern = messages.pgettext("first day of the month", "EEEE d")
    else:
        pattern = messages.pgettext("day of the month", "EEEE d")
    return format_date(day, pattern, locale=language)


def _day(day: date, language: str) -> str:
    messages = catalogue(language)
    pattern = (
        messages.pgettext("first of the month", "EEEE d MMMM y")
        if day.day == 1
        else messages.pgettext("date", "EEEE d MMMM y")
    )
    return format_date(day, pattern, locale=language)


def _short_day(day: date, language: str) -> str:
    return format_date(day, catalogue(language).pgettext("day of a chart", "EEE d MMM"), locale=language)
