"""A page of the web explained: fetched with the manners of a crawl, and not kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_site import Answer, Site, serve

pytestmark = pytest.mark.slow

PAGE = """<html><head><title>Léa Martin rejoint Qonto</title></head><body><article>
<h1>Léa Martin rejoint Qonto comme directrice technique</h1>
<p>La fintech a confirmé lundi l'arrivée de cette ancienne de Criteo, qui pilotera une équipe de quarante ingénieurs
depuis Paris, a précisé la société dans un communiqué publié dans la matinée.</p>
<p>Son prédécesseur part à la fin du mois, après quatre années passées dans la maison.</p></article></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        site.routes["/page"] = Answer(PAGE, headers=HTML)
        yield site


def explain(folder: Path, url: str, private: bool = True) -> tuple[int, str]:
    (folder / "mercato.toml").write_text(
        f'[crawl]\ncontact = "mailto:desk@journal.example"\nallow_private_addresses = {str(private).lower()}\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-c", "from mercato.cli import main; main()", "explain", url]
    environment = {**os.environ, "MERCATO_LANGUAGE": "en"}
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return result.returncode, result.stdout + result.stderr


def test_a_page_is_fetched_once_and_explained(tmp_path: Path, site: Site) -> None:
    code, output = explain(tmp_path, f"{site.url}/page")
    assert code == 0, output
    assert "is asked for once, and not kept" in output
    assert "Flagged: " in output
    assert "Léa Martin" in output
    assert "Scrapy" not in output, "what the crawler notes is no business of the reader's"
    assert site.paths() == ["/page"]
    agents = {headers["User-Agent"] for _, headers in site.asked}
    assert len(agents) == 1
    assert "mailto:desk@journal.example" in agents.pop()
    assert not list(tmp_path.rglob("*.warc*"))


def test_robots_txt_is_obeyed(tmp_path: Path, site: Site) -> None:
    site.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})
    code, output = explain(tmp_path, f"{site.url}/page")
    assert code == 1
    assert "robots.txt forbids it" in output
    assert site.paths() == []


def test_what_is_no_page_is_told(tmp_path: Path, site: Site) -> None:
    site.routes["/file"] = Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"})
    code, output = explain(tmp_path, f"{site.url}/file")
    assert code == 1
    assert "not a web page but application/pdf" in output
    assert "Selector" not in output
    assert "Middleware" not in output


def test_private_addresses_are_guarded(tmp_path: Path, site: Site) -> None:
    code, output = explain(tmp_path, f"{site.url}/page", private=False)
    assert code == 1
    assert "not requested" in output
    assert site.asked == []
