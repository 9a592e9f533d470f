"""From a page to its article: text, metadata, paywalls, character sets."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction import extract, is_teaser
from crawler.items import Hints, Page
from mercato.errors import ExtractionError
from mercato.model import Extraction

CASES = Path(__file__).parents[1] / "cases"


def read(case: str, now: datetime, hints: Hints | None = None, charset: str | None = None) -> Page:
    outlet = case.partition("/")[0]
    url = f"https://{outlet}.example/2026/03/depart?utm_source=rss"
    return extract((CASES / case).read_bytes(), url, charset, hints or Hints(), now)


def test_a_page_tells_all_by_itself(now: datetime) -> None:
    page = read("lephare/article.html", now)
    assert page.title == "Loupiote perd sa directrice technique"
    assert page.author == "Anaïs Corbel, Yann Le Goff"
    assert page.published == datetime(2026, 3, 18, 8, 5, tzinfo=UTC)
    assert page.language == "fr"
    assert page.canonical == "https://lephare.example/2026/03/loupiote"
    assert (page.extraction, page.note) == (Extraction.FULL, "")
    assert page.text.startswith("Maëlle Quéré, directrice technique") or "\nMaëlle Quéré" in page.text
    assert page.text.endswith("pour lui succéder.")
    assert "Réservé aux abonnés" not in page.text


def test_the_feed_is_believed_first(now: datetime) -> None:
    told = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
    hints = Hints(title="Titre du flux", author="Autrice du flux", published=told, language="en")
    page = read("lephare/article.html", now, hints)
    assert (page.title, page.author, page.published) == ("Titre du flux", "Autrice du flux", told)
    assert page.language == "fr"  # the page knows better what it is written in


@pytest.mark.parametrize("charset", [None, "utf-8", "windows-1252"])
@pytest.mark.parametrize("case", ["undeclared-cp1252", "declared-utf8-is-cp1252"])
def test_accents_survive(case: str, charset: str | None, now: datetime) -> None:
    page = read(f"vieuxport/{case}.html", now, charset=charset)
    assert page.title == "Où va l’équipe de Zoé ?"
    assert "L’œuvre de Zoé Béranger reste" in page.text
    assert "À 40 € de l’heure" in page.text
    assert page.published is None


@pytest.mark.parametrize("case", ["octroi/teaser.html", "octroi/locked.html"])
def test_teasers_are_told_from_articles(case: str, now: datetime) -> None:
    page = read(case, now)
    assert page.extraction is Extraction.TEASER
    assert "paywall" in page.note
    assert "Ardoise" in page.text


def test_a_feed_that_tells_more_than_a_teaser_is_used(now: datetime) -> None:
    whole = "Le texte entier, que le flux donne. " * 20
    page = read("octroi/locked.html", now, Hints(summary=whole))
    assert page.text == whole
    assert page.extraction is Extraction.TEASER


@pytest.mark.parametrize(
    "text",
    [
        "Un début. La suite est réservée aux abonnés.",
        "Un début. Cet article est réservé aux abonnés.",
        "Un début. Il vous reste 73.5 % de cet article à lire.",
        "Un début. Il vous reste 73% de cet article à lire.",
        "Pour lire la suite, abonnez-vous dès 1 €.",
        "Abonnez-vous pour lire la suite.",
    ],
)
def test_the_usual_words_of_a_paywall(text: str) -> None:
    assert is_teaser(text)


@pytest.mark.parametrize(
    "text",
    [
        "La chaîne a gagné dix mille abonnés en un mois, un article de presse à l'appui.",
        "Il vous reste à choisir entre les deux offres.",
        "La suite de cet article parle de tout autre chose.",
        "x" * 5000 + " La suite est réservée aux abonnés.",
    ],
)
def test_other_words_are_no_paywall(text: str) -> None:
    assert not is_teaser(text)


@pytest.mark.parametrize("body", [b"", b"   ", b"\x89PNG\r\n\x1a\n", b"<html><body><p>Rien.</p></body></html>", b"{}"])
def test_what_holds_no_article_is_said(body: bytes, now: datetime) -> None:
    with pytest.raises(ExtractionError, match=r"^https://x\.example/a "):
        extract(body, "https://x.example/a", None, Hints(), now)


def test_no_natural_language_date_parser_is_loaded() -> None:
    program = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.extraction import extract
from crawler.items import Hints
for path in sorted(Path(sys.argv[1]).rglob("*.html")):
    extract(path.read_bytes(), "https://x.example/a", None, Hints(), datetime(2026, 3, 18, tzinfo=UTC))
print("dateparser" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program, str(CASES)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")
