"""Every code under which cycles count what they could not read has words for people."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import crawler
from mercato.cli.words import unread_label
from mercato.i18n import LANGUAGES

_TELLS_FIRST = {"Refusal", "NoArticle"}
_TELLS_SECOND = {"ExtractionError"}


def codes() -> Iterator[str]:
    """The literal codes in the calls of the crawler that make a refusal."""
    for file in sorted(Path(crawler.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = 0 if node.func.id in _TELLS_FIRST else 1 if node.func.id in _TELLS_SECOND else None
            if place is None or len(node.args) <= place:
                continue
            given = node.args[place]
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    found = {*codes(), "paywall", "no-text"}
    assert len(found) > 20
    assert [code for code in sorted(found) if unread_label(code, language) == code] == []


def test_an_answer_is_told_by_its_status() -> None:
    assert unread_label("http-404", "fr") == "le site a répondu 404"


def test_a_code_of_later_days_is_told_as_it_is() -> None:
    assert unread_label("moon-phase", "fr") == "moon-phase"
