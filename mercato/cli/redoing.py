"""Doing parts of the archive again: reprocess."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.changes import Shift
from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, local, note, table, utc_now
from mercato.errors import QueueError
from mercato.i18n import mark, phrase
from scheduler.reprocess import Change, Order, Redone, hand_on, reprocess
from storage.articles import Part


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command(
        "reprocess", help=mark("Read, judge or group a part of the archive again; nothing of it is mailed as news.")
    )(_reprocess)


def _reprocess(
    context: typer.Context,
    extract: Annotated[bool, typer.Option("--extract", help=mark("Read the raw pages again first."))] = False,
    group: Annotated[bool, typer.Option("--group", help=mark("Work out the stories again too."))] = False,
    source: Annotated[
        str | None, typer.Option("--source", metavar="ID", help=mark("Only articles of this outlet."))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=mark("Only what came out on this day or later, UTC."))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=mark("Only what came out before this day, UTC."))
    ] = None,
    judged_by: Annotated[
        str | None,
        typer.Option(
            "--judged-by", metavar="VERSION", help=mark("Only what this lexicon judged: how its name begins.")
        ),
    ] = None,
    span: Annotated[
        str,
        typer.Option("--range", metavar="A-B", help=mark("Only identifiers that begin with A to B, such as 00-7f.")),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("Show what would change; keep nothing."))] = False,
    on_workers: Annotated[
        bool, typer.Option("--on-workers", help=mark("Hand it in parts to the machines that share the archive."))
    ] = False,
    limit: LimitOption = 40,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    first, _, last = span.partition("-")
    part = Part(
        source=source,
        since=_day(since),
        until=_day(until),
        by=judged_by,
        first=first.lower(),
        last=(last or first).lower(),
    )
    order = Order(part=part, extract=extract, group=group)
    with desk(context).newsroom(config) as room:
        if on_workers:
            if not room.settings.shares_work or dry_run:
                raise QueueError(phrase('--on-workers needs service.engine = "procrastinate", and keeps what it does'))
            parts = hand_on(room, order)
            typer.echo(say('Handed on in {parts} parts; "mercato workers" shows them.').format(parts=parts))
            return

        def progress(done: int, total: int) -> None:
            note(say("{done} of {total}").format(done=done, total=total))

        told = reprocess(room, order, utc_now, keep=not dry_run, progress=progress)
    if as_json:
        _emit(told)
    else:
        _print(told, limit, dry_run, say)


def _day(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise typer.BadParameter(phrase('{given!r}: expected a date such as "2026-03-18"', given=given)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _emit(told: Redone) -> None:
    for change in told.changes:
        emit(asdict(change))
    counts = {str(kind): told.shifts[kind] for kind in Shift}
    emit(
        {
            "articles": told.articles,
            "resumed": told.resumed,
            **counts,
            "pages": told.articles,
            "changed": told.texts,
            "refused": dict(told.refused),
            "matches": told.shifts[Shift.GAINED],
            "stories_new": told.stories_new,
            "stories_updated": told.stories_updated,
        }
    )


def _print(told: Redone, limit: int, dry_run: bool, say: Callable[[str], str]) -> None:
    names = {
        Shift.GAINED: say("gained"),
        Shift.LOST: say("lost"),
        Shift.SLOTS: say("told otherwise"),
        Shift.SAME: say("other text"),
    }
    shown = sorted(told.changes, key=lambda change: (list(Shift).index(change.shift), change.told, change.article))
    if shown:
        headings = [say("article"), say("date"), say("change"), say("title"), say("what")]
        table(headings, (_row(change, names) for change in shown[:limit]))
    if len(shown) > limit:
        typer.echo(say("… and {more} more; --limit shows them, --json all.").format(more=len(shown) - limit))
    for reason, times in sorted(told.refused.items()):
        typer.echo(say("  not read: {reason} ({times})").format(reason=reason, times=times))
    text = say("Articles: {articles}; gained {gained}, lost {lost}, told otherwise {slots}, other text {texts}.")
    counts = {str(kind): told.shifts[kind] for kind in Shift}
    typer.echo(text.format(articles=told.articles, texts=told.texts, **counts))
    if told.resumed:
        typer.echo(say("An interrupted run had done {count} before.").format(count=told.resumed))
    if dry_run:
        typer.echo(say("Nothing was kept (--dry-run)."))
        return
    text = say("Stories opened: {new}, updated: {updated}; nothing of it is mailed as news.")
    typer.echo(text.format(new=told.stories_new, updated=told.stories_updated))


def _row(change: Change, names: dict[Shift, str]) -> Sequence[str]:
    what = "; ".join(f"{one.mover}: {one.slot} {one.before or '–'} → {one.after or '–'}" for one in change.slots)
    return [change.article, local(change.told), names[change.shift], f"{change.outlet}: {change.title}", what]
