"""The daily round: crawl, digest, run, demo."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mercato.cli import demo, page
from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, local, note, utc_now
from mercato.cli.outlets import chosen, everything
from mercato.cli.words import unread_label
from mercato.errors import SchemaError, SettingsError, StorageError
from mercato.i18n import in_language, mark, phrase
from mercato.model import CycleCode, Watch
from mercato.settings import Settings
from scheduler import backup, pruning, putting_away
from scheduler.jobs import Crawled, Newsroom, crawl, open_newsroom
from scheduler.mailing import Composed, Digested, DigestState, preview, send_owed
from scheduler.plan import NotDue
from scheduler.pulse import BEAT_SECONDS, Pulse
from scheduler.putting_away import put_away
from scheduler.service import Job, serve

_PATIENCE_SECONDS = 5.0  # between two tries to open a shared archive
_CUT_SHORT = {
    CycleCode.LOCKED: mark("Another crawl is running; this one did nothing."),
    CycleCode.DEADLINE: mark("The crawl took longer than crawl.deadline and was stopped; what it had read is kept."),
    CycleCode.INTERRUPTED: mark("The crawl was interrupted; what it had read is kept."),
}
_CLOCK_SECONDS = 30
"""How often the service looks whether a feed or a digest is due: well below the minute that schedules count in."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("demo", help=mark("The whole job, offline, on a bundled press: crawl, match, stories, digest."))(
        demo.run
    )
    app.command("crawl", help=mark("Visit the outlets once, then judge and group what is new."))(_crawl)
    app.command("digest", help=mark("Compose the digests that are due and send them."))(_digest)
    app.command(
        "run", help=mark("Keep watch: crawl, send digests on schedule and serve the review page until stopped.")
    )(_run)


def _crawl(
    context: typer.Context,
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="ID", help=mark("Only this outlet; may be repeated."))
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings = desk(context).working(config)
    if source:
        chosen(everything(settings), source)  # an unknown one is told before anything begins
    with open_newsroom(settings) as room:
        result = crawl(room, utc_now, sources=source or ())
        put_away(room.settings)
    if as_json:
        emit(crawl_as_json(result))
    else:
        _print_crawl(context, result)
    raise typer.Exit(result.exit_code)


def crawl_as_json(result: Crawled) -> dict[str, object]:
    """The JSON contract of `mercato crawl --json`."""
    report = asdict(result.report)
    counts = {"matches": result.matches, "stories_new": result.stories_new, "stories_updated": result.stories_updated}
    named = {"code": result.report.code.value, "refused": dict(result.report.refused), "failing": list(result.failing)}
    return {**report, **named, **counts}


def _print_crawl(context: typer.Context, result: Crawled) -> None:
    say, language, report = desk(context).say, desk(context).language, result.report
    if report.detail:
        note(say(_CUT_SHORT[report.code]) if report.code in _CUT_SHORT else report.detail)
    if report.code in {CycleCode.LOCKED, CycleCode.CONFIGURATION}:
        return
    typer.echo(
        say("Feeds visited: {sources} (failed: {failed}, unchanged: {unchanged}), in {seconds:.0f} s.").format(
            sources=report.sources, failed=report.failed, unchanged=report.not_modified, seconds=report.seconds
        )
    )
    if result.failing:
        typer.echo(say('  failed: {outlets}; "mercato sources" says why').format(outlets=", ".join(result.failing)))
    typer.echo(
        say("Pages read: {pages}; new articles: {new}, known already: {known}.").format(
            pages=report.pages, new=report.articles_new, known=report.articles_known
        )
    )
    for reason, times in sorted(report.refused.items()):
        label = unread_label(reason, language)
        typer.echo(say("  not read: {reason} ({times})").format(reason=label, times=times))
    typer.echo(
        say("Articles flagged: {matches}; new stories: {new}, updated: {updated}.").format(
            matches=result.matches, new=result.stories_new, updated=result.stories_updated
        )
    )


def _digest(
    context: typer.Context,
    watch: Annotated[
        list[str] | None, typer.Option("--watch", metavar="NAME", help=mark("Only this watch; may be repeated."))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("Show the mail; record and send nothing."))] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="WHEN", help=mark("Now, whatever the schedule: what was learnt since this date.")
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    with open_newsroom(desk(context).working(config)) as room:
        watches = _chosen(room, watch or [])
        moment = _moment(since, watches)
        if dry_run:
            for chosen in watches:
                _print_preview(context, chosen, preview(room, chosen, utc_now(), moment))
            return
        results = send_owed(room, utc_now, watches, since=moment)
    for result in results:
        emit(digest_as_json(result)) if as_json else _print_digest(context, result)
    if any(result.state is DigestState.FAILED for result in results):
        raise typer.Exit(1)


def _chosen(room: Newsroom, names: Sequence[str]) -> list[Watch]:
    by_name = {watch.name: watch for watch in room.watches()}
    unknown = [name for name in names if name not in by_name]
    if unknown or not by_name:
        known = ", ".join(by_name) or phrase("none: add a [[watch]] table")
        mistakes = [
            phrase("{name}: no such watch; known: {known}", name=f"--watch {name}", known=known) for name in unknown
        ]
        raise SettingsError(
            str(room.settings.file), mistakes or [phrase("no [[watch]]: say who is to be told what, and when")]
        )
    return [by_name[name] for name in names] or list(by_name.values())


def _moment(since: str | None, watches: Sequence[Watch]) -> datetime | None:
    """`since` as a moment; a date or time without a zone is read in the zone of the first watch."""
    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        accepted = phrase('a date or time such as "2026-03-18" or "2026-03-18T09:30"')
        raise typer.BadParameter(
            phrase("{since!r}: expected {accepted}", since=since, accepted=accepted), param_hint="--since"
        ) from error
    zone = ZoneInfo(watches[0].timezone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def digest_as_json(result: Digested) -> dict[str, object]:
    """The JSON contract of `mercato digest --json`."""
    return {**asdict(result), "state": result.state.value, "edition": result.edition.value}


def _print_digest(context: typer.Context, result: Digested) -> None:
    say = desk(context).say
    match result.state:
        case DigestState.SENT:
            where = say("sent to {recipients}").format(recipients=", ".join(result.recipients))
        case DigestState.WRITTEN:
            where = say("written to {path}").format(path=result.path)
        case DigestState.FAILED:
            where = say("not delivered: {detail}").format(detail=in_language(result.detail, say))
        case DigestState.NOTHING:
            where = say("nothing to tell; next look: {when}").format(when=local(result.next_run))
    line = say("{outlet}: {title}").format(outlet=result.watch, title=where)
    if result.message_id:
        line += " " + say("(new stories: {stories}, updates: {updates})").format(
            stories=result.stories, updates=result.updates
        )
    typer.echo(line)
    if result.backlog:
        typer.echo(
            say("  Stories known before this watch began, not told: {count}; --since DATE tells them.").format(
                count=result.backlog
            )
        )


def _print_preview(context: typer.Context, watch: Watch, owed: list[Composed] | NotDue) -> None:
    say = desk(context).say
    if isinstance(owed, NotDue):
        typer.echo(say("{watch}: nothing is due before {when}").format(watch=watch.name, when=local(owed.next_run)))
        return
    for composed in owed:
        if composed.message is None:
            typer.echo(say("{watch}: nothing to tell").format(watch=watch.name))
        else:
            typer.echo(f"{composed.message.subject}\n\n{composed.message.text}")


def _run(
    context: typer.Context,
    host: page.HostOption = None,
    port: page.PortOption = None,
    config: ConfigOption = None,
) -> None:
    settings, say = page.placed(desk(context).working(config), host, port), desk(context).say
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _opened(settings, stop) as room:
        note(
            say("Mercato keeps watch (watches: {watches}; a feed every {minutes} minutes). Ctrl-C stops it.").format(
                watches=len(room.watches()), minutes=settings.crawl.interval // 60
            )
        )
        pulse = Pulse()
        with page.beside(room, say, pulse):
            _keep_watch(room, stop, pulse)
    note(say("Stopped."))


@contextmanager
def _opened(settings: Settings, stop: Event) -> Iterator[Newsroom]:
    """The newsroom. Where machines share an archive they may all start at once: its database is waited for."""
    with ExitStack() as closing:
        while True:
            try:
                room = closing.enter_context(open_newsroom(settings))
            except StorageError as error:
                if not settings.shares_work or isinstance(error, SchemaError) or stop.wait(_PATIENCE_SECONDS):
                    raise
                note(f"mercato: {error}")
            else:
                break
        yield room


def _keep_watch(room: Newsroom, stop: Event, pulse: Pulse) -> None:
    """Do what is due until `stop` is set: alone, or with the other machines that share the archive."""
    if room.settings.shares_work:
        # Imported here: one machine alone needs neither the queue nor the package that it is made of.
        from scheduler import cluster  # noqa: PLC0415

        with _putting_away(room, stop):
            cluster.keep_watch(room, utc_now, stop, pulse)
        return
    jobs = {
        "crawl": Job(lambda: crawl(room, utc_now, due_only=True, stop=stop), _CLOCK_SECONDS),
        "digest": Job(lambda: send_owed(room, utc_now, room.watches()), _CLOCK_SECONDS),
        "backup": Job(lambda: backup.create_owed(room.settings, room.database, utc_now()), _CLOCK_SECONDS),
        "prune": Job(lambda: pruning.prune_owed(room, utc_now), _CLOCK_SECONDS),
        "pulse": Job(lambda: pulse.beat(utc_now()), BEAT_SECONDS),
        "put away": Job(lambda: put_away(room.settings), putting_away.SECONDS),
    }
    serve(jobs, utc_now, stop)


@contextmanager
def _putting_away(room: Newsroom, stop: Event) -> Iterator[None]:
    """Beside the work that machines share, what each does for itself: only it sees the files that it has closed."""
    jobs = {"put away": Job(lambda: put_away(room.settings), putting_away.SECONDS)}
    keeper = Thread(target=serve, args=(jobs, utc_now, stop), name="put away")
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()
