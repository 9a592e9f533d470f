"""`mercato explain` and `mercato lexicon` at the front door."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import alerts.matching.votes
from alerts.lexicon import load_lexicon
from alerts.reasons import evidence_label, reason_label
from mercato.cli import build, reckoning

TITLE = "Léa Martin rejoint Qonto comme directrice technique"
BODY = "La fintech a confirmé lundi l'arrivée de cette ancienne de Criteo, qui pilotera quarante ingénieurs à Paris."
PAGE = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>{BODY}</p></article></body></html>"


def mercato(*arguments: str, language: str = "en") -> tuple[int, str]:
    result = CliRunner().invoke(build(), arguments, env={"MERCATO_LANGUAGE": language})
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


@pytest.mark.parametrize("name", ["absent.txt", "folder/absent"])
def test_a_file_that_is_not_there_is_named_before_any_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = mercato("explain", name)
    assert code != 0
    assert f"{name}: no such file" in output
    assert "mercato.toml" not in output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"{TITLE}\n\n{BODY}\n"),
        ("a.html", PAGE),
        ("a.json", json.dumps({"title": TITLE, "body": BODY}, indent=1)),
        ("a.jsonl", json.dumps({"id": "x", "title": TITLE, "body": BODY}) + "\n"),
    ],
)
def test_every_kind_of_file_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    code, output = mercato("explain", name)
    assert code == 0
    assert output.startswith(TITLE)
    assert "Flagged: " in output
    assert "\x1b[" not in output, "colours are for terminals"
    answer = json.loads(mercato("explain", "--json", name)[1])
    assert answer["moves"][0]["person"] == "Léa Martin"
    assert answer["sentences"][0] == {"zone": "title", "text": TITLE}


def test_what_cannot_be_explained_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text('{"title": 3}', encoding="utf-8")
    assert 'bad.json, line 1: no text under title; expected an object with "title"' in mercato("explain", "bad.json")[1]
    (tmp_path / "mercato.toml").write_text('[crawl]\ncontact = "mailto:desk@journal.example"\n', encoding="utf-8")
    assert "no such file, no article of the archive" in mercato("explain", "nothing")[1]


def test_a_sentence_is_tested_with_ones_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sentence = "Camille Ferrand cire ses parapluies chez Doctolib."
    assert "Non signalé" in mercato("lexicon", "test", sentence, language="fr")[1]
    (tmp_path / "mercato.toml").write_text(
        '[crawl]\ncontact = "mailto:desk@journal.example"\n[lexicon.verbs]\nleave = ["cirer ses parapluies"]\n',
        encoding="utf-8",
    )
    output = mercato("lexicon", "test", sentence, language="fr")[1]
    assert "Signalé" in output
    assert "départ" in output
    assert json.loads(mercato("lexicon", "test", "--json", sentence)[1])["flag"] is True
    own = [json.loads(line) for line in mercato("lexicon", "list", "--own", "--json")[1].splitlines()]
    assert [(entry["kind"], entry["name"]) for entry in own] == [("frame", "leave.own-cirer-ses-parapluies")]
    assert "frames 1, organisations 0" in mercato("lexicon", "check")[1]


def test_list_shows_what_holds_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    output = mercato("lexicon", "list", "le labo", "--kind", "organisation")[1]
    assert "OpenAI" not in output
    assert "le laboratoire de mira murati" in output


def test_check_runs_the_examples_of_own_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mercato.toml").write_text(
        '[crawl]\ncontact = "mailto:desk@journal.example"\n[lexicon]\nfolder = "own"\n', encoding="utf-8"
    )
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "frames_mine.toml").write_text(
        '[[frame]]\nid = "leave.amarres"\nverb = ["rompre les amarres"]\ncomplements = { de = "origin" }\n'
        'needs = ["origin"]\nwhy = "x"\nexample = "{m:Léa Martin} mange avec {o:Qonto}."\n'
        'counter = "Léa Martin rompt les amarres de Qonto."\n',
        encoding="utf-8",
    )
    code, output = mercato("lexicon", "check")
    assert code != 0
    assert "leave.amarres: example: 'Léa Martin mange avec Qonto.' should give" in output
    assert "leave.amarres: counter: 'Léa Martin rompt les amarres de Qonto.' should give nobody" in output


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_piece_of_evidence_has_a_name_for_people(language: str) -> None:
    unnamed = [name for name in load_lexicon().points if evidence_label(name, language) == name]
    assert unnamed == []


def test_mails_and_explanations_use_the_same_words() -> None:
    both = [name for name in load_lexicon().points if reason_label(name, "fr")]
    assert both
    assert all(evidence_label(name, "fr") == reason_label(name, "fr") for name in both)


def test_every_vote_of_the_matcher_is_translated() -> None:
    """A vote is a type and a text side by side: in a tuple, or as the key of the votes."""
    source = Path(alerts.matching.votes.__file__).read_text(encoding="utf-8")
    pairs = [node.elts for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Tuple) and len(node.elts) > 1]
    votes = {
        second.value
        for first, second, *_ in pairs
        if isinstance(second, ast.Constant)
        and isinstance(second.value, str)
        and ast.unparse(first).startswith(("NameType.", "span.known.type"))
    }
    assert len(votes) > 20
    assert votes <= set(reckoning._VOTES)


def test_french_figures_have_a_comma() -> None:
    code, output = mercato("lexicon", "test", "Léa Martin quitte Criteo pour Doctolib.", language="fr")
    assert code == 0
    assert re.search(r"[+-]\d,\d\d ", output)
    assert not re.search(r"\d\.\d", output)
