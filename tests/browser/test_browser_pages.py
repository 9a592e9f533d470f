"""The pages in a real Chromium: whole on a phone, reached by keys, readable without scripts, printable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from accessibility import violations_in_both_schemes
from digest_samples import a_story, a_telling
from playwright.sync_api import Browser, Page, expect

from mercato.cli.demo import demo_settings
from mercato.cli.page import room
from mercato.model import Article, Status, article_id
from mercato.settings import ReviewSettings
from review.doors import make_password
from review.server import address_of, listen, serving
from scheduler.jobs import Newsroom, open_newsroom
from storage import articles, stories

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


_OUTSIDE = """() => [...document.querySelectorAll("form")].flatMap((form) => {
    const box = form.getBoundingClientRect();
    const inside = [...form.querySelectorAll("input:not([type=hidden]), select, button")];
    const shown = inside.filter((element) => element.checkVisibility());
    const seen = shown.map((element) => element.getBoundingClientRect());
    const out = seen.filter((one) => one.left < box.left || one.right > box.right);
    const over = seen.filter((one, number) => seen.slice(0, number).some((other) =>
        one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
    return [...out, ...over].map((one) => `${form.action}: ${one.left} to ${one.right}`);
})"""


@pytest.mark.parametrize("name", ["archive", "flows", "outlets", "watches"])
@pytest.mark.parametrize("width", [320, 360, 640])
def test_fields_stay_in_their_form_and_clear_of_each_other(
    chromium: Browser, address: str, name: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    follow(page, address, name)
    assert page.evaluate(_OUTSIDE) == []
    context.close()


def test_figures_stand_beside_their_outlets_on_a_phone(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/archive?q=raghunathan")
    page.locator(".tells a").first.click()
    page.locator("h1").wait_for()
    rows = page.locator("table tbody tr")
    told = [[rows.nth(row).locator("td").nth(column) for column in (0, 1)] for row in range(rows.count())]
    assert [[cell.inner_text() for cell in cells] for cells in told] == [
        ["25\N{NO-BREAK SPACE}millions de dollars", "Agence Méridien"],
        ["40\N{NO-BREAK SPACE}millions de dollars", "Écran Libre"],
    ]
    for cells in told:
        for cell in cells:
            box = cell.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 360, "seen without scrolling"
    context.close()


def test_a_dossier_says_why_in_words_who_is_cited_and_what_each_outlet_added(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive?q=raghunathan")
    tab.locator(".tells a").first.click()
    expect(tab.locator(".grounds")).to_contain_text("« quitte » (départ")
    expect(tab.locator(".grounds")).to_contain_text("dans Agence Méridien")
    expect(tab.locator(".facts")).to_contain_text("aucune citée")
    expect(tab.locator(".facts")).to_contain_text("2 médias, 2 origines indépendantes")
    changed = tab.locator(".timeline").nth(1).locator("li", has_text="Rémunération")
    expect(changed).to_contain_text("dans Écran Libre")


@pytest.mark.parametrize(
    ("field", "text", "name"), [("person", "RAGHUNATHAN", "Deepa Raghunathan"), ("firm", "hexa", "Hexamètre")]
)
def test_a_part_of_a_name_leads_to_the_name(tab: Page, address: str, field: str, text: str, name: str) -> None:
    tab.goto(f"{address}/archive?{field}={text}")
    assert tab.locator("#found").inner_text() == "0 article"
    expect(tab.locator(".export")).to_have_count(0)  # a file with nothing in it
    tab.locator(".hits").get_by_role("link", name=name, exact=True).click()
    expect(tab.locator(f".filters input[name={field}]")).to_have_value(name)
    assert tab.locator(".hits h3").count() > 0


def test_a_hit_tells_first_what_it_was_found_for(tab: Page, tmp_path: Path) -> None:
    url = "https://fil.example/mouvements"
    told = a_telling(article_id(url), "Le Fil", "Les mouvements de la semaine", url=url)
    page_of_moves = Article(
        id=told.article,
        url=url,
        source="fil",
        outlet=told.outlet,
        title=told.title,
        published=told.published,
        first_seen=told.first_seen,
    )
    some = [
        a_story("Léa Martin", id="s1", origin="Atos", destination="Meta", tellings=(told,)),
        a_story("Hugo Vasseur", id="s2", origin="Atos", destination="Alan", status=Status.RUMOURED, tellings=(told,)),
        a_story("Inès Caron", id="s3", origin="Criteo", destination="Alan", status=Status.DENIED, tellings=(told,)),
    ]
    with (
        open_newsroom(demo_settings(tmp_path, ())) as news,
        listen("127.0.0.1", 0) as listening,
        serving(room(news), listening),
    ):
        with news.database.writing() as tx:
            articles.save(tx, page_of_moves)
            stories.save(tx, some)
        for asked, first in {
            "status=rumoured": "Vasseur",
            "status=denied": "Caron",
            "status=confirmed": "Martin",
            "firm=criteo": "Caron",
            "person=hugo vasseur": "Vasseur",
        }.items():
            tab.goto(f"{address_of(listening)}archive?{asked}")
            assert tab.locator(".tells").count() == 3, "all that the article tells"
            expect(tab.locator(".tells").first).to_contain_text(first)
        tab.goto(f"{address_of(listening)}archive?from=2026-03-20&to=2026-03-01")
        expect(tab.locator("#results .notice")).to_contain_text("vient après le dernier")


def test_outlets_stand_in_the_order_of_the_alphabet(tab: Page, address: str) -> None:
    tab.goto(f"{address}/archive")
    names = tab.locator("select[name=outlet] option").all_inner_texts()
    assert names.index("Beffroi Tech") < names.index("Écran Libre") < names.index("La Couche Cachée")
    tab.goto(f"{address}/sources")
    names = tab.locator("main table").first.locator("tbody tr:not(.alarm) th").all_inner_texts()
    assert names.index("Beffroi Tech") < names.index("Écran Libre") < names.index("La Couche Cachée")


def test_an_archive_that_has_not_begun_says_so(tab: Page, tmp_path: Path) -> None:
    with (
        open_newsroom(demo_settings(tmp_path, ())) as news,
        listen("127.0.0.1", 0) as listening,
        serving(room(news), listening),
    ):
        base = address_of(listening)
        tab.goto(base)
        expect(tab.locator("main")).to_contain_text("Aucune affaire pour l’instant")
        expect(tab.locator("main")).not_to_contain_text("Tout est jugé")
        tab.goto(f"{base}archive")
        expect(tab.locator(".hits")).to_contain_text("Aucun article n’a encore été lu")
        tab.goto(f"{base}sources")
        expect(tab.locator("main")).to_contain_text("Aucun média n’est encore suivi")


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
