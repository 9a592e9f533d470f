"""What people type and write wrongly, told in their language, with the place and what would be right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mercato.cli import main
from mercato.cli.desk import table
from mercato.errors import SettingsError
from mercato.i18n import catalogue, in_language, phrase
from mercato.settings import load_settings, reader_language

SOUND = '[crawl]\ncontact = "mailto:desk@journal.example"\ncatalogue = true\n'
FRENCH = catalogue("fr").gettext


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Types a command in an empty folder; returns its exit code and what it said on standard error."""
    monkeypatch.chdir(tmp_path)
    for name in ("MERCATO_LANGUAGE", "MERCATO_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["mercato", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stauts"], "il n’y a pas de commande stauts"),
        (["serch", "Ostrevant"], "il n’y a pas de commande serch\u202f; «\u00a0search\u00a0» s’en approche le plus"),
        (["stories", "--limite", "5"], "il n’y a pas d’option --limite"),
        (["stories", "--limit", "0"], "--limit\u00a0: il faut au moins 1"),
        (["stories", "--limit", "dix"], "--limit\u00a0: il faut un nombre entier"),
        (["stories", "--limit"], "--limit demande une valeur"),
        (["search"], "il manque QUERY"),
        (["lexicon", "check", "tout"], "mots en trop\u00a0: tout"),
        (["flows", "--since", "hier"], "--since\u00a0: il faut une date"),
        (["flows", "--by", "week"], "week\u00a0: il faut l’un de"),
        (["sources", "import", "rien.opml"], "rien.opml\u00a0: fichier introuvable"),
        (["stories"], "fichier introuvable\u202f; «\u00a0mercato init\u00a0» en écrit un"),
    ],
)
def test_a_mistyped_command_is_answered_in_french(typed, arguments: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    code, said = typed(*arguments)
    assert code == 2
    assert words in said
    assert not any(foreign in said for foreign in ("Error", "Try '", "Invalid", "Missing", "Input should", "Did you"))


def test_the_language_is_that_of_the_file_that_was_named(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "english.toml").write_text('language = "en"\ncolour = 1\n' + SOUND, encoding="utf-8")
    for arguments in (("stories", "--config", "english.toml"), ("--config=english.toml", "stories")):
        assert "colour: no such setting" in typed(*arguments)[1]


def test_a_broken_file_still_tells_its_language(tmp_path: Path) -> None:
    file = tmp_path / "mercato.toml"
    file.write_text('# language = "fr"\nlanguage = "en"  # mine\n[crawl]\ncontact = desk\n', encoding="utf-8")
    assert reader_language({}, file) == "en"
    file.write_text('[[watch]]\nlanguage = "en"\n', encoding="utf-8")
    assert reader_language({}, file) == "fr", "the language of a watch is that of its mails"


def _said(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    file = folder / "mercato.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file, environment or {})
    return caught.value.said(FRENCH)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('delay = "vite"', "crawl.delay = 'vite'\u00a0: il faut un nombre"),
        ("workers = 99", "crawl.workers = 99\u00a0: il faut au plus 32"),
        ('couleur = "rouge"', "crawl.couleur\u00a0: ce réglage n’existe pas"),
        ('[[watch]]\nname = "ia"\nrecipients = "moi@x.example"', "watch[1].recipients"),
        ('[[watch]]\nname = "ia"\nlanguage = "de"', "il faut 'fr' ou 'en'"),
        ('[[watch]]\nname = "ia"\ncountries = ["France"]', "un pays en deux capitales"),
        ('[[watch]]\nname = "ia"\nschedule = "matin"', "cinq champs cron"),
        ("[mail]\nurl = smtp", "ligne 5, colonne 7\u00a0: n’est pas du TOML valable"),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_french(tmp_path: Path, line: str, words: str) -> None:
    said = _said(tmp_path, f"{SOUND}{line}\n")
    assert words in said
    assert "expected" not in said


@pytest.mark.parametrize(
    "line",
    [
        '[review]\npassword = "hunter2"',
        '[[webhook]]\nname = "crm"\nurl = "https://x.example"\nsecret = "hunter2"',
        '[mail]\nurl = "imap://moi:hunter2@host"',
        '[storage]\nurl = "postgres://moi:hunter2@host/base"',
        "[mail]\nurl = smtp://moi:hunter2@host",
    ],
)
def test_no_mistake_shows_a_password(tmp_path: Path, line: str) -> None:
    assert "hunter2" not in _said(tmp_path, f"{SOUND}{line}\n")


def test_a_wrong_variable_is_named_itself(tmp_path: Path) -> None:
    said = _said(tmp_path, SOUND, {"MERCATO_CRAWL_DELAY": "vite"})
    assert "MERCATO_CRAWL_DELAY (crawl.delay) = 'vite'" in said


def test_phrases_within_phrases_are_said_in_the_language_too() -> None:
    why = ValueError(phrase("no text under {names}", names="title"))
    text = phrase("{path}, line {number}: {why}; expected {wanted}", path="a.json", number=3, why=why, wanted="x")
    assert text == "a.json, line 3: no text under title; expected x"
    assert in_language(text, FRENCH).startswith("a.json, ligne 3\u00a0: pas de texte sous title")
    assert in_language(str(text), FRENCH) == text, "what was stored as plain text stays as it is"


def test_a_demo_empties_only_what_a_demo_made(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "mercato.db").write_bytes(b"years of work")
    code, said = typed("demo", "--folder", ".")
    assert code == 2
    assert "autre chose qu’une démonstration" in said
    assert (tmp_path / "mercato.db").read_bytes() == b"years of work"


def test_a_folder_that_cannot_be_written_is_no_traceback(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, said = typed("init", str(tmp_path / "absent" / "mercato.toml"))
    assert code == 1
    assert said.startswith(f"mercato: {tmp_path / 'absent' / 'mercato.toml'}\u00a0: ni fichier ni dossier de ce nom")


def test_square_brackets_of_the_press_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table(["titre"], [["[exclusif] Léa Martin quitte Nébulia"], ["la fin [/b]"], ["corriger [[watch]]"]])
    shown = capsys.readouterr().out
    for words in ("[exclusif] Léa", "la fin [/b]", "[[watch]]"):
        assert words in shown


def test_ctrl_c_while_the_program_is_loading_is_no_traceback() -> None:
    # Loading takes a second or so; the import system calls the hook right at its beginning. What a shell starts in the
    # background ignores the signal.
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Hook:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'mercato.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "from mercato.__main__ import main\n"
        "sys.meta_path.insert(0, Hook())\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (130, "")
