"""The front door: `mercato`. Commands are thin: they parse, call a room, and print."""

from __future__ import annotations

import logging
import sys
from itertools import pairwise
from pathlib import Path
from typing import Annotated, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from mercato import __version__
from mercato.cli import (
    archive,
    backups,
    daily,
    dossier,
    explaining,
    judging,
    lexicon,
    mails,
    moving,
    outlets,
    page,
    people,
    premises,
    raw_archive,
    redoing,
    trying,
    workers,
)
from mercato.cli.desk import ConfigOption, Desk, note
from mercato.cli.helping import translate
from mercato.cli.typed import complaint
from mercato.errors import MercatoError
from mercato.i18n import catalogue, in_language, mark, phrase
from mercato.settings import reader_language

INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended: 128 + SIGINT."""


def _root(
    context: typer.Context,
    config: ConfigOption = None,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, show_default=False, help=mark("Say more; twice: everything."))
    ] = 0,
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
    language = _language()
    context.obj = Desk(config, catalogue(language).gettext, language)


def build() -> typer.Typer:
    """The command line, its help still in English."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(
        invoke_without_command=True,
        help=mark("Watch the French-language tech press and tell who leaves which company for which."),
    )(_root)
    looking = (judging, explaining, lexicon, trying, archive, dossier, raw_archive, redoing, outlets)
    for room in (premises, daily, workers, mails, page, *looking, people, backups, moving):
        room.add_to(app)
    return app


def _language() -> str:
    """The reader's language, before the arguments are read: mistakes in them are told in it as well."""
    given = sys.argv[1:]
    named = next((value for option, value in pairwise([*given, ""]) if option == "--config"), "")
    named = named or next((word.partition("=")[2] for word in given if word.startswith("--config=")), "")
    return reader_language(path=Path(named) if named else None)


def main() -> None:
    """Run the command line; every error of Mercato's own is a message and an exit code, never a traceback."""
    command = cast("TyperGroup", get_command(build()))
    say = catalogue(_language()).gettext
    translate(command, say)
    try:
        sys.exit(command.main(prog_name="mercato", standalone_mode=False))
    except MercatoError as error:
        note(f"mercato: {error.said(say)}")
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        note(complaint(error, say))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of the pipe has gone (`mercato export | head`): nothing is wrong, and there is nobody to tell.
        sys.stderr.close()
    except OSError as error:
        if error.filename is None:
            raise
        template = mark("{path}: {why}; check the path, its rights and the free space")
        note(f"mercato: {in_language(phrase(template, path=error.filename, why=error.strerror), say)}")
        sys.exit(1)
    except typer.Abort:
        sys.exit(1)
