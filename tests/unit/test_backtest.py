"""A changed watch tried on an archive: what it would tell, gain and lose, and that nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.backtest import Trial
from alerts.lexicon.own_words import own_lexicon
from mercato.cli import build
from mercato.model import Article, OwnWords, Watch, article_id
from mercato.settings import load_settings
from scheduler.jobs import Newsroom, match_pending, open_newsroom
from scheduler.trial import try_watch
from storage import articles

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
TEXTS = {
    1: "Léa Martin rejoint Qonto comme directrice technique",
    2: "Noam Kessler quitte Google DeepMind pour Anthropic",
    3: "Camille Ferrand cire ses parapluies chez Doctolib",
    50: "Karim Bensaïd rejoint Qonto comme directeur technique",
}
"""Days before NOW → what came out then."""


def article(days: int, title: str) -> Article:
    url = f"https://journal.example/{days}"
    told = NOW - timedelta(days=days)
    return Article(
        id=article_id(url), url=url, source="j", outlet="Journal", title=title, published=told, first_seen=told
    )


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "mercato.toml"
    path.write_text(
        '[crawl]\ncontact = "mailto:desk@journal.example"\n[[watch]]\nname = "q"\norganisations = ["Qonto"]\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def room(settings_file: Path) -> Iterator[Newsroom]:
    with open_newsroom(load_settings(settings_file, {})) as room:
        with room.database.writing() as tx:
            for days, title in TEXTS.items():
                articles.save(tx, article(days, title))
        yield room


def tried(room: Newsroom, watch: Watch, *words: OwnWords, present: Watch | None = None, days: int = 30) -> Trial:
    since = NOW - timedelta(days=days)
    lexicon = own_lexicon({}, words)
    present = present or room.settings.watches[0]
    return try_watch(room, watch, lexicon, present, since=since, now=NOW, progress=lambda count: None)


def people(stories: tuple[object, ...]) -> list[str]:
    return [story.people[0] for story in stories]  # type: ignore[attr-defined]


def test_hits_are_counted_by_day_in_the_span(room: Newsroom) -> None:
    trial = tried(room, Watch(name="q"))
    assert people(trial.hits) == ["Léa Martin", "Noam Kessler"]
    assert trial.articles == 3
    assert len(trial.per_day) == 31
    assert {day: count for day, count in trial.per_day.items() if count} == {date(2026, 3, 17): 1, date(2026, 3, 16): 1}
    assert round(trial.rate, 3) == round(2 / 31, 3)


def test_gains_and_losses_are_against_the_present_watch(room: Newsroom) -> None:
    trial = tried(room, Watch(name="q", organisations=("Anthropic",)))
    assert (people(trial.gained), people(trial.lost)) == (["Noam Kessler"], ["Léa Martin"])
    muted = tried(room, Watch(name="q", organisations=("Qonto",), muted=("directrice",)))
    assert (people(muted.gained), people(muted.lost)) == ([], ["Léa Martin"])


def test_other_words_find_other_articles_and_record_nothing(room: Newsroom) -> None:
    words = OwnWords(place="x", verbs={"leave": ("cirer ses parapluies",)})
    trial = tried(room, Watch(name="q"), words, present=Watch(name="q"))
    assert (people(trial.gained), people(trial.lost)) == (["Camille Ferrand"], [])
    assert match_pending(room, lambda: NOW) == 3, "the archive is still to be judged by the present lexicon"


def test_a_longer_span_reaches_further(room: Newsroom) -> None:
    assert people(tried(room, Watch(name="q", organisations=("Qonto",)), days=90).hits) == [
        "Léa Martin",
        "Karim Bensaïd",
    ]


def mercato(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), arguments, env={"MERCATO_LANGUAGE": "en"})
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


def test_the_command_answers_for_programs_and_people(settings_file: Path, room: Newsroom) -> None:
    options = ("watch", "try", "q", "--config", str(settings_file), "--days", "3660")
    code, output = mercato(*options, "--organisation", "Anthropic", "--json")
    answer = json.loads(output)
    assert (code, answer["hits"], answer["hits_now"], answer["judged_again"]) == (0, 3, 2, False)
    assert [story["people"] for story in answer["gained"]] == [["Noam Kessler"]]
    code, output = mercato(*options, "--verb", "leave=cirer ses parapluies", "--organisation", "Doctolib")
    assert code == 0
    assert "Gained: 1" in output
    assert "Camille Ferrand leaves Doctolib" in output
    assert "judged again" in output


def test_the_command_takes_a_draft(settings_file: Path, room: Newsroom, tmp_path: Path) -> None:
    draft = tmp_path / "new.toml"
    draft.write_text(settings_file.read_text(encoding="utf-8").replace("Qonto", "Anthropic"), encoding="utf-8")
    options = ("--config", str(settings_file), "--draft", str(draft), "--days", "3660", "--json")
    answer = json.loads(mercato("watch", "try", "q", *options)[1])
    assert (len(answer["gained"]), len(answer["lost"])) == (1, 2)


def test_the_command_refuses_what_it_cannot_try(settings_file: Path) -> None:
    code, output = mercato("watch", "try", "other", "--config", str(settings_file))
    assert code != 0
    assert "no such watch; known: q" in output
    assert "expected FAMILY=WORDS" in mercato("watch", "try", "q", "--config", str(settings_file), "--verb", "x")[1]
