"""The words that people read, in their language: a gettext loader for every room.

The message identifiers are English and are what English readers see; `locale/fr` holds the French. `script/translate`
collects new messages and compiles the catalogues.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

DOMAIN = "mercato"
SOURCE_LANGUAGE = "en"
LANGUAGES = ("fr", SOURCE_LANGUAGE)


@lru_cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The messages of `language`, one of `LANGUAGES`.

    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no messages in language {language!r}; there are: {', '.join(LANGUAGES)}")
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    path = files("mercato") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def decimal(number: str, language: str) -> str:
    """A formatted number, with the decimal sign of `language`."""
    return number.replace(".", ",") if language == "fr" else number


def mark(message: str) -> str:
    """`message` itself: makes a message of a table known to the extractor, which is translated where it is used."""
    return message


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Both forms themselves: `mark` for messages with a number."""
    return singular, plural


class Phrase(str):
    """An English sentence that remembers its pattern, so that whoever shows it can say it in the reader's language."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]


SYSTEM = frozenset(
    (
        mark("Address already in use"),
        mark("Connection refused"),
        mark("File exists"),
        mark("Is a directory"),
        mark("Name or service not known"),
        mark("No route to host"),
        mark("No space left on device"),
        mark("No such file or directory"),
        mark("Not a directory"),
        mark("Permission denied"),
        mark("Read-only file system"),
    )
)
"""What the operating system says of files and connections, which it says in English to every Python program."""


def phrase(template: str, **values: object) -> Phrase:
    """`template` with `values` in its braces; values that are phrases themselves are said in the language too."""
    made = Phrase(template.format(**values))
    made.template, made.values = template, values
    return made


def in_language(text: str, say: Callable[[str], str]) -> str:
    """`text` in the language of `say`; as it is where it is no phrase."""
    if not isinstance(text, Phrase):
        return text
    values = {name: _said(value, say) for name, value in text.values.items()}
    return say(text.template).format(**values)


def _said(value: object, say: Callable[[str], str]) -> object:
    """A value of a phrase, in the language of `say` where it is a phrase itself or an error that tells one."""
    if isinstance(value, Exception) and value.args and isinstance(value.args[0], Phrase):
        value = value.args[0]
    if isinstance(value, str):
        return say(value) if value in SYSTEM else in_language(value, say)
    return value
