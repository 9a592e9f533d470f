"""mercato.toml: every mistake at once, each with its key, its value and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from mercato.errors import SettingsError
from mercato.model import Status
from mercato.settings import Settings, load_settings, reader_language

SOUND = """
[crawl]
contact = "mailto:desk@journal.example"

[[source]]
id = "exemple"
name = "Exemple"
feed = "http://127.0.0.1:8000/feed.xml"

[[watch]]
name = "ia"
organisations = ["Mistral AI"]
recipients = ["desk@journal.example"]
"""


def load(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    path = folder / "mercato.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environment or {})


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(folder, text)
    return caught.value.mistakes


def test_every_key_but_the_contact_has_a_default(tmp_path: Path) -> None:
    settings = load(tmp_path, '[crawl]\ncontact = "https://journal.example/contact"\n')
    assert settings.crawl.catalogue
    assert not settings.crawl.allow_private_addresses
    assert settings.watches == ()


def test_relative_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, SOUND)
    assert settings.database_url == f"sqlite:///{tmp_path / 'mercato.db'}"
    assert settings.archive == tmp_path / "archive"
    assert settings.outbox == tmp_path / "outbox"


def test_an_empty_archive_switches_the_raw_pages_off(tmp_path: Path) -> None:
    assert load(tmp_path, SOUND + '\n[storage]\narchive = ""\n').archive is None


def test_three_mistakes_are_told_in_one_go(tmp_path: Path) -> None:
    text = SOUND.replace("mailto:desk@journal.example", "desk").replace("http://127", "ftp://127")
    found = mistakes(tmp_path, text + 'schedule = "0 25 * * *"\n')
    assert len(found) == 3
    assert found[0].startswith("crawl.contact = 'desk': expected ")
    assert found[1].startswith("source[1].feed = 'ftp://127.0.0.1:8000/feed.xml': expected ")
    assert found[2].startswith("watch[1].schedule = '0 25 * * *': expected five cron fields")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "crawl: is required", id="no contact"),
        pytest.param(SOUND + "colour = 1\n", "watch[1].colour: no such setting", id="unknown key"),
        pytest.param(SOUND + 'timezone = "Europe/Lutece"\n', "watch[1].timezone = 'Europe/Lutece'", id="no such zone"),
        pytest.param(SOUND + 'language = "de"\n', "watch[1].language = 'de': expected 'fr' or 'en'", id="language"),
        pytest.param(SOUND + SOUND[SOUND.index("[[watch]]") :], "watch: expected each name once", id="double watch"),
        pytest.param(SOUND.replace('["desk@journal.example"]', '["desk@"]'), "recipients[1]", id="address"),
        pytest.param(SOUND + '[mail]\nurl = "smtp://"\n', "mail.url = 'smtp://'", id="mail without host"),
        pytest.param(SOUND + '[storage]\nurl = "mysql://h/b"\n', "storage.url = 'mysql://h/b'", id="other database"),
        pytest.param('[crawl]\ncontact="mailto:a@b.fr"\ncatalogue=false\n', "at least one [[source]]", id="nothing"),
        pytest.param("[crawl\n", "is not valid TOML", id="no TOML"),
    ],
)
def test_a_mistake_names_its_key_and_what_would_be_right(tmp_path: Path, text: str, expected: str) -> None:
    assert any(expected in mistake for mistake in mistakes(tmp_path, text))


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="mercato init"):
        load_settings(tmp_path / "none.toml", {})


def test_variables_override_single_keys_of_the_file(tmp_path: Path) -> None:
    environment = {"MERCATO_CRAWL_DELAY": "0.5", "MERCATO_MAIL_FROM": "x@journal.example", "OTHER": "1"}
    settings = load(tmp_path, SOUND, environment)
    assert settings.crawl.delay == 0.5
    assert settings.mail.sender == "x@journal.example"


def test_the_reader_is_french_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader_language({}) == "fr"
    (tmp_path / "mercato.toml").write_text('language = "en"\n', encoding="utf-8")
    assert reader_language({}) == "en"
    assert reader_language({"MERCATO_LANGUAGE": "fr"}) == "fr"
    (tmp_path / "mercato.toml").write_text("broken = [", encoding="utf-8")
    assert reader_language({}) == "fr"


WATCHING = '[crawl]\ncontact = "mailto:moi@exemple.example"\n[[watch]]\nname = "ia"\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('sectors = ["sport"]', "one of the sectors ai, asia"),
        ('statuses = ["sure"]', "watch[1].statuses[1] = 'sure'"),
        ('countries = ["France"]', "watch[1].countries[1] = 'France'"),
        ('quiet = "22h-7h"', 'two times of the day such as "22:00-07:00"'),
        ('quiet = "07:00-07:00"', "a beginning and an end that differ"),
        ('weekly = "monday"', "five cron fields"),
        ("instant_per_hour = 0", "watch[1].instant_per_hour = 0"),
        ('channels = ["equipe"]', "channels names equipe, but no [[channel]] has it"),
        ('[mail]\npublic_url = "mercato"', "the address at which readers reach the review page"),
        ('[[webhook]]\nname = "crm"\nurl = "https://x.example"\nsecret = "short"', "webhook[1].secret"),
        ('[[channel]]\nname = "Équipe"\nurl = "ntfy://x"', "channel[1].name"),
    ],
)
def test_mistakes_of_a_watch_are_told_with_what_is_right(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "mercato.toml"
    file.write_text(f"{WATCHING}{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file, {})
    assert words in str(caught.value)


def test_a_watch_with_everything(tmp_path: Path) -> None:
    file = tmp_path / "mercato.toml"
    file.write_text(
        f"{WATCHING}"
        'statuses = ["rumoured", "denied"]\nsectors = ["ai"]\nchannels = ["equipe"]\ninstant_status = "reported"\n'
        'quiet = "22:00-07:00"\n[[channel]]\nname = "equipe"\nurl = "ntfy://x"\n'
        '[mail]\npublic_url = "https://mercato.example/"\n',
        encoding="utf-8",
    )
    settings = load_settings(file, {})
    (watch,) = settings.watches
    assert watch.statuses == (Status.RUMOURED, Status.DENIED)
    assert watch.instant_status is Status.REPORTED
    assert watch.channels == ("equipe",)
    assert settings.channels[0].url == "ntfy://x"
    assert settings.mail.public_url == "https://mercato.example"
