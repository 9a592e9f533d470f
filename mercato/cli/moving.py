"""Moving house: migrate."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing import get_context
from typing import Annotated

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, note, table
from mercato.errors import MigrationError
from mercato.i18n import mark, phrase
from storage.engine import open_database
from storage.search_keys import index_keys
from storage.transfer import Keys, copy

_PART = 50  # texts that a process takes at a time


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("migrate", help=mark("Copy the whole archive into another database, and compare both."))(_migrate)


def _migrate(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help=mark("The other database, as storage.url would name it."))
    ],
    replace: Annotated[bool, typer.Option("--replace", help=mark("Empty the other database first."))] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings, say = desk(context).settings(config), desk(context).say
    if to == settings.database_url:
        raise MigrationError(phrase("--to names the database that storage.url names already"))

    def progress(name: str, done: int, total: int) -> None:
        if done == total or done % 10_000 == 0:
            note(say("{table}: {done} of {total}").format(table=name, done=done, total=total))

    with open_database(settings.database_url) as source, open_database(to) as target, _all_cores() as keys:
        copied = copy(source, target, replace=replace, keys=keys, progress=progress)
    if as_json:
        for one in copied:
            emit(asdict(one))
        return
    table([say("table"), say("rows"), "SHA-256"], ([one.name, str(one.rows), one.digest[:16]] for one in copied))
    typer.echo(say("Both databases hold the same. Set storage.url to the new one; the old one was not changed."))


@contextmanager
def _all_cores() -> Iterator[Keys]:
    """Index keys made on all cores: they take more time than all the rest of a copy."""
    # Fresh processes: forked ones would share the connections to the databases.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:

        def keys(texts: Sequence[str]) -> Iterable[list[str]]:
            return pool.map(index_keys, texts, chunksize=_PART)

        yield keys
