"""Pages that are no article are told by name; articles that look a little like them stay articles."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.extraction import extract
from crawler.items import Hints, Page
from crawler.personal_data import MAIL_MARK, PHONE_MARK, without_contacts
from mercato.errors import ExtractionError

URL = "https://phare.example/a"
PARAGRAPH = (
    "Grandvoile confirme l'arrivée d'une directrice de la recherche, attendue depuis que son prédécesseur avait quitté "
    "la maison au printemps pour fonder la sienne à Nantes avec deux ingénieurs de son ancienne équipe."
)


def page(title: str, *paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html lang='fr'><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Accueil</a></nav><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode()


def read(body: bytes, now: datetime) -> Page | str:
    """The page, or the reason why it is none."""
    try:
        return extract(body, URL, None, Hints(), now)
    except ExtractionError as error:
        return error.reason


# Each of its own: an extractor takes a paragraph that returns for part of the frame.
MANY = [f"{PARAGRAPH} C'est la {number}e arrivée de l'année, dit-elle." for number in range(2, 12)]
VISIT = "stocker et lire des données personnelles comme votre visite sur ce site."
CHOICE = (
    "Vous pouvez retirer votre consentement à tout moment en cliquant sur « Gérer vos choix » ou dans notre politique"
)
CONSENT = [
    f"Avec votre accord, nos partenaires et nous utilisons des cookies ou traceurs pour {VISIT}",
    f"{CHOICE} de confidentialité. Continuer sans accepter. Accepter et continuer.",
]
LINKS = "".join(f"<p><a href='/{n}'>{PARAGRAPH[: 60 + n]}</a></p>" for n in range(20))
LIVE = [f"{8 + number // 4} h {10 + number} – {PARAGRAPH}" for number in range(12)]


LOST = "La page que vous cherchez n'existe plus. Revenez à l'accueil du Phare."
CHECK = "Checking your browser before accessing phare.example. This takes a second."
CONSOLED = "Oups. Voici nos derniers articles pour vous consoler de cette absence."
SCHEMA = '<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page("Le Phare", *CONSENT), "cookie-wall"),
        (page("Page introuvable", LOST), "error-page"),
        (page("Just a moment...", CHECK), "error-page"),
        (page("Erreur 404 - Le Phare", CONSOLED), "error-page"),
        (page("Tous nos articles", LINKS), "link-list"),
        (page("EN DIRECT - La conférence de Grandvoile", *LIVE), "live-blog"),
        (page("La conférence", *MANY, head=SCHEMA), "live-blog"),
    ],
)
def test_pages_of_other_kinds(body: bytes, reason: str, now: datetime) -> None:
    assert read(body, now) == reason


@pytest.mark.parametrize(
    "body",
    [
        page("La Cnil sanctionne les cookies de Grandvoile", *CONSENT, *MANY),
        page("Erreur 404 : l'histoire d'une page", *MANY),
        page("En direct de Nantes, Grandvoile recrute", *MANY),
        page("Le programme", *LIVE[:4], *MANY),
        page("Dix lectures", *MANY, "<a href='/1'>Un lien</a>", "<a href='/2'>Un autre lien</a>"),
    ],
)
def test_articles_that_look_a_little_like_them(body: bytes, now: datetime) -> None:
    assert isinstance(read(body, now), Page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Écrire à anais.corbel@phare.example.", f"Écrire à {MAIL_MARK}."),
        ("Écrire à anais [at] phare.example", f"Écrire à {MAIL_MARK}"),
        ("Tél. : 01 23 45 67 89.", f"Tél. : {PHONE_MARK}."),
        ("Tél. : 06.12.34.56.78, le matin", f"Tél. : {PHONE_MARK}, le matin"),
        ("Appeler le +33 (0)6 12 34 56 78", f"Appeler le {PHONE_MARK}"),
        ("Appeler le +32 2 123 45 67", f"Appeler le {PHONE_MARK}"),
        ("Appeler le 0041 22 123 45 67", f"Appeler le {PHONE_MARK}"),
        ("À Montréal : 514 555-0199", f"À Montréal : {PHONE_MARK}"),
        ("Appeler le +3522 1234", f"Appeler le {PHONE_MARK}"),
        ("Appeler le +33 (0) 1 12 34", f"Appeler le {PHONE_MARK}"),
        ("À Montréal : +1 (514) 555-0199", f"À Montréal : {PHONE_MARK}"),
        ("Bruxelles, 02/123 45 67 ou 02 123 45 67", f"Bruxelles, {PHONE_MARK} ou {PHONE_MARK}"),
    ],
)
def test_contacts_are_removed(text: str, expected: str) -> None:
    assert without_contacts(text) == expected
    assert without_contacts(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Une prime de 100 000 000 de dollars", "le 01/02/2026 à 10 h 30", "12 345 678,90 euros", "2019, 2020 et 2021",
        "le compte @phare sur X", "la version 10.15.7.1", "de 1 200 à 1 500 euros", "SIREN 732 829 320", "F1 de 0,96",
        "entre 2024-2025 et 2026-2027", "le brevet US 10 123 456", "0,5 % de 1 000 000 000", "+ 25 % en 2026",
    ],
)  # fmt: skip
def test_figures_stay(text: str) -> None:
    assert without_contacts(text) == text
