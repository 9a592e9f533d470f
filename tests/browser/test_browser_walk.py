"""A newcomer and `mercato demo --serve`: triage by keyboard, dossier, search, correction, export; no manual read."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import violations_in_both_schemes
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that the demo says."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-c", "from mercato.cli import main; main()", "demo", "--serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | {"MERCATO_LANGUAGE": "fr"}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "http://" in line)
        yield next(word for word in line.split() if word.startswith("http://")).rstrip("/")
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        # uvicorn ends what it serves, then hands the signal on, as shells expect.
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)


def waiting(tab: Page) -> int:
    return int(tab.locator(".count").inner_text().split()[0])


def headline(tab: Page) -> str:
    return tab.locator("#headline").inner_text()


def press(tab: Page, key: str) -> None:
    with tab.expect_navigation():
        tab.keyboard.press(key)


def test_a_newcomer_triages_by_keyboard_alone(tab: Page, demo: str) -> None:
    tab.goto(demo)
    total, first = waiting(tab), headline(tab)
    assert tab.locator(".text mark").count() > 0, "the words that flagged it are marked"
    assert tab.locator("details.why[open] .evidence li").count() > 0
    press(tab, "k")
    assert waiting(tab) == total - 1
    second = headline(tab)
    assert second != first
    tab.keyboard.press("r")
    expect(tab.get_by_role("button", name="Personne ne bouge")).to_be_visible()
    press(tab, "3")
    assert waiting(tab) == total - 2
    expect(tab.locator(".last")).to_contain_text("Nouvelle ancienne")
    expect(tab.locator(".last").get_by_role("link")).to_contain_text(second)
    press(tab, "u")
    assert (waiting(tab), headline(tab)) == (total - 1, second)
    press(tab, "m")
    assert waiting(tab) == total - 2
    third = headline(tab)
    press(tab, "n")
    assert headline(tab) != third
    press(tab, "p")
    assert headline(tab) == third
    press(tab, "?")
    expect(tab.locator("h1")).to_have_text("Aide")


def test_a_newcomer_corrects_assigns_splits_and_merges(tab: Page, demo: str) -> None:
    tab.goto(f"{demo}/archive?q=raghunathan")
    with tab.expect_navigation():  # keys do nothing before the page's script has come
        tab.locator(".tells a").first.click()
    dossier = tab.url
    tab.keyboard.press("c")
    tab.get_by_label("Poste").fill("directrice de la recherche")
    press(tab, "Enter")
    expect(tab.locator(".facts")).to_contain_text("Directrice de la recherche")
    tab.keyboard.press("a")
    press(tab, "Enter")
    expect(tab.locator(".standing")).to_contain_text("démo")
    told = tab.locator(".timeline").first.locator("li").count()
    tab.keyboard.press("s")
    press(tab, "Enter")
    assert tab.locator(".timeline").first.locator("li").count() == told - 1
    press(tab, "u")
    assert tab.locator(".timeline").first.locator("li").count() == told
    target = tab.locator("#others option").first.get_attribute("value")
    tab.keyboard.press("g")
    tab.locator("input[name=value]:visible").fill(str(target))
    press(tab, "Enter")
    tab.goto(dossier)
    expect(tab.locator(".standing")).to_contain_text("fusionnée")
    assert violations_in_both_schemes(tab) == []
    press(tab, "u")
    expect(tab.locator(".standing")).not_to_contain_text("fusionnée")


def test_a_newcomer_finds_the_dossier_with_its_figures_side_by_side(tab: Page, demo: str) -> None:
    tab.goto(demo)
    tab.keyboard.press("/")
    tab.keyboard.type("debauche lausanne")
    press(tab, "Enter")
    assert tab.locator(".hits h3").count() > 0, "found without the accent"
    tab.goto(f"{demo}/archive")
    tab.locator(".filters input[name=q]").fill("wavelane hexametre")
    tab.wait_for_url("**wavelane**")
    tab.get_by_role("link", name="Deepa Raghunathan quitte Hexamètre pour Wavelane").first.click()
    expect(tab.locator("h1")).to_contain_text("Deepa Raghunathan")
    table = tab.get_by_role("table")
    assert table.locator("tbody tr").count() >= 1
    standing = tab.locator(".ladder [aria-current]").inner_text()
    assert (standing.split()[0], standing.rpartition(", ")[2]) == ("Confirmé", "Agence Méridien"), (
        "and who said so first"
    )
    assert tab.locator(".timeline").first.locator("li").count() > 1


def test_a_newcomer_exports(tab: Page, demo: str, tmp_path: Path) -> None:
    tab.goto(f"{demo}/archive?q=wavelane")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "stories.csv")
    with (tmp_path / "stories.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any("Wavelane" in row["headline"] for row in rows)
    (figures,) = (row["amounts"] for row in rows if "Raghunathan" in row["people"])
    assert "(Agence Méridien); 40000000" in figures, "each figure with whoever gives it"
    assert figures.endswith("(Écran Libre)")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="JSON Lines").click()
    download.value.save_as(tmp_path / "stories.jsonl")
    records = [json.loads(line) for line in (tmp_path / "stories.jsonl").read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == [row["id"] for row in rows]


def test_verdicts_measure_the_precision_and_label_articles(tab: Page, demo: str) -> None:
    tab.goto(demo)
    press(tab, "k")
    tab.goto(f"{demo}/quality")
    expect(tab.locator(".big")).to_contain_text("\u00a0%")
    families = tab.get_by_role("region", name="Famille d’indices").get_by_role("rowheader").all_inner_texts()
    assert families
    assert not {"arrive", "leave", "poach", "appoint"} & {*families}, "named for people"
    assert violations_in_both_schemes(tab) == []
    answer = tab.request.get(f"{demo}/export/labels.jsonl")
    labels = [json.loads(line) for line in answer.text().splitlines()]
    assert labels
    assert all(label["flag"] == bool(label["moves"]) for label in labels)


def test_flows_can_be_seen_clicked_and_downloaded(tab: Page, demo: str) -> None:
    tab.goto(f"{demo}/flows")
    picture = tab.locator("figure img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    assert "origin,destination,stories" in tab.request.get(f"{demo}/flows.csv").text()
    tab.goto(f"{demo}/flows.svg")
    tab.get_by_text("Wavelane", exact=True).first.click()
    tab.wait_for_url("**/archive?firm=Wavelane")
    assert tab.locator(".hits h3").count() > 0
