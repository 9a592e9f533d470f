"""The help of every command, in French and in English: no word of Typer's own stays behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from mercato.cli import build
from mercato.cli.helping import translate
from mercato.i18n import catalogue

FOREIGN = ("Usage:", "Show this message", "Commands", "[default", "[required", "; required")


def helps(language: str) -> Iterator[tuple[str, str]]:
    """The help of each command, by its name."""
    root = get_command(build())
    assert isinstance(root, TyperGroup)
    translate(root, catalogue(language).gettext)
    waiting: list[tuple[str, TyperCommand | TyperGroup]] = [("mercato", root)]
    while waiting:
        name, command = waiting.pop()
        with command.make_context(name, [], resilient_parsing=True) as context:
            yield name, command.get_help(context)
        if isinstance(command, TyperGroup):
            for child in command.commands.values():
                assert isinstance(child, TyperCommand | TyperGroup)
                waiting.append((f"{name} {child.name}", child))


def test_french_help_is_french() -> None:
    told = dict(helps("fr"))
    assert len(told) > 30
    assert [name for name, text in told.items() if any(word in text for word in FOREIGN)] == []
    assert all(text.startswith(f"Utilisation\u00a0: {name}") for name, text in told.items())
    assert all("Options\u00a0:\n" in text and "Afficher cette aide." in text for text in told.values())


@pytest.mark.parametrize("words", ["Usage: ", "Options:\n", "Show this message and exit."])
def test_english_help_is_as_typer_writes_it(words: str) -> None:
    assert all(words in text for _, text in helps("en"))


def test_usage_names_arguments_without_pythons_brackets_and_types() -> None:
    told = dict(helps("fr"))
    lines = {name: text.splitlines()[0] for name, text in told.items()}
    assert lines["mercato search"].endswith("[OPTIONS] QUERY...")
    assert lines["mercato sources check"].endswith("[OPTIONS] [ID]...")
    assert lines["mercato lexicon list"].endswith("[OPTIONS] [WORD]")
    assert not any(kind in text for text in told.values() for kind in ("<str>", "<path>", "<int range>", "list[str]"))
    assert "..." not in told["mercato"].replace("COMMAND [ARGS]...", ""), "no line of the list of commands is cut off"
