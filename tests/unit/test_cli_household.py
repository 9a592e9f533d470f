"""What people made and paused on the page, in what the commands say of outlets and watches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mercato.cli import build
from mercato.cli.premises import examine
from mercato.model import Source, Watch
from mercato.settings import Settings, load_settings
from storage import own_sources, own_watches
from storage.engine import open_database

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
FILE = """
[crawl]
contact = "https://journal.example/contact"
catalogue = false

[[source]]
id = "gazette"
name = "La Gazette"
feed = "https://gazette.example/feed"

[[source]]
id = "courrier"
name = "Le Courrier"
feed = "https://courrier.example/feed"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two outlets in the settings file; one more, a pause and a watch were made on the page."""
    file = tmp_path / "mercato.toml"
    file.write_text(FILE, encoding="utf-8")
    found = load_settings(file, {})
    with open_database(found.database_url) as database, database.writing() as tx:
        own_sources.add(tx, Source(id="page", name="La Page", feed="https://page.example/feed"), NOW, "lea")
        own_sources.pause(tx, "courrier", NOW, "lea")
        own_watches.save(tx, Watch(name="labos"), NOW, "lea")
    return found


def test_sources_list_knows_what_was_added_and_paused_on_the_page(settings: Settings) -> None:
    listed = CliRunner().invoke(build(), ["sources", "list", "--json", "--config", str(settings.file)])
    lines = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {line["id"]: line["paused"] for line in lines} == {
        "gazette": None,
        "courrier": "2026-03-18T09:30:00Z",
        "page": None,
    }
    for_people = CliRunner().invoke(build(), ["sources", "list", "--config", str(settings.file)])
    (row,) = (line for line in for_people.stdout.splitlines() if "Le Courrier" in line)
    assert "2026-03-18" in row
    exported = CliRunner().invoke(build(), ["sources", "export", "--config", str(settings.file)])
    assert "https://page.example/feed" in exported.stdout


def test_a_feed_of_the_page_is_not_added_to_the_file_again(settings: Settings) -> None:
    assert settings.file is not None
    CliRunner().invoke(build(), ["sources", "add", "https://page.example/feed", "--config", str(settings.file)])
    assert settings.file.read_text(encoding="utf-8") == FILE


def test_doctor_counts_the_outlets_and_watches_of_the_page(settings: Settings) -> None:
    told = {finding.text for finding in examine(settings, str)}
    assert "outlets: 3 followed" in told
    assert "outlets paused on the page: courrier" in told
    assert not any(text.startswith("no watch") for text in told)
    assert any(text.startswith("watch labos has no recipient") for text in told)
