"""People's rights: person, forget, rectify, objections."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, local, note, table, utc_now
from mercato.errors import ObjectionError
from mercato.i18n import mark, phrase
from mercato.model import Act, Slot
from scheduler.disclosure import disclose
from scheduler.forgetting import Found, forget, look
from scheduler.jobs import Newsroom
from storage import objections, verdicts
from storage import stories as dossiers
from storage.objections import Objection

NameArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PERSON", help=mark("Given name and surname; each other spelling as one more argument; - reads lines.")
    ),
]
FilesOption = Annotated[
    list[Path] | None,
    typer.Option("--files", metavar="PATH", help=mark("Files or folders of your own to go through; may be repeated.")),
]
RareOption = Annotated[
    bool, typer.Option("--rare", help=mark("Nobody else bears the surname: it counts alone, wherever it stands."))
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("person", help=mark("All that is held of a person, as one JSON object."))(_person)
    app.command("forget", help=mark("Forget a person for good; without --yes only show what would be done."))(_forget)
    app.command("rectify", help=mark("Correct a field of a story; what stood there before is kept as a trace."))(
        _rectify
    )
    group = typer.Typer(no_args_is_help=True, help=mark("The register of people who must not be kept, without names."))
    group.command("list", help=mark("The requests that were granted."))(_list)
    group.command("lift", help=mark("Let a name be kept again: the person took the request back."))(_lift)
    app.add_typer(group, name="objections")


def _names(given: Sequence[str]) -> list[str]:
    """The names of the command line; «-» reads them from standard input, so that no shell remembers them."""
    lines = [line for name in given for line in (sys.stdin if name == "-" else [name])]
    return [stripped for line in lines if (stripped := line.strip())]


def _person(
    context: typer.Context,
    person: NameArgument,
    files: FilesOption = None,
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room:
        emit(disclose(room, _names(person), files or (), utc_now()))


def _forget(
    context: typer.Context,
    person: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help=mark("Do it; it cannot be undone."))] = False,
    reference: Annotated[
        str, typer.Option("--reference", help=mark("Your number of the request, for the register; never a name."))
    ] = "",
    files: FilesOption = None,
    rare: RareOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=mark("Only show what would be done (the default)."))
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="PATH", help=mark("Write what was done there, for your files."))
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    names = _names(person)
    with desk(context).newsroom(config) as room:
        if dry_run or not yes:
            found = look(room, names, files or (), rare=rare)
            emit({"done": False, **found.figures()}) if as_json else typer.echo(_told(found, say))
            _advice(found, say)
            note(say("Nothing was changed. With --yes this is done, and it cannot be undone."))
            return
        if report:
            report.touch()  # first: what is done cannot be undone, nor told again
        note(say("A running crawl is waited for."))
        line, found = forget(room, utc_now, names, reference, files or (), rare=rare)
    text = _certificate(line, found, say)
    if report:
        report.write_text(text + "\n", encoding="utf-8")
    emit({"done": True, "id": line.id, **found.figures()}) if as_json else typer.echo(text)
    _advice(found, say)
    if not found.clean:
        raise ObjectionError(
            phrase(
                "the database was being read all the while, so deleted pages may remain in its journal; stop "
                'the service and run "mercato prune --compact"'
            )
        )


def _told(found: Found, say: Callable[[str], str]) -> str:
    lines = [
        (say("stories about this person"), found.stories),
        (say("articles that name the person"), found.articles),
        (say("raw pages"), found.captures),
        (say("mails"), found.mails),
        (say("files"), found.files),
    ]
    rows = [(say("rows of {table}").format(table=name), count) for name, count in sorted(found.rows.items())]
    return "\n".join(f"  {name:<40} {count:>8}" for name, count in (*lines, *rows))


def _certificate(line: Objection, found: Found, say: Callable[[str], str]) -> str:
    head = say("Request {reference}, carried out on {when}, entry {id} of the register.")
    shown = head.format(reference=line.reference or "–", when=local(line.at), id=line.id)
    what = say(
        "The name was replaced or removed in all of the following; the raw pages were removed from the archive. "
        "Keyed digests of the spellings keep it from coming back with the next crawl."
    )
    mails = say("Mails not sent yet that are composed anew: {count}").format(count=found.recomposed)
    return f"{shown}\n{what}\n{_told(found, say)}\n{mails}"


def _advice(found: Found, say: Callable[[str], str]) -> None:
    """What only a person can do."""
    if found.similar:
        note(say("Perhaps other spellings, to be named too if so: {names}").format(names=", ".join(found.similar)))
    if found.settings:
        lines = ", ".join(map(str, found.settings))
        note(say("The settings file names the person in line {lines}: take the name out there.").format(lines=lines))
    if found.unread:
        note(say("Could not be looked into: {files}").format(files=", ".join(found.unread)))
    note(say("Backups made before keep the name until they are rotated away; a restore forgets again."))


def _rectify(
    context: typer.Context,
    story: Annotated[str, typer.Argument(metavar="ID", help=mark("Identifier of a story, or its beginning."))],
    slot: Annotated[
        Slot, typer.Argument(metavar="FIELD", help=mark("who, origin, destination, role, amount or status."))
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=mark("What is right; empty: nothing is known."))],
    by: Annotated[str, typer.Option("--by", help=mark("Who decided; kept with the correction."))] = "rectify",
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    with desk(context).newsroom(config) as room:
        number = _corrected(room, story, slot, value, by)
    note(say("Corrected; act {number} in the story's history, where it can be undone.").format(number=number))


def _corrected(room: Newsroom, reference: str, slot: Slot, value: str, by: str) -> int:
    with room.database.writing(exclusive="join") as tx:
        found = dossiers.get(tx, reference)
        if found is None:
            raise ObjectionError(
                phrase(
                    '{reference}: no such story, or several begin so; "mercato stories" lists them', reference=reference
                )
            )
        return verdicts.rule(tx, found, Act.CORRECT, utc_now(), by, slot=slot, value=value)


def _list(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    say = desk(context).say
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        register = objections.every(tx)
    if as_json:
        for line in register:
            emit({"id": line.id, "at": line.at, "reference": line.reference, "lifted": line.lifted, **line.report})
    elif register:
        headings = [say("id"), say("when"), say("reference"), say("articles"), say("stories"), say("lifted")]
        table(headings, ([r.id, local(r.at), r.reference or "–", *_counts(r), local(r.lifted)] for r in register))
    else:
        note(say("Nobody has asked to be forgotten."))


def _counts(line: Objection) -> tuple[str, str]:
    return str(line.report.get("articles", "–")), str(line.report.get("stories", "–"))


def _lift(
    context: typer.Context,
    objection: Annotated[str, typer.Argument(metavar="ID", help=mark("Identifier in the register."))],
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room, room.database.writing() as tx:
        lifted = objections.lift(tx, objection, utc_now())
    if not lifted:
        raise ObjectionError(
            phrase(
                '{objection}: no such request that stands; "mercato objections list" shows them', objection=objection
            )
        )
    note(desk(context).say("Lifted. What was taken out does not come back by itself."))
