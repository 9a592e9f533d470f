"""The pages in a real Chromium: whole on a phone, reached by keys, readable without scripts, printable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from accessibility import violations_in_both_schemes
from playwright.sync_api import Browser, Page

from mercato.cli.page import room
from mercato.settings import ReviewSettings
from review.doors import make_password
from review.server import address_of, listen, serving
from scheduler.jobs import Newsroom

pytestmark = pytest.mark.slow

PAGES = {
    "triage": "/",
    "archive": "/archive?q=debauche",
    "flows": "/flows",
    "outlets": "/sources",
    "watches": "/watches?try=1&name=Essai&organisations=Wavelane",
    "mails": "/digests",
    "quality": "/quality",
    "help": "/help",
    "nothing": "/stories/none",
}


def follow(page: Page, address: str, name: str) -> None:
    """Open the page of that name; a dossier, an article and a mail are reached as people reach them."""
    starts = {"dossier": ("/", "#headline a"), "article": ("/archive", ".hits a"), "mail": ("/digests", "td a")}
    start, link = starts.get(name, (PAGES.get(name, ""), ""))
    page.goto(address + start)
    if link:
        page.locator(link).first.click()
        page.wait_for_load_state()


def test_the_door_has_no_accessibility_violation(chromium: Browser, newsroom: Newsroom) -> None:
    locked = ReviewSettings(port=0, password=make_password("sésame"))
    news = replace(newsroom, settings=newsroom.settings.model_copy(update={"review": locked}))
    with listen("127.0.0.1", 0) as listening, serving(room(news), listening):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address_of(listening))
        assert page.url.endswith("/login")
        assert violations_in_both_schemes(page) == []
        context.close()


@pytest.mark.parametrize("name", [*PAGES, "dossier", "article"])
@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_runs_out_of_the_window(chromium: Browser, address: str, name: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    follow(page, address, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


_MARK = """() => {
    const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], iframe";
    const seen = [...document.querySelectorAll(wanted)].filter((element) => element.checkVisibility());
    seen.forEach((element, number) => { element.dataset.step = number; });
    return seen.length;
}"""


@pytest.mark.parametrize("name", ["triage", "archive", "flows", "outlets", "watches", "mails", "dossier"])
def test_everything_can_be_reached_by_the_tab_key_and_shows_it(tab: Page, address: str, name: str) -> None:
    follow(tab, address, name)
    total = tab.evaluate(_MARK)
    assert total > 10
    reached: set[str] = set()
    for _ in range(total + 20):  # a date field has several steps
        tab.keyboard.press("Tab")
        step = tab.evaluate("document.activeElement.dataset.step")
        if step is not None and step not in reached:
            reached.add(step)
            assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached == {str(number) for number in range(total)}


def test_reading_works_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.locator("#headline a").click()
    assert page.locator("h1").inner_text()
    page.goto(f"{address}/archive")
    page.locator(".filters input[name=q]").fill("quitte")
    page.locator(".filters button").click()
    assert page.locator(".hits h3").count() > 3
    context.close()


def test_a_dossier_prints_without_the_furniture(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    follow(page, address, "dossier")
    page.emulate_media(media="print")
    assert not page.locator(".mast").is_visible()
    assert not page.locator(".actions").is_visible()
    assert page.locator("h1").is_visible()
    context.close()


def test_the_archived_page_is_replayed_without_its_scripts(tab: Page, address: str) -> None:
    follow(tab, address, "article")
    tab.get_by_text("La page telle qu’elle a été lue").first.click()
    frame = tab.frame_locator("iframe")
    assert frame.locator("body").inner_text()
    answer = tab.request.get(f"{tab.url}/raw")
    policy = answer.headers["content-security-policy"]
    assert "sandbox;" in policy
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_both_languages(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive")
    assert tab.locator("h1").inner_text() == "Archives"
    tab.get_by_role("button", name="English").click()
    assert tab.url == f"{address}/archive"
    assert tab.locator("h1").inner_text() == "Archive"
    assert tab.locator("html").get_attribute("lang") == "en"
