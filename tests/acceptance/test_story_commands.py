"""Stories through the front door: show, split, merge, flows, on an archive that was joined before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mercato.model import Act, Article, Cause, Kind, Match, Move, Status, article_id
from scheduler.jobs import join_batch
from storage import articles, verdicts
from storage import stories as dossiers
from storage.engine import open_database

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run `mercato` in `folder`; returns what it printed."""
    command = [sys.executable, "-c", "from mercato.cli import main; main()", *arguments]
    environment = {**os.environ, "MERCATO_LANGUAGE": "en"}
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == code, f"{arguments}: {result.stdout}\n{result.stderr}"
    return result.stdout + (result.stderr if code else "")


def told(
    number: int, person: str, origin: str | None, destination: str | None, **more: object
) -> tuple[Article, Match]:
    url = f"https://presse.example/{number}"
    moment = MONDAY + timedelta(days=number)
    article = Article(
        id=article_id(url), url=url, source="fil", outlet=f"Le Fil {number}", title=f"Un départ, {number}",
        published=moment, first_seen=moment,
    )  # fmt: skip
    given = {"status": Status.CONFIRMED, "kind": Kind.HIRE, **more}
    move = Move(person=person, origin=origin, destination=destination, **given)  # type: ignore[arg-type]
    return article, Match(score=3.0, moves=(move,), sources_cited=("Bloomberg",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mercato.toml").write_text('[crawl]\ncontact = "mailto:desk@journal.example"\n', encoding="utf-8")
    items = [
        told(0, "Zoé Marchand", "Nébulia", None, kind=Kind.DEPARTURE, role="directrice financière"),
        told(1, "Zoé Marchand", "Nébulia", "Corvex", status=Status.RUMOURED),
        told(2, "Zoé Marchand", "Nébulia", "Corvex"),
        told(20, "Noé Lambert", "Altéride", "Nébulia", role="directeur financier"),
    ]
    with open_database(f"sqlite:///{tmp_path / 'mercato.db'}") as database, database.writing(exclusive="join") as tx:
        for article, _ in items:
            articles.save(tx, article)
        join_batch(tx, items)
    return tmp_path


def test_a_dossier_shows_its_sources_its_status_and_what_follows(folder: Path) -> None:
    (story,) = [one for one in _stories(folder) if one["people"] == ["Zoé Marchand"]]
    shown = run(folder, "show", str(story["id"]))
    for words in ("Bloomberg", "1 (Bloomberg)", "taken by Noé Lambert", "How sure", "successor", "Timeline"):
        assert words in shown
    data = json.loads(run(folder, "show", str(story["id"]), "--json"))
    assert [rung["status"] for rung in data["ladder"]] == ["confirmed"]
    assert data["provenance"]["independent_origins"] == ["Bloomberg"]
    assert (data["seat"]["state"], data["seat"]["taken_by"]["people"]) == ("filled", ["Noé Lambert"])
    assert [link["kind"] for link in data["links"]] == ["successor"]


def test_a_split_and_a_merge_by_hand(folder: Path) -> None:
    (story,) = [one for one in _stories(folder) if one["people"] == ["Zoé Marchand"]]
    name, last = str(story["id"]), story["articles"][-1]["id"]
    run(folder, "split", name, "--article", last)
    parts = [str(one["id"]) for one in _stories(folder) if one["people"] == ["Zoé Marchand"]]
    assert len(parts) == 2
    assert "the same story" in run(folder, "merge", name, name, code=2)
    assert "all of the story or none" in run(folder, "split", name, "--article", "0000", code=2)
    run(folder, "merge", *parts)
    assert len([one for one in _stories(folder) if one["people"] == ["Zoé Marchand"]]) == 1


def test_flows_between_firms(folder: Path) -> None:
    found = [json.loads(line) for line in run(folder, "flows", "--json").splitlines()]
    assert {(flow["origin"], flow["destination"], flow["people"]) for flow in found} == {
        ("Nébulia", "Corvex", 1),
        ("Altéride", "Nébulia", 1),
    }
    assert "2026-Q1" in run(folder, "flows", "--by", "quarter")
    assert run(folder, "flows", "--json", "--since", "2026-03-10").count("\n") == 1
    assert run(folder, "flows", "--json", "--until", "2026-01-01") == ""


def _stories(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(folder, "stories", "--json").splitlines()]


def test_what_people_corrected_and_rejected_counts_in_every_command(folder: Path) -> None:
    (story,) = [one for one in _stories(folder) if one["people"] == ["Zoé Marchand"]]
    (other,) = [one for one in _stories(folder) if one["people"] == ["Noé Lambert"]]
    run(folder, "rectify", str(story["id"]), "role", "présidente", "--by", "demande 7")
    with open_database(f"sqlite:///{folder / 'mercato.db'}") as database, database.writing() as tx:
        rejected = dossiers.get(tx, str(other["id"]))
        assert rejected is not None
        verdicts.rule(tx, rejected, Act.REJECT, MONDAY, "lea", cause=Cause.NOT_A_MOVE)
    assert "Présidente" in run(folder, "show", str(story["id"]))
    assert [(one["people"], one["role"]) for one in _stories(folder)] == [(["Zoé Marchand"], "présidente")]
    exported = run(folder, "export", "--format", "csv")
    assert "présidente" in exported
    assert "Noé Lambert" not in exported
