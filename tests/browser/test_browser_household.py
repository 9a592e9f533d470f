"""Outlets, watches, saved searches, versions of articles and pictures, as people use them; by keyboard where told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from accessibility import violations_in_both_schemes
from playwright.sync_api import Browser, Page, expect

from scheduler.jobs import Newsroom
from storage import articles, own_sources, own_watches

pytestmark = pytest.mark.slow


def test_an_outlet_is_paused_and_resumed(tab: Page, address: str, newsroom: Newsroom) -> None:
    source = newsroom.settings.sources[0]
    tab.goto(f"{address}/sources")
    row = tab.locator(f"tr#{source.id}")
    row.get_by_role("button", name="Suspendre").focus()
    tab.keyboard.press("Enter")
    expect(row).to_contain_text("suspendu depuis le")
    assert violations_in_both_schemes(tab) == []
    with newsroom.database.reading() as tx:
        assert source not in own_sources.active(tx, newsroom.settings.sources)
    row.get_by_role("button", name="Reprendre").focus()
    tab.keyboard.press("Enter")
    expect(row).not_to_contain_text("suspendu")
    with newsroom.database.reading() as tx:
        assert source in own_sources.active(tx, newsroom.settings.sources)


def test_a_feed_is_seen_before_it_is_followed(tab: Page, address: str, newsroom: Newsroom) -> None:
    tab.goto(f"{address}/sources")
    tab.get_by_label("Adresse d’un flux").fill(newsroom.settings.sources[0].feed.replace("127.0.0.1", "localhost"))
    tab.get_by_label("Nom (facultatif)").fill("Le Flux d’essai")
    with tab.expect_navigation(timeout=90_000):
        tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_have_text("Le Flux d’essai")
    assert violations_in_both_schemes(tab) == []
    assert tab.locator(".hits li").count() > 0
    with newsroom.database.reading() as tx:
        before = articles.count(tx)
        assert own_sources.every(tx) == (), "looking follows nothing"
    tab.get_by_role("button", name="Suivre ce flux").click()
    row = tab.get_by_role("row").filter(has_text="Le Flux d’essai")
    expect(row).to_contain_text("pas encore visité")
    assert "Le Flux d’essai" in [source.name for source in newsroom.sources()]
    row.get_by_role("button", name="Ne plus suivre").click()
    with newsroom.database.reading() as tx:
        assert (own_sources.every(tx), articles.count(tx)) == ((), before)


@pytest.mark.parametrize("url", ["ftp://journal.example/feed", "journal", "", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(tab: Page, address: str, url: str) -> None:
    for path in ("/sources", "/sources/preview"):
        ours = {"Sec-Fetch-Site": "same-origin"}
        answer = tab.request.post(f"{address}{path}", form={"url": url}, headers=ours)
        assert answer.status == 400
        assert "https://www.example.org/feed/" in answer.text()


def test_a_watch_is_tried_kept_changed_and_removed(tab: Page, address: str, newsroom: Newsroom) -> None:
    tab.goto(f"{address}/watches")
    tab.get_by_label("Nom", exact=True).fill("Laboratoires")
    tab.get_by_label("Entreprises, séparées").fill("Wavelane")
    tab.get_by_label("Adresses de courriel").fill("lea@mercato.example")
    tab.keyboard.press("Enter")
    expect(tab.locator("#trial li").first).to_be_visible()
    tab.get_by_role("button", name="Garder cette veille").click()
    with newsroom.database.reading() as tx:
        (kept,) = own_watches.every(tx)
    assert (kept.name, kept.organisations, kept.recipients) == ("Laboratoires", ("Wavelane",), ("lea@mercato.example",))
    assert kept in newsroom.watches()
    tab.get_by_role("link", name="Modifier Laboratoires").click()
    tab.get_by_label("Entreprises, séparées").fill("Corvex, Wavelane")
    tab.get_by_label("Quand (cron)").fill("tous les jours")
    tab.get_by_role("button", name="Essayer").click()
    expect(tab.get_by_role("alert")).to_contain_text("Quand (cron)")
    expect(tab.get_by_label("Quand (cron)")).to_have_attribute("aria-invalid", "true")
    wanted = "cinq champs cron, comme «\u00a00 8 * * mon-fri\u00a0»\u00a0: du lundi au vendredi à 8\u00a0h"
    expect(tab.get_by_label("Quand (cron)")).to_have_accessible_description(f"Quand (cron)\u00a0: {wanted}")
    expect(tab.get_by_label("Nom", exact=True)).not_to_have_attribute("aria-invalid", "true")
    assert violations_in_both_schemes(tab) == []
    tab.get_by_label("Quand (cron)").fill("30 7 * * *")
    tab.get_by_role("button", name="Essayer").click()
    expect(tab.locator("#trial")).to_contain_text("0 de moins")
    assert violations_in_both_schemes(tab) == []
    tab.get_by_role("button", name="Garder cette veille").click()
    assert [watch.schedule for watch in newsroom.watches()][1:] == ["30 7 * * *"]
    expect(tab.get_by_role("row").filter(has_text="démo")).to_contain_text("le fichier de réglages")
    tab.get_by_role("button", name="Supprimer Laboratoires").click()
    assert len(newsroom.watches()) == 1


def test_a_search_is_saved_found_again_and_made_a_watch(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive?firm=Wavelane")
    found = tab.locator(".hits h3").count()
    tab.keyboard.press("e")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("Tout sur Wavelane")
    tab.keyboard.press("Enter")
    saved = tab.get_by_role("navigation", name="Recherches enregistrées")
    expect(saved.get_by_role("link", name="Tout sur Wavelane", exact=True)).to_be_visible()
    assert violations_in_both_schemes(tab) == []
    tab.goto(f"{address}/archive")
    saved.get_by_role("link", name="Tout sur Wavelane", exact=True).click()
    expect(tab.locator(".hits h3")).to_have_count(found)
    saved.get_by_role("link", name="Faire une veille").click()
    expect(tab.get_by_label("Entreprises, séparées")).to_have_value("Wavelane")
    expect(tab.locator("#trial li").first).to_be_visible()
    tab.goto(f"{address}/archive")
    saved.get_by_role("button", name="Supprimer").click()
    expect(saved).to_have_count(0)


def test_what_an_outlet_edited_is_shown_word_by_word(tab: Page, address: str, newsroom: Newsroom) -> None:
    with newsroom.database.writing() as tx:
        (newest, *_) = articles.latest(tx, 1)
        first, *rest = newest.body.split("\n")
        edited = replace(newest, body="\n".join([f"{first} Mise à jour : rien de neuf.", *rest]), capture=None)
        articles.save(tx, replace(edited, first_seen=datetime.now(UTC)))
    tab.goto(f"{address}/articles/{newest.id}")
    expect(tab.locator("#versions h2")).to_have_text("Le média l’a modifié 1 fois")
    expect(tab.locator("#versions ins").first).to_contain_text("Mise à jour")
    assert violations_in_both_schemes(tab) == []
    assert tab.locator("#versions del").count() == 0


def test_a_dossier_leads_to_who_left_the_seat_and_who_takes_it(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive?person=Ingrid+Solheim")
    tab.locator(".hits h3 a").first.click()
    tab.get_by_role("link", name="Ingrid Solheim, ex-STMicroelectronics").click()
    section = tab.locator("section").filter(has=tab.get_by_role("heading", name="Ce qui s’y rattache"))
    expect(section).to_contain_text("prédécesseur\u00a0: Ostrevant se sépare de Bertrand Quillévéré")
    section.get_by_role("link", name="Ostrevant se sépare").click()
    expect(section).to_contain_text("Le poste quitté (directeur général, Ostrevant)\u00a0: repris par Ingrid Solheim.")
    expect(section.get_by_role("link", name="Ingrid Solheim")).to_be_visible()
    expect(tab.locator(".ladder [aria-current]")).to_contain_text("Agence Méridien")
    assert violations_in_both_schemes(tab) == []


def test_an_amount_is_corrected_in_words_and_what_is_none_says_so(chromium: Browser, address: str) -> None:
    tab = chromium.new_context(locale="fr-FR").new_page()  # Chromium complains of the refusal, as it should
    tab.goto(f"{address}/archive?q=raghunathan")
    with tab.expect_navigation():  # keys do nothing before the page's script has come
        tab.locator(".tells a").first.click()
    dossier = tab.url
    tab.keyboard.press("c")
    amount = tab.get_by_label("Rémunération")
    expect(amount).to_have_value("25\u00a0millions de dollars")
    amount.fill("beaucoup")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text("«\u00a0beaucoup\u00a0» n’est pas un montant")
    with tab.expect_navigation():
        tab.get_by_role("link", name="Revenir où vous étiez").click()
    assert tab.url == dossier
    tab.keyboard.press("c")
    amount.fill("entre 30 et 40 millions de dollars par an")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("cell", name="30 à 40\u00a0millions de dollars par an")).to_be_visible()
    tab.keyboard.press("u")
    expect(tab.get_by_role("cell", name="25\u00a0millions de dollars")).to_be_visible()
    tab.context.close()


def test_another_language_keeps_the_search(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive?q=wavelane&status=confirmed")
    tab.get_by_role("button", name="English").click()
    assert tab.url == f"{address}/archive?q=wavelane&status=confirmed"
    tab.get_by_role("button", name="Français").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Archives")


def test_the_read_api_is_told_to_people_as_it_is(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.get_by_role("link", name="API").click()
    paths = tab.request.get(f"{address}/api/openapi.json").json()["paths"]
    assert tab.locator("h2 code").all_inner_texts() == [f"GET {path}" for path in paths]
    expect(tab.locator("main")).to_contain_text("Authorization: Bearer")
    expect(tab.locator("main")).to_contain_text("Les affaires, dans l’ordre de leur dernier changement.")


def test_articles_are_filtered_by_verdict(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive?verdict=none")
    waiting = tab.locator(".hits h3").count()
    assert waiting > 0
    tab.goto(address)
    with tab.expect_navigation():
        tab.keyboard.press("k")
    tab.goto(f"{address}/archive?verdict=keep")
    assert tab.locator(".hits h3").count() > 0
    tab.goto(address)
    with tab.expect_navigation():
        tab.keyboard.press("u")


def test_flows_by_sector_and_country_and_as_png(tab: Page, address: str) -> None:
    tab.goto(f"{address}/flows")
    everything = tab.locator("tbody tr").count()
    tab.get_by_label("Secteur").select_option(label="Télécoms")
    tab.get_by_role("button", name="Montrer").click()
    assert tab.locator("tbody tr").count() < everything
    tab.goto(f"{address}/flows")
    countries = tab.get_by_label("Pays des médias").locator("option")
    assert countries.count() >= 1
    answer = tab.request.get(f"{address}/flows.png?scheme=dark")
    assert answer.body().startswith(b"\x89PNG")
    assert tab.request.get(f"{address}/months.png").headers["content-type"] == "image/png"


def test_a_mail_is_shown_exactly_as_it_was_sent(tab: Page, address: str, newsroom: Newsroom) -> None:
    (written, *_) = sorted(newsroom.settings.outbox.glob("*.eml"))
    tab.goto(f"{address}/digests")
    expect(tab.locator("tbody")).to_contain_text("lectrice@mercato.example")
    tab.locator("td a").first.click()
    text = tab.locator("pre").inner_text().split()
    mail = message_from_bytes(written.read_bytes(), policy=policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    assert text == part.get_content().split()
