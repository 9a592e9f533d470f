"""What is wrong with the command that was typed, in the reader's language.

Typer, with the Click that it carries, writes these sentences in English only. They are known by their form; one of
another form is told as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import typer

from mercato.i18n import in_language, mark

_FORMS = tuple(
    (re.compile(form), words)
    for form, words in (
        (r"No such command '(?P<name>.*)'\.", mark("there is no command {name}")),
        (
            r"No such command '(?P<name>.*?)'\. Did you mean '(?P<near>[^']*)'.*\?",
            mark("there is no command {name}; “{near}” comes nearest"),
        ),
        (r"No such option: (?P<name>\S+)(?: \(Possible options: .*\))?", mark("there is no option {name}")),
        (r"Missing command\.", mark("a command is missing")),
        (r"Missing argument '?(?P<name>.*?)'?\.", mark("{name} is missing")),
        (r"Missing option '?(?P<name>.*?)'?\.", mark("{name} is missing")),
        (r"Option '(?P<name>.*)' requires an argument\.", mark("{name} needs a value")),
        (r"Option '(?P<name>.*)' does not take a value\.", mark("{name} takes no value")),
        (r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)", mark("too many words: {name}")),
        (r"Input should be greater than or equal to (?P<name>\S+)", mark("expected at least {name}")),
        (r"Input should be less than or equal to (?P<name>\S+)", mark("expected at most {name}")),
        (r"Input should be a valid integer.*", mark("expected a whole number")),
        (r"Input should be a valid (?:datetime|date).*", mark('expected a date such as "2026-03-18"')),
        (r"(?:Value error, )?'(?P<given>.*)' is not one of (?P<name>.*?)\.?", mark("{given}: expected one of {name}")),
        (r"[Ff]ile '(?P<name>.*)' does not exist\.", mark("{name}: no such file")),
        (r"[Ff]ile '(?P<name>.*)' is a directory\.", mark("{name} is a folder; a file is needed")),
        (r"[Ff]ile '(?P<name>.*)' is not readable\.", mark("{name} cannot be read; check its rights")),
    )
)


def complaint(error: typer.TyperException, say: Callable[[str], str]) -> str:
    """How the command is typed, where its help is, and what is wrong with it."""
    lines = []
    context: typer.Context | None = getattr(error, "ctx", None)
    if context is not None:
        lines = [context.get_usage(), say(mark("Help: {command} --help")).format(command=context.command_path), ""]
    return "\n".join([*lines, f"mercato: {_place(error, say)}{_worded(error, say)}"])


def _place(error: typer.TyperException, say: Callable[[str], str]) -> str:
    """The option or argument that has a wrong value, where the error is about one."""
    if not isinstance(error, typer.BadParameter) or not error.message:
        return ""
    given = error.param_hint or (error.param.get_error_hint() if error.param is not None else None)
    hint = given if isinstance(given, str | None) else " / ".join(given)
    return say("{label}:").format(label=hint.strip("'")) + " " if hint else ""


def _worded(error: typer.TyperException, say: Callable[[str], str]) -> str:
    message = error.message or error.format_message()
    for form, words in _FORMS:
        found = form.fullmatch(message)
        if found is not None:
            return say(words).format(**found.groupdict())
    return in_language(message, say)
