"""The raw archive: archive verify, archive index."""

from __future__ import annotations

from dataclasses import asdict

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit
from mercato.errors import ArchiveError
from mercato.i18n import mark, phrase
from mercato.settings import Settings
from storage import articles
from storage.engine import open_database
from storage.inspection import FileCheck, inspect
from storage.raw_archive import RawArchive, raw_archive


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("The raw pages that were kept (WARC files)."))
    group.command("verify", help=mark("Read every record again and compare it with what was written."))(_verify)
    group.command("index", help=mark("Write index.cdxj, by which replay tools such as pywb find pages."))(_index)
    group.command("put-away", help=mark("Move closed files to the store that captures in [storage] names, now."))(
        _put_away
    )
    app.add_typer(group, name="archive")


def _raw(settings: Settings) -> RawArchive:
    raw = raw_archive(settings)
    if raw is None:
        raise ArchiveError(phrase('the raw archive is switched off (archive = "" in [storage])'))
    return raw


def _verify(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    with open_database(settings.database_url) as database, database.reading() as tx:
        captures = articles.captures(tx)
    checks: list[FileCheck] = []
    for check in inspect(_raw(settings), captures):
        checks.append(check)
        if as_json:
            emit(asdict(check))
        for problem in () if as_json else check.problems:
            typer.echo(f"✗ {check.file}: {problem}")
    if not as_json:
        summary = say("Files: {files}, records: {records}, pages of articles: {pages}, problems: {problems}.")
        figures = {"records": sum(check.records for check in checks), "pages": sum(check.pages for check in checks)}
        problems = sum(len(check.problems) for check in checks)
        typer.echo(summary.format(files=len(checks), problems=problems, **figures))
    if any(check.problems for check in checks):
        raise typer.Exit(1)


def _index(context: typer.Context, config: ConfigOption = None) -> None:
    path = _raw(desk(context).settings(config)).merge_index()
    typer.echo(desk(context).say("{path} is written.").format(path=path))


def _put_away(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    raw = _raw(settings)
    if raw.store is None:
        raise ArchiveError(phrase('no store is named (captures = "" in [storage]): closed files stay where they are'))
    moved = raw.put_away()
    if as_json:
        emit({"moved": moved, "store": raw.store.url})
    else:
        typer.echo(say("Files moved to {store}: {count}").format(store=raw.store.url, count=len(moved)))
