"""The files of a cluster: what they set are settings, and they say what the page about them says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mercato.errors import SettingsError
from mercato.settings import load_settings

ROOT = Path(__file__).parent.parent.parent
CONTACT = '[crawl]\ncontact = "mailto:essai@example.org"\n'


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy" / "compose-cluster.yaml").read_text(encoding="utf-8"))


def test_the_compose_file_gives_each_program_settings_that_it_takes(compose: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "mercato.toml").write_text(CONTACT, encoding="utf-8")
    for name in ("worker", "review"):
        service = compose["services"][name]
        environment = {key: re.sub(r"\$\{[^}]*\}", "secret", value) for key, value in service["environment"].items()}
        settings = load_settings(tmp_path / "mercato.toml", environment)
        assert settings.shares_work
        assert settings.review.enabled is (name == "review")
        assert settings.archive == Path("/var/lib/mercato/archive"), "on the volume that all of them share"
        assert "archive:/var/lib/mercato" in service["volumes"]
        assert service["depends_on"]["postgresql"]["condition"] == "service_healthy"
    assert compose["services"]["worker"]["deploy"]["replicas"] == 2
    assert set(compose["volumes"]) == {"database", "archive"}


def test_the_settings_of_the_page_are_settings(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "howto" / "cluster.md").read_text(encoding="utf-8")
    block = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "mercato.toml").write_text(block + CONTACT, encoding="utf-8")
    assert load_settings(tmp_path / "mercato.toml", {}).shares_work


def test_sharing_needs_a_database_that_can_be_shared(tmp_path: Path) -> None:
    (tmp_path / "mercato.toml").write_text(CONTACT + '[service]\nengine = "procrastinate"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"needs a storage\.url of PostgreSQL"):
        load_settings(tmp_path / "mercato.toml", {})
