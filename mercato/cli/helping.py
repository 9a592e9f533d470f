"""The help of the command line in the reader's language.

Typer writes its own words around our texts («Usage», «Options», «Show this message and exit.») in English: it carries a
Click of its own without that one's gettext. Its formatter is the one place that all of them pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from mercato.i18n import mark

_WORDS = {
    "Arguments": mark("Arguments"),
    "Commands": mark("Commands"),
    "Options": mark("Options"),
    "Show this message and exit.": mark("Show this message and exit."),
    "default: ": mark("default: "),
    "required": mark("required"),
}
_BRACES = re.compile(r"[{}]")
_TYPES = re.compile(r" <(int range|str|list\[str\]|path|file)>")
_KINDS = {"int range": " N", "str": " TEXT", "list[str]": " TEXT", "path": " PATH", "file": " FILE"}
_LIMITS = re.compile(r"\[[^\[\]]+\]$")  # «[default: 20; 1<=x<=10000]» behind the text of an option


def translate(command: TyperCommand | TyperGroup, say: Callable[[str], str]) -> None:
    """Put the help of `command` and of all below it into the reader's language, in which `say` says a message."""
    context = command.context_class
    command.short_help = command.help and say(command.help)  # whole, where Click would cut it off
    command.context_class = type("Context", (context,), {"formatter_class": _formatter(context.formatter_class, say)})
    if command.help:
        command.help = say(command.help)
    for parameter in command.params:
        if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
            parameter.help = say(parameter.help)
    if isinstance(command, TyperGroup):
        for child in command.commands.values():
            translate(cast("TyperCommand | TyperGroup", child), say)


def _formatter(typers: type, say: Callable[[str], str]) -> type:
    """Typer's own formatter, `typers`, with its words in the reader's language."""

    class Formatter(typers):  # type: ignore[misc]  # Typer makes the class known by this attribute only
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(
                prog,
                _BRACES.sub("", args).replace("[[", "[").replace("]...]...", "]...").replace("]]", "]"),
                prefix or say(mark("Usage: ")),
            )

        def write_heading(self, heading: str) -> None:
            title = say("{label}:").format(label=say(_WORDS.get(heading, heading)))
            self.write(f"{'':>{self.current_indent}}{title}\n")

        def write_dl(self, rows: Sequence[tuple[str, str]], *widths: Any, **spacing: Any) -> None:
            super().write_dl([(_named(name), _worded(text, say)) for name, text in rows], *widths, **spacing)

    return Formatter


def _named(name: str) -> str:
    """An option or argument without Python's name for its type; an option shows what kind of value it takes."""
    return _TYPES.sub(lambda found: _KINDS.get(found[1], "") if name.startswith("-") else "", name)


def _worded(text: str, say: Callable[[str], str]) -> str:
    if text in _WORDS:
        return say(_WORDS[text])
    limits = _LIMITS.search(text)
    if limits is None:
        return text
    said = limits[0]
    for word in ("default: ", "required"):
        said = said.replace(word, say(_WORDS[word]))
    return text[: limits.start()] + said
