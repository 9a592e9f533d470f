"""A hundred articles that mean harm, in a real browser: nothing runs, nothing is fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile_articles import MARKER, hostile_articles, save_hostile
from playwright.sync_api import Page

from mercato.cli.demo import demo_settings
from mercato.cli.page import room
from mercato.settings import ReviewSettings
from review.server import address_of, listen, serving
from scheduler.jobs import open_newsroom

pytestmark = pytest.mark.slow

LISTS = ("/", "/archive", "/archive?q=corvex", "/flows", "/flows.svg", "/quality", "/watches?organisations=Corvex")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    chosen = demo_settings(tmp_path_factory.mktemp("hostile"), ())
    with open_newsroom(chosen.model_copy(update={"review": ReviewSettings(port=0)})) as news:
        with news.database.writing() as tx:
            save_hostile(tx)
        with listen("127.0.0.1", 0) as listening, serving(room(news), listening):
            yield address_of(listening).rstrip("/")


def test_hostile_articles_do_no_harm(tab: Page, hostile: str) -> None:
    elsewhere: list[str] = []
    tab.on("request", lambda request: None if request.url.startswith(hostile) else elsewhere.append(request.url))
    stories = [f"/stories/{number:016x}" for number in range(100)]
    articles = [f"/articles/{article.id}" for article, _ in hostile_articles()]
    for path in (*LISTS, *stories, *articles[::5]):
        tab.goto(hostile + path)
        assert tab.evaluate(f"window.{MARKER}") is None, path
        assert tab.url == hostile + path, "the page was left"
        if not path.endswith(".svg"):
            assert tab.locator("main").is_visible(), path
            assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert [url for url in elsewhere if not url.startswith("data:")] == []
