"""The message catalogues: complete, in step with the sources, well set, and compiled."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from alerts.typography import french_spaces
from mercato import i18n

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "mercato/locale/fr/LC_MESSAGES/mercato.po"
ROOMS = ("mercato", "alerts", "crawler", "scheduler", "storage", "review")
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None, "phrase": None, "say": None, "mark_plural": (1, 2)}


@pytest.fixture(scope="module")
def french() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def messages(french: Catalog) -> list[Message]:
    return [message for message in french if message.id]


def forms(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_message_of_the_sources_is_in_the_catalogue(french: Catalog) -> None:
    known = {(forms(message.id)[0], message.context) for message in french}
    lacking = [
        found[2]
        for room in ROOMS
        for found in extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS)
        if (forms(found[2])[0], found[4]) not in known
    ]
    assert lacking == [], "run script/translate, then translate what is new"


def test_no_message_hides_in_an_f_string() -> None:
    """Before Python 3.12 the extractor does not look into f-strings, and script/translate would lose the message."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {call.args[0].value!r}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and _is_message(call)
    ]
    assert hidden == [], "put the translated text into a variable first"


def _is_message(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in KEYWORDS and bool(call.args) and isinstance(call.args[0], ast.Constant)


def test_every_message_is_translated(messages: list[Message]) -> None:
    assert [message.id for message in messages if message.fuzzy or not all(forms(message.string))] == []


def test_translations_use_the_fields_that_the_message_offers(messages: list[Message]) -> None:
    wrong = [
        (message.id, message.string)
        for message in messages
        for text in forms(message.string)
        if message.python_brace_format and fields(text) != fields(forms(message.id)[-1])
    ]
    assert wrong == []


def test_french_is_set_by_the_rules(messages: list[Message]) -> None:
    # Messages with a context are patterns of dates, where the straight apostrophe quotes.
    texts = [text for message in messages if not message.context for text in forms(message.string)]
    badly_set = [text for text in texts if french_spaces(text) != text]
    loose = re.compile(r"[^\s\u00a0\u202f;!?&][;!?](?:\s|$)|«(?!\u00a0)|(?<!\u00a0)»|(?<=\w)'(?=\w)")
    unspaced = [text for text in texts if loose.search(text)]
    assert (badly_set, unspaced) == ([], [])


def test_the_compiled_catalogue_is_that_of_the_source(french: Catalog) -> None:
    buffer = io.BytesIO()
    write_mo(buffer, french)
    compiled = i18n.gettext.GNUTranslations(io.BytesIO(buffer.getvalue()))
    shipped = i18n.catalogue("fr")
    different = [m.id for m in french if m.id and shipped.gettext(forms(m.id)[0]) != compiled.gettext(forms(m.id)[0])]
    assert different == [], "run script/translate"


def test_languages() -> None:
    assert i18n.catalogue("fr").gettext("Confirmed") == "Confirmé"
    assert i18n.catalogue("en").gettext("Confirmed") == "Confirmed"
    with pytest.raises(ValueError, match="there are: fr, en"):
        i18n.catalogue("de")
