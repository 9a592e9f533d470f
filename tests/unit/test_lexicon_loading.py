"""The bundled lexicon is whole, and a wrong entry is refused with its place and remedy."""

from __future__ import annotations

import tomllib

import pytest

from alerts.lexicon import NameType, load_lexicon
from alerts.lexicon.loading import build_lexicon, bundled_files
from mercato.errors import LexiconError


def bundled() -> dict[str, bytes]:
    return bundled_files()


def test_bundled_lexicon_is_broad() -> None:
    lexicon = load_lexicon()
    patterns = sum(len(rows) for rows in lexicon.verb_patterns.values())
    assert patterns + sum(len(rows) for rows in lexicon.noun_patterns.values()) > 1000
    names = {known.name for rows in lexicon.names.values() for _, known in rows if known.type is NameType.ORGANISATION}
    media = {known.name for rows in lexicon.names.values() for _, known in rows if known.type is NameType.MEDIUM}
    assert len(names) > 600
    assert len(media) > 150


def test_every_boss_runs_a_known_firm_and_names_it_unless_there_are_several() -> None:
    bosses = tomllib.loads(bundled()["organisations.toml"].decode())["bosses"]["firms"]
    known = [row for rows in load_lexicon().names.values() for row in rows]
    assert set(bosses) <= {name.name for _, name in known}
    by_boss = {" ".join(words): name.name for words, name in known if words[:2] == ("l'", "entreprise")}
    assert by_boss["l' entreprise de satya nadella"] == "Microsoft"
    assert by_boss["l' entreprise d' arthur mensch"] == "Mistral AI"
    assert "l' entreprise d' elon musk" not in by_boss


def test_every_family_of_moves_has_frames() -> None:
    families = {frame.family for frame in load_lexicon().frames}
    assert families >= {"arrive", "leave", "poach", "appoint", "head", "return", "found", "fire", "board", "interim"}
    assert families >= {"offer", "retain", "refuse", "stay", "succeed"}


def test_fingerprint_changes_with_any_entry() -> None:
    files = bundled()
    before = build_lexicon(files).fingerprint
    files["evidence.toml"] = files["evidence.toml"].replace(b"flag = -", b"flag = -1")
    assert build_lexicon(files).fingerprint != before
    assert build_lexicon(bundled()).fingerprint == before


def test_all_mistakes_are_reported_at_once() -> None:
    files = bundled()
    files["frames_more.toml"] = b"""
[[frame]]
id = "nowhere.one"
verb = ["nommer"]
why = "x"
example = "x"
counter = "x"

[[frame]]
id = "arrive.two"
verb = ["nommer"]
colour = "red"
object = "somewhere"
"""
    with pytest.raises(LexiconError) as refused:
        build_lexicon(files)
    text = str(refused.value)
    for expected in (
        "no family is called 'nowhere'",
        "'colour' is unknown",
        "'somewhere' is no slot",
        "why is missing",
    ):
        assert expected in text
    assert text.count("frames_more.toml") >= 4


def test_unreadable_file_and_unknown_verb_are_refused() -> None:
    files = bundled()
    files["frames_leave.toml"] = b"[[frame]\n"
    with pytest.raises(LexiconError, match=r"frames_leave\.toml: not readable as TOML"):
        build_lexicon(files)
    files = bundled()
    files["frames_arrive.toml"] = files["frames_arrive.toml"].replace(b'["rallier"]', b'["rallouindre"]')
    with pytest.raises(LexiconError, match="rallouindre"):
        build_lexicon(files)


def test_an_id_may_be_used_once() -> None:
    files = bundled()
    files["frames_more.toml"] = b"""
[[frame]]
id = "arrive.rejoindre"
verb = ["rejoindre"]
why = "x"
example = "x"
counter = "x"
"""
    with pytest.raises(LexiconError, match="used twice"):
        build_lexicon(files)
