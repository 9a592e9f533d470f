"""The archive from the terminal: stories, search, export."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from alerts.pay import composition_data
from alerts.phrases import headline, status_label
from alerts.stories.recalls import is_recall, news
from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, local, note, table
from mercato.i18n import mark
from mercato.model import Story, Telling
from scheduler.jobs import Newsroom
from storage import search as index
from storage import stories as dossiers
from storage import verdicts

_PAGE = 200
"""Stories read per query while exporting: keeps memory flat on an archive of years."""


class Format(StrEnum):
    """How stories are exported."""

    JSONL = "jsonl"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("stories", help=mark("The latest stories."))(_stories)
    app.command("search", help=mark("Search the text of every article, newest first."))(_search)
    app.command("export", help=mark("Every story, as JSON Lines or CSV on standard output."))(_export)


def story_as_json(story: Story) -> dict[str, object]:
    """The JSON contract of `mercato stories --json`."""
    return {
        "id": story.id,
        "headline": headline(story, "fr"),
        "people": list(story.people),
        "group": asdict(story.group) if story.group else None,
        "origin": story.origin,
        "destination": story.destination,
        "role": story.role,
        "status": story.status.value,
        "kind": story.kind.value,
        "amounts": [
            {
                **asdict(figure.amount),
                "outlet": figure.outlet,
                "source": figure.source_cited,
                "article": figure.article,
                "denied": figure.denied,
                **composition_data(figure.composition),
            }
            for figure in story.figures
        ],
        "opened": story.opened,
        "updated": story.updated,
        "origins": list(story.origins),
        "articles": [_telling_as_json(telling) for telling in story.tellings],
    }


def _telling_as_json(telling: Telling) -> dict[str, object]:
    return {
        "id": telling.article,
        "url": telling.url,
        "outlet": telling.outlet,
        "title": telling.title,
        "published": telling.published,
        "first_seen": telling.first_seen,
        "voice": telling.voice.value,
        "recall": is_recall(telling),
    }


def _stories(
    context: typer.Context, limit: LimitOption = 50, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    language, say = desk(context).language, desk(context).say
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        found = list(verdicts.as_ruled(tx, dossiers.latest(tx, limit)))
    if as_json:
        for story in found:
            emit(story_as_json(story))
    elif found:
        headings = [say("id"), say("updated"), say("status"), say("story"), say("articles")]
        rows = (
            [
                s.id,
                local(s.updated),
                status_label(s.status, language),
                headline(s, language),
                str(len(news(s.tellings))),
            ]
            for s in found
        )
        table(headings, rows)
    else:
        note(say('No story yet. "mercato crawl" visits the outlets.'))


def _search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help=mark("Words that must all occur, in any form."))],
    limit: LimitOption = 20,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        hits = index.search(tx, " ".join(query), limit=limit)
    for hit in hits:
        if as_json:
            emit(asdict(hit))
        else:
            line = say("{outlet}: {title}").format(outlet=hit.outlet, title=hit.title)
            typer.secho(f"{local(hit.published)}  {line}", bold=True)
            typer.echo(f"  {hit.snippet}\n  {hit.url}  [{hit.id}]")
    if not hits and not as_json:
        note(say("Nothing found."))


def _export(
    context: typer.Context,
    style: Annotated[
        Format, typer.Option("--format", help=mark("jsonl keeps everything; csv is for spreadsheets."))
    ] = Format.JSONL,
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room:
        if style is Format.JSONL:
            for story in _every_story(room):
                emit(story_as_json(story))
            return
        writer = csv.writer(sys.stdout)
        writer.writerow(_COLUMNS)
        writer.writerows(_as_row(story) for story in _every_story(room))


_COLUMNS = (
    "id",
    "updated",
    "status",
    "headline",
    "people",
    "origin",
    "destination",
    "role",
    "origins",
    "outlets",
    "url",
)


def _as_row(story: Story) -> list[str]:
    cells = (
        story.id,
        story.updated.isoformat(),
        story.status.value,
        headline(story, "fr"),
        "; ".join(story.people),
        story.origin or "",
        story.destination or "",
        story.role or "",
        "; ".join(story.origins),
        "; ".join(telling.outlet for telling in story.tellings),
        story.tellings[0].url if story.tellings else "",
    )
    return [_inert(cell) for cell in cells]


def _inert(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: titles and names come from pages that anybody may write.

    Source: OWASP, «CSV Injection».
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _every_story(room: Newsroom) -> Iterator[Story]:
    before: tuple[datetime, str] | None = None
    while True:
        with room.database.reading() as tx:
            page = dossiers.latest(tx, _PAGE, before)
            ruled = list(verdicts.as_ruled(tx, page))
        if not page:
            return
        yield from ruled
        before = (page[-1].updated, page[-1].id)
