"""The front door: `mercato`. Commands are thin: they parse, call a room, and print."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Annotated, cast

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from mercato import __version__
from mercato.cli import (
    archive,
    daily,
    dossier,
    explaining,
    judging,
    lexicon,
    mails,
    moving,
    outlets,
    page,
    premises,
    raw_archive,
    redoing,
    trying,
    workers,
)
from mercato.cli.desk import ConfigOption, Desk, note
from mercato.errors import MercatoError
from mercato.i18n import catalogue, mark
from mercato.settings import reader_language

INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended: 128 + SIGINT."""


def _root(
    context: typer.Context,
    config: ConfigOption = None,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help=mark("Say more; twice: everything."))] = 0,
    version: Annotated[bool, typer.Option("--version", help=mark("Print the version."))] = False,
) -> None:
    if version:
        typer.echo(f"mercato {__version__}")
        raise typer.Exit
    levels = {0: logging.WARNING, 1: logging.INFO}
    logging.basicConfig(level=levels.get(verbose, logging.DEBUG), format="%(asctime)s %(levelname)s %(message)s")
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit
    language = reader_language()
    context.obj = Desk(config, catalogue(language).gettext, language)


def build() -> typer.Typer:
    """The command line, its help still in English."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(
        invoke_without_command=True,
        help=mark("Watch the French-language tech press and tell who leaves which company for which."),
    )(_root)
    rooms = (
        premises,
        daily,
        mails,
        moving,
        page,
        judging,
        explaining,
        lexicon,
        trying,
        archive,
        dossier,
        raw_archive,
        redoing,
        outlets,
        workers,
    )
    for room in rooms:
        room.add_to(app)
    return app


def _translate(command: TyperCommand | TyperGroup, say: Callable[[str], str]) -> None:
    """Put the help of `command` and of all below it into the reader's language."""
    if command.help:
        command.help = say(command.help)
    for parameter in command.params:
        if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
            parameter.help = say(parameter.help)
    if isinstance(command, TyperGroup):
        for child in command.commands.values():
            _translate(cast("TyperCommand | TyperGroup", child), say)


def main() -> None:
    """Run the command line; every error of Mercato's own is a message and an exit code, never a traceback."""
    command = cast("TyperGroup", get_command(build()))
    _translate(command, catalogue(reader_language()).gettext)
    try:
        command.main(prog_name="mercato")
    except MercatoError as error:
        note(f"mercato: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of the pipe has gone (`mercato export | head`): nothing is wrong, and there is nobody to tell.
        sys.stderr.close()
