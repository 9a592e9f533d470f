"""What every command shares: the settings it works with, the reader's language, and how it prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from alerts.lexicon import Lexicon, lexicon_of, load_lexicon
from mercato import logs
from mercato.i18n import mark
from mercato.settings import Settings, has_settings, load_settings
from scheduler.jobs import Newsroom, open_newsroom

ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="PATH", help=mark("Settings file; default: mercato.toml here."))
]
JsonOption = Annotated[bool, typer.Option("--json", help=mark("For programs: JSON, one object per line."))]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help=mark("Lines at most."))]


@dataclass(frozen=True, slots=True)
class Desk:
    """The running command's surroundings; lies in the context of the command line."""

    config: Path | None
    say: Callable[[str], str]  # an English message in the reader's language
    language: str

    def settings(self, config: Path | None) -> Settings:
        """The settings of `--config`, given before or after the command. Raises SettingsError."""
        return load_settings(config or self.config)

    def working(self, config: Path | None) -> Settings:
        """The settings, for a command that logs where they say. Raises SettingsError."""
        settings = self.settings(config)
        logs.begin(settings)
        return settings

    def lexicon(self, config: Path | None) -> Lexicon:
        """The lexicon of the settings; the bundled one where there are none. Raises SettingsError and LexiconError.

        Texts can be judged without any settings, but a file that was named must be there.
        """
        if config is None and self.config is None and not has_settings():
            return load_lexicon()
        return lexicon_of(self.settings(config))

    def newsroom(self, config: Path | None) -> AbstractContextManager[Newsroom]:
        """The archive and lexicon of the settings. Raises SettingsError, StorageError and LexiconError."""
        return open_newsroom(self.settings(config))


def desk(context: typer.Context) -> Desk:
    """The desk of the running command."""
    found = context.find_object(Desk)
    assert found is not None, "the root command puts it there"
    return found


def utc_now() -> datetime:
    """The clock of the house: the front door reads it, everybody below is told."""
    return datetime.now(UTC)


def emit(value: object) -> None:
    """Print one JSON object on a line of its own."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def note(message: str) -> None:
    """Tell the person something on standard error, where it does not disturb a pipe."""
    typer.echo(message, err=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print a table for people: drawn on a terminal, whole lines in a pipe."""
    # Words of the press are no markup: «[exclusif]» is shown, and «[/b]» is nothing to stumble over.
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False, emoji=False)
    drawn = Table(*headings, title=title, title_justify="left", header_style="bold")
    for row in rows:
        drawn.add_row(*row)
    console.print(drawn)


def local(moment: datetime | None) -> str:
    """A moment for people, in the zone of the machine."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "–"


def quoted(words: Iterable[str], say: Callable[[str], str]) -> str:
    """Words of an article in the quotation marks of the reader's language."""
    marks = say("“{word}”")
    return ", ".join(marks.format(word=word) for word in words)
