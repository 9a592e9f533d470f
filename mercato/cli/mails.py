"""What became of the mails, and what readers do not want to hear of: mails, mute, unmute, feed."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, local, table, utc_now
from mercato.cli.words import word
from mercato.errors import MercatoError, SettingsError
from mercato.i18n import mark, phrase
from mercato.model import Delivery, Mute, Story, Watch
from scheduler.jobs import Newsroom
from scheduler.syndicating import FeedFormat, feed_of
from storage import outbox, readers
from storage import stories as dossiers

WatchArgument = Annotated[str, typer.Argument(metavar="WATCH", help=mark("The watch, by name."))]
StoryArgument = Annotated[str, typer.Argument(metavar="STORY", help=mark("The story's identifier, or its beginning."))]
DigestArgument = Annotated[str, typer.Argument(metavar="DIGEST", help=mark("The mail's identifier, as listed."))]
RecipientArgument = Annotated[str, typer.Argument(metavar="RECIPIENT", help=mark("Whom it is for, as listed."))]


class NoSuchMailError(MercatoError):
    """No delivery of the ledger waits for a person's word under that name."""


class NoSuchStoryError(MercatoError):
    """The story that was named is not in the archive."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("What became of the mails."))
    group.command("list", help=mark("The latest mails, and how far each has come to whom."))(_list)
    group.command("resend", help=mark("Hand a mail over again that was refused, given up or cut off."))(_resend)
    group.command("settle", help=mark("Note that a mail which was cut off did arrive."))(_settle)
    app.add_typer(group, name="mails")
    app.command("mute", help=mark("Let a watch hear no more of a story."))(_mute)
    app.command("unmute", help=mark("Let a watch hear of a story again."))(_unmute)
    app.command("feed", help=mark("A watch's latest stories as a feed, on standard output."))(_feed)


def _list(
    context: typer.Context, limit: LimitOption = 20, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        lines = outbox.digests(tx, limit)
    if as_json:
        for line in lines:
            emit(mail_as_json(line))
        return
    say, language = desk(context).say, desk(context).language
    rows = [
        (line.id, line.watch, local(line.composed_at), one.recipient or "–", word(one.state, language), one.detail)
        for line in lines
        for one in line.deliveries
    ]
    headings = [say("mail"), say("watch"), say("composed"), say("recipient"), say("state"), say("answer")]
    table(headings, rows, title=say("Mails"))


def mail_as_json(line: outbox.DigestRecord) -> dict[str, object]:
    """The JSON contract of `mercato mails list --json`."""
    return {
        "id": line.id,
        "watch": line.watch,
        "period": line.period,
        "edition": line.edition.value,
        "composed": line.composed_at,
        "subject": line.subject,
        "message_id": line.message_id,
        "deliveries": [
            {"recipient": one.recipient, "state": one.state.value, "detail": one.detail} for one in line.deliveries
        ],
    }


def _resend(
    context: typer.Context, digest: DigestArgument, recipient: RecipientArgument, config: ConfigOption = None
) -> None:
    _decide(context, digest, recipient, Delivery.PENDING, config)
    typer.echo(desk(context).say("It is handed over again with the next digest or by “mercato run”."))


def _settle(
    context: typer.Context, digest: DigestArgument, recipient: RecipientArgument, config: ConfigOption = None
) -> None:
    _decide(context, digest, recipient, Delivery.SENT, config)
    typer.echo(desk(context).say("Noted as arrived."))


def _decide(context: typer.Context, digest: str, recipient: str, state: Delivery, config: ConfigOption) -> None:
    with desk(context).newsroom(config) as room, room.database.writing() as tx:
        if not outbox.decide(tx, digest, recipient, state, utc_now()):
            raise NoSuchMailError(
                phrase(
                    '{digest} to {recipient}: no mail that was refused, given up or cut off; "mercato mails '
                    'list" names them',
                    digest=digest,
                    recipient=recipient,
                )
            )


def _mute(
    context: typer.Context,
    watch: WatchArgument,
    story: StoryArgument,
    days: Annotated[int, typer.Option("--days", min=0, max=3650, help=mark("Only for so many days; 0: for good."))] = 0,
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room:
        chosen, found = _watch(room, watch), _story(room, story)
        until = utc_now() + timedelta(days=days) if days else None
        with room.database.writing() as tx:
            readers.mute(tx, Mute(watch=chosen.name, story=found.id, until=until))
    say = desk(context).say
    text = say("{watch} hears no more of {story} until {when}.") if until else say("{watch} hears no more of {story}.")
    typer.echo(text.format(watch=chosen.name, story=found.id, when=local(until)))


def _unmute(context: typer.Context, watch: WatchArgument, story: StoryArgument, config: ConfigOption = None) -> None:
    with desk(context).newsroom(config) as room:
        chosen, found = _watch(room, watch), _story(room, story)
        with room.database.writing() as tx:
            changed = readers.unmute(tx, chosen.name, found.id)
    say = desk(context).say
    text = say("{watch} hears of {story} again.") if changed else say("{watch} had not muted {story}.")
    typer.echo(text.format(watch=chosen.name, story=found.id))


def _feed(
    context: typer.Context,
    watch: WatchArgument,
    form: Annotated[FeedFormat, typer.Option("--format", help=mark("How to write it."))] = FeedFormat.ATOM,
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room:
        content = feed_of(room, _watch(room, watch), form, utc_now())
    sys.stdout.buffer.write(content + b"\n")


def _watch(room: Newsroom, name: str) -> Watch:
    watches = room.watches()
    found = next((watch for watch in watches if watch.name == name), None)
    if found is None:
        known = ", ".join(watch.name for watch in watches) or phrase("none: add a [[watch]] table")
        raise SettingsError(
            str(room.settings.file), [phrase("{name}: no such watch; known: {known}", name=name, known=known)]
        )
    return found


def _story(room: Newsroom, reference: str) -> Story:
    with room.database.reading() as tx:
        found = dossiers.get(tx, reference)
    if found is None:
        raise NoSuchStoryError(
            phrase('{reference}: no such story, or several begin so; "mercato stories" lists them', reference=reference)
        )
    return found
