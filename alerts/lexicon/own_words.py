"""A user's own words over the bundled lexicon: from mercato.toml and from a folder of files of the same form.

What a user says comes first: his name for a firm hides a bundled one that is spelled alike. Words that the bundled
lexicon reads in the same way already change nothing, not even the fingerprint, so that naming Meta in a watch does not
have the whole archive judged again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from alerts.lexicon.conjugation import conjugate
from alerts.lexicon.entries import KnownName, Lexicon, NameType
from alerts.lexicon.loading import (
    Tables,
    build_lexicon,
    bundled_files,
    is_words,
    load_lexicon,
    names_of,
    parse,
    split_folded,
    verb_parts,
)
from mercato.errors import LexiconError
from mercato.i18n import phrase
from mercato.model import OwnWords
from mercato.settings import Settings
from mercato.text import fold

_NAMES = ("organisations.toml", "media.toml", "people.toml")
_LISTS = ("words.toml", "roles.toml")
_ACCEPTED = "frames_*.toml, organisations.toml, media.toml, people.toml, words.toml, roles.toml, verbs.toml"
_NAME_KEYS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "why": (lambda value: isinstance(value, str), phrase("a text")),
    "tech": (lambda value: isinstance(value, bool), phrase("true or false")),
    "plain": (is_words, phrase('a list of names such as ["Zéphyr Quantique"]')),
    "ambiguous": (is_words, phrase("a list of those names that are also words")),
    "names": (
        lambda value: isinstance(value, dict) and all(map(is_words, value.values())),
        phrase('a table of name = list of its other forms, such as "Mistral AI" = ["le labo au chat"]'),
    ),
}
_OBJECTS = {
    "arrive": "destination",
    "return": "destination",
    "head": "destination",
    "leave": "origin",
    "stay": "origin",
}


def lexicon_of(settings: Settings) -> Lexicon:
    """The lexicon that the settings ask for. Raises LexiconError with every mistake of the user's words at once."""
    folder = settings.lexicon_folder
    return own_lexicon(read_folder(folder) if folder else {}, settings.words)


def read_folder(folder: Path) -> dict[str, bytes]:
    """The user's own lexicon files by name. Raises LexiconError when there is no such folder or file to be read."""
    try:
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".toml"}
    except OSError as error:
        unread = phrase(
            'cannot be read ({why}); lexicon.folder: expected a folder with files such as {accepted}, or ""',
            why=error.strerror, accepted=_ACCEPTED,
        )  # fmt: skip
        raise LexiconError(str(folder), [unread]) from error


def own_lexicon(files: Mapping[str, bytes], words: Sequence[OwnWords]) -> Lexicon:
    """The bundled lexicon with the user's `files` and `words` over it.

    Raises LexiconError with every mistake, each with its file or key, the value and what would be accepted.
    """
    news = tuple(filter(_says_something, (_unknown(entry) for entry in words)))
    if not files and not news:
        return load_lexicon()
    return _built(tuple(sorted(files.items())), json.dumps([asdict(entry) for entry in news], sort_keys=True))


@lru_cache(maxsize=4)
def _built(files: tuple[tuple[str, bytes], ...], words: str) -> Lexicon:
    """Built once for the same words: it takes a second, and a service opens its newsroom time and again."""
    entries = [_restored(row) for row in json.loads(words)]
    said = json.dumps([{**asdict(entry), "place": ""} for entry in entries], sort_keys=True).encode()
    own = {f"own/{name}": data for name, data in files} | ({"own words": said} if entries else {})
    return build_lexicon(bundled_files(), lambda tables, wrong: _extended(tables, dict(files), entries, wrong), own)


def _restored(row: Mapping[str, Any]) -> OwnWords:
    """An OwnWords from its JSON."""

    def tuples(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tuple(words) for key, words in value.items()}
        return tuple(value) if isinstance(value, list) else value

    return OwnWords(**{key: tuples(value) for key, value in row.items()})


def _says_something(words: OwnWords) -> bool:
    return words != OwnWords(place=words.place)


def _unknown(words: OwnWords) -> OwnWords:
    """The words without the organisations that the bundled lexicon knows."""
    kept = tuple(name for name in words.organisations if _known_as(name) is not NameType.ORGANISATION)
    return replace(words, organisations=kept)


def _known_as(name: str) -> NameType | None:
    """What the bundled lexicon takes the name for."""
    parts = split_folded(name)
    rows = load_lexicon().names.get(parts[0], ())
    return next((known.type for phrase, known in rows if phrase == parts), None)


# ------------------------------------------------------------------------------------------------------------- merging


def _extended(
    tables: Tables, files: Mapping[str, bytes], words: Sequence[OwnWords], mistakes: list[str]
) -> dict[str, dict[str, Any]]:
    """The bundled tables with the user's over them; `mistakes` gets a sentence for each entry that cannot be used."""
    merged = {name: dict(table) for name, table in tables.items()}
    for name, data in files.items():
        _add_file(merged, name, parse(name, data, mistakes), mistakes)
    for entry in words:
        _add_words(merged, entry, mistakes)
    muted = [(entry.place, word) for entry in words for word in entry.muted]
    return _without(merged, muted, mistakes) if muted else merged


def _add_file(merged: dict[str, dict[str, Any]], name: str, table: Mapping[str, Any], mistakes: list[str]) -> None:
    """Put one file of the user's folder over the tables."""
    if name in _NAMES:
        _add_names(merged, name, name, table, mistakes)
    elif name in _LISTS:
        _add_lists(merged, name, table, mistakes)
    elif name == "verbs.toml":
        mistakes.extend(_verb_problems(table))
        merged[name] = {**merged[name], **table}
    elif name.startswith("frames_"):
        frames = table.get("frame", [])
        if set(table) - {"frame"} or not isinstance(frames, list) or not all(isinstance(row, dict) for row in frames):
            mistakes.append(
                phrase(
                    "{name}: keys {keys}: a file of frames holds [[frame]] tables only",
                    name=name,
                    keys=", ".join(sorted(table)),
                )
            )
            return
        merged[f"own/{name}"] = {"frame": frames}
        mistakes.extend(_conjugation_problems(name, merged, _verbs_in(frames)))
    else:
        mistakes.append(
            phrase(
                "{name}: no file of a user's lexicon has this name; accepted are {accepted}",
                name=name,
                accepted=_ACCEPTED,
            )
        )


def _add_names(
    merged: dict[str, dict[str, Any]], file: str, place: str, tables: Mapping[str, Any], mistakes: list[str]
) -> None:
    """Put tables of names before those of `file`; the first table that knows a spelling decides."""
    own: dict[str, Any] = {}
    for section, table in tables.items():
        problems = list(_name_problems(table))
        mistakes.extend(
            phrase("{place}: {wanted}", place=f"{place}: [{section}]", wanted=problem) for problem in problems
        )
        if not problems:
            own[f"{place} {section}"] = {"tech": True, "plain": [], **table}
    merged[file] = {**own, **merged.get(file, {})}


def _name_problems(table: object) -> Iterator[str]:
    """What is wrong with one table of names."""
    if not isinstance(table, dict):
        yield phrase(
            '{table!r}: expected a table with plain = ["Name"] or names = {{ "Name" = ["other form"] }}', table=table
        )
        return
    for key, value in table.items():
        if key not in _NAME_KEYS:
            yield phrase("the key {key!r} is unknown; known are {known}", key=key, known=", ".join(_NAME_KEYS))
        elif not _NAME_KEYS[key][0](value):
            yield phrase("{key} = {value!r}: expected {accepted}", key=key, value=value, accepted=_NAME_KEYS[key][1])
    if not table.get("plain") and not table.get("names"):
        yield phrase("it holds no name; give plain or names")


def _add_lists(merged: dict[str, dict[str, Any]], file: str, tables: Mapping[str, Any], mistakes: list[str]) -> None:
    """Lengthen the word lists of `file`; a user can add to those that exist."""
    for section, table in tables.items():
        known = {key for key, value in merged[file].get(section, {}).items() if isinstance(value, list)}
        if not isinstance(table, dict) or not known:
            sections = ", ".join(name for name, rows in merged[file].items() if any(map(is_words, rows.values())))
            mistakes.append(
                phrase(
                    "{file}: [{section}]: no such table of word lists; there are {known}",
                    file=file,
                    section=section,
                    known=sections,
                )
            )
            continue
        for key, words in table.items():
            place = f"{file}: {section}.{key}"
            if key not in known:
                mistakes.append(
                    phrase("{place}: no such list; there are {known}", place=place, known=", ".join(sorted(known)))
                )
            elif not is_words(words):
                mistakes.append(
                    phrase('{key} = {value!r}: expected a list of words such as ["ia"]', key=place, value=words)
                )
            else:
                grown = {**merged[file][section], key: [*merged[file][section][key], *words]}
                merged[file] = {**merged[file], section: grown}


def _verb_problems(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the irregular verbs of a user."""
    for lemma, entry in table.items():
        try:
            list(conjugate(lemma, entry))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            yield phrase(
                "verbs.toml: [{lemma}]: expected present (six forms), future, past and simple as text ({why})",
                lemma=lemma,
                why=error,
            )


def _verbs_in(frames: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in frames:
        if is_words(row.get("verb", [])):
            yield from row.get("verb", [])


def _conjugation_problems(place: str, merged: Tables, verbs: Iterable[str]) -> Iterator[str]:
    """The verbs that no rule and no entry conjugates."""
    for verb in verbs:
        lemma = verb_parts(verb)[0]
        try:
            list(conjugate(lemma, merged["verbs.toml"].get(lemma)))
        except (ValueError, KeyError):
            yield phrase(
                "{place}: {verb!r}: {lemma!r} cannot be conjugated; begin with an infinitive, and give an irregular "
                "one an entry in verbs.toml of lexicon.folder",
                place=place,
                verb=verb,
                lemma=lemma,
            )


# ------------------------------------------------------------------------------------------------ words of mercato.toml


def _add_words(merged: dict[str, dict[str, Any]], words: OwnWords, mistakes: list[str]) -> None:
    """Put the words of one place of mercato.toml over the tables."""
    people = {"plain": list(words.people)}
    firms = {"plain": list(words.organisations)}
    _add_aliases(merged, words)
    for file, table in (("people.toml", people), ("organisations.toml", firms)):
        if table["plain"]:
            _add_names(merged, file, words.place, {"own": table}, mistakes)
    rows: list[dict[str, Any]] = []
    for key, given in (("verb", words.verbs), ("noun", words.nouns)):
        for family, wordings in given.items():
            place = f"{words.place}.{key}s.{family}"
            if family not in merged["families.toml"]:
                accepted = ", ".join(sorted(merged["families.toml"]))
                mistakes.append(
                    phrase(
                        "{place}: no family has this name; expected one of {accepted}", place=place, accepted=accepted
                    )
                )
            elif key == "verb" and (problems := list(_conjugation_problems(place, merged, wordings))):
                mistakes.extend(problems)
            else:
                rows.extend(_row(family, key, wording, words.place) for wording in wordings)
    file = "own/frames_words"
    before = merged.get(file, {}).get("frame", [])
    known = {row["id"] for row in before}
    merged[file] = {"frame": [*before, *(row for row in rows if row["id"] not in known)]}


def _row(family: str, key: str, wording: str, place: str) -> dict[str, Any]:
    """A frame for a wording of which only the family is told: it needs somebody, and one side of the move."""
    row: dict[str, Any] = {
        "id": f"{family}.own-{'-'.join(split_folded(wording))}",
        key: [wording],
        "needs": ["mover", "origin|destination"],
        "why": place,
        "example": wording,
        "counter": wording,
    }
    if key == "verb" and family in _OBJECTS:
        row["object"] = _OBJECTS[family]
    return row


def _add_aliases(merged: dict[str, dict[str, Any]], words: OwnWords) -> None:
    """Put further forms of names over the tables; a form of a bundled name stands for that name."""
    for name, forms in words.aliases.items():
        known = _known(merged, name)
        person = name in words.people or (known is not None and known.type is NameType.PERSON)
        medium = known is not None and known.type is NameType.MEDIUM
        file = "people.toml" if person else "media.toml" if medium else "organisations.toml"
        table = {
            "tech": known.tech if known else True,
            "plain": [],
            "names": {known.name if known else name: list(forms)},
            "ambiguous": [known.name] if known and known.ambiguous else [],
        }
        merged[file] = {f"{words.place}.aliases {name}": table, **merged.get(file, {})}


def _known(merged: Tables, name: str) -> KnownName | None:
    """What the tables know under a name."""
    parts = split_folded(name)
    return next((known for phrase, known in names_of(merged) if phrase == parts), None)


# -------------------------------------------------------------------------------------------------------------- muting


def _without(
    merged: dict[str, dict[str, Any]], muted: Sequence[tuple[str, str]], mistakes: list[str]
) -> dict[str, dict[str, Any]]:
    """The tables without the names, wordings and frames that the user does not want."""
    words = {fold(word) for _, word in muted}
    found: set[str] = set()

    def kept(values: Iterable[str]) -> list[str]:
        values = list(values)
        found.update(words & {fold(value) for value in values})
        return [value for value in values if fold(value) not in words]

    silenced = {file: dict(table) for file, table in merged.items()}
    for file, table in silenced.items():
        if file in _NAMES:
            silenced[file] = {section: _names_kept(rows, kept) for section, rows in table.items()}
        elif "frame" in table:
            silenced[file] = {"frame": [row for row in (_frame_kept(each, kept) for each in table["frame"]) if row]}
    places = {section: dict(rows) for section, rows in silenced["words.toml"].items()}
    for section in ("places", "products"):
        places[section]["names"] = kept(places[section]["names"])
    silenced["words.toml"] = places
    for place, word in muted:
        if fold(word) not in found:
            mistakes.append(
                phrase(
                    "{place}: {word!r} is no name, wording or frame of the lexicon; nothing to mute",
                    place=f"{place}.muted",
                    word=word,
                )
            )
    return silenced


def _names_kept(table: dict[str, Any], kept: Callable[[Iterable[str]], list[str]]) -> dict[str, Any]:
    if "plain" not in table:
        return table
    spelled = {name: kept(forms) for name, forms in table.get("names", {}).items() if kept([name])}
    return {**table, "plain": kept(table["plain"]), "names": spelled}


def _frame_kept(row: dict[str, Any], kept: Callable[[Iterable[str]], list[str]]) -> dict[str, Any] | None:
    """The frame without its muted wordings; None when nothing of it is left."""
    if not is_words(row.get("verb", [])) or not is_words(row.get("noun", [])):
        return row  # it is refused where frames are checked
    left: dict[str, Any] = {key: kept(row[key]) for key in ("verb", "noun") if key in row}
    return {**row, **left} if kept([str(row.get("id"))]) and any(left.values()) else None
