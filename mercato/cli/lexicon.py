"""The words that the matcher goes by: lexicon check, list, test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated

import typer

from alerts.lexicon import Lexicon, NameType, load_lexicon
from alerts.matching import explain, explanation_to_json
from alerts.matching.examples import failures
from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, note, table
from mercato.cli.reckoning import explanation_lines
from mercato.errors import LexiconError
from mercato.i18n import mark, phrase
from mercato.text import fold


class Shelf(StrEnum):
    """What an entry of the lexicon is."""

    FRAME = "frame"
    ORGANISATION = "organisation"
    MEDIUM = "medium"
    PERSON = "person"


_SHELVES = {
    NameType.ORGANISATION: Shelf.ORGANISATION,
    NameType.MEDIUM: Shelf.MEDIUM,
    NameType.PERSON: Shelf.PERSON,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of `lexicon list`."""

    kind: Shelf
    name: str  # the frame's, or the one that stories use
    words: tuple[str, ...]  # its wordings or forms
    own: bool  # the user's
    why: str = ""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("The words that the matcher goes by, your own included."))
    group.command("check", help=mark("Check your own words, and the examples of your own frames."))(_check)
    group.command("list", help=mark("The frames and names of the lexicon, or those that hold a word."))(_list)
    group.command("test", help=mark("Show what a sentence gives, and why."))(_test)
    app.add_typer(group, name="lexicon")


def _check(context: typer.Context, config: ConfigOption = None) -> None:
    lexicon, say = desk(context).lexicon(config), desk(context).say
    own = own_entries(lexicon)
    bundled = {frame.id for frame in load_lexicon().frames}
    mine = [
        frame for frame in lexicon.frames if frame.id not in bundled and frame.example not in frame.verbs + frame.nouns
    ]
    mistakes = [f"{frame.id}: {failure}" for frame in mine for failure in failures(frame, lexicon)]
    if mistakes:
        raise LexiconError(phrase("lexicon"), mistakes)
    counts = {shelf: sum(entry.kind is shelf for entry in own) for shelf in Shelf}
    typer.echo(say("The lexicon is sound: version {version}.").format(version=lexicon.fingerprint))
    line = say("Your own: frames {frames}, organisations {organisations}, media {media}, people {people}.")
    typer.echo(
        line.format(
            frames=counts[Shelf.FRAME],
            organisations=counts[Shelf.ORGANISATION],
            media=counts[Shelf.MEDIUM],
            people=counts[Shelf.PERSON],
        )
    )
    if lexicon.fingerprint != load_lexicon().fingerprint:
        typer.echo(say("Articles are judged again with it at the next crawl."))


def _list(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="[WORD]", help=mark("Only entries that hold this word."))] = "",
    own: Annotated[bool, typer.Option("--own", help=mark("Only your own entries."))] = False,
    kind: Annotated[Shelf | None, typer.Option("--kind", help=mark("Only entries of this kind."))] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    lexicon, say = desk(context).lexicon(config), desk(context).say
    found = [
        entry
        for entry in (own_entries(lexicon) if own else entries(lexicon, load_lexicon()))
        if kind in (None, entry.kind) and _holds(entry, word)
    ]
    if as_json:
        for entry in found:
            emit({**asdict(entry), "kind": entry.kind.value})
        return
    headings = [say("kind"), say("name"), say("words"), say("yours")]
    rows = [
        [entry.kind.value, entry.name, _shortened(entry.words, word), "✓" if entry.own else ""]
        for entry in found[:limit]
    ]
    if rows:
        table(headings, rows)
    note(say("Entries: {count}; shown: {shown}.").format(count=len(found), shown=len(rows)))


def own_entries(lexicon: Lexicon) -> list[Entry]:
    """The entries that the bundled lexicon does not hold."""
    return [entry for entry in entries(lexicon, load_lexicon()) if entry.own]


def entries(lexicon: Lexicon, bundled: Lexicon) -> Iterator[Entry]:
    """The frames, then the names with all their forms."""
    known = {frame.id for frame in bundled.frames}
    for frame in lexicon.frames:
        yield Entry(Shelf.FRAME, frame.id, frame.verbs + frame.nouns, frame.id not in known, frame.why)
    theirs, ours = _forms(bundled), _forms(lexicon)
    for (kind, name), forms in ours.items():
        own = forms != theirs.get((kind, name))
        yield Entry(kind, name, tuple(dict.fromkeys(forms)), own)


def _forms(lexicon: Lexicon) -> dict[tuple[Shelf, str], list[str]]:
    found: dict[tuple[Shelf, str], list[str]] = {}
    for rows in lexicon.names.values():
        for spelling, known in rows:
            if known.type in _SHELVES:
                found.setdefault((_SHELVES[known.type], known.name), []).append(" ".join(spelling).replace("' ", "'"))
    return {key: sorted(forms) for key, forms in sorted(found.items())}


def _holds(entry: Entry, word: str) -> bool:
    return any(fold(word) in fold(text) for text in (entry.name, *entry.words))


def _shortened(words: Sequence[str], word: str) -> str:
    """The first words, those that were asked for before the others."""
    ordered = sorted(words, key=lambda each: fold(word) not in fold(each))
    shown = ", ".join(ordered[:8])
    return shown + (f" … ({len(words)})" if len(words) > 8 else "")


def _test(
    context: typer.Context,
    sentence: Annotated[str, typer.Argument(metavar="SENTENCE", help=mark("A sentence, in quotation marks."))],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    explanation = explain("", sentence, desk(context).lexicon(config))
    if as_json:
        emit(explanation_to_json("sentence", explanation))
        return
    for line in explanation_lines(explanation, desk(context).language):
        typer.echo(line)
