"""Years: backup, restore, prune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, local, note, table, utc_now
from mercato.errors import BackupError
from mercato.i18n import mark, phrase
from scheduler import backup as backups
from scheduler import pruning
from storage.engine import open_database


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("backup", help=mark("Copy database, raw pages and settings while everything goes on; checked."))(
        _backup
    )
    app.command("prune", help=mark("Let go of what was kept long enough, as [retention] says."))(_prune)
    app.command("restore", help=mark("Put a backup in the place of the archive, or into a new folder."))(_restore)


def _prune(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=mark("Only show what would be let go."))] = False,
    compact: Annotated[
        bool, typer.Option("--compact", help=mark("Write the database anew, so that the room is free at once."))
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    with desk(context).newsroom(config) as room:
        found = pruning.foresee(room, utc_now()) if dry_run else pruning.prune(room, utc_now, compact=compact)
    if as_json:
        emit({"done": not dry_run, **found.figures()})
        return
    lines = (
        (say("texts of articles without a move"), found.texts),
        (say("texts of articles with a move"), found.flagged_texts),
        (say("raw pages"), found.pages),
        (say("stories"), found.stories),
        (say("words of mails"), found.mails),
        (say("records of cycles and visits"), found.records),
    )
    for name, count in lines:
        typer.echo(f"  {name:<40} {count:>8}")
    if found.maintained:
        text = say("Database: {before:.1f} MB before, {after:.1f} MB now.")
        typer.echo(text.format(before=found.maintained.before / 1e6, after=found.maintained.after / 1e6))
    if dry_run:
        note(say("Nothing was changed."))


def _backup(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help=mark("Only list the backups that there are."))] = False,
    verify: Annotated[
        str | None,
        typer.Option("--verify", metavar="NAME", help=mark("Only check a backup, or «latest», file by file.")),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    if listed:
        _print(context, backups.every(settings), as_json)
        return
    if verify is not None:
        _verify(context, backups.find(settings, verify))
        return
    with open_database(settings.database_url) as database:
        made = backups.create(settings, database, utc_now())
    if as_json:
        emit(backups.as_json(made))
    else:
        text = say("{folder} is written and checked: {files} files, {size:.1f} MB.")
        files = len(made.manifest.files)
        typer.echo(text.format(folder=made.folder, files=files, size=made.size / 1e6))


def _print(context: typer.Context, found: list[backups.Backup], as_json: bool) -> None:
    say = desk(context).say
    if as_json:
        for backup in found:
            emit(backups.as_json(backup))
    elif found:
        headings = [say("name"), say("made"), say("articles"), say("stories"), say("MB")]
        table(headings, ([b.name, local(b.manifest.made), *_counts(b), f"{b.size / 1e6:.1f}"] for b in found))
    else:
        note(say('No backup yet; "mercato backup" makes one.'))


def _counts(backup: backups.Backup) -> tuple[str, str]:
    counts = backup.manifest.counts
    return str(counts.get("articles", 0)), str(counts.get("stories", 0))


def _verify(context: typer.Context, backup: backups.Backup) -> None:
    say = desk(context).say
    problems = backups.verify(backup)
    for problem in problems:
        typer.echo(f"✗ {problem}")
    if problems:
        raise typer.Exit(1)
    typer.echo(say("{name} is whole: {files} files.").format(name=backup.name, files=len(backup.manifest.files)))


def _restore(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=mark("Name or folder of the backup, or «latest»."))],
    into: Annotated[
        Path | None, typer.Option("--into", metavar="FOLDER", help=mark("A new folder for everything, settings too."))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=mark("Replace the present archive."))] = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    if into is not None and (Path(name) / backups.MANIFEST).exists():
        restored = backups.restore_into(into, backups.read(Path(name)), utc_now)
    else:
        settings = desk(context).settings(config)
        backup = backups.find(settings, name)
        if into is not None:
            restored = backups.restore_into(into, backup, utc_now)
        elif yes:
            restored = backups.restore(settings, backup, utc_now)
        else:
            raise BackupError(
                phrase(
                    "{name} would replace the present archive; stop the service and say --yes, or name a new "
                    "folder with --into",
                    name=backup.name,
                )
            )
    note(say("Restored and checked; settings: {file}").format(file=restored.settings))
    note(say("Raw files put back: {count}").format(count=restored.archive))
    if restored.forgotten is not None:
        note(say("People who must not be kept were forgotten again."))
