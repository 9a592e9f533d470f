"""What each watch is owed, put into words and frozen in the ledger: exactly once, and never changed afterwards.

A watch can be owed several mails at one look: what it was told and is denied now, at once and in the thread of the mail
that told it; the digest of its schedule, or else what cannot wait; its week in numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.digest import compose, is_correction
from alerts.phrases import local_day
from alerts.render import render, render_week
from alerts.watches import cannot_wait, concerns, parent_by
from alerts.weekly import summarise
from crawler.catalogue import followed
from mercato.model import Digest, Edition, Message, Novelty, Source, Story, StoryEvent, Watch, WeekSummary, Window
from scheduler.jobs import Newsroom
from scheduler.plan import NotDue, due, next_tick, quiet_until, weekly_due
from scheduler.work import Task, Work
from storage import outbox, readers, runs, verdicts
from storage import stories as dossiers
from storage.engine import Transaction

_LATE = timedelta(days=7)
"""How far behind its window a digest still looks for what it has not told: news learnt while a digest was being
composed must not fall between two windows, and news of last month found by a better lexicon is no news."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_AT_ONCE = (Edition.INSTANT, Edition.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """One mail that a watch is owed, in words, before anything is recorded or sent."""

    watch: Watch
    window: Window
    message: Message | None  # None: the window holds nothing to tell
    events: tuple[StoryEvent, ...] = ()  # what the mail tells
    stories: int = 0  # that the reader has not had yet
    updates: int = 0  # stories that the reader has had and that changed
    backlog: int = 0
    next_run: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Editor:
    """All that composing for one watch at one moment looks at."""

    room: Newsroom
    tx: Transaction
    watch: Watch
    now: datetime
    outlets: Mapping[str, Source]
    parent: Callable[[str], str]
    told_here: set[str] = field(default_factory=set)  # events that an earlier mail of this look tells


def freeze_owed(room: Newsroom, watch: Watch, now: datetime, since: datetime | None) -> list[Composed] | NotDue:
    """Compose what `watch` is owed at `now` and put it into the ledger, in one transaction.

    `since` asks for a digest now, whatever the schedule, of what was learnt after that moment and not told yet.
    """
    with room.database.writing(exclusive="compose") as tx:
        owed = _owed(_editor(room, tx, watch, now), since)
        outbox.began(tx, watch.name, now)
        for composed in owed if isinstance(owed, list) else ():
            _freeze(tx, composed)
            room.defer(tx, Work(Task.SEND))
        return owed


def preview(room: Newsroom, watch: Watch, now: datetime, since: datetime | None) -> list[Composed] | NotDue:
    """What `freeze_owed` would freeze for `watch` at `now`; records nothing."""
    with room.database.reading() as tx:
        return _owed(_editor(room, tx, watch, now), since)


def routes(watch: Watch) -> tuple[str, ...]:
    """The ways besides mail by which a watch's digests go out, as the ledger names them."""
    return (*(f"channel:{name}" for name in watch.channels), *(f"webhook:{name}" for name in watch.webhooks))


def knowledge(room: Newsroom, watch: Watch) -> tuple[Callable[[str], str], Mapping[str, Source]]:
    """What deciding whether a story concerns the watch rests on: whose unit or brand is whose, and who tells where."""
    asked = watch.countries or watch.languages
    sources = followed(room.sources(), room.settings.crawl.catalogue) if asked else ()
    return parent_by(room.lexicon), {source.id: source for source in sources}


def _editor(room: Newsroom, tx: Transaction, watch: Watch, now: datetime) -> _Editor:
    parent, outlets = knowledge(room, watch)
    return _Editor(room, tx, watch, now, outlets, parent)


def _freeze(tx: Transaction, composed: Composed) -> None:
    watch = composed.watch
    recipients: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    if composed.message:
        ways = routes(watch)
        # A watch that reaches nobody is written to the outbox folder, addressed to nobody.
        everybody = watch.recipients or (() if ways else ("",))
        recipients = _without_repeats((*everybody, *_former(tx, composed)), readers.suppressed(tx, watch.name))
    outbox.freeze(
        tx,
        watch.name,
        composed.window,
        composed.message,
        recipients,
        composed.events,
        composed.stories,
        composed.updates,
        ways,
    )


def _former(tx: Transaction, composed: Composed) -> list[str]:
    """Whom only a denial still reaches: they were told what it denies while they were recipients of the watch."""
    if composed.window.edition is not Edition.CORRECTION:
        return []
    return sorted(outbox.had(tx, composed.watch.name, {event.story for event in composed.events}))


def _without_repeats(addresses: Sequence[str], left: Collection[str]) -> tuple[str, ...]:
    """Each address once, in whatever case it is written, without those of people who unsubscribed."""
    written: dict[str, str] = {}
    for address in addresses:
        written.setdefault(address.lower(), address)
    return tuple(address for folded, address in written.items() if folded not in left)


def _owed(editor: _Editor, since: datetime | None) -> list[Composed] | NotDue:
    began = outbox.beginning(editor.tx, editor.watch.name) or editor.now
    if since is not None:
        composed = [*_correction(editor, began), _compose(editor, Window(start=since, end=editor.now), since)]
        mails = [mail for mail in composed if mail.message]
        return mails or NotDue(next_run=next_tick(editor.watch, editor.now))
    silence = quiet_until(editor.watch, editor.now)
    if silence:
        return NotDue(next_run=silence)
    window = due(editor.watch, outbox.last_end(editor.tx, editor.watch.name, editor.now), editor.now)
    if isinstance(window, Window):
        mails = [*_correction(editor, began), _compose(editor, window, max(began, window.start - _LATE))]
    elif _had_enough(editor):
        mails = []
    else:
        mails = [*_correction(editor, began), *_instant(editor, began)]
    mails.extend(_weekly(editor, began))
    return mails or (window if isinstance(window, NotDue) else [])


def _had_enough(editor: _Editor) -> bool:
    """Whether the hour has had its share of mails at once; the next hour's, or the digest, tells what they would.

    With a digest a correction goes out whatever the hour has had: the digest would tell the denial to the watch's
    recipients of today, and to nobody who left it since the rumour.
    """
    had = outbox.mails_since(editor.tx, editor.watch.name, _AT_ONCE, editor.now - _HOUR)
    return had >= editor.watch.instant_per_hour


def _correction(editor: _Editor, began: datetime) -> Iterator[Composed]:
    """What readers were told and is denied now: told at once, whatever the schedule, where they read the rumour."""
    yield from _at_once(editor, began, Edition.CORRECTION, is_correction)


def _instant(editor: _Editor, began: datetime) -> Iterator[Composed]:
    """What is firm and weighty enough not to wait for the schedule."""
    if editor.watch.instant:
        yield from _at_once(
            editor, began, Edition.INSTANT, lambda story, _events, _told: cannot_wait(editor.watch, story)
        )


_Wanted = Callable[[Story, Sequence[StoryEvent], Collection[str]], bool]


def _at_once(editor: _Editor, began: datetime, edition: Edition, wanted: _Wanted) -> Iterator[Composed]:
    """The mail that cannot wait, when there is anything for it to tell."""
    window = Window(start=editor.now - _DAY, end=editor.now, edition=edition)
    composed = _compose(editor, window, max(began, editor.now - _LATE), wanted)
    if composed.message:
        yield composed


def _compose(editor: _Editor, window: Window, earliest: datetime, wanted: _Wanted | None = None) -> Composed:
    """Put into words what the watch has not been told of the events after `earliest`; none in a first window."""
    tx, watch = editor.tx, editor.watch
    told = outbox.told(tx, watch.name)
    events = [] if window.first else _untold(editor, window, earliest)
    stories = _stories(editor, events, told, window.edition, wanted)
    events = [event for event in events if event.story in stories]
    digest = compose(
        watch,
        window,
        stories,
        events,
        told,
        backlog=dossiers.count_opened_before(tx, window.end) if window.first else 0,
        health=runs.health(tx, window.start, window.end),
        next_run=next_tick(watch, window.end),
        parent=editor.parent,
        outlets=editor.outlets,
        thread=outbox.thread(tx, watch.name, stories) if window.edition is Edition.CORRECTION else (),
    )
    return _worded(editor, digest, events, told)


def _untold(editor: _Editor, window: Window, earliest: datetime) -> list[StoryEvent]:
    found = outbox.untold(editor.tx, editor.watch.name, earliest, window.end)
    return [event for event in found if event.id not in editor.told_here]


def _stories(
    editor: _Editor,
    events: Sequence[StoryEvent],
    told: Collection[str],
    edition: Edition,
    wanted: _Wanted | None,
) -> dict[str, Story]:
    """The stories of `events` that may be told in this edition, by identifier.

    A story that is muted for good stays silent; one that is only put off is heard again when it is denied.
    """
    happened: dict[str, list[StoryEvent]] = {}
    for event in events:
        happened.setdefault(event.story, []).append(event)
    muted = readers.muted(editor.tx, editor.watch.name, editor.now)
    silent = {story for story, until in muted.items() if until is None or edition is not Edition.CORRECTION}
    return {
        story.id: story
        for story in _as_judged(editor.tx, happened.keys() - silent)
        # A story without tellings is withdrawn: another one tells its event, or its outlet took it back.
        if (story.tellings or _taken_back(happened[story.id]))
        and (wanted is None or wanted(story, happened[story.id], told))
    }


def _taken_back(events: Sequence[StoryEvent]) -> bool:
    return any(event.novelty is Novelty.CORRECTED for event in events)


def _as_judged(tx: Transaction, ids: Collection[str]) -> Iterator[Story]:
    """The stories with these identifiers as people have corrected them, without those that they refused."""
    return verdicts.as_ruled(tx, dossiers.get_all(tx, sorted(ids)))


def _worded(editor: _Editor, digest: Digest, events: Sequence[StoryEvent], told: Collection[str]) -> Composed:
    window, settings = digest.window, editor.room.settings.mail
    shown = {card.story.id for card in digest.cards}
    # What changes a known story in silence is told with the digest that could have shown it, and not kept for later.
    recorded = [event for event in events if event.story in shown or (event.story in told and not _at_once_of(window))]
    flooded = _at_once_of(window) and bool(digest.bursts)
    tell = (bool(digest.cards) or window.first) and not flooded
    message = render(digest, sender=settings.sender, now=window.end, link_base=settings.public_url) if tell else None
    if message:
        editor.told_here.update(event.id for event in recorded)
    new = sum(card.new for card in digest.cards)
    return Composed(
        watch=editor.watch,
        window=window,
        message=message,
        events=tuple(recorded) if message else (),
        stories=new,
        updates=len(digest.cards) - new,
        backlog=digest.backlog,
        next_run=digest.next_run,
    )


def _at_once_of(window: Window) -> bool:
    return window.edition in _AT_ONCE


def _weekly(editor: _Editor, began: datetime) -> Iterator[Composed]:
    """The week in numbers, when its schedule has come round."""
    watch, tx = editor.watch, editor.tx
    window = weekly_due(watch, outbox.last_end(tx, watch.name, editor.now, Edition.WEEKLY) or began, editor.now)
    if window is None:
        return
    muted = readers.muted(tx, watch.name, editor.now)
    names = (name for name in dossiers.opened_between(tx, window.start, window.end) if name not in muted)
    opened = [
        story
        for story in _as_judged(tx, list(names))
        if concerns(watch, story, parent=editor.parent, outlets=editor.outlets)
    ]
    week: WeekSummary = summarise(
        watch,
        window,
        opened,
        day_of=lambda moment: local_day(moment, watch.timezone),
        health=runs.health(tx, window.start, window.end),
        next_run=next_tick(watch, editor.now),
    )
    settings = editor.room.settings.mail
    message = render_week(week, sender=settings.sender, now=editor.now, link_base=settings.public_url)
    yield Composed(watch=watch, window=window, message=message, stories=week.total, next_run=week.next_run)
