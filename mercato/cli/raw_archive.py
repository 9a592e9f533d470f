"""The raw archive: archive verify, archive index."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit
from mercato.errors import ArchiveError
from mercato.i18n import mark
from mercato.settings import Settings
from storage import articles, cdxj
from storage.engine import open_database
from storage.inspection import FileCheck, inspect


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("The raw pages that were kept (WARC files)."))
    group.command("verify", help=mark("Read every record again and compare it with what was written."))(_verify)
    group.command("index", help=mark("Write index.cdxj, by which replay tools such as pywb find pages."))(_index)
    app.add_typer(group, name="archive")


def _folder(settings: Settings) -> Path:
    if settings.archive is None:
        raise ArchiveError('the raw archive is switched off (archive = "" in [storage])')
    return settings.archive


def _verify(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    with open_database(settings.database_url) as database, database.reading() as tx:
        captures = articles.captures(tx)
    checks: list[FileCheck] = []
    for check in inspect(_folder(settings), captures):
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
    path = cdxj.merge(_folder(desk(context).settings(config)))
    typer.echo(desk(context).say("{path} is written.").format(path=path))
