"""The rules of single outlets: each is needed, each helps, and none can break a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml.html import document_fromstring, tostring  # type: ignore[import-untyped]  # no stubs

from crawler.extraction import extract
from crawler.items import Hints
from crawler.outlet_pages import article_part, read_rules, rules
from mercato.errors import CatalogueError

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "outlet_pages"
EXPECTED = {
    "politico.eu": {
        "all": ("cleared her desk", "a laboratory in Lille", "a year between leaving"),
        "none": ("Sign up", "Advertisement", "on another page", "Imprint"),
    }
}


def text_at(host: str, page: bytes) -> str:
    return extract(page, f"https://www.{host}/article/1", "utf-8", Hints(), NOW).text


@pytest.mark.parametrize("host", rules())
def test_a_rule_is_needed_and_helps(host: str) -> None:
    page, wanted = (SAMPLES / f"{host}.html").read_bytes(), EXPECTED[host]
    helped, alone = text_at(host, page), text_at("ailleurs.example", page)
    assert all(words in helped for words in wanted["all"])
    assert not any(words in helped for words in wanted["none"])
    assert not all(words in alone for words in wanted["all"]) or any(words in alone for words in wanted["none"])


@pytest.mark.parametrize("host", rules())
def test_a_new_design_is_read_like_any_page(host: str) -> None:
    page = (SAMPLES / f"{host}.html").read_bytes().replace(b"article__content", b"corps")
    assert text_at(host, page) == text_at("ailleurs.example", page)


def test_what_stands_in_an_article_and_is_none_of_it_is_pruned() -> None:
    text = '[[outlet]]\nhost = "a.example"\nbody = "//main"\nprune = [".//aside"]\nwhy = "boxes in the text"'
    tree = document_fromstring("<html><body><p>x</p><main><p>un</p><aside>deux</aside>trois</main></body></html>")
    found = article_part(tree, "https://www.a.example/1", read_rules(text))
    assert found.text_content() == "untrois"
    assert "deux" in tree.text_content()


def test_a_page_elsewhere_is_left_as_it_is() -> None:
    tree = document_fromstring("<html><body><p>x</p></body></html>")
    assert article_part(tree, "https://notpolitico.eu/a") is tree
    before = tostring(tree)
    article_part(tree, "https://politico.eu/a")
    assert tostring(tree) == before


@pytest.mark.parametrize(
    "entry",
    [
        'host = "a.example"\nwhy = "x"',
        'host = "A.example"\nbody = "//p"\nwhy = "x"',
        'host = "a.example"\nbody = "//p["\nwhy = "x"',
        'host = "a.example"\nbody = "//p"',
        'host = "a.example"\nbody = "//p"\nwhy = "x"\nbdy = "//p"',
        'host = "a.example"\nprune = "//p"\nwhy = "x"',
    ],
)
def test_a_wrong_rule_is_refused_with_its_file(entry: str) -> None:
    with pytest.raises(CatalogueError, match=r"outlet_pages\.toml"):
        read_rules(f"[[outlet]]\n{entry}")
