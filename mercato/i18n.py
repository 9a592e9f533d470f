"""The words that people read, in their language: a gettext loader for every room.

The message identifiers are English and are what English readers see; `locale/fr` holds the French. `script/translate`
collects new messages and compiles the catalogues.
"""

from __future__ import annotations

import gettext
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


def mark(message: str) -> str:
    """`message` itself: makes a message of a table known to the extractor, which is translated where it is used."""
    return message


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Both forms themselves: `mark` for messages with a number."""
    return singular, plural
