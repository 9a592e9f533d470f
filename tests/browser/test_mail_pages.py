"""Mails in a real browser and before a strict parser: valid, nothing wider than the screen, every text legible."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from justhtml import JustHTML
from mail_browser import WIDTHS, Scheme, shown
from mail_samples import BASE, a_correction, a_full_digest, a_week
from playwright.sync_api import Browser

from mercato.model import Message

MAILS = {"digest": a_full_digest(), "correction": a_correction(), "week": a_week(), "english": a_full_digest("en")}

CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = numbers(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement, words = texts.currentNode.data.trim();
    if (!words || getComputedStyle(element).display === 'none' || element.closest('.pre')) continue;
    const pair = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => a - b);
    const ratio = (pair[1] + 0.05) / (pair[0] + 0.05);
    if (ratio < 4.5) weak.push([words.slice(0, 40), ratio]);
  }
  return weak;
}"""


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.mark.parametrize("name", MAILS)
def test_the_html_parses_without_an_error(name: str) -> None:
    JustHTML(MAILS[name].html, strict=True, sanitize=False)


def test_the_parser_would_notice() -> None:
    with pytest.raises(Exception, match=r"(?i)parse|tag"):
        JustHTML("<!DOCTYPE html><html><body><p><table></p></span></body></html>", strict=True, sanitize=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_fits_its_screen_and_can_be_read(browser: Browser, name: str, device: str, scheme: Scheme) -> None:
    with shown(browser, MAILS[name].html, device, scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]
        assert page.evaluate("document.querySelector('.frame').getBoundingClientRect().width") <= 600
        assert page.evaluate(CONTRAST) == []


def test_the_contrast_would_be_noticed(browser: Browser) -> None:
    html = MAILS["digest"].html.replace("#14181d", "#eeeeee")
    with shown(browser, html, "desktop", "light") as page:
        assert page.evaluate(CONTRAST)


@pytest.mark.parametrize("name", MAILS)
def test_headings_go_down_by_one_and_links_say_where_they_lead(browser: Browser, name: str) -> None:
    with shown(browser, MAILS[name].html, "desktop", "light") as page:
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        links = page.evaluate("[...document.links].map(a => [a.innerText.trim(), a.href])")
        language = page.evaluate("document.documentElement.lang")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(words and href.startswith("https://") for words, href in links)
    assert language == ("en" if name == "english" else "fr")
    assert any(href.startswith(f"{BASE}/m/") for _, href in links)


@pytest.mark.parametrize("name", MAILS)
def test_the_text_part_says_what_the_html_says(name: str) -> None:
    message: Message = MAILS[name]
    titles = re.findall(r"<h3[^>]*>([^<]+)</h3>", message.html)
    text = " ".join(message.text.split())
    assert all(" ".join(title.replace("&amp;", "&").split()) in text for title in titles)
    assert set(re.findall(r'href="([^"]+)"', message.html.replace("&amp;", "&"))) <= set(
        re.findall(r"https://\S+", message.text)
    )
